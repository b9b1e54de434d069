//! Coverage where the originals are known.

use std::collections::BTreeMap;
use std::fmt;

use rustc_hash::FxHashMap;
use serde::Serialize;
use unspin::token::tokenize;
use unspin_train::pairs::Pair;

use crate::table::{phrase_key, Table};

/// Spun phrases from this length on are counted together.
const LONG: usize = 6;

/// Shares of substitutions, each `0.0..=1.0`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Shares {
    /// Substitutions counted.
    pub substitutions: u64,
    /// Share whose spun phrase is a key.
    pub key: f64,
    /// Share whose right original is among the candidates.
    pub candidate: f64,
    /// Share whose right original is the most used candidate.
    pub first: f64,
}

/// Shares of a class of substitutions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Band {
    /// The class.
    pub name: String,
    /// Its shares.
    #[serde(flatten)]
    pub shares: Shares,
}

/// What a dictionary lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// The spun phrase is no key.
    Key,
    /// The key lacks this original.
    Original,
}

/// A substitution that the dictionary has no entry for.
///
/// Displayed, it is the line of a dictionary source: how often it was seen
/// here, and the other counts as far as the dictionary knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The spun phrase, folded.
    pub spun: String,
    /// The original.
    pub original: String,
    /// Times that it was seen.
    pub count: u64,
    /// What is missing.
    pub lacks: GapKind,
    /// Times that the spun phrase stood on its own where the dictionary was learnt.
    pub own: u32,
    /// Times that the original was left alone there.
    pub kept: u32,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Gap {
            spun,
            original,
            count,
            own,
            kept,
            ..
        } = self;
        write!(f, "{spun}\t{original}\t{count}\t{own}\t{kept}\t0")
    }
}

/// A substitution by its rank, for rank–frequency charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rank {
    /// Rank by frequency, counted from 1.
    pub rank: usize,
    /// Times that it was seen.
    pub count: u64,
    /// Whether the dictionary has it.
    pub covered: bool,
}

/// Coverage of pairs of documents.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PairCoverage {
    /// Pairs of documents.
    pub documents: u64,
    /// Pairs left out because their texts are no versions of each other.
    pub set_aside: u64,
    /// Words of the spun texts.
    pub words: u64,
    /// Shares of all substitutions.
    pub all: Shares,
    /// By the `source` of the records.
    pub by_source: Vec<Band>,
    /// By the tokens of the spun phrase.
    pub by_length: Vec<Band>,
    /// By how often the substitution was seen in these documents.
    pub by_frequency: Vec<Band>,
    /// Distinct substitutions, and those of them without an entry.
    pub distinct: usize,
    /// Distinct substitutions without an entry.
    pub distinct_missing: usize,
    /// What is missing, most frequent first.
    pub missing: Vec<Gap>,
    /// Substitutions by rank: all that are missing, and of the others some on a logarithmic scale.
    pub ranks: Vec<Rank>,
}

/// Counts of [`Shares`].
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    all: u64,
    key: u64,
    candidate: u64,
    first: u64,
}

impl Counts {
    fn add(&mut self, times: u64, is_key: bool, rank: Option<usize>) {
        self.all += times;
        self.key += times * u64::from(is_key);
        self.candidate += times * u64::from(rank.is_some());
        self.first += times * u64::from(rank == Some(0));
    }

    fn shares(self) -> Shares {
        let share = |count: u64| count as f64 / self.all.max(1) as f64;
        Shares {
            substitutions: self.all,
            key: share(self.key),
            candidate: share(self.candidate),
            first: share(self.first),
        }
    }
}

/// Counts the substitutions of pairs.
#[derive(Debug, Default)]
pub struct PairTally {
    documents: u64,
    /// Pairs left out by the caller.
    pub set_aside: u64,
    words: u64,
    sources: BTreeMap<String, Counts>,
    /// Times that each pair of phrases was seen.
    seen: FxHashMap<(String, String), u64>,
}

impl PairTally {
    /// Counts a pair whose substitutions are known.
    pub fn count(&mut self, table: &Table, source: &str, pair: &Pair) {
        self.documents += 1;
        self.words += tokenize(&pair.spun).len() as u64;
        let counts = self.sources.entry(source.to_string()).or_default();
        for edit in &pair.edits {
            let Some(spun) = pair.spun.get(edit.start..edit.end) else {
                continue;
            };
            let (spun, original) = (phrase_key(spun), phrase_key(&edit.original));
            if spun.is_empty() || original.is_empty() {
                continue;
            }
            counts.add(1, table.is_key(&spun), table.rank(&spun, &original));
            *self.seen.entry((spun, original)).or_default() += 1;
        }
    }

    /// The figures; at most `most` of the missing entries are listed.
    #[must_use]
    pub fn finish(self, table: &Table, most: usize) -> PairCoverage {
        let mut seen: Vec<((String, String), u64)> = self.seen.into_iter().collect();
        seen.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let mut all = Counts::default();
        let mut lengths: BTreeMap<usize, Counts> = BTreeMap::new();
        let mut bands: BTreeMap<u32, Counts> = BTreeMap::new();
        let (mut missing, mut ranks) = (Vec::new(), Vec::new());
        let (distinct, mut distinct_missing) = (seen.len(), 0);
        for (at, ((spun, original), count)) in seen.into_iter().enumerate() {
            let (is_key, place) = (table.is_key(&spun), table.rank(&spun, &original));
            all.add(count, is_key, place);
            let length = tokenize(&spun).len().min(LONG);
            lengths.entry(length).or_default().add(count, is_key, place);
            bands
                .entry(count.ilog2())
                .or_default()
                .add(count, is_key, place);
            let (rank, covered) = (at + 1, place.is_some());
            if !covered || is_drawn(rank) {
                ranks.push(Rank {
                    rank,
                    count,
                    covered,
                });
            }
            distinct_missing += usize::from(!covered);
            if !covered && missing.len() < most {
                let (own, kept) = table.unused(&spun, &original);
                missing.push(Gap {
                    lacks: if is_key {
                        GapKind::Original
                    } else {
                        GapKind::Key
                    },
                    spun,
                    original,
                    count,
                    own,
                    kept,
                });
            }
        }
        let band = |name: String, counts: Counts| Band {
            name,
            shares: counts.shares(),
        };
        PairCoverage {
            documents: self.documents,
            set_aside: self.set_aside,
            words: self.words,
            all: all.shares(),
            by_source: self
                .sources
                .into_iter()
                .map(|(name, counts)| band(name, counts))
                .collect(),
            by_length: lengths
                .into_iter()
                .map(|(length, counts)| band(length_name(length), counts))
                .collect(),
            by_frequency: bands
                .into_iter()
                .rev()
                .map(|(log, counts)| band(band_name(log), counts))
                .collect(),
            distinct,
            distinct_missing,
            missing,
            ranks,
        }
    }
}

/// Some twenty ranks for each power of ten are enough to draw a curve.
fn is_drawn(rank: usize) -> bool {
    let step = (rank / 20).max(1).next_power_of_two();
    rank.is_multiple_of(step)
}

fn length_name(length: usize) -> String {
    match length {
        1 => "1 token".to_string(),
        LONG => format!("{LONG} tokens and more"),
        length => format!("{length} tokens"),
    }
}

fn band_name(log: u32) -> String {
    let from = 1u64 << log;
    match log {
        0 => "once".to_string(),
        log => format!("{from} to {} times", (from << 1) - u64::from(log < 63)),
    }
}
