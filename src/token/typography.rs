//! Typography: apostrophes, dashes and curved quotation marks among plain tokens.

use super::fold::{hash_ascii, hash_byte};
use crate::simd::{ones, BLOCK};

/// What stands in a block beside letters, digits, blanks and plain marks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Typography {
    /// The bytes of its tokens.
    pub(super) bytes: u64,
    /// First and last bytes of its tokens.
    pub(super) starts: u64,
    pub(super) ends: u64,
    /// First bytes of clitics.
    pub(super) clitics: u64,
    /// First bytes of tokens that fold to other bytes.
    pub(super) curved: u64,
    /// Apostrophes inside words.
    pub(super) joining: u64,
}

impl Typography {
    /// What `strange` bytes of a block are, up to the first that is nothing of the
    /// kind. Which bytes are letters is given, and which surely part words.
    pub(super) fn new(block: &[u8; BLOCK], strange: u64, letters: u64, parting: u64) -> Typography {
        let mut found = Typography::default();
        let is_at = |bits: u64, at: usize| bits.checked_shr(at as u32).unwrap_or(0) & 1 != 0;
        for at in ones(strange) {
            if is_at(found.bytes, at) {
                continue;
            }
            let length = match block[at..] {
                [b'\'', ..] => 1,
                [0xe2, 0x80, 0x99, ..] => 3,
                [0xe2, 0x80, last, ..] if is_mark(last) => {
                    found.add(at, 3);
                    found.curved |= u64::from(last >= 0x9c) << at;
                    continue;
                }
                _ => break,
            };
            // What an apostrophe is depends on what is around it.
            let next = at + length;
            let is_last = match block.get(next + 1..) {
                Some([0xe2, 0x80, last, ..]) => is_mark(*last),
                _ => is_at(parting, next + 1),
            };
            if at == 0 || !is_at(letters, at - 1) || !is_last {
                break;
            }
            match block[next] {
                b's' | b'd' | b'm' => {
                    found.add(at, length + 1);
                    found.clitics |= 1 << at;
                    found.curved |= u64::from(length > 1) << at;
                }
                b't' if length == 1 && block[at - 1] == b'n' => {
                    found.bytes |= 1 << at;
                    found.joining |= 1 << at;
                }
                _ => break,
            }
        }
        found
    }

    /// Adds a token.
    fn add(&mut self, at: usize, length: usize) {
        self.bytes |= ((1 << length) - 1) << at;
        self.starts |= 1 << at;
        self.ends |= 1 << (at + length - 1);
    }
}

/// Whether a character of which this is the third byte, behind 0xe2 and 0x80, is
/// a dash or a double quotation mark that closes or opens.
fn is_mark(last: u8) -> bool {
    matches!(last, 0x93 | 0x94 | 0x9c | 0x9d)
}

/// Hash of a curved token: a clitic or a double quotation mark.
pub(super) fn hash_curved(token: &[u8]) -> u64 {
    match token {
        [0xe2, 0x80, 0x99, letters @ ..] => {
            let mut folded = [b'\''; 2];
            for (to, letter) in folded[1..].iter_mut().zip(letters) {
                *to = *letter;
            }
            hash_ascii(&folded)
        }
        _ => hash_byte(b'"'),
    }
}
