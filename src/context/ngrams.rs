//! N-grams of one length: a static function from their keys to codes, and what
//! the codes stand for.

use std::ops::Range;

use super::pilots::{pilot, window, Shape, SHAPE};
use crate::artefact::Artefact;
use crate::simd::{prefetch, run, Classify, Kernel};

/// What an n-gram costs, and what backing off from it costs; `None` if the model has it not.
pub(crate) type Found = Option<(i32, i32)>;

/// Where the n-grams of one length are in a model.
#[derive(Debug)]
pub(super) struct Order {
    shape: Shape,
    /// What a value stands for: cost of the last word, as against its cost
    /// without the first, and cost of backing off from this n-gram as a history. The
    /// last one stands for all values that there are not.
    codebook: Vec<(i32, i32)>,
    cells: Range<usize>,
}

impl Order {
    /// Reads what there is in the sections of an order (shape, codebook, cells), or
    /// names the one that is wrong.
    pub(super) fn read(
        artefact: &Artefact,
        [shape_tag, codebook_tag, cells_tag]: [[u8; 4]; 3],
    ) -> Result<Order, &'static str> {
        let cells = artefact.range(cells_tag).ok_or("cells")?;
        let shape = artefact
            .section(shape_tag)
            .and_then(|bytes| <&[u8; SHAPE]>::try_from(bytes).ok())
            .and_then(|bytes| Shape::from_bytes(bytes, cells.len()))
            .ok_or("shape")?;
        let codebook = artefact.section(codebook_tag).ok_or("codebook")?;
        if codebook.len() % 4 != 0 || codebook.len() / 4 > 1 << shape.value_bits {
            return Err("codebook");
        }
        let pair = |entry: &[u8]| {
            let number = |at: usize| i32::from(i16::from_le_bytes([entry[at], entry[at + 1]]));
            (number(0), number(2))
        };
        let absent = std::iter::once((0, 0));
        Ok(Order {
            shape,
            codebook: codebook.chunks_exact(4).map(pair).chain(absent).collect(),
            cells,
        })
    }

    /// The n-grams themselves, which are in the artefact that this was read from.
    #[inline]
    pub(super) fn of<'a>(&'a self, artefact: &'a Artefact) -> Ngrams<'a> {
        let table = artefact.as_bytes().get(self.cells.clone());
        Ngrams {
            shape: self.shape,
            table: table.unwrap_or(&[]),
            values: &self.codebook,
        }
    }
}

/// The n-grams of one length, held ready for many look-ups.
///
/// What there is of several n-grams is [read](Entries) first, and looked at later.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ngrams<'a> {
    shape: Shape,
    table: &'a [u8],
    values: &'a [(i32, i32)],
}

/// What was read of an n-gram, not looked at yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry(u32);

/// What was read of several n-grams, with memory that is kept.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    keys: Vec<u64>,
    hashes: Vec<u64>,
    buckets: Vec<u32>,
    pilots: Vec<u8>,
    /// Where their cells begin in the table, in bits.
    bits: Vec<u64>,
    windows: Vec<u32>,
    entries: Vec<Entry>,
}

impl Entries {
    /// Reads what there is of several n-grams, by their keys, in the same order.
    pub(crate) fn read(
        &mut self,
        ngrams: &Ngrams<'_>,
        keys: impl Iterator<Item = u64>,
    ) -> &[Entry] {
        refill(&mut self.keys, keys);
        run(Batch {
            entries: self,
            ngrams,
        });
        &self.entries
    }
}

/// N-grams that are read together.
struct Batch<'a, 't> {
    entries: &'a mut Entries,
    ngrams: &'a Ngrams<'t>,
}

impl Kernel for Batch<'_, '_> {
    type Output = ();

    /// Takes every step for all before the next, in loops that compilers turn into instructions
    /// for several at once; and has the processor fetch what steps will read, so that hardly
    /// any waits for memory.
    #[inline(always)]
    fn run<C: Classify>(self, _: C) {
        let Ngrams { shape, table, .. } = *self.ngrams;
        let Entries {
            keys,
            hashes,
            buckets,
            pilots,
            bits,
            windows,
            entries,
        } = self.entries;
        refill(hashes, keys.iter().map(|key| shape.hash(*key)));
        refill(buckets, hashes.iter().map(|hash| shape.bucket(*hash)));
        for bucket in &*buckets {
            prefetch(table, *bucket as usize);
        }
        refill(pilots, buckets.iter().map(|bucket| pilot(table, *bucket)));
        let bit = |(hash, pilot): (&u64, &u8)| shape.bit(shape.cell(*hash, *pilot));
        refill(bits, hashes.iter().zip(&*pilots).map(bit));
        for bit in &*bits {
            prefetch(table, (*bit / 8) as usize);
        }
        refill(windows, bits.iter().map(|bit| window(table, *bit)));
        let read = hashes.iter().zip(&*bits).zip(&*windows);
        let entry = |((hash, bit), window): ((&u64, &u64), &u32)| shape.value(*hash, *bit, *window);
        refill(entries, read.map(|read| Entry(entry(read))));
    }
}

/// Fills a vector anew.
#[inline(always)]
fn refill<T>(items: &mut Vec<T>, with: impl Iterator<Item = T>) {
    items.clear();
    items.extend(with);
}

impl Ngrams<'_> {
    /// Reads what there is of an n-gram, by its key.
    #[inline(always)]
    pub(crate) fn entry(&self, key: u64) -> Entry {
        Entry(self.shape.look_up(self.table, key))
    }

    /// What the n-gram costs and what backing off from it does, if the model has it.
    #[inline(always)]
    pub(crate) fn found(&self, entry: Entry) -> Found {
        let (known, cost, back) = self.costs(entry);
        known.then_some((cost, back))
    }

    /// The same without a branch, since processors could not foresee it: whether the model
    /// has the n-gram, and zeros if not.
    #[inline(always)]
    pub(crate) fn costs(&self, entry: Entry) -> (bool, i32, i32) {
        let last = self.values.len() - 1;
        let code = (entry.0 as usize).min(last);
        let (cost, back) = self.values[code];
        (code < last, cost, back)
    }
}

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use super::*;
    use crate::context::{Model, Word};

    #[test]
    fn what_is_read_together_is_what_the_model_knows() {
        let model = Model::embedded();
        let words = ["the", "of", "in", "said", "minister", "zyxx", "talks", ","];
        let words = words.map(Word::of_folded);
        let unigrams = model.ngrams(0);
        let mut entries = Entries::default();
        let known = words.map(|word| model.knows(word));
        for _ in 0..2 {
            let read = entries.read(&unigrams, words.iter().map(|word| word.open()));
            let found = read.iter().map(|entry| unigrams.found(*entry).is_some());
            assert_eq!(found.collect::<Vec<_>>(), known);
        }
        // Strangers, too, are read alike together and one by one.
        let bigrams = model.ngrams(1);
        for count in [0, 1, 7, 100] {
            let keys = || (0..count).map(|n| words[n % 8].extend(words[n / 8 % 8].open()));
            let one = keys().map(|key| bigrams.entry(key).0);
            let read = entries.read(&bigrams, keys()).iter().map(|entry| entry.0);
            assert!(one.eq(read), "{count}");
        }
        let stranger = Entry(u32::MAX);
        assert!(unigrams.found(stranger).is_none());
        assert_eq!(unigrams.costs(stranger), (false, 0, 0));
    }
}
