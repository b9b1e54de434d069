//! Classes of bytes, a block at a time, in the fastest way that the machine has.
//!
//! What a [`Kernel`] does with them is compiled once for every way, so that its
//! own loop may use what the machine has, too. `avx2.rs` holds the only unsafe
//! code of the library.

#[cfg(target_arch = "x86_64")]
mod avx2;

/// Bytes looked at together.
pub(crate) const BLOCK: usize = 64;

/// Which bytes of a block are what; bit 0 is the first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Classes {
    /// ASCII letters.
    pub(crate) letters: u64,
    /// The upper-case ones among them.
    pub(crate) upper: u64,
    /// Spaces, no other white space.
    pub(crate) spaces: u64,
    /// Those of [`MARKS`].
    pub(crate) marks: u64,
    /// Full stops.
    pub(crate) stops: u64,
}

/// The marks of [`Classes`]: tokens of their own wherever they stand.
const MARKS: &[u8] = b"!\"$%()*+,-;=>?[]^{|}";

/// A way to tell the classes of bytes.
pub(crate) trait Classify: Copy {
    /// Whether it costs little beside what can be done with the classes.
    const IS_FAST: bool;

    /// The classes of a block.
    fn classes(self, block: &[u8; BLOCK]) -> Classes;

    /// Which bytes belong to words: letters, digits, and all that is not ASCII.
    fn word_bytes(self, block: &[u8; BLOCK]) -> u64;
}

/// A loop over blocks. Its `run` is to be inlined always.
pub(crate) trait Kernel {
    /// What it gives.
    type Output;

    /// Runs it with a way to tell classes.
    fn run<C: Classify>(self, classify: C) -> Self::Output;
}

/// Runs a kernel in the fastest way that this machine has.
#[inline]
pub(crate) fn run<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = avx2::Avx2::detect() {
        return avx2.run(kernel);
    }
    kernel.run(Scalar)
}

/// One byte after the other; what every other way must agree with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scalar;

const LETTER: u8 = 1;
const UPPER: u8 = 2;
const SPACE: u8 = 4;
const MARK: u8 = 8;
const STOP: u8 = 16;
const IN_WORD: u8 = 32;

/// The classes of each byte value.
const CLASSES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        if b.is_ascii_alphabetic() {
            table[byte] |= LETTER;
        }
        if b.is_ascii_uppercase() {
            table[byte] |= UPPER;
        }
        if !b.is_ascii() || b.is_ascii_alphanumeric() {
            table[byte] |= IN_WORD;
        }
        byte += 1;
    }
    let mut mark = 0;
    while mark < MARKS.len() {
        table[MARKS[mark] as usize] = MARK;
        mark += 1;
    }
    table[b' ' as usize] = SPACE;
    table[b'.' as usize] = STOP;
    table
};

/// The bytes that have a class.
fn select(block: &[u8; BLOCK], class: u8) -> u64 {
    let mut bits = 0;
    for (at, byte) in block.iter().enumerate() {
        bits |= u64::from(CLASSES[usize::from(*byte)] & class != 0) << at;
    }
    bits
}

impl Classify for Scalar {
    const IS_FAST: bool = false;

    fn classes(self, block: &[u8; BLOCK]) -> Classes {
        Classes {
            letters: select(block, LETTER),
            upper: select(block, UPPER),
            spaces: select(block, SPACE),
            marks: select(block, MARK),
            stops: select(block, STOP),
        }
    }

    fn word_bytes(self, block: &[u8; BLOCK]) -> u64 {
        select(block, IN_WORD)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Both<'a>(&'a [u8; BLOCK]);

    impl Kernel for Both<'_> {
        type Output = (Classes, u64);

        fn run<C: Classify>(self, classify: C) -> Self::Output {
            (classify.classes(self.0), classify.word_bytes(self.0))
        }
    }

    fn agree(block: &[u8; BLOCK]) {
        assert_eq!(run(Both(block)), Both(block).run(Scalar), "{block:?}");
    }

    #[test]
    fn every_byte_value_is_classed_alike() {
        for byte in 0..=255u8 {
            for at in [0, 1, 31, 32, 63] {
                let mut block = [b' '; BLOCK];
                block[at] = byte;
                agree(&block);
            }
        }
    }

    #[test]
    fn classes_are_what_they_say() {
        let mut block = [b'\n'; BLOCK];
        block[..8].copy_from_slice(b"aZ .,-7'");
        let classes = Classes {
            letters: 0b11,
            upper: 0b10,
            spaces: 0b100,
            marks: 0b11_0000,
            stops: 0b1000,
        };
        assert_eq!(Both(&block).run(Scalar), (classes, 0b100_0011));
    }

    proptest! {
        #[test]
        fn all_ways_agree_on_any_text(text in "\\PC{64,80}") {
            let mut block = [0; BLOCK];
            block.copy_from_slice(&text.as_bytes()[..BLOCK]);
            agree(&block);
        }

        #[test]
        fn all_ways_agree_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), BLOCK)) {
            let mut block = [0; BLOCK];
            block.copy_from_slice(&bytes);
            agree(&block);
        }
    }
}
