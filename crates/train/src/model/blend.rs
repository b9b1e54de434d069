//! Mixing in a model of another origin, by linear interpolation.
//!
//! The other model knows words only: no marks, no clitics, no numbers. So it
//! has a say in how the probability of all words together is shared out among
//! them, and only after a history that it knows; a sentence's end stands for
//! its beginning of a sentence, and a word with its clitic is one word to it.

use unspin::token::Kind;

use super::arpa::{names, Arpa, Name};
use super::counts::{pair, triple, word_at, Key};
use super::estimate::Estimate;
use super::table::Table;
use super::vocabulary::{Id, Vocabulary, BREAK};

/// What the other model says of each n-gram of a table.
#[derive(Debug, Default)]
pub(super) struct Blend {
    /// Share of the other model.
    weight: f32,
    /// Probabilities; negative where it has no say.
    words: Vec<f32>,
    pairs: Vec<f32>,
    triples: Vec<f32>,
    /// How often it sees each pair and word as a history, as a share of all words.
    before_pair: Vec<f32>,
    before_word: Vec<f32>,
}

/// No say.
const SILENT: f32 = -1.0;

/// Pairs and words that make up this share of all histories are neither rare
/// nor frequent: where the weight of the other model is between its extremes.
const USUAL_PAIR: f32 = 1e-7;
const USUAL_WORD: f32 = 1e-6;

/// How the words of both models correspond.
#[derive(Debug)]
pub(super) struct Guest<'a> {
    arpa: &'a Arpa,
    vocabulary: &'a Vocabulary,
    /// The other model's word, as an event and as a history.
    events: Vec<Option<Name>>,
    histories: Vec<Option<Name>>,
    /// Our words of each of its words: one, or a word and its clitic.
    ours: Vec<Vec<Id>>,
}

impl<'a> Guest<'a> {
    pub(super) fn new(arpa: &'a Arpa, vocabulary: &'a Vocabulary) -> Guest<'a> {
        let mut guest = Guest {
            arpa,
            vocabulary,
            events: vec![None; vocabulary.len()],
            histories: vec![None; vocabulary.len()],
            ours: vec![Vec::new(); arpa.texts.len()],
        };
        let start = arpa.find("<s>");
        let mut ids = rustc_hash::FxHashMap::default();
        for (id, entry) in vocabulary.entries.iter().enumerate() {
            match entry.kind {
                Kind::Word => {
                    guest.events[id] = arpa.find(&entry.text);
                    guest.histories[id] = guest.events[id];
                }
                Kind::Mark if matches!(entry.text.as_str(), "." | "!" | "?") => {
                    guest.histories[id] = start;
                }
                _ => {}
            }
            if !entry.text.is_empty() {
                ids.insert(entry.text.as_str(), id as Id);
            }
        }
        guest.histories[BREAK as usize] = start;
        for (name, text) in arpa.texts.iter().enumerate() {
            let whole = ids.get(text.as_str());
            let parts = text.rfind('\'').and_then(|at| {
                let (word, clitic) = text.split_at(at);
                Some([*ids.get(word)?, *ids.get(clitic)?])
            });
            guest.ours[name] = match (whole, parts) {
                (Some(&id), _) => vec![id],
                (None, Some(parts)) => parts.to_vec(),
                (None, None) if Some(name as Name) == start => vec![BREAK],
                _ => Vec::new(),
            };
        }
        guest
    }

    /// The pairs and triples that the other model holds, in our words.
    pub(super) fn ngrams(&self) -> (Vec<Key>, Vec<Key>) {
        let ours = |name: Name| self.ours[name as usize].as_slice();
        let (mut pairs, mut triples) = (Vec::new(), Vec::new());
        for &key in self.arpa.pairs.keys() {
            let [word, last, _] = names(key);
            match (ours(last), ours(word)) {
                (&[last], &[word]) if word != BREAK => pairs.push(pair(last, word)),
                (&[before, last], &[word]) if word != BREAK => {
                    triples.push(triple(before, last, word));
                }
                _ => {}
            }
        }
        for &key in self.arpa.triples.keys() {
            let [word, last, before] = names(key);
            if let (&[before], &[last], &[word]) = (ours(before), ours(last), ours(word)) {
                if last != BREAK && word != BREAK {
                    triples.push(triple(before, last, word));
                }
            }
        }
        triples.sort_unstable();
        triples.dedup();
        (pairs, triples)
    }

    /// What it takes for the history of two of our words.
    fn history(&self, before: Id, last: Id) -> Vec<Name> {
        let entry = |id: Id| &self.vocabulary.entries[id as usize];
        if entry(last).kind == Kind::Clitic {
            let joined = format!("{}{}", entry(before).text, entry(last).text);
            return self.arpa.find(&joined).into_iter().collect();
        }
        let Some(near) = self.histories[last as usize] else {
            return Vec::new();
        };
        match self.histories[before as usize] {
            // Nothing before the beginning of a sentence matters.
            Some(far) if self.events[last as usize].is_some() => vec![far, near],
            _ => vec![near],
        }
    }

    /// Asks the other model for everything in a table.
    pub(super) fn blend(&self, table: &Table, weight: f32) -> Blend {
        let ask = |history: &[Name], word: Id| match self.events[word as usize] {
            Some(name) => self.arpa.probability(history, name),
            None => SILENT,
        };
        let words: Vec<f32> = (0..table.words as Id).map(|word| ask(&[], word)).collect();
        let known: f32 = words.iter().filter(|&&p| p > 0.0).sum();
        let mut blend = Blend {
            weight,
            ..Blend::default()
        };
        blend.words = words
            .iter()
            .map(|&p| if p > 0.0 { p / known } else { p })
            .collect();
        blend.pairs = vec![SILENT; table.pairs.len()];
        blend.triples = vec![SILENT; table.triples.len()];
        blend.before_pair = vec![0.0; table.pairs.len()];
        blend.before_word = vec![0.0; table.words];
        for (first, name) in self.histories.iter().enumerate() {
            let Some(name) = *name else { continue };
            blend.before_word[first] = words[first].max(0.0);
            for pair in table.pairs_of(first) {
                blend.pairs[pair] = ask(&[name], word_at(table.pairs[pair], 0));
            }
        }
        for head in 0..table.pairs.len() {
            let range = table.triples_of(head);
            if range.is_empty() {
                continue;
            }
            let (before, last) = (word_at(table.pairs[head], 1), word_at(table.pairs[head], 0));
            let history = self.history(before, last);
            if history.is_empty() {
                continue;
            }
            blend.before_pair[head] =
                blend.before_word[before as usize] * blend.pairs[head].max(0.0);
            for triple in range {
                blend.triples[triple] = ask(&history, word_at(table.triples[triple], 0));
            }
        }
        blend
    }
}

