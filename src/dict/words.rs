//! Words: the tokens that phrases are made of, numbered, so that phrases are
//! told by numbers that are certain and no text is compared for each.

use std::hint::select_unpredictable;
use std::ops::Range;

use super::lexicon::PhraseId;
use crate::simd::ones;
use crate::token::{fold, lower_ascii, Token};

/// An open-addressing table of words by their hash.
///
/// The hash of a short word holds all of it (see [`Token::is_short`]); others
/// are compared by bytes.
#[derive(Debug)]
pub(super) struct Words {
    /// A word is in the bucket that its hash chooses, or in the next that had
    /// room where that is full.
    buckets: Vec<Bucket>,
    /// Bits of a hash that do not choose its bucket.
    shift: u32,
    /// Per word, where it stands in `long` if it is long.
    places: Vec<Range<u32>>,
    /// Folded texts of long words.
    long: String,
}

/// Two slots that lie in one line of a cache.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(32))]
struct Bucket([Slot; 2]);

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u64,
    known: Known,
}

/// What is known of a word, in one register: its number, one more than the
/// phrase that it is by itself, and whether it is short. Zero for words of no phrase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Known(u64);

impl Known {
    /// The word's number; zero for words of no phrase only.
    #[inline]
    pub(super) fn number(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Whether it is a phrase by itself.
    #[inline]
    pub(crate) fn is_phrase(self) -> bool {
        self.0 as u32 > 1
    }

    /// The phrase that it is by itself, if it is one.
    #[inline]
    pub(crate) fn phrase(self) -> PhraseId {
        PhraseId((self.0 as u32 >> 1).wrapping_sub(1))
    }

    /// Makes it the phrase `new`, unless it is one already. Returns which it is.
    pub(super) fn phrase_or(&mut self, new: PhraseId) -> PhraseId {
        if !self.is_phrase() {
            self.0 |= (u64::from(new.0) + 1) << 1;
        }
        self.phrase()
    }

    /// Whether equal hashes show that it is a token.
    #[inline]
    fn is_certain(self, token: &Token) -> bool {
        self.0 & u64::from(token.is_short) != 0
    }

    fn is_none(self) -> bool {
        self.0 == 0
    }
}

impl Words {
    /// Room for some words; it grows where that is not enough.
    pub(super) fn with_capacity(words: usize) -> Words {
        let buckets = words.next_power_of_two().max(16);
        Words {
            buckets: vec![Default::default(); buckets],
            shift: 64 - buckets.trailing_zeros(),
            places: vec![Range::default()],
            long: String::new(),
        }
    }

    /// What is known of a token of a phrase, which is made a word if it is none yet.
    pub(super) fn add(&mut self, text: &str, token: &Token) -> &mut Known {
        if self.places.len() > self.buckets.len() {
            self.grow();
        }
        let (bucket, at) = self.find(text, token);
        let slot = &mut self.buckets[bucket].0[at];
        if slot.known.is_none() {
            let from = self.long.len() as u32;
            if !token.is_short {
                self.long.push_str(&fold(token.text(text)));
            }
            *slot = Slot {
                hash: token.hash,
                known: Known((self.places.len() as u64) << 32 | u64::from(token.is_short)),
            };
            self.places.push(from..self.long.len() as u32);
        }
        &mut slot.known
    }

    fn grow(&mut self) {
        let larger = vec![Default::default(); self.buckets.len() * 2];
        self.shift -= 1;
        let smaller = std::mem::replace(&mut self.buckets, larger);
        for slot in smaller.iter().flat_map(|bucket| &bucket.0) {
            if !slot.known.is_none() {
                let (bucket, at) = self.first(slot.hash, |_| false);
                self.buckets[bucket].0[at] = *slot;
            }
        }
    }

    /// What is known of a token.
    pub(super) fn get(&self, text: &str, token: &Token) -> Known {
        let (bucket, at) = self.find(text, token);
        self.buckets[bucket].0[at].known
    }

    /// What is known of each of some tokens, 64 at most.
    ///
    /// All are looked up before any is looked at, since one by one each would
    /// wait for memory; and there is no branch for any, since processors could
    /// not foresee it.
    #[inline(always)]
    pub(super) fn get_all(&self, text: &str, tokens: &[Token], known: &mut [Known]) {
        let (mut uncertain, mut open) = (0u64, 0u64);
        for (at, (token, known)) in tokens.iter().zip(&mut *known).enumerate() {
            let Bucket([first, second]) = &self.buckets[self.home(token.hash)];
            let none = Known::default();
            let of_second = select_unpredictable(second.hash == token.hash, second.known, none);
            *known = select_unpredictable(first.hash == token.hash, first.known, of_second);
            let is_open = known.is_none() & !second.known.is_none();
            uncertain |= u64::from(!known.is_none() & !known.is_certain(token)) << at;
            open |= u64::from(is_open) << at;
        }
        for at in ones(uncertain) {
            if !self.reads(known[at], text, &tokens[at]) {
                open |= 1 << at;
            }
        }
        for at in ones(open) {
            known[at] = self.get(text, &tokens[at]);
        }
    }

    /// The slot of a token, or the empty one where it belongs.
    fn find(&self, text: &str, token: &Token) -> (usize, usize) {
        self.first(token.hash, |slot| {
            slot.hash == token.hash && self.reads(slot.known, text, token)
        })
    }

    /// The first slot for a hash that is wanted or empty.
    #[inline]
    fn first(&self, hash: u64, is_wanted: impl Fn(&Slot) -> bool) -> (usize, usize) {
        let mut bucket = self.home(hash);
        loop {
            let ends = |slot: &Slot| slot.known.is_none() || is_wanted(slot);
            if let Some(at) = self.buckets[bucket].0.iter().position(ends) {
                return (bucket, at);
            }
            bucket = (bucket + 1) & (self.buckets.len() - 1);
        }
    }

    #[inline]
    fn home(&self, hash: u64) -> usize {
        (hash >> self.shift) as usize
    }

    /// Whether a word of the same hash reads as a token does.
    #[inline(always)]
    fn reads(&self, known: Known, text: &str, token: &Token) -> bool {
        if known.is_certain(token) {
            return true;
        }
        // The place of a short word is empty.
        let place = self.places[known.number() as usize].clone();
        let word = &self.long.as_bytes()[place.start as usize..place.end as usize];
        match same_ascii(word, &text.as_bytes()[token.range()]) {
            Some(same) => same,
            None => same_folded(word, token.text(text)),
        }
    }
}

#[cold]
fn same_folded(word: &[u8], token: &str) -> bool {
    fold(token).as_bytes() == word
}

/// Whether a token of more than eight bytes, lower-cased, reads as a word
/// does, eight bytes at a time; `None` where it is not ASCII.
#[inline(always)]
fn same_ascii(word: &[u8], token: &[u8]) -> Option<bool> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let eight = |bytes: &[u8], at: usize| {
        let bytes = bytes.get(at..)?.first_chunk()?;
        Some(u64::from_le_bytes(*bytes))
    };
    let last = token.len().checked_sub(8)?;
    let mut same = word.len() == token.len();
    for at in (0..last).step_by(8).chain([last]) {
        let own = eight(token, at)?;
        if own & HIGH != 0 {
            return None;
        }
        same = same && eight(word, at) == Some(lower_ascii(own));
    }
    Some(same)
}
