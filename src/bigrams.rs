//! Bigrams of a lattice: what words cost where they may meet at token boundaries.
//!
//! They are looked up for a whole stretch at once, or as much of it as there is
//! room for, ahead of the search: one by one each would wait for memory.

use std::hint::select_unpredictable;
use std::ops::Range;

use crate::context::{Context, Entries};
use crate::grid::grid;
use crate::junctions::{Junctions, Last, Reading};
use crate::lattice::Arc;
use crate::search::Problem;
use crate::trigrams::Row;

/// Bigrams that are priced together, but for those of one token boundary.
/// Few in tests, so that short texts need several goes.
const ROOM: u64 = if cfg!(test) { 8 } else { 1 << 16 };

/// A reading after a word.
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
        let key = reading.word.extend(last.open);
        let back = select_unpredictable(known, back, 0);
        Bigram {
            history: History::new(key, reading.word.open(), back),
            cost: reading.lone + select_unpredictable(known, more, last.back),
            known,
        }
    }
}

/// The last two words of a path, as far as they make a difference.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History {
    /// Key of the two words, or of the last one where no trigram begins with both.
    pub(crate) key: u64,
    /// Cost of backing off from them; 0 where no trigram begins with them.
    pub(crate) back: i32,
    /// The trigrams that they begin, if they have been looked up already.
    pub(crate) trigrams: Row,
}

impl History {
    /// Two words by their key and that of the last one, which is all that makes a
    /// difference where no trigram begins with them (Li & Khudanpur, "A Scalable Decoder
    /// for Parsing-based Machine Translation with Equivalent Language Model State
    /// Maintenance", 2008).
    #[inline(always)]
    fn new(both: u64, last: u64, back: i32) -> History {
        History {
            key: select_unpredictable(back != 0, both, last),
            back,
            trigrams: Row::NONE,
        }
    }

    /// Words that make no difference any more.
    pub(crate) fn indifferent() -> History {
        History::new(0, 0, 0)
    }

    /// Whether trigrams may begin with these words.
    #[inline(always)]
    pub(crate) fn is_open(&self) -> bool {
        self.back != 0
    }
}

impl From<Context> for History {
    fn from(context: Context) -> History {
        History::new(context.two, context.one, context.back_two)
    }
}

/// A word before a token boundary and a reading after it, by their places.
#[derive(Debug, Clone, Copy)]
struct Pair {
    last: u32,
    reading: u32,
}

/// The bigrams of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Bigrams {
    /// What meets, what the model says of it, and what it costs.
    pairs: Vec<Pair>,
    entries: Entries,
    bigrams: Vec<Bigram>,
    /// Those with readings of several words.
    long: Vec<u32>,
    /// The token boundaries whose bigrams these are, and the pairs before them.
    priced: Range<usize>,
    before: u64,
}

impl Bigrams {
    /// Forgets the bigrams of another stretch.
    pub(crate) fn clear(&mut self) {
        self.priced = 0..0;
    }

    /// The token boundaries whose bigrams are priced.
    pub(crate) fn priced(&self) -> Range<usize> {
        self.priced.clone()
    }

    /// Prices the bigrams at a token boundary, and with them those of boundaries after
    /// it for which there is room: words with very many candidates beside each other
    /// would fill any memory.
    pub(crate) fn price(&mut self, problem: &Problem<'_>, junctions: &Junctions, at: usize) {
        self.priced = at..at + junctions.fitting(at, ROOM);
        self.before = junctions.pairs_before(at);
        self.pairs.clear();
        for at in self.priced.clone() {
            let (lasts, readings) = (junctions.lasts_at(at), junctions.readings_at(at));
            let pairs = grid(lasts.len(), readings.len()).map(|(row, column)| Pair {
                last: lasts.start + row as u32,
                reading: readings.start + column as u32,
            });
            self.pairs.extend(pairs);
        }
        let both = |pair: &Pair| (junctions.last(pair.last), junctions.reading(pair.reading));
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
        self.go_on(problem, junctions);
    }

    /// Adds what the further words of readings cost.
    fn go_on(&mut self, problem: &Problem<'_>, junctions: &Junctions) {
        let vocabulary = problem.vocabulary;
        let tail = |pair: &Pair| vocabulary.tail(junctions.reading(pair.reading).candidate);
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
            let is_trigram = found & tail.known & bigram.history.is_open();
            bigram.cost += tail.cost + select_unpredictable(is_trigram, more, bigram.history.back);
            bigram.history = tail.context.into();
        }
    }

    /// How many are priced.
    pub(crate) fn len(&self) -> usize {
        self.bigrams.len()
    }

    /// Where those of a token boundary begin, among those that are priced.
    #[inline(always)]
    pub(crate) fn place(&self, junctions: &Junctions, at: usize) -> usize {
        (junctions.pairs_before(at) - self.before) as usize
    }

    /// The reading of one of them.
    #[inline(always)]
    pub(crate) fn reading<'a>(&self, junctions: &'a Junctions, index: usize) -> &'a Reading {
        junctions.reading(self.pairs[index].reading)
    }

    /// The last two words behind one of them.
    #[inline(always)]
    pub(crate) fn history(&self, index: usize) -> &History {
        &self.bigrams[index].history
    }

    /// Whether the model has one of them.
    #[inline(always)]
    pub(crate) fn knows(&self, index: usize) -> bool {
        self.bigrams[index].known
    }

    /// Takes in where the trigrams behind one of them stand.
    #[inline(always)]
    pub(crate) fn set_trigrams(&mut self, index: usize, row: Row) {
        self.bigrams[index].history.trigrams = row;
    }

    /// The readings that begin at a token boundary after each of the words before it,
    /// row by row.
    #[inline]
    pub(crate) fn table(&self, junctions: &Junctions, at: usize) -> &[Bigram] {
        &self.bigrams[self.place(junctions, at)..self.place(junctions, at + 1)]
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
        Arc::IDENTITY => problem.tokens[reading.to as usize - 1].text(problem.text),
        candidate => problem.lexicon.word(candidate, 0),
    }
}
