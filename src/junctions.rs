//! Junctions: the words that may meet at the token boundaries of a lattice.
//!
//! What meets where is counted first, so that everything has its place before it is
//! written down, in loops with hardly a branch: processors could not foresee where slots
//! begin and end.

use std::hint::select_unpredictable;

use crate::context::{Entries, Found, Word};
use crate::lattice::{Arc, Lattice};
use crate::search::Problem;
use crate::vocabulary::{Spelling, Vocabulary};

/// A word that may stand before a token boundary.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Last {
    pub(crate) word: Word,
    /// Start of the keys of bigrams that it begins.
    pub(crate) open: u64,
    /// Cost of backing off from it.
    pub(crate) back: i32,
    pub(crate) is_article: bool,
}

impl Last {
    /// Words of which none makes a difference.
    const INDIFFERENT: Last = Last {
        word: Word::BREAK,
        open: 0,
        back: 0,
        is_article: false,
    };

    #[inline(always)]
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
    pub(crate) lone: i32,
    /// Whether the model has it.
    pub(crate) known: bool,
    /// Whether it is all of the reading.
    pub(crate) is_all: bool,
    /// Its number in the lattice.
    pub(crate) number: u32,
    /// The candidate that it is, or [`Arc::IDENTITY`].
    pub(crate) candidate: u32,
    /// What it costs whatever its words are.
    pub(crate) cost: i32,
    /// The words before it, by the place of the first, and how many.
    pub(crate) lasts: u32,
    pub(crate) last_count: u32,
    pub(crate) behind: Behind,
}

/// What follows a reading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Behind {
    /// The token boundary where the reading ends.
    pub(crate) at: u32,
    /// Whether words follow that have to be compared.
    pub(crate) is_compared: bool,
    /// Whether phrases of several tokens may be left alone with the next one.
    pub(crate) spares: bool,
    /// The readings that follow, by the place of the first, and how many.
    pub(crate) readings: u32,
    pub(crate) reading_count: u32,
    /// The number of the pair of the reading's last word and the first of these, and how
    /// much farther that with the next one is.
    pub(crate) pair: u32,
    pub(crate) stride: u32,
}

/// A token boundary, and what comes before it.
#[derive(Debug, Clone, Copy, Default)]
struct Junction {
    /// Whether words that meet here have to be compared.
    is_compared: bool,
    /// Where leaving the next token alone ends: farther off where nothing has to be
    /// compared on the way.
    to: u32,
    /// Last words, readings and pairs of these before it, the beginning among them.
    lasts: u32,
    readings: u32,
    pairs: u32,
    /// Arcs that begin before it.
    arcs: u32,
    /// Arcs that end here, if anything is compared. Their last words come first: of ways that
    /// are as good, those with longer phrases win.
    ends: u32,
}

/// The arcs at a token boundary.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    begin: u32,
    end: u32,
    /// Of those that end, how many have their last word in its place.
    placed: u32,
    /// How far those that begin make a difference: two words after its end, an arc makes
    /// none any more.
    reach: u32,
}

/// The junctions of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Junctions {
    junctions: Vec<Junction>,
    tallies: Vec<Tally>,
    /// What the model says of the words of the text by themselves.
    own: Vec<Found>,
    entries: Entries,
    /// Per arc, where its words stand.
    spellings: Vec<Spelling>,
    /// These, and from some place on those of longer stretches before.
    lasts: Vec<Last>,
    readings: Vec<Reading>,
}

impl Junctions {
    /// Collects the words before and after each token boundary where more than one
    /// history may have to be compared, with what is known of each.
    ///
    /// Where there is nothing to compare one reading leads to the next such boundary; and
    /// two more, that have no words either, are the beginning and the end of all paths.
    pub(crate) fn collect(&mut self, problem: &Problem<'_>) {
        self.count(problem.lattice);
        self.lay_out(problem.lattice);
        self.look_up(problem);
        self.begin(problem.lattice);
        self.leave_alone(problem);
        self.replace(problem);
        self.end(problem.lattice);
    }

