//! A memory of look-ups in the context model: neighbouring states of a search
//! ask for the same n-grams again and again.

use super::model::{Context, Found, Model};
use super::stream::Word;

/// Binary logarithm of the number of look-ups remembered of each order: what
/// fits the nearer caches of a processor.
const BITS: [u32; 3] = [13, 12, 12];

/// The cost that stands for "not in the model".
const ABSENT: i32 = i32::MIN;

/// A look-up: key, cost and cost of backing off.
type Slot = (u64, i32, i32);

/// Look-ups of one model, each remembered until another takes its place.
#[derive(Debug)]
pub(crate) struct Memo {
    slots: [Vec<Slot>; 3],
}

impl Default for Memo {
    fn default() -> Memo {
        // No n-gram has the key 0.
        Memo {
            slots: BITS.map(|bits| vec![(0, ABSENT, 0); 1 << bits]),
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

    /// Cost of a word after a history, as by [`Model::cost_in`], and the history
    /// that it makes.
    #[inline]
    pub(crate) fn extend(
        &mut self,
        model: &Model,
        context: &Context,
        word: Word,
    ) -> (i32, Context) {
        let lone = self.find(model, 0, word.open());
        model.extend_by(context, word, lone, |order, key| {
            self.find(model, order, key)
        })
    }

    /// A history of two words, as by [`Model::context`].
    pub(crate) fn context(&mut self, model: &Model, before: Word, last: Word) -> Context {
        model.context_by(before, last, |order, key| self.find(model, order, key))
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
                        let context = memo.context(&model, a, b);
                        assert_eq!(context, model.context(a, b));
                        let (cost, next) = memo.extend(&model, &context, c);
                        assert_eq!(cost, model.cost(a, b, c));
                        assert_eq!(next, model.context(b, c));
                    }
                }
            }
        }
    }
}
