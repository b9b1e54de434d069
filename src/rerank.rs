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
pub use crate::buckets::key;
use crate::buckets::{self, code, Buckets, Entry};
use crate::context::Word;
use crate::error::{read, ArtefactError, ArtefactErrorKind, Error};
use crate::token::mix;

const MAGIC: [u8; 8] = *b"unspinRR";
const VERSION: u32 = 3;
const READINGS: [u8; 4] = *b"read";
const WEIGHTS: [u8; 4] = *b"wght";

/// Words that a slot's surroundings reach to each side.
const REACH: usize = 16;

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
        if !buckets(&artefact).is_some_and(|table| table.is_sound()) {
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

    /// The artefact for weights in nats, those that matter most first: there is
    /// no room for some of the last ones, and of two of a reading that cannot be
    /// told apart the first counts. Each is rounded to the nearest of [`LEVELS`].
    #[must_use]
    pub fn to_artefact(weights: &[Weight]) -> Vec<u8> {
        let entry = |weight: &Weight| Entry {
            name: weight.reading,
            key: key(weight.reading, weight.feature),
            code: nearest(weight.nats),
        };
        let (readings, weights) = buckets::build(&weights.iter().map(entry).collect::<Vec<_>>());
        Writer::new(MAGIC, VERSION)
            .section(READINGS, &readings)
            .section(WEIGHTS, &weights)
            .finish()
    }

    pub(crate) fn table(&self) -> Table<'_> {
        Table {
            weights: buckets(&self.shared),
        }
    }
}

fn buckets(artefact: &Artefact) -> Option<Buckets<'_>> {
    Buckets::new(artefact.section(READINGS)?, artefact.section(WEIGHTS)?)
}

/// The weight of a reading with a feature of its surroundings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// Hash of the reading's words.
    pub reading: u64,
    /// Hash of the feature.
    pub feature: u64,
    /// The weight in nats.
    pub nats: f32,
}

/// What the four bits of a stored weight stand for, in 1/256 nat.
pub const LEVELS: [i32; 16] = [
    -12, 12, -32, 32, -50, 50, -68, 68, -89, 89, -118, 118, -180, 180, -400, 400,
];

/// How much a score counts, in units of 1/256: texts of the world resemble those
/// of the training less than these resemble each other.
const SHRINK: i32 = 180;

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
        let group = weights.group(name);
        // All of some are read before any is looked at, since one by one each
        // would wait for memory.
        let mut read = [(0, 0); TOGETHER];
        let mut sum = 0;
        for features in surroundings.chunks(TOGETHER) {
            for (to, feature) in read.iter_mut().zip(features) {
                let key = key(name, *feature);
                *to = (key, group.read(key));
            }
            let found = read[..features.len()].iter();
            sum += found
                .map(|(key, bucket)| level(code(*key, *bucket)))
                .sum::<i32>();
        }
        if let Some(degree) = support {
            for (name, feature) in supports(name, degree) {
                sum += level(weights.group(name).get(key(name, feature)));
            }
        }
        sum * SHRINK / 256
    }
}

/// The weight that a code stands for, 0 if there is none.
#[inline]
fn level(code: u8) -> i32 {
    const ALL: [i32; 32] = {
        let mut all = [0; 32];
        let mut code = 0;
        while code < LEVELS.len() {
            all[code] = LEVELS[code];
            code += 1;
        }
        all
    };
    ALL[usize::from(code & 31)]
}

/// The features of a level of support: for this reading, and for any.
#[must_use]
pub fn supports(name: u64, level: u64) -> [(u64, u64); 2] {
    [(name, mix(10, level)), (0, mix(11, level))]
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

/// A word of a slot's surroundings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Neighbour {
    word: Word,
    /// The feature that it is to slots some words off.
    far: u64,
}

impl Neighbour {
    pub(crate) fn new(word: Word) -> Neighbour {
        let far = feature(9, word.to_u64(), 0);
        Neighbour { word, far }
    }
}

/// The feature of a kind with two values.
#[inline]
fn feature(kind: u64, a: u64, b: u64) -> u64 {
    mix(mix(kind, a), b)
}

/// The features of a slot's surroundings: `left` and `right` are the words
/// around it, in the order of the text.
pub(crate) fn surroundings(
    left: &[Neighbour],
    right: &[Neighbour],
    capital: bool,
    features: &mut Vec<u64>,
) {
    let word = |near: Option<&Neighbour>| near.map_or(Word::BREAK, |near| near.word).to_u64();
    let (l1, r1) = (word(left.last()), word(right.first()));
    let (l2, r2) = (word(left.iter().nth_back(1)), word(right.get(1)));
    features.clear();
    features.extend([
        feature(0, u64::from(capital), 0),
        feature(1, l1, 0),
        feature(2, r1, 0),
        feature(3, l2, 0),
        feature(4, r2, 0),
        feature(5, l1, r1),
    ]);
    let far = left.iter().rev().skip(2).take(REACH - 2);
    features.extend(far.map(|near| near.far));
    let far = right.iter().skip(2).take(REACH - 2);
    features.extend(far.map(|near| near.far));
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
        let weight = |reading, feature, nats| Weight {
            reading,
            feature,
            nats,
        };
        let weights = [
            weight(7, 1, 0.36),
            weight(7, 2, -0.13),
            weight(own, level, 0.13),
            weight(any, any_level, 0.05),
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
