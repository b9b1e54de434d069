//! Names: what a document calls things, mended alike wherever they are named.
//!
//! A spinner that does not spare capitals draws anew for each mention:
//! "Silicon Valley Financial institution" here, "Silicon Valley Monetary
//! establishment" there. Words that stand together in capitals after the first
//! decision are remembered, and speak for the same words elsewhere (a cache
//! model, Kuhn and De Mori 1990, of nothing but names).

use std::collections::HashMap;

use crate::context::Word;
use crate::cost::NAT;

/// What each other mention of a name is worth.
const MENTION: i32 = 3 * NAT / 2;

/// Mentions that count.
const MENTIONS: i32 = 2;

/// Pairs of capitalised words of a document.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Per pair, its mentions.
    pairs: HashMap<u64, i32>,
    /// Pairs that a paragraph could have had.
    missed: Vec<Missed>,
}

/// A pair that a paragraph could have had.
#[derive(Debug)]
struct Missed {
    paragraph: u32,
    pair: u64,
    /// What it would have cost more.
    above: i32,
}

impl Names {
    pub(crate) fn clear(&mut self) {
        self.pairs.clear();
        self.missed.clear();
    }

    /// Takes in two capitalised words that stand together in the restored text.
    pub(crate) fn add(&mut self, first: Word, second: Word) {
        *self.pairs.entry(key(first, second)).or_default() += 1;
    }

    /// Whether names could ever be worth what a reading costs above the best.
    pub(crate) fn may_matter(above: i32) -> bool {
        // It may make two of them: one with the word before, one with that behind.
        above <= 2 * MENTIONS * MENTION
    }

    /// Takes in two capitalised words that a reading would have put together,
    /// at a cost so far above the best.
    pub(crate) fn miss(&mut self, paragraph: u32, first: Word, second: Word, above: i32) {
        if Names::may_matter(above) {
            self.missed.push(Missed {
                paragraph,
                pair: key(first, second),
                above,
            });
        }
    }

    /// Paragraphs that could have a name of the document for what it is worth, in order.
    pub(crate) fn missed_in(&self) -> Vec<u32> {
        let is_worth = |missed: &&Missed| {
            let mentions = self.pairs.get(&missed.pair).copied().unwrap_or(0);
            mentions > 0 && missed.above <= 2 * mentions.min(MENTIONS) * MENTION
        };
        let missed = self.missed.iter().filter(is_worth);
        let mut paragraphs: Vec<u32> = missed.map(|missed| missed.paragraph).collect();
        paragraphs.dedup();
        paragraphs
    }

    /// What other mentions are worth for two words; `here` if they were counted
    /// where they stand.
    pub(crate) fn bonus(&self, first: Word, second: Word, here: bool) -> i32 {
        let mentions = self.pairs.get(&key(first, second)).copied();
        (mentions.unwrap_or(0) - i32::from(here)).clamp(0, MENTIONS) * MENTION
    }
}

fn key(first: Word, second: Word) -> u64 {
    second.extend(first.open())
}

#[cfg(test)]
impl Names {
    /// All pairs that paragraphs could have had, and what each would have cost more.
    pub(crate) fn misses(&self) -> String {
        format!("{:?}", self.missed)
    }
}
