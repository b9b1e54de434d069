//! Tokens: words, numbers and single punctuation marks.
//!
//! The scanner is the hand-written form of this pattern, whose alternatives
//! are tried in order at every character (a test holds the two equal):
//!
//! ```text
//! (?:[A-Za-z]{1,2}\.){2,}           U.S.  e.g.  Ph.D.
//! [^\W\d_]+(?:'[^\W\d_]+)*          word  don't
//! \d[\d,.]*\d | \d                  3  1,000.5
//! [^\s\w] | _                       any other mark
//! ```
//!
//! `\w` is a letter, any kind of number or `_`; `\d` a decimal digit; combining
//! marks are punctuation. Text is folded first, one character for one, so that
//! offsets hold for both forms.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// One token of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    /// First code point.
    pub(crate) start: usize,
    /// One past the last code point.
    pub(crate) end: usize,
}

/// Writes typographic quotes and no-break spaces as their ASCII forms.
pub(crate) fn fold(text: &str) -> String {
    let plain = |c| match c {
        '’' | '‘' => '\'',
        '“' | '”' => '"',
        '\u{a0}' => ' ',
        other => other,
    };
    text.chars().map(plain).collect()
}

/// Iterates over the tokens of folded text.
pub(crate) fn tokens(folded: &str) -> Tokens<'_> {
    Tokens {
        rest: folded,
        at: 0,
    }
}

/// White space, information separators included.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// A letter or any kind of number.
pub(crate) fn is_alphanumeric(c: char) -> bool {
    is_letter(c) || is_digit(c)
}

fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    match c.general_category_group() {
        GeneralCategoryGroup::Letter => true,
        GeneralCategoryGroup::Number => !is_digit(c),
        _ => false,
    }
}

fn is_digit(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_digit();
    }
    c.general_category() == GeneralCategory::DecimalNumber
}

/// Iterator made by [`tokens`].
#[derive(Debug, Clone)]
pub(crate) struct Tokens<'a> {
    rest: &'a str,
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let first = loop {
            let c = self.rest.chars().next()?;
            if !is_space(c) {
                break c;
            }
            self.rest = &self.rest[c.len_utf8()..];
            self.at += 1;
        };
        let length = match abbreviation(self.rest) {
            Some(length) => length,
            None if is_letter(first) => word(self.rest),
            None if is_digit(first) => number(self.rest),
            None => first.len_utf8(),
        };
        let (text, rest) = self.rest.split_at(length);
        let start = self.at;
        self.rest = rest;
        self.at += text.chars().count();
        Some(Token {
            text,
            start,
            end: self.at,
        })
    }
}

/// Bytes of the abbreviation that `text` begins with: at least two times one
/// or two letters and a full stop.
fn abbreviation(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let letter = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_alphabetic);
    let stop = |i: usize| bytes.get(i) == Some(&b'.');
    let (mut at, mut parts) = (0, 0);
    loop {
        at += match (letter(at), letter(at + 1)) {
            (true, true) if stop(at + 2) => 3,
            (true, false) if stop(at + 1) => 2,
            _ => return (parts >= 2).then_some(at),
        };
        parts += 1;
    }
}

/// Bytes of the word that `text` begins with.
fn word(text: &str) -> usize {
    let mut end = run(text, is_letter);
    while let Some(more) = text[end..].strip_prefix('\'') {
        match run(more, is_letter) {
            0 => break,
            length => end += 1 + length,
        }
    }
    end
}

/// Bytes of the number that `text` begins with: up to the last digit of the
/// run of digits, commas and full stops.
fn number(text: &str) -> usize {
    let end = run(text, |c| is_digit(c) || matches!(c, ',' | '.'));
    text[..end].trim_end_matches([',', '.']).len()
}

fn run(text: &str, class: impl Fn(char) -> bool) -> usize {
    text.find(|c| !class(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    fn texts(text: &str) -> Vec<String> {
        tokens(&fold(text)).map(|t| t.text.to_string()).collect()
    }

    fn reference() -> Regex {
        Regex::new(concat!(
            r"(?:[A-Za-z]{1,2}\.){2,}",
            r"|[\p{L}\p{Nl}\p{No}]+(?:'[\p{L}\p{Nl}\p{No}]+)*",
            r"|\p{Nd}[\p{Nd},.]*\p{Nd}|\p{Nd}",
            r"|[^\s\x1c-\x1f\p{L}\p{N}_]|_",
        ))
        .unwrap()
    }

    #[track_caller]
    fn agrees(text: &str) {
        let folded = fold(text);
        let chars = |end: usize| folded[..end].chars().count();
        let expected: Vec<_> = reference()
            .find_iter(&folded)
            .map(|m| Token {
                text: m.as_str(),
                start: chars(m.start()),
                end: chars(m.end()),
            })
            .collect();
        assert_eq!(tokens(&folded).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn kinds() {
        let table: &[(&str, &[&str])] = &[
            ("", &[]),
            (" \n\u{1c}\u{a0}", &[]),
            ("Don’t stop.", &["Don't", "stop", "."]),
            ("rock'n'roll' 'tis", &["rock'n'roll", "'", "'", "tis"]),
            ("the U.S. and U.Ok.", &["the", "U.S.", "and", "U.Ok."]),
            ("Ph.D. Mr. e.g.", &["Ph.D.", "Mr", ".", "e.g."]),
            ("etc.in.", &["etc", ".", "in", "."]),
            ("a.b.cde", &["a.b.", "cde"]),
            ("1,000.50, 7. 3D", &["1,000.50", ",", "7", ".", "3", "D"]),
            ("a_b", &["a", "_", "b"]),
            ("½ x² Ⅻ", &["½", "x²", "Ⅻ"]),
            ("हिन्दी", &["ह", "ि", "न", "्", "द", "ी"]),
            ("“so”—he", &["\"", "so", "\"", "—", "he"]),
            ("٣٤,٥", &["٣٤,٥"]),
        ];
        for (text, expected) in table {
            assert_eq!(texts(text), *expected, "{text:?}");
            agrees(text);
        }
    }

    #[test]
    fn offsets_count_code_points() {
        let folded = fold("é “ü”");
        let spans: Vec<_> = tokens(&folded).map(|t| (t.start, t.end)).collect();
        assert_eq!(spans, [(0, 1), (2, 3), (3, 4), (4, 5)]);
    }

    proptest! {
        #[test]
        fn equals_pattern_on_any_text(text in any::<String>()) {
            agrees(&text);
        }

        #[test]
        fn equals_pattern_on_dense_text(text in "[ab.'’1٣,_ Ⅻ\u{301}-]{0,40}") {
            agrees(&text);
        }
    }
}
