//! A static function from keys to small values, with fingerprints and without the keys.
//!
//! A 3-wise binary fuse table (Graf & Lemire, "Binary Fuse Filters: Fast and
//! Smaller Than Xor Filters", 2022) whose cells hold a value beside the
//! fingerprint: the exclusive or of three cells is the entry of a key that
//! was put in, and noise for any other, which the fingerprint tells apart but
//! for a share of 2^-fingerprint bits. About 1.13 cells per key; the three
//! cells are near each other and are read independently.

use crate::token::mix;

/// The shape of a table: what is needed beside the cells to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    seed: u64,
    segment_bits: u32,
    segments: u32,
    /// Bits of a value.
    pub(crate) value_bits: u32,
    fingerprint_bits: u32,
}

/// Bytes of a written shape.
pub(crate) const SHAPE: usize = 24;
/// Bits of a cell, at most: a cell is read as four bytes from its first on.
const CELL_BITS: u32 = 25;
/// Attempts to place the keys; each fails with a small probability.
const ATTEMPTS: u64 = 64;

/// A key's cells and fingerprint.
struct Place {
    cells: [u32; 3],
    fingerprint: u32,
}

impl Shape {
    /// A shape with room for `keys` keys.
    fn new(keys: usize, value_bits: u32, fingerprint_bits: u32, seed: u64) -> Shape {
        let n = keys.max(2) as f64;
        let segment_bits = ((n.ln() / 3.33_f64.ln() + 2.25) as u32).clamp(2, 18);
        let factor = (0.875 + 0.25 * 1_000_000_f64.ln() / n.ln()).max(1.125);
        let capacity = (n * factor).ceil() as u32;
        let segments = capacity
            .div_ceil(1 << segment_bits)
            .saturating_sub(2)
            .max(1);
        Shape {
            seed,
            segment_bits,
            segments,
            value_bits,
            fingerprint_bits,
        }
    }

    fn cells(&self) -> usize {
        (self.segments as usize + 2) << self.segment_bits
    }

    fn cell_bits(&self) -> u32 {
        self.value_bits + self.fingerprint_bits
    }

    /// Bytes of the cells, with room to read four bytes from any cell's first on.
    fn bytes(&self) -> usize {
        (self.cells() * self.cell_bits() as usize).div_ceil(8) + 4
    }

    #[inline(always)]
    fn place(&self, key: u64) -> Place {
        let hash = finish(key ^ self.seed);
        let range = u64::from(self.segments) << self.segment_bits;
        let mask = (1u32 << self.segment_bits) - 1;
        let first = ((u128::from(hash) * u128::from(range)) >> 64) as u32;
        let second = (first + mask + 1) ^ ((hash >> 18) as u32 & mask);
        let third = (first + 2 * (mask + 1)) ^ (hash as u32 & mask);
        let fingerprint = (mix(hash, 0) >> 32) as u32 & ((1 << self.fingerprint_bits) - 1);
        Place {
            cells: [first, second, third],
            fingerprint,
        }
    }

    /// What the cells of a key and its fingerprint make together: the value of a key
    /// that was put in; of another, mostly more than any value.
    #[inline(always)]
    pub(crate) fn entry(&self, cells: &[u8], key: u64) -> u32 {
        let bits = self.cell_bits();
        let place = self.place(key);
        let [a, b, c] = place.cells.map(|cell| read(cells, cell, bits));
        (a ^ b ^ c ^ place.fingerprint << self.value_bits) & ((1 << bits) - 1)
    }

