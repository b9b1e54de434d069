//! Buckets: a table from names and features to codes of four bits in which a
//! look-up reads eight bytes once.
//!
//! A key has one bucket of four cells; a cell holds twelve bits of the key and
//! the code. A stranger is taken for a key of its bucket in one of a thousand
//! cases. What finds its bucket full is left out, so that the keys that matter
//! most come first. The buckets of a name lie together: who asks for many
//! features of one name stays within few lines of a processor's cache.

use std::ops::Range;

use crate::token::mix;

/// Bits of a code.
const CODE_BITS: u32 = 4;
/// What stands for having no code: this and all above.
const NO_CODE: u8 = 1 << CODE_BITS;
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
/// One in each cell of a bucket.
const ONES: u64 = 0x0001_0001_0001_0001;

/// A table of buckets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Buckets<'a> {
    /// Per group of names, the end of its buckets.
    ends: &'a [[u8; END]],
    buckets: &'a [[u8; BUCKET]],
}

/// The buckets of a name and those that share its group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group<'a> {
    buckets: &'a [[u8; BUCKET]],
}

impl<'a> Buckets<'a> {
    /// Reads a table where it lies; `None` if it cannot be one.
    pub(crate) fn new(ends: &'a [u8], buckets: &'a [u8]) -> Option<Buckets<'a>> {
        let (ends, torn_end) = ends.as_chunks();
        let (buckets, torn) = buckets.as_chunks();
        let is_whole = torn_end.is_empty() && torn.is_empty() && ends.len() == 1 << GROUP_BITS;
        is_whole.then_some(Buckets { ends, buckets })
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

    /// Where the features of a name are.
    #[inline]
    pub(crate) fn group(&self, name: u64) -> Group<'a> {
        let group = group(name);
        let from = group.checked_sub(1).map_or(0, |before| self.end(before));
        Group {
            buckets: self.buckets.get(from..self.end(group)).unwrap_or(&[]),
        }
    }
}

impl Group<'_> {
    /// The code of a key that was put in; of another, mostly [`NO_CODE`].
    #[inline]
    pub(crate) fn get(&self, key: u64) -> u8 {
        code(key, self.read(key))
    }

    /// The bucket of a key. It waits for memory, and for nothing else, so that
    /// processors work on several keys at once.
    #[inline]
    pub(crate) fn read(&self, key: u64) -> u64 {
        let bucket = self.buckets.get(bucket(key, self.buckets.len()));
        bucket.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

/// The key of a feature of a name.
#[inline]
#[must_use]
pub fn key(name: u64, feature: u64) -> u64 {
    mix(name, feature)
}

/// The code that a key has in its bucket, [`NO_CODE`] if it has none.
///
/// There is no branch in it: processors could not foresee it.
#[inline]
pub(crate) fn code(key: u64, bucket: u64) -> u8 {
    let wanted = u64::from(fingerprint(key) << CODE_BITS) * ONES;
    // All cells at once: what is right becomes zero, and only below zero
    // does taking one away set the top bit.
    let differ = (bucket ^ wanted) & (ONES * 0xfff0);
    let equal = differ.wrapping_sub(ONES) & !differ & (ONES * 0x8000);
    let shift = equal.trailing_zeros().wrapping_sub(15) & 63;
    let missing = u8::from(equal == 0) * NO_CODE;
    (bucket >> shift) as u8 & 15 | missing
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
        let bucket = &mut group[bucket(entry.key, group.len())];
        let wanted = fingerprint(entry.key);
        let cells = (0..CELLS).map(|cell| (*bucket >> (16 * cell)) as u16);
        let open = cells
            .enumerate()
            .find(|(_, cell)| *cell == 0 || cell >> CODE_BITS == wanted);
        if let Some((at, 0)) = open {
            *bucket |= u64::from(wanted << CODE_BITS | u16::from(entry.code & 15)) << (16 * at);
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

/// Which of so many buckets is a key's.
#[inline]
fn bucket(key: u64, count: usize) -> usize {
    (((key >> 32) * count as u64) >> 32) as usize
}

/// Twelve bits that are never all zero, as a cell of zeros is an empty one.
#[inline]
fn fingerprint(key: u64) -> u16 {
    ((key >> 24) as u16 & 0xfff).max(1)
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
                key: key(name, mix(n, 3)),
                code: (n % 16) as u8,
            }
        };
        numbers.map(entry).collect()
    }

    fn found(ends: &[u8], buckets: &[u8], entries: &[Entry]) -> usize {
        let table = Buckets::new(ends, buckets).unwrap();
        let right = |entry: &&Entry| table.group(entry.name).get(entry.key) == entry.code;
        entries.iter().filter(right).count()
    }

    #[test]
    fn keys_have_their_codes_and_strangers_none() {
        let (ends, buckets) = build(&entries(0..10_000));
        assert!(found(&ends, &buckets, &entries(0..10_000)) > 7_500);
        assert!(found(&ends, &buckets, &entries(10_000..110_000)) < 100);
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
