//! Few values for many: which pairs of costs an n-gram's code can stand for.

use std::collections::BTreeMap;

/// Costs are put into bins of this width first, in units of cost.
const BIN: i32 = 8;
/// Rounds of Lloyd's algorithm, at most.
const ROUNDS: usize = 24;

/// The values that codes stand for: pairs of a word's cost and a back-off cost.
///
/// Fitted by recursive splitting at the mean of the wider axis and Lloyd's
/// algorithm ("Least squares quantization in PCM", 1982), in integers but for
/// the sums, and in a fixed order. Whether the back-off cost is 0 is never lost: it
/// tells that no longer n-gram begins with this one.
#[derive(Debug, Clone)]
pub(super) struct Codebook {
    /// Sorted by the first cost.
    values: Vec<(i16, i16)>,
}

#[derive(Debug, Clone, Copy)]
struct Point {
    at: [f64; 2],
    weight: f64,
}

impl Point {
    fn is_closed(&self) -> bool {
        self.at[1] == 0.0
    }
}

impl Codebook {
    /// Fits at most `size` values to weighted pairs.
    pub(super) fn fit(pairs: &[(i16, i16, f32)], size: usize) -> Codebook {
        let mut exact: Vec<(i16, i16)> = pairs.iter().map(|&(a, b, _)| (a, b)).collect();
        exact.sort_unstable();
        exact.dedup();
        if exact.len() <= size {
            return Codebook { values: exact };
        }
        let mut codebook = Codebook::of(&split(points(pairs), size));
        for _ in 0..ROUNDS {
            let next = codebook.improved(pairs);
            if next.values == codebook.values {
                break;
            }
            codebook = next;
        }
        codebook
    }

    fn of(clusters: &[Vec<Point>]) -> Codebook {
        let means = clusters.iter().map(|cluster| mean(cluster));
        let mut values: Vec<_> = means
            .map(|[a, b]| {
                let back_off = match b.round() as i16 {
                    0 if b != 0.0 => 1,
                    back_off => back_off,
                };
                (a.round() as i16, back_off)
            })
            .collect();
        values.sort_unstable();
        values.dedup();
        Codebook { values }
    }

    /// Each value moved to the mean of the pairs nearest to it.
    fn improved(&self, pairs: &[(i16, i16, f32)]) -> Codebook {
        let mut clusters = vec![Vec::new(); self.values.len()];
        for point in points(pairs) {
            clusters[self.code(point.at[0] as i16, point.at[1] as i16) as usize].push(point);
        }
        clusters.retain(|cluster| !cluster.is_empty());
        Codebook::of(&clusters)
    }

    /// The code of the nearest value of those that back off at a cost, or of those that
    /// do not.
    pub(super) fn code(&self, cost: i16, back_off: i16) -> u32 {
        let from = self.values.partition_point(|&(value, _)| value < cost);
        let mut best = (i64::MAX, 0);
        let mut look = |index: usize| {
            let (a, b) = self.values[index];
            let is_alike = (b == 0) == (back_off == 0);
            let (da, db) = (
                i64::from(a) - i64::from(cost),
                i64::from(b) - i64::from(back_off),
            );
            if is_alike {
                best = best.min((da * da + db * db, index));
            }
            // Whether values further out along the first axis can be nearer.
            da * da <= best.0
        };
        for index in from..self.values.len() {
            if !look(index) {
                break;
            }
        }
        for index in (0..from).rev() {
            if !look(index) {
                break;
            }
        }
        best.1 as u32
    }

    /// The first cost that a code stands for.
    pub(super) fn cost(&self, code: u32) -> i32 {
        i32::from(self.values[code as usize].0)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let pairs = self.values.iter();
        pairs
            .flat_map(|(a, b)| [a.to_le_bytes(), b.to_le_bytes()])
            .flatten()
            .collect()
    }
}

/// The pairs in bins, each with its mean and weight.
fn points(pairs: &[(i16, i16, f32)]) -> Vec<Point> {
    let mut bins: BTreeMap<(i32, i32, bool), Point> = BTreeMap::new();
    for &(cost, back_off, weight) in pairs {
        let bin = (
            i32::from(cost).div_euclid(BIN),
            i32::from(back_off).div_euclid(BIN),
            back_off == 0,
        );
        let point = bins.entry(bin).or_insert(Point {
            at: [0.0; 2],
            weight: 0.0,
        });
        let weight = f64::from(weight.max(1e-6));
        point.at[0] += weight * f64::from(cost);
        point.at[1] += weight * f64::from(back_off);
        point.weight += weight;
    }
    let mean = |p: &Point| Point {
        at: p.at.map(|sum| sum / p.weight),
        weight: p.weight,
    };
    bins.values().map(mean).collect()
}

