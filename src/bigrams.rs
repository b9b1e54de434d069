//! Bigrams of a lattice: what words cost where they may meet at token boundaries.
//!
//! They are looked up for a whole stretch at once, ahead of the search: one by one each
//! would wait for memory.

use std::hint::select_unpredictable;

use crate::context::{Entries, History, Word};
use crate::graph::Nodes;
use crate::junctions::{Junctions, Reading};
use crate::lattice::Arc;
use crate::scratch::Scratch;
use crate::search::Problem;
use crate::vocabulary::clash;

/// A word before a token boundary and a reading after it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bigram {
    /// The last two words behind the reading.
    pub(crate) history: History,
    /// The second word, with which trigrams end.
    pub(crate) word: Word,
    /// The first of the edges that lead to it, one from each bigram before it.
    pub(crate) edge: u32,
    /// The first of these bigrams, less that edge: what is to be added to an edge for the one
    /// that it comes from.
    pub(crate) shift: u32,
    /// The place of the reading.
    reading: u32,
    /// Whether the model has the bigram, and so perhaps trigrams that end with it.
    pub(crate) known: bool,
}

impl Bigram {
    const NONE: Bigram = Bigram {
        history: History { key: 0, back: 0 },
        word: Word::BREAK,
        edge: 0,
        shift: 0,
        reading: 0,
        known: false,
    };

    /// What the second word costs more than by itself, given what the model has of it behind
    /// the first; before that is known the history is the first word alone.
    #[inline(always)]
    fn price(&mut self, (found, more, back): (bool, i32, i32), goes_on: bool) -> i32 {
        let known = found & self.known;
        let cost = select_unpredictable(known, more, self.history.back);
        self.history.back = select_unpredictable(known & goes_on, back, 0);
        self.known = known;
        cost
    }
}

/// A bigram behind an article, with a reading of several words, with one with which phrases of
/// several tokens may be left alone, or with what stands between two paragraphs.
#[derive(Debug, Clone, Copy, Default)]
struct Special {
    bigram: u32,
    /// The place of its first word.
    last: u32,
}

/// A node whose reading has several words, the first two of which the model may have a trigram
/// of, together with the word before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Long {
    pub(crate) node: u32,
    /// The key of the trigram.
    pub(crate) key: u64,
    /// What the node pays as if there were none.
    pub(crate) back: i32,
}

/// An edge that costs something whatever its words are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spared {
    pub(crate) edge: u32,
    pub(crate) cost: i32,
}

/// The bigrams of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Bigrams {
    bigrams: Scratch<Bigram>,
    /// What the model has of each.
    entries: Entries,
    special: Scratch<Special>,
    long: Vec<Long>,
    /// What is to be paid where phrases of several tokens are left alone.
    spared: Vec<Spared>,
}

impl Bigrams {
    /// Prices all bigrams that there may be: writes a node down for each, which costs what the
    /// words of its reading do without the word before the first one.
    pub(crate) fn price(
        &mut self,
        problem: &Problem<'_>,
        junctions: &Junctions,
        nodes: &mut Nodes<'_>,
    ) {
        let readings = junctions.readings();
        let specials = self.meet(junctions);
        let ngrams = problem.model.ngrams(1);
        let entries = self.entries.read_first(&ngrams, nodes.costs.len());
        let nodes_of = nodes.readings.iter_mut().zip(&mut *nodes.costs);
        let bigrams = self.bigrams.iter_mut().zip(entries);
        for ((number, cost), (bigram, entry)) in nodes_of.zip(bigrams) {
            let reading = &readings[bigram.reading as usize];
            *number = reading.number;
            let goes_on = reading.is_open | !reading.is_all;
            *cost = reading.cost + bigram.price(ngrams.costs(*entry), goes_on);
        }
        self.look_closer(problem, junctions, specials, nodes);
        // All paths begin behind the same words.
        if let Some(beginning) = self.bigrams.first_mut() {
            let [before, last] = problem.before;
            let history = problem.model.context(before, last).history();
            beginning.history = history.where_open(readings[0].is_open);
        }
    }

