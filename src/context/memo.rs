//! A memory of look-ups in the context model: neighbouring states of a search
//! ask for the same n-grams again and again.

use super::model::{Context, Found, Model};
use super::stream::Word;

/// Binary logarithm of the number of look-ups remembered of each order.
const BITS: u32 = 12;

/// Look-ups of one model, each remembered until another takes its place.
#[derive(Debug)]
pub(crate) struct Memo {
    slots: [Vec<(u64, Found)>; 3],
}

impl Default for Memo {
    fn default() -> Memo {
        // No n-gram has the key 0.
        Memo {
            slots: std::array::from_fn(|_| vec![(0, None); 1 << BITS]),
        }
    }
}

impl Memo {
    #[inline]
    fn find(&mut self, model: &Model, order: usize, key: u64) -> Found {
        let slot = &mut self.slots[order][(key >> (64 - BITS)) as usize];
        if slot.0 != key {
            *slot = (key, model.find(order, key));
        }
        slot.1
    }

    /// As [`Model::cost`].
    #[inline]
    pub(crate) fn cost(&mut self, model: &Model, before: Word, last: Word, word: Word) -> i32 {
        let context = self.context(model, before, last);
        self.cost_in(model, &context, word)
    }

    /// As [`Model::context`].
    #[inline]
    pub(crate) fn context(&mut self, model: &Model, before: Word, last: Word) -> Context {
        model.context_by(before, last, |order, key| self.find(model, order, key))
    }

    /// As [`Model::cost_in`].
    #[inline]
    pub(crate) fn cost_in(&mut self, model: &Model, context: &Context, word: Word) -> i32 {
        model.cost_by(context, word, |order, key| self.find(model, order, key))
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
                        assert_eq!(memo.cost(&model, a, b, c), model.cost(a, b, c));
                    }
                }
            }
        }
    }
}
