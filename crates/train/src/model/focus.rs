//! Which words the model is going to be asked about.
//!
//! A decoder compares readings of the same text. N-grams of words that no
//! reading ever changes cost all of them the same, so that a model for one
//! decoder may do without. From aligned records it is counted how often each
//! word stood in a place that was spun, and how often it came in there.

use std::path::Path;

use serde::Deserialize;
use unspin::context::Word;
use unspin::token::tokenize;

use rustc_hash::FxHashMap;

use super::input;
use super::vocabulary::Vocabulary;
use super::TrainError;

/// What an n-gram is worth of which no word is ever changed.
const LEAST: f32 = 0.03;

/// How often each word is one that is decided on, as a share of 1.
#[derive(Debug, Default)]
pub(super) struct Focus {
    changed: FxHashMap<Word, [u32; 2]>,
    shares: Vec<f32>,
}

#[derive(Deserialize)]
struct Record {
    original: String,
    spun: String,
    edits: Vec<(usize, usize, String)>,
}

impl Focus {
    /// Counts the words of aligned records.
    pub(super) fn read(&mut self, path: &Path) -> Result<(), TrainError> {
        input::records(path, |record: Record| {
            let offsets: Vec<usize> = record
                .spun
                .char_indices()
                .map(|(at, _)| at)
                .chain([record.spun.len()])
                .collect();
            let mut totals: FxHashMap<Word, [u32; 2]> = FxHashMap::default();
            // Words are counted apart where they were spun and where they came in.
            let mut count = |text: &str, which: usize| {
                for token in tokenize(text) {
                    totals.entry(Word::of(&token, text)).or_default()[which] += 1;
                }
            };
            for (start, end, original) in &record.edits {
                count(original, 0);
                let phrase = offsets.get(*start).zip(offsets.get(*end));
                if let Some(phrase) = phrase.and_then(|(&from, &to)| record.spun.get(from..to)) {
                    count(phrase, 0);
                }
            }
            count(&record.original, 1);
            count(&record.spun, 1);
            for (word, [changed, all]) in totals {
                let counts = self.changed.entry(word).or_default();
                counts[0] += changed;
                counts[1] += all;
            }
        })
    }

    /// Numbers the words.
    pub(super) fn settle(&mut self, vocabulary: &Vocabulary) {
        if self.changed.is_empty() {
            return;
        }
        let share = |word: &Word| {
            let [changed, all] = self.changed.get(word).copied().unwrap_or_default();
            changed as f32 / (all as f32 + 2.0)
        };
        self.shares = vocabulary
            .entries
            .iter()
            .map(|entry| share(&entry.word))
            .collect();
        self.changed = FxHashMap::default();
    }

    /// What an n-gram of these words is worth, as against one that is asked
    /// for at every occurrence.
    pub(super) fn worth(&self, words: impl Iterator<Item = u32>) -> f32 {
        if self.shares.is_empty() {
            return 1.0;
        }
        let share = |word: u32| self.shares.get(word as usize).copied().unwrap_or(0.0);
        words
            .map(share)
            .fold(LEAST, |sum, share| sum + share)
            .min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_words_are_worth_more() {
        let name = format!("unspin-focus-{}.jsonl", std::process::id());
        let path = std::env::temp_dir().join(name);
        let line =
            "{\"original\":\"the \u{e9} film in Rome\",\"spun\":\"the \u{e9} movie in Rome\",\
                    \"edits\":[[6,11,\"film\"]]}\n";
        std::fs::write(&path, line.repeat(9)).unwrap();
        let mut focus = Focus::default();
        focus.read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let mut vocabulary = Vocabulary::new();
        vocabulary.number("the film movie rome", &mut Vec::new());
        focus.settle(&vocabulary);
        let worth = |text: &str| {
            let id = vocabulary
                .entries
                .iter()
                .position(|entry| entry.text == text)
                .unwrap();
            focus.worth([id as u32].into_iter())
        };
        assert_eq!(worth("the"), LEAST);
        assert_eq!(worth("rome"), LEAST);
        assert!(worth("film") > 0.8 && worth("movie") > 0.8);
        assert_eq!(Focus::default().worth([1, 2].into_iter()), 1.0);
    }
}
