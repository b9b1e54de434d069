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
    /// Pairs that a paragraph could have had: its number, and the pair.
    missed: Vec<(u32, u64)>,
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

    /// Takes in two capitalised words that a reading would have put together.
    pub(crate) fn miss(&mut self, paragraph: u32, first: Word, second: Word) {
        self.missed.push((paragraph, key(first, second)));
    }

    /// Paragraphs that could have had a name of the document, in order.
    pub(crate) fn missed_in(&self) -> Vec<u32> {
        let named = |missed: &&(u32, u64)| self.pairs.contains_key(&missed.1);
        let mut paragraphs: Vec<u32> = self.missed.iter().filter(named).map(|m| m.0).collect();
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
