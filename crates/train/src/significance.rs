//! Tests of significance.

/// Log-likelihood ratio that two rates, each `(count, total)`, are one and the
/// same (Dunning, "Accurate methods for the statistics of surprise and
/// coincidence", 1993). Under that hypothesis it follows the chi-squared
/// distribution with one degree of freedom: 3.84 is passed by chance once in
/// twenty times, 6.63 in a hundred, 10.83 in a thousand.
///
/// # Examples
///
/// ```
/// use unspin_train::significance::rate_ratio;
///
/// assert!(rate_ratio((50.0, 100.0), (5.0, 100.0)) > 10.83);
/// assert!(rate_ratio((50.0, 100.0), (48.0, 100.0)) < 3.84);
/// ```
#[must_use]
pub fn rate_ratio(first: (f64, f64), second: (f64, f64)) -> f64 {
    let total = first.1 + second.1;
    if total <= 0.0 {
        return 0.0;
    }
    let common = (first.0 + second.0) / total;
    let gain = |(count, of): (f64, f64)| {
        if of <= 0.0 {
            return 0.0;
        }
        likelihood(count, of, count / of) - likelihood(count, of, common)
    };
    (2.0 * (gain(first) + gain(second))).max(0.0)
}

/// Logarithm of the binomial likelihood without its constant factor.
fn likelihood(count: f64, total: f64, rate: f64) -> f64 {
    let part = |n: f64, p: f64| if n > 0.0 { n * p.max(1e-300).ln() } else { 0.0 };
    part(count, rate) + part(total - count, 1.0 - rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_rates_are_no_surprise() {
        assert!(rate_ratio((10.0, 100.0), (100.0, 1000.0)) < 1e-9);
        assert_eq!(rate_ratio((0.0, 0.0), (0.0, 0.0)), 0.0);
        assert!(rate_ratio((5.0, 5.0), (0.0, 0.0)) < 1e-9);
    }

    #[test]
    fn more_evidence_is_more_significant() {
        let few = rate_ratio((3.0, 6.0), (1.0, 6.0));
        let many = rate_ratio((30.0, 60.0), (10.0, 60.0));
        assert!(many > few && few > 0.0);
    }
}
