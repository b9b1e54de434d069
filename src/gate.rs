//! The gate: a cheap pass that lets clean text leave before anything is made of it.
//!
//! Words are hashed where they stand, and phrases of one and two words that
//! speak for spinning (tells) or against it (triggers) add up: over the whole
//! text, and in a running sum that never falls below zero and so finds a spun
//! stretch anywhere (the cumulative sum test, Page 1954). Only a text that
//! reaches the limits is worth tokens and a verdict. The limits are generous,
//! for the gate knows nothing of capitals, quotations and longer phrases.

use std::hint::select_unpredictable;

use crate::cost::NAT;
use crate::image::fields;
use crate::simd::{self, Classify, Kernel, BLOCK};

/// Evidence is kept in units of 1/16 nat.
const UNIT: i32 = NAT / 16;

/// Running sum that makes any text suspicious.
const ALARM: i32 = 144;

/// Running sum that makes a text suspicious where its words add up to what is
/// little for a spun text at least.
const WARNING: i32 = 40;

/// What eight words of a spun text add, at least.
const LITTLE: i32 = -22;

/// How much more little may be for each unit of the running sum above [`WARNING`].
const SLACK: i32 = 32;

/// Texts shorter than this, in bytes, are always suspicious: there is little to save.
const SHORT: usize = 600;

/// In texts shorter than this chance has a say in what the words add up to.
const LONG: usize = 1000;

/// What each word takes from the running sum.
const TAX: i32 = 1;

/// What one phrase can add and take.
const MOST: i32 = 72;
const LEAST: i32 = -64;

/// Binary logarithm of the number of cells: few enough to stay in the nearer caches, where
/// they take 1 MB at most, and enough that most words find none of their own in a large
/// dictionary. Twice as many make clean text a third slower with a million phrases.
const BITS: std::ops::RangeInclusive<u32> = 16..=19;

/// Evidence of phrases of one and two words, by their hash.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    /// A tag in the upper byte, the evidence in the lower; a power of two of them.
    cells: Vec<u16>,
    /// Bits of a key that do not choose its cell.
    shift: u32,
}

fields!(Gate: cells, shift);

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
        let mut known = Vec::new();
        for (phrase, evidence) in phrases {
            let bytes = phrase.as_bytes();
            let is_plain = |b: &u8| b.is_ascii_alphanumeric() || *b == b' ';
            if evidence.abs() < UNIT || !bytes.iter().all(is_plain) {
                continue;
            }
            let mut words = bytes
                .split(|b| *b == b' ')
                .map(|word| hash(word, 0, word.len()));
            let key = match (words.next(), words.next(), words.next()) {
                (Some(word), None, _) => word,
                (Some(first), Some(second), None) => pair(first, second),
                _ => continue,
            };
            known.push((key, (evidence / UNIT).clamp(LEAST, MOST) as i8));
        }
        let bits = (2 * known.len()).max(1).ilog2();
        let bits = bits.clamp(*BITS.start(), *BITS.end());
        let mut gate = Gate {
            cells: vec![0; 1 << bits],
            shift: 64 - bits,
        };
        for (key, evidence) in known {
            gate.insert(key, evidence);
        }
        gate
    }

    /// Of two phrases that share a cell the one that speaks more for spinning stays.
    fn insert(&mut self, key: u64, evidence: i8) {
        let cell = &mut self.cells[(key >> self.shift) as usize];
        if *cell == 0 || (*cell as u8).cast_signed() < evidence {
            *cell = tag(key) << 8 | u16::from(evidence.cast_unsigned());
        }
    }

    #[inline]
    fn evidence(&self, key: u64) -> i32 {
        let cell = self.cells[(key >> self.shift) as usize];
        let evidence = i32::from((cell as u8).cast_signed());
        // Processors could not foresee it.
        select_unpredictable(cell >> 8 == tag(key), evidence, 0)
    }

    /// Whether a text may have been spun, in parts at least.
    pub(crate) fn is_suspicious(&self, text: &str) -> bool {
        if text.len() < SHORT {
            return true;
        }
        let sums = self.sums(text.as_bytes());
        let above = sums.total * 8 - LITTLE * sums.words + SLACK * (sums.running - WARNING);
        let spun_like = text.len() < LONG || above >= 0;
        sums.running >= ALARM || sums.running >= WARNING && spun_like
    }

    fn sums(&self, bytes: &[u8]) -> Sums {
        simd::run(Adding { gate: self, bytes })
    }
}

/// The words of a text adding up.
struct Adding<'a> {
    gate: &'a Gate,
    bytes: &'a [u8],
}

