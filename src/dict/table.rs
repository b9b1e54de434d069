//! An open-addressing table of prefixes.

use std::hint::select_unpredictable;

use super::prefix::Prefix;
use crate::image::fields;
use crate::simd::prefetch;

/// Prefixes by keys of which every bit is spread well.
///
/// What has a key is in the bucket that its upper bits choose, or in the next that
/// had room where that was full.
#[derive(Debug)]
pub(super) struct Table {
    buckets: Vec<Bucket>,
    /// Bits of a key that do not choose its bucket.
    shift: u32,
    used: u32,
}

/// Two slots that lie in one line of a cache.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(32))]
struct Bucket([Slot; 2]);

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    key: u64,
    prefix: Prefix,
}

fields!(Table: buckets, shift, used);
fields!(Bucket: 0);
fields!(Slot: key, prefix);

impl Table {
    /// Room for some prefixes; it grows where that is not enough.
    pub(super) fn with_capacity(prefixes: usize) -> Table {
        let buckets = prefixes.next_power_of_two().max(16);
        Table {
            buckets: vec![Bucket::default(); buckets],
            shift: 64 - buckets.trailing_zeros(),
            used: 0,
        }
    }

    /// What has a key, whether it is wanted or not, if its own bucket shows that; it may
    /// be [elsewhere](Prefix::is_elsewhere). Without a branch.
    #[inline(always)]
    pub(super) fn look(&self, key: u64) -> Prefix {
        let Bucket([first, second]) = &self.buckets[self.home(key)];
        let prefix = second.prefix;
        let prefix = select_unpredictable(second.key == key, prefix, prefix.others());
        select_unpredictable(first.key == key, first.prefix, prefix)
    }

    /// What has a key and is wanted.
    #[inline]
    pub(super) fn get(&self, key: u64, is_wanted: impl Fn(Prefix) -> bool) -> Prefix {
        let slot = self.find(key, is_wanted);
        slot.map_or_else(Prefix::default, |(bucket, at)| {
            self.buckets[bucket].0[at].prefix
        })
    }

    /// Where that is which has a key and is wanted, if it is there.
    #[inline]
    pub(super) fn find(
        &self,
        key: u64,
        is_wanted: impl Fn(Prefix) -> bool,
    ) -> Option<(usize, usize)> {
        let mut bucket = self.home(key);
        loop {
            let Bucket(slots) = &self.buckets[bucket];
            // A key may be zero as that of an empty slot is.
            let is_it =
                |slot: &Slot| slot.key == key && !slot.prefix.is_none() && is_wanted(slot.prefix);
            match slots.iter().position(is_it) {
                Some(at) => return Some((bucket, at)),
                None if slots[1].prefix.overflows() => bucket = self.next(bucket),
                None => return None,
            }
        }
    }

    /// Puts in what is not there yet. Returns where it is then.
    pub(super) fn insert(&mut self, key: u64, prefix: Prefix) -> (usize, usize) {
        if self.used as usize >= self.buckets.len() {
            self.grow();
        }
        self.used += 1;
        self.put(Slot { key, prefix })
    }

    /// What is at a place that [`find`](Self::find) or [`insert`](Self::insert) gave.
    pub(super) fn prefix_mut(&mut self, (bucket, at): (usize, usize)) -> &mut Prefix {
        &mut self.buckets[bucket].0[at].prefix
    }

    fn grow(&mut self) {
        let larger = vec![Bucket::default(); self.buckets.len() * 2];
        self.shift -= 1;
        let smaller = std::mem::replace(&mut self.buckets, larger);
        for mut slot in smaller.into_iter().flat_map(|bucket| bucket.0) {
            if !slot.prefix.is_none() {
                slot.prefix.set_overflow(false);
                self.put(slot);
            }
        }
    }

    fn put(&mut self, slot: Slot) -> (usize, usize) {
        let mut bucket = self.home(slot.key);
        loop {
            let Bucket(slots) = &mut self.buckets[bucket];
            if let Some(at) = slots.iter().position(|slot| slot.prefix.is_none()) {
                slots[at] = slot;
                return (bucket, at);
            }
            slots[1].prefix.set_overflow(true);
            bucket = self.next(bucket);
        }
    }

    /// Has the processor fetch the bucket of a key.
    #[inline(always)]
    pub(super) fn prefetch(&self, key: u64) {
        prefetch(&self.buckets, self.home(key));
    }

    #[inline]
    fn home(&self, key: u64) -> usize {
        (key >> self.shift) as usize
    }

    fn next(&self, bucket: usize) -> usize {
        (bucket + 1) & (self.buckets.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys of which many belong into the same buckets, also after it grew.
    fn crowd() -> impl Iterator<Item = (u64, Prefix)> {
        let keys = (0..40).map(|n| n << 40).chain((1..40).map(|n| n << 58));
        keys.zip(1..)
            .map(|(key, number)| (key, Prefix::new(number, false)))
    }

    #[test]
    fn what_overflows_is_found() {
        let mut table = Table::with_capacity(1);
        for (key, prefix) in crowd() {
            assert!(table.find(key, |_| true).is_none(), "{key:#x}");
            let at = table.insert(key, prefix);
            assert_eq!(table.prefix_mut(at).number(), prefix.number());
        }
        let mut elsewhere = 0;
        for (key, prefix) in crowd() {
            assert_eq!(table.get(key, |_| true).number(), prefix.number());
            let seen = table.look(key);
            elsewhere += u32::from(seen.is_elsewhere());
            assert!(seen.is_elsewhere() || seen.number() == prefix.number());
        }
        assert!(elsewhere > 20, "{elsewhere}");
    }

    #[test]
    fn strangers_are_none_or_elsewhere() {
        let mut table = Table::with_capacity(1);
        for (key, prefix) in crowd() {
            table.insert(key, prefix);
        }
        for key in (0..80).map(|n| n << 57 | 1) {
            let seen = table.look(key);
            assert!(seen.is_none() || seen.is_elsewhere(), "{key:#x}");
            assert!(table.get(key, |_| true).is_none(), "{key:#x}");
        }
    }

    #[test]
    fn of_equal_keys_the_wanted_one_is_found() {
        let mut table = Table::with_capacity(1);
        for number in 1..6 {
            table.insert(7, Prefix::new(number, false));
        }
        for number in 1..6 {
            let found = table.get(7, |prefix| prefix.number() == number);
            assert_eq!(found.number(), number);
        }
        assert!(table.get(7, |prefix| prefix.number() == 6).is_none());
    }
}
