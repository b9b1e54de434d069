//! Buckets: a table from names and features to codes of four bits in which a
//! look-up reads eight bytes once.
//!
//! A key has one bucket of four cells; a cell holds twelve bits of the key and
//! the code. A stranger is taken for a key of its bucket in one of a thousand
//! cases. What finds its bucket full is left out, so that the keys that matter
//! most come first. The buckets of a name lie together: who asks for many
//! features of one name stays within few lines of a processor's cache.

use std::hint::select_unpredictable;
use std::ops::Range;

use crate::simd::prefetch;
use crate::token::mix;

/// Stands where there is no feature.
pub(crate) const NO_FEATURE: u64 = u64::MAX;
/// Keys of a name that are looked up together at most.
pub(crate) const TOGETHER: usize = 36;
/// Of these, keys that are compared with their buckets in one go.
const STEP: usize = 12;
/// Bits of a code.
const CODE_BITS: u32 = 4;
/// The bit that tells that there is a code, set above the code.
pub(crate) const HAS_CODE: u64 = 1 << CODE_BITS;
/// Cells of a bucket.
const CELLS: u32 = 4;
/// Keys for each ten buckets of a group: more than there are cells, since what
/// is left out then matters least.
const KEYS: usize = 46;
/// Bytes of a bucket.
const BUCKET: usize = 8;
/// Bytes that tell where a group of names ends.
const END: usize = 4;
/// Binary logarithm of the number of groups.
const GROUP_BITS: u32 = 13;
/// Bits of a key that a cell holds, and where in the key they are.
const FINGERPRINT_BITS: u32 = 12;
const FINGERPRINT_AT: u32 = 24;
/// One in each cell of a bucket.
const ONES: u64 = 0x0001_0001_0001_0001;

/// A table of buckets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Buckets<'a> {
    /// Per group of names, the end of its buckets.
    ends: &'a [[u8; END]],
    buckets: &'a [[u8; BUCKET]],
    /// A key of which the first bucket says nothing: it stands where there is none.
    stranger: u64,
}

/// What is said of several keys, with what is between the steps to that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lookup {
    keys: [u64; TOGETHER],
    /// First the places of their buckets, then these, and then what is said of each.
    said: [u64; TOGETHER],
}

impl Default for Lookup {
    fn default() -> Lookup {
        Lookup {
            keys: [0; TOGETHER],
            said: [0; TOGETHER],
        }
    }
}

impl Lookup {
    /// What is said of each key, once all buckets have been [read](Buckets::read).
    #[inline(always)]
    pub(crate) fn judge(&mut self) -> &[u64; TOGETHER] {
        let Lookup { keys, said } = self;
        // A few at a time, so that what does not change is loaded once for these.
        for (buckets, keys) in said
            .as_chunks_mut::<STEP>()
            .0
            .iter_mut()
            .zip(keys.as_chunks::<STEP>().0)
        {
            for (bucket, key) in buckets.iter_mut().zip(keys) {
                *bucket = said_by(*key, *bucket);
            }
        }
        said
    }
}

