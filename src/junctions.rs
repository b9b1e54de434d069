//! Junctions: the words that may meet at the token boundaries of a lattice.
//!
//! What meets where is counted first, so that everything has its place before it is
//! written down, in loops with hardly a branch: processors could not foresee where slots
//! begin and end.

use std::hint::select_unpredictable;

use crate::context::{Entries, Found, Word};
use crate::lattice::{Arc, Lattice};
use crate::scratch::Scratch;
use crate::search::Problem;
use crate::vocabulary::Vocabulary;

/// A word that may stand before a token boundary.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Last {
    pub(crate) word: Word,
    /// Start of the keys of bigrams that it begins.
    pub(crate) open: u64,
    /// Cost of backing off from it.
    pub(crate) back: i32,
    pub(crate) is_article: bool,
    /// The pairs whose reading ends with it, by the first, and how many.
    pub(crate) from: u32,
    pub(crate) count: u32,
}

impl Last {
    /// A word that makes no difference, behind some pairs.
    #[inline(always)]
    fn indifferent((from, count): (u32, u32)) -> Last {
        Last {
            word: Word::BREAK,
            open: 0,
            back: 0,
            is_article: false,
            from,
            count,
        }
    }

    #[inline(always)]
    fn new(word: Word, lone: Found, vocabulary: &Vocabulary, (from, count): (u32, u32)) -> Last {
        Last {
            word,
            open: word.open(),
            back: lone.map_or(0, |(_, back)| back),
            is_article: vocabulary.is_article(word),
            from,
            count,
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
    /// The place of the first of the words before it, less the number of its first pair.
    pub(crate) shift: u32,
    /// The token boundary where it ends.
    pub(crate) end: u32,
    /// Whether it makes a difference behind it what its last words are.
    pub(crate) is_open: bool,
    /// Whether phrases of several tokens may be left alone with its token.
    pub(crate) spares: bool,
}

/// A token boundary, and what meets there. Those that one reading leads across, where nothing
/// has to be compared, are one with the first of them.
#[derive(Debug, Clone, Copy, Default)]
struct Junction {
    /// Whether words that meet here have to be compared.
    is_compared: bool,
    /// Whether phrases of several tokens may be left alone with the next one.
    spares: bool,
    /// The words before it, by the place of the first, and how many.
    lasts: u32,
    last_count: u32,
    /// The readings that begin here, by the place of the first, which leaves the next token
    /// alone.
    readings: u32,
    /// The number of the first pair of these; those of a reading follow each other.
    pairs: u32,
    /// Arcs that begin before it.
    arcs: u32,
    /// Arcs that end here. Their last words come first: of ways that are as good, those with
    /// longer phrases win.
    ends: u32,
}

impl Junction {
    /// The pairs of one of the readings that begin here, by the first, and how many.
    #[inline(always)]
    fn pairs(&self, reading: u32) -> (u32, u32) {
        (self.pairs + reading * self.last_count, self.last_count)
    }

    /// The place of the first of the words before it, less the first of some pairs.
    #[inline(always)]
    fn shift(&self, (first, _): (u32, u32)) -> u32 {
        self.lasts.wrapping_sub(first)
    }
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
    /// What the model has of the words of the text by themselves.
    entries: Entries,
    lasts: Scratch<Last>,
    readings: Scratch<Reading>,
    /// Per pair: whether it is the first of another reading than that of the pair before.
    firsts: Scratch<bool>,
}

impl Junctions {
    /// Collects the words before and after each token boundary where more than one
    /// history may have to be compared, with what is known of each.
    ///
    /// Where there is nothing to compare one reading leads to the next such boundary. Some more
    /// have no words either: all paths begin with one, and end with one behind any of the last
    /// words and one behind that.
    pub(crate) fn collect(&mut self, problem: &Problem<'_>) {
        self.count(problem.lattice, problem.vocabulary);
        self.lay_out(problem.lattice);
        self.begin(problem.lattice);
        self.leave_alone(problem);
        self.replace(problem);
        self.end(problem.lattice);
    }

    /// Counts the arcs at each token boundary, and has the processor fetch their words, which
    /// are read once these have their places.
    fn count(&mut self, lattice: &Lattice, vocabulary: &Vocabulary) {
        self.tallies.clear();
        self.tallies.resize(lattice.len() + 1, Tally::default());
        for arc in lattice.all_arcs() {
            vocabulary.prefetch_words(arc.candidate);
        }
        for slot in lattice.slots() {
            let (arcs, end) = (slot.end_arc - slot.first_arc, slot.start + slot.length);
            let tally = &mut self.tallies[slot.start as usize];
            tally.begin += arcs;
            tally.reach = tally.reach.max(end + 2);
            self.tallies[end as usize].end += arcs;
        }
    }

    /// Finds a place for everything.
    fn lay_out(&mut self, lattice: &Lattice) {
        // Behind the beginning.
        let mut next = Junction {
            lasts: 1,
            readings: 1,
            pairs: 1,
            ..Junction::default()
        };
        let (mut reach, mut spares, mut passes) = (0, lattice.may_be_spared(0), false);
        let tallies = self.tallies.windows(2).zip(0..);
        let junctions = tallies.map(|(tallies, at)| {
            let (here, behind) = (tallies[0], tallies[1]);
            let spares_next = lattice.may_be_spared(at + 1);
            // The last word before a reading is a part of its history.
            let is_compared =
                (here.begin + behind.begin != 0) | ((at as u32) < reach) | spares | spares_next;
            reach = reach.max(here.reach);
            let is_new = u32::from(is_compared | !passes);
            passes = !is_compared;
            let (old, ends) = (1 - is_new, here.end);
            let junction = Junction {
                is_compared,
                spares,
                lasts: next.lasts - old,
                last_count: ends + 1,
                readings: next.readings - old,
                pairs: next.pairs - old,
                arcs: next.arcs,
                ends,
            };
            spares = spares_next;
            next.lasts += is_new + ends;
            next.readings += is_new + here.begin;
            next.pairs = junction.pairs + junction.last_count * (here.begin + 1);
            next.arcs += here.begin;
            junction
        });
        self.junctions.clear();
        self.junctions.extend(junctions);
        let ends = self.tallies[lattice.len()].end;
        let end = Junction {
            last_count: ends + 1,
            ends,
            ..next
        };
        let behind = Junction {
            lasts: end.lasts + end.last_count,
            last_count: 1,
            readings: end.readings + 1,
            pairs: end.pairs + end.last_count,
            ..next
        };
        let all = Junction {
            lasts: behind.lasts + 1,
            readings: behind.readings + 1,
            pairs: behind.pairs + 1,
            ..next
        };
        self.junctions.extend([end, behind, all]);
    }

    /// A reading without words.
    fn nothing(lattice: &Lattice, shift: u32) -> Reading {
        Reading {
            word: Word::BREAK,
            lone: 0,
            known: false,
            is_all: true,
            number: lattice.nothing(),
            candidate: Arc::IDENTITY,
            cost: 0,
            shift,
            end: 0,
            is_open: false,
            spares: false,
        }
    }

    /// Makes room for what is written down, and writes the beginning.
    fn begin(&mut self, lattice: &Lattice) {
        let all = self.all();
        let beginning = Reading {
            is_open: self.junctions[0].is_compared,
            ..Junctions::nothing(lattice, 0)
        };
        let (lasts, readings) = (all.lasts as usize, all.readings as usize);
        self.readings.room(readings, beginning)[0] = beginning;
        let nothing = Last::indifferent((0, 0));
        self.lasts.room(lasts, nothing)[0] = nothing;
        self.firsts.room(all.pairs as usize, false).fill(false);
    }

    /// Writes the end.
    fn end(&mut self, lattice: &Lattice) {
        let [end, behind] = [0, 1].map(|more| self.junctions[lattice.len() + more]);
        for junction in [end, behind] {
            let pairs = junction.pairs(0);
            self.readings[junction.readings as usize] =
                Junctions::nothing(lattice, junction.shift(pairs));
            self.firsts[pairs.0 as usize] = true;
        }
        self.lasts[behind.lasts as usize] = Last::indifferent(end.pairs(0));
    }

    /// Writes the readings down that leave tokens alone, each as the first of its token
    /// boundary, and the word of the token before as the last one there.
    fn leave_alone(&mut self, problem: &Problem<'_>) {
        let Problem {
            model,
            lattice,
            words,
            vocabulary,
            ..
        } = *problem;
        let unigrams = model.ngrams(0);
        let keys = words.iter().map(|word| word.open());
        let entries = self.entries.read(&unigrams, keys);
        let [_, last] = problem.before;
        // The pairs before the first token are the beginning.
        let mut pairs = (0, 1);
        let mut before = Last::new(last, model.find(0, last.open()), vocabulary, pairs);
        // Where one reading leads across several boundaries the last of them writes it.
        let (mut from, mut is_new) = (0, true);
        let (lasts, readings) = (&mut self.lasts[..], &mut self.readings[..]);
        let firsts = &mut self.firsts[..];
        let junctions = self.junctions.windows(2).zip(0..);
        for ((junctions, at), (word, entry)) in junctions.zip(words.iter().zip(entries)) {
            let (here, next) = (&junctions[0], &junctions[1]);
            let is_compared = here.is_compared;
            lasts[(here.lasts + here.ends) as usize] = Last {
                back: select_unpredictable(is_compared, before.back, 0),
                is_article: before.is_article & is_compared,
                from: pairs.0,
                count: pairs.1,
                ..before
            };
            let (known, cost, back) = unigrams.costs(*entry);
            before = Last {
                word: *word,
                open: word.open(),
                back,
                is_article: vocabulary.is_article(*word),
                ..before
            };
            let lone = select_unpredictable(known, cost, model.unknown());
            from = select_unpredictable(is_new, at, from);
            is_new = next.readings != here.readings;
            let own = here.pairs(0);
            firsts[own.0 as usize] = true;
            pairs = select_unpredictable(is_new, own, pairs);
            readings[here.readings as usize] = Reading {
                word: *word,
                lone: select_unpredictable(is_compared, lone, 0),
                known: known & is_compared,
                number: lattice.alone(from),
                is_all: true,
                candidate: Arc::IDENTITY,
                cost: select_unpredictable(is_compared, lattice.own(at), 0),
                shift: here.shift(own),
                end: at as u32 + 1,
                is_open: next.is_compared,
                spares: here.spares,
            };
        }
        // Nothing is compared at the end.
        let end = &self.junctions[lattice.len()];
        lasts[(end.lasts + end.ends) as usize] = Last::indifferent(pairs);
    }

    /// Writes the arcs down, each at its token boundary, and its last word at its end.
    fn replace(&mut self, problem: &Problem<'_>) {
        let Problem {
            model,
            lattice,
            vocabulary,
            ..
        } = *problem;
        let (lasts, readings) = (&mut self.lasts[..], &mut self.readings[..]);
        let firsts = &mut self.firsts[..];
        for (arc, number) in lattice.all_arcs().iter().zip(0..) {
            let (at, to) = (arc.start as usize, (arc.start + arc.length) as usize);
            let words = vocabulary.candidate(arc.candidate);
            // The lattice has no arcs without words.
            let (first, last) = (words[0], words[words.len() - 1]);
            let (here, next) = (&self.junctions[at], &self.junctions[to]);
            let reading = 1 + number - here.arcs;
            let pairs = here.pairs(reading);
            let placed = &mut self.tallies[to].placed;
            lasts[(next.lasts + *placed) as usize] = match next.is_compared {
                true => Last::new(last.word, last.lone, vocabulary, pairs),
                // Nothing is compared at the end.
                false => Last::indifferent(pairs),
            };
            *placed += 1;
            firsts[pairs.0 as usize] = true;
            readings[(here.readings + reading) as usize] = Reading {
                word: first.word,
                lone: first.lone.map_or(model.unknown(), |(cost, _)| cost),
                known: first.lone.is_some(),
                is_all: words.len() == 1,
                number,
                candidate: arc.candidate,
                cost: arc.cost,
                shift: here.shift(pairs),
                end: to as u32,
                is_open: next.is_compared,
                spares: false,
            };
        }
    }

    /// The words before token boundaries, in the order of these.
    pub(crate) fn lasts(&self) -> &[Last] {
        &self.lasts
    }

    /// The readings, in the order of the token boundaries where they begin. The first one
    /// is the beginning of all paths, and the last one their end.
    pub(crate) fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// Per pair of a word and a reading behind it: whether it is the first of another reading
    /// than that of the pair before.
    pub(crate) fn firsts(&self) -> &[bool] {
        &self.firsts
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
