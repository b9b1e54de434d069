//! N-grams of one length: a static function from their keys to codes, and what
//! the codes stand for.

use std::ops::Range;

use super::pilots::{Place, Shape, SHAPE};
use crate::artefact::Artefact;

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
/// What there is of an n-gram is read first, and looked at later: reading waits for
/// memory, and for nothing else, so that processors work on several at once.
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
    hashes: Vec<u64>,
    places: Vec<Place>,
    entries: Vec<Entry>,
}

impl Entries {
    /// Reads what there is of several n-grams, by their keys, in the same order: every
    /// step is taken for all before the next, and has the processor fetch what that will
    /// read, so that hardly any waits for memory.
    pub(crate) fn read(
        &mut self,
        ngrams: &Ngrams<'_>,
        keys: impl Iterator<Item = u64>,
    ) -> &[Entry] {
        let Ngrams { shape, table, .. } = ngrams;
        self.hashes.clear();
        self.hashes.extend(keys.map(|key| {
            let hash = shape.hash(key);
            shape.prefetch_pilot(table, hash);
            hash
        }));
        self.places.clear();
        self.places.extend(self.hashes.iter().map(|hash| {
            let place = shape.place(table, *hash);
            shape.prefetch_cell(table, place);
            place
        }));
        self.entries.clear();
        let entry = |place: &Place| Entry(shape.entry(table, *place));
        self.entries.extend(self.places.iter().map(entry));
        &self.entries
    }
}

impl Ngrams<'_> {
    /// Reads what there is of an n-gram, by its key.
    #[inline(always)]
    pub(crate) fn entry(&self, key: u64) -> Entry {
        let Ngrams { shape, table, .. } = self;
        Entry(shape.entry(table, shape.place(table, shape.hash(key))))
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
        let stranger = Entry(u32::MAX);
        assert!(unigrams.found(stranger).is_none());
        assert_eq!(unigrams.costs(stranger), (false, 0, 0));
    }
}
