//! Damping: repetitions of a phrase tell less each time, since a topic repeats its words.

use std::hint::select_unpredictable;

/// Repetitions from here on tell as much as this one.
pub(crate) const LAST: u32 = 64;

/// Bits behind the point of a [`RECIPROCALS`] entry: enough that the quotients of all evidence
/// are those of a division.
const POINT: u32 = 31;

/// Per repetition `n`, what evidence against spinning and for it is multiplied with to be divided
/// by `n` and by `n * n`. What is divided differs from phrase to phrase, so that processors
/// would wait for divisions, and could not foresee which there are.
const RECIPROCALS: [[u32; 2]; LAST as usize + 1] = {
    let mut reciprocals = [[0; 2]; LAST as usize + 1];
    let mut nth = 1;
    while nth <= LAST {
        reciprocals[nth as usize] = [
            (1u32 << POINT).div_ceil(nth),
            (1u32 << POINT).div_ceil(nth * nth),
        ];
        nth += 1;
    }
    reciprocals
};

/// The evidence that the `nth` occurrence of a phrase gives, counted from 1, where the first
/// gives so much: its share of what speaks for spinning falls with the square.
#[inline(always)]
pub(crate) fn damp<const N: usize>(evidence: [i16; N], nth: u32) -> [i32; N] {
    let [against, speaking] = RECIPROCALS[nth.min(LAST) as usize];
    evidence.map(|evidence| {
        let part = select_unpredictable(evidence > 0, speaking, against);
        let size = (u64::from(evidence.unsigned_abs()) * u64::from(part)) >> POINT;
        let size = size as i32;
        select_unpredictable(evidence < 0, -size, size)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_divided() {
        for nth in 1..=LAST + 2 {
            let divisor = nth.min(LAST) as i32;
            for evidence in i16::MIN..=i16::MAX {
                let wanted = match i32::from(evidence) {
                    speaking @ 1.. => speaking / (divisor * divisor),
                    against => against / divisor,
                };
                assert_eq!(damp([evidence], nth), [wanted], "{evidence}, {nth}");
            }
        }
    }
}
