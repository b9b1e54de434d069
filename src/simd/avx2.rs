//! Classes of bytes by AVX2, where the machine has it; twins of what `mod.rs` does byte by byte.

#![allow(unsafe_code)]

use std::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_alignr_epi8, _mm256_and_si256, _mm256_cmpeq_epi8,
    _mm256_cmpgt_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256,
    _mm256_permute2x128_si256, _mm256_set1_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8,
    _mm256_slli_epi16, _mm256_srli_epi16, _mm256_storeu_si256,
};
use std::hint::black_box;

use super::{
    Classes, Classify, Kernel, Spelling, BLOCK, CAPITAL, IS_DIGIT, IS_LETTER, MARKS, SPACED,
};

/// The AVX2 way: whoever has one runs on a machine that has AVX2 and the bit
/// instructions that came with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    /// The way, if this machine has it.
    #[inline]
    pub(super) fn detect() -> Option<Avx2> {
        use std::arch::is_x86_feature_detected as has;
        let all = has!("avx2") && has!("bmi1") && has!("bmi2") && has!("lzcnt") && has!("popcnt");
        all.then_some(Avx2(()))
    }

    /// Runs a kernel that is compiled for it.
    #[inline]
    pub(super) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        // SAFETY: the features were detected before `self` was made.
        unsafe { run(kernel, self) }
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn run<K: Kernel>(kernel: K, avx2: Avx2) -> K::Output {
    kernel.run(avx2)
}

impl Classify for Avx2 {
    const IS_FAST: bool = true;

    #[inline(always)]
    fn classes(self, block: &[u8; BLOCK]) -> Classes {
        // SAFETY: the features were detected before `self` was made.
        unsafe { classes(block) }
    }

    #[inline(always)]
    fn spell(self, before: u8, block: &[u8; BLOCK], spelling: &mut Spelling) {
        // SAFETY: the features were detected before `self` was made.
        unsafe { spell(before, block, spelling) }
    }

