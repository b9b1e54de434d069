//! Classes of bytes, a block at a time, in the fastest way that the machine has.
//!
//! What a [`Kernel`] does with them is compiled once for every way, so that its
//! own loop may use what the machine has, too. `avx2.rs` and `prefetch.rs` hold the only
//! unsafe code of the library.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod prefetch;

pub(crate) use self::prefetch::prefetch;

/// Bytes looked at together.
pub(crate) const BLOCK: usize = 64;

/// Which bytes of a block are what; bit 0 is the first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Classes {
    /// ASCII letters.
    pub(crate) letters: u64,
    /// The upper-case ones among them.
    pub(crate) upper: u64,
    /// ASCII digits.
    pub(crate) digits: u64,
    /// Spaces and line feeds, no other white space.
    pub(crate) blanks: u64,
    /// The line feeds among them.
    pub(crate) feeds: u64,
    /// Those of [`MARKS`].
    pub(crate) marks: u64,
    /// Full stops and colons.
    pub(crate) stops: u64,
    /// "P" and "p", and "T" and "t", between which "percent" stands.
    pub(crate) edges: [u64; 2],
}

/// A block spelt out for whoever looks at single tokens of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spelling {
    /// Its letters in lower case, and room to read words of.
    pub(crate) folded: [u8; BLOCK + 16],
    /// Of each byte the bits [`SPACED`], [`CAPITAL`], [`IS_LETTER`] and [`IS_DIGIT`].
    pub(crate) traits: [u8; BLOCK + 1],
}

/// Bit of bytes behind a blank.
pub(crate) const SPACED: u8 = 1;
/// Bit of upper-case letters.
pub(crate) const CAPITAL: u8 = 2;
/// Bit of letters.
pub(crate) const IS_LETTER: u8 = 4;
/// Bit of digits.
pub(crate) const IS_DIGIT: u8 = 8;

impl Spelling {
    pub(crate) fn new() -> Spelling {
        Spelling {
            folded: [0; BLOCK + 16],
            traits: [0; BLOCK + 1],
        }
    }
}

/// The marks of [`Classes`]: tokens of their own wherever they stand.
const MARKS: &[u8] = b"!\"$%()*+,-;=>?[]^{|}";

/// A way to tell the classes of bytes.
pub(crate) trait Classify: Copy {
    /// Whether it costs little beside what can be done with the classes.
    const IS_FAST: bool;

    /// The classes of a block.
    fn classes(self, block: &[u8; BLOCK]) -> Classes;

    /// Spells a block out; the byte before it is given, too.
    fn spell(self, before: u8, block: &[u8; BLOCK], spelling: &mut Spelling);

    /// Which bytes belong to words: letters, digits, and all that is not ASCII.
    fn word_bytes(self, block: &[u8; BLOCK]) -> u64;
}

/// A loop over blocks, or one that gains by what the machine has. Its `run` is to be inlined
/// always.
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
const DIGIT: u8 = 4;
const BLANK: u8 = 8;
const FEED: u8 = 16;
const MARK: u8 = 32;
const STOP: u8 = 64;
const IN_WORD: u8 = 128;

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
        if b.is_ascii_digit() {
            table[byte] |= DIGIT;
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
    table[b' ' as usize] = BLANK;
    table[b'\n' as usize] = BLANK | FEED;
    table[b'.' as usize] = STOP;
    table[b':' as usize] = STOP;
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
            digits: select(block, DIGIT),
            blanks: select(block, BLANK),
            feeds: select(block, FEED),
            marks: select(block, MARK),
            stops: select(block, STOP),
            edges: [b'p', b't'].map(|edge| {
                let is_edge = |(at, byte): (usize, &u8)| u64::from(byte | 0x20 == edge) << at;
                block.iter().enumerate().map(is_edge).sum()
            }),
        }
    }

    fn spell(self, before: u8, block: &[u8; BLOCK], spelling: &mut Spelling) {
        let mut before = before;
        for (at, byte) in block.iter().enumerate() {
            let bit = |is: bool, bit: u8| u8::from(is) * bit;
            spelling.folded[at] = byte.to_ascii_lowercase();
            spelling.traits[at] = bit(matches!(before, b' ' | b'\n'), SPACED)
                | bit(byte.is_ascii_uppercase(), CAPITAL)
                | bit(byte.is_ascii_alphabetic(), IS_LETTER)
                | bit(byte.is_ascii_digit(), IS_DIGIT);
            before = *byte;
        }
    }

    fn word_bytes(self, block: &[u8; BLOCK]) -> u64 {
        select(block, IN_WORD)
    }
}

/// The places of the bits that are set, lowest first.
#[inline(always)]
pub(crate) fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = bits.trailing_zeros();
        (bits != 0).then(|| {
            bits &= bits - 1;
            lowest as usize % BLOCK
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Both<'a>(&'a [u8; BLOCK]);

    impl Kernel for Both<'_> {
        type Output = (Classes, u64, Spelling);

        fn run<C: Classify>(self, classify: C) -> Self::Output {
            let mut spelling = Spelling::new();
            classify.spell(self.0[63], self.0, &mut spelling);
            (
                classify.classes(self.0),
                classify.word_bytes(self.0),
                spelling,
            )
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
        let mut block = [b'\''; BLOCK];
        block[..9].copy_from_slice(b"aZ .,-7:\n");
        let classes = Classes {
            letters: 0b11,
            upper: 0b10,
            digits: 0b100_0000,
            blanks: 0b1_0000_0100,
            feeds: 0b1_0000_0000,
            marks: 0b11_0000,
            stops: 0b1000_1000,
            edges: [0, 0],
        };
        let (found, words, spelling) = Both(&block).run(Scalar);
        assert_eq!((found, words), (classes, 0b100_0011));
        assert_eq!(&spelling.folded[..3], b"az ");
        assert_eq!(spelling.traits[..3], [IS_LETTER, IS_LETTER | CAPITAL, 0]);
        assert_eq!(spelling.traits[3..7], [SPACED, 0, 0, IS_DIGIT]);
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
