//! The gate: a cheap pass that lets clean text leave before anything is made of it.
//!
//! Words are hashed where they stand, and phrases of one and two words that
//! speak for spinning (tells) or against it (triggers) add up: over the whole
//! text, and in a running sum that never falls below zero and so finds a spun
//! stretch anywhere (the cumulative sum test, Page 1954). Only a text that
//! reaches the limits is worth tokens and a verdict. The limits are generous,
//! for the gate knows nothing of capitals, quotations and longer phrases.

use crate::cost::NAT;
use crate::token::{word_bytes, BLOCK};

/// Evidence is kept in units of 1/16 nat.
const UNIT: i32 = NAT / 16;

/// Texts shorter than this, in bytes, go by the running sum alone: there is
/// little else to go by.
const SHORT: usize = 1200;

/// Running sum that makes a short text suspicious, and any other one where its
/// words add up to more than [`CLEAN`] each.
const WARNING: i32 = 40;

/// Running sum that makes any text suspicious.
const ALARM: i32 = 128;

/// What the words of clean text add up to is below this for each, mostly far below.
const CLEAN: i32 = -3;

/// What each word takes from the running sum.
const TAX: i32 = 1;

/// What one phrase can add and take.
const MOST: i32 = 72;
const LEAST: i32 = -64;

/// No word has begun.
const NONE: usize = usize::MAX;

/// Binary logarithm of the number of cells.
const BITS: u32 = 16;

/// Evidence of phrases of one and two words, by their hash.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    /// A tag in the upper byte, the evidence in the lower.
    cells: Box<[u16]>,
}

/// What a text adds up to, in units of [`UNIT`].
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Sums {
    /// The running sum.
    now: i32,
    /// The highest that it got.
    running: i32,
    /// All of it.
    total: i32,
    words: i32,
    /// Hash of the last word.
    before: u64,
    /// What the last word added, unless a pair took its place.
    single: i32,
}

impl Gate {
    /// A gate that knows phrases, each with its evidence in cost units.
    pub(crate) fn new<'p>(phrases: impl Iterator<Item = (&'p str, i32)>) -> Gate {
        let mut gate = Gate {
            cells: vec![0; 1 << BITS].into(),
        };
        for (phrase, evidence) in phrases {
            let plain = phrase
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b' ');
            if !plain || evidence.abs() < UNIT {
                continue;
            }
            let mut words = phrase
                .split(' ')
                .map(|word| hash(word.as_bytes(), 0, word.len()));
            let key = match (words.next(), words.next(), words.next()) {
                (Some(word), None, _) => word,
                (Some(first), Some(second), None) => pair(first, second),
                _ => continue,
            };
            gate.insert(key, (evidence / UNIT).clamp(LEAST, MOST) as i8);
        }
        gate
    }

    /// Of two phrases that share a cell the one that speaks more for spinning stays.
    fn insert(&mut self, key: u64, evidence: i8) {
        let cell = &mut self.cells[(key >> (64 - BITS)) as usize];
        if *cell == 0 || (*cell as u8).cast_signed() < evidence {
            *cell = tag(key) << 8 | u16::from(evidence.cast_unsigned());
        }
    }

    #[inline]
    fn evidence(&self, key: u64) -> i32 {
        let cell = self.cells[(key >> (64 - BITS)) as usize];
        if cell >> 8 == tag(key) {
            i32::from((cell as u8).cast_signed())
        } else {
            0
        }
    }

    /// Whether a text may have been spun, in parts at least.
    pub(crate) fn is_suspicious(&self, text: &str) -> bool {
        let sums = self.sums(text.as_bytes());
        let short = text.len() < SHORT;
        sums.running >= ALARM
            || sums.running >= WARNING && (short || sums.total >= CLEAN * sums.words)
    }

    fn sums(&self, bytes: &[u8]) -> Sums {
        let find = word_bytes();
        let mut sums = Sums::default();
        let mut start = NONE;
        // Whether the last byte of the block before belongs to a word.
        let mut inside = 0;
        let mut base = 0;
        // One block more than there are bytes ends the last word.
        while base <= bytes.len() {
            let words = match bytes[base..].first_chunk::<BLOCK>() {
                Some(block) => find(block),
                None => {
                    let mut block = [b' '; BLOCK];
                    block[..bytes.len() - base].copy_from_slice(&bytes[base..]);
                    find(&block)
                }
            };
            let mut edges = words ^ (words << 1 | inside);
            inside = words >> 63;
            while edges != 0 {
                let at = base + edges.trailing_zeros() as usize;
                edges &= edges - 1;
                // Edges alternate: where a word begins, and where it ends.
                if start == NONE {
                    start = at;
                } else {
                    sums.add(self, hash(bytes, start, at));
                    start = NONE;
                }
            }
            if sums.running >= ALARM {
                break;
            }
            base += BLOCK;
        }
        sums
    }
}

