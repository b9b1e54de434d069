//! Junctions: the words that may meet at the token boundaries of a lattice.

use std::ops::Range;

use crate::context::{Entries, Found, Word};
use crate::graph::NONE;
use crate::lattice::{Arc, Slot};
use crate::search::Problem;
use crate::vocabulary::{KnownWord, Spelling, Vocabulary};

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

/// The outer words of an arc.
#[derive(Debug, Clone, Copy)]
struct Outer {
    first: KnownWord,
    last: KnownWord,
    /// Whether they are one.
    is_all: bool,
}

/// What meets at one token boundary.
#[derive(Debug, Clone, Copy, Default)]
struct Junction {
    /// Where the words that may stand before the boundary begin.
    lasts: u32,
    /// Where the readings after it begin; none where nothing has to be compared.
    readings: u32,
    /// Where their pairs begin, if all pairs of the lattice are numbered.
    pairs: u64,
}

/// The junctions of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Junctions {
    junctions: Vec<Junction>,
    lasts: Vec<Last>,
    readings: Vec<Reading>,
    /// Per token boundary, the last slot that ends there, or [`NONE`].
    ending: Vec<u32>,
    /// Per slot, another one that ends where it does, or [`NONE`]; and its first reading.
    slots: Vec<(u32, u32)>,
    /// Per arc, where its words stand, and the outer ones.
    spellings: Vec<Spelling>,
    outer: Vec<Outer>,
    /// What the model says of the words of the text by themselves.
    own: Vec<Found>,
    entries: Entries,
}

impl Junctions {
    /// Collects the words before and after each token boundary where more than one
    /// history may have to be compared, with what is known of each.
    pub(crate) fn collect(&mut self, problem: &Problem<'_>) {
        self.look_up(problem);
        let lattice = problem.lattice;
        self.junctions.clear();
        self.lasts.clear();
        self.readings.clear();
        self.ending.clear();
        self.ending.resize(lattice.len() + 1, NONE);
        self.slots.clear();
        let mut slots = lattice.slots();
        let mut pairs = 0;
        // Two words after its end, an arc makes no difference any more.
        let mut horizon = 0;
        for at in 0..lattice.len() {
            let junction = Junction {
                lasts: self.lasts.len() as u32,
                readings: self.readings.len() as u32,
                pairs,
            };
            self.junctions.push(junction);
            let begins = |slot: &&Slot| slot.start as usize == at;
            let count = slots.iter().take_while(begins).count();
            let (begun, rest) = slots.split_at(count);
            slots = rest;
            // The last word before a reading is a part of its history.
            let is_near = rest
                .first()
                .is_some_and(|slot| slot.start as usize == at + 1);
            let spans = lattice.span(at) != 0 || lattice.span(at + 1) != 0;
            if begun.is_empty() && at >= horizon && !is_near && !spans {
                continue;
            }
            self.collect_lasts(problem, at);
            self.collect_readings(problem, at, begun);
            let ends = begun.iter().map(|slot| slot.tokens().end + 2);
            horizon = ends.fold(horizon, usize::max);
            let lasts = self.lasts.len() as u64 - u64::from(junction.lasts);
            pairs += lasts * (self.readings.len() as u64 - u64::from(junction.readings));
        }
        // One more, since two show what meets at a boundary: nothing at the last.
        let end = Junction {
            lasts: self.lasts.len() as u32,
            readings: self.readings.len() as u32,
            pairs,
        };
        self.junctions.extend([end, end]);
    }

    /// Looks the words of the text up, and those of the arcs: every step is taken for all
    /// before the next, so that processors wait for the memory of many at once.
    fn look_up(&mut self, problem: &Problem<'_>) {
        let unigrams = problem.model.ngrams(0);
        let keys = problem.words.iter().map(|word| word.open());
        let entries = self.entries.read(&unigrams, keys);
        self.own.clear();
        self.own
            .extend(entries.iter().map(|entry| unigrams.found(*entry)));
        let (arcs, vocabulary) = (problem.lattice.all_arcs(), problem.vocabulary);
        self.spellings.clear();
        let spelling = |arc: &Arc| vocabulary.spelling(arc.candidate);
        self.spellings.extend(arcs.iter().map(spelling));
        self.outer.clear();
        self.outer.extend(self.spellings.iter().map(|spelling| {
            let words = vocabulary.words(*spelling);
            Outer {
                first: words[0],
                last: words[words.len() - 1],
                is_all: words.len() == 1,
            }
        }));
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
            let arcs = &self.outer[lattice.slots()[ending as usize].arcs()];
            let readings = &mut self.readings[*reading as usize..];
            for (reading, Outer { last, .. }) in readings.iter_mut().zip(arcs) {
                reading.last = (self.lasts.len() - first) as u32;
                self.lasts.push(Last::new(last.word, last.lone, vocabulary));
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
                let (arc, outer) = (&lattice.all_arcs()[number], &self.outer[number]);
                let first = &outer.first;
                self.readings.push(Reading {
                    is_all: outer.is_all,
                    number: number as u32,
                    ..Reading::new(first.word, first.lone, unknown, arc, at)
                });
            }
        }
    }

    /// The places of the words that may stand before a token boundary.
    #[inline]
    pub(crate) fn lasts_at(&self, at: usize) -> Range<u32> {
        self.junctions[at].lasts..self.junctions[at + 1].lasts
    }

    /// The places of the readings that begin at a token boundary: none where nothing has
    /// to be compared, or at first leaving the token alone.
    #[inline]
    pub(crate) fn readings_at(&self, at: usize) -> Range<u32> {
        self.junctions[at].readings..self.junctions[at + 1].readings
    }

    /// The same readings.
    #[inline]
    pub(crate) fn readings(&self, at: usize) -> &[Reading] {
        let Range { start, end } = self.readings_at(at);
        &self.readings[start as usize..end as usize]
    }

    /// A word that may stand before a token boundary, by its place.
    #[inline(always)]
    pub(crate) fn last(&self, place: u32) -> &Last {
        &self.lasts[place as usize]
    }

    /// A reading, by its place.
    #[inline(always)]
    pub(crate) fn reading(&self, place: u32) -> &Reading {
        &self.readings[place as usize]
    }

    /// Where the pairs of a word before and a reading after a token boundary begin, if all
    /// those of the lattice are numbered; those of a word stand together.
    #[inline]
    pub(crate) fn pairs_before(&self, at: usize) -> u64 {
        self.junctions[at].pairs
    }

    /// How many token boundaries from one on have pairs for which there is room, the
    /// first in any case.
    pub(crate) fn fitting(&self, at: usize, room: u64) -> usize {
        let from = self.junctions[at].pairs;
        // The end is a boundary as well, where nothing meets.
        let rest = &self.junctions[at + 1..self.junctions.len() - 1];
        let fit = rest.partition_point(|junction| junction.pairs - from <= room);
        fit.max(1)
    }
}
