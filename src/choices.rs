//! Choices: the replacements that were chosen, and what else could have stood there.

use std::ops::Range;

/// A reading of some tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// First token of the block.
    pub(crate) start: u32,
    /// Tokens.
    pub(crate) length: u32,
    /// Index of the candidate, or [`Arc::IDENTITY`](crate::lattice::Arc::IDENTITY).
    pub(crate) candidate: u32,
    /// Cost of the best path through it above the best of all.
    pub(crate) above: i32,
}

impl Reading {
    /// The tokens that it covers.
    pub(crate) fn tokens(&self) -> Range<usize> {
        self.start as usize..(self.start + self.length) as usize
    }
}

/// What becomes of the readings that compete with a chosen one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rivals {
    /// They are found: scores and alternatives are made of them.
    Compared,
    /// Nobody asks for them.
    Ignored,
}

/// A chosen replacement, and what else could have stood there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice<'c> {
    /// The replacement; what it covers is the slot.
    pub(crate) chosen: &'c Reading,
    /// Other readings that cover the slot's first token, cheapest first.
    pub(crate) others: &'c [Reading],
}

/// The choices of a block in the order of their tokens, with memory that is kept
/// from block to block.
#[derive(Debug, Default)]
pub(crate) struct Choices {
    chosen: Vec<Reading>,
    /// Per choice, where its other readings begin.
    firsts: Vec<u32>,
    others: Vec<Reading>,
}

impl Choices {
    pub(crate) fn clear(&mut self) {
        self.chosen.clear();
        self.firsts.clear();
        self.others.clear();
    }

    /// Adds a choice.
    pub(crate) fn push(&mut self, chosen: Reading) {
        self.chosen.push(chosen);
        self.firsts.push(self.others.len() as u32);
    }

    /// Takes in another reading that covers the first token of the last choice.
    pub(crate) fn compare(&mut self, other: Reading) {
        let same =
            |known: &Reading| (known.candidate, known.start) == (other.candidate, other.start);
        let first = self.firsts.last().map_or(0, |first| *first as usize);
        if self.chosen.last().is_some_and(same) {
            return;
        }
        match self.others[first..].iter_mut().find(|known| same(known)) {
            Some(known) => known.above = known.above.min(other.above),
            None => self.others.push(other),
        }
    }

    /// Sorts the other readings of the last choice.
    pub(crate) fn settle(&mut self) {
        let first = self.firsts.last().map_or(0, |first| *first as usize);
        self.others[first..]
            .sort_unstable_by_key(|other| (other.above, other.candidate, other.start));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Choice<'_>> {
        self.of(0..self.chosen.len())
    }

    /// The choices whose first token is one of these.
    pub(crate) fn within(&self, tokens: Range<usize>) -> impl Iterator<Item = Choice<'_>> {
        let before = |token: usize| {
            self.chosen
                .partition_point(|chosen| (chosen.start as usize) < token)
        };
        self.of(before(tokens.start)..before(tokens.end))
    }

    fn of(&self, range: Range<usize>) -> impl Iterator<Item = Choice<'_>> {
        range.map(|index| self.at(index))
    }

    /// The choice of an index.
    pub(crate) fn at(&self, index: usize) -> Choice<'_> {
        let end = self.firsts.get(index + 1);
        let end = end.map_or(self.others.len(), |end| *end as usize);
        Choice {
            chosen: &self.chosen[index],
            others: &self.others[self.firsts[index] as usize..end],
        }
    }

    /// Adds choices as they are.
    pub(crate) fn extend<'c>(&mut self, choices: impl Iterator<Item = Choice<'c>>) {
        for choice in choices {
            self.push(*choice.chosen);
            self.others.extend_from_slice(choice.others);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(start: u32, candidate: u32, above: i32) -> Reading {
        Reading {
            start,
            length: 1,
            candidate,
            above,
        }
    }

    #[test]
    fn others_are_told_apart_and_sorted() {
        let mut choices = Choices::default();
        choices.push(reading(3, 1, 0));
        for (candidate, above) in [(1, 5), (7, 9), (8, 4), (7, 2)] {
            choices.compare(reading(3, candidate, above));
        }
        choices.settle();
        choices.push(reading(9, 2, 0));
        let all: Vec<_> = choices.iter().collect();
        assert_eq!(all[0].others, [reading(3, 7, 2), reading(3, 8, 4)]);
        assert_eq!(all[1].others, []);
    }

    #[test]
    fn some_can_be_copied() {
        let mut choices = Choices::default();
        for start in [1, 4, 6] {
            choices.push(reading(start, 1, 0));
            choices.compare(reading(start, 2, start as i32));
        }
        let mut copy = Choices::default();
        copy.extend(choices.within(2..6));
        let all: Vec<_> = copy.iter().collect();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].others, [reading(4, 2, 4)]);
    }
}
