//! Plain words: of ASCII letters, sixteen bytes at a time.
//!
//! Most tokens are such words. Their length, case and hash are worked out in
//! registers; whatever is less plain is left to the scanner.

use super::fold::{lower_ascii, mix};
use super::Case;

const HIGH: u64 = 0x8080_8080_8080_8080;

/// A word of ASCII letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) length: usize,
    pub(super) hash: u64,
    pub(super) case: Case,
}

/// The word of ASCII letters at the start of `bytes`, if it is shorter than
/// sixteen bytes and what follows it shows that it is a token of its own.
#[inline]
pub(super) fn plain_word(text: &[u8]) -> Option<Plain> {
    let end;
    let bytes = match text.first_chunk::<16>() {
        Some(bytes) => bytes,
        None => {
            end = padded(text);
            &end
        }
    };
    let [first, second] = *bytes.as_chunks::<8>().0 else {
        return None;
    };
    let (first, second) = (u64::from_le_bytes(first), u64::from_le_bytes(second));
    let (letters, more) = (letters(first), letters(second));
    let length = if letters == HIGH {
        8 + run(more)
    } else {
        run(letters)
    };
    let next = *bytes.get(length)?;
    let ends_sentence = || matches!(text.get(length + 1), Some(b' ' | b'\n'));
    let open = match next {
        b'.' => !ends_sentence(),
        b'\'' => true,
        _ => next >= 0x80 || next.is_ascii_alphanumeric(),
    };
    if length == 0 || open || length > 7 && bytes[length - 1] | 0x20 == b't' {
        return None;
    }
    let (first, second) = (
        first & keep(length),
        second & keep(length.saturating_sub(8)),
    );
    let upper = upper(first) + upper(second);
    let mut hash = mix(length as u64, lower_ascii(first));
    if length > 8 {
        hash = mix(hash, lower_ascii(second));
    }
    Some(Plain {
        length,
        hash: mix(hash, 0),
        case: Case::of_counts(upper, length as u32 - upper, bytes[0] & 0x20 == 0),
    })
}

/// The last bytes of a text, and zeros.
fn padded(text: &[u8]) -> [u8; 16] {
    let mut bytes = [0; 16];
    let length = text.len().min(bytes.len());
    bytes[..length].copy_from_slice(&text[..length]);
    bytes
}

/// The top bit of each byte that is an ASCII letter.
#[inline]
fn letters(word: u64) -> u64 {
    const ONES: u64 = HIGH >> 7;
    let low = (word | (ONES * 0x20)) & !HIGH;
    let at_least_a = low + ONES * (0x80 - b'a' as u64);
    let above_z = low + ONES * (0x80 - b'z' as u64 - 1);
    at_least_a & !above_z & !word & HIGH
}

/// Bytes up to the first that is no letter.
#[inline]
fn run(letters: u64) -> usize {
    (!letters & HIGH).trailing_zeros() as usize / 8
}

/// A mask of so many bytes, eight at most.
#[inline]
fn keep(length: usize) -> u64 {
    match length {
        0 => 0,
        1..8 => (1 << (8 * length)) - 1,
        _ => u64::MAX,
    }
}

/// Capital letters among bytes of which those that were not kept are zero.
#[inline]
fn upper(word: u64) -> u32 {
    (letters(word) & !(word << 2)).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::{tokenize, Kind};

    #[test]
    fn agrees_with_the_scanner() {
        let words = [
            "a",
            "I",
            "The",
            "USA",
            "iPhone",
            "sevenly",
            "eightlet",
            "EIGHTLET",
            "ninelette",
            "Fifteenletterss",
            "sixteenletters\u{e9}",
            "abcdefghijklmnop",
            "percent",
            "ninetypercent",
            "isn",
            "x1",
            "a_b",
            "z{",
            "[A",
            "@home",
            "`k",
        ];
        for word in words {
            for after in [
                " ",
                ",",
                "\n",
                "!",
                "-",
                "/",
                "'s ",
                ". ",
                ".\n",
                ".com ",
                "...",
                "\u{2019}s ",
                "1 ",
                "\u{e9} ",
            ] {
                // Near the end of a text there are fewer than sixteen bytes to read.
                let text = format!("{word}{after}");
                let long = format!("{text}{}", " ".repeat(16));
                let short = tokenize(&text);
                assert_eq!(tokenize(&long), short, "{text:?}");
                // What is opaque may reach back over the word.
                let first = short[0];
                let plain = plain_word(long.as_bytes()).filter(|_| first.kind == Kind::Word);
                if let Some(plain) = plain {
                    assert_eq!(first.range(), 0..plain.length, "{text:?}");
                    assert_eq!(
                        (first.hash, first.case),
                        (plain.hash, plain.case),
                        "{text:?}"
                    );
                }
            }
        }
        assert!(plain_word(b"Plainly written here").is_some());
    }
}
