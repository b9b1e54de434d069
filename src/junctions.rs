//! Junctions: the words that may meet at the token boundaries of a lattice.
//!
//! Everything has its [place](layout) before it is written down.

mod layout;

use std::hint::select_unpredictable;

use self::layout::Layout;
use crate::context::Word;
use crate::lattice::{Arc, Lattice};
use crate::scratch::Scratch;
use crate::search::Problem;
use crate::vocabulary::{Article, Vocabulary};

/// A word that may stand before a token boundary.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Last {
    /// Start of the keys of bigrams that it begins.
    pub(crate) open: u64,
    /// Cost of backing off from it.
    pub(crate) back: i32,
    pub(crate) article: Option<Article>,
    /// The pairs whose reading ends with it, by the first, and how many.
    pub(crate) from: u32,
    pub(crate) count: u32,
}

impl Last {
    /// A word that makes no difference.
    const INDIFFERENT: Last = Last {
        open: 0,
        back: 0,
        article: None,
        from: 0,
        count: 0,
    };

    #[inline(always)]
    fn new(word: Word, back: i32, vocabulary: &Vocabulary) -> Last {
        Last {
            open: word.open(),
            back,
            article: vocabulary.article(word),
            ..Last::INDIFFERENT
        }
    }

    /// A word that stands before the first one of a paragraph, or of a part of one.
    fn before(word: Word, problem: &Problem<'_>) -> Last {
        let back = problem.model.find(0, word.open());
        let back = back.map_or(0, |(_, back)| back);
        Last::new(word, back, problem.vocabulary)
    }

    /// The same, but where nothing is compared, as one that makes no difference.
    #[inline(always)]
    fn where_open(self, is_open: bool) -> Last {
        Last {
            back: select_unpredictable(is_open, self.back, 0),
            article: select_unpredictable(is_open, self.article, None),
            ..self
        }
    }

    /// The same as the last word of some pairs.
    #[inline(always)]
    fn of(self, (from, count): (u32, u32)) -> Last {
        Last {
            from,
            count,
            ..self
        }
    }
}

/// A reading that begins at a token boundary.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// Its first word, which the bigrams end with.
    pub(crate) word: Word,
    /// Whether the model has it.
    pub(crate) known: bool,
    /// Whether it is all of the reading.
    pub(crate) is_all: bool,
    /// Its number in the lattice.
    pub(crate) number: u32,
    /// The candidate that it is, or [`Arc::IDENTITY`].
    pub(crate) candidate: u32,
    /// What it costs whatever its words are, and that word by itself.
    pub(crate) cost: i32,
    /// The place of the first of the words before it, less the number of its first pair.
    pub(crate) shift: u32,
    /// The token boundary where it ends.
    pub(crate) end: u32,
    /// Whether it makes a difference behind it what its last words are.
    pub(crate) is_open: bool,
    /// Whether phrases of several tokens may be left alone with its token, or it stands between
    /// two paragraphs.
    pub(crate) is_special: bool,
}

