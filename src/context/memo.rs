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
    /// N-grams to look up together, and what stands at them.
    missing: Vec<u64>,
    entries: Vec<u32>,
}

/// A word with what the model says of it by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lone {
    word: Word,
    found: Found,
}

impl Default for Memo {
    fn default() -> Memo {
        // No n-gram has the key 0.
        Memo {
            slots: BITS.map(|bits| vec![(0, ABSENT, 0); 1 << bits]),
            missing: Vec::new(),
            entries: Vec::new(),
        }
    }
}

impl Memo {
    #[inline]
    fn find(&mut self, model: &Model, order: usize, key: u64) -> Found {
        let slot = &mut self.slots[order][(key >> (64 - BITS[order])) as usize];
        if slot.0 != key {
            let (cost, back) = model.find(order, key).unwrap_or((ABSENT, 0));
            *slot = (key, cost, back);
        }
        (slot.1 != ABSENT).then_some((slot.1, slot.2))
    }

    /// Looks n-grams up together, for later: one by one each would wait for memory.
    fn prepare(&mut self, model: &Model, order: usize, keys: impl Iterator<Item = u64>) {
        let slots = &mut self.slots[order];
        let at = |key: u64| (key >> (64 - BITS[order])) as usize;
        self.missing.clear();
        for key in keys {
            let slot = &mut slots[at(key)];
            if slot.0 != key {
                slot.0 = key;
                self.missing.push(key);
            }
        }
        model.find_all(order, &self.missing, &mut self.entries, |key, found| {
            let (cost, back) = found.unwrap_or((ABSENT, 0));
            slots[at(key)] = (key, cost, back);
        });
    }

    /// Looks words up, so that [`lone`](Memo::lone) has them at hand.
    pub(crate) fn prepare_words(&mut self, model: &Model, words: impl Iterator<Item = Word>) {
        self.prepare(model, 0, words.map(Word::open));
    }

    /// Looks up what pairs of words cost, so that [`extend`](Memo::extend) has it at hand.
    pub(crate) fn prepare_pairs(
        &mut self,
        model: &Model,
        pairs: impl Iterator<Item = (Word, Word)>,
    ) {
        self.prepare(model, 1, pairs.map(|(last, word)| word.extend(last.open())));
    }

    /// The same for words after histories, whose last words with these were prepared.
    pub(crate) fn prepare_triples<'c>(
        &mut self,
        model: &Model,
        triples: impl Iterator<Item = (&'c Context, Word)>,
    ) {
        let pairs = std::mem::take(&mut self.slots[1]);
        let known = |key: u64| {
            let (found, cost, _) = pairs[(key >> (64 - BITS[1])) as usize];
            found != key || cost != ABSENT
        };
        let open = triples.filter(|(context, word)| known(context.pair(*word)));
        self.prepare(model, 2, open.filter_map(|(context, word)| context.triple(word)));
        self.slots[1] = pairs;
    }

    /// Looks a word up by itself.
    #[inline]
    pub(crate) fn lone(&mut self, model: &Model, word: Word) -> Lone {
        Lone {
            word,
            found: self.find(model, 0, word.open()),
        }
    }

    /// Looks up what a history lacks that was made by [`Context::passed`].
    #[inline]
    pub(crate) fn complete(&mut self, model: &Model, context: &Context) -> Context {
        model.complete_by(context, |order, key| self.find(model, order, key))
    }

    /// Cost of a word after a history, as by [`Model::cost_in`], and the history
    /// that it makes.
    #[inline]
    pub(crate) fn extend(
        &mut self,
        model: &Model,
        context: &Context,
        next: &Lone,
    ) -> (i32, Context) {
        model.extend_by(context, next.word, next.found, |order, key| {
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
                        let history = memo.complete(&model, &model.passed(a, b));
                        assert_eq!(history, model.context(a, b));
                        let next = memo.lone(&model, c);
                        let (cost, context) = memo.extend(&model, &history, &next);
                        assert_eq!(cost, model.cost(a, b, c));
                        assert_eq!(context, model.context(b, c));
                    }
                }
            }
        }
    }
}