impl<'a> Buckets<'a> {
    /// Reads a table where it lies; `None` if it cannot be one.
    pub(crate) fn new(ends: &'a [u8], buckets: &'a [u8]) -> Option<Buckets<'a>> {
        let (ends, torn_end) = ends.as_chunks();
        let (buckets, torn) = buckets.as_chunks();
        let is_whole = torn_end.is_empty() && torn.is_empty() && ends.len() == 1 << GROUP_BITS;
        let first = buckets
            .first()
            .map_or(0, |first| u64::from_le_bytes(*first));
        let says_nothing = |key: &u64| said_by(*key, first) == 0;
        // It has fewer cells than there are keys to choose from.
        let mut strangers = (0..1 << FINGERPRINT_BITS).map(|bits| bits << FINGERPRINT_AT);
        let stranger = strangers.find(says_nothing)?;
        is_whole.then_some(Buckets {
            ends,
            buckets,
            stranger,
        })
    }

    /// Whether all groups are in order and together make up the buckets.
    pub(crate) fn is_sound(&self) -> bool {
        let mut groups = 1..self.ends.len();
        groups.all(|group| self.end(group - 1) <= self.end(group))
            && self.end(self.ends.len() - 1) == self.buckets.len()
    }

    fn end(&self, group: usize) -> usize {
        u32::from_le_bytes(self.ends[group]) as usize
    }

    /// The first bucket of a name and those that share its group, and how many there are; of
    /// none the first is behind all.
    #[inline(always)]
    fn group(&self, name: u64) -> (usize, u32) {
        let group = group(name);
        let from = group.checked_sub(1).map_or(0, |before| self.end(before));
        let count = self.end(group).saturating_sub(from) as u32;
        let is_empty = count == 0;
        let from = select_unpredictable(is_empty, self.buckets.len(), from);
        (from, count)
    }

    /// Has the processor fetch where the buckets of a name are.
    #[inline(always)]
    pub(crate) fn prefetch(&self, name: u64) {
        prefetch(self.ends, group(name));
    }

    /// What is said of a key of a name: its code with [`HAS_CODE`], mostly 0 if it was not
    /// put in.
    pub(crate) fn get(&self, name: u64, key: u64) -> u64 {
        let (from, count) = self.group(name);
        said_by(key, self.at(from + bucket(key, count) as usize))
    }

    /// Asks what is said of the keys of a name with several features, and with one more that
    /// takes the place of the last: has the processor fetch their buckets, which are then to be
    /// [read](Self::read). Nothing is said of [`NO_FEATURE`].
    ///
    /// Every step is taken for all before the next, so that it is a loop that
    /// compilers turn into instructions for several at once, but for fetching.
    #[inline(always)]
    pub(crate) fn ask(
        &self,
        name: u64,
        features: &[u64; TOGETHER],
        more: u64,
        lookup: &mut Lookup,
    ) {
        let Lookup { keys, said } = lookup;
        let (from, buckets) = self.group(name);
        let place = |key| from as u64 + u64::from(bucket(key, buckets));
        for ((feature, to), said) in features.iter().zip(&mut *keys).zip(&mut *said) {
            let key = key(name, *feature);
            (*to, *said) = if *feature != NO_FEATURE {
                (key, place(key))
            } else {
                (self.stranger, 0)
            };
        }
        let (last, is_any) = (key(name, more), more != NO_FEATURE);
        keys[TOGETHER - 1] = select_unpredictable(is_any, last, self.stranger);
        said[TOGETHER - 1] = select_unpredictable(is_any, place(last), 0);
        for place in said {
            prefetch(self.buckets, *place as usize);
        }
    }

    /// Reads the buckets of the keys that were asked for.
    #[inline(always)]
    pub(crate) fn read(&self, lookup: &mut Lookup) {
        for said in &mut lookup.said {
            *said = self.at(*said as usize);
        }
    }

    #[inline(always)]
    fn at(&self, place: usize) -> u64 {
        let bucket = self.buckets.get(place);
        bucket.map_or(0, |bucket| u64::from_le_bytes(*bucket))
    }
}

/// The key of a feature of a name.
#[inline(always)]
#[must_use]
pub fn key(name: u64, feature: u64) -> u64 {
    mix(name, feature)
}

/// What a bucket says of a key: the code in its cell with [`HAS_CODE`], or 0.
///
/// There is no branch in it: processors could not foresee it.
#[inline(always)]
fn said_by(key: u64, bucket: u64) -> u64 {
    let wanted = (fingerprint(key) << CODE_BITS) * ONES;
    // All cells at once: what is right becomes zero, and only below zero
    // does taking one away set the top bit.
    let differ = (bucket ^ wanted) & (ONES * 0xfff0);
    let equal = (differ.wrapping_sub(ONES) & !differ & (ONES * 0x8000)) >> 15;
    // A key has one cell at most, so that nothing meets what is said there.
    let cells = bucket & (equal * (HAS_CODE - 1)) | equal << CODE_BITS;
    let halves = cells | cells >> 32;
    (halves | halves >> 16) & (2 * HAS_CODE - 1)
}

/// A key, the code that it shall have, and the name whose key it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name: u64,
    pub(crate) key: u64,
    pub(crate) code: u8,
}

