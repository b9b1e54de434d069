//! Which bytes belong to words, a block at a time.

/// Bytes looked at together.
pub(crate) const BLOCK: usize = 64;

/// The fastest way that this machine has to tell which bytes of a block belong
/// to words: letters, digits, and all that is not ASCII. Bit 0 is the first byte.
pub(crate) fn word_bytes() -> fn(&[u8; BLOCK]) -> u64 {
    #[cfg(target_arch = "x86_64")]
    if let Some(find) = super::avx2::word_bytes() {
        return find;
    }
    word_bytes_scalar
}

/// Whether each byte value belongs to words.
const IN_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte >= 128 || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

/// One byte after the other; what every other way must agree with.
pub(super) fn word_bytes_scalar(block: &[u8; BLOCK]) -> u64 {
    let mut words = 0;
    for (at, byte) in block.iter().enumerate() {
        words |= u64::from(IN_WORD[usize::from(*byte)]) << at;
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_byte_value_is_classed_alike() {
        let find = word_bytes();
        for byte in 0..=255u8 {
            for at in [0, 1, 31, 32, 63] {
                let mut block = [b' '; BLOCK];
                block[at] = byte;
                assert_eq!(find(&block), word_bytes_scalar(&block), "{byte} at {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn both_ways_agree_on_any_text(text in "\\PC{64,80}") {
            let mut block = [0; BLOCK];
            block.copy_from_slice(&text.as_bytes()[..BLOCK]);
            prop_assert_eq!(word_bytes()(&block), word_bytes_scalar(&block));
        }

        #[test]
        fn both_ways_agree_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), BLOCK)) {
            let mut block = [0; BLOCK];
            block.copy_from_slice(&bytes);
            prop_assert_eq!(word_bytes()(&block), word_bytes_scalar(&block));
        }
    }
}
