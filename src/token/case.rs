//! How tokens are written: in small letters, with a capital, in capitals.

/// How a token is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Case {
    /// No letter is upper case (or there is none).
    Lower,
    /// The first letter is upper case, and no other.
    First,
    /// Two letters or more, all upper case.
    Upper,
    /// Anything else.
    Mixed,
}

impl Case {
    /// How a text is written.
    pub(super) fn of(text: &str) -> Case {
        let upper = text.chars().filter(|c| c.is_uppercase()).count() as u32;
        let lower = text.chars().filter(|c| c.is_lowercase()).count() as u32;
        let begins_upper = text.chars().next().is_some_and(char::is_uppercase);
        Case::of_counts(upper, lower, begins_upper)
    }

    /// As [`of`](Case::of) for a text of ASCII characters.
    pub(super) fn of_ascii(text: &[u8]) -> Case {
        let mut upper = 0u32;
        let mut lower = 0u32;
        for byte in text {
            upper += u32::from(byte.is_ascii_uppercase());
            lower += u32::from(byte.is_ascii_lowercase());
        }
        Case::of_counts(
            upper,
            lower,
            text.first().is_some_and(u8::is_ascii_uppercase),
        )
    }

    /// How a text with so many letters of upper and lower case is written.
    pub(super) fn of_counts(upper: u32, lower: u32, begins_upper: bool) -> Case {
        match (upper, lower, begins_upper) {
            (0, _, _) => Case::Lower,
            (1, _, true) => Case::First,
            (_, 0, _) => Case::Upper,
            _ => Case::Mixed,
        }
    }
}
