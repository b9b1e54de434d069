//! Words: the tokens that phrases are made of, numbered, so that phrases are
//! told by numbers that are certain and no text is compared for each.

use std::hint::select_unpredictable;

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
    /// Per word, what it takes to compare it if it is long.
    places: Vec<Place>,
    /// Folded texts of long words.
    long: String,
}

/// Where a long word stands.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Its last eight bytes.
    tail: u64,
    start: u32,
    length: u32,
}

impl Place {
    /// The place of a word that comes next.
    fn of(word: &str, start: u32) -> Place {
        let tail = word.as_bytes().last_chunk();
        Place {
            tail: tail.map_or(0, |tail| u64::from_le_bytes(*tail)),
            start,
            length: word.len() as u32,
        }
    }
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
/// phrase that it is by itself, whether longer phrases begin with it, and whether it
/// is short. Zero for words of no phrase.
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
        self.0 as u32 > 3
    }

    /// The phrase that it is by itself, if it is one.
    #[inline]
    pub(crate) fn phrase(self) -> PhraseId {
        PhraseId((self.0 as u32 >> 2).wrapping_sub(1))
    }

    /// Makes it the phrase `new`, unless it is one already. Returns which it is.
    pub(super) fn phrase_or(&mut self, new: PhraseId) -> PhraseId {
        if !self.is_phrase() {
            self.0 |= (u64::from(new.0) + 1) << 2;
        }
        self.phrase()
    }

    /// Whether longer phrases begin with it.
    #[inline]
    pub(crate) fn begins_longer(self) -> bool {
        self.0 & 2 != 0
    }

    /// Lets longer phrases begin with it.
    pub(super) fn begin_longer(&mut self) {
        self.0 |= 2;
    }

    /// Whether equal hashes show that it is a token.
    #[inline]
    fn is_certain(self, token: &Token) -> bool {
        self.0 & u64::from(token.is_short) != 0
    }

    #[inline]
    pub(crate) fn is_none(self) -> bool {
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
            places: vec![Place::default()],
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
            let mut place = Place::default();
            if !token.is_short {
                let folded = fold(token.text(text));
                place = Place::of(&folded, self.long.len() as u32);
                self.long.push_str(&folded);
            }
            *slot = Slot {
                hash: token.hash,
                known: Known((self.places.len() as u64) << 32 | u64::from(token.is_short)),
            };
            self.places.push(place);
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
        let place = self.places[known.number() as usize];
        let bytes = &text.as_bytes()[token.range()];
        // Each step of the hash can be undone: of up to sixteen bytes the last eight
        // and the hash leave but one text of a length.
        let same_tail = ascii_tail(bytes).map(|tail| tail == place.tail);
        match same_tail {
            Some(same) => same & (bytes.len() == place.length as usize),
            None => self.reads_slowly(place, token.text(text)),
        }
    }

    #[cold]
    fn reads_slowly(&self, place: Place, token: &str) -> bool {
        let word = &self.long.as_bytes()[place.start as usize..][..place.length as usize];
        match token.is_ascii() {
            true => token.as_bytes().eq_ignore_ascii_case(word),
            false => fold(token).as_bytes() == word,
        }
    }
}

/// The last eight bytes of a token, lower-cased; `None` if it is not of 8 to 16
/// bytes of ASCII.
#[inline(always)]
fn ascii_tail(token: &[u8]) -> Option<u64> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (head, tail) = (token.first_chunk()?, token.last_chunk()?);
    let (head, tail) = (u64::from_le_bytes(*head), u64::from_le_bytes(*tail));
    let is_ascii = (head | tail) & HIGH == 0;
    (is_ascii & (token.len() <= 16)).then_some(lower_ascii(tail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokenize;

    #[test]
    fn words_of_any_length_are_told_apart() {
        let alphabet = "abcdefghijklmnopqrstuvwxyz";
        let mut known: Vec<String> = (1..26).map(|length| alphabet[..length].into()).collect();
        known.extend(["\u{e9}lan", "d\u{e9}tente", "Stra\u{df}enbahnen"].map(fold));
        let mut words = Words::with_capacity(1);
        for word in &known {
            words.add(word, &tokenize(word)[0]);
        }
        for (number, word) in (1..).zip(&known) {
            for text in [word.clone(), word.to_uppercase()] {
                let tokens = tokenize(&text);
                let mut found = [Known::default()];
                words.get_all(&text, &tokens, &mut found);
                // Some letters have no single one that is their upper case.
                let wanted = if fold(&text) == *word { number } else { 0 };
                assert_eq!(found[0].number(), wanted, "{text}");
                assert_eq!(words.get(&text, &tokens[0]), found[0], "{text}");
            }
            let other = format!(
                "z{}",
                &word[word.chars().next().map_or(0, char::len_utf8)..]
            );
            assert!(words.get(&other, &tokenize(&other)[0]).is_none(), "{other}");
        }
    }

    #[test]
    fn equal_hashes_are_no_proof_for_long_words() {
        let mut words = Words::with_capacity(1);
        let text = "nevertheless everlastingness";
        let tokens = tokenize(text);
        for token in &tokens {
            words.add(text, token);
        }
        for (text, same) in [("elsewhere", 0), ("constitutionalism", 1)] {
            let liar = Token {
                hash: tokens[same].hash,
                ..tokenize(text)[0]
            };
            let mut found = [Known::default()];
            words.get_all(text, &[liar], &mut found);
            assert!(found[0].is_none(), "{text}");
        }
    }
}
