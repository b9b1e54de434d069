//! Word bytes by AVX2, where the machine has it; the twin of `words::word_bytes_scalar`.

#![allow(unsafe_code)]

use std::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_cmpgt_epi8, _mm256_loadu_si256, _mm256_movemask_epi8,
    _mm256_or_si256, _mm256_set1_epi8,
};

use super::words::BLOCK;

/// The AVX2 way, if this machine has AVX2.
pub(super) fn word_bytes() -> Option<fn(&[u8; BLOCK]) -> u64> {
    std::arch::is_x86_feature_detected!("avx2").then_some(find as fn(&[u8; BLOCK]) -> u64)
}

/// Only handed out by [`word_bytes`], after the machine was asked.
fn find(block: &[u8; BLOCK]) -> u64 {
    // SAFETY: `word_bytes` gives this function away only where AVX2 was detected.
    unsafe { find_avx2(block) }
}

#[target_feature(enable = "avx2")]
fn find_avx2(block: &[u8; BLOCK]) -> u64 {
    let low = half(block, 0);
    let high = half(block, 32);
    u64::from(low) | u64::from(high) << 32
}

#[target_feature(enable = "avx2")]
fn half(block: &[u8; BLOCK], at: usize) -> u32 {
    debug_assert!(at + 32 <= BLOCK);
    // SAFETY: 32 bytes from `at` lie inside the block, and the load needs no alignment.
    let bytes = unsafe { _mm256_loadu_si256(block.as_ptr().add(at).cast::<__m256i>()) };
    // Comparisons are signed: shifted so, the wanted range stands at the very top.
    let in_range = |bytes: __m256i, last: u8, length: u8| {
        let shifted = _mm256_add_epi8(bytes, _mm256_set1_epi8((127 - last).cast_signed()));
        _mm256_cmpgt_epi8(shifted, _mm256_set1_epi8((127 - length).cast_signed()))
    };
    let lower = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
    let letters = in_range(lower, b'z', 26);
    let digits = in_range(bytes, b'9', 10);
    // The sign bit of bytes that are not ASCII is set already.
    _mm256_movemask_epi8(_mm256_or_si256(bytes, _mm256_or_si256(letters, digits))).cast_unsigned()
}