impl Sums {
    #[inline]
    fn add(&mut self, gate: &Gate, word: u64) {
        // A pair takes the place of its words.
        let found = match gate.evidence(pair(self.before, word)) {
            0 => {
                self.single = gate.evidence(word);
                self.single
            }
            both => both - std::mem::take(&mut self.single),
        };
        self.before = word;
        self.now = (self.now + found - TAX).max(0);
        self.running = self.running.max(self.now);
        self.total += found;
        self.words += 1;
    }
}

/// The tag of a key in its cell; never zero, which marks empty cells.
#[inline]
fn tag(key: u64) -> u16 {
    (key >> 32) as u16 & 0xff | 1
}

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Hash of a word, whatever its case: its length, its first and last eight bytes.
#[inline]
fn hash(bytes: &[u8], start: usize, end: usize) -> u64 {
    let length = end - start;
    let head = eight(bytes, start);
    let (head, tail) = if length < 8 {
        (head & ((1 << (length * 8)) - 1), 0)
    } else {
        (head, eight(bytes, end - 8))
    };
    let mixed = head ^ tail.rotate_left(27) ^ (length as u64) << 56;
    let mixed = mixed.wrapping_mul(MULTIPLIER);
    mixed ^ mixed >> 29
}

/// Eight bytes from `at`, zero after the end, as if letters were lower case.
#[inline]
fn eight(bytes: &[u8], at: usize) -> u64 {
    let eight = match bytes[at..].first_chunk::<8>() {
        Some(eight) => *eight,
        None => {
            let mut eight = [0; 8];
            eight[..bytes.len() - at].copy_from_slice(&bytes[at..]);
            eight
        }
    };
    u64::from_le_bytes(eight) | 0x2020_2020_2020_2020
}

#[inline]
fn pair(first: u64, second: u64) -> u64 {
    (first.rotate_left(21) ^ second).wrapping_mul(MULTIPLIER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        let phrases = [
            ("within the", 2 * NAT),
            ("stated", NAT),
            ("in the", -2 * NAT),
        ];
        Gate::new(phrases.into_iter())
    }

    #[test]
    fn phrases_count_wherever_they_stand() {
        let gate = gate();
        let unit = |text: &str| gate.sums(text.as_bytes()).running;
        assert_eq!(unit("nothing here"), 0);
        assert_eq!(unit("STATED"), 16 - TAX);
        for space in 0..200 {
            let text = " ".repeat(space) + "within\nthe";
            assert_eq!(unit(&text), 32 - TAX, "{space}");
            assert_eq!(unit(&(text + " ")), 32 - TAX, "{space}");
        }
    }

    #[test]
    fn what_speaks_against_takes_away() {
        let gate = gate();
        let text = "stated in the stated";
        assert_eq!(gate.sums(text.as_bytes()).running, 16 - TAX);
        let spun =
            "She stated it within the hour, and he stated another within the day. ".repeat(29);
        assert!(gate.is_suspicious(&spun));
        let clean = "She said it in the morning, and he said another in the evening. ".repeat(29);
        assert!(!gate.is_suspicious(&clean));
    }
}
