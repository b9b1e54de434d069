//! Bigrams of a lattice: what words cost where they may meet at token boundaries.
//!
//! They are looked up for a whole stretch at once, or as much of it as there is
//! room for, ahead of the search: one by one each would wait for memory.

use std::ops::Range;

use crate::context::{Context, Found, Memo, Model, Word};
use crate::lattice::Arc;
use crate::search::Problem;
use crate::sound::takes_an;
use crate::vocabulary::{KnownWord, Vocabulary};

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

impl Bigram {
    /// The first word of a reading after a word, where `found` is what the model
    /// says of them together.
    #[inline(always)]
    fn new(last: &Last, first: &First, key: u64, found: Found) -> Bigram {
        let known = found.filter(|_| first.known);
        let (more, back) = known.unwrap_or((last.back, 0));
        Bigram {
            cost: first.lone + more,
            known: known.is_some(),
            history: History {
                key,
                back,
                open: known.is_some(),
            },
        }
    }
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

/// A word that may stand before a token boundary.
#[derive(Debug, Clone, Copy)]
struct Last {
    word: Word,
    /// Start of the keys of bigrams that it begins.
    open: u64,
    /// Cost of backing off from it.
    back: i32,
    is_article: bool,
}

impl Last {
    fn new(word: Word, lone: Found, vocabulary: &Vocabulary) -> Last {
        Last {
            word,
            open: word.open(),
            back: lone.map_or(0, |(_, back)| back),
            is_article: vocabulary.is_article(word),
        }
    }
}

/// The first word of a reading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct First {
    pub(crate) word: Word,
    /// Its cost by itself.
    lone: i32,
    /// Whether the model has it.
    known: bool,
    /// Whether it is all of the reading.
    is_all: bool,
    /// The candidate that the reading is, or [`Arc::IDENTITY`].
    candidate: u32,
}

