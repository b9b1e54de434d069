//! Prefixes: phrases as paths of numbered words.

use super::lexicon::PhraseId;
use super::words::{Known, Words};
use crate::simd::ones;
use crate::token::{Gap, Kind, Token};

/// All phrases: the words that they begin with, and how they go on.
#[derive(Debug)]
pub(crate) struct Prefixes {
    words: Words,
    edges: Edges,
    /// Which edges there are: most that are asked for are none.
    some: Bits,
}

/// A step from one prefix to a longer one.
#[derive(Debug, Clone, Copy, Default)]
struct Edge {
    /// From what and by what it goes, see [`key`]; zero in empty slots.
    key: u64,
    to: Prefix,
}

/// Where an edge comes to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Prefix {
    /// One more than the phrase that it is, or zero.
    phrase: u32,
    /// Its number if longer phrases begin with it, or zero.
    number: u32,
}

/// An open-addressing table of edges.
#[derive(Debug)]
struct Edges {
    slots: Vec<Edge>,
    used: usize,
    /// Bits of a spread key that do not choose its slot.
    shift: u32,
    /// Prefixes of several words that were numbered.
    numbered: u32,
}

/// A bit for each key, where it falls (Bloom 1970, with one function): few
/// enough to stay in the nearest cache.
#[derive(Debug)]
struct Bits {
    words: Vec<u64>,
    /// Bits of a spread key that do not choose its bit.
    shift: u32,
}

/// Set in the numbers of prefixes of several words; those of one have its number.
const SEVERAL: u32 = 1 << 31;

/// How a prefix goes on: by which word, and what stands before that.
#[inline]
fn key(prefix: u32, word: Known, gap: Gap) -> u64 {
    u64::from(prefix) << 32 | u64::from(word.number()) << 2 | gap as u64
}

/// The key of an opaque token, with which no match begins.
fn hidden(word: Known) -> u64 {
    u64::from(word.number()) << 2 | 3
}

