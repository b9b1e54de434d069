//! Which line of one text belongs to which of the other.
//!
//! Copies of a page lose captions, gain teasers and swap paragraphs, so lines
//! are partners when each is the other's best by the rarer words they share,
//! wherever they stand.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::Side;

/// Share of words in common (Dice) from which lines can be partners.
const ALIKE: f64 = 0.35;
/// Share of a text's words in partner lines below which its lines say little.
const LINES_FIT: f64 = 0.5;

/// Partner lines as ranges of tokens: spun, original.
pub(super) type Partners = Vec<(Range<usize>, Range<usize>)>;

/// The partner lines of two texts.
///
/// Where the line structure of the two has nothing in common (one of them
/// wrapped, or run together) the whole texts are one pair of lines.
pub(super) fn partners(spun: &Side, original: &Side) -> Partners {
    let (left, right) = (spun.lines(), original.lines());
    if left.len() == right.len() {
        let straight: Partners = left.iter().cloned().zip(right.iter().cloned()).collect();
        let alike = |(a, b): &(Range<usize>, Range<usize>)| {
            dice(&spun.words[a.clone()], &original.words[b.clone()]) >= ALIKE
        };
        if straight.iter().all(alike) {
            return straight;
        }
    }
    let found = best(spun, &left, original, &right);
    let covered: usize = found.iter().map(|(a, b)| a.len().min(b.len())).sum();
    let shorter = spun.words.len().min(original.words.len());
    if (covered as f64) < LINES_FIT * shorter as f64 {
        return vec![(0..spun.words.len(), 0..original.words.len())];
    }
    found
}

/// Lines that are each other's best.
fn best(spun: &Side, left: &[Range<usize>], original: &Side, right: &[Range<usize>]) -> Partners {
    let mut places: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (at, line) in right.iter().enumerate() {
        for &word in &original.words[line.clone()] {
            let lines = places.entry(word).or_default();
            if lines.last() != Some(&(at as u32)) {
                lines.push(at as u32);
            }
        }
    }
    // Words of many lines tell nothing and would make this quadratic.
    let common = 8.max(right.len() / 8);
    let mut scores: FxHashMap<u32, f64> = FxHashMap::default();
    let mut choice: Vec<Option<(usize, f64)>> = vec![None; left.len()];
    let mut chosen: Vec<Option<(usize, f64)>> = vec![None; right.len()];
    for (at, line) in left.iter().enumerate() {
        scores.clear();
        for word in &spun.words[line.clone()] {
            match places.get(word) {
                Some(lines) if lines.len() <= common => {
                    for &other in lines {
                        *scores.entry(other).or_default() += 1.0 / lines.len() as f64;
                    }
                }
                _ => {}
            }
        }
        for (&other, &shared) in &scores {
            let other = other as usize;
            let length = line.len().max(right[other].len()) as f64;
            // Of repeated lines the one that stands nearest is meant.
            let way = (at as f64 / left.len() as f64 - other as f64 / right.len() as f64).abs();
            let score = shared / length - 1e-3 * way;
            if choice[at].is_none_or(|(_, best)| score > best) {
                choice[at] = Some((other, score));
            }
            if chosen[other].is_none_or(|(_, best)| score > best) {
                chosen[other] = Some((at, score));
            }
        }
    }
    let mutual = choice.iter().enumerate().filter_map(|(at, best)| {
        let (other, _) = (*best)?;
        let (back, _) = chosen[other]?;
        (back == at).then(|| (left[at].clone(), right[other].clone()))
    });
    mutual
        .filter(|(a, b)| dice(&spun.words[a.clone()], &original.words[b.clone()]) >= ALIKE)
        .collect()
}

/// Dice coefficient of two bags of words, `0.0..=1.0`.
fn dice(left: &[u32], right: &[u32]) -> f64 {
    let sorted = |words: &[u32]| {
        let mut words = words.to_vec();
        words.sort_unstable();
        words
    };
    let (left, right) = (sorted(left), sorted(right));
    let (mut a, mut b, mut shared) = (0, 0, 0);
    while a < left.len() && b < right.len() {
        match left[a].cmp(&right[b]) {
            std::cmp::Ordering::Less => a += 1,
            std::cmp::Ordering::Greater => b += 1,
            std::cmp::Ordering::Equal => (a, b, shared) = (a + 1, b + 1, shared + 1),
        }
    }
    2.0 * f64::from(shared) / (left.len() + right.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(spun: &str, original: &str) -> Vec<(String, String)> {
        let (a, b) = (Side::new(spun), Side::new(original));
        let text = |side: &Side, text: &str, range: &Range<usize>| {
            let (first, last) = (&side.tokens[range.start], &side.tokens[range.end - 1]);
            text[first.start as usize..last.end as usize].to_string()
        };
        partners(&a, &b)
            .iter()
            .map(|(x, y)| (text(&a, spun, x), text(&b, original, y)))
            .collect()
    }

    #[test]
    fn lines_find_each_other_over_missing_and_swapped_ones() {
        let original = "The heron waits by the reeds.\nA caption nobody kept.\n\
                        Farmers sold seven goats on Monday.\nRain fell over the valley at noon.";
        let spun = "Rain fell over the vale at midday.\nThe heron waits close to the reeds.\n\
                    Growers sold seven goats on Monday.";
        let found = found(spun, original);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].1, "Rain fell over the valley at noon.");
        assert_eq!(found[1].1, "The heron waits by the reeds.");
        assert_eq!(found[2].1, "Farmers sold seven goats on Monday.");
    }

    #[test]
    fn run_together_lines_are_one() {
        let original = "One bird sings here\nAnd another one answers it\nThen silence falls again";
        let spun = original.replace('\n', " ");
        assert_eq!(found(&spun, original).len(), 1);
    }
}
