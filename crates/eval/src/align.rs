//! Alignment of token sequences by Levenshtein distance.
//!
//! Ties prefer match, then substitution, deletion, insertion, decided from the
//! end backwards, so that equal texts align equally everywhere. Only the
//! diagonals that a path of the supposed distance can touch are computed; the
//! supposition doubles until it holds. Every cheapest path then lies inside the
//! band, where its costs are exact, so the band decides no tie. Of the rows
//! only some are kept; tracing back fills in those between again.

use crate::vocabulary::WordId;

/// A run of tokens that differs: `start..end` of the first sequence stands
/// where the second one has `tokens`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenEdit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) tokens: Vec<WordId>,
}

/// The distance of two texts and the runs that differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Alignment {
    pub(crate) distance: u64,
    pub(crate) edits: Vec<TokenEdit>,
}

/// Aligns line by line where both have the same number of lines, otherwise as
/// a whole. Edits count the tokens of all lines of `a`.
pub(crate) fn align_lines(a: &[Vec<WordId>], b: &[Vec<WordId>]) -> Alignment {
    if a.len() != b.len() {
        return align(&a.concat(), &b.concat());
    }
    let (mut whole, mut before) = (Alignment::default(), 0);
    for (x, y) in a.iter().zip(b) {
        let line = align(x, y);
        whole.distance += line.distance;
        whole
            .edits
            .extend(line.edits.into_iter().map(|edit| TokenEdit {
                start: edit.start + before,
                end: edit.end + before,
                tokens: edit.tokens,
            }));
        before += x.len();
    }
    whole
}

/// Aligns two sequences.
pub(crate) fn align(a: &[WordId], b: &[WordId]) -> Alignment {
    let head = a.iter().zip(b).take_while(|(p, q)| p == q).count();
    let (x, y) = (&a[head..], &b[head..]);
    let tail = x
        .iter()
        .rev()
        .zip(y.iter().rev())
        .take_while(|(p, q)| p == q)
        .count();
    let (x, y) = (&x[..x.len() - tail], &y[..y.len() - tail]);
    if x.is_empty() && y.is_empty() {
        return Alignment::default();
    }
    let (distance, steps) = path(x, y);

    let mut edits: Vec<TokenEdit> = Vec::new();
    let (mut i, mut j, mut open) = (head, head, false);
    for step in steps {
        let (down, right) = (step != Step::Insert, step != Step::Delete);
        if step == Step::Match {
            open = false;
        } else {
            if !open {
                edits.push(TokenEdit {
                    start: i,
                    end: i,
                    tokens: Vec::new(),
                });
                open = true;
            }
            if let Some(edit) = edits.last_mut() {
                edit.end += usize::from(down);
                edit.tokens.extend(right.then(|| b[j]));
            }
        }
        i += usize::from(down);
        j += usize::from(right);
    }
    Alignment { distance, edits }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Match,
    Substitute,
    Delete,
    Insert,
}

/// More than any distance, and far enough from overflow to add one.
const FAR: u32 = u32::MAX / 2;

fn path(x: &[WordId], y: &[WordId]) -> (u64, Vec<Step>) {
    let mut supposed = x.len().abs_diff(y.len()).max(16);
    loop {
        let band = Band::new(x, y, supposed);
        let (distance, kept) = band.fill();
        if distance as usize <= supposed {
            return (u64::from(distance), band.trace(&kept));
        }
        supposed *= 2;
    }
}

/// The part of the matrix that paths up to a supposed cost can touch.
///
/// Row `i` holds the columns `i + low ..= i + high`, `i` counting tokens of
/// `x` and columns tokens of `y`. A cell has the same index in its row as its
/// diagonal neighbour in the row above.
struct Band<'a> {
    x: &'a [WordId],
    y: &'a [WordId],
    low: isize,
    width: usize,
    /// Every so many rows one is kept.
    stride: usize,
}