    /// As bytes, to stand in an artefact.
    pub(crate) fn to_bytes(self) -> [u8; SHAPE] {
        let mut bytes = [0; SHAPE];
        bytes[..8].copy_from_slice(&self.seed.to_le_bytes());
        let rest = [
            self.segment_bits,
            self.segments,
            self.value_bits,
            self.fingerprint_bits,
        ];
        for (to, number) in bytes[8..].chunks_exact_mut(4).zip(rest) {
            to.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    /// Reads a shape back, and refuses one that does not fit `cells` bytes.
    pub(crate) fn from_bytes(bytes: &[u8; SHAPE], cells: usize) -> Option<Shape> {
        let mut seed = [0; 8];
        seed.copy_from_slice(&bytes[..8]);
        let number = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let shape = Shape {
            seed: u64::from_le_bytes(seed),
            segment_bits: number(8),
            segments: number(12),
            value_bits: number(16),
            fingerprint_bits: number(20),
        };
        let sound = shape.segment_bits <= 18
            && shape.segments >= 1
            && shape.segments <= 1 << 12
            && shape.value_bits <= 16
            && shape.fingerprint_bits <= 16
            && (1..=CELL_BITS).contains(&shape.cell_bits())
            && shape.bytes() == cells;
        sound.then_some(shape)
    }
}

/// Builds the table of distinct keys and their values.
///
/// `None` when a key occurs twice, or by an improbable row of bad luck.
pub(crate) fn build(
    entries: &[(u64, u32)],
    value_bits: u32,
    fingerprint_bits: u32,
) -> Option<(Shape, Vec<u8>)> {
    (0..ATTEMPTS).find_map(|attempt| {
        let shape = Shape::new(entries.len(), value_bits, fingerprint_bits, finish(attempt));
        let order = peel(&shape, entries)?;
        Some((shape, fill(&shape, entries, &order)))
    })
}

/// The keys in an order in which each, taken last to first, has a cell of its
/// own that no key before it needs: (entry, which of its three cells).
fn peel(shape: &Shape, entries: &[(u64, u32)]) -> Option<Vec<(u32, u8)>> {
    // Per cell the number of keys, and the exclusive or of their indices.
    let mut load = vec![(0u32, 0u32); shape.cells()];
    for (index, &(key, _)) in entries.iter().enumerate() {
        for cell in shape.place(key).cells {
            let (count, keys) = &mut load[cell as usize];
            *count += 1;
            *keys ^= index as u32;
        }
    }
    let mut alone: Vec<u32> = Vec::new();
    alone.extend((0..load.len() as u32).filter(|&cell| load[cell as usize].0 == 1));
    let mut order = Vec::with_capacity(entries.len());
    while let Some(cell) = alone.pop() {
        let (count, index) = load[cell as usize];
        if count != 1 {
            continue;
        }
        for (which, other) in shape
            .place(entries[index as usize].0)
            .cells
            .into_iter()
            .enumerate()
        {
            let (count, keys) = &mut load[other as usize];
            *count -= 1;
            *keys ^= index;
            if other == cell {
                order.push((index, which as u8));
            } else if *count == 1 {
                alone.push(other);
            }
        }
    }
    (order.len() == entries.len()).then_some(order)
}

fn fill(shape: &Shape, entries: &[(u64, u32)], order: &[(u32, u8)]) -> Vec<u8> {
    let mut cells = vec![0u32; shape.cells()];
    for &(index, which) in order.iter().rev() {
        let (key, value) = entries[index as usize];
        let place = shape.place(key);
        let mut entry =
            (place.fingerprint << shape.value_bits) | (value & ((1 << shape.value_bits) - 1));
        for (at, &cell) in place.cells.iter().enumerate() {
            if at != usize::from(which) {
                entry ^= cells[cell as usize];
            }
        }
        cells[place.cells[usize::from(which)] as usize] = entry;
    }
    pack(&cells, shape)
}

/// Cells bit by bit, one after the other.
fn pack(cells: &[u32], shape: &Shape) -> Vec<u8> {
    let bits = shape.cell_bits() as usize;
    let mut bytes = vec![0; shape.bytes()];
    for (index, &cell) in cells.iter().enumerate() {
        let at = index * bits;
        let shifted = cell << (at % 8);
        for (byte, part) in bytes[at / 8..].iter_mut().zip(shifted.to_le_bytes()) {
            *byte |= part;
        }
    }
    bytes
}

/// The cell, with bits of its neighbours above it; 0 outside.
#[inline(always)]
fn read(cells: &[u8], cell: u32, bits: u32) -> u32 {
    let at = cell as usize * bits as usize;
    match cells.get(at / 8..at / 8 + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) >> (at % 8),
        _ => 0,
    }
}

/// Spreads a key over all bits (the finaliser of `MurmurHash3`).
#[inline]
fn finish(key: u64) -> u64 {
    let key = (key ^ (key >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let key = (key ^ (key >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    key ^ (key >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(count: u64, value_bits: u32) -> Vec<(u64, u32)> {
        (0..count)
            .map(|n| (mix(n, 99), (finish(n) as u32) & ((1 << value_bits) - 1)))
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
                    assert_eq!(shape.entry(&cells, key), wanted, "{count} {value}");
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
        let taken = (0..strangers)
            .filter(|&n| shape.entry(&cells, mix(n, 1 << 40)) >> shape.value_bits == 0)
            .count();
        let expected = strangers as f64 / 256.0;
        assert!(
            (taken as f64) < expected * 1.2 && taken as f64 > expected * 0.8,
            "{taken}"
        );
    }

    #[test]
    fn space_is_what_was_promised() {
        let (_, cells) = build(&entries(100_000, 8), 8, 8).unwrap();
        assert!(cells.len() < 100_000 * 2 * 122 / 100, "{}", cells.len());
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
