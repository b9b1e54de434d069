//! The reranker: a log-linear model over the whole surroundings of a slot.
//!
//! The context model sees two words back. The reranker sees words on both
//! sides, in pairs, and farther off, in the text as the first pass of the
//! decoder restored it. A reading's score is the sum of the weights of its
//! features; a feature is a reading together with something in its
//! surroundings, and its weight stands in a table at the feature's hash (the
//! hashing trick, Weinberger et al. 2009). Weights are trained so that the
//! softmax of cost and score over the readings of a slot predicts the author's.
//!
//! Scores are relative: a reading's score less that of leaving the slot alone,
//! so that paths through the lattice that cut the text differently compare.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use crate::artefact::{Artefact, Writer};
use crate::context::Word;
use crate::error::{read, ArtefactError, ArtefactErrorKind, Error};
use crate::token::mix;

const MAGIC: [u8; 8] = *b"unspinRR";
const VERSION: u32 = 1;
const WEIGHTS: [u8; 4] = *b"wght";

/// Words that a slot's surroundings reach to each side.
pub(crate) const REACH: usize = 16;

/// Weights of hashed features, four bits each (see [`LEVELS`]).
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
        match artefact.section(WEIGHTS) {
            Some(weights) if weights.len().is_power_of_two() => Ok(Reranker {
                shared: Arc::new(artefact),
            }),
            _ => Err(ArtefactError {
                name: name.to_string(),
                kind: ArtefactErrorKind::Section("wght"),
            }),
        }
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

    /// The artefact for a table of weights in nats, whose length must be a
    /// power of two. Each is rounded to the nearest of [`LEVELS`].
    #[must_use]
    pub fn to_artefact(weights: &[f32]) -> Vec<u8> {
        let code = |weight: &f32| {
            let distance = |level: i32| (f64::from(*weight) * 256.0 - f64::from(level)).abs();
            let codes = 0..LEVELS.len() as u8;
            codes.min_by(|a, b| {
                distance(LEVELS[usize::from(*a)]).total_cmp(&distance(LEVELS[usize::from(*b)]))
            })
        };
        let codes: Vec<u8> = weights
            .iter()
            .map(|weight| code(weight).unwrap_or(0))
            .collect();
        let packed: Vec<u8> = codes
            .chunks(2)
            .map(|pair| pair[0] | pair.get(1).unwrap_or(&0) << 4)
            .collect();
        Writer::new(MAGIC, VERSION)
            .section(WEIGHTS, &packed)
            .finish()
    }

    pub(crate) fn table(&self) -> Table<'_> {
        Table {
            codes: self.shared.section(WEIGHTS).unwrap_or(&[0]),
        }
    }
}

/// What the four bits of a stored weight stand for, in 1/256 nat.
pub const LEVELS: [i32; 16] = [
    0, -14, 14, -28, 28, -48, 48, -76, 76, -115, 115, -175, 175, -290, 290, 0,
];

/// How much a score counts, in units of 1/256: texts of the world resemble those
/// of the training less than these resemble each other.
const SHRINK: i32 = 160;

/// The weights, ready for look-ups.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    codes: &'a [u8],
}

impl Table<'_> {
    /// Score of a reading in its surroundings, in cost units; higher is better.
    pub(crate) fn score(&self, name: u64, support: Option<u64>, surroundings: &[u64]) -> i32 {
        let around: i32 = surroundings
            .iter()
            .map(|feature| self.weight(name, *feature))
            .sum();
        let supported = support.map_or(0, |level| {
            supports(name, level)
                .into_iter()
                .map(|(name, feature)| self.weight(name, feature))
                .sum()
        });
        (around + supported) * SHRINK / 256
    }

    fn weight(&self, name: u64, feature: u64) -> i32 {
        let at = index(name, feature, self.codes.len() * 2);
        LEVELS[usize::from(self.codes[at / 2] >> (at % 2 * 4)) & 15]
    }
}

/// The features of a level of support: for this reading, and for any.
#[must_use]
pub fn supports(name: u64, level: u64) -> [(u64, u64); 2] {
    [(name, mix(10, level)), (0, mix(11, level))]
}

/// Where the weight of a reading with one feature of its surroundings stands
/// in a table of `length` weights, a power of two.
#[inline]
#[must_use]
pub fn index(reading: u64, feature: u64, length: usize) -> usize {
    (mix(reading, feature) >> 24) as usize & (length - 1)
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
