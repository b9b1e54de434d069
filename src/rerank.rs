//! The reranker: a log-linear model over the whole surroundings of a slot.
//!
//! The context model sees two words back. The reranker sees words on both
//! sides, in pairs, and farther off, in the text as the first pass of the
//! decoder restored it. A reading's score is the sum of the weights of its
//! features; a feature is a reading together with something in its
//! surroundings. The weights that matter most stand in a table that tells their
//! features from all others but for one in a thousand (`buckets.rs`): a plain
//! table of hashed features, in which all share their places with strangers,
//! needs several times the room. Weights are trained so that the
//! softmax of cost and score over the readings of a slot predicts the author's.
//!
//! Scores are relative: a reading's score less that of leaving the slot alone,
//! so that paths through the lattice that cut the text differently compare.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use crate::artefact::{Artefact, Writer};
use crate::buckets::{self, code, Buckets};
use crate::context::Word;
use crate::error::{read, ArtefactError, ArtefactErrorKind, Error};
use crate::token::mix;

const MAGIC: [u8; 8] = *b"unspinRR";
const VERSION: u32 = 2;
const WEIGHTS: [u8; 4] = *b"wght";

/// Binary logarithm of the number of buckets of weights, at most.
const BUCKET_BITS: u32 = 18;

/// Words that a slot's surroundings reach to each side.
pub(crate) const REACH: usize = 16;

/// Weights of features, four bits each (see [`LEVELS`]).
///
/// Cheap to clone; the clones share one copy.
#[derive(Debug, Clone)]
pub struct Reranker {
    shared: Arc<Artefact>,
}

impl Reranker {
    /// The built-in reranker.
    #[cfg(feature = "embedded")]
    #[must_use]
    pub fn embedded() -> Reranker {
        static BYTES: &[u8] = include_bytes!("../data/reranker.model");
        static EMBEDDED: once_cell::sync::Lazy<Reranker> = once_cell::sync::Lazy::new(|| {
            match Reranker::from_bytes("embedded reranker", BYTES) {
                Ok(reranker) => reranker,
                // The file is part of the crate, and a test loads it.
                Err(error) => unreachable!("{error}"),
            }
        });
        EMBEDDED.clone()
    }

    /// Reads a reranker where it lies, after checking every byte of it.
    ///
    /// # Errors
    ///
    /// If the bytes are not a whole, undamaged reranker of this version.
    pub fn from_bytes(
        name: &str,
        bytes: impl Into<Cow<'static, [u8]>>,
    ) -> Result<Reranker, ArtefactError> {
        let artefact = Artefact::open(
            name,
            bytes.into(),
            MAGIC,
            VERSION,
            "a reranker",
            "unspin model fit",
        )?;
        if artefact.section(WEIGHTS).and_then(Buckets::new).is_none() {
            return Err(ArtefactError {
                name: name.to_string(),
                kind: ArtefactErrorKind::Section("wght"),
            });
        }
        Ok(Reranker {
            shared: Arc::new(artefact),
        })
    }

    /// Reads a reranker from a file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is refused as by [`Reranker::from_bytes`].
    pub fn from_path(path: impl AsRef<Path>) -> Result<Reranker, Error> {
        let path = path.as_ref();
        let bytes = read(path)?;
        Ok(Reranker::from_bytes(&path.display().to_string(), bytes)?)
    }

    /// The artefact for weights in nats, each with the [`key`] of its feature,
    /// the most important first: there is room for a million at most, and of
    /// two that cannot be told apart the first counts. Each is rounded to the
    /// nearest of [`LEVELS`].
    #[must_use]
    pub fn to_artefact(weights: &[(u64, f32)]) -> Vec<u8> {
        let bits = weights.len().max(1).next_power_of_two().ilog2();
        let entries = weights.iter().map(|(key, weight)| (*key, nearest(*weight)));
        let table = buckets::build(entries, bits.min(BUCKET_BITS));
        Writer::new(MAGIC, VERSION)
            .section(WEIGHTS, &table)
            .finish()
    }

    pub(crate) fn table(&self) -> Table<'_> {
        let weights = self.shared.section(WEIGHTS);
        Table {
            weights: weights.and_then(Buckets::new),
        }
    }
}

/// What the four bits of a stored weight stand for, in 1/256 nat.
pub const LEVELS: [i32; 16] = [
    -12, 12, -32, 32, -50, 50, -68, 68, -89, 89, -118, 118, -180, 180, -400, 400,
];

/// How much a score counts, in units of 1/256: texts of the world resemble those
/// of the training less than these resemble each other.
const SHRINK: i32 = 160;

/// Weights that are looked up together.
const TOGETHER: usize = 16;

/// The weights, ready for look-ups.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    weights: Option<Buckets<'a>>,
}

