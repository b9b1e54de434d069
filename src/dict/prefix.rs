//! A prefix of phrases: one token or several that phrases begin with.

use super::lexicon::PhraseId;
use crate::image::fields;

/// What is known of a prefix, in one register: its number, the phrase that it is, if
/// it is one, and whether longer phrases begin with it. Zero for what is no prefix.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Prefix(u64);

fields!(Prefix: 0);

/// Its word is short: equal hashes show that a token is that word.
const IS_SHORT: u64 = 1;
/// Longer phrases begin with it.
const GOES_ON: u64 = 2;
/// Of its slot: see [`Prefix::overflows`].
const OVERFLOWS: u64 = 4;
/// Bits before those of the phrase, which is one more than its number.
const PHRASE: u32 = 3;
/// Bits before those of the number.
const NUMBER: u32 = 32;

impl Prefix {
    /// A prefix of which only the number is known, and whether it is a short word.
    pub(super) fn new(number: u32, is_short: bool) -> Prefix {
        Prefix((u64::from(number) << NUMBER) | (u64::from(is_short) * IS_SHORT))
    }

    /// Its number; zero for what is no prefix only.
    #[inline]
    pub(super) fn number(self) -> u32 {
        (self.0 >> NUMBER) as u32
    }

    /// Whether it is no prefix at all.
    #[inline]
    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether it is a phrase by itself.
    #[inline]
    pub(crate) fn is_phrase(self) -> bool {
        self.0 as u32 >> PHRASE != 0
    }

    /// The phrase that it is by itself, if it is one.
    #[inline]
    pub(crate) fn phrase(self) -> PhraseId {
        PhraseId((self.0 as u32 >> PHRASE).wrapping_sub(1))
    }

    /// Makes it the phrase `new`, unless it is one already. Returns which it is.
    pub(super) fn phrase_or(&mut self, new: PhraseId) -> PhraseId {
        if !self.is_phrase() {
            self.0 |= (u64::from(new.0) + 1) << PHRASE;
        }
        self.phrase()
    }

    /// Whether longer phrases begin with it.
    #[inline]
    pub(crate) fn goes_on(self) -> bool {
        self.0 & GOES_ON != 0
    }

    /// Lets longer phrases begin with it.
    pub(super) fn go_on(&mut self) {
        self.0 |= GOES_ON;
    }

    /// What is left of it for a token that is short or not: equal hashes show that it is
    /// the token only if both are short.
    #[inline]
    pub(super) fn of_token(self, is_short: bool) -> Prefix {
        Prefix(self.0 & (!IS_SHORT | u64::from(is_short)))
    }

    /// Whether equal hashes show that it is the token of [`of_token`](Self::of_token).
    #[inline]
    pub(super) fn is_certain(self) -> bool {
        self.0 & IS_SHORT != 0
    }

    /// Whether more has to be looked at to know what this is of a token.
    #[inline]
    pub(super) fn is_doubtful(self) -> bool {
        !self.is_none() & !self.is_certain()
    }

    /// Whether what belongs into its bucket, of which it has the last slot, may
    /// stand in a later one.
    #[inline]
    pub(super) fn overflows(self) -> bool {
        self.0 & OVERFLOWS != 0
    }

    /// What its slot shows of others that belong into the bucket: nothing, or that they
    /// [may stand elsewhere](Self::is_elsewhere).
    #[inline]
    pub(super) fn others(self) -> Prefix {
        Prefix(self.0 & OVERFLOWS)
    }

    /// Whether only a later bucket shows what this is.
    #[inline]
    pub(crate) fn is_elsewhere(self) -> bool {
        self.0 == OVERFLOWS
    }

    /// As [`overflows`](Self::overflows) from now on, or no more.
    pub(super) fn set_overflow(&mut self, overflows: bool) {
        self.0 = (self.0 & !OVERFLOWS) | (u64::from(overflows) * OVERFLOWS);
    }
}
