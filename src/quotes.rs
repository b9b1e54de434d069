//! Quotations: which tokens of a text stand in double quotation marks.

use std::ops::Range;

use crate::dict::CHUNK;
use crate::simd::ones;
use crate::token::{hash_byte, Gap, Kind, Token};

/// Follows double quotation marks through a paragraph.
#[derive(Debug, Default)]
pub(crate) struct Quotes {
    open: bool,
}

impl Quotes {
    /// Which tokens of a chunk stand in quotation marks.
    #[inline(always)]
    pub(crate) fn follow(&mut self, text: &str, chunk: &[Token]) -> u64 {
        if !self.open && !Quotes::may_open(text, chunk) {
            return 0;
        }
        let mut changing = 0;
        for (offset, token) in chunk.iter().enumerate() {
            changing |= u64::from(Quotes::may_change(token)) << offset;
        }
        let mut quoted = 0;
        let mut from = 0;
        for offset in ones(changing) {
            quoted |= self.run(from..offset);
            self.step(text, &chunk[offset]);
            from = offset;
        }
        quoted | self.run(from..CHUNK)
    }

    /// The bits of a run of tokens without change.
    fn run(&self, run: Range<usize>) -> u64 {
        let from = |at: usize| u64::MAX.checked_shl(at as u32).unwrap_or(0);
        match self.open {
            true => from(run.start) & !from(run.end),
            false => 0,
        }
    }

    /// Whether a quotation may begin in a chunk: sure of no.
    #[inline(always)]
    fn may_open(text: &str, chunk: &[Token]) -> bool {
        let ([first, ..], [.., last]) = (chunk, chunk) else {
            return false;
        };
        let bytes = &text.as_bytes()[first.start as usize..last.end as usize];
        // Typographic marks that open end in the last two.
        memchr::memchr3(b'"', 0x9c, 0x9e, bytes).is_some()
    }

    /// Whether a token may make a difference.
    #[inline(always)]
    fn may_change(token: &Token) -> bool {
        let is_quote = (token.hash == hash_byte(b'"')) | (token.end - token.start > 1);
        (token.gap == Gap::Break) | ((token.kind == Kind::Mark) & is_quote)
    }

    /// Takes in a token, which stands in quotation marks itself where it opens them.
    fn step(&mut self, text: &str, token: &Token) {
        if token.gap == Gap::Break {
            self.open = false;
        }
        if token.kind == Kind::Mark {
            match token.text(text) {
                "\"" => self.open = !self.open,
                "\u{201c}" | "\u{201e}" => self.open = true,
                "\u{201d}" => self.open = false,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokenize;

    /// The tokens of a text that stand in quotation marks, chunk by chunk.
    fn quoted(text: &str) -> Vec<&str> {
        let mut quotes = Quotes::default();
        let tokens = tokenize(text);
        let mut quoted = Vec::new();
        for chunk in tokens.chunks(CHUNK) {
            let bits = quotes.follow(text, chunk);
            let inside = chunk
                .iter()
                .enumerate()
                .filter(|(at, _)| bits >> at & 1 != 0);
            quoted.extend(inside.map(|(_, token)| token.text(text)));
        }
        quoted
    }

    #[test]
    fn marks_open_and_close_within_a_paragraph() {
        assert_eq!(quoted("no \"a b\" c"), ["\"", "a", "b"]);
        assert_eq!(quoted("no \u{201c}a\u{201d} b"), ["\u{201c}", "a"]);
        assert_eq!(quoted("no \u{201e}a\n\nb"), ["\u{201e}", "a"]);
        assert!(quoted("it\u{2019}s none").is_empty());
    }

    #[test]
    fn quotations_go_on_in_the_next_chunk() {
        let text = format!("\"a {}b\" c", "word ".repeat(2 * CHUNK));
        assert_eq!(quoted(&text).len(), 2 * CHUNK + 3);
        assert_eq!(quoted(&text).last(), Some(&"b"));
    }
}
