//! Characters: which part words, which make them up, and which at a word's end are
//! tokens of their own.

/// White space, and what has no width and parts words all the same.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{2060}')
}

/// As [`char::is_alphanumeric`], which takes long to deny it for dashes and quotation marks.
pub(super) fn is_alphanumeric(c: char) -> bool {
    !matches!(c, '\u{2010}'..='\u{2027}') && c.is_alphanumeric()
}

/// Combining marks, joiners and the soft hyphen continue a word.
pub(super) fn is_joining(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{ad}'
    )
}

/// Where "percent" begins in "ninetypercent", which is how spinners write "90%".
pub(super) fn glued_percent(word: &[u8]) -> Option<usize> {
    let split = word.len().checked_sub("percent".len())?;
    (split > 0 && word[split..].eq_ignore_ascii_case(b"percent")).then_some(split)
}

/// Whether letters behind an apostrophe are a clitic with it.
pub(super) fn is_clitic(tail: &[u8]) -> bool {
    match *tail {
        [one] => matches!(one | 0x20, b's' | b'd' | b'm' | b't'),
        [one, two] => matches!(&[one | 0x20, two | 0x20], b"ll" | b"re" | b"ve"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_denied_at_once_is_no_letter_or_digit() {
        for c in '\0'..='\u{ffff}' {
            assert_eq!(is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
        }
    }
}
