//! N-grams of one length: a static function from their keys to codes, and what
//! the codes stand for.

use std::ops::Range;

use super::pilots::{pilot, window, Shape, SHAPE};
use crate::artefact::Artefact;
use crate::scratch::Scratch;
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

/// N-grams of which every step is taken together.
const BLOCK: usize = 8;

/// How many blocks behind one step the next is: what it reads has been fetched meanwhile.
const LAG: usize = 3;

/// Blocks between the first step and the last one, or more.
const UNDER_WAY: usize = (2 * LAG + 1).next_power_of_two();

/// What was read of several n-grams, with memory that is kept.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    keys: Scratch<[u64; BLOCK]>,
    /// Those under way.
    steps: [Steps; UNDER_WAY],
    entries: Scratch<[Entry; BLOCK]>,
}

/// What is known of a block of n-grams that are under way.
#[derive(Debug, Default)]
struct Steps {
    hashes: [u64; BLOCK],
    buckets: [u32; BLOCK],
    /// Where their cells begin in the table, in bits.
    bits: [u64; BLOCK],
}

impl Entries {
    /// Reads what there is of several n-grams, by their keys, in the same order.
    pub(crate) fn read(
        &mut self,
        ngrams: &Ngrams<'_>,
        keys: impl ExactSizeIterator<Item = u64>,
    ) -> &[Entry] {
        let count = keys.len();
        for (to, key) in self.keys(count).iter_mut().zip(keys) {
            *to = key;
        }
        self.read_first(ngrams, count)
    }

    /// Makes room for so many keys at most, of which then the first are
    /// [read](Self::read_first).
    pub(crate) fn keys(&mut self, most: usize) -> &mut [u64] {
        let blocks = most.div_ceil(BLOCK);
        self.keys.room(blocks, [0; BLOCK]).as_flattened_mut()
    }

    /// Reads what there is of the n-grams whose keys were written down first.
    pub(crate) fn read_first(&mut self, ngrams: &Ngrams<'_>, count: usize) -> &[Entry] {
        let blocks = count.div_ceil(BLOCK);
        let room = self.keys.room(blocks, [0; BLOCK]).as_flattened_mut();
        // The last block is filled up with one and the same key, which is near.
        room[count..].fill(0);
        self.entries.room(blocks, [Entry(0); BLOCK]);
        run(Batch {
            entries: self,
            ngrams,
        });
        &self.all()[..count]
    }

    /// What was read last, and perhaps some strangers behind it.
    pub(crate) fn all(&self) -> &[Entry] {
        self.entries.as_flattened()
    }
}

/// N-grams that are read together.
struct Batch<'a, 't> {
    entries: &'a mut Entries,
    ngrams: &'a Ngrams<'t>,
}

impl Kernel for Batch<'_, '_> {
    type Output = ();

    /// Takes three steps, each some blocks behind the one before: while the processor fetches
    /// what a block will read, it works on others, and hardly ever waits for memory. Within a
    /// block every step is a loop that compilers turn into instructions for several at once.
    #[inline(always)]
    fn run<C: Classify>(self, _: C) {
        let Ngrams { shape, table, .. } = *self.ngrams;
        let Entries {
            keys,
            steps,
            entries,
        } = self.entries;
        let (keys, blocks) = (&keys[..], keys.len());
        let entries = &mut entries[..blocks];
        for at in 0..blocks + 2 * LAG {
            if at < blocks {
                let Steps {
                    hashes, buckets, ..
                } = &mut steps[at % UNDER_WAY];
                *hashes = keys[at].map(|key| shape.hash(key));
                *buckets = hashes.map(|hash| shape.bucket(hash));
                for bucket in &*buckets {
                    prefetch(table, *bucket as usize);
                }
            }
            let at = at.wrapping_sub(LAG);
            if at < blocks {
                let Steps {
                    hashes,
                    buckets,
                    bits,
                } = &mut steps[at % UNDER_WAY];
                let pilots = buckets.map(|bucket| pilot(table, bucket));
                for ((bit, hash), pilot) in bits.iter_mut().zip(&*hashes).zip(pilots) {
                    *bit = shape.bit(shape.cell(*hash, pilot));
                }
                for bit in &*bits {
                    prefetch(table, (*bit / 8) as usize);
                }
            }
            let at = at.wrapping_sub(LAG);
            if at < blocks {
                let Steps { hashes, bits, .. } = &steps[at % UNDER_WAY];
                let windows = bits.map(|bit| window(table, bit));
                let read = hashes.iter().zip(bits).zip(windows);
                for (entry, ((hash, bit), window)) in entries[at].iter_mut().zip(read) {
                    *entry = Entry(shape.value(*hash, *bit, window));
                }
            }
        }
    }
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
        for count in [0, 1, 7, 15, 16, 17, 33, 64, 100, BLOCK * UNDER_WAY + 1, 400] {
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
