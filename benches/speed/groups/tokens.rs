//! The tokenizer and the floors of the machine.

use unspin::bench::tokenize_scalar_into;
use unspin::token::{tokenize, tokenize_into};

use super::World;
use crate::case::{Case, Group};
use crate::texts::{bytes, long};

/// Bytes of the text that the floors of the machine are measured on.
const FLOOR: usize = 50_000_000;

impl World {
    pub(super) fn tokens(&self) -> Group<'_> {
        let texts = &self.texts.clean;
        let size = bytes(texts);
        for text in texts {
            check_tokens(text);
        }
        let count: usize = texts.iter().map(|text| tokenize(text).len()).sum();
        let words = |text: &String| {
            let pieces = text.split(|c: char| c.is_ascii_whitespace());
            pieces.filter(|piece| !piece.is_empty()).count()
        };
        let words: usize = texts.iter().map(words).sum();
        let (mut tokens, mut scalar) = (Vec::new(), Vec::new());
        let mut copy = Vec::new();
        // Floors of the machine go over memory, not over the nearest cache.
        let all = long(texts, FLOOR);
        let again = all.clone();
        Group {
            name: "tokens",
            about: format!(
                "Clean {} text; between tokens there is white space only.",
                self.texts.kind
            ),
            baseline: "split_ascii_whitespace",
            cases: vec![
                Case::new("tokenize_into", size, count as u64, move || {
                    let mut count = 0;
                    for text in texts {
                        tokenize_into(text, &mut tokens);
                        count += tokens.len() as u64;
                    }
                    count
                }),
                Case::new("tokenize_into, scalar", size, count as u64, move || {
                    let mut count = 0;
                    for text in texts {
                        tokenize_scalar_into(text, &mut scalar);
                        count += scalar.len() as u64;
                    }
                    count
                }),
                Case::new("split_ascii_whitespace", size, words as u64, move || {
                    texts
                        .iter()
                        .map(|text| text.split_ascii_whitespace().count() as u64)
                        .sum()
                }),
                Case::new("UTF-8 validation", all.len(), all.len() as u64, move || {
                    let text = std::hint::black_box(all.as_bytes());
                    std::str::from_utf8(text).map_or(0, str::len) as u64
                }),
                Case::new("memcpy", again.len(), again.len() as u64, move || {
                    copy.clear();
                    copy.extend_from_slice(again.as_bytes());
                    std::hint::black_box(&copy).len() as u64
                }),
            ],
        }
    }
}

/// The tokenizer as a floor beside what builds on it.
pub(super) fn tokenizer(texts: &[String]) -> Case<'_> {
    let count = texts.iter().map(|text| tokenize(text).len() as u64).sum();
    let mut tokens = Vec::new();
    Case::new("tokenizer alone", bytes(texts), count, move || {
        let mut count = 0;
        for text in texts {
            tokenize_into(text, &mut tokens);
            count += tokens.len() as u64;
        }
        count
    })
}

/// Insists that tokens ascend and leave out white space only.
fn check_tokens(text: &str) {
    let blank = |gap: &str| {
        let space =
            |c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{2060}');
        gap.chars().all(space)
    };
    let mut at = 0;
    for token in tokenize(text) {
        let range = token.range();
        assert!(range.start >= at && range.end > range.start && blank(&text[at..range.start]));
        at = range.end;
    }
    assert!(blank(&text[at..]));
}