impl Kernel for Adding<'_> {
    type Output = Sums;

    #[inline(always)]
    fn run<C: Classify>(self, classify: C) -> Sums {
        let Adding { gate, bytes } = self;
        let mut sums = Sums::default();
        // Where a word began that has not ended yet.
        let mut pending = None;
        // Whether the last byte of the block before belongs to a word.
        let mut inside = 0;
        // Words are hashed before any is looked up: loops that do one thing wait less.
        let mut hashes = [0; BLOCK];
        let mut base = 0;
        // One block more than there are bytes ends the last word.
        while base <= bytes.len() {
            let rest = &bytes[base..];
            let words = match rest.first_chunk::<BLOCK>() {
                Some(block) => classify.word_bytes(block),
                None => {
                    let mut block = [b' '; BLOCK];
                    block[..rest.len()].copy_from_slice(rest);
                    classify.word_bytes(&block)
                }
            };
            let shifted = words << 1 | inside;
            inside = words >> 63;
            let (mut starts, mut ends) = (words & !shifted, shifted & !words);
            let hashes = &mut hashes[..ends.count_ones() as usize];
            sums.words += hashes.len() as i32;
            // Only a block's first word can have begun in an earlier one.
            let earlier = pending.take_if(|_| ends != 0);
            if let Some(start) = earlier {
                hashes[0] = hash(bytes, start, base + pop(&mut ends));
            }
            let others = &mut hashes[usize::from(earlier.is_some())..];
            // What is known to be there has not to be checked for each word.
            match rest.first_chunk::<{ BLOCK + EIGHT }>() {
                Some(rest) => hash_each(rest, &mut starts, ends, others),
                None => hash_each(rest, &mut starts, ends, others),
            }
            if starts != 0 {
                pending = Some(base + pop(&mut starts));
            }
            for hash in &*hashes {
                sums.add(gate, *hash);
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
        let both = gate.evidence(pair(self.before, word));
        let alone = gate.evidence(word);
        let is_single = both == 0;
        let found = select_unpredictable(is_single, alone, both - self.single);
        self.single = select_unpredictable(is_single, alone, 0);
        self.before = word;
        self.now = (self.now + found - TAX).max(0);
        self.running = self.running.max(self.now);
        self.total += found;
    }
}

/// The tag of a key in its cell; never zero, which marks empty cells.
#[inline]
fn tag(key: u64) -> u16 {
    (key >> 32) as u16 & 0xff | 1
}

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Takes the lowest bit off and gives its place.
#[inline]
fn pop(bits: &mut u64) -> usize {
    let at = bits.trailing_zeros() as usize;
    *bits &= bits.wrapping_sub(1);
    at
}

/// Hashes the words of a block of bytes, by the bits where they start and those behind them.
#[inline(always)]
fn hash_each(bytes: &[u8], starts: &mut u64, mut ends: u64, hashes: &mut [u64]) {
    for to in hashes {
        *to = hash(bytes, pop(starts) % BLOCK, pop(&mut ends) % BLOCK);
    }
}

/// Bytes of which a hash takes in the first and the last ones.
const EIGHT: usize = 8;

/// Hash of a word, whatever its case: its length, its first and last eight bytes.
#[inline]
fn hash(bytes: &[u8], start: usize, end: usize) -> u64 {
    let length = end.saturating_sub(start);
    let kept = u64::MAX >> (64 - 8 * length.clamp(1, EIGHT));
    let head = eight(bytes, start) & kept;
    let tail = eight(bytes, start.max(end.saturating_sub(EIGHT))) & kept;
    // Without the length, text without a phrase looks suspicious twenty times as often to a gate
    // of a million phrases, and takes twice as long.
    let mixed = head ^ tail.rotate_left(27) ^ (length as u64) << 56;
    let mixed = mixed.wrapping_mul(MULTIPLIER);
    mixed ^ mixed >> 29
}

/// Eight bytes from `at`, zero after the end, as if letters were lower case.
#[inline]
fn eight(bytes: &[u8], at: usize) -> u64 {
    let eight = match bytes[at..].first_chunk() {
        Some(eight) => *eight,
        None => {
            let mut eight = [0; EIGHT];
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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn words_are_found_across_blocks(text in "([a-zA-Z0-9é]{0,150}[ .\n'-]{1,3}|stated |in the ){0,8}") {
            let (gate, bytes) = (gate(), text.as_bytes());
            let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
            let mut sums = Sums::default();
            for word in bytes.split(|byte| !is_word(byte)).filter(|word| !word.is_empty()) {
                sums.words += 1;
                sums.add(&gate, hash(word, 0, word.len()));
            }
            prop_assert_eq!(gate.sums(bytes), sums);
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
