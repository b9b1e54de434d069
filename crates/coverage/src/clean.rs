//! Coverage of clean text: the harm that a dictionary does.

use rustc_hash::FxHashMap;
use serde::Serialize;
use unspin::token::{fold, tokenize, Kind};
use unspin::Edit;

use crate::table::Table;

/// A replacement made in clean text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Harm {
    /// What stood there, folded.
    pub spun: String,
    /// What took its place, folded.
    pub original: String,
    /// Times.
    pub count: u64,
}

/// Harm done to clean texts.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CleanCoverage {
    /// Documents.
    pub documents: u64,
    /// Words.
    pub words: u64,
    /// Share of the words that stand in a key of the dictionary, `0.0..=1.0`.
    pub in_keys: f64,
    /// Documents that were taken for spun.
    pub taken_for_spun: u64,
    /// Words changed of 10,000 when each document decides whether it was spun.
    pub changed_per_10k: f64,
    /// Words changed of 10,000 when all are taken for spun: what the decision spares them.
    pub changed_if_spun_per_10k: f64,
    /// What would be changed if all were taken for spun, most frequent first.
    pub harms: Vec<Harm>,
}

/// Counts of clean texts.
#[derive(Debug, Default)]
pub struct CleanTally {
    documents: u64,
    words: u64,
    in_keys: u64,
    taken_for_spun: u64,
    changed: u64,
    changed_if_spun: u64,
    harms: FxHashMap<(String, String), u64>,
}

impl CleanTally {
    /// Counts a document: what was edited when it decided itself, and what
    /// when it was taken for spun.
    pub fn count(&mut self, table: &Table, text: &str, edits: &[Edit], if_spun: &[Edit]) {
        self.documents += 1;
        let tokens = tokenize(text);
        let mut in_key = vec![false; tokens.len()];
        table.matches(text, &tokens, |range, _| in_key[range].fill(true));
        let words = || (0..tokens.len()).filter(|&at| tokens[at].kind == Kind::Word);
        self.words += words().count() as u64;
        self.in_keys += words().filter(|&at| in_key[at]).count() as u64;
        self.taken_for_spun += u64::from(!edits.is_empty());
        self.changed += edits.iter().map(words_of).sum::<u64>();
        for edit in if_spun {
            self.changed_if_spun += words_of(edit);
            let phrases = (fold(&edit.source), fold(&edit.replacement));
            *self.harms.entry(phrases).or_default() += 1;
        }
    }

    /// The figures; at most `most` harms are listed.
    #[must_use]
    pub fn finish(self, most: usize) -> CleanCoverage {
        let mut harms: Vec<Harm> = self
            .harms
            .into_iter()
            .map(|((spun, original), count)| Harm {
                spun,
                original,
                count,
            })
            .collect();
        harms.sort_by(|a, b| {
            let order = b.count.cmp(&a.count).then_with(|| a.spun.cmp(&b.spun));
            order.then_with(|| a.original.cmp(&b.original))
        });
        harms.truncate(most);
        let words = self.words.max(1) as f64;
        CleanCoverage {
            documents: self.documents,
            words: self.words,
            in_keys: self.in_keys as f64 / words,
            taken_for_spun: self.taken_for_spun,
            changed_per_10k: self.changed as f64 * 1e4 / words,
            changed_if_spun_per_10k: self.changed_if_spun as f64 * 1e4 / words,
            harms,
        }
    }
}

fn words_of(edit: &Edit) -> u64 {
    tokenize(&edit.source).len() as u64
}
