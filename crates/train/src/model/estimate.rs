//! Probabilities from counts, for a given choice of n-grams.
//!
//! Interpolated modified Kneser–Ney smoothing, in the form that allows for
//! pruning (after Siivola, Hirsimäki & Virpioja, "On Growing and Pruning
//! Kneser–Ney Smoothed N-Gram Models", 2007): what a shorter history has to
//! explain is what the longer ones leave over, the discount of an n-gram that
//! is kept and the whole count of one that is not.

use super::counts::{word_at, Discounts};
use super::table::Table;

/// Which pairs and triples a model holds.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) pairs: Vec<bool>,
    pub(super) triples: Vec<bool>,
}

impl Kept {
    pub(super) fn all(table: &Table) -> Kept {
        Kept {
            pairs: vec![true; table.pairs.len()],
            triples: vec![true; table.triples.len()],
        }
    }
}

/// Interpolated probabilities: of every pair and triple of the table,
/// whether kept or not, as the model sees it.
#[derive(Debug)]
pub(super) struct Estimate {
    pub(super) words: Vec<f32>,
    pub(super) pairs: Vec<f32>,
    pub(super) triples: Vec<f32>,
    /// Share of all words that follow each pair, and that follow each word.
    pub(super) after_pair: Vec<f32>,
    pub(super) after_word: Vec<f32>,
    /// Share of each history that the shorter ones explain.
    pub(super) rest_of_pair: Vec<f32>,
    pub(super) rest_of_word: Vec<f32>,
}

impl Estimate {
    pub(super) fn new(table: &Table, kept: &Kept) -> Estimate {
        let (mass, kinds, unit) = pair_counts(table, kept);
        let discounts = Discounts::of(kinds.iter().copied());
        // What a pair leaves over, in the units of its triples' weights.
        let left =
            |pair: usize| (unit[pair] * discounts.of_count(kinds[pair])).min(mass[pair] * 0.9);
        let mut words = vec![0.0f64; table.words];
        let mut after_word = vec![0.0f32; table.words];
        let mut rest_of_word = vec![0.0f32; table.words];
        for first in 0..table.words {
            let (mut total, mut rest) = (0.0f64, 0.0f64);
            for pair in table.pairs_of(first) {
                let over = if kept.pairs[pair] {
                    left(pair)
                } else {
                    mass[pair]
                };
                total += f64::from(mass[pair]);
                rest += f64::from(over);
                words[word_at(table.pairs[pair], 0) as usize] += f64::from(over);
            }
            after_word[first] = total as f32;
            rest_of_word[first] = if total > 0.0 {
                (rest / total) as f32
            } else {
                1.0
            };
        }
        // Every word gets a little: one that only ever follows kept pairs as well.
        let floor = 0.05;
        let all = words.iter().sum::<f64>() + floor * words.len() as f64;
        let words: Vec<f32> = words
            .iter()
            .map(|mass| ((mass + floor) / all) as f32)
            .collect();
        let mut pairs = vec![0.0f32; table.pairs.len()];
        for first in 0..table.words {
            for pair in table.pairs_of(first) {
                let word = word_at(table.pairs[pair], 0) as usize;
                pairs[pair] = rest_of_word[first] * words[word];
                if kept.pairs[pair] && mass[pair] > 0.0 {
                    pairs[pair] += (mass[pair] - left(pair)) / after_word[first];
                }
            }
        }
        let mut triples = vec![0.0f32; table.triples.len()];
        let mut after_pair = vec![0.0f32; table.pairs.len()];
        let mut rest_of_pair = vec![1.0f32; table.pairs.len()];
        for head in 0..table.pairs.len() {
            let range = table.triples_of(head);
            let (mut total, mut rest) = (0.0f64, 0.0f64);
            for triple in range.clone() {
                total += f64::from(table.counts[triple]);
                let over = if kept.triples[triple] {
                    table.discounts[triple]
                } else {
                    table.counts[triple]
                };
                rest += f64::from(over);
            }
            after_pair[head] = total as f32;
            if total > 0.0 {
                rest_of_pair[head] = (rest / total) as f32;
            }
            for triple in range {
                triples[triple] = rest_of_pair[head] * pairs[table.suffixes[triple] as usize];
                if kept.triples[triple] && total > 0.0 {
                    triples[triple] +=
                        (table.counts[triple] - table.discounts[triple]) / total as f32;
                }
            }
        }
        let all: f64 = after_pair
            .iter()
            .map(|&count| f64::from(count))
            .sum::<f64>()
            .max(1.0);
        let share = |counts: Vec<f32>| -> Vec<f32> {
            counts
                .into_iter()
                .map(|count| (f64::from(count) / all) as f32)
                .collect()
        };
        Estimate {
            words,
            pairs,
            triples,
            after_pair: share(after_pair),
            after_word: share(after_word),
            rest_of_pair,
            rest_of_word,
        }
    }
}

/// Of each pair: what is left for it to explain, by how many triples, and
/// how much one of those weighs.
fn pair_counts(table: &Table, kept: &Kept) -> (Vec<f32>, Vec<u32>, Vec<f32>) {
    let mut mass = vec![0.0f32; table.pairs.len()];
    let mut kinds = vec![0u32; table.pairs.len()];
    let mut weight = vec![0.0f32; table.pairs.len()];
    for (triple, &pair) in table.suffixes.iter().enumerate() {
        let count = table.counts[triple];
        if count <= 0.0 {
            continue;
        }
        let pair = pair as usize;
        mass[pair] += if kept.triples[triple] {
            table.discounts[triple]
        } else {
            count
        };
        kinds[pair] += 1;
        // A discount is some three quarters of the weight of its text.
        weight[pair] += (table.discounts[triple] / 0.75).min(count);
    }
    for &(pair, count) in &table.openings {
        let pair = pair as usize;
        mass[pair] += count;
        kinds[pair] += count as u32;
        weight[pair] += count;
    }
    let unit = weight
        .iter()
        .zip(&kinds)
        .map(|(weight, &kinds)| weight / kinds.max(1) as f32);
    let unit = unit.collect();
    (mass, kinds, unit)
}

#[cfg(test)]
mod tests {
    use super::super::counts::{pair, Counts};
    use super::super::vocabulary::BREAK;
    use super::*;

    fn table() -> Table {
        let mut counts = Counts::default();
        let stream: Vec<u32> = (0..400u32)
            .map(|n| {
                if n % 9 == 0 {
                    BREAK
                } else {
                    2 + (n * n / 7) % 5
                }
            })
            .collect();
        counts.add(&stream, 1.0);
        Table::new(7, counts, Vec::new(), &[])
    }

    #[test]
    fn probabilities_add_up() {
        let table = table();
        let mut kept = Kept::all(&table);
        for round in 0..2 {
            let estimate = Estimate::new(&table, &kept);
            let sum: f32 = estimate.words.iter().sum();
            assert!((sum - 1.0).abs() < 1e-4, "{sum}");
            for first in 2..7 {
                let mut sum = 0.0;
                for word in 0..7 {
                    sum += match table.pair(pair(first, word)) {
                        Some(index) => estimate.pairs[index],
                        None => {
                            estimate.rest_of_word[first as usize] * estimate.words[word as usize]
                        }
                    };
                }
                assert!((sum - 1.0).abs() < 1e-3, "round {round}: {sum}");
            }
            kept.triples
                .iter_mut()
                .step_by(3)
                .for_each(|kept| *kept = false);
            kept.pairs
                .iter_mut()
                .step_by(4)
                .for_each(|kept| *kept = false);
        }
    }
}
