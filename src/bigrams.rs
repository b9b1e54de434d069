//! Bigrams of a lattice: what words cost where they may meet at token boundaries.
//!
//! They are looked up for a whole stretch at once, or as much of it as there is
//! room for, ahead of the search: one by one each would wait for memory.

use std::hint::select_unpredictable;
use std::ops::Range;

use crate::context::{Context, Entry, Found, Memo, Word};
use crate::graph::NONE;
use crate::lattice::{Arc, Slot};
use crate::search::Problem;
use crate::sound::takes_an;
use crate::vocabulary::Vocabulary;

/// Bigrams that are priced together, but for those of one token boundary.
/// Few in tests, so that short texts need several goes.
const ROOM: u64 = if cfg!(test) { 8 } else { 1 << 16 };

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
    fn new(last: &Last, reading: &Reading, found: Found) -> Bigram {
        let known = found.is_some() & reading.known;
        let (more, back) = found.unwrap_or_default();
        Bigram {
            cost: reading.lone + select_unpredictable(known, more, last.back),
            known,
            history: History {
                key: reading.word.extend(last.open),
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

/// A reading that begins at a token boundary.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// Its first word, which the bigrams end with.
    pub(crate) word: Word,
    /// What that word costs by itself.
    lone: i32,
    /// Whether the model has it.
    known: bool,
    /// Whether it is all of the reading.
    is_all: bool,
    /// Its number in the lattice.
    pub(crate) number: u32,
    /// The candidate that it is, or [`Arc::IDENTITY`].
    pub(crate) candidate: u32,
    /// What it costs whatever its words are.
    pub(crate) cost: i32,
    /// The token boundary where it ends, and which of the words before that is its last.
    pub(crate) to: u32,
    pub(crate) last: u32,
}

impl Reading {
    /// A reading of one word, where `lone` is what the model says of it by itself.
    #[inline(always)]
    fn new(word: Word, lone: Found, unknown: i32, arc: &Arc, at: usize) -> Reading {
        Reading {
            word,
            lone: lone.map_or(unknown, |(cost, _)| cost),
            known: lone.is_some(),
            is_all: true,
            number: 0,
            candidate: arc.candidate,
            cost: arc.cost,
            to: at as u32 + arc.length,
            last: 0,
        }
    }
}

/// A word before a token boundary and a reading after it, by their places.
#[derive(Debug, Clone, Copy)]
struct Pair {
    last: u32,
    reading: u32,
}

/// What meets at one token boundary.
#[derive(Debug, Clone, Copy, Default)]
struct Junction {
    /// Where the words that may stand before the boundary begin.
    lasts: u32,
    /// Where the readings after it begin; none where nothing needs a price.
    readings: u32,
    /// Where their bigrams begin, row by row.
    bigrams: u64,
}

/// The bigrams of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Bigrams {
    junctions: Vec<Junction>,
    lasts: Vec<Last>,
    readings: Vec<Reading>,
    /// What meets, and what it costs.
    pairs: Vec<Pair>,
    bigrams: Vec<Bigram>,
    /// The token boundaries whose bigrams these are.
    priced: Range<usize>,
    /// Per token boundary, the last slot that ends there, or [`NONE`].
    ending: Vec<u32>,
    /// Per slot, another one that ends where it does, or [`NONE`]; and its first reading.
    slots: Vec<(u32, u32)>,
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
                let readings = here.readings..next.readings;
                self.pairs
                    .extend(readings.map(|reading| Pair { last, reading }));
            }
        }
        let bigrams = problem.model.ngrams(1);
        let (lasts, readings) = (&self.lasts, &self.readings);
        let both = |pair: &Pair| (&lasts[pair.last as usize], &readings[pair.reading as usize]);
        self.entries.clear();
        self.entries.extend(self.pairs.iter().map(|pair| {
            let (last, reading) = both(pair);
            bigrams.entry(reading.word.extend(last.open))
        }));
        self.bigrams.clear();
        let found = self.pairs.iter().zip(&self.entries);
        self.bigrams.extend(found.map(|(pair, entry)| {
            let (last, reading) = both(pair);
            Bigram::new(last, reading, bigrams.found(*entry))
        }));
        for (bigram, pair) in self.bigrams.iter_mut().zip(&self.pairs) {
            let (last, reading) = both(pair);
            if last.is_article | !reading.is_all {
                go_on(bigram, problem, memo, last.word, reading);
            }
        }
    }

    /// The words before and after each token boundary where more than one
    /// history may have to be compared.
    fn collect(&mut self, problem: &Problem<'_>) {
        let lattice = problem.lattice;
        self.junctions.clear();
        self.lasts.clear();
        self.readings.clear();
        self.ending.clear();
        self.ending.resize(lattice.len() + 1, NONE);
        self.slots.clear();
        let mut slots = lattice.slots();
        let mut bigrams = 0;
        // Two words after its end, an arc makes no difference any more.
        let mut horizon = 0;
        for at in 0..lattice.len() {
            let junction = Junction {
                lasts: self.lasts.len() as u32,
                readings: self.readings.len() as u32,
                bigrams,
            };
            self.junctions.push(junction);
            let begins = |slot: &&Slot| slot.start as usize == at;
            let count = slots.iter().take_while(begins).count();
            let (begun, rest) = slots.split_at(count);
            if begun.is_empty() && at >= horizon && lattice.span(at) == 0 {
                continue;
            }
            slots = rest;
            self.collect_lasts(problem, at);
            self.collect_readings(problem, at, begun);
            let ends = begun.iter().map(|slot| slot.tokens().end + 2);
            horizon = ends.fold(horizon, usize::max);
            let rows = self.lasts.len() as u32 - junction.lasts;
            bigrams +=
                u64::from(rows) * (self.readings.len() as u64 - u64::from(junction.readings));
        }
        // One more, since two show what meets at a boundary: nothing at the last.
        let end = Junction {
            lasts: self.lasts.len() as u32,
            readings: self.readings.len() as u32,
            bigrams,
        };
        self.junctions.extend([end, end]);
    }

    /// The words before a token boundary: the token's own, and the last of each
    /// reading that ends there.
    fn collect_lasts(&mut self, problem: &Problem<'_>, at: usize) {
        let Problem {
            model,
            lattice,
            vocabulary,
            ..
        } = *problem;
        let first = self.lasts.len();
        self.lasts.push(match at.checked_sub(1) {
            Some(before) => Last::new(problem.words[before], self.own[before], vocabulary),
            None => {
                let lone = model.find(0, Word::BREAK.open());
                Last::new(Word::BREAK, lone, vocabulary)
            }
        });
        let mut ending = self.ending[at];
        while let Some((next, reading)) = self.slots.get(ending as usize) {
            let arcs = &lattice.all_arcs()[lattice.slots()[ending as usize].arcs()];
            let readings = &mut self.readings[*reading as usize..];
            for (reading, arc) in readings.iter_mut().zip(arcs) {
                reading.last = (self.lasts.len() - first) as u32;
                if let Some(last) = vocabulary.candidate(arc.candidate).last() {
                    self.lasts.push(Last::new(last.word, last.lone, vocabulary));
                }
            }
            ending = *next;
        }
    }

    /// The readings after a token boundary: leaving the token alone, and those of
    /// the slots that begin there.
    fn collect_readings(&mut self, problem: &Problem<'_>, at: usize, slots: &[Slot]) {
        let (lattice, unknown) = (problem.lattice, problem.model.unknown());
        let own = Arc {
            length: 1,
            candidate: Arc::IDENTITY,
            cost: lattice.own(at),
        };
        let (word, lone) = (problem.words[at], self.own[at]);
        let own = Reading::new(word, lone, unknown, &own, at);
        self.readings.push(Reading {
            number: lattice.alone(at),
            ..own
        });
        for slot in slots {
            let ending = &mut self.ending[slot.tokens().end];
            self.slots.push((*ending, self.readings.len() as u32));
            *ending = self.slots.len() as u32 - 1;
            for number in slot.arcs() {
                let arc = &lattice.all_arcs()[number];
                if let [first, rest @ ..] = problem.vocabulary.candidate(arc.candidate) {
                    self.readings.push(Reading {
                        is_all: rest.is_empty(),
                        number: number as u32,
                        ..Reading::new(first.word, first.lone, unknown, arc, at)
                    });
                }
            }
        }
    }

    /// What the model says of the token behind a boundary by itself.
    pub(crate) fn own(&self, at: usize) -> Found {
        self.own[at]
    }

    /// Whether histories may have to be compared at a token boundary.
    pub(crate) fn matter(&self, at: usize) -> bool {
        !self.readings(at).is_empty()
    }

    /// The readings that begin at a token boundary where that matters: leaving the
    /// token alone comes first.
    #[inline]
    pub(crate) fn readings(&self, at: usize) -> &[Reading] {
        let from = self.junctions[at].readings as usize;
        &self.readings[from..self.junctions[at + 1].readings as usize]
    }

    /// These readings after each of the words before the boundary, row by row.
    pub(crate) fn table(&self, at: usize) -> &[Bigram] {
        let before = self.junctions[self.priced.start].bigrams;
        let place = |at: usize| (self.junctions[at].bigrams - before) as usize;
        &self.bigrams[place(at)..place(at + 1)]
    }
}

/// Adds what the further words of a reading cost, and an article that does not
/// fit.
fn go_on(
    bigram: &mut Bigram,
    problem: &Problem<'_>,
    memo: &mut Memo,
    last: Word,
    reading: &Reading,
) {
    let words = match reading.candidate {
        Arc::IDENTITY => &[],
        candidate => problem.vocabulary.candidate(candidate),
    };
    let sound = || match words {
        [word, ..] => word.takes_an,
        [] => takes_an(problem.tokens[reading.to as usize - 1].text(problem.text)),
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