/// Splits the cluster with the largest error until there are `size`.
fn split(points: Vec<Point>, size: usize) -> Vec<Vec<Point>> {
    let (closed, open): (Vec<Point>, Vec<Point>) = points.into_iter().partition(Point::is_closed);
    let mut clusters = vec![closed, open];
    clusters.retain(|cluster| !cluster.is_empty());
    let mut errors: Vec<_> = clusters.iter().map(|cluster| widest(cluster)).collect();
    while clusters.len() < size {
        let worst = (0..errors.len()).max_by(|&a, &b| errors[a].0.total_cmp(&errors[b].0));
        let Some(worst) = worst.filter(|&worst| errors[worst].0 > 0.0) else {
            break;
        };
        let axis = errors[worst].1;
        let middle = mean(&clusters[worst])[axis];
        let (low, high): (Vec<Point>, Vec<Point>) = clusters[worst]
            .iter()
            .partition(|point| point.at[axis] < middle);
        if low.is_empty() || high.is_empty() {
            errors[worst].0 = 0.0;
            continue;
        }
        errors[worst] = widest(&low);
        errors.push(widest(&high));
        clusters[worst] = low;
        clusters.push(high);
    }
    clusters
}

fn mean(points: &[Point]) -> [f64; 2] {
    let weight: f64 = points.iter().map(|point| point.weight).sum();
    [0, 1].map(|axis| points.iter().map(|p| p.at[axis] * p.weight).sum::<f64>() / weight)
}

/// The squared error of the cluster along its wider axis, and that axis.
fn widest(points: &[Point]) -> (f64, usize) {
    if points.is_empty() {
        return (0.0, 0);
    }
    let mean = mean(points);
    let error = |axis: usize| {
        points
            .iter()
            .map(|p| (p.at[axis] - mean[axis]).powi(2) * p.weight)
            .sum::<f64>()
    };
    let (first, second) = (error(0), error(1));
    if first >= second {
        (first, 0)
    } else {
        (second, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_pairs_stay_exact() {
        let codebook = Codebook::fit(&[(5, 1, 1.0), (-3, 9, 1.0), (5, 1, 1.0)], 4);
        assert_eq!(codebook.values, [(-3, 9), (5, 1)]);
        assert_eq!(codebook.code(5, 1), 1);
        assert_eq!(codebook.to_bytes(), [253, 255, 9, 0, 5, 0, 1, 0]);
    }

    #[test]
    fn many_pairs_are_near_a_value() {
        let pairs: Vec<_> = (0..4000i32)
            .map(|n| ((n * 7919 % 4001) as i16, (n * 104_729 % 900) as i16, 1.0))
            .collect();
        let codebook = Codebook::fit(&pairs, 256);
        assert!(codebook.values.len() > 200);
        let error: f64 = pairs
            .iter()
            .map(|&(a, b, _)| {
                let (x, y) = codebook.values[codebook.code(a, b) as usize];
                f64::from(a - x).powi(2) + f64::from(b - y).powi(2)
            })
            .sum();
        // A square grid of 256 cells on 4000 by 900 has a mean square error of 2344.
        assert!(error / 4000.0 < 2600.0, "{}", error / 4000.0);
    }

    #[test]
    fn the_nearest_value_is_found() {
        let pairs: Vec<_> = (0..300i32)
            .map(|n| ((n * 31 % 997) as i16, (n * 57 % 91) as i16, 1.0))
            .collect();
        let codebook = Codebook::fit(&pairs, 32);
        for &(a, b, _) in &pairs {
            let distance = |&(x, y): &(i16, i16)| {
                (i64::from(x) - i64::from(a)).pow(2) + (i64::from(y) - i64::from(b)).pow(2)
            };
            let alike = |value: &&(i16, i16)| (value.1 == 0) == (b == 0);
            let values = codebook.values.iter().filter(alike);
            let best = values.map(distance).min().unwrap();
            assert!(alike(&&codebook.values[codebook.code(a, b) as usize]));
            assert_eq!(
                distance(&codebook.values[codebook.code(a, b) as usize]),
                best
            );
        }
    }
}
