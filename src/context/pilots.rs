//! A static function from keys to small values, with fingerprints and without the keys.
//!
//! Perfect hashing by pilots (Pibiri & Trani, "PTHash: Revisiting FCH Minimal Perfect
//! Hashing", 2021): keys fall into small buckets, and each bucket has a byte, its pilot,
//! with which all its keys are hashed to cells of their own. A cell holds a value beside
//! the key's fingerprint, which tells the key from all others but for a share of
//! 2^-fingerprint bits. A look-up reads a pilot, and there are few enough of these for the
//! nearer caches of a processor, and then one cell. How pilots are found: `placing.rs`.

/// The shape of a table: what is needed beside its bytes to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    seed: u64,
    buckets: u32,
    cells: u32,
    /// Bits of a value.
    pub(crate) value_bits: u32,
    fingerprint_bits: u32,
}

/// Bytes of a written shape.
pub(crate) const SHAPE: usize = 24;
/// Bits of a cell, at most: a cell is read as four bytes from its first on.
const CELL_BITS: u32 = 25;
/// Keys for each hundred cells.
const FILLED: usize = 99;
/// Keys for each bucket.
const SHARED: usize = 4;

impl Shape {
    /// A shape with room for `keys` keys.
    pub(super) fn new(keys: usize, value_bits: u32, fingerprint_bits: u32, seed: u64) -> Shape {
        Shape {
            seed,
            buckets: keys.div_ceil(SHARED) as u32 + 1,
            cells: (keys * 100).div_ceil(FILLED) as u32 + 1,
            value_bits,
            fingerprint_bits,
        }
    }

    /// How many buckets there are, and so pilots.
    pub(super) fn buckets(&self) -> u32 {
        self.buckets
    }

    /// How many cells there are.
    pub(super) fn cells(&self) -> u32 {
        self.cells
    }

    fn cell_bits(&self) -> u32 {
        self.value_bits + self.fingerprint_bits
    }

    /// Bytes of the table, with room to read four bytes from any cell's first on.
    fn bytes(&self) -> usize {
        let bits = self.cells as usize * self.cell_bits() as usize;
        self.buckets as usize + bits.div_ceil(8) + 4
    }

    /// Spreads a key over all bits.
    #[inline(always)]
    pub(crate) fn hash(&self, key: u64) -> u64 {
        let hash = (key ^ self.seed).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        hash ^ (hash >> 32)
    }

    /// The bucket of a hashed key. The first ones have more keys than the others: they
    /// are placed while there is room.
    #[inline(always)]
    pub(super) fn bucket(&self, hash: u64) -> u32 {
        let part = hash >> 32;
        let skewed = (part * part) >> 32;
        ((skewed * u64::from(self.buckets)) >> 32) as u32
    }

    /// The cell of a hashed key whose bucket has a pilot.
    #[inline(always)]
    pub(super) fn cell(&self, hash: u64, pilot: u8) -> u32 {
        let mixed = hash ^ u64::from(pilot).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let part = mixed.wrapping_mul(0xff51_afd7_ed55_8ccd) >> 32;
        ((part * u64::from(self.cells)) >> 32) as u32
    }

    /// Where a cell begins in the table, in bits.
    #[inline(always)]
    pub(super) fn bit(&self, cell: u32) -> u64 {
        let pilots = 8 * u64::from(self.buckets);
        pilots + u64::from(cell) * u64::from(self.cell_bits())
    }

    /// What there is of a hashed key in the [`window`] at the bit where its cell begins: the
    /// value of one that was put in; of another, mostly more than any value.
    #[inline(always)]
    pub(super) fn value(&self, hash: u64, bit: u64, window: u32) -> u32 {
        // Bits of the cell's neighbours are above it.
        let cell = window >> (bit as u32 % 8);
        let fingerprint = u32::from(hash as u16);
        (cell ^ fingerprint << self.value_bits) & ((1 << self.cell_bits()) - 1)
    }

    /// The same of a key, which is looked up from the start.
    #[inline(always)]
    pub(super) fn look_up(&self, table: &[u8], key: u64) -> u32 {
        let hash = self.hash(key);
        let pilot = pilot(table, self.bucket(hash));
        let bit = self.bit(self.cell(hash, pilot));
        self.value(hash, bit, window(table, bit))
    }

    /// The table: the pilots, and behind them the cells of hashed keys with their values,
    /// bit by bit, one after the other.
    pub(super) fn table(&self, pilots: &[u8], values: impl Iterator<Item = (u64, u32)>) -> Vec<u8> {
        let bits = self.cell_bits() as usize;
        let mut bytes = vec![0; self.bytes()];
        for (hash, value) in values {
            let fingerprint = hash as u32 & ((1 << self.fingerprint_bits) - 1);
            let cell = fingerprint << self.value_bits | value & ((1 << self.value_bits) - 1);
            let pilot = pilots[self.bucket(hash) as usize];
            let at = self.cell(hash, pilot) as usize * bits;
            let shifted = cell << (at % 8);
            let place = &mut bytes[pilots.len() + at / 8..];
            for (byte, part) in place.iter_mut().zip(shifted.to_le_bytes()) {
                *byte |= part;
            }
        }
        bytes[..pilots.len()].copy_from_slice(pilots);
        bytes
    }

