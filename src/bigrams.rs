//! Bigrams of a lattice: what words cost where they may meet at token boundaries.
//!
//! They are looked up for a whole stretch at once, ahead of the search: one by one each
//! would wait for memory.

use std::hint::select_unpredictable;

use crate::context::{Entries, History, Word};
use crate::graph::Node;
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
    fn price(&mut self, (found, more, back): (bool, i32, i32)) -> i32 {
        let known = found & self.known;
        let cost = select_unpredictable(known, more, self.history.back);
        self.history.back = select_unpredictable(known, back, 0);
        self.known = known;
        cost
    }
}

/// A bigram behind an article, with a reading of several words, or with one with which phrases
/// of several tokens may be left alone.
#[derive(Debug, Clone, Copy, Default)]
struct Special {
    bigram: u32,
    /// The place of its first word.
    last: u32,
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
    /// Those with readings of several words.
    long: Vec<u32>,
    /// What is to be paid where phrases of several tokens are left alone.
    spared: Vec<Spared>,
}

impl Bigrams {
    /// Prices all bigrams that there may be: writes a node down for each, which costs what the
    /// words of its reading do without the word before the first one, and backing off from the
    /// last two.
    pub(crate) fn price(
        &mut self,
        problem: &Problem<'_>,
        junctions: &Junctions,
        nodes: &mut [Node],
    ) {
        let readings = junctions.readings();
        let specials = self.meet(junctions);
        let ngrams = problem.model.ngrams(1);
        let entries = self.entries.read_first(&ngrams, nodes.len());
        let bigrams = self.bigrams.iter_mut().zip(entries);
        for (node, (bigram, entry)) in nodes.iter_mut().zip(bigrams) {
            let reading = &readings[bigram.reading as usize];
            let cost = reading.cost + bigram.price(ngrams.costs(*entry));
            let back = select_unpredictable(reading.is_open, bigram.history.back, 0);
            *node = Node::new(reading.number, cost, back);
        }
        self.look_closer(problem, junctions, specials, nodes);
        self.go_on(problem, readings, nodes);
        // All paths begin behind the same words.
        if let Some(beginning) = self.bigrams.first_mut() {
            let [before, last] = problem.before;
            beginning.history = problem.model.context(before, last).history();
            let back = beginning.history.back;
            nodes[0].back_off(select_unpredictable(readings[0].is_open, back, 0));
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
            specials += usize::from(last.article.is_some() | !reading.is_all | reading.spares);
        }
        bigrams[count].edge = edge;
        specials
    }

    /// Adds what articles that do not fit cost, finds the readings of several words, and lists
    /// what is to be paid where phrases are left alone.
    fn look_closer(
        &mut self,
        problem: &Problem<'_>,
        junctions: &Junctions,
        specials: usize,
        nodes: &mut [Node],
    ) {
        self.long.clear();
        self.spared.clear();
        for special in &self.special[..specials] {
            let pair = special.bigram as usize;
            let bigram = &self.bigrams[pair];
            let reading = &junctions.readings()[bigram.reading as usize];
            let last = &junctions.lasts()[special.last as usize];
            let next = || first_word(problem, reading);
            nodes[pair].charge(clash(last.article, next));
            if !reading.is_all {
                self.long.push(special.bigram);
            }
            if reading.spares {
                let spared = spared(problem, junctions.readings(), &self.bigrams, pair);
                self.spared.extend(spared);
            }
        }
    }

    /// Adds what the further words of readings cost.
    fn go_on(&mut self, problem: &Problem<'_>, readings: &[Reading], nodes: &mut [Node]) {
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
            let more = select_unpredictable(is_trigram, more, bigram.history.back);
            bigram.history = tail.history;
            let is_open = readings[bigram.reading as usize].is_open;
            let node = &mut nodes[*index as usize];
            node.charge(tail.cost + more);
            node.back_off(select_unpredictable(is_open, tail.history.back, 0));
        }
    }

    /// The bigrams, those of a reading after each other, and one that is none behind them.
    pub(crate) fn bigrams(&self) -> &[Bigram] {
        &self.bigrams
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
