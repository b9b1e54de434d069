//! The channel: how the spinner of a document works, and what that costs.
//!
//! A spinner leaves a share of its chances unused and spares capitalised words,
//! quotations, both or neither. Which of these it is follows from the evidence
//! of the phrases, summed separately for each.

use crate::cost::{exp_neg, log_ratio, NAT};
use crate::dict::KEEP_GRID;
use crate::matches::Class;

const GRID: usize = KEEP_GRID.len();

/// Where typical spinners stand in [`KEEP_GRID`].
const TYPICAL: [usize; 3] = [1, 3, 5];

/// What spinners spare, by [`Class::index`]: nothing, capitals, quotations, or both.
const MODES: [[bool; Class::COUNT]; 4] = [
    [false, false, false, false],
    [false, true, false, true],
    [false, false, true, true],
    [false, true, true, true],
];

/// The number of typical settings.
pub(crate) const SETTINGS: usize = TYPICAL.len() * MODES.len();

/// Evidence of a stretch of text, by class and share of unused chances.
pub(crate) type Evidence = [[i32; GRID]; Class::COUNT];

/// Adds up evidence.
pub(crate) fn add(total: &mut Evidence, more: &Evidence) {
    for (sums, more) in total.iter_mut().zip(more) {
        for (sum, more) in sums.iter_mut().zip(more) {
            *sum += more;
        }
    }
}

/// What the spinner's channel costs in this document, by the class of the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Channel {
    kept: [i32; Class::COUNT],
    used: [i32; Class::COUNT],
}

/// Cost of a substitution where this document's spinner makes none.
const PROTECTED: i32 = 8 * NAT;

impl Channel {
    /// A spinner that leaves `keep` of 1000 chances, and spares some classes.
    fn new(keep: u64, spared: [bool; Class::COUNT]) -> Channel {
        let keep = keep.clamp(1, 999);
        Channel {
            kept: spared.map(|spared| if spared { 0 } else { -log_ratio(keep, 1000) }),
            used: spared.map(|spared| {
                if spared {
                    PROTECTED
                } else {
                    -log_ratio(1000 - keep, 1000)
                }
            }),
        }
    }

    /// Cost of a trigger that was left alone.
    pub(crate) fn kept(&self, class: Class) -> i32 {
        self.kept[class.index()]
    }

    /// Cost of a trigger having been replaced.
    pub(crate) fn used(&self, class: Class) -> i32 {
        self.used[class.index()]
    }
}

/// How the spinner of a document works.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// Index into [`KEEP_GRID`].
    keep: usize,
    per_mille: u64,
    spared: [bool; Class::COUNT],
}

impl Settings {
    /// Thorough and sparse spinners, each in all modes.
    pub(crate) fn typical() -> impl Iterator<Item = Settings> {
        TYPICAL.into_iter().flat_map(|keep| {
            MODES.into_iter().map(move |spared| Settings {
                keep,
                per_mille: KEEP_GRID[keep],
                spared,
            })
        })
    }

    /// The evidence of a stretch of text for each of these.
    #[inline]
    pub(crate) fn typical_evidence(evidence: &Evidence) -> [i32; SETTINGS] {
        let mut sums = [0; SETTINGS];
        for (index, sum) in sums.iter_mut().enumerate() {
            let keep = TYPICAL[index / MODES.len()];
            *sum = sum_of(evidence, keep, &MODES[index % MODES.len()]);
        }
        sums
    }

    /// The most probable settings, given all evidence of the spun sentences.
    pub(crate) fn fit(total: &Evidence) -> Settings {
        let mut best = (i32::MIN, 0, [false; Class::COUNT]);
        let mut sums = [i32::MIN; GRID];
        for spared in MODES {
            for (keep, sum) in sums.iter_mut().enumerate() {
                let evidence = sum_of(total, keep, &spared);
                *sum = (*sum).max(evidence);
                if evidence > best.0 {
                    best = (evidence, keep, spared);
                }
            }
        }
        let (top, keep, spared) = best;
        let (mut weight, mut mean) = (0u64, 0u64);
        for (sum, keep) in sums.iter().zip(KEEP_GRID) {
            let share = u64::from(exp_neg(top - sum));
            weight += share;
            mean += share * keep;
        }
        Settings {
            keep,
            per_mille: mean / weight.max(1),
            spared,
        }
    }

    /// The evidence of a stretch of text for a spinner of this kind.
    pub(crate) fn evidence(&self, evidence: &Evidence) -> i32 {
        sum_of(evidence, self.keep, &self.spared)
    }

    /// What its channel costs.
    pub(crate) fn channel(&self) -> Channel {
        Channel::new(self.per_mille, self.spared)
    }
}

/// The evidence of the classes that are not spared.
#[inline]
fn sum_of(evidence: &Evidence, keep: usize, spared: &[bool; Class::COUNT]) -> i32 {
    let classes = evidence.iter().zip(spared).filter(|(_, spared)| !**spared);
    classes.map(|(sums, _)| sums[keep]).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_spare_what_they_say() {
        let mode = |capitals: bool, quotes: bool| {
            let mut spared = [false; Class::COUNT];
            for (capital, quoted) in [(false, false), (true, false), (false, true), (true, true)] {
                let class = Class::new(capital, quoted).index();
                spared[class] = capital && capitals || quoted && quotes;
            }
            spared
        };
        assert_eq!(
            MODES,
            [
                mode(false, false),
                mode(true, false),
                mode(false, true),
                mode(true, true)
            ]
        );
    }

    #[test]
    fn typical_evidence_is_that_of_typical_settings() {
        let evidence: Evidence = std::array::from_fn(|class| {
            std::array::from_fn(|keep| 1 << (8 * class + keep) & 0xff_ffff)
        });
        let all = Settings::typical_evidence(&evidence);
        let each = Settings::typical().map(|settings| settings.evidence(&evidence));
        assert!(each.eq(all));
    }
}
