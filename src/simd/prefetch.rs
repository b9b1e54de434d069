//! Fetching ahead: memory that will be read soon is on its way before it is.

#![allow(unsafe_code)]

/// Has the processor fetch where an item of a slice begins, and goes on at once. It makes
/// no difference but in time, and is nothing on machines that have no such instruction; there
/// may be no such item.
#[inline(always)]
pub(crate) fn prefetch<T>(items: &[T], index: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_mm_prefetch, _MM_HINT_T0};
        let place = items.as_ptr().wrapping_add(index).cast::<i8>();
        // SAFETY: every x86-64 has the instruction; it changes nothing and takes any address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(place) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (items, index);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_place_may_be_asked_for() {
        let items = [[7u64; 3]; 5];
        for index in [0, 4, 5, 1 << 40, usize::MAX] {
            prefetch(&items, index);
            prefetch::<u32>(&[], index);
        }
        assert_eq!(items, [[7; 3]; 5]);
    }
}