    #[inline(always)]
    fn word_bytes(self, block: &[u8; BLOCK]) -> u64 {
        // SAFETY: the features were detected before `self` was made.
        unsafe { word_bytes(block) }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn word_bytes(block: &[u8; BLOCK]) -> u64 {
    let [low, high] = halves(block).map(|bytes| {
        let digits = in_range(bytes, b'9', 10);
        // The sign bit of bytes that are not ASCII is set already.
        bits(_mm256_or_si256(
            bytes,
            _mm256_or_si256(letters(bytes), digits),
        ))
    });
    // Compilers that see where it comes from take it apart bit by bit.
    black_box(low | high << 32)
}

#[inline]
#[target_feature(enable = "avx2")]
fn classes(block: &[u8; BLOCK]) -> Classes {
    let [low, high] = halves(block).map(|bytes| {
        let equal = |byte: u8| _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed()));
        let either = |a, b| bits(_mm256_or_si256(equal(a), equal(b)));
        let letters = bits(letters(bytes));
        // The bit of lower case becomes the sign bit.
        let lower = bits(_mm256_slli_epi16::<2>(bytes));
        Classes {
            letters,
            upper: letters & !lower,
            digits: bits(in_range(bytes, b'9', 10)),
            blanks: either(b' ', b'\n'),
            feeds: bits(equal(b'\n')),
            marks: bits(marks(bytes)),
            stops: either(b'.', b':'),
            edges: [either(b'P', b'p'), either(b'T', b't')],
        }
    });
    Classes {
        letters: low.letters | high.letters << 32,
        upper: low.upper | high.upper << 32,
        digits: low.digits | high.digits << 32,
        blanks: low.blanks | high.blanks << 32,
        feeds: low.feeds | high.feeds << 32,
        marks: low.marks | high.marks << 32,
        stops: low.stops | high.stops << 32,
        edges: [0, 1].map(|edge| low.edges[edge] | high.edges[edge] << 32),
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn spell(before: u8, block: &[u8; BLOCK], spelling: &mut Spelling) {
    let mut last = _mm256_set1_epi8(before.cast_signed());
    for (bytes, at) in halves(block).into_iter().zip([0, 32]) {
        let bit = |is: __m256i, bit: u8| _mm256_and_si256(is, _mm256_set1_epi8(bit.cast_signed()));
        // Each byte's predecessor: the halves of a register are shifted apart.
        let joined = _mm256_permute2x128_si256::<0x03>(bytes, last);
        let before = _mm256_alignr_epi8::<15>(bytes, joined);
        let equal = |byte: u8| _mm256_cmpeq_epi8(before, _mm256_set1_epi8(byte.cast_signed()));
        let letters = letters(bytes);
        let upper = in_range(bytes, b'Z', 26);
        let folded = _mm256_or_si256(bytes, bit(upper, 0x20));
        let traits = [
            bit(_mm256_or_si256(equal(b' '), equal(b'\n')), SPACED),
            bit(upper, CAPITAL),
            bit(letters, IS_LETTER),
            bit(in_range(bytes, b'9', 10), IS_DIGIT),
        ];
        let [a, b, c, d] = traits;
        let traits = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
        store(folded, &mut spelling.folded[at..]);
        store(traits, &mut spelling.traits[at..]);
        last = bytes;
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(bytes: __m256i, to: &mut [u8]) {
    if let Some(to) = to.first_chunk_mut::<32>() {
        // SAFETY: the array has 32 bytes, and the store needs no alignment.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast::<__m256i>(), bytes) }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn halves(block: &[u8; BLOCK]) -> [__m256i; 2] {
    let half = |at: usize| {
        debug_assert!(at + 32 <= BLOCK);
        // SAFETY: 32 bytes from `at` lie inside the block, and the load needs no alignment.
        unsafe { _mm256_loadu_si256(block.as_ptr().add(at).cast::<__m256i>()) }
    };
    [half(0), half(32)]
}

/// The sign bit of every byte.
#[inline]
#[target_feature(enable = "avx2")]
fn bits(bytes: __m256i) -> u64 {
    u64::from(_mm256_movemask_epi8(bytes).cast_unsigned())
}

/// The sign bit set in each byte that is one of the `length` up to `last`.
#[inline]
#[target_feature(enable = "avx2")]
fn in_range(bytes: __m256i, last: u8, length: u8) -> __m256i {
    // Comparisons are signed: shifted so, the wanted range stands at the very top.
    let shifted = _mm256_add_epi8(bytes, _mm256_set1_epi8((127 - last).cast_signed()));
    _mm256_cmpgt_epi8(shifted, _mm256_set1_epi8((127 - length).cast_signed()))
}

#[inline]
#[target_feature(enable = "avx2")]
fn letters(bytes: __m256i) -> __m256i {
    in_range(_mm256_or_si256(bytes, _mm256_set1_epi8(0x20)), b'z', 26)
}

/// Per half of a byte, a bit for each upper half that marks have: a byte is a
/// mark where its halves have a bit in common (Langdale and Lemire, "Parsing
/// Gigabytes of JSON per Second", 2019).
const HALVES: [[u8; 16]; 2] = {
    let mut halves = [[0; 16]; 2];
    let mut at = 0;
    while at < MARKS.len() {
        let (low, high) = (MARKS[at] & 15, MARKS[at] >> 4);
        // No mark has the upper half 0, so that the sign bit stays free.
        let bit = 1 << (high - 1);
        halves[0][low as usize] |= bit;
        halves[1][high as usize] = bit;
        at += 1;
    }
    halves
};

#[inline]
#[target_feature(enable = "avx2")]
fn marks(bytes: __m256i) -> __m256i {
    let table = |halves: &[u8; 16]| {
        let both = [*halves, *halves];
        // SAFETY: the array has 32 bytes, and the load needs no alignment.
        unsafe { _mm256_loadu_si256(both.as_ptr().cast::<__m256i>()) }
    };
    // Where the sign bit is set a shuffle gives zero.
    let low = _mm256_shuffle_epi8(table(&HALVES[0]), bytes);
    let upper = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), _mm256_set1_epi8(15));
    let high = _mm256_shuffle_epi8(table(&HALVES[1]), upper);
    _mm256_cmpgt_epi8(_mm256_and_si256(low, high), _mm256_setzero_si256())
}
