//! Scratch memory: slices that are written over again and again.

use std::ops::{Deref, DerefMut};

/// A slice of as many items as are asked for, in memory that is kept and only ever grows.
#[derive(Debug)]
pub(crate) struct Scratch<T> {
    items: Vec<T>,
    count: usize,
}

impl<T> Default for Scratch<T> {
    fn default() -> Scratch<T> {
        Scratch {
            items: Vec::new(),
            count: 0,
        }
    }
}

impl<T: Copy> Scratch<T> {
    /// Makes room for so many items, which are to be written over: they are fillers, or left
    /// from before. To clear them each time would cost more than many a loop over them.
    #[inline(always)]
    pub(crate) fn room(&mut self, count: usize, filler: T) -> &mut [T] {
        if self.items.len() < count {
            self.grow(count, filler);
        }
        self.count = count;
        &mut self.items[..count]
    }

    /// Apart, so that compilers see how long slices are.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, count: usize, filler: T) {
        self.items.resize(count, filler);
    }
}

impl<T> Deref for Scratch<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.items[..self.count]
    }
}

impl<T> DerefMut for Scratch<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items[..self.count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_long_as_was_asked_for() {
        let mut scratch = Scratch::default();
        assert!(scratch.is_empty());
        scratch.room(3, 7).copy_from_slice(&[1, 2, 3]);
        assert_eq!(*scratch, [1, 2, 3]);
        scratch.room(2, 7)[0] = 5;
        assert_eq!(*scratch, [5, 2]);
        scratch.room(4, 9);
        assert_eq!(scratch.len(), 4);
        assert_eq!((scratch[0], scratch[3]), (5, 9));
    }
}