    /// Counts the arcs at each token boundary.
    fn count(&mut self, lattice: &Lattice) {
        self.tallies.clear();
        self.tallies.resize(lattice.len() + 1, Tally::default());
        for arc in lattice.all_arcs() {
            let end = arc.start + arc.length;
            let tally = &mut self.tallies[arc.start as usize];
            tally.begin += 1;
            tally.reach = tally.reach.max(end + 2);
            self.tallies[end as usize].end += 1;
        }
    }

    /// Finds a place for everything.
    fn lay_out(&mut self, lattice: &Lattice) {
        self.junctions.clear();
        // Behind the beginning.
        let mut next = Junction {
            lasts: 1,
            readings: 1,
            pairs: 1,
            ..Junction::default()
        };
        let mut reach = 0;
        // Where the last reading began that has a place, and whether it compares nothing.
        let (mut from, mut passes) = (0, false);
        for at in 0..lattice.len() {
            let (here, behind) = (self.tallies[at], self.tallies[at + 1]);
            // The last word before a reading is a part of its history.
            let is_compared = (here.begin + behind.begin != 0)
                | ((at as u32) < reach)
                | lattice.may_be_spared(at)
                | lattice.may_be_spared(at + 1);
            reach = reach.max(here.reach);
            let ends = select_unpredictable(is_compared, here.end, 0);
            let to = at as u32 + 1;
            self.junctions.push(Junction {
                is_compared,
                to,
                ends,
                ..next
            });
            let is_new = is_compared | !passes;
            from = select_unpredictable(is_new, at, from);
            self.junctions[from].to = to;
            passes = !is_compared;
            let lasts = u32::from(is_new) + ends;
            let readings = u32::from(is_new) + here.begin;
            next.lasts += lasts;
            next.readings += readings;
            next.pairs += lasts * readings;
            next.arcs += here.begin;
        }
        let all = Junction {
            lasts: next.lasts + 1,
            readings: next.readings + 1,
            pairs: next.pairs + 1,
            ..next
        };
        // The end, and twice what is behind it, since two tell what is between them.
        self.junctions.extend([next, all, all]);
    }

    /// Looks up the words of the text, and where those of arcs stand: every step is taken
    /// for all before the next, so that processors wait for the memory of many at once.
    fn look_up(&mut self, problem: &Problem<'_>) {
        let unigrams = problem.model.ngrams(0);
        let keys = problem.words.iter().map(|word| word.open());
        let entries = self.entries.read(&unigrams, keys);
        self.own.clear();
        self.own
            .extend(entries.iter().map(|entry| unigrams.found(*entry)));
        let arcs = problem.lattice.all_arcs().iter();
        let spelling = |arc: &Arc| problem.vocabulary.spelling(arc.candidate);
        self.spellings.clear();
        self.spellings.extend(arcs.map(spelling));
    }

    /// A reading without words that leads to a token boundary, and has one word before it.
    fn nothing(&self, lattice: &Lattice, lasts: u32, to: usize) -> Reading {
        Reading {
            word: Word::BREAK,
            lone: 0,
            known: false,
            is_all: true,
            number: lattice.nothing(),
            candidate: Arc::IDENTITY,
            cost: 0,
            lasts,
            last_count: 1,
            behind: self.behind(lattice, to),
        }
    }

    /// Makes room for what is written down, and writes the beginning.
    fn begin(&mut self, lattice: &Lattice) {
        let (all, beginning) = (self.all(), self.nothing(lattice, 0, 0));
        let (lasts, readings) = (all.lasts as usize, all.readings as usize);
        self.readings
            .resize(readings.max(self.readings.len()), beginning);
        self.lasts
            .resize(lasts.max(self.lasts.len()), Last::INDIFFERENT);
        (self.readings[0], self.lasts[0]) = (beginning, Last::INDIFFERENT);
    }

    /// Writes the end.
    fn end(&mut self, lattice: &Lattice) {
        let Junction {
            lasts, readings, ..
        } = self.junctions[lattice.len()];
        self.lasts[lasts as usize] = Last::INDIFFERENT;
        self.readings[readings as usize] = self.nothing(lattice, lasts, lattice.len() + 1);
    }

