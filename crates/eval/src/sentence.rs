//! Sentences, split simply: what counts is that both sides are split alike.

use crate::token::is_space;

/// The sentences of folded text.
///
/// They end at white space after `.`, `!` or `?` and an optional closing
/// quotation mark, which is cut off with the white space, and at line breaks.
/// The pattern is `(?<=[.!?])["”']?\s+|\n+`.
pub(crate) fn sentences(folded: &str) -> Vec<&str> {
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    let mut after_stop = false;
    while let Some(c) = folded[at..].chars().next() {
        let length = separator(&folded[at..], after_stop);
        if length > 0 {
            found.push(&folded[start..at]);
            start = at + length;
            at = start;
            after_stop = false;
        } else {
            at += c.len_utf8();
            after_stop = matches!(c, '.' | '!' | '?');
        }
    }
    found.push(&folded[start..]);
    found.retain(|sentence| !sentence.chars().all(is_space));
    found
}

/// Bytes of the separator that `text` begins with, 0 if there is none.
fn separator(text: &str, after_stop: bool) -> usize {
    let end =
        |text: &str, class: fn(char) -> bool| text.find(|c: char| !class(c)).unwrap_or(text.len());
    if after_stop {
        let quote = usize::from(text.starts_with(['"', '\'']));
        let spaces = end(&text[quote..], is_space);
        if spaces > 0 {
            return quote + spaces;
        }
    }
    end(text, |c| c == '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits() {
        let table: &[(&str, &[&str])] = &[
            ("", &[]),
            (" \n ", &[]),
            ("One. Two!  Three", &["One.", "Two!", "Three"]),
            ("Mr. A", &["Mr.", "A"]),
            ("\"So.\" He", &["\"So.", "He"]),
            ("\"So.\"He", &["\"So.\"He"]),
            ("a\n\nb \n c", &["a", "b ", " c"]),
            ("a.\n \n b", &["a.", "b"]),
            ("3.5 is. ", &["3.5 is."]),
            ("wait...\u{1c}what?'\tno", &["wait...", "what?", "no"]),
            ("end.\"", &["end.\""]),
        ];
        for (text, expected) in table {
            assert_eq!(sentences(text), *expected, "{text:?}");
        }
    }
}