/// The junctions of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Junctions {
    layout: Layout,
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
        self.layout.find(problem);
        self.begin(problem.lattice);
        self.leave_alone(problem);
        self.replace(problem);
        self.end(problem.lattice);
    }

    /// A reading without words.
    fn nothing(lattice: &Lattice, shift: u32) -> Reading {
        Reading {
            word: Word::BREAK,
            known: false,
            is_all: true,
            number: lattice.nothing(),
            candidate: Arc::IDENTITY,
            cost: 0,
            shift,
            end: 0,
            is_open: false,
            is_special: false,
        }
    }

    /// Makes room for what is written down, and writes the beginning.
    fn begin(&mut self, lattice: &Lattice) {
        let all = self.layout.all();
        let beginning = Reading {
            is_open: self.layout.at(0).is_compared,
            ..Junctions::nothing(lattice, 0)
        };
        let (lasts, readings) = (all.lasts as usize, all.readings as usize);
        self.readings.room(readings, beginning)[0] = beginning;
        self.lasts.room(lasts, Last::INDIFFERENT)[0] = Last::INDIFFERENT;
        self.firsts.room(all.pairs as usize, false).fill(false);
    }

    /// Writes the end.
    fn end(&mut self, lattice: &Lattice) {
        let [end, behind] = [0, 1].map(|more| *self.layout.at(lattice.len() + more));
        for junction in [end, behind] {
            let pairs = junction.pairs_of(0);
            self.readings[junction.readings as usize] =
                Junctions::nothing(lattice, junction.shift(pairs));
            self.firsts[pairs.0 as usize] = true;
        }
        self.lasts[behind.lasts as usize] = Last::INDIFFERENT.of(end.pairs_of(0));
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
        // The pairs before the first token are the beginning.
        let mut pairs = (0, 1);
        let mut before = Last::before(problem.before[1], problem);
        // Where one reading leads across several boundaries the last of them writes it.
        let (mut from, mut is_new) = (0, true);
        let (lasts, readings) = (&mut self.lasts[..], &mut self.readings[..]);
        let firsts = &mut self.firsts[..];
        let junctions = self.layout.with_next().zip(0..);
        for (((here, next), at), (word, entry)) in junctions.zip(words.iter().zip(problem.unigrams))
        {
            let is_compared = here.is_compared;
            lasts[(here.lasts + here.ends) as usize] = before.of(pairs).where_open(here.is_open());
            if here.is_break {
                let between = here.between();
                readings[between.reading as usize] = Reading {
                    is_open: is_compared,
                    is_special: true,
                    ..Junctions::nothing(lattice, between.shift)
                };
                firsts[between.pairs.0 as usize] = true;
                pairs = between.pairs;
                let last = Last::before(Word::BREAK, problem).of(pairs);
                lasts[between.last as usize] = last.where_open(is_compared);
            }
            let (known, cost, back) = unigrams.costs(*entry);
            before = Last::new(*word, back, vocabulary);
            let lone = select_unpredictable(known, cost, model.unknown());
            from = select_unpredictable(is_new, at, from);
            is_new = next.readings != here.readings;
            let own = here.pairs_of(0);
            firsts[own.0 as usize] = true;
            pairs = select_unpredictable(is_new, own, pairs);
            readings[here.readings as usize] = Reading {
                word: *word,
                known: known & is_compared,
                number: lattice.alone(from),
                is_all: true,
                candidate: Arc::IDENTITY,
                cost: select_unpredictable(is_compared, lattice.own(at) + lone, 0),
                shift: here.shift(own),
                end: at as u32 + 1,
                is_open: next.is_open(),
                is_special: here.spares,
            };
        }
        // Nothing is compared at the end.
        let end = self.layout.at(lattice.len());
        lasts[(end.lasts + end.ends) as usize] = Last::INDIFFERENT.of(pairs);
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
            let place = self.layout.place(to);
            let (here, next) = (self.layout.at(at), self.layout.at(to));
            let reading = 1 + number - here.arcs;
            let pairs = here.pairs_of(reading);
            let back = last.lone.map_or(0, |(_, back)| back);
            let last = match next.is_open() {
                true => Last::new(last.word, back, vocabulary),
                // Nothing is compared at the end.
                false => Last::INDIFFERENT,
            };
            lasts[place as usize] = last.of(pairs);
            firsts[pairs.0 as usize] = true;
            readings[(here.readings + reading) as usize] = Reading {
                word: first.word,
                known: first.lone.is_some(),
                is_all: words.len() == 1,
                number,
                candidate: arc.candidate,
                cost: arc.cost + first.lone.map_or(model.unknown(), |(cost, _)| cost),
                shift: here.shift(pairs),
                end: to as u32,
                is_open: next.is_open(),
                is_special: false,
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
        self.layout.all().pairs as usize
    }
}