    /// As bytes, to stand in an artefact.
    pub(crate) fn to_bytes(self) -> [u8; SHAPE] {
        let mut bytes = [0; SHAPE];
        bytes[..8].copy_from_slice(&self.seed.to_le_bytes());
        let rest = [
            self.buckets,
            self.cells,
            self.value_bits,
            self.fingerprint_bits,
        ];
        for (to, number) in bytes[8..].chunks_exact_mut(4).zip(rest) {
            to.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    /// Reads a shape back, and refuses one that does not fit a table of `bytes` bytes.
    pub(crate) fn from_bytes(shape: &[u8; SHAPE], bytes: usize) -> Option<Shape> {
        let mut seed = [0; 8];
        seed.copy_from_slice(&shape[..8]);
        let number = |at: usize| {
            u32::from_le_bytes([shape[at], shape[at + 1], shape[at + 2], shape[at + 3]])
        };
        let shape = Shape {
            seed: u64::from_le_bytes(seed),
            buckets: number(8),
            cells: number(12),
            value_bits: number(16),
            fingerprint_bits: number(20),
        };
        let sound = shape.buckets >= 1
            && shape.cells >= 1
            && shape.value_bits <= 16
            && shape.fingerprint_bits <= 16
            && (1..=CELL_BITS).contains(&shape.cell_bits())
            && shape.bytes() == bytes;
        sound.then_some(shape)
    }
}

/// Bytes that a table of so many keys takes with cells of so many bits, about.
pub(crate) fn bytes(keys: usize, cell_bits: u32) -> usize {
    Shape::new(keys, cell_bits, 0, 0).bytes()
}

/// The pilot of a bucket in a table.
#[inline(always)]
pub(super) fn pilot(table: &[u8], bucket: u32) -> u8 {
    table.get(bucket as usize).copied().unwrap_or(0)
}

/// The four bytes of a table from that on which a bit is in; 0 outside.
#[inline(always)]
pub(super) fn window(table: &[u8], bit: u64) -> u32 {
    let from = (bit / 8) as usize;
    match table.get(from..from + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::placing::build;
    use crate::token::mix;

    fn entries(count: u64, value_bits: u32) -> Vec<(u64, u32)> {
        (0..count)
            .map(|n| (mix(n, 99), (mix(n, 7) as u32) & ((1 << value_bits) - 1)))
            .collect()
    }

    #[test]
    fn every_key_has_its_value() {
        for count in [0, 1, 2, 3, 5, 10, 100, 1_000, 30_000] {
            for (value, fingerprint) in [(8, 8), (5, 8), (1, 7), (12, 12), (16, 9), (4, 0)] {
                let entries = entries(count, value);
                let (shape, cells) = build(&entries, value, fingerprint).unwrap();
                assert_eq!(cells.len(), shape.bytes());
                for &(key, wanted) in &entries {
                    assert_eq!(shape.look_up(&cells, key), wanted, "{count} {value}");
                }
                let again = Shape::from_bytes(&shape.to_bytes(), cells.len());
                assert_eq!(again, Some(shape));
            }
        }
    }

    #[test]
    fn strangers_are_told_apart() {
        let (shape, cells) = build(&entries(50_000, 8), 8, 8).unwrap();
        let strangers = 200_000;
        let is_taken = |n: &u64| shape.look_up(&cells, mix(*n, 1 << 40)) >> shape.value_bits == 0;
        let taken = (0..strangers).filter(is_taken).count();
        let expected = strangers as f64 / 256.0;
        assert!(
            (taken as f64) < expected * 1.2 && taken as f64 > expected * 0.8,
            "{taken}"
        );
    }

    #[test]
    fn space_is_what_was_promised() {
        let (_, cells) = build(&entries(100_000, 8), 8, 8).unwrap();
        assert!(cells.len() < 100_000 * 2 * 114 / 100, "{}", cells.len());
    }

    #[test]
    fn a_key_twice_is_refused() {
        assert!(build(&[(1, 2), (3, 4), (1, 5)], 8, 8).is_none());
    }

    #[test]
    fn wrong_shapes_are_refused() {
        let (shape, cells) = build(&entries(1_000, 8), 8, 8).unwrap();
        assert_eq!(Shape::from_bytes(&shape.to_bytes(), cells.len() - 1), None);
        for at in 8..SHAPE {
            let mut bytes = shape.to_bytes();
            bytes[at] ^= 0x80;
            assert_eq!(Shape::from_bytes(&bytes, cells.len()), None, "{at}");
        }
    }
}
