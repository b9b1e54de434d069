//! Buckets: a table from keys to codes of four bits in which a look-up reads
//! eight bytes once.
//!
//! A key has one bucket of four cells; a cell holds twelve bits of the key and
//! the code. A stranger is taken for a key of its bucket in one of a thousand
//! cases. What finds its bucket full is left out, so that the keys that matter
//! most come first.

/// Bits of a code.
const CODE_BITS: u32 = 4;
/// Cells of a bucket.
const CELLS: u32 = 4;
/// Bytes of a bucket.
const BUCKET: usize = 8;
/// One in each cell of a bucket.
const ONES: u64 = 0x0001_0001_0001_0001;

/// A table of buckets, a power of two of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Buckets<'a> {
    buckets: &'a [[u8; BUCKET]],
    /// Bits of the key that choose the bucket.
    bits: u32,
}

impl<'a> Buckets<'a> {
    /// Reads a table where it lies; `None` if its length is no power of two of buckets.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Buckets<'a>> {
        let (buckets, rest) = bytes.as_chunks();
        let is_whole = rest.is_empty() && buckets.len().is_power_of_two();
        is_whole.then(|| Buckets {
            buckets,
            bits: buckets.len().ilog2(),
        })
    }

    /// The code of a key that was put in; of another, mostly nothing.
    #[cfg(test)]
    fn get(&self, key: u64) -> Option<u8> {
        code(key, self.read(key))
    }

    /// The bucket of a key. It waits for memory, and for nothing else, so that
    /// processors work on several keys at once.
    #[inline]
    pub(crate) fn read(&self, key: u64) -> u64 {
        let bucket = self.buckets.get(bucket(key, self.bits));
        bucket.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

/// The code that a key has in its bucket.
#[inline]
pub(crate) fn code(key: u64, bucket: u64) -> Option<u8> {
    let wanted = u64::from(fingerprint(key) << CODE_BITS) * ONES;
    // All cells at once: what is right becomes zero, and only below zero
    // does taking one away set the top bit.
    let differ = (bucket ^ wanted) & (ONES * 0xfff0);
    let equal = differ.wrapping_sub(ONES) & !differ & (ONES * 0x8000);
    let shift = equal.trailing_zeros().wrapping_sub(15) & 63;
    let code = (bucket >> shift) as u8 & 15;
    (equal != 0).then_some(code)
}

/// The bytes of a table of 2^`bits` buckets for keys and their codes, in the
/// order of their importance; of a key twice the first counts.
pub(crate) fn build(entries: impl IntoIterator<Item = (u64, u8)>, bits: u32) -> Vec<u8> {
    let mut buckets = vec![0u64; 1 << bits];
    for (key, code) in entries {
        let bucket = &mut buckets[bucket(key, bits)];
        let wanted = fingerprint(key);
        let cells = (0..CELLS).map(|cell| (*bucket >> (16 * cell)) as u16);
        let open = cells
            .enumerate()
            .find(|(_, cell)| *cell == 0 || cell >> CODE_BITS == wanted);
        if let Some((at, 0)) = open {
            *bucket |= u64::from(wanted << CODE_BITS | u16::from(code & 15)) << (16 * at);
        }
    }
    buckets.into_iter().flat_map(u64::to_le_bytes).collect()
}

#[inline]
fn bucket(key: u64, bits: u32) -> usize {
    key.rotate_left(bits) as usize & ((1 << bits) - 1)
}

/// Twelve bits that are never all zero, as a cell of zeros is an empty one.
#[inline]
fn fingerprint(key: u64) -> u16 {
    ((key >> 24) as u16 & 0xfff).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::mix;

    fn key(n: u64) -> u64 {
        mix(mix(n, 3), 5)
    }

    #[test]
    fn keys_have_their_codes_and_strangers_none() {
        let bytes = build((0..1_000).map(|n| (key(n), (n % 16) as u8)), 10);
        let table = Buckets::new(&bytes).unwrap();
        let found = (0..1_000).filter(|n| table.get(key(*n)) == Some((n % 16) as u8));
        assert!(found.count() > 980);
        let taken = (1_000..101_000).filter(|n| table.get(key(*n)).is_some());
        assert!(taken.count() < 100);
    }

    #[test]
    fn what_comes_first_stays_where_a_bucket_is_full() {
        let bytes = build((0..1_000).map(|n| (key(n), 1)), 4);
        let table = Buckets::new(&bytes).unwrap();
        assert!((0..20).all(|n| table.get(key(n)) == Some(1)));
        assert!(
            (900..1_000)
                .filter(|n| table.get(key(*n)).is_some())
                .count()
                < 20
        );
    }

    #[test]
    fn other_lengths_are_refused() {
        assert!(Buckets::new(&[0; 8]).is_some());
        for length in [0, 7, 12, 24] {
            assert!(Buckets::new(&vec![0; length]).is_none(), "{length}");
        }
    }
}