    /// Writes the readings down that leave tokens alone, each as the first of its token
    /// boundary, and the word of the token before as the last one there. What has no place
    /// of its own is overwritten by the next.
    fn leave_alone(&mut self, problem: &Problem<'_>) {
        let Problem {
            model,
            lattice,
            words,
            vocabulary,
            ..
        } = *problem;
        let mut before = (Word::BREAK, model.find(0, Word::BREAK.open()));
        for (at, word) in words.iter().copied().enumerate() {
            let here = self.junctions[at];
            let is_compared = here.is_compared;
            let last = Last::new(before.0, before.1, vocabulary);
            before = (word, self.own[at]);
            let place = here.lasts + here.ends;
            self.lasts[place as usize] = Last {
                back: select_unpredictable(is_compared, last.back, 0),
                is_article: last.is_article & is_compared,
                ..last
            };
            let lone = before.1.map_or(model.unknown(), |(cost, _)| cost);
            self.readings[here.readings as usize] = Reading {
                word,
                lone: select_unpredictable(is_compared, lone, 0),
                known: before.1.is_some() & is_compared,
                number: lattice.alone(at),
                is_all: true,
                candidate: Arc::IDENTITY,
                cost: select_unpredictable(is_compared, lattice.own(at), 0),
                lasts: here.lasts,
                last_count: self.junctions[at + 1].lasts - here.lasts,
                behind: self.behind(lattice, here.to as usize),
            };
        }
    }

    /// Writes the arcs down, each at its token boundary, and its last word at its end.
    fn replace(&mut self, problem: &Problem<'_>) {
        let Problem {
            model,
            lattice,
            vocabulary,
            ..
        } = *problem;
        let length = lattice.len();
        for ((arc, spelling), number) in lattice.all_arcs().iter().zip(&self.spellings).zip(0..) {
            let (at, to) = (arc.start as usize, (arc.start + arc.length) as usize);
            let words = vocabulary.words(*spelling);
            // The lattice has no arcs without words.
            let (first, last) = (words[0], words[words.len() - 1]);
            let mut behind = self.behind(lattice, to);
            // Nothing is compared at the end.
            if to < length {
                let tally = &mut self.tallies[to];
                let place = self.junctions[to].lasts + tally.placed;
                self.lasts[place as usize] = Last::new(last.word, last.lone, vocabulary);
                behind.pair = self.junctions[to].pairs + tally.placed;
                tally.placed += 1;
            }
            let here = self.junctions[at];
            let place = here.readings + 1 + number - here.arcs;
            self.readings[place as usize] = Reading {
                word: first.word,
                lone: first.lone.map_or(model.unknown(), |(cost, _)| cost),
                known: first.lone.is_some(),
                is_all: words.len() == 1,
                number,
                candidate: arc.candidate,
                cost: arc.cost,
                lasts: here.lasts,
                last_count: self.junctions[at + 1].lasts - here.lasts,
                behind,
            };
        }
    }

    /// What follows a token that is left alone before a token boundary.
    #[inline(always)]
    fn behind(&self, lattice: &Lattice, at: usize) -> Behind {
        let (here, next) = (self.junctions[at], self.junctions[at + 1]);
        Behind {
            at: at as u32,
            is_compared: here.is_compared,
            spares: lattice.may_be_spared(at),
            readings: here.readings,
            reading_count: next.readings - here.readings,
            pair: here.pairs + here.ends,
            stride: next.lasts - here.lasts,
        }
    }

    /// The words before token boundaries, in the order of these.
    pub(crate) fn lasts(&self) -> &[Last] {
        &self.lasts[..self.all().lasts as usize]
    }

    /// The readings, in the order of the token boundaries where they begin. The first one
    /// is the beginning of all paths, and the last one the end.
    pub(crate) fn readings(&self) -> &[Reading] {
        &self.readings[..self.all().readings as usize]
    }

    /// How many pairs of a word and a reading behind it there are.
    pub(crate) fn pairs(&self) -> usize {
        self.all().pairs as usize
    }

    /// What is behind all.
    fn all(&self) -> Junction {
        self.junctions.last().copied().unwrap_or_default()
    }
}