impl<'a> Band<'a> {
    fn new(x: &'a [WordId], y: &'a [WordId], supposed: usize) -> Band<'a> {
        let (n, m) = (x.len() as isize, y.len() as isize);
        // A path that strays from the diagonals between both corners pays for
        // each step away and for each step back.
        let slack = (supposed as isize - (m - n).abs()) / 2;
        let low = ((m - n).min(0) - slack).max(-n);
        let high = ((m - n).max(0) + slack).min(m);
        // Kept rows hold four bytes a cell, the rows between one.
        let stride = (2.0 * (x.len() as f64).sqrt()).ceil().max(64.0) as usize;
        Band {
            x,
            y,
            low,
            width: (high - low + 1) as usize,
            stride,
        }
    }

    /// The cells of row `i` that lie inside the matrix.
    fn inside(&self, i: usize) -> std::ops::Range<usize> {
        let left = i as isize + self.low;
        let start = (-left).max(0) as usize;
        let end = (self.y.len() as isize - left + 1).clamp(0, self.width as isize) as usize;
        start.min(end)..end
    }

    fn first_row(&self) -> Vec<u32> {
        let mut row = vec![FAR; self.width];
        for cell in self.inside(0) {
            row[cell] = (cell as isize + self.low) as u32;
        }
        row
    }

    /// Computes row `i` from the one above; `note` hears of each cell and the
    /// last step of its cheapest path.
    fn next_row(
        &self,
        i: usize,
        above: &[u32],
        row: &mut [u32],
        mut note: impl FnMut(usize, Step),
    ) {
        row.fill(FAR);
        let word = self.x[i - 1];
        for cell in self.inside(i) {
            let j = (i as isize + self.low + cell as isize) as usize;
            let delete = above.get(cell + 1).map_or(FAR, |cost| cost + 1);
            let insert = if cell > 0 { row[cell - 1] + 1 } else { FAR };
            let same = j > 0 && self.y[j - 1] == word;
            let diagonal = if j > 0 {
                above[cell] + u32::from(!same)
            } else {
                FAR
            };
            let cost = diagonal.min(delete).min(insert).min(FAR);
            row[cell] = cost;
            let step = if cost == diagonal {
                if same {
                    Step::Match
                } else {
                    Step::Substitute
                }
            } else if cost == delete {
                Step::Delete
            } else {
                Step::Insert
            };
            note(cell, step);
        }
    }

    /// The distance, and the rows `0, stride, 2 * stride, …`.
    fn fill(&self) -> (u32, Vec<Vec<u32>>) {
        let mut above = self.first_row();
        let mut row = above.clone();
        let mut kept = vec![above.clone()];
        for i in 1..=self.x.len() {
            self.next_row(i, &above, &mut row, |_, _| {});
            std::mem::swap(&mut above, &mut row);
            if i % self.stride == 0 {
                kept.push(above.clone());
            }
        }
        let corner = self.y.len() as isize - self.x.len() as isize - self.low;
        (above[corner as usize], kept)
    }

    /// The steps of the preferred cheapest path, first step first.
    fn trace(&self, kept: &[Vec<u32>]) -> Vec<Step> {
        let (mut i, mut j) = (self.x.len(), self.y.len());
        let mut path = Vec::with_capacity(i.max(j));
        let mut steps = vec![Step::Match; self.width * self.stride.min(i)];
        while i > 0 {
            let base = (i - 1) / self.stride * self.stride;
            let mut above = kept[base / self.stride].clone();
            let mut row = above.clone();
            for k in base + 1..=i {
                let offset = (k - base - 1) * self.width;
                self.next_row(k, &above, &mut row, |cell, step| {
                    steps[offset + cell] = step;
                });
                std::mem::swap(&mut above, &mut row);
            }
            while i > base {
                let cell = (j as isize - i as isize - self.low) as usize;
                let step = steps[(i - base - 1) * self.width + cell];
                path.push(step);
                i -= usize::from(step != Step::Insert);
                j -= usize::from(step != Step::Delete);
            }
        }
        path.resize(path.len() + j, Step::Insert);
        path.reverse();
        path
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vocabulary::Vocabulary;

    fn ids(letters: &str) -> Vec<WordId> {
        let mut vocabulary = Vocabulary::default();
        // All 256 in order, so that the same letter has the same id everywhere.
        for byte in 0..=255u8 {
            vocabulary.intern(&byte.to_string());
        }
        letters
            .bytes()
            .map(|byte| vocabulary.intern(&byte.to_string()))
            .collect()
    }

    /// The whole matrix, traced back by comparing costs.
    fn whole_matrix(x: &[WordId], y: &[WordId]) -> (u64, Vec<Step>) {
        let (n, m) = (x.len(), y.len());
        let mut cost = vec![vec![0; m + 1]; n + 1];
        for i in 0..=n {
            for j in 0..=m {
                cost[i][j] = match (i, j) {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => (cost[i - 1][j - 1] + usize::from(x[i - 1] != y[j - 1]))
                        .min(cost[i - 1][j] + 1)
                        .min(cost[i][j - 1] + 1),
                };
            }
        }
        let (mut i, mut j, mut steps) = (n, m, Vec::new());
        while i > 0 || j > 0 {
            let both = i > 0 && j > 0;
            if both && x[i - 1] == y[j - 1] && cost[i][j] == cost[i - 1][j - 1] {
                steps.push(Step::Match);
                (i, j) = (i - 1, j - 1);
            } else if both && cost[i][j] == cost[i - 1][j - 1] + 1 {
                steps.push(Step::Substitute);
                (i, j) = (i - 1, j - 1);
            } else if i > 0 && cost[i][j] == cost[i - 1][j] + 1 {
                steps.push(Step::Delete);
                i -= 1;
            } else {
                steps.push(Step::Insert);
                j -= 1;
            }
        }
        steps.reverse();
        (cost[n][m] as u64, steps)
    }

    fn summary(a: &str, b: &str) -> Vec<(usize, usize, usize)> {
        let edits = align(&ids(a), &ids(b)).edits;
        edits
            .iter()
            .map(|edit| (edit.start, edit.end, edit.tokens.len()))
            .collect()
    }

    #[test]
    fn runs_that_differ() {
        assert_eq!(summary("", ""), []);
        assert_eq!(summary("abc", "abc"), []);
        assert_eq!(summary("", "ab"), [(0, 0, 2)]);
        assert_eq!(summary("ab", ""), [(0, 2, 0)]);
        assert_eq!(summary("axc", "abc"), [(1, 2, 1)]);
        assert_eq!(summary("axcyd", "abbcd"), [(1, 4, 3)]);
        assert_eq!(summary("axcdeyf", "abbcdef"), [(1, 2, 2), (5, 6, 0)]);
    }

    #[test]
    fn long_line_with_another_length() {
        let a = "abcdefgh".repeat(60);
        let b = format!("{}{}", "xyz".repeat(90), "abdefghh".repeat(40));
        let (a, b) = (ids(&a), ids(&b));
        assert_eq!(path(&a, &b), whole_matrix(&a, &b));
        assert_eq!(path(&b, &a), whole_matrix(&b, &a));
        assert_eq!(path(&a, &[]), whole_matrix(&a, &[]));
    }

    proptest! {
        #[test]
        fn band_equals_whole_matrix(a in "[abc]{0,90}", b in "[abc]{0,90}") {
            let (a, b) = (ids(&a), ids(&b));
            prop_assert_eq!(path(&a, &b), whole_matrix(&a, &b));
        }

        #[test]
        fn strides_join(a in "[a-d]{150,200}", cut in 0usize..150, more in "[a-d]{0,60}") {
            let b = format!("{}{more}{}", &a[..cut / 2], &a[cut..]);
            let (a, b) = (ids(&a), ids(&b));
            prop_assert_eq!(path(&a, &b), whole_matrix(&a, &b));
        }
    }
}
