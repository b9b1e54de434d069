//! Which words of two lines are the same ones.
//!
//! Word groups that stand exactly once in both lines are anchors; the longest
//! ascending chain of them cuts the lines into stretches (Bram Cohen's
//! "patience" difference), which are cut again by shorter groups and at last
//! aligned by Levenshtein distance. Time is close to linear in the length.

use rustc_hash::FxHashMap;

/// Words that are the same on both sides: `len` from `spun` and from `original` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) spun: usize,
    pub(super) original: usize,
    pub(super) len: usize,
}

/// Stretches up to this many cells are aligned by distance without looking for anchors.
const SMALL: usize = 1 << 12;
/// Stretches of more cells without an anchor are too different to align.
const LARGE: usize = 1 << 22;
/// Lengths of the word groups tried as anchors.
const GROUPS: [usize; 4] = [5, 3, 2, 1];

/// The blocks of words that two lines share, ascending, none touching the next on both sides.
pub(super) fn blocks(spun: &[u32], original: &[u32]) -> Vec<Block> {
    let mut matcher = Matcher {
        spun,
        original,
        found: Vec::new(),
        cells: Vec::new(),
    };
    matcher.stretch((0, spun.len()), (0, original.len()), &GROUPS);
    let mut joined: Vec<Block> = Vec::with_capacity(matcher.found.len());
    for block in matcher.found {
        match joined.last_mut() {
            Some(last)
                if last.spun + last.len == block.spun
                    && last.original + last.len == block.original =>
            {
                last.len += block.len;
            }
            _ => joined.push(block),
        }
    }
    joined
}

struct Matcher<'a> {
    spun: &'a [u32],
    original: &'a [u32],
    found: Vec<Block>,
    cells: Vec<u32>,
}

impl Matcher<'_> {
    fn push(&mut self, spun: usize, original: usize, len: usize) {
        if len > 0 {
            self.found.push(Block {
                spun,
                original,
                len,
            });
        }
    }

    fn stretch(
        &mut self,
        (mut a, mut b): (usize, usize),
        (mut x, mut y): (usize, usize),
        groups: &[usize],
    ) {
        let same = |(i, j): &(usize, usize)| self.spun[*i] == self.original[*j];
        let head = (a..b).zip(x..y).take_while(same).count();
        let tail = (a + head..b)
            .rev()
            .zip((x + head..y).rev())
            .take_while(same)
            .count();
        self.push(a, x, head);
        (a, x) = (a + head, x + head);
        (b, y) = (b - tail, y - tail);
        let size = (b - a).saturating_mul(y - x);
        if size > SMALL && !groups.is_empty() {
            self.anchored((a, b), (x, y), groups);
        } else if size > 0 && size <= LARGE {
            self.distance((a, b), (x, y));
        }
        self.push(b, y, tail);
    }

    /// Cuts a stretch at its anchors.
    fn anchored(&mut self, (a, b): (usize, usize), (x, y): (usize, usize), groups: &[usize]) {
        let Some((&length, shorter)) = groups.split_first() else {
            return;
        };
        let (mut from, mut at) = (a, x);
        for (i, j) in chain(&anchors(&self.spun[a..b], &self.original[x..y], length)) {
            let (i, j) = (a + i, x + j);
            // Groups overlap; what an earlier one took with it is passed over.
            if i < from || j < at {
                continue;
            }
            self.stretch((from, i), (at, j), shorter);
            self.push(i, j, length);
            (from, at) = (i + length, j + length);
        }
        self.stretch((from, b), (at, y), shorter);
    }

    /// Aligns a small stretch by Levenshtein distance, traced back from its end.
    fn distance(&mut self, (a, b): (usize, usize), (x, y): (usize, usize)) {
        let (rows, width) = (b - a, y - x + 1);
        let mut cells = std::mem::take(&mut self.cells);
        cells.clear();
        cells.resize((rows + 1) * width, 0);
        for (column, cell) in cells[..width].iter_mut().enumerate() {
            *cell = column as u32;
        }
        for row in 1..=rows {
            cells[row * width] = row as u32;
            for column in 1..width {
                let at = row * width + column;
                let differ = self.spun[a + row - 1] != self.original[x + column - 1];
                cells[at] = (cells[at - width - 1] + u32::from(differ))
                    .min(cells[at - width] + 1)
                    .min(cells[at - 1] + 1);
            }
        }
        let from = self.found.len();
        let (mut row, mut column) = (rows, width - 1);
        while row > 0 && column > 0 {
            let at = row * width + column;
            let same = self.spun[a + row - 1] == self.original[x + column - 1];
            if same && cells[at] == cells[at - width - 1] {
                (row, column) = (row - 1, column - 1);
                self.push(a + row, x + column, 1);
            } else if cells[at] == cells[at - width - 1] + 1 {
                (row, column) = (row - 1, column - 1);
            } else if cells[at] == cells[at - width] + 1 {
                row -= 1;
            } else {
                column -= 1;
            }
        }
        self.found[from..].reverse();
        self.cells = cells;
    }
}