    /// Lists the bigrams, and the special ones among them. Returns how many these are.
    ///
    /// Where the pairs of each reading begin was marked ahead, so that no step has to wait until
    /// the one before has found out.
    #[inline(never)]
    fn meet(&mut self, junctions: &Junctions) -> usize {
        let (lasts, readings) = (junctions.lasts(), junctions.readings());
        let count = junctions.pairs();
        let bigrams = self.bigrams.room(count + 1, Bigram::NONE);
        let special = self.special.room(count, Special::default());
        let keys = self.entries.keys(count);
        let (mut at, mut specials, mut edge) = (0, 0, 0);
        let firsts = junctions.firsts().iter().zip(0..);
        for ((bigram, to), (is_first, index)) in bigrams.iter_mut().zip(keys).zip(firsts) {
            at += usize::from(*is_first);
            let reading = &readings[at];
            let place = reading.shift.wrapping_add(index);
            let last = &lasts[place as usize];
            let key = reading.word.extend(last.open);
            // The model has both words, and backing off from the former has a cost.
            let known = reading.known & (last.back != 0);
            *bigram = Bigram {
                history: History {
                    key,
                    back: last.back,
                },
                word: reading.word,
                edge,
                shift: last.from.wrapping_sub(edge),
                reading: at as u32,
                known,
            };
            edge += last.count;
            // Those that there cannot be ask for one and the same, which is near.
            *to = select_unpredictable(known, key, 0);
            // Written whether it is one or not: processors could not foresee it, nor
            // where the words before a reading end.
            special[specials] = Special {
                bigram: index,
                last: place,
            };
            specials += usize::from(last.article.is_some() | !reading.is_all | reading.is_special);
        }
        bigrams[count].edge = edge;
        specials
    }

    /// Adds what articles that do not fit and the further words of readings cost, lists what is
    /// to be paid where phrases are left alone, and lets words be forgotten between paragraphs.
    fn look_closer(
        &mut self,
        problem: &Problem<'_>,
        junctions: &Junctions,
        specials: usize,
        nodes: &mut Nodes<'_>,
    ) {
        self.long.clear();
        self.spared.clear();
        let beginning = problem.model.context(Word::BREAK, Word::BREAK).history();
        let between = problem.lattice.nothing();
        for special in &self.special[..specials] {
            let pair = special.bigram as usize;
            let bigram = &mut self.bigrams[pair];
            let reading = &junctions.readings()[bigram.reading as usize];
            let last = &junctions.lasts()[special.last as usize];
            let next = || first_word(problem, reading);
            nodes.costs[pair] += clash(last.article, next);
            if !reading.is_all {
                let tail = problem.vocabulary.tail(reading.candidate);
                let History { key, back } = bigram.history;
                nodes.costs[pair] += back + tail.cost;
                bigram.history = tail.history.where_open(reading.is_open);
                let count = self.long.len();
                self.long.push(Long {
                    node: special.bigram,
                    key: tail.second.extend(key),
                    back,
                });
                // Taken away again where the model cannot have it: processors could not foresee it.
                let may_be = tail.known & (back != 0);
                self.long.truncate(count + usize::from(may_be));
            }
            if reading.number == between {
                bigram.history = beginning.where_open(reading.is_open);
            } else if reading.is_special {
                let spared = spared(problem, junctions.readings(), &self.bigrams, pair);
                self.spared.extend(spared);
            }
        }
    }

    /// The bigrams, those of a reading after each other, and one that is none behind them.
    pub(crate) fn bigrams(&self) -> &[Bigram] {
        &self.bigrams
    }

    /// Nodes with a trigram inside.
    pub(crate) fn long(&self) -> &[Long] {
        &self.long
    }

    /// What is to be paid where phrases of several tokens are left alone.
    pub(crate) fn spared(&self) -> &[Spared] {
        &self.spared
    }
}

/// What is to be paid where phrases of several tokens end with the token that a bigram leaves
/// alone, on each of its edges.
fn spared<'a>(
    problem: &Problem<'a>,
    readings: &[Reading],
    bigrams: &[Bigram],
    at: usize,
) -> impl Iterator<Item = Spared> + 'a {
    let (bigram, next) = (&bigrams[at], bigrams[at + 1].edge);
    let token = readings[bigram.reading as usize].end as usize - 1;
    let before = &bigrams[bigram.shift.wrapping_add(bigram.edge) as usize];
    let is_alone = readings[before.reading as usize].candidate == Arc::IDENTITY;
    let lattice = problem.lattice;
    (bigram.edge..next).map(move |edge| {
        // The last of the bigrams before begins with a token left alone, too.
        let run = u32::from(is_alone) * (1 + u32::from(edge + 1 == next));
        let cost = lattice.spared(token, run);
        Spared { edge, cost }
    })
}

/// The first word of a reading as it is written.
fn first_word<'a>(problem: &Problem<'a>, reading: &Reading) -> &'a str {
    match reading.candidate {
        Arc::IDENTITY => problem.tokens[reading.end as usize - 1].text(problem.text),
        candidate => problem.lexicon.word(candidate, 0),
    }
}
