//! Bigrams of a lattice: what words cost where they may meet at token boundaries.
//!
//! They are looked up for a whole stretch at once, ahead of the search: one by one each
//! would wait for memory.

use std::hint::select_unpredictable;

use crate::context::{Entries, History};
use crate::junctions::{Junctions, Reading};
use crate::lattice::Arc;
use crate::scratch::Scratch;
use crate::search::Problem;

/// A word before a token boundary and a reading after it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bigram {
    /// The last two words behind the reading.
    pub(crate) history: History,
    /// The place of the reading.
    pub(crate) reading: u32,
    /// What the words of the reading cost but for the word before the last one:
    /// to the first either a trigram or backing off adds.
    pub(crate) cost: i32,
    /// Whether the model has the bigram, and so perhaps trigrams that end with it.
    pub(crate) known: bool,
    /// Tokens left alone up to the reading's end, where there may be one or two.
    pub(crate) run: u8,
}

impl Bigram {
    const NONE: Bigram = Bigram {
        history: History { key: 0, back: 0 },
        reading: 0,
        cost: 0,
        known: false,
        run: 0,
    };

    /// What the first word of a reading costs, once it is known what the model says of it and
    /// the word before; before that the history is that word alone.
    #[inline(always)]
    fn price(&mut self, (found, more, back): (bool, i32, i32)) {
        let known = found & self.known;
        self.cost += select_unpredictable(known, more, self.history.back);
        self.history.back = select_unpredictable(known, back, 0);
        self.known = known;
    }
}

/// A bigram behind an article, or with a reading of several words.
#[derive(Debug, Clone, Copy, Default)]
struct Special {
    bigram: u32,
    /// The place of its first word.
    last: u32,
}

/// The bigrams of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Bigrams {
    bigrams: Scratch<Bigram>,
    /// What the model has of each.
    entries: Entries,
    special: Scratch<Special>,
    /// Those with readings of several words.
    long: Vec<u32>,
}

impl Bigrams {
    /// Prices all bigrams that there may be.
    pub(crate) fn price(&mut self, problem: &Problem<'_>, junctions: &Junctions) {
        let specials = self.meet(problem, junctions);
        self.look_closer(problem, junctions, specials);
        self.go_on(problem, junctions.readings());
        // All paths begin behind the same words.
        if let Some(beginning) = self.bigrams.first_mut() {
            let [before, last] = problem.before;
            beginning.history = problem.model.context(before, last).history();
        }
    }

    /// Lists the bigrams, with what their own two words cost, and the special ones among
    /// them. Returns how many these are.
    fn meet(&mut self, problem: &Problem<'_>, junctions: &Junctions) -> usize {
        let (lasts, readings) = (junctions.lasts(), junctions.readings());
        let bigrams = self.bigrams.room(junctions.pairs(), Bigram::NONE);
        let special = self.special.room(junctions.pairs(), Special::default());
        let ngrams = problem.model.ngrams(1);
        let (mut at, mut turn, mut specials) = (0, 0, 0);
        let keys = bigrams.iter_mut().enumerate().map(|(index, bigram)| {
            let reading = &readings[at];
            let place = reading.lasts + turn;
            let last = &lasts[place as usize];
            // The last one of the words before is a token left alone.
            let ends = turn + 1 == reading.last_count;
            let is_alone = reading.candidate == Arc::IDENTITY;
            let key = reading.word.extend(last.open);
            // The model has both words, and backing off from the former has a cost.
            let known = reading.known & (last.back != 0);
            *bigram = Bigram {
                history: History {
                    key,
                    back: last.back,
                },
                reading: at as u32,
                cost: reading.lone,
                known,
                run: u8::from(is_alone) * (1 + u8::from(ends)),
            };
            // Written whether it is one or not: processors could not foresee it, nor
            // where the words before a reading end.
            special[specials] = Special {
                bigram: index as u32,
                last: place,
            };
            specials += usize::from(last.is_article | !reading.is_all);
            at += usize::from(ends);
            turn = select_unpredictable(ends, 0, turn + 1);
            // Those that there cannot be ask for one and the same, which is near.
            select_unpredictable(known, key, 0)
        });
        let entries = self.entries.read(&ngrams, keys);
        for (bigram, entry) in bigrams.iter_mut().zip(entries) {
            bigram.price(ngrams.costs(*entry));
        }
        specials
    }

    /// Adds what articles that do not fit cost, and finds the readings of several words.
    fn look_closer(&mut self, problem: &Problem<'_>, junctions: &Junctions, specials: usize) {
        self.long.clear();
        for special in &self.special[..specials] {
            let bigram = &mut self.bigrams[special.bigram as usize];
            let reading = &junctions.readings()[bigram.reading as usize];
            let last = &junctions.lasts()[special.last as usize];
            let next = || first_word(problem, reading);
            bigram.cost += problem.vocabulary.clash(last.word, next);
            if !reading.is_all {
                self.long.push(special.bigram);
            }
        }
    }

    /// Adds what the further words of readings cost.
    fn go_on(&mut self, problem: &Problem<'_>, readings: &[Reading]) {
        let vocabulary = problem.vocabulary;
        let tail = |bigram: &Bigram| vocabulary.tail(readings[bigram.reading as usize].candidate);
        let ngrams = problem.model.ngrams(2);
        let keys = self.long.iter().map(|index| {
            let bigram = &self.bigrams[*index as usize];
            tail(bigram).second.extend(bigram.history.key)
        });
        let entries = self.entries.read(&ngrams, keys);
        for (index, entry) in self.long.iter().zip(entries) {
            let bigram = &mut self.bigrams[*index as usize];
            let tail = tail(bigram);
            let (found, more, _) = ngrams.costs(*entry);
            let is_trigram = found & tail.known & (bigram.history.back != 0);
            bigram.cost += tail.cost + select_unpredictable(is_trigram, more, bigram.history.back);
            bigram.history = tail.history;
        }
    }

    /// The bigrams, those of a reading after each other.
    pub(crate) fn bigrams(&self) -> &[Bigram] {
        &self.bigrams
    }
}

/// The first word of a reading as it is written.
fn first_word<'a>(problem: &Problem<'a>, reading: &Reading) -> &'a str {
    match reading.candidate {
        Arc::IDENTITY => problem.tokens[reading.end as usize - 1].text(problem.text),
        candidate => problem.lexicon.word(candidate, 0),
    }
}