/// Positions of the groups of `length` words that stand exactly once on both sides, by the first side.
fn anchors(spun: &[u32], original: &[u32], length: usize) -> Vec<(usize, usize)> {
    const TWICE: usize = usize::MAX;
    let mut once: FxHashMap<&[u32], (usize, usize)> = FxHashMap::default();
    for (at, group) in spun.windows(length).enumerate() {
        once.entry(group)
            .and_modify(|place| place.0 = TWICE)
            .or_insert((at, TWICE - 1));
    }
    for (at, group) in original.windows(length).enumerate() {
        if let Some(place) = once.get_mut(group) {
            place.1 = if place.1 == TWICE - 1 { at } else { TWICE };
        }
    }
    let mut found: Vec<_> = once
        .into_values()
        .filter(|&(i, j)| i != TWICE && j < TWICE - 1)
        .collect();
    found.sort_unstable();
    found
}

/// The longest chain of pairs that ascends on both sides; `pairs` ascends on the first.
fn chain(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // `ends[k]` is the pair that ends a chain of k + 1 pairs as early as possible.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![usize::MAX; pairs.len()];
    for (at, &(_, j)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < j);
        if length > 0 {
            before[at] = ends[length - 1];
        }
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut found = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied().unwrap_or(usize::MAX);
    while let Some(&pair) = pairs.get(at) {
        found.push(pair);
        at = before[at];
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<u32> {
        text.split(' ')
            .map(|word| unspin::token::hash_folded(word) as u32)
            .collect()
    }

    fn check(spun: &[u32], original: &[u32]) -> usize {
        let mut last = (0, 0);
        let mut shared = 0;
        for block in blocks(spun, original) {
            assert!(block.spun >= last.0 && block.original >= last.1 && block.len > 0);
            assert_eq!(
                spun[block.spun..block.spun + block.len],
                original[block.original..block.original + block.len]
            );
            last = (block.spun + block.len, block.original + block.len);
            shared += block.len;
        }
        shared
    }

    #[test]
    fn shared_words_are_found_around_differences() {
        let spun = words("the feline sat quietly on the old mat");
        let original = words("the cat sat on the ancient mat");
        assert_eq!(check(&spun, &original), 5);
    }

    #[test]
    fn long_lines_are_cut_at_anchors() {
        let original: Vec<u32> = (0..5000u32)
            .map(|n| n.wrapping_mul(2_654_435_761) >> 21)
            .collect();
        let mut spun = original.clone();
        for at in (3..5000).step_by(7) {
            spun[at] = 100_000 + at as u32;
        }
        spun.splice(2000..2100, []);
        let changed = (3..5000)
            .step_by(7)
            .filter(|at| !(2000..2100).contains(at))
            .count();
        assert!(check(&spun, &original) >= 4900 - changed - 5);
    }

    #[test]
    fn nothing_is_shared_by_strangers() {
        assert!(blocks(&[1, 2, 3], &[4, 5]).is_empty());
        assert!(blocks(&[], &[4, 5]).is_empty());
    }
}
