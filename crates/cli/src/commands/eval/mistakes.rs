//! Single mistakes, counted by what should have been written.

use std::collections::HashMap;

use serde::Serialize;

/// Mistakes listed at most.
const LISTED: usize = 100;

/// Examples kept of each.
const EXAMPLES: usize = 3;

/// What can be wrong with a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// Spun, and no entry of the dictionary leads back.
    NoCandidate,
    /// Spun, and left as it was though an entry leads back.
    Missed,
    /// Spun, and restored to something else though an entry leads back.
    Wrong,
    /// The author's own words, and changed.
    Harm,
}

/// A mistake, without where it was made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Mistake {
    pub(super) kind: Kind,
    pub(super) spun: String,
    pub(super) restored: Option<String>,
    pub(super) original: Option<String>,
}

/// How often it was made.
#[derive(Debug, Default)]
struct Tally {
    count: u64,
    /// Sum and number of the ranks of the right alternative, where it was listed.
    ranks: (u64, u64),
    examples: Vec<String>,
}

/// Mistakes of some documents; they add up.
#[derive(Debug, Default)]
pub(super) struct Mistakes(HashMap<Mistake, Tally>);

/// A mistake and how often it was made.
#[derive(Debug, Serialize)]
pub(super) struct MistakeCount {
    pub(super) kind: Kind,
    pub(super) spun: String,
    pub(super) restored: Option<String>,
    pub(super) original: Option<String>,
    pub(super) count: u64,
    /// Mean rank of the right reading among those that the edit lists; the
    /// chosen one has rank 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rank: Option<f64>,
    /// Some places, in spun text.
    pub(super) examples: Vec<String>,
}

/// All mistakes of a kind.
#[derive(Debug, Serialize)]
pub(super) struct KindCount {
    kind: Kind,
    count: u64,
}

impl Mistakes {
    pub(super) fn note(&mut self, mistake: Mistake, rank: Option<usize>, example: String) {
        let tally = self.0.entry(mistake).or_default();
        tally.count += 1;
        if let Some(rank) = rank {
            tally.ranks = (tally.ranks.0 + rank as u64, tally.ranks.1 + 1);
        }
        if tally.examples.len() < EXAMPLES {
            tally.examples.push(example);
        }
    }

    pub(super) fn merge(&mut self, other: Mistakes) {
        for (mistake, more) in other.0 {
            let tally = self.0.entry(mistake).or_default();
            tally.count += more.count;
            tally.ranks.0 += more.ranks.0;
            tally.ranks.1 += more.ranks.1;
            tally.examples.extend(more.examples);
            tally.examples.truncate(EXAMPLES);
        }
    }

    /// How many there are of each kind.
    pub(super) fn kinds(&self) -> Vec<KindCount> {
        let kinds = [Kind::NoCandidate, Kind::Missed, Kind::Wrong, Kind::Harm];
        kinds
            .into_iter()
            .map(|kind| KindCount {
                kind,
                count: self
                    .0
                    .iter()
                    .filter(|(mistake, _)| mistake.kind == kind)
                    .map(|(_, tally)| tally.count)
                    .sum(),
            })
            .collect()
    }

    /// The most frequent mistakes, the most frequent first.
    pub(super) fn commonest(&self) -> Vec<MistakeCount> {
        let mut all: Vec<(&Mistake, &Tally)> = self.0.iter().collect();
        all.sort_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| a.0.cmp(b.0)));
        all.truncate(LISTED);
        let count = |(mistake, tally): (&Mistake, &Tally)| MistakeCount {
            kind: mistake.kind,
            spun: mistake.spun.clone(),
            restored: mistake.restored.clone(),
            original: mistake.original.clone(),
            count: tally.count,
            rank: (tally.ranks.1 > 0)
                .then(|| (tally.ranks.0 as f64 / tally.ranks.1 as f64 * 100.0).round() / 100.0),
            examples: tally.examples.clone(),
        };
        all.into_iter().map(count).collect()
    }
}
