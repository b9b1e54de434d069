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
use std::hint::select_unpredictable;
use std::path::Path;
use std::sync::Arc;

use crate::artefact::{Artefact, Format, Origin, Writer};
pub use crate::buckets::key;
pub(crate) use crate::buckets::Lookup;
use crate::buckets::{self, Buckets, Entry, HAS_CODE, NO_FEATURE};
use crate::context::Word;
use crate::error::{read, ArtefactError, ArtefactErrorKind, Error};
use crate::support::Support;
use crate::surroundings::Surroundings;
use crate::token::mix;

const FORMAT: Format = Format {
    magic: *b"unspinRR",
    version: 3,
    what: "a reranker",
    remedy: "unspin model fit",
};
const READINGS: [u8; 4] = *b"read";
const WEIGHTS: [u8; 4] = *b"wght";

/// Weights of features, four bits each (see [`LEVELS`]).
///
/// Cheap to clone; the clones share one copy.
#[derive(Debug, Clone)]
pub struct Reranker {
    shared: Arc<Artefact>,
    /// Per level of support, what it counts for any reading.
    supported: [i32; Support::LEVELS as usize],
}

impl Reranker {
    /// The built-in reranker.
    #[cfg(feature = "embedded")]
    #[must_use]
    pub fn embedded() -> Reranker {
        static BYTES: &[u8] = include_bytes!("../data/reranker.model");
        static EMBEDDED: once_cell::sync::Lazy<Reranker> = once_cell::sync::Lazy::new(|| {
            match Reranker::load("embedded reranker", BYTES.into(), Origin::Embedded) {
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
        Reranker::load(name, bytes.into(), Origin::Outside)
    }

    fn load(
        name: &str,
        bytes: Cow<'static, [u8]>,
        origin: Origin,
    ) -> Result<Reranker, ArtefactError> {
        let artefact = Artefact::open(name, bytes, FORMAT, origin)?;
        let Some(table) = buckets(&artefact).filter(Buckets::is_sound) else {
            return Err(ArtefactError {
                name: name.to_string(),
                kind: ArtefactErrorKind::Section("wght"),
            });
        };
        let supported = std::array::from_fn(|level| {
            let [_, (name, feature)] = supports(0, level as u64);
            COUNTS[table.get(name, key(name, feature)) as usize]
        });
        Ok(Reranker {
            shared: Arc::new(artefact),
            supported,
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
        Writer::new(FORMAT)
            .section(READINGS, &readings)
            .section(WEIGHTS, &weights)
            .finish()
    }

    pub(crate) fn table(&self) -> Table<'_> {
        Table {
            weights: buckets(&self.shared),
            supported: &self.supported,
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

/// What each code counts with the bit that tells that there is one, and nothing
/// without.
const COUNTS: [i32; 2 * HAS_CODE as usize] = {
    let mut counts = [0; 2 * HAS_CODE as usize];
    let mut code = 0;
    while code < LEVELS.len() {
        counts[HAS_CODE as usize + code] = LEVELS[code];
        code += 1;
    }
    counts
};

/// The weights, ready for look-ups.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    weights: Option<Buckets<'a>>,
    supported: &'a [i32; Support::LEVELS as usize],
}

/// A reading of a slot and its score.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scored {
    /// Which of several slots is its.
    pub(crate) slot: u32,
    /// Its number in the lattice.
    pub(crate) number: u32,
    /// Its [name].
    pub(crate) name: u64,
    /// Whether it leaves its slot alone.
    pub(crate) is_own: bool,
    /// What the document says for it, if it does not.
    pub(crate) support: u64,
    /// Its score in cost units; higher is better.
    pub(crate) score: i32,
}

/// The name that the reranker has for a reading: a hash of its words.
pub(crate) fn name(words: impl Iterator<Item = Word>) -> u64 {
    words.fold(0x7265_6164_696e_6721, |hash, word| mix(hash, word.to_u64()))
}

impl Table<'_> {
    /// Scores readings of several slots, each in the surroundings of its slot: every step is
    /// taken for all before the next, since reading weights waits for memory. It is inlined
    /// always, since it is a part of loops that are compiled for machines of several kinds.
    #[inline(always)]
    pub(crate) fn score(
        &self,
        around: &[Surroundings],
        readings: &mut [Scored],
        lookups: &mut Vec<Lookup>,
    ) {
        let Some(weights) = self.weights else {
            return;
        };
        if lookups.len() < readings.len() {
            lookups.resize(readings.len(), Lookup::default());
        }
        for reading in readings.iter() {
            weights.prefetch(reading.name);
        }
        for (reading, lookup) in readings.iter().zip(&mut *lookups) {
            let [(_, feature), _] = supports(reading.name, reading.support);
            let feature = select_unpredictable(reading.is_own, NO_FEATURE, feature);
            let features = around[reading.slot as usize].places();
            weights.ask(reading.name, features, feature, lookup);
        }
        for lookup in &mut lookups[..readings.len()] {
            weights.read(lookup);
        }
        for (reading, lookup) in readings.iter_mut().zip(lookups) {
            let supported = self.supported[reading.support as usize % self.supported.len()];
            let supported = select_unpredictable(reading.is_own, 0, supported);
            let count = |said: &u64| COUNTS[*said as usize % COUNTS.len()];
            let sum: i32 = lookup.judge().iter().map(count).sum();
            reading.score = (sum + supported) * SHRINK / 256;
        }
    }
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

    fn score(reranker: &Reranker, name: u64, support: Option<u64>, features: &[u64]) -> i32 {
        let mut readings = [0, 1].map(|slot| Scored {
            slot,
            number: 9,
            name,
            is_own: support.is_none(),
            support: support.unwrap_or(0),
            score: 0,
        });
        let around = [features; 2].map(Surroundings::of);
        let table = reranker.table();
        table.score(&around, &mut readings, &mut Vec::new());
        assert_eq!(readings[0].score, readings[1].score);
        readings[0].score
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
        let score = |support, features: &[u64]| score(&reranker, 7, support, features);
        assert_eq!(score(None, &[1, 2]), (89 - 32) * SHRINK / 256);
        assert_eq!(score(Some(3), &[1]), (89 + 32 + 12) * SHRINK / 256);
    }

    #[test]
    fn a_reranker_without_weights_is_one() {
        let reranker = Reranker::from_bytes("none", Reranker::to_artefact(&[])).unwrap();
        assert_eq!(score(&reranker, 1, None, &[2]), 0);
        assert_eq!(score(&reranker, 1, Some(3), &[2]), 0);
    }
}