/// Spreads a key over the upper bits.
#[inline]
fn spread(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Prefixes {
    /// Room for some phrases; it grows where that is not enough.
    pub(super) fn with_capacity(phrases: usize) -> Prefixes {
        Prefixes {
            words: Words::with_capacity(phrases / 2),
            edges: Edges::with_capacity(phrases),
            some: Bits::with_capacity(phrases),
        }
    }

    /// Takes in a phrase as `new`, unless it is known already. Returns which it is.
    pub(super) fn add(&mut self, text: &str, tokens: &[Token], new: PhraseId) -> PhraseId {
        let Some((first, rest)) = tokens.split_first() else {
            return new;
        };
        let word = self.words.add(text, first);
        let mut to = match first.kind {
            Kind::Opaque => Some(self.edges.add(hidden(*word))),
            _ if rest.is_empty() => return word.phrase_or(new),
            _ => None,
        };
        if !rest.is_empty() {
            word.begin_longer();
        }
        let mut number = word.number();
        for token in rest {
            if let Some(at) = to {
                number = self.edges.number(at);
            }
            let key = key(number, *self.words.add(text, token), token.gap);
            self.some.insert(key);
            to = Some(self.edges.add(key));
        }
        to.map_or(new, |at| self.edges.slots[at].to.phrase_or(new))
    }

    /// What is known of each of some tokens, 64 at most.
    #[inline(always)]
    pub(crate) fn know(&self, text: &str, tokens: &[Token], known: &mut [Known]) {
        self.words.get_all(text, tokens, known);
    }

    /// Whether a step may lead on to a phrase: sure of no, mostly right of yes.
    #[inline(always)]
    pub(crate) fn may_take(&self, step: Step) -> bool {
        self.some.may_have(step.0)
    }

    /// Where some of 64 steps lead to; nowhere by default. All are looked up
    /// before any is looked at, as [`know`](Self::know) does it.
    #[inline(always)]
    pub(crate) fn take(&self, steps: &[Step; 64], some: u64, prefixes: &mut [Prefix; 64]) {
        let mut open = 0;
        for at in ones(some) {
            let Step(key) = steps[at];
            let edge = self.edges.slots[self.edges.home(key)];
            prefixes[at] = edge.to;
            open |= u64::from(edge.key != key) << at;
        }
        for at in ones(open) {
            prefixes[at] = self.edges.get(steps[at].0);
        }
    }

    /// Calls `found` with each phrase of more than two tokens that `tokens` begin
    /// with and its length, shortest first. The prefix of two tokens is given, and
    /// what is known of some tokens.
    #[inline(always)]
    pub(crate) fn longer(
        &self,
        text: &str,
        tokens: &[Token],
        known: &[Known],
        mut prefix: Prefix,
        mut found: impl FnMut(PhraseId, usize),
    ) {
        let mut length = 2;
        while let Some(next) = tokens.get(length).filter(|_| prefix.goes_on()) {
            let word = match known.get(length) {
                Some(known) => *known,
                None => self.words.get(text, next),
            };
            let step = Step::from_prefix(prefix, word, next.gap);
            if !self.may_take(step) {
                break;
            }
            prefix = self.edges.get(step.0);
            length += 1;
            if prefix.is_phrase() {
                found(prefix.phrase(), length);
            }
        }
    }
}

/// How a prefix may go on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Step(u64);

impl Step {
    /// From a word to one that has such a gap before it.
    #[inline(always)]
    pub(crate) fn from_word(first: Known, next: Known, gap: Gap) -> Step {
        Step(key(first.number(), next, gap))
    }

    /// From a prefix of several words to one more.
    #[inline(always)]
    pub(crate) fn from_prefix(prefix: Prefix, next: Known, gap: Gap) -> Step {
        Step(key(prefix.number, next, gap))
    }
}

impl Prefix {
    /// Whether it is a phrase.
    #[inline(always)]
    pub(crate) fn is_phrase(self) -> bool {
        self.phrase != 0
    }

    /// The phrase that it is, if it is one.
    #[inline(always)]
    pub(crate) fn phrase(self) -> PhraseId {
        PhraseId(self.phrase.wrapping_sub(1))
    }

    /// Whether longer phrases begin with it.
    #[inline]
    pub(crate) fn goes_on(self) -> bool {
        self.number != 0
    }

    fn phrase_or(&mut self, new: PhraseId) -> PhraseId {
        if self.phrase == 0 {
            self.phrase = new.0 + 1;
        }
        PhraseId(self.phrase - 1)
    }
}

impl Edges {
    fn with_capacity(edges: usize) -> Edges {
        let slots = (edges * 3 / 2).next_power_of_two().max(16);
        Edges {
            slots: vec![Edge::default(); slots],
            used: 0,
            shift: 64 - slots.trailing_zeros(),
            numbered: 0,
        }
    }

    /// The place of an edge, which is put there if there is none.
    fn add(&mut self, key: u64) -> usize {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let at = self.find(key);
        self.used += usize::from(self.slots[at].key == 0);
        self.slots[at].key = key;
        at
    }

    /// The number of the prefix that the edge at a place comes to.
    fn number(&mut self, at: usize) -> u32 {
        let prefix = &mut self.slots[at].to;
        if prefix.number == 0 {
            self.numbered += 1;
            prefix.number = SEVERAL | self.numbered;
        }
        prefix.number
    }

    fn grow(&mut self) {
        let larger = vec![Edge::default(); self.slots.len() * 2];
        self.shift -= 1;
        for edge in std::mem::replace(&mut self.slots, larger) {
            if edge.key != 0 {
                let at = self.find(edge.key);
                self.slots[at] = edge;
            }
        }
    }

    /// Where the edge of a key comes to, if there is one.
    #[inline]
    fn get(&self, key: u64) -> Prefix {
        self.slots[self.find(key)].to
    }

    /// The slot of an edge, or the empty one where it belongs.
    #[inline]
    fn find(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.home(key);
        while self.slots[at].key != key && self.slots[at].key != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    #[inline]
    fn home(&self, key: u64) -> usize {
        (spread(key) >> self.shift) as usize
    }
}

impl Bits {
    const LEAST: usize = 1 << 17;

    /// Room for as many keys as that is sixteenths of.
    fn with_capacity(keys: usize) -> Bits {
        let bits = (16 * keys).next_power_of_two().max(Bits::LEAST);
        Bits {
            words: vec![0; bits / 64],
            shift: 64 - bits.trailing_zeros(),
        }
    }

    /// Where the bit of a key is: word, and bit in it.
    #[inline]
    fn place(&self, key: u64) -> (usize, u32) {
        let at = (spread(key) >> self.shift) as usize;
        (at >> 6, at as u32 & 63)
    }

    fn insert(&mut self, key: u64) {
        let (word, bit) = self.place(key);
        self.words[word] |= 1 << bit;
    }

    /// Sure of no, mostly right of yes.
    #[inline]
    fn may_have(&self, key: u64) -> bool {
        let (word, bit) = self.place(key);
        self.words[word] >> bit & 1 != 0
    }
}
