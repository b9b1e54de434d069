//! Prose: words of ASCII letters, spaces and plain marks, a block at a time.
//!
//! Nearly all of a text is of that kind. Where its tokens begin and end follows
//! from the classes of its bytes, and their length, case and hash are worked
//! out in registers, without branches that processors could not foresee.
//! Whatever is less plain is left to the scanner.

use super::fold::mix;
use super::{Case, Gap, Kind, Token};
use crate::simd::{Classes, Classify, BLOCK};

/// Bytes read from the first of a token on, and letters that a plain word has at most.
const READ: usize = 16;

/// Adds the plain tokens from `at` on, just behind a token, and returns where
/// the last of them ends.
#[inline(always)]
pub(super) fn plain_tokens(
    text: &[u8],
    mut at: usize,
    classify: impl Classify,
    tokens: &mut Vec<Token>,
) -> usize {
    while let Some(bytes) = text[at..].first_chunk::<{ BLOCK + READ }>() {
        let Some((block, _)) = bytes.split_first_chunk() else {
            break;
        };
        let plain = Plain::new(&classify.classes(block));
        tokens.reserve(BLOCK);
        let (end, is_whole) = plain.tokens(bytes, at, tokens);
        at += end;
        if !is_whole || end == 0 {
            break;
        }
    }
    at
}

/// Plain tokens in a block.
#[derive(Debug, Clone, Copy)]
struct Plain {
    letters: u64,
    upper: u64,
    spaces: u64,
    /// First bytes of tokens.
    starts: u64,
    /// Whether nothing in the block ends plain text.
    is_whole: bool,
}

impl Plain {
    #[inline(always)]
    fn new(classes: &Classes) -> Plain {
        let Classes {
            letters,
            upper,
            spaces,
            marks,
            stops,
        } = *classes;
        // A stop before a letter may stand inside an address.
        let marks = marks | stops & (spaces | marks | stops) >> 1;
        let end = (!(letters | spaces | marks)).trailing_zeros();
        // A word belongs to what it touches; at the block's end nothing is known of it.
        let touching = match end {
            0 => 0,
            _ => (letters << (64 - end)).leading_ones(),
        };
        let starts = letters & !(letters << 1) | marks;
        Plain {
            letters,
            upper,
            spaces,
            starts: starts & below(end - touching),
            is_whole: end == BLOCK as u32,
        }
    }

    /// Adds the tokens of the block that `bytes` begin with; `base` is where
    /// that is. Returns where the last of them ends in it, and whether the
    /// next block may go on from there.
    #[inline(always)]
    fn tokens(
        mut self,
        bytes: &[u8; BLOCK + READ],
        base: usize,
        tokens: &mut Vec<Token>,
    ) -> (usize, bool) {
        let mut end = 0;
        while self.starts != 0 {
            let start = self.starts.trailing_zeros();
            self.starts &= self.starts - 1;
            let letters = self.letters >> start;
            let length = letters.trailing_ones();
            let upper = self.upper >> start & below(length);
            let is_word = letters & 1 != 0;
            // A mark is a token of one byte.
            let length = length + u32::from(!is_word);
            let Some(bytes) = bytes[start as usize..].first_chunk::<READ>() else {
                break;
            };
            if length as usize > READ || is_glued(bytes, length) {
                return (end, false);
            }
            let space = self.spaces << 1 >> start & 1;
            end = (start + length) as usize;
            tokens.push(Token {
                start: base as u32 + start,
                end: (base + end) as u32,
                hash: hash(bytes, length, is_word),
                kind: KINDS[usize::from(is_word)],
                gap: GAPS[space as usize],
                case: case(upper, length),
            });
        }
        (end, self.is_whole)
    }
}

/// Whether a word ends as "ninetypercent" does, which is how spinners write
/// "90%"; "percent" itself does, too.
#[inline(always)]
fn is_glued(bytes: &[u8; READ], length: u32) -> bool {
    const PERCENT: u64 = u64::from_le_bytes(*b"PERCENT\0");
    // What follows a shorter word is no letter.
    let last = u128::from_le_bytes(*bytes) >> (8 * length.saturating_sub(7));
    (last as u64 & !CASE) << 8 == PERCENT << 8
}

const KINDS: [Kind; 2] = [Kind::Mark, Kind::Word];
const GAPS: [Gap; 2] = [Gap::None, Gap::Space];

/// The bit of each byte that tells lower-case letters from upper-case ones.
const CASE: u64 = 0x2020_2020_2020_2020;

/// Hash of a folded token.
#[inline(always)]
fn hash(bytes: &[u8; READ], length: u32, is_word: bool) -> u64 {
    let all = u128::from_le_bytes(*bytes);
    let lower = if is_word { CASE } else { 0 };
    let first = (all as u64 | lower) & below(8 * length);
    let second = ((all >> 64) as u64 | lower) & below(8 * length.saturating_sub(8));
    let hash = mix(u64::from(length), first);
    let more = mix(hash, second);
    mix(if length > 8 { more } else { hash }, 0)
}

/// How a word is written, by which of its letters are upper case.
#[inline(always)]
fn case(upper: u64, length: u32) -> Case {
    const CASES: [Case; 4] = [Case::Lower, Case::First, Case::Mixed, Case::Upper];
    let is_all = u64::from(upper == below(length));
    let index = u64::from(upper > 0) + u64::from(upper > 1) * (1 + is_all);
    CASES[(index & 3) as usize]
}

/// So many of the lowest bits, or all.
#[inline(always)]
fn below(count: u32) -> u64 {
    match count {
        0..64 => (1 << count) - 1,
        _ => u64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{run, Kernel, Scalar};

    struct Plainly<'a>(&'a str);

    impl Kernel for Plainly<'_> {
        type Output = (Vec<Token>, usize);

        fn run<C: Classify>(self, classify: C) -> Self::Output {
            let mut tokens = Vec::new();
            let end = plain_tokens(self.0.as_bytes(), 1, classify, &mut tokens);
            (tokens, end)
        }
    }

    /// The tokens that are found from byte 1 on, and where the last ends.
    fn found(text: &str) -> (Vec<Token>, usize) {
        let found = run(Plainly(text));
        assert_eq!(found, Plainly(text).run(Scalar), "{text}");
        found
    }

    #[test]
    fn stops_before_what_is_not_plain() {
        for (text, words) in [
            (",a word (or two), and more.", 8),
            (",a word it's", 2),
            (",a word end.\u{201d}", 2),
            (",a word on example.org", 3),
            (",a U.S. word", 1),
            (",a line\n", 1),
            (",a ninetypercent share", 1),
            (",a percent share", 1),
            (",a sharing... ", 5),
            (",seventeenletters seventeenletterss", 1),
        ] {
            let text = format!("{text}\n{}", " ".repeat(80));
            let (tokens, end) = found(&text);
            assert_eq!(tokens.len(), words, "{text}");
            assert_eq!(tokens.last().map_or(1, |last| last.end as usize), end);
        }
    }

    #[test]
    fn words_go_on_in_the_next_block() {
        let text = format!(",{}", "Several words, and some more of them; ".repeat(30));
        let (tokens, end) = found(&text);
        assert!(text.len() - end < BLOCK + READ);
        let words: Vec<&str> = tokens.iter().map(|token| token.text(&text)).collect();
        let text = &text[1..end];
        assert_eq!(
            text.replace([',', ';'], " $ ").split_whitespace().count(),
            words.len()
        );
        assert!(words.iter().all(|word| text.contains(word)));
    }
}
