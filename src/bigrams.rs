//! Bigrams of a lattice: what words cost where they may meet at token boundaries.
//!
//! They are looked up for a whole stretch at once, or as much of it as there is
//! room for, ahead of the search: one by one each would wait for memory.

use std::ops::Range;

use crate::context::{Context, Found, Memo, Word};
use crate::graph::Problem;
use crate::sound::takes_an;

/// Bigrams that are priced together, but for those of one token boundary.
/// Few in tests, so that short texts need several goes.
const ROOM: u32 = if cfg!(test) { 8 } else { 1 << 16 };

/// A reading after a word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bigram {
    /// What the words of the reading cost but for the word before the last one:
    /// to the first either a trigram or backing off adds.
    pub(crate) cost: i32,
    /// Whether the model has the bigram, and so perhaps trigrams with it.
    pub(crate) known: bool,
    /// The last two words behind the reading.
    pub(crate) history: History,
}

/// The last two words of a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History {
    /// Key of the two words.
    pub(crate) key: u64,
    /// Cost of backing off from them.
    pub(crate) back: i32,
    /// Whether trigrams may begin with them.
    pub(crate) open: bool,
}

impl From<Context> for History {
    fn from(context: Context) -> History {
        History {
            key: context.two,
            back: context.back_two,
            open: context.open,
        }
    }
}

/// What meets at one token boundary.
#[derive(Debug, Clone, Copy, Default)]
struct Junction {
    /// Where the words that may stand before the boundary begin.
    lasts: u32,
    /// Where the first words after it begin; none where nothing needs a price.
    firsts: u32,
    /// Where their bigrams begin, row by row.
    bigrams: u32,
}

/// The bigrams of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Bigrams {
    junctions: Vec<Junction>,
    lasts: Vec<Word>,
    firsts: Vec<Word>,
    bigrams: Vec<Bigram>,
    /// The token boundaries whose bigrams these are.
    priced: Range<usize>,
    /// Per arc, which of the words before the boundary where it ends is its last.
    arc_lasts: Vec<u32>,
    /// Per arc that ends behind the token at hand: boundary, arc, last word.
    pending: Vec<(u32, u32, Word)>,
    keys: Vec<u64>,
    /// What the model says of `lasts` and `firsts` by themselves.
    last_alone: Vec<Found>,
    first_alone: Vec<Found>,
    found: Vec<Found>,
}

impl Bigrams {
    /// Collects the words that may meet in a lattice, and looks each of them up.
    pub(crate) fn look_up(&mut self, problem: &Problem<'_>, memo: &mut Memo) {
        self.collect(problem);
        let model = problem.model;
        let keys = &mut self.keys;
        keys.clear();
        keys.extend(self.lasts.iter().map(|word| word.open()));
        memo.find_all(model, 0, keys, &mut self.last_alone);
        keys.clear();
        keys.extend(self.firsts.iter().map(|first| first.open()));
        memo.find_all(model, 0, keys, &mut self.first_alone);
        self.priced = 0..0;
    }

    /// Makes sure that the bigrams at a token boundary are priced, and with them
    /// those of boundaries after it for which there is room: words with very many
    /// candidates beside each other would fill any memory.
    pub(crate) fn reach(&mut self, problem: &Problem<'_>, memo: &mut Memo, at: usize) {
        if at < self.priced.end {
            return;
        }
        let from = self.junctions[at].bigrams;
        let rest = &self.junctions[at + 1..];
        let fit = rest.partition_point(|junction| junction.bigrams - from <= ROOM);
        self.priced = at..at + fit.max(1);
        self.keys.clear();
        for at in self.priced.clone() {
            let (here, next) = (self.junctions[at], self.junctions[at + 1]);
            let firsts = &self.firsts[here.firsts as usize..next.firsts as usize];
            for last in &self.lasts[here.lasts as usize..next.lasts as usize] {
                let open = last.open();
                self.keys
                    .extend(firsts.iter().map(|first| first.extend(open)));
            }
        }
        memo.find_all(problem.model, 1, &self.keys, &mut self.found);
        self.bigrams.clear();
        for at in self.priced.clone() {
            self.price(problem, memo, at);
        }
    }

