//! Sets of phrases: a dictionary, the same phrases for its peers, and what reading them by hand finds.

use std::collections::BTreeSet;

use unspin::dict::{Entry, Source};
use unspin::token::{fold, tokenize};
use unspin::Dictionary;

use crate::random::Random;

/// The phrases of a dictionary: what its spinner writes and what it replaces.
pub(crate) struct Phrases {
    pub(crate) dictionary: Dictionary,
    /// Folded, in order.
    pub(crate) sorted: Vec<String>,
    /// The same, each with its index.
    pub(crate) map: fst::Map<Vec<u8>>,
    /// Tokens of the longest.
    pub(crate) longest: usize,
}

impl Phrases {
    pub(crate) fn new(dictionary: Dictionary) -> Phrases {
        let source = dictionary.to_source();
        let originals = source.entries.iter().map(|entry| fold(&entry.original));
        let spun = source.entries.iter().map(|entry| entry.spun.clone());
        let sorted: Vec<String> = spun
            .chain(originals)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let numbered = sorted.iter().zip(0..);
        let map = fst::Map::from_iter(numbered).expect("sorted and without repetition");
        let longest = sorted
            .iter()
            .map(|phrase| tokenize(phrase).len())
            .max()
            .unwrap_or(0);
        Phrases {
            dictionary,
            sorted,
            map,
            longest,
        }
    }
}

/// A made-up dictionary and how to write text that holds its phrases.
pub(crate) struct Made {
    keys: Vec<String>,
}

/// Words that text is filled with.
const COMMON: usize = 30_000;

/// How many of 100 phrases have 1, 2, … tokens in the embedded dictionary.
pub(crate) const EMBEDDED_MIX: [u32; 5] = [38, 45, 14, 2, 1];

/// Phrases of 2 to 6 tokens.
pub(crate) const LONG_MIX: [u32; 6] = [0, 50, 25, 13, 7, 5];

impl Made {
    /// `count` phrases whose lengths are mixed as `mix` says.
    ///
    /// They begin with common words, so that a text often looks as if one of
    /// them began, and end with a rare one, so that it holds no more of them
    /// than are planted, however many there are.
    pub(crate) fn new(count: usize, mix: &[u32], seed: u64) -> Made {
        let mut random = Random::new(seed);
        let rare = count.max(1_000);
        let mut keys = BTreeSet::new();
        while keys.len() < count {
            let mut key = String::new();
            for _ in 0..random.weighted(mix.iter().copied()) {
                key.push_str(&word(random.zipf(COMMON)));
                key.push(' ');
            }
            key.push_str(&word(COMMON + random.below(rare)));
            keys.insert(key);
        }
        Made {
            keys: keys.into_iter().collect(),
        }
    }

    pub(crate) fn dictionary(&self) -> Dictionary {
        let entries = self.keys.iter().map(|key| Entry {
            spun: key.clone(),
            original: "0".to_string(),
            used: 10,
            own: 1,
            kept: 1,
            bias: 0,
        });
        let source = Source {
            documents: 1_000,
            words: 1_000_000,
            entries: entries.collect(),
        };
        source
            .to_dictionary("made-up dictionary")
            .expect("small enough for the format")
    }

    /// Text of `bytes` bytes with `rate` phrases per token; says how many were planted.
    pub(crate) fn text(&self, bytes: usize, rate: f64, seed: u64) -> (String, usize) {
        let mut random = Random::new(seed);
        let mut text = String::with_capacity(bytes + 64);
        let mut planted = 0;
        while text.len() < bytes {
            let from = text.len();
            let length = 8 + random.below(20);
            for at in 0..length {
                if at > 0 {
                    text.push_str(if random.chance(0.06) { ", " } else { " " });
                }
                if random.chance(rate) {
                    text.push_str(&self.keys[random.below(self.keys.len())]);
                    planted += 1;
                } else {
                    text.push_str(&word(random.zipf(COMMON)));
                }
            }
            text[from..from + 1].make_ascii_uppercase();
            text.push_str(if random.chance(0.2) { ".\n\n" } else { ". " });
        }
        (text, planted)
    }
}

/// A made-up word; frequent ones are short.
fn word(rank: usize) -> String {
    const SOUNDS: [&str; 40] = [
        "an", "be", "co", "da", "el", "fi", "go", "ha", "in", "jo", "ka", "le", "mi", "no", "or",
        "pa", "qui", "re", "sto", "ti", "un", "vi", "wa", "ex", "yo", "zu", "ber", "cal", "den",
        "far", "gel", "hin", "kor", "lan", "mer", "nes", "pol", "ras", "sil", "tor",
    ];
    let mut rest = rank + SOUNDS.len();
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SOUNDS[rest % SOUNDS.len()]);
        rest /= SOUNDS.len();
    }
    word
}
