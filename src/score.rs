//! Scores: from what readings cost to probabilities that can be believed.

use crate::cost::exp_neg;

/// One, in the units of probabilities here.
pub(crate) const ONE: u32 = 1 << 16;

/// How often readings are right whose share is so large: shares are too sure of
/// themselves. Both in units of 1/10,000; in between is a straight line
/// (isotonic calibration, Zadrozny and Elkan 2002). Counted on documents of one half
/// of the corpora with a context model and a reranker of the other half.
const RIGHT: [(u32, u32); 13] = [
    (0, 0),
    (5168, 5379),
    (6884, 6976),
    (8182, 7864),
    (9053, 8585),
    (9563, 9008),
    (9816, 9362),
    (9928, 9628),
    (9973, 9796),
    (9991, 9879),
    (9997, 9927),
    (9999, 9975),
    (10_000, 9983),
];

/// The probabilities of readings that cover a slot, the chosen one first, from
/// their costs above the chosen one, in units of 2^-16. They add up to one, but
/// for what is left to readings that nobody thought of.
pub(crate) fn probabilities(costs: impl Iterator<Item = i32>, into: &mut Vec<u32>) {
    into.clear();
    into.extend(costs.map(exp_neg));
    if let [only] = &mut into[..] {
        *only = SURE;
        return;
    }
    let total: u64 = into.iter().map(|share| u64::from(*share)).sum();
    let Some(first) = into.first().map(|first| u64::from(*first)) else {
        return;
    };
    let chosen = calibrated(((first << 16) / total.max(1)) as u32);
    let rest = u64::from(ONE - chosen);
    let others = (total - first).max(1);
    for share in &mut into[1..] {
        *share = (u64::from(*share) * rest / others) as u32;
    }
    into[0] = chosen;
}

/// The probability of a reading that nothing competes with.
const SURE: u32 = calibrated(ONE);

const fn calibrated(share: u32) -> u32 {
    const fn unit(of: u32) -> u64 {
        of as u64 * ONE as u64 / 10_000
    }
    let share = if share < ONE { share } else { ONE } as u64;
    let mut above = 1;
    while above < RIGHT.len() - 1 && unit(RIGHT[above].0) < share {
        above += 1;
    }
    let (low, high) = (RIGHT[above - 1], RIGHT[above]);
    let width = unit(high.0) - unit(low.0);
    let part = share - unit(low.0);
    (unit(low.1) + (unit(high.1) - unit(low.1)) * part / width) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::NAT;

    #[test]
    fn calibration_rises_and_is_never_quite_sure() {
        let scores: Vec<u32> = (0..=ONE).step_by(7).map(calibrated).collect();
        assert!(scores.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(calibrated(0), 0);
        assert!(calibrated(ONE) < ONE && calibrated(ONE) > ONE / 1000 * 998);
    }

    #[test]
    fn probabilities_add_up_to_one() {
        let mut found = Vec::new();
        for costs in [
            vec![0],
            vec![0, 0],
            vec![0, NAT, 2 * NAT],
            vec![0, 20 * NAT],
        ] {
            probabilities(costs.iter().copied(), &mut found);
            let sum: u32 = found.iter().sum();
            assert!(sum <= ONE, "{found:?}");
            assert!(sum > ONE / 1000 * 998, "{found:?}");
            assert!(found.windows(2).all(|pair| pair[0] >= pair[1]), "{found:?}");
        }
    }
}
