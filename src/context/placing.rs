//! Placing: finds pilots with which no two keys of a table have the same cell.
//!
//! Buckets are placed one after the other, and evict others where there is no room
//! (Groot Koerkamp, "PtrHash: Minimal Perfect Hashing at RAM Throughput", 2025).

use std::collections::BinaryHeap;
use std::ops::Range;

use super::pilots::Shape;

/// Attempts to place the keys; each fails with a small probability.
const ATTEMPTS: u64 = 64;
/// Times that buckets are placed for each bucket that there is, at most.
const PATIENCE: usize = 40;
/// Buckets that came in last, which are not evicted if that can be helped.
const RECENT: usize = 16;
/// What it costs to evict one of these; others cost the square of their size.
const LOATH: usize = 1 << 32;
/// A cell that no bucket has.
const FREE: u32 = u32::MAX;

/// Builds the table of distinct keys and their values.
///
/// `None` when a key occurs twice, or by an improbable row of bad luck.
pub(crate) fn build(
    entries: &[(u64, u32)],
    value_bits: u32,
    fingerprint_bits: u32,
) -> Option<(Shape, Vec<u8>)> {
    (0..ATTEMPTS).find_map(|attempt| {
        let shape = Shape::new(entries.len(), value_bits, fingerprint_bits, attempt);
        let hashes: Vec<u64> = entries.iter().map(|(key, _)| shape.hash(*key)).collect();
        let pilots = Pilots::find(&shape, &hashes)?;
        let values = hashes
            .into_iter()
            .zip(entries.iter().map(|(_, value)| *value));
        Some((shape, shape.table(&pilots, values)))
    })
}

/// The search for pilots.
struct Pilots<'a> {
    shape: &'a Shape,
    /// The hashed keys, bucket by bucket.
    hashes: Vec<u64>,
    /// Where those of each bucket begin.
    starts: Vec<u32>,
    pilots: Vec<u8>,
    /// Per cell, the bucket that has it, or [`FREE`].
    owners: Vec<u32>,
    /// Cells that the keys of a bucket would have.
    wanted: Vec<u32>,
}

impl<'a> Pilots<'a> {
    /// Pilots for all buckets, with which no two keys have the same cell.
    fn find(shape: &'a Shape, hashes: &[u64]) -> Option<Vec<u8>> {
        let mut hashes = hashes.to_vec();
        hashes.sort_unstable();
        let buckets = shape.buckets() as usize;
        // Buckets are in the order of hashes.
        let starts = (0..=shape.buckets())
            .map(|bucket| hashes.partition_point(|hash| shape.bucket(*hash) < bucket) as u32)
            .collect();
        let mut search = Pilots {
            shape,
            hashes,
            starts,
            pilots: vec![0; buckets],
            owners: vec![FREE; shape.cells() as usize],
            wanted: Vec::new(),
        };
        // The largest first, since they are the hardest to place.
        let mut waiting: BinaryHeap<(usize, u32)> = (0..shape.buckets())
            .map(|bucket| (search.keys(bucket).len(), bucket))
            .collect();
        let mut patience = PATIENCE * buckets;
        let mut recent = [FREE; RECENT];
        while let Some((_, bucket)) = waiting.pop() {
            patience = patience.checked_sub(1)?;
            recent[patience % RECENT] = bucket;
            let pilot = search.best(bucket, patience, &recent)?;
            search.pilots[bucket as usize] = pilot;
            search.want(bucket, pilot);
            for cell in std::mem::take(&mut search.wanted) {
                let owner = search.owners[cell as usize];
                if owner != FREE {
                    search.evict(owner);
                    waiting.push((search.keys(owner).len(), owner));
                }
                search.owners[cell as usize] = bucket;
            }
        }
        Some(search.pilots)
    }

    /// The keys of a bucket, as places among all.
    fn range(&self, bucket: u32) -> Range<usize> {
        let bucket = bucket as usize;
        self.starts[bucket] as usize..self.starts[bucket + 1] as usize
    }

    fn keys(&self, bucket: u32) -> &[u64] {
        &self.hashes[self.range(bucket)]
    }

    /// Finds the cells that a bucket would have, and whether they are distinct.
    fn want(&mut self, bucket: u32, pilot: u8) -> bool {
        let hashes = &self.hashes[self.range(bucket)];
        let cells = hashes.iter().map(|hash| self.shape.cell(*hash, pilot));
        self.wanted.clear();
        self.wanted.extend(cells);
        self.wanted.sort_unstable();
        self.wanted.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// The pilot of a bucket that evicts least, tried from one or another on: rather none
    /// of those buckets that came in just now, or they would take turns for ever.
    fn best(&mut self, bucket: u32, first: usize, recent: &[u32]) -> Option<u8> {
        let mut best = None;
        for pilot in (0..=u8::MAX).map(|pilot| pilot.wrapping_add(first as u8)) {
            if !self.want(bucket, pilot) {
                continue;
            }
            let mut harm = 0;
            for cell in &self.wanted {
                let owner = self.owners[*cell as usize];
                if owner != FREE {
                    let size = self.keys(owner).len();
                    harm += size * size;
                    harm += usize::from(recent.contains(&owner)) * LOATH;
                }
            }
            if harm == 0 {
                return Some(pilot);
            }
            if best.is_none_or(|(least, _)| harm < least) {
                best = Some((harm, pilot));
            }
        }
        best.map(|(_, pilot)| pilot)
    }

    /// Takes its cells from a bucket.
    fn evict(&mut self, bucket: u32) {
        let pilot = self.pilots[bucket as usize];
        for key in self.range(bucket) {
            let cell = self.shape.cell(self.hashes[key], pilot);
            let owner = &mut self.owners[cell as usize];
            if *owner == bucket {
                *owner = FREE;
            }
        }
    }
}
