//! The layout of junctions: a place for everything that meets at token boundaries.
//!
//! What meets where is counted first, so that it can be written down in loops with hardly a
//! branch: processors could not foresee where slots begin and end.

use std::hint::select_unpredictable;
use std::ops::Range;

use crate::lattice::Lattice;
use crate::search::Problem;
use crate::vocabulary::Vocabulary;

/// A token boundary, and what meets there. Those that one reading leads across, where nothing
/// has to be compared, are one with the first of them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Junction {
    /// Whether words that meet here have to be compared.
    pub(super) is_compared: bool,
    /// Whether phrases of several tokens may be left alone with the next one.
    pub(super) spares: bool,
    /// Whether another paragraph ends here: between the words before and the readings that begin
    /// here is a reading without words, before which nothing is compared.
    pub(super) is_break: bool,
    /// The words before it, by the place of the first: one of each arc that ends here, and that
    /// of the token before.
    pub(super) lasts: u32,
    /// The readings that begin here, by the place of the first, which leaves the next token
    /// alone.
    pub(super) readings: u32,
    /// The number of the first pair of these; those of a reading follow each other.
    pub(super) pairs: u32,
    /// Arcs that begin before it.
    pub(super) arcs: u32,
    /// Arcs that end here. Their last words come first: of ways that are as good, those with
    /// longer phrases win.
    pub(super) ends: u32,
}

impl Junction {
    /// The pairs of one of the readings that begin here, by the first, and how many.
    #[inline(always)]
    pub(super) fn pairs_of(&self, reading: u32) -> (u32, u32) {
        let lasts = select_unpredictable(self.is_break, 1, self.ends + 1);
        (self.pairs + reading * lasts, lasts)
    }

    /// Whether it makes a difference here what the words before are.
    #[inline(always)]
    pub(super) fn is_open(&self) -> bool {
        self.is_compared & !self.is_break
    }

    /// The place of the first of the words before the readings that begin here.
    #[inline(always)]
    fn before(&self) -> u32 {
        self.lasts + select_unpredictable(self.is_break, self.ends + 1, 0)
    }

    /// Where a paragraph ends the reading without words there, that behind the words before: its
    /// place, and its pairs as those of any other. As the only word behind it, that comes behind
    /// these words.
    pub(super) fn between(&self) -> Between {
        let lasts = self.ends + 1;
        let pairs = (self.pairs - lasts, lasts);
        Between {
            reading: self.readings - 1,
            pairs,
            shift: self.lasts.wrapping_sub(pairs.0),
            last: self.before(),
        }
    }

    /// Of one with one reading, another behind it, where nothing ends but this.
    fn behind(&self) -> Junction {
        Junction {
            lasts: self.lasts + self.ends + 1,
            readings: self.readings + 1,
            pairs: self.pairs_of(1).0,
            ends: 0,
            ..*self
        }
    }

    /// The place of the first of the words before it, less the first of some pairs.
    #[inline(always)]
    pub(super) fn shift(&self, (first, _): (u32, u32)) -> u32 {
        self.before().wrapping_sub(first)
    }
}

/// A reading without words between two paragraphs.
pub(super) struct Between {
    /// Its place.
    pub(super) reading: u32,
    /// Its pairs, by the first, and how many.
    pub(super) pairs: (u32, u32),
    /// The place of the first of the words before it, less the first pair.
    pub(super) shift: u32,
    /// Its place as the word before the readings behind it.
    pub(super) last: u32,
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
pub(super) struct Layout {
    junctions: Vec<Junction>,
    tallies: Vec<Tally>,
}

impl Layout {
    /// Finds a place for everything, and has the processor fetch the words of the arcs, which are
    /// read next.
    pub(super) fn find(&mut self, problem: &Problem<'_>) {
        self.count(problem.lattice, problem.vocabulary);
        self.lay_out(problem.lattice, problem.paragraphs);
    }

    /// Counts the arcs at each token boundary.
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

    /// Lays out what was counted.
    fn lay_out(&mut self, lattice: &Lattice, paragraphs: &[usize]) {
        // Behind the beginning.
        let mut next = Junction {
            lasts: 1,
            readings: 1,
            pairs: 1,
            ..Junction::default()
        };
        self.junctions.clear();
        let mut start = 0;
        for end in paragraphs {
            // What ends where a paragraph begins is another's, as is what begins where it ends.
            let before = (start > 0).then(|| Junction {
                ends: std::mem::take(&mut self.tallies[start].end),
                ..next
            });
            next = before.map_or(next, |before| before.behind());
            let begin = std::mem::take(&mut self.tallies[*end].begin);
            self.lay_out_paragraph(lattice, start..*end, &mut next);
            self.tallies[*end].begin = begin;
            if let Some(Junction { lasts, ends, .. }) = before {
                self.junctions[start] = Junction {
                    is_break: true,
                    lasts,
                    ends,
                    ..self.junctions[start]
                };
            }
            start = *end;
        }
        let end = Junction {
            ends: self.tallies[lattice.len()].end,
            ..next
        };
        let behind = end.behind();
        self.junctions.extend([end, behind, behind.behind()]);
    }

    /// Lays out a paragraph from `next` on, which becomes what is behind it.
    fn lay_out_paragraph(&mut self, lattice: &Lattice, tokens: Range<usize>, next: &mut Junction) {
        let (mut reach, mut passes) = (0, false);
        let mut spares = lattice.may_be_spared(tokens.start);
        let tallies = self.tallies[tokens.start..=tokens.end].windows(2);
        let junctions = tallies.zip(tokens.start..).map(|(tallies, at)| {
            let (here, behind) = (tallies[0], tallies[1]);
            let spares_next = lattice.may_be_spared(at + 1);
            // The last word before a reading is a part of its history.
            let is_compared =
                (here.begin + behind.begin != 0) | ((at as u32) < reach) | spares | spares_next;
            reach = reach.max(here.reach);
            let is_new = u32::from(is_compared | !passes);
            passes = !is_compared;
            let (old, ends) = (1 - is_new, here.end);
            debug_assert!(is_compared | (ends == 0));
            let junction = Junction {
                is_compared,
                spares,
                is_break: false,
                lasts: next.lasts - old,
                readings: next.readings - old,
                pairs: next.pairs - old,
                arcs: next.arcs,
                ends,
            };
            spares = spares_next;
            next.lasts += is_new + ends;
            next.readings += is_new + here.begin;
            (next.pairs, _) = junction.pairs_of(here.begin + 1);
            next.arcs += here.begin;
            junction
        });
        self.junctions.extend(junctions);
    }

    /// What meets at a token boundary. The end of the stretch is followed by another.
    #[inline(always)]
    pub(super) fn at(&self, boundary: usize) -> &Junction {
        &self.junctions[boundary]
    }

    /// What meets at every token boundary, and at the next one.
    pub(super) fn with_next(&self) -> impl Iterator<Item = (&Junction, &Junction)> {
        let pairs = self.junctions.windows(2);
        pairs.map(|pair| (&pair[0], &pair[1]))
    }

    /// The place of the last word of the next arc that ends at a token boundary.
    #[inline(always)]
    pub(super) fn place(&mut self, boundary: usize) -> u32 {
        let placed = &mut self.tallies[boundary].placed;
        *placed += 1;
        self.junctions[boundary].lasts + *placed - 1
    }

    /// What is behind all.
    pub(super) fn all(&self) -> Junction {
        self.junctions.last().copied().unwrap_or_default()
    }
}
