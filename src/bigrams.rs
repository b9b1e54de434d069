//! Bigrams of a lattice: what words cost where they may meet at token boundaries.
//!
//! They are looked up for a whole stretch at once, or as much of it as there is
//! room for, ahead of the search: one by one each would wait for memory.

use std::hint::select_unpredictable;
use std::ops::Range;

use crate::context::{Context, Entry, Found, Memo, Word};
use crate::graph::NONE;
use crate::lattice::Arc;
use crate::search::Problem;
use crate::sound::takes_an;
use crate::vocabulary::Vocabulary;

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
    fn new(last: &Last, first: &First, found: Found) -> Bigram {
        let known = found.is_some() & first.known;
        let (more, back) = found.unwrap_or_default();
        Bigram {
            cost: first.lone + select_unpredictable(known, more, last.back),
            known,
            history: History {
                key: first.word.extend(last.open),
                back: select_unpredictable(known, back, 0),
                open: known,
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
    /// The reading's first token.
    token: u32,
    /// The candidate that the reading is, or [`Arc::IDENTITY`].
    candidate: u32,
}

impl First {
    /// The first word of a reading, where `lone` is what the model says of it alone.
    #[inline(always)]
    fn new(word: Word, lone: Found, unknown: i32, token: usize) -> First {
        First {
            word,
            lone: lone.map_or(unknown, |(cost, _)| cost),
            known: lone.is_some(),
            is_all: true,
            token: token as u32,
            candidate: Arc::IDENTITY,
        }
    }
}

/// A word before a token boundary and one after it, by their places.
#[derive(Debug, Clone, Copy)]
struct Pair {
    last: u32,
    first: u32,
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
    /// What meets, and what it costs.
    pairs: Vec<Pair>,
    bigrams: Vec<Bigram>,
    /// The token boundaries whose bigrams these are.
    priced: Range<usize>,
    /// Per arc, which of the words before the boundary where it ends is its last.
    arc_lasts: Vec<u32>,
    /// Per token boundary, the last slot that ends there, and per slot another one; or [`NONE`].
    ending: Vec<u32>,
    other_ending: Vec<u32>,
    /// What the model says of the words of the text by themselves.
    own: Vec<Found>,
    /// What look-ups read.
    entries: Vec<Entry>,
}

impl Bigrams {
    /// Collects the words that may meet in a lattice, with what is known of each.
    pub(crate) fn look_up(&mut self, problem: &Problem<'_>) {
        let unigrams = problem.model.ngrams(0);
        let entry = |word: &Word| unigrams.entry(word.open());
        self.entries.clear();
        self.entries.extend(problem.words.iter().map(entry));
        self.own.clear();
        self.own
            .extend(self.entries.iter().map(|entry| unigrams.found(*entry)));
        self.collect(problem);
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
        self.pairs.clear();
        // Two junctions show what meets at the boundary of the first one.
        for pair in self.junctions[at..=self.priced.end].windows(2) {
            let (here, next) = (pair[0], pair[1]);
            for last in here.lasts..next.lasts {
                let firsts = here.firsts..next.firsts;
                self.pairs.extend(firsts.map(|first| Pair { last, first }));
            }
        }
        let bigrams = problem.model.ngrams(1);
        let (lasts, firsts) = (&self.lasts, &self.firsts);
        let words = |pair: &Pair| (&lasts[pair.last as usize], &firsts[pair.first as usize]);
        self.entries.clear();
        self.entries.extend(self.pairs.iter().map(|pair| {
            let (last, first) = words(pair);
            bigrams.entry(first.word.extend(last.open))
        }));
        self.bigrams.clear();
        let found = self.pairs.iter().zip(&self.entries);
        self.bigrams.extend(found.map(|(pair, entry)| {
            let (last, first) = words(pair);
            Bigram::new(last, first, bigrams.found(*entry))
        }));
        for (bigram, pair) in self.bigrams.iter_mut().zip(&self.pairs) {
            let (last, first) = words(pair);
            if last.is_article | !first.is_all {
                go_on(bigram, problem, memo, last.word, first);
            }
        }
    }

    /// The words before and after each token boundary where more than one
    /// history may have to be compared.
    fn collect(&mut self, problem: &Problem<'_>) {
        let Problem {
            lattice,
            vocabulary,
            ..
        } = *problem;
        let unknown = problem.model.unknown();
        self.junctions.clear();
        self.lasts.clear();
        self.firsts.clear();
        self.arc_lasts.clear();
        self.arc_lasts.resize(lattice.all_arcs().len(), 0);
        self.ending.clear();
        self.ending.resize(lattice.len() + 1, NONE);
        self.other_ending.clear();
        let mut slots = lattice.slots().iter().peekable();
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
            let begins = slots.peek().is_some_and(|slot| slot.start as usize == at);
            if !begins & (at >= horizon) & (lattice.span(at) == 0) {
                continue;
            }
            self.lasts.push(match at.checked_sub(1) {
                Some(before) => Last::new(problem.words[before], self.own[before], vocabulary),
                None => Last::new(
                    Word::BREAK,
                    problem.model.find(0, Word::BREAK.open()),
                    vocabulary,
                ),
            });
            let mut ending = self.ending[at];
            while let Some(slot) = lattice.slots().get(ending as usize) {
                for arc in slot.arcs() {
                    self.arc_lasts[arc] = self.lasts.len() as u32 - junction.lasts;
                    let words = vocabulary.candidate(lattice.all_arcs()[arc].candidate);
                    if let Some(last) = words.last() {
                        self.lasts.push(Last::new(last.word, last.lone, vocabulary));
                    }
                }
                ending = self.other_ending[ending as usize];
            }
            self.firsts
                .push(First::new(problem.words[at], self.own[at], unknown, at));
            while let Some(slot) = slots.next_if(|slot| slot.start as usize == at) {
                for arc in &lattice.all_arcs()[slot.arcs()] {
                    let words = vocabulary.candidate(arc.candidate);
                    if let [first, rest @ ..] = words {
                        self.firsts.push(First {
                            is_all: rest.is_empty(),
                            candidate: arc.candidate,
                            ..First::new(first.word, first.lone, unknown, at)
                        });
                    }
                }
                let end = slot.tokens().end;
                let ending = &mut self.ending[end];
                self.other_ending.push(*ending);
                *ending = self.other_ending.len() as u32 - 1;
                horizon = horizon.max(end + 2);
            }
            let rows = self.lasts.len() as u32 - junction.lasts;
            bigrams += rows * (self.firsts.len() as u32 - junction.firsts);
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
/// fit.
fn go_on(bigram: &mut Bigram, problem: &Problem<'_>, memo: &mut Memo, last: Word, reading: &First) {
    let words = match reading.candidate {
        Arc::IDENTITY => &[],
        candidate => problem.vocabulary.candidate(candidate),
    };
    let token = &problem.tokens[reading.token as usize];
    let sound = || match words {
        [word, ..] => word.takes_an,
        [] => takes_an(token.text(problem.text)),
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
