//! A memory of look-ups in the context model: neighbouring states of a search
//! ask for the same n-grams again and again.

use super::model::{Context, Model};
use super::ngrams::{Found, ABSENT};
use super::stream::Word;

/// Binary logarithm of the number of look-ups remembered of each order: what
/// fits the nearer caches of a processor.
const BITS: [u32; 3] = [10, 12, 12];

/// A look-up: key, cost or [`ABSENT`], and cost of backing off.
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
        }
    }
}
