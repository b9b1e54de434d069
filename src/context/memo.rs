//! A memory of look-ups in the context model: neighbouring states of a search
//! ask for the same n-grams again and again.

use super::model::{Context, Found, Model};
use super::stream::Word;

/// Binary logarithm of the number of look-ups remembered of each order: what
/// fits the nearer caches of a processor.
const BITS: [u32; 3] = [10, 12, 12];

/// The cost that stands for "not in the model".
const ABSENT: i32 = i32::MIN;

/// A look-up: key, cost and cost of backing off.
type Slot = (u64, i32, i32);

/// Look-ups of one model, each remembered until another takes its place.
#[derive(Debug)]
pub(crate) struct Memo {
    slots: [Vec<Slot>; 3],
    /// Scratch memory of look-ups all at once.
    entries: Vec<u32>,
}

impl Default for Memo {
    fn default() -> Memo {
        // No n-gram has the key 0.
        Memo {
            slots: BITS.map(|bits| vec![(0, ABSENT, 0); 1 << bits]),
            entries: Vec::new(),
        }
    }
}

impl Memo {
    /// Looks an n-gram of `order + 1` words up by its key.
    #[inline]
    pub(crate) fn find(&mut self, model: &Model, order: usize, key: u64) -> Found {
        let slot = &mut self.slots[order][(key >> (64 - BITS[order])) as usize];
        if slot.0 != key {
            let (cost, back) = model.find(order, key).unwrap_or((ABSENT, 0));
            *slot = (key, cost, back);
        }
        (slot.1 != ABSENT).then_some((slot.1, slot.2))
    }

    /// Looks n-grams of `order + 1` words up by their keys, all at once: one by
    /// one each would wait for memory. They are not remembered, which would cost
    /// as much as looking them up again.
    pub(crate) fn find_all(
        &mut self,
        model: &Model,
        order: usize,
        keys: &[u64],
        found: &mut Vec<Found>,
    ) {
        found.clear();
        found.extend(model.find_all(order, keys, &mut self.entries));
    }

    /// Cost of a word after a history, as by [`Model::cost_in`], and the history
    /// that it makes. `lone` is the word looked up by itself.
    #[inline]
    pub(crate) fn extend(
        &mut self,
        model: &Model,
        context: &Context,
        word: Word,
        lone: Found,
    ) -> (i32, Context) {
        model.extend_by(context, word, lone, |order, key| {
            self.find(model, order, key)
        })
    }
}

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use super::*;

    #[test]
    fn remembers_nothing_wrong() {
        let model = Model::embedded();
        let mut memo = Memo::default();
        let words = ["the", "of", "in", "said", "minister", "zyxx", "talks", ","];
        let words = words.map(Word::of_folded);
        for _ in 0..2 {
            for a in words {
                for b in words {
                    for c in words {
                        let context = model.context(a, b);
                        let lone = memo.find(&model, 0, c.open());
                        let (cost, next) = memo.extend(&model, &context, c, lone);
                        assert_eq!(cost, model.cost(a, b, c));
                        assert_eq!(next, model.context(b, c));
                    }
                }
            }
            let keys: Vec<u64> = words.iter().map(|word| word.open()).collect();
            let mut found = Vec::new();
            memo.find_all(&model, 0, &keys, &mut found);
            let known: Vec<bool> = found.iter().map(Option::is_some).collect();
            assert_eq!(known, words.map(|word| model.knows(word)));
        }
    }
}