/// The ends of the groups and the buckets of a table of entries, in the order
/// of their importance; of a key twice the first counts.
pub(crate) fn build(entries: &[Entry]) -> (Vec<u8>, Vec<u8>) {
    let mut keys = vec![0usize; 1 << GROUP_BITS];
    for entry in entries {
        keys[group(entry.name)] += 1;
    }
    let mut end = 0;
    let groups: Vec<Range<usize>> = keys
        .into_iter()
        .map(|keys| {
            let from = end;
            end += (10 * keys).div_ceil(KEYS);
            from..end
        })
        .collect();
    let mut buckets = vec![0u64; end];
    for entry in entries {
        let group = &mut buckets[groups[group(entry.name)].clone()];
        let bucket = &mut group[bucket(entry.key, group.len() as u32) as usize];
        let wanted = fingerprint(entry.key);
        let cells = (0..CELLS).map(|cell| (*bucket >> (16 * cell)) & 0xffff);
        let open = cells
            .enumerate()
            .find(|(_, cell)| *cell == 0 || cell >> CODE_BITS == wanted);
        if let Some((at, 0)) = open {
            *bucket |= (wanted << CODE_BITS | u64::from(entry.code & 15)) << (16 * at);
        }
    }
    let ends = groups.iter().map(|group| group.end as u32);
    (
        ends.flat_map(u32::to_le_bytes).collect(),
        buckets.into_iter().flat_map(u64::to_le_bytes).collect(),
    )
}

#[inline]
fn group(name: u64) -> usize {
    (name >> (64 - GROUP_BITS)) as usize
}

/// Which of so many buckets, one or more, is a key's.
#[inline(always)]
fn bucket(key: u64, count: u32) -> u32 {
    ((u64::from((key >> 32) as u32) * u64::from(count)) >> 32) as u32
}

/// Twelve bits that are never all zero, as a cell of zeros is an empty one.
#[inline(always)]
fn fingerprint(key: u64) -> u64 {
    let bits = key >> FINGERPRINT_AT & ((1 << FINGERPRINT_BITS) - 1);
    bits + u64::from(bits == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries of a hundred names.
    fn entries(numbers: std::ops::Range<u64>) -> Vec<Entry> {
        let entry = |n: u64| {
            let name = mix(n % 100, 7);
            Entry {
                name,
                key: key(name, feature(n)),
                code: (n % 16) as u8,
            }
        };
        numbers.map(entry).collect()
    }

    /// Features that entries are made of.
    fn feature(n: u64) -> u64 {
        mix(n, 3)
    }

    fn found(ends: &[u8], buckets: &[u8], entries: &[Entry]) -> usize {
        let table = Buckets::new(ends, buckets).unwrap();
        let right =
            |entry: &&Entry| table.get(entry.name, entry.key) == u64::from(entry.code) | HAS_CODE;
        entries.iter().filter(right).count()
    }

    #[test]
    fn keys_have_their_codes_and_strangers_none() {
        let (ends, buckets) = build(&entries(0..10_000));
        assert!(found(&ends, &buckets, &entries(0..10_000)) > 7_500);
        assert!(found(&ends, &buckets, &entries(10_000..110_000)) < 100);
    }

    #[test]
    fn several_are_looked_up_as_each_is() {
        let (ends, buckets) = build(&entries(0..10_000));
        let table = Buckets::new(&ends, &buckets).unwrap();
        let mut lookup = Lookup::default();
        for name in 0..100 {
            // Some of this name, and some strangers.
            let all = std::array::from_fn(|n| feature(n as u64 * 50 + name));
            let name = mix(name, 7);
            let each = all.map(|feature| table.get(name, key(name, feature)));
            for count in 0..TOGETHER {
                let mut features = all;
                features[count..].fill(NO_FEATURE);
                for more in [NO_FEATURE, all[7]] {
                    table.ask(name, &features, more, &mut lookup);
                    table.read(&mut lookup);
                    let [said @ .., last] = lookup.judge();
                    assert_eq!(said[..count], each[..count]);
                    assert!(said[count..].iter().all(|said| *said == 0));
                    let wanted = if more == NO_FEATURE { 0 } else { each[7] };
                    assert_eq!(*last, wanted);
                }
            }
        }
    }

    #[test]
    fn what_comes_first_is_there_where_a_bucket_is_full() {
        let (ends, buckets) = build(&entries(0..10_000));
        assert!(found(&ends, &buckets, &entries(0..2_000)) > 1_990);
        assert!(found(&ends, &buckets, &entries(9_000..10_000)) < 700);
    }

    #[test]
    fn damaged_tables_are_refused() {
        let (mut ends, buckets) = build(&entries(0..1_000));
        let sound = |ends: &[u8], buckets: &[u8]| {
            Buckets::new(ends, buckets).is_some_and(|table| table.is_sound())
        };
        assert!(sound(&ends, &buckets));
        assert!(!sound(&ends, &buckets[1..]));
        assert!(!sound(&ends, &buckets[8..]));
        assert!(!sound(&ends[4..], &buckets));
        ends[3] = 1;
        assert!(!sound(&ends, &buckets));
    }
}
