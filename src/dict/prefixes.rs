//! Prefixes: how phrases are found, token by token.

use super::lexicon::PhraseId;
use crate::token::{mix, Gap, Token};

/// An open-addressing table from hashed token prefixes to phrases.
#[derive(Debug)]
pub(super) struct Prefixes {
    slots: Vec<Slot>,
    used: usize,
    /// A bit for each first token, where its hash falls: small enough to stay
    /// in the nearest cache, and zero for most tokens.
    firsts: Vec<u64>,
}

/// A prefix: the upper bits of its hash, whether longer phrases begin with it,
/// and one more than the phrase that it is, in one word, since memory is what
/// looking up costs. Zero where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Slot(u64);

impl Slot {
    const PHRASE_BITS: u32 = 23;
    const PHRASE: u64 = (1 << Self::PHRASE_BITS) - 1;
    const LONGER: u64 = 1 << Self::PHRASE_BITS;
    const TAG: u64 = !(Self::PHRASE | Self::LONGER);

    pub(super) fn phrase(self) -> Option<PhraseId> {
        (self.0 & Self::PHRASE)
            .checked_sub(1)
            .map(|id| PhraseId(id as u32))
    }

    pub(super) fn longer(self) -> bool {
        self.0 & Self::LONGER != 0
    }
}

/// Binary logarithm of the number of bits for first tokens.
const FIRST_BITS: u32 = 17;

/// Where the bit of a first token is: word, and bit in it.
#[inline]
fn first(token: &Token) -> (usize, u32) {
    let at = (token.hash >> (64 - FIRST_BITS)) as usize;
    (at >> 6, at as u32 & 63)
}

impl Prefixes {
    pub(super) const START: u64 = 0x243f_6a88_85a3_08d3;

    pub(super) fn with_capacity(prefixes: usize) -> Prefixes {
        Prefixes {
            slots: vec![Slot::default(); (prefixes * 3 / 2).next_power_of_two().max(16)],
            used: 0,
            firsts: vec![0; 1 << (FIRST_BITS - 6)],
        }
    }

    /// Takes in a token with which a phrase begins.
    pub(super) fn begin(&mut self, token: &Token) {
        let (word, bit) = first(token);
        self.firsts[word] |= 1 << bit;
    }

    /// Whether a phrase may begin with a token: sure of no, mostly right of yes.
    #[inline]
    pub(super) fn may_begin(&self, token: &Token) -> bool {
        let (word, bit) = first(token);
        self.firsts[word] >> bit & 1 != 0
    }

    /// The state after one more token. Its upper bits are never zero, which
    /// marks empty slots.
    #[inline]
    pub(super) fn step(state: u64, token: &Token, first: bool) -> u64 {
        let gap = u64::from(!first && token.gap != Gap::None);
        mix(state, token.hash ^ gap) | 1 << 63
    }

    pub(super) fn insert(&mut self, hash: u64, phrase: Option<PhraseId>) {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let at = self.find(hash);
        let slot = &mut self.slots[at];
        self.used += usize::from(slot.0 == 0);
        slot.0 |= hash & Slot::TAG;
        match phrase {
            Some(id) => slot.0 |= u64::from(id.0) + 1,
            None => slot.0 |= Slot::LONGER,
        }
    }

    fn grow(&mut self) {
        let larger = vec![Slot::default(); self.slots.len() * 2];
        for slot in std::mem::replace(&mut self.slots, larger) {
            if slot.0 != 0 {
                let at = self.find(slot.0);
                self.slots[at] = slot;
            }
        }
    }

    #[inline]
    pub(super) fn get(&self, hash: u64) -> Option<Slot> {
        let slot = self.slots[self.find(hash)];
        (slot.0 != 0).then_some(slot)
    }

    /// The slot that holds `hash`, or the empty one where it belongs.
    #[inline]
    fn find(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        // Only bits that the slot keeps, so that it can be moved to a larger table.
        let mut at = (hash >> 24 ^ hash >> 41) as usize & mask;
        while self.slots[at].0 != 0 && (self.slots[at].0 ^ hash) & Slot::TAG != 0 {
            at = (at + 1) & mask;
        }
        at
    }
}
