//! Words as the context model knows them.

use std::hint::select_unpredictable;

use crate::token::{fold_char, hash_byte, hash_folded, mix, Kind, Token};

/// A word of the context model: the hash of a folded token, or of the class
/// that it belongs to.
///
/// Words, clitics and marks stand for themselves, with typographic marks as
/// plain ones. Numbers are told apart by their length only, and everything
/// that is never edited is one word. So a word depends on nothing but the
/// token's own text and kind.
///
/// # Examples
///
/// ```
/// use unspin::context::Word;
///
/// let text = "In 2016 \u{201c}Costs\u{201d} rose";
/// let words: Vec<Word> =
///     unspin::token::tokenize(text).iter().map(|token| Word::of(token, text)).collect();
/// let plain = "in 1999 \"costs\" ROSE";
/// let other: Vec<Word> =
///     unspin::token::tokenize(plain).iter().map(|token| Word::of(token, plain)).collect();
/// assert_eq!(words, other);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Word(u64);

impl Word {
    /// What stands before the first and after the last token of a paragraph.
    pub const BREAK: Word = Word(0x6272_6561_6b00_0001);
    /// Any stretch that is never edited.
    pub const OPAQUE: Word = Word(0x6f70_6171_7500_0001);

    /// The word of a token of `text`.
    ///
    /// # Panics
    ///
    /// If `text` is not the text that the token was made from.
    #[inline(always)]
    #[must_use]
    pub fn of(token: &Token, text: &str) -> Word {
        // Most marks are plain ones of one byte; which tokens are marks processors could not
        // foresee.
        let is_one = (token.range().len() == 1) & (token.hash != hash_byte(b'`'));
        let is_plain = matches!(token.kind, Kind::Word | Kind::Clitic);
        match select_unpredictable(token.kind == Kind::Mark, is_one, is_plain) {
            true => Word(token.hash),
            false => Word::of_class(token, text),
        }
    }

    /// The word of a token that may stand for a class, or for another way to write it.
    fn of_class(token: &Token, text: &str) -> Word {
        match token.kind {
            Kind::Word | Kind::Clitic => Word(token.hash),
            Kind::Mark => mark(token.text(text)),
            Kind::Number => number(token.text(text)),
            Kind::Opaque => Word::OPAQUE,
        }
    }

    /// The word of a folded word, clitic or mark; for numbers see [`Word::of`].
    #[must_use]
    pub fn of_folded(folded: &str) -> Word {
        Word(hash_folded(folded))
    }

    /// The number that stands for this word in counts and artefacts.
    #[inline]
    #[must_use]
    pub fn to_u64(self) -> u64 {
        self.0
    }

    /// Start of the key of an n-gram whose first word this is.
    #[inline]
    pub(crate) fn open(self) -> u64 {
        mix(0x6e2d_6772_616d_7321, self.0)
    }

    /// Extends the key of an n-gram by this word.
    #[inline]
    pub(crate) fn extend(self, key: u64) -> u64 {
        mix(key.rotate_left(23), self.0)
    }
}

/// Numbers by shape: years, one digit, two digits, with a fraction, with
/// thousands, other.
fn number(text: &str) -> Word {
    let bytes = text.as_bytes();
    let class = if bytes.contains(&b',') {
        4
    } else if bytes.contains(&b'.') {
        3
    } else {
        match bytes {
            [_] => 1,
            [_, _] => 2,
            [b'1', b'5'..=b'9', _, _] | [b'2', b'0', _, _] => 0,
            _ => 5,
        }
    };
    Word(0x6e75_6d62_6572_0000 | class)
}

/// Marks, with their typographic variants as one.
fn mark(text: &str) -> Word {
    let plain = match text.chars().next().map(fold_char) {
        Some('\u{2012}'..='\u{2015}' | '\u{2212}') => '\u{2014}',
        Some('\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2033}') => '"',
        Some('\u{2026}') => '.',
        Some('`' | '\u{b4}') => '\'',
        Some(c) => c,
        None => return Word::OPAQUE,
    };
    let mut buffer = [0; 4];
    Word(hash_folded(plain.encode_utf8(&mut buffer)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokenize;

    fn words(text: &str) -> Vec<Word> {
        tokenize(text)
            .iter()
            .map(|token| Word::of(token, text))
            .collect()
    }

    #[test]
    fn typography_is_folded() {
        let plain = words("it's \"so\" \u{2014} 'well'.");
        assert_eq!(
            words("It\u{2019}s \u{201c}SO\u{201d} \u{2013} \u{2018}well\u{2019}\u{2026}"),
            plain
        );
        assert_eq!(plain[0], Word::of_folded("it"));
        assert_eq!(plain[1], Word::of_folded("'s"));
    }

    #[test]
    fn numbers_are_classes() {
        let of = |text| words(text)[0];
        assert_eq!(of("1987"), of("2024"));
        assert_eq!(of("12"), of("99"));
        assert_eq!(of("1.5"), of("22.75"));
        assert_eq!(of("1,000"), of("12,345,678"));
        let classes = ["1987", "7", "12", "1.5", "1,000", "123"].map(of);
        for (at, class) in classes.iter().enumerate() {
            assert!(!classes[..at].contains(class));
        }
        assert_eq!(of("21st"), Word::of_folded("21st"));
    }

    #[test]
    fn what_is_never_edited_is_one_word() {
        assert_eq!(words("www.a.org"), [Word::OPAQUE]);
        assert_eq!(words("<b>"), words("@handle"));
    }
}