    /// What the readings at one token boundary cost after each word before it.
    fn price(&mut self, problem: &Problem<'_>, memo: &mut Memo, token: usize) {
        let (here, next) = (self.junctions[token], self.junctions[token + 1]);
        let arcs = problem.lattice.arcs(token).1;
        for last in here.lasts as usize..next.lasts as usize {
            let back_one = self.last_alone[last].map_or(0, |(_, back)| back);
            for first in here.firsts as usize..next.firsts as usize {
                let at = self.bigrams.len();
                let word = self.firsts[first];
                let (cost, back, known) = match (self.first_alone[first], self.found[at]) {
                    (None, _) => (back_one + problem.model.unknown(), 0, false),
                    (Some((lone, _)), None) => (back_one + lone, 0, false),
                    (Some((lone, _)), Some((more, back))) => (lone + more, back, true),
                };
                let mut context = Context {
                    one: 0,
                    two: self.keys[at],
                    back_one: self.first_alone[first].map_or(0, |(_, back)| back),
                    back_two: back,
                    open: known,
                };
                let arc = (first - here.firsts as usize).checked_sub(1);
                let words = arc.map_or(&[][..], |arc| {
                    problem.vocabulary.candidate(arcs[arc].candidate)
                });
                let sound = || match words {
                    [word, ..] => word.takes_an,
                    [] => takes_an(problem.tokens[token].text(problem.text)),
                };
                let mut cost = cost + problem.vocabulary.clash(self.lasts[last], sound);
                if words.len() > 1 {
                    context.one = word.open();
                }
                for pair in words.windows(2) {
                    let word = pair[1].word;
                    let lone = memo.find(problem.model, 0, word.open());
                    let (more, longer) = memo.extend(problem.model, &context, word, lone);
                    cost += more + problem.vocabulary.clash(pair[0].word, || pair[1].takes_an);
                    context = longer;
                }
                self.bigrams.push(Bigram {
                    cost,
                    known,
                    history: context.into(),
                });
            }
        }
    }

    /// The words before and after each token boundary where more than one
    /// history may have to be compared.
    fn collect(&mut self, problem: &Problem<'_>) {
        let lattice = problem.lattice;
        self.junctions.clear();
        self.lasts.clear();
        self.firsts.clear();
        self.arc_lasts.clear();
        self.arc_lasts.resize(lattice.arc_count(), 0);
        self.pending.clear();
        let mut bigrams = 0;
        // Two words after its end, an arc makes no difference any more.
        let mut horizon = 0;
        for at in 0..lattice.len() {
            let junction = Junction {
                lasts: self.lasts.len() as u32,
                firsts: self.firsts.len() as u32,
                bigrams,
            };
            self.junctions.push(junction);
            let (first_arc, arcs) = lattice.arcs(at);
            if !arcs.is_empty() || at < horizon || lattice.span(at) > 0 {
                self.lasts.push(match at.checked_sub(1) {
                    Some(before) => problem.words[before],
                    None => Word::BREAK,
                });
                let lasts = &mut self.lasts;
                let arc_lasts = &mut self.arc_lasts;
                self.pending.retain(|&(end, arc, last)| {
                    if end as usize != at {
                        return true;
                    }
                    let known = &lasts[junction.lasts as usize..];
                    let index = known.iter().position(|word| *word == last);
                    arc_lasts[arc as usize] = index.unwrap_or(known.len()) as u32;
                    if index.is_none() {
                        lasts.push(last);
                    }
                    false
                });
                self.firsts.push(problem.words[at]);
                for (index, arc) in arcs.iter().enumerate() {
                    let words = problem.vocabulary.candidate(arc.candidate);
                    if let [first, ..] = words {
                        self.firsts.push(first.word);
                    }
                    if let Some(last) = words.last() {
                        let end = at as u32 + arc.length;
                        self.pending
                            .push((end, (first_arc + index) as u32, last.word));
                        horizon = horizon.max(end as usize + 2);
                    }
                }
                let rows = self.lasts.len() as u32 - junction.lasts;
                bigrams += rows * (1 + arcs.len() as u32);
            }
        }
        self.junctions.push(Junction {
            lasts: self.lasts.len() as u32,
            firsts: self.firsts.len() as u32,
            bigrams,
        });
    }

    /// Whether histories may have to be compared at a token boundary.
    pub(crate) fn matter(&self, at: usize) -> bool {
        self.junctions[at].firsts < self.junctions[at + 1].firsts
    }

    /// The first words after a token boundary: the token's own, and that of each arc.
    pub(crate) fn firsts(&self, at: usize) -> &[Word] {
        let from = self.junctions[at].firsts as usize;
        &self.firsts[from..self.junctions[at + 1].firsts as usize]
    }

    /// These words after one of those before the boundary.
    pub(crate) fn after(&self, at: usize, last: u32) -> &[Bigram] {
        let junction = self.junctions[at];
        let width = (self.junctions[at + 1].firsts - junction.firsts) as usize;
        let before = self.junctions[self.priced.start].bigrams;
        let from = (junction.bigrams - before) as usize + last as usize * width;
        &self.bigrams[from..from + width]
    }

    /// Which of the words before the boundary where it ends is an arc's last word.
    pub(crate) fn last_of(&self, arc: usize) -> u32 {
        self.arc_lasts[arc]
    }
}
