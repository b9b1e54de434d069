//! Bigrams of a lattice: what words cost where they may meet at token boundaries.
//!
//! They are looked up for a whole stretch at once, ahead of the search: one by one each
//! would wait for memory.

use std::hint::select_unpredictable;

use crate::context::{Entries, History, Word};
use crate::junctions::{Junctions, Last, Reading};
use crate::lattice::Arc;
use crate::search::Problem;

/// A word before a token boundary and a reading after it, by their places.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    last: u32,
    pub(crate) reading: u32,
    /// Tokens left alone up to the reading's end, where there may be one or two.
    pub(crate) run: u32,
}

/// What the words of a pair cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bigram {
    /// The last two words behind the reading.
    pub(crate) history: History,
    /// What the words of the reading cost but for the word before the last one:
    /// to the first either a trigram or backing off adds.
    pub(crate) cost: i32,
    /// Whether the model has the bigram, and so perhaps trigrams that end with it.
    pub(crate) known: bool,
}

impl Bigram {
    /// The first word of a reading after a word, where `found` is what the model
    /// says of them together.
    #[inline(always)]
    fn new(last: &Last, reading: &Reading, (found, more, back): (bool, i32, i32)) -> Bigram {
        let known = found & may_be_known(last, reading);
        Bigram {
            history: History {
                key: reading.word.extend(last.open),
                back: select_unpredictable(known, back, 0),
            },
            cost: reading.lone + select_unpredictable(known, more, last.back),
            known,
        }
    }
}

/// The bigrams of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Bigrams {
    pairs: Vec<Pair>,
    /// What the model says of each, and what it costs.
    entries: Entries,
    bigrams: Vec<Bigram>,
    /// Those with readings of several words.
    long: Vec<u32>,
}

impl Bigrams {
    /// Prices all bigrams that there may be.
    pub(crate) fn price(&mut self, problem: &Problem<'_>, junctions: &Junctions) {
        self.pair(junctions);
        let (lasts, readings) = (junctions.lasts(), junctions.readings());
        let both = |pair: &Pair| (&lasts[pair.last as usize], &readings[pair.reading as usize]);
        let ngrams = problem.model.ngrams(1);
        let keys = self.pairs.iter().map(|pair| {
            let (last, reading) = both(pair);
            // Those that there cannot be ask for one and the same, which is near.
            let key = reading.word.extend(last.open);
            select_unpredictable(may_be_known(last, reading), key, 0)
        });
        let entries = self.entries.read(&ngrams, keys);
        self.bigrams.clear();
        let found = self.pairs.iter().zip(entries);
        self.bigrams.extend(found.map(|(pair, entry)| {
            let (last, reading) = both(pair);
            Bigram::new(last, reading, ngrams.costs(*entry))
        }));
        self.long.clear();
        for ((bigram, pair), index) in self.bigrams.iter_mut().zip(&self.pairs).zip(0..) {
            let (last, reading) = both(pair);
            if last.is_article {
                let next = || first_word(problem, reading);
                bigram.cost += problem.vocabulary.clash(last.word, next);
            }
            if !reading.is_all {
                self.long.push(index);
            }
        }
        self.go_on(problem, readings);
        // All paths begin behind a break.
        if let Some(beginning) = self.bigrams.first_mut() {
            beginning.history = problem.model.context(Word::BREAK, Word::BREAK).history();
        }
    }

    /// Lists the pairs that there are, those of a reading after each other.
    fn pair(&mut self, junctions: &Junctions) {
        let readings = junctions.readings();
        let (mut reading, mut last) = (0, 0);
        self.pairs.clear();
        self.pairs.extend((0..junctions.pairs()).map(|_| {
            let Reading {
                candidate,
                lasts,
                last_count,
                ..
            } = readings[reading];
            // The last one of the words before is a token left alone.
            let ends = last + 1 == last_count;
            let run = u32::from(candidate == Arc::IDENTITY) * (1 + u32::from(ends));
            let pair = Pair {
                last: lasts + last,
                reading: reading as u32,
                run,
            };
            // One loop for all, since processors could not foresee the ends of short ones.
            reading += usize::from(ends);
            last = select_unpredictable(ends, 0, last + 1);
            pair
        }));
    }

    /// Adds what the further words of readings cost.
    fn go_on(&mut self, problem: &Problem<'_>, readings: &[Reading]) {
        let vocabulary = problem.vocabulary;
        let tail = |pair: &Pair| vocabulary.tail(readings[pair.reading as usize].candidate);
        let ngrams = problem.model.ngrams(2);
        let keys = self.long.iter().map(|index| {
            let index = *index as usize;
            let key = self.bigrams[index].history.key;
            tail(&self.pairs[index]).second.extend(key)
        });
        let entries = self.entries.read(&ngrams, keys);
        for (index, entry) in self.long.iter().zip(entries) {
            let index = *index as usize;
            let (bigram, tail) = (&mut self.bigrams[index], tail(&self.pairs[index]));
            let (found, more, _) = ngrams.costs(*entry);
            let is_trigram = found & tail.known & (bigram.history.back != 0);
            bigram.cost += tail.cost + select_unpredictable(is_trigram, more, bigram.history.back);
            bigram.history = tail.history;
        }
    }

    /// The pairs, those of a reading after each other.
    pub(crate) fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// What each costs.
    pub(crate) fn bigrams(&self) -> &[Bigram] {
        &self.bigrams
    }
}

/// Whether the model may have a word and the first one of a reading together: it has both,
/// and backing off from the former has a cost.
#[inline(always)]
fn may_be_known(last: &Last, reading: &Reading) -> bool {
    reading.known & (last.back != 0)
}

/// The first word of a reading as it is written.
fn first_word<'a>(problem: &Problem<'a>, reading: &Reading) -> &'a str {
    match reading.candidate {
        Arc::IDENTITY => problem.tokens[reading.behind.at as usize - 1].text(problem.text),
        candidate => problem.lexicon.word(candidate, 0),
    }
}