impl Blend {
    /// Mixes the other model's probabilities into an estimate.
    pub(super) fn apply(&self, table: &Table, estimate: &mut Estimate) {
        if self.weight <= 0.0 {
            return;
        }
        let silent = |p: f32| p < 0.0;
        // Of our probability, how much is marks and the like: in all, and after each word.
        let marks: f32 = estimate
            .words
            .iter()
            .zip(&self.words)
            .filter(|&(_, &q)| silent(q))
            .map(|(p, _)| p)
            .sum();
        let mut marks_after: Vec<f32> = Vec::with_capacity(table.words);
        for first in 0..table.words {
            let (mut long, mut short) = (0.0, 0.0);
            for pair in table.pairs_of(first) {
                let word = word_at(table.pairs[pair], 0) as usize;
                if silent(self.words[word]) {
                    long += estimate.pairs[pair];
                    short += estimate.words[word];
                }
            }
            marks_after.push(long + estimate.rest_of_word[first] * (marks - short).max(0.0));
        }
        for head in 0..table.pairs.len() {
            let range = table.triples_of(head);
            if !self.triples[range.clone()].iter().any(|&q| q > 0.0) {
                continue;
            }
            let (mut long, mut short) = (0.0, 0.0);
            for triple in range.clone().filter(|&triple| silent(self.triples[triple])) {
                long += estimate.triples[triple];
                short += estimate.pairs[table.suffixes[triple] as usize];
            }
            let last = word_at(table.pairs[head], 0) as usize;
            let short = (marks_after[last] - short).max(0.0);
            let words = 1.0 - (long + estimate.rest_of_pair[head] * short).min(1.0);
            let weight = self.share(estimate.after_pair[head], USUAL_PAIR);
            for triple in range {
                self.mix(
                    &mut estimate.triples[triple],
                    self.triples[triple],
                    words,
                    weight,
                );
            }
        }
        for (first, marks) in marks_after.iter().enumerate() {
            let words = 1.0 - marks.min(1.0);
            let weight = self.share(estimate.after_word[first], USUAL_WORD);
            for pair in table.pairs_of(first) {
                self.mix(&mut estimate.pairs[pair], self.pairs[pair], words, weight);
            }
        }
        for (p, &q) in estimate.words.iter_mut().zip(&self.words) {
            self.mix(p, q, 1.0 - marks, self.weight);
        }
        for (p, &q) in estimate.after_pair.iter_mut().zip(&self.before_pair) {
            *p += self.weight * (q - *p);
        }
        for (p, &q) in estimate.after_word.iter_mut().zip(&self.before_word) {
            *p += self.weight * (q - *p).max(-*p * 0.5);
        }
    }

    /// Share of the other model after a history: the more, the rarer we have seen it.
    fn share(&self, history: f32, usual: f32) -> f32 {
        (self.weight * (1.0 + usual / (usual + history))).min(0.95)
    }

    #[inline]
    fn mix(&self, p: &mut f32, q: f32, words: f32, weight: f32) {
        if q >= 0.0 {
            *p += weight * (words * q - *p);
        }
    }
}