impl Table<'_> {
    /// Score of a reading in its surroundings, in cost units; higher is better.
    pub(crate) fn score(&self, name: u64, support: Option<u64>, surroundings: &[u64]) -> i32 {
        let Some(weights) = &self.weights else {
            return 0;
        };
        // All of some are read before any is looked at, since one by one each
        // would wait for memory.
        let mut read = [(0, 0); TOGETHER];
        let mut sum = 0;
        for features in surroundings.chunks(TOGETHER) {
            for (to, feature) in read.iter_mut().zip(features) {
                let key = key(name, *feature);
                *to = (key, weights.read(key));
            }
            let found = read[..features.len()].iter();
            sum += found.map(|(key, bucket)| level(*key, *bucket)).sum::<i32>();
        }
        if let Some(degree) = support {
            for (name, feature) in supports(name, degree) {
                let key = key(name, feature);
                sum += level(key, weights.read(key));
            }
        }
        sum * SHRINK / 256
    }
}

/// The weight that a key has in its bucket, 0 if none.
#[inline]
fn level(key: u64, bucket: u64) -> i32 {
    code(key, bucket).map_or(0, |code| LEVELS[usize::from(code & 15)])
}

/// The features of a level of support: for this reading, and for any.
#[must_use]
pub fn supports(name: u64, level: u64) -> [(u64, u64); 2] {
    [(name, mix(10, level)), (0, mix(11, level))]
}

/// The key of the weight of a reading with one feature of its surroundings.
#[inline]
#[must_use]
pub fn key(reading: u64, feature: u64) -> u64 {
    mix(reading, feature)
}

/// The code of the level nearest to a weight in nats.
fn nearest(weight: f32) -> u8 {
    let distance = |level: i32| (f64::from(weight) * 256.0 - f64::from(level)).abs();
    let code =
        (0..LEVELS.len()).min_by(|a, b| distance(LEVELS[*a]).total_cmp(&distance(LEVELS[*b])));
    code.unwrap_or(0) as u8
}

/// The name of a reading: a hash of its words.
pub(crate) fn reading(words: impl Iterator<Item = Word>) -> u64 {
    words.fold(0x7265_6164_696e_6721, |hash, word| mix(hash, word.to_u64()))
}

/// The features of a slot's surroundings: `left` and `right` are the words
/// around it, nearest first.
pub(crate) fn surroundings(left: &[Word], right: &[Word], capital: bool, features: &mut Vec<u64>) {
    let word = |side: &[Word], at: usize| side.get(at).copied().unwrap_or(Word::BREAK).to_u64();
    let (l1, l2, r1, r2) = (word(left, 0), word(left, 1), word(right, 0), word(right, 1));
    features.clear();
    let mut add = |kind: u64, a: u64, b: u64| features.push(mix(mix(kind, a), b));
    add(0, u64::from(capital), 0);
    add(1, l1, 0);
    add(2, r1, 0);
    add(3, l2, 0);
    add(4, r2, 0);
    add(5, l1, r1);
    for side in [left, right] {
        for near in side.iter().skip(2).take(REACH - 2) {
            if *near == Word::BREAK {
                break;
            }
            add(9, near.to_u64(), 0);
        }
    }
}

/// A slot as the reranker sees it, for training.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// First byte of the slot.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Hashed features of its surroundings.
    pub surroundings: Vec<u64>,
    /// Its readings; the first leaves it as it is.
    pub readings: Vec<InstanceReading>,
}

/// A reading of an [`Instance`].
#[derive(Debug, Clone, PartialEq)]
pub struct InstanceReading {
    /// The original phrase; `None` where the slot is left as it is.
    pub original: Option<String>,
    /// Hash of its words.
    pub name: u64,
    /// Cost of the best path through it above the best of all, in 1/256 nat.
    pub cost: i32,
    /// How strongly the rest of the document speaks for it, if it is no identity.
    pub support: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_the_nearest_levels() {
        for (weight, level) in [(0.0, -12), (0.01, 12), (-0.36, -89), (9.0, 400)] {
            assert_eq!(LEVELS[usize::from(nearest(weight))], level, "{weight}");
        }
    }

    #[test]
    fn a_score_adds_up_what_is_around_and_what_supports() {
        let [(own, level), (any, any_level)] = supports(7, 3);
        let weights = [
            (key(7, 1), 0.36),
            (key(7, 2), -0.13),
            (key(own, level), 0.13),
            (key(any, any_level), 0.05),
        ];
        let reranker = Reranker::from_bytes("a", Reranker::to_artefact(&weights)).unwrap();
        let table = reranker.table();
        assert_eq!(table.score(7, None, &[1, 2]), (89 - 32) * SHRINK / 256);
        assert_eq!(table.score(7, Some(3), &[1]), (89 + 32 + 12) * SHRINK / 256);
    }

    #[test]
    fn a_reranker_without_weights_is_one() {
        let reranker = Reranker::from_bytes("none", Reranker::to_artefact(&[])).unwrap();
        assert_eq!(reranker.table().score(1, None, &[2]), 0);
    }
}
