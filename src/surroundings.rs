//! Surroundings: what stands around a slot, as features of the reranker.

use std::ops::Range;

use crate::buckets::{NO_FEATURE, TOGETHER};
use crate::context::Word;
use crate::token::mix;

/// Words that a slot's surroundings reach to each side.
const REACH: usize = 16;

/// Features of the nearest words.
const NEAR: usize = 6;

/// Words farther off, on each side.
const FAR: usize = REACH - 2;

// All are looked up together, and last one of the support that a reading has.
const _: () = assert!(NEAR + 2 * FAR < TOGETHER);

/// Hashed features of a slot's surroundings.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    features: [u64; TOGETHER],
}

impl Default for Surroundings {
    fn default() -> Surroundings {
        Surroundings {
            features: [NO_FEATURE; TOGETHER],
        }
    }
}

impl Surroundings {
    /// Looks around: `words` are those of its paragraph in their order, `far` what each is to
    /// slots [some words off](Far), and the slot is between the words before `left` and those
    /// from `right` on.
    #[inline(always)]
    pub(crate) fn look(
        &mut self,
        words: &[Word],
        far: &[u64],
        (left, right): (usize, usize),
        capital: bool,
    ) {
        let word = |at: Option<usize>| {
            let word = at.and_then(|at| words.get(at));
            word.map_or(Word::BREAK, |word| *word).to_u64()
        };
        let (l1, r1) = (word(left.checked_sub(1)), word(Some(right)));
        let (l2, r2) = (word(left.checked_sub(2)), word(Some(right + 1)));
        let near: [u64; NEAR] = [
            feature(0, u64::from(capital), 0),
            feature(1, l1, 0),
            feature(2, r1, 0),
            feature(3, l2, 0),
            feature(4, r2, 0),
            feature(5, l1, r1),
        ];
        self.features[..NEAR].copy_from_slice(&near);
        // There are none before the first words and behind the last ones.
        let (before, behind) = (left.saturating_sub(2), FAR + right + 2);
        let behind = behind.min(far.len() - FAR);
        let (to_before, to_behind) = self.features[NEAR..].split_at_mut(FAR);
        let (before, behind) = (&far[before..][..FAR], &far[behind..][..FAR]);
        for (to, feature) in to_before.iter_mut().zip(before.iter().rev()) {
            *to = *feature;
        }
        to_behind[..FAR].copy_from_slice(behind);
    }

    /// The features: those of the nearest words, then those of words farther to
    /// the left and to the right, the nearest of each first.
    pub(crate) fn features(&self) -> impl Iterator<Item = u64> + '_ {
        let features = self.features.iter().copied();
        features.filter(|feature| *feature != NO_FEATURE)
    }

    /// The same, each in a place of its own, with [`NO_FEATURE`] in those of words that there
    /// are not.
    #[inline(always)]
    pub(crate) fn places(&self) -> &[u64; TOGETHER] {
        &self.features
    }
}

/// What words are to slots some words off, with nothing on both sides of each paragraph.
#[derive(Debug, Default)]
pub(crate) struct Far {
    features: Vec<u64>,
}

impl Far {
    /// Takes in the words of some paragraphs.
    #[inline(always)]
    pub(crate) fn read<'a>(&mut self, paragraphs: impl Iterator<Item = &'a [Word]>) {
        self.features.clear();
        for words in paragraphs {
            let features = words.iter().map(|word| feature(9, word.to_u64(), 0));
            self.features.extend([NO_FEATURE; FAR]);
            self.features.extend(features);
        }
        self.features.extend([NO_FEATURE; FAR]);
    }

    /// What those of one paragraph are, by its number and their places among all words.
    #[inline(always)]
    pub(crate) fn of(&self, paragraph: usize, words: &Range<usize>) -> &[u64] {
        let start = words.start + paragraph * FAR;
        &self.features[start..start + words.len() + 2 * FAR]
    }
}

/// The feature of a kind with two values.
#[inline(always)]
fn feature(kind: u64, a: u64, b: u64) -> u64 {
    mix(mix(kind, a), b)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Surroundings {
        /// Some features, whatever they are.
        pub(crate) fn of(features: &[u64]) -> Surroundings {
            let mut surroundings = Surroundings::default();
            surroundings.features[..features.len()].copy_from_slice(features);
            surroundings
        }
    }

    #[test]
    fn words_are_seen_from_the_slot_outwards() {
        let words: Vec<Word> = ('a'..='z')
            .map(|letter| Word::of_folded(letter.encode_utf8(&mut [0; 4])))
            .collect();
        let others = [Word::BREAK; 3];
        let mut far = Far::default();
        far.read([&others[..], &words[..], &others[..]].into_iter());
        let far = far.of(1, &(3..3 + words.len()));
        let mut surroundings = Surroundings::default();
        for left in 0..=words.len() {
            for right in left..=words.len() {
                surroundings.look(&words, far, (left, right), true);
                let far = |word: &Word| feature(9, word.to_u64(), 0);
                let before = words[..left].iter().rev().skip(2).take(14);
                let behind = words[right..].iter().skip(2).take(14);
                let wanted = before.chain(behind).map(far);
                assert!(surroundings.features().skip(NEAR).eq(wanted));
                let next = words.get(right).copied().unwrap_or(Word::BREAK);
                let found = surroundings.features().nth(2);
                assert_eq!(found, Some(feature(2, next.to_u64(), 0)));
            }
        }
    }
}
