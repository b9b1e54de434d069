//! Candidates: every phrase pair that a difference could be, counted.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::region::{Region, Run, CONTEXT};
use super::segment::Piece;
use super::{phrase_hash, Alignment, LONGEST};

/// Pairs held at most; rarer ones make room.
const CAPACITY: usize = 3_000_000;
/// Shared words between two differences that may belong to one phrase.
const INNER: usize = 2;

/// A phrase pair, by the words of both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    words: Box<[u32]>,
    spun: u8,
    pub(super) count: u32,
    /// Times that its original had no capital.
    pub(super) lower: u32,
}

impl Candidate {
    pub(super) fn spun(&self) -> &[u32] {
        &self.words[..self.spun.into()]
    }

    pub(super) fn original(&self) -> &[u32] {
        &self.words[self.spun.into()..]
    }
}

/// Counts of phrase pairs, in bounded memory: when too many are held, those
/// seen least make room (lossy counting, Manku and Motwani 2002).
#[derive(Debug, Default)]
pub struct Candidates {
    pub(super) pairs: FxHashMap<(u64, u64), Candidate>,
}

impl Candidates {
    /// Counts what the differences of two texts could be.
    pub fn count(&mut self, alignment: &Alignment) {
        for region in &alignment.regions {
            for (at, run) in region.runs.iter().enumerate() {
                let before = at.checked_sub(1).map(|at| &region.runs[at]);
                let after = region.runs.get(at + 1);
                self.count_run(alignment, run, room(region, before, run, after));
                let Some(next) = after else { continue };
                if next.spun.start - run.spun.end <= INNER {
                    let joined = Run {
                        spun: run.spun.start..next.spun.end,
                        original: run.original.start..next.original.end,
                    };
                    let room = room(region, before, &joined, region.runs.get(at + 2));
                    self.count_run(alignment, &joined, room);
                }
            }
        }
    }

    /// Counts what a stretch that no known phrase explains could be.
    pub fn count_unknown(&mut self, alignment: &Alignment, piece: &Piece) {
        let (spun, original) = (&alignment.spun.words, &alignment.original.words);
        let Piece {
            spun: mut a,
            original: mut b,
            ..
        } = piece.clone();
        while !a.is_empty() && !b.is_empty() && spun[a.start] == original[b.start] {
            (a.start, b.start) = (a.start + 1, b.start + 1);
        }
        while !a.is_empty() && !b.is_empty() && spun[a.end - 1] == original[b.end - 1] {
            (a.end, b.end) = (a.end - 1, b.end - 1);
        }
        let same = |i: Option<usize>, j: Option<usize>| match (i, j) {
            (Some(i), Some(j)) => i < spun.len() && j < original.len() && spun[i] == original[j],
            _ => false,
        };
        let left = (1..=CONTEXT)
            .take_while(|&n| same(a.start.checked_sub(n), b.start.checked_sub(n)))
            .count();
        let right = (0..CONTEXT)
            .take_while(|&n| same(Some(a.end + n), Some(b.end + n)))
            .count();
        self.count_run(
            alignment,
            &Run {
                spun: a,
                original: b,
            },
            (left, right),
        );
    }

    /// Counts a difference alone and with shared words around it, of which
    /// `room` stand before and after it.
    fn count_run(&mut self, alignment: &Alignment, run: &Run, room: (usize, usize)) {
        let bare = run.spun.is_empty() || run.original.is_empty();
        let most = if bare { CONTEXT + 1 } else { CONTEXT };
        for before in 0..=room.0.min(CONTEXT) {
            for after in 0..=room.1.min(CONTEXT) {
                if before + after > most || (bare && before + after == 0) {
                    continue;
                }
                let spun = run.spun.start - before..run.spun.end + after;
                let original = run.original.start - before..run.original.end + after;
                let wordy = |at| alignment.spun.is_wordy(at);
                let context = (spun.start..run.spun.start).chain(run.spun.end..spun.end);
                if context.into_iter().all(wordy) && alignment.may_pair(&spun, &original) {
                    let lower = alignment.original.is_lower(&original);
                    self.add(
                        &alignment.spun.words[spun],
                        &alignment.original.words[original],
                        lower,
                    );
                }
            }
        }
    }

    fn add(&mut self, spun: &[u32], original: &[u32], lower: bool) {
        if self.pairs.len() >= CAPACITY {
            self.make_room();
        }
        let key = (phrase_hash(spun), phrase_hash(original));
        let new = || Candidate {
            words: [spun, original].concat().into(),
            spun: spun.len() as u8,
            count: 0,
            lower: 0,
        };
        let pair = self.pairs.entry(key).or_insert_with(new);
        pair.count += 1;
        pair.lower += u32::from(lower);
    }

    fn make_room(&mut self) {
        let mut least = 1;
        while self.pairs.len() > CAPACITY / 2 {
            least += 1;
            self.keep(least);
        }
    }

    /// Drops pairs seen less than `least` times.
    pub fn keep(&mut self, least: u32) {
        self.pairs.retain(|_, candidate| candidate.count >= least);
        self.pairs.shrink_to_fit();
    }

    /// Pairs held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

/// Shared words before and after a difference, within its region.
fn room(region: &Region, before: Option<&Run>, run: &Run, after: Option<&Run>) -> (usize, usize) {
    (
        run.spun.start - before.map_or(region.spun.start, |run| run.spun.end),
        after.map_or(region.spun.end, |run| run.spun.start) - run.spun.end,
    )
}

impl Alignment {
    /// Whether these tokens could be a substitution: neither empty nor too
    /// long, no line end inside, and the space around them the same, since a
    /// substitution leaves it alone.
    pub(super) fn may_pair(&self, spun: &Range<usize>, original: &Range<usize>) -> bool {
        !spun.is_empty()
            && !original.is_empty()
            && spun.len() <= LONGEST
            && original.len() <= LONGEST
            && self.spun.touches(spun.start) == self.original.touches(original.start)
            && self.spun.touches(spun.end) == self.original.touches(original.end)
            && !self.spun.breaks(spun)
            && !self.original.breaks(original)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_words_around_are_counted_too() {
        let alignment = Alignment::new(
            "Three otters swam within the lake today.",
            "Three otters swam in the lake today.",
        );
        let mut candidates = Candidates::default();
        candidates.count(&alignment);
        // 0..=2 words on either side, together at most two.
        assert_eq!(candidates.len(), 6);
    }

    #[test]
    fn a_word_that_was_put_in_needs_a_neighbour() {
        let alignment = Alignment::new(
            "They built a brand new barn here.",
            "They built a new barn here.",
        );
        let mut candidates = Candidates::default();
        candidates.count(&alignment);
        assert!(candidates
            .pairs
            .values()
            .all(|pair| !pair.original().is_empty()));
        assert!(!candidates.is_empty());
    }
}
