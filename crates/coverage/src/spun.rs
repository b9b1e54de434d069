//! Coverage of spun text whose original is not known.

use rustc_hash::FxHashMap;
use serde::Serialize;
use unspin::context::Word;
use unspin::token::{fold, tokenize, Case, Gap, Kind};
use unspin::Model;
use unspin_train::significance::rate_ratio;

use crate::table::Table;

/// Times that a phrase must stand in the texts to be suspicious.
const LEAST: u32 = 3;
/// How many times more often than expected it must.
const TIMES: f64 = 4.0;
/// Log-likelihood ratio that it must reach (one in a thousand by chance).
const SIGNIFICANT: f64 = 10.83;
/// Phrases held at most; the rarest make room.
const CAPACITY: usize = 2_000_000;
/// Costs of a model are counted in this share of a nat.
const NAT: f64 = 256.0;

/// A phrase that spun text has too often, and that the dictionary lacks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Odd {
    /// The phrase, folded.
    pub phrase: String,
    /// Times that it stands in the texts.
    pub count: u32,
    /// Documents that have it.
    pub documents: u32,
    /// Times that the context model expects it in so much text.
    pub expected: f64,
    /// Log-likelihood ratio of the two.
    pub significance: f64,
}

/// Coverage of spun texts.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SpunCoverage {
    /// Documents.
    pub documents: u64,
    /// Words.
    pub words: u64,
    /// Share of the words that stand in a key of the dictionary, `0.0..=1.0`.
    pub explained: f64,
    /// Share of the words that restoring changes, `0.0..=1.0`.
    pub restored: f64,
    /// Suspicious phrases without an entry, most significant first.
    pub odd: Vec<Odd>,
}

/// Counts of spun texts.
#[derive(Debug, Default)]
pub struct SpunTally {
    documents: u64,
    words: u64,
    explained: u64,
    restored: u64,
    phrases: FxHashMap<String, Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    count: u32,
    documents: u32,
    /// The document that had it last, counted from 1.
    last: u64,
    /// Times that the context model expects it in a text of one word, if it
    /// knows the words.
    rate: f64,
}

impl SpunTally {
    /// Counts a document; `changed` is how many of its bytes restoring replaces,
    /// as ranges in ascending order.
    pub fn count(
        &mut self,
        table: &Table,
        model: &Model,
        text: &str,
        changed: &[std::ops::Range<usize>],
    ) {
        self.documents += 1;
        let tokens = tokenize(text);
        let mut explained = vec![false; tokens.len()];
        table.matches(text, &tokens, |range, _| explained[range].fill(true));
        // A word that no model has leaves the pair of words to itself.
        let nothing = Word::of_folded("\0");
        let is_word = |at: usize| tokens[at].kind == Kind::Word;
        for (at, token) in tokens.iter().enumerate().filter(|(at, _)| is_word(*at)) {
            self.words += 1;
            self.explained += u64::from(explained[at]);
            let next = changed.partition_point(|range| range.end <= token.start as usize);
            let inside = changed
                .get(next)
                .is_some_and(|range| range.start < token.end as usize);
            self.restored += u64::from(inside);
        }
        for at in 0..tokens.len() {
            // Names are no spinner's words.
            if !is_word(at) || tokens[at].case != Case::Lower || explained[at] {
                continue;
            }
            let word = Word::of(&tokens[at], text);
            let lone = model.lone(word);
            if !model.knows(word) {
                continue;
            }
            self.add(fold(tokens[at].text(text)), rate(lone));
            let before = at.checked_sub(1).filter(|&before| {
                is_word(before)
                    && tokens[before].case == Case::Lower
                    && tokens[at].gap == Gap::Space
            });
            if let Some(before) = before {
                let last = Word::of(&tokens[before], text);
                if model.knows(last) {
                    let (first, second) = (tokens[before].text(text), tokens[at].text(text));
                    let cost = model.lone(last) + model.cost(nothing, last, word);
                    self.add(format!("{} {}", fold(first), fold(second)), rate(cost));
                }
            }
        }
    }

    fn add(&mut self, phrase: String, rate: f64) {
        let seen = self.phrases.entry(phrase).or_default();
        seen.count += 1;
        seen.rate = rate;
        if seen.last != self.documents {
            seen.last = self.documents;
            seen.documents += 1;
        }
        if self.phrases.len() > CAPACITY {
            self.phrases.retain(|_, seen| seen.count > 1);
            if self.phrases.len() > CAPACITY / 2 {
                self.phrases.clear();
            }
        }
    }

    /// The figures; at most `most` suspicious phrases are listed.
    #[must_use]
    pub fn finish(self, most: usize) -> SpunCoverage {
        let words = self.words as f64;
        let mut odd: Vec<Odd> = self
            .phrases
            .into_iter()
            .filter(|(_, seen)| seen.count >= LEAST)
            // One document's topic is no spinner's habit.
            .filter(|(_, seen)| seen.documents > 1 || self.documents == 1)
            .filter_map(|(phrase, seen)| {
                let expected = seen.rate * words;
                // A topic repeats its words in few documents, a spinner its
                // own in all.
                let spread = match self.documents {
                    1 => seen.count,
                    _ => seen.count.min(2 * seen.documents),
                };
                let count = f64::from(spread);
                // The model was counted on far more text than this.
                let much = words * 100.0;
                let significance = rate_ratio((count, words), (seen.rate * much, much));
                (count > TIMES * expected && significance >= SIGNIFICANT).then_some(Odd {
                    phrase,
                    count: seen.count,
                    documents: seen.documents,
                    expected,
                    significance,
                })
            })
            .collect();
        odd.sort_by(|a, b| {
            b.significance
                .total_cmp(&a.significance)
                .then_with(|| a.phrase.cmp(&b.phrase))
        });
        odd.truncate(most);
        SpunCoverage {
            documents: self.documents,
            words: self.words,
            explained: self.explained as f64 / words.max(1.0),
            restored: self.restored as f64 / words.max(1.0),
            odd,
        }
    }
}

fn rate(cost: i32) -> f64 {
    (-f64::from(cost) / NAT).exp()
}
