//! Prefixes: how phrases are found, token by token.

use super::lexicon::PhraseId;
use crate::token::{mix, Gap, Token};

/// Tables from hashed token prefixes to phrases: those of one token are asked
/// for most, and have one of their own that is small.
#[derive(Debug)]
pub(super) struct Prefixes {
    firsts: Table,
    longer: Table,
    /// Which there are: most tokens find none, and most that do find no longer one.
    some_first: Bits,
    some_longer: Bits,
}

/// A bit for each hash, where it falls (Bloom 1970, with one function): few
/// enough to stay in the nearest cache.
#[derive(Debug)]
struct Bits {
    words: Vec<u64>,
    /// Bits of a hash that do not choose its bit.
    shift: u32,
}

impl Bits {
    const LEAST: usize = 1 << 17;

    /// Room for as many hashes as that is sixteenths of.
    fn with_capacity(hashes: usize) -> Bits {
        let bits = (16 * hashes).next_power_of_two().max(Bits::LEAST);
        Bits {
            words: vec![0; bits / 64],
            shift: 64 - bits.trailing_zeros(),
        }
    }

    /// Where the bit of a hash is: word, and bit in it.
    #[inline]
    fn place(&self, hash: u64) -> (usize, u32) {
        let at = (hash << 1 >> self.shift) as usize;
        (at >> 6, at as u32 & 63)
    }

    fn insert(&mut self, hash: u64) {
        let (word, bit) = self.place(hash);
        self.words[word] |= 1 << bit;
    }

    /// Sure of no, mostly right of yes.
    #[inline]
    fn may_have(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.words[word] >> bit & 1 != 0
    }
}

/// An open-addressing table of prefixes.
#[derive(Debug)]
struct Table {
    slots: Vec<Slot>,
    used: usize,
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

    /// Whether this is the slot of `hash`, or the empty one where it belongs.
    #[inline]
    fn is_for(self, hash: u64) -> bool {
        self.0 == 0 || (self.0 ^ hash) & Self::TAG == 0
    }
}

impl Prefixes {
    /// Room for some phrases; it grows where that is not enough.
    pub(super) fn with_capacity(phrases: usize) -> Prefixes {
        Prefixes {
            firsts: Table::with_capacity(phrases / 2),
            longer: Table::with_capacity(phrases),
            some_first: Bits::with_capacity(phrases / 2),
            some_longer: Bits::with_capacity(phrases),
        }
    }

    /// Takes in a phrase.
    pub(super) fn insert(&mut self, tokens: &[Token], phrase: PhraseId) {
        let Some((first, rest)) = tokens.split_first() else {
            return;
        };
        let mut state = Prefixes::first(first);
        self.some_first.insert(first.hash);
        let is_whole = |left: usize| (left == 0).then_some(phrase);
        self.firsts.insert(state, is_whole(rest.len()));
        for (index, token) in rest.iter().enumerate() {
            state = Prefixes::step(state, token);
            self.some_longer.insert(state);
            self.longer.insert(state, is_whole(rest.len() - index - 1));
        }
    }

    /// Whether a phrase may begin with a token: sure of no, mostly right of yes.
    #[inline]
    pub(super) fn may_begin(&self, token: &Token) -> bool {
        self.some_first.may_have(token.hash)
    }

    /// The state after a first token.
    #[inline]
    pub(super) fn first(token: &Token) -> u64 {
        const START: u64 = 0x243f_6a88_85a3_08d3;
        // Its upper bits are never zero, which marks empty slots.
        mix(START, token.hash) | 1 << 63
    }

    /// The state after one more token.
    #[inline]
    pub(super) fn step(state: u64, token: &Token) -> u64 {
        let gap = u64::from(token.gap != Gap::None);
        mix(state, token.hash ^ gap) | 1 << 63
    }

    /// The first slot in which a prefix of one token may be. It waits for memory,
    /// and for nothing else, so that processors work on several at once.
    #[inline]
    pub(super) fn peek(&self, state: u64) -> Slot {
        self.firsts.slots[self.firsts.home(state)]
    }

    /// Whether a phrase may be found that begins with a token, where its first
    /// slot was read already and `next` is the token after it: sure of no.
    #[inline]
    pub(super) fn is_promising(&self, state: u64, peeked: Slot, next: &Token) -> bool {
        let goes_on = peeked.longer()
            & (next.gap != Gap::Break)
            & self.some_longer.may_have(Prefixes::step(state, next));
        let is_phrase = peeked.0 & Slot::PHRASE != 0;
        (peeked.0 != 0) & (is_phrase | goes_on | !peeked.is_for(state))
    }

    /// The prefix of one token, where that slot was read already.
    #[inline]
    pub(super) fn get_first(&self, state: u64, peeked: Slot) -> Option<Slot> {
        let slot = match peeked.is_for(state) {
            true => peeked,
            false => self.firsts.slots[self.firsts.find(state)],
        };
        (slot.0 != 0).then_some(slot)
    }

    /// A prefix of several tokens.
    #[inline]
    pub(super) fn get(&self, state: u64) -> Option<Slot> {
        if !self.some_longer.may_have(state) {
            return None;
        }
        let slot = self.longer.slots[self.longer.find(state)];
        (slot.0 != 0).then_some(slot)
    }
}

impl Table {
    fn with_capacity(prefixes: usize) -> Table {
        Table {
            slots: vec![Slot::default(); (prefixes * 3 / 2).next_power_of_two().max(16)],
            used: 0,
        }
    }

    fn insert(&mut self, hash: u64, phrase: Option<PhraseId>) {
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

    /// The slot that holds `hash`, or the empty one where it belongs.
    #[inline]
    fn find(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.home(hash);
        while !self.slots[at].is_for(hash) {
            at = (at + 1) & mask;
        }
        at
    }

    #[inline]
    fn home(&self, hash: u64) -> usize {
        // Only bits that the slot keeps, so that it can be moved to a larger table.
        (hash >> 24 ^ hash >> 41) as usize & (self.slots.len() - 1)
    }
}
