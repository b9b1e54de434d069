//! Whether scores can be believed: a reliability diagram in figures.

use serde::Serialize;

/// Bins of equal mass.
const BINS: usize = 15;

/// Scores of edits, and whether each was right.
#[derive(Debug, Default)]
pub(super) struct Outcomes(Vec<(f32, bool)>);

/// What the scores are worth.
#[derive(Debug, Serialize)]
pub(super) struct Calibration {
    edits: usize,
    /// Mean distance of mean score and share of right edits over bins of equal
    /// mass (Naeini et al. 2015).
    expected_calibration_error: f64,
    /// Mean squared distance of score and outcome (Brier 1950).
    brier: f64,
    /// Share of the Brier score of a constant guess that the scores save.
    brier_skill: f64,
    bins: Vec<Bin>,
    thresholds: Vec<Threshold>,
}

/// Edits of neighbouring scores.
#[derive(Debug, Serialize)]
struct Bin {
    from: f64,
    to: f64,
    edits: usize,
    mean_score: f64,
    right: f64,
}

/// What would be left with `--min-score`.
#[derive(Debug, Serialize)]
struct Threshold {
    min_score: f64,
    edits: usize,
    /// Share of these that are right.
    right: f64,
    /// Share of all right edits that are among these.
    of_right: f64,
}

impl Outcomes {
    pub(super) fn note(&mut self, score: f32, right: bool) {
        self.0.push((score, right));
    }

    pub(super) fn merge(&mut self, other: Outcomes) {
        self.0.extend(other.0);
    }

    pub(super) fn calibration(&self) -> Calibration {
        let mut outcomes = self.0.clone();
        outcomes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let count = outcomes.len();
        let bins: Vec<Bin> = (0..BINS)
            .map(|bin| &outcomes[bin * count / BINS..(bin + 1) * count / BINS])
            .filter_map(Bin::of)
            .collect();
        let distance: f64 = bins
            .iter()
            .map(|bin| (bin.mean_score - bin.right).abs() * bin.edits as f64)
            .sum();
        let all = share_right(&outcomes);
        let squares = outcomes
            .iter()
            .map(|(score, right)| (f64::from(*score) - f64::from(u8::from(*right))).powi(2));
        let brier = squares.sum::<f64>() / count.max(1) as f64;
        let constant = all * (1.0 - all);
        let right = outcomes.iter().filter(|outcome| outcome.1).count();
        let thresholds = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995].map(|min_score| {
            let first = outcomes.partition_point(|outcome| f64::from(outcome.0) < min_score);
            let left = &outcomes[first..];
            Threshold {
                min_score,
                edits: left.len(),
                right: four(share_right(left)),
                of_right: four(share_right(left) * left.len() as f64 / right.max(1) as f64),
            }
        });
        Calibration {
            edits: count,
            expected_calibration_error: four(distance / count.max(1) as f64),
            brier: four(brier),
            brier_skill: if constant > 0.0 {
                four(1.0 - brier / constant)
            } else {
                0.0
            },
            bins,
            thresholds: thresholds.into(),
        }
    }
}

impl Bin {
    /// The bin of some outcomes in ascending order; `None` if there are none.
    fn of(outcomes: &[(f32, bool)]) -> Option<Bin> {
        let (first, last) = (outcomes.first()?, outcomes.last()?);
        let sum: f64 = outcomes.iter().map(|outcome| f64::from(outcome.0)).sum();
        Some(Bin {
            from: four(f64::from(first.0)),
            to: four(f64::from(last.0)),
            edits: outcomes.len(),
            mean_score: four(sum / outcomes.len() as f64),
            right: four(share_right(outcomes)),
        })
    }
}

fn share_right(outcomes: &[(f32, bool)]) -> f64 {
    let right = outcomes.iter().filter(|outcome| outcome.1).count();
    right as f64 / outcomes.len().max(1) as f64
}

/// Rounded to four digits.
fn four(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coin_that_says_so_is_calibrated_and_has_no_skill() {
        let mut outcomes = Outcomes::default();
        (0..3000).for_each(|n| outcomes.note(0.5, n % 2 == 0));
        let found = outcomes.calibration();
        assert!(found.expected_calibration_error < 0.001);
        assert_eq!((found.brier, found.brier_skill), (0.25, 0.0));
        assert_eq!((found.bins.len(), found.bins[0].edits), (BINS, 200));
    }

    #[test]
    fn certainty_that_fails_shows() {
        let mut outcomes = Outcomes::default();
        (0..1000).for_each(|n| outcomes.note(1.0, n % 4 != 0));
        let found = outcomes.calibration();
        assert!((found.expected_calibration_error - 0.25).abs() < 0.01);
        assert!(found.brier_skill < 0.0);
        assert_eq!(found.thresholds[0].of_right, 1.0);
        assert!(Outcomes::default().calibration().bins.is_empty());
    }
}
