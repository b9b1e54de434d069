//! Folding: the form in which keys are compared.

/// Folds one character: lower case, straight quotes, plain hyphens.
///
/// The few characters whose lower case is longer than one character keep
/// only the first, which is enough for comparing.
#[must_use]
pub fn fold_char(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{02bc}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{2010}' | '\u{2011}' => '-',
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

/// Appends the folded form of `text` to `buffer`.
pub(crate) fn fold_into(text: &str, buffer: &mut String) {
    if text.is_ascii() {
        let from = buffer.len();
        buffer.push_str(text);
        buffer[from..].make_ascii_lowercase();
    } else {
        buffer.extend(text.chars().map(fold_char));
    }
}

/// The folded form of a text.
///
/// # Examples
///
/// ```
/// assert_eq!(unspin::token::fold("Doesn\u{2019}t"), "doesn't");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let mut buffer = String::with_capacity(text.len());
    fold_into(text, &mut buffer);
    buffer
}

/// Bytes that a hash holds all of: what it is made of begins with the length beside
/// the first byte, and each step from there on can be undone.
pub(crate) const SHORT: usize = 8;

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// One step of the hash: eight bytes, little endian, zero-padded at the end.
#[inline]
pub(crate) const fn mix(hash: u64, chunk: u64) -> u64 {
    let x = (hash ^ chunk).wrapping_mul(MULTIPLIER);
    x ^ (x >> 29)
}

/// Hash of an already folded token.
///
/// It is stable: artefacts hold it. Of tokens of up to eight bytes, none of them
/// zero, no two have the same hash; of longer ones it is no proof of equality, and
/// whatever is rewritten was compared by bytes.
#[inline]
#[must_use]
pub fn hash_folded(folded: &str) -> u64 {
    hash_bytes(folded.as_bytes(), |word| word)
}

/// Hash of ASCII text as if it were folded.
#[inline]
pub(crate) fn hash_ascii(text: &[u8]) -> u64 {
    hash_bytes(text, lower_ascii)
}

#[inline]
fn hash_bytes(bytes: &[u8], lower: impl Fn(u64) -> u64) -> u64 {
    let mut hash = bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        hash = mix(hash, lower(u64::from_le_bytes(word)));
    }
    let rest = chunks.remainder();
    if !rest.is_empty() {
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        hash = mix(hash, lower(u64::from_le_bytes(word)));
    }
    mix(hash, 0)
}

/// Hash of a mark of one byte.
#[inline]
pub(crate) const fn hash_byte(mark: u8) -> u64 {
    mix(mix(1, mark as u64), 0)
}

/// Lower-cases eight ASCII bytes at once.
#[inline]
pub(crate) fn lower_ascii(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // Bit 7 of each byte: set where the byte is at least 'A', and where it is above 'Z'.
    let at_least_a = word.wrapping_add(ONES * (0x80 - b'A' as u64));
    let above_z = word.wrapping_add(ONES * (0x80 - b'Z' as u64 - 1));
    let upper = (at_least_a & !above_z) & (ONES * 0x80);
    word | (upper >> 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_hash_agrees_with_folded_hash() {
        for text in [
            "",
            "A",
            "The",
            "HELLO-World",
            "abcdefgh",
            "ABCDEFGHI",
            "x@[`{z",
            "9/11",
        ] {
            assert_eq!(
                hash_ascii(text.as_bytes()),
                hash_folded(&fold(text)),
                "{text}"
            );
        }
    }

    #[test]
    fn short_texts_have_hashes_of_their_own() {
        let bytes = || (1..=255u8).map(|byte| vec![byte]);
        let mut texts: Vec<Vec<u8>> = bytes().collect();
        for first in 1..=255u8 {
            texts.extend(bytes().map(|second| [&[first][..], &second].concat()));
        }
        // What differs from a shorter text in its length and little else.
        for length in 3..=SHORT {
            for byte in 1..=255u8 {
                for filler in [1, b'a', 255] {
                    let mut text = vec![filler; length];
                    texts.push([&text[1..], &[byte]].concat());
                    text[0] = byte;
                    texts.push(text);
                }
            }
        }
        texts.sort();
        texts.dedup();
        let hashes: std::collections::HashSet<u64> = texts
            .iter()
            .map(|text| hash_bytes(text, |word| word))
            .collect();
        assert_eq!(hashes.len(), texts.len());
    }

    #[test]
    fn folding_straightens_quotes_and_lowers() {
        assert_eq!(
            fold("\u{201c}\u{00c9}t\u{00e9}\u{201d}"),
            "\"\u{e9}t\u{e9}\""
        );
        assert_eq!(fold("\u{0130}"), "i");
    }
}
