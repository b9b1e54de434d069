//! Surroundings: what stands around a slot, as features of the reranker.

use crate::buckets::TOGETHER;
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
    count: usize,
}

impl Default for Surroundings {
    fn default() -> Surroundings {
        Surroundings {
            features: [0; TOGETHER],
            count: 0,
        }
    }
}

impl Surroundings {
    /// Looks around: `words` are those of the text in their order, `far` what
    /// each is to slots [some words off](far_features), and the slot is between the words before `left`
    /// and those from `right` on.
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
        let before = &far[..left.saturating_sub(2)];
        let before = &before[before.len().saturating_sub(FAR)..];
        let behind = &far[far.len().min(right + 2)..];
        let behind = &behind[..behind.len().min(FAR)];
        let to = &mut self.features[NEAR..][..before.len() + behind.len()];
        let (to_before, to_behind) = to.split_at_mut(before.len());
        for (to, feature) in to_before.iter_mut().zip(before.iter().rev()) {
            *to = *feature;
        }
        to_behind.copy_from_slice(behind);
        self.count = NEAR + before.len() + behind.len();
    }

    /// The features: those of the nearest words, then those of words farther to
    /// the left and to the right, the nearest of each first.
    pub(crate) fn features(&self) -> &[u64] {
        &self.features[..self.count]
    }

    /// The features with some of other surroundings behind them, and how many they are.
    #[inline(always)]
    pub(crate) fn all(&self) -> (&[u64; TOGETHER], usize) {
        (&self.features, self.count)
    }
}

/// What words are to slots some words off.
#[inline(always)]
pub(crate) fn far_features(words: &[Word], far: &mut Vec<u64>) {
    far.clear();
    far.extend(words.iter().map(|word| feature(9, word.to_u64(), 0)));
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
            surroundings.count = features.len();
            surroundings
        }
    }

    #[test]
    fn words_are_seen_from_the_slot_outwards() {
        let words: Vec<Word> = ('a'..='z')
            .map(|letter| Word::of_folded(letter.encode_utf8(&mut [0; 4])))
            .collect();
        let mut far = Vec::new();
        far_features(&words, &mut far);
        let mut surroundings = Surroundings::default();
        for left in 0..=words.len() {
            for right in left..=words.len() {
                surroundings.look(&words, &far, (left, right), true);
                let before = far[..left].iter().rev().skip(2).take(14);
                let behind = far[right..].iter().skip(2).take(14);
                let wanted: Vec<u64> = before.chain(behind).copied().collect();
                assert_eq!(surroundings.features()[NEAR..], wanted);
                let next = words.get(right).copied().unwrap_or(Word::BREAK);
                assert_eq!(surroundings.features()[2], feature(2, next.to_u64(), 0));
            }
        }
    }
}