impl First {
    /// The first word of a reading, where `lone` is what the model says of it alone.
    fn new(word: Word, lone: Found, candidate: u32, is_all: bool, model: &Model) -> First {
        First {
            word,
            lone: lone.map_or(model.unknown(), |(cost, _)| cost),
            known: lone.is_some(),
            is_all,
            candidate,
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
    lasts: Vec<Last>,
    firsts: Vec<First>,
    bigrams: Vec<Bigram>,
    /// The token boundaries whose bigrams these are.
    priced: Range<usize>,
    /// Per arc, which of the words before the boundary where it ends is its last.
    arc_lasts: Vec<u32>,
    /// Per arc that ends behind the token at hand: boundary, arc, last word.
    pending: Vec<(u32, u32, KnownWord)>,
    keys: Vec<u64>,
    /// What the model says of the words of the text by themselves.
    own: Vec<Found>,
    found: Vec<Found>,
}

impl Bigrams {
    /// Collects the words that may meet in a lattice, with what is known of each.
    pub(crate) fn look_up(&mut self, problem: &Problem<'_>, memo: &mut Memo) {
        self.keys.clear();
        self.keys
            .extend(problem.words.iter().map(|word| word.open()));
        memo.find_all(problem.model, 0, &self.keys, &mut self.own);
        self.collect(problem, memo);
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
        let junctions = &self.junctions[at..=self.priced.end];
        let (firsts, lasts) = (&self.firsts, &self.lasts);
        // Two junctions show what meets at the boundary of the first one.
        let meeting = |pair: &[Junction]| {
            let (here, next) = (pair[0], pair[1]);
            let lasts = &lasts[here.lasts as usize..next.lasts as usize];
            let firsts = &firsts[here.firsts as usize..next.firsts as usize];
            (lasts, firsts)
        };
        let pairs = (self.junctions[self.priced.end].bigrams - from) as usize;
        self.keys.resize(pairs, 0);
        let mut keys = self.keys.iter_mut();
        for (lasts, firsts) in junctions.windows(2).map(meeting) {
            for last in lasts {
                for (first, key) in firsts.iter().zip(&mut keys) {
                    *key = first.word.extend(last.open);
                }
            }
        }
        memo.find_all(problem.model, 1, &self.keys, &mut self.found);
        self.bigrams.clear();
        self.bigrams.reserve(pairs);
        let mut found = self.keys.iter().zip(&self.found);
        for ((lasts, firsts), token) in junctions.windows(2).map(meeting).zip(at..) {
            for last in lasts {
                for (first, (key, found)) in firsts.iter().zip(&mut found) {
                    let mut bigram = Bigram::new(last, first, *key, *found);
                    if last.is_article | !first.is_all {
                        let reading = (token, first.candidate);
                        go_on(&mut bigram, problem, memo, last.word, reading);
                    }
                    self.bigrams.push(bigram);
                }
            }
        }
    }

    /// The words before and after each token boundary where more than one
    /// history may have to be compared.
    fn collect(&mut self, problem: &Problem<'_>, memo: &mut Memo) {
        let (lattice, model) = (problem.lattice, problem.model);
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
                let vocabulary = problem.vocabulary;
                self.lasts.push(match at.checked_sub(1) {
                    Some(before) => Last::new(problem.words[before], self.own[before], vocabulary),
                    None => {
                        let lone = memo.find(model, 0, Word::BREAK.open());
                        Last::new(Word::BREAK, lone, vocabulary)
                    }
                });
                let lasts = &mut self.lasts;
                let arc_lasts = &mut self.arc_lasts;
                self.pending.retain(|&(end, arc, last)| {
                    if end as usize != at {
                        return true;
                    }
                    let known = &lasts[junction.lasts as usize..];
                    let index = known.iter().position(|known| known.word == last.word);
                    arc_lasts[arc as usize] = index.unwrap_or(known.len()) as u32;
                    if index.is_none() {
                        lasts.push(Last::new(last.word, last.lone, vocabulary));
                    }
                    false
                });
                let (word, lone) = (problem.words[at], self.own[at]);
                self.firsts
                    .push(First::new(word, lone, Arc::IDENTITY, true, model));
                for (index, arc) in arcs.iter().enumerate() {
                    let words = problem.vocabulary.candidate(arc.candidate);
                    if let [first, ..] = words {
                        let is_all = words.len() == 1;
                        self.firsts.push(First::new(
                            first.word,
                            first.lone,
                            arc.candidate,
                            is_all,
                            model,
                        ));
                    }
                    if let Some(last) = words.last() {
                        let end = at as u32 + arc.length;
                        self.pending.push((end, (first_arc + index) as u32, *last));
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

    /// What the model says of the token behind a boundary by itself.
    pub(crate) fn own(&self, at: usize) -> Found {
        self.own[at]
    }

    /// Whether histories may have to be compared at a token boundary.
    pub(crate) fn matter(&self, at: usize) -> bool {
        self.junctions[at].firsts < self.junctions[at + 1].firsts
    }

    /// The first words after a token boundary: the token's own, and that of each arc.
    pub(crate) fn firsts(&self, at: usize) -> &[First] {
        let from = self.junctions[at].firsts as usize;
        &self.firsts[from..self.junctions[at + 1].firsts as usize]
    }

    /// These words after each of those before the boundary, row by row.
    pub(crate) fn table(&self, at: usize) -> &[Bigram] {
        let before = self.junctions[self.priced.start].bigrams;
        let place = |at: usize| (self.junctions[at].bigrams - before) as usize;
        &self.bigrams[place(at)..place(at + 1)]
    }

    /// Which of the words before the boundary where it ends is each arc's last word.
    pub(crate) fn lasts_of(&self, arcs: Range<usize>) -> &[u32] {
        &self.arc_lasts[arcs]
    }
}

/// Adds what the further words of a reading cost, and an article that does not
/// fit. The reading is the token itself, or a candidate.
fn go_on(
    bigram: &mut Bigram,
    problem: &Problem<'_>,
    memo: &mut Memo,
    last: Word,
    (token, candidate): (usize, u32),
) {
    let words = match candidate {
        Arc::IDENTITY => &[],
        candidate => problem.vocabulary.candidate(candidate),
    };
    let sound = || match words {
        [word, ..] => word.takes_an,
        [] => takes_an(problem.tokens[token].text(problem.text)),
    };
    bigram.cost += problem.vocabulary.clash(last, sound);
    let Some(first) = words.first().filter(|_| words.len() > 1) else {
        return;
    };
    let mut context = Context {
        one: first.word.open(),
        two: bigram.history.key,
        back_one: first.lone.map_or(0, |(_, back)| back),
        back_two: bigram.history.back,
        open: bigram.known,
    };
    for pair in words.windows(2) {
        let word = pair[1];
        let (more, longer) = memo.extend(problem.model, &context, word.word, word.lone);
        let clash = problem.vocabulary.clash(pair[0].word, || word.takes_an);
        bigram.cost += more + clash;
        context = longer;
    }
    bigram.history = context.into();
}
