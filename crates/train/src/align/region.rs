//! Regions: the stretches of a pair of lines that differ, with the shared words around them.

use std::ops::Range;

use super::tokens::Block;

/// Shared words kept on either side of a difference: an entry of a spinner's
/// table often begins or ends with a word that stands on both sides.
pub(super) const CONTEXT: usize = 2;
/// Differences with at most this many shared words between them are one region.
const JOINED: usize = 3;
/// Words on one side from which a region is cut at the next shared words.
const LONG: usize = 40;
/// Longest difference, in words on either side, that can be a substitution;
/// longer ones are text that one copy lacks.
pub(super) const LONGEST_RUN: usize = 12;

/// A difference: what stands in one text where something else, or nothing, stands in the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) spun: Range<usize>,
    pub(super) original: Range<usize>,
}

/// One or more differences near each other, with shared words around and between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) spun: Range<usize>,
    pub(super) original: Range<usize>,
    pub(super) runs: Vec<Run>,
}

impl Region {
    /// The same region where the lines begin at `spun` and `original`.
    pub(super) fn moved(mut self, spun: usize, original: usize) -> Region {
        let shift = |range: &Range<usize>, by: usize| range.start + by..range.end + by;
        self.spun = shift(&self.spun, spun);
        self.original = shift(&self.original, original);
        for run in &mut self.runs {
            run.spun = shift(&run.spun, spun);
            run.original = shift(&run.original, original);
        }
        self
    }
}

/// The regions of a pair of lines whose shared words are `blocks`. Positions
/// are those of the blocks; `ends` are the lengths of the lines.
pub(super) fn regions(blocks: &[Block], ends: (usize, usize)) -> Vec<Region> {
    let end = Block {
        spun: ends.0,
        original: ends.1,
        len: 0,
    };
    let mut found: Vec<Region> = Vec::new();
    let mut at = (0, 0);
    // Shared words before the difference to come that no region has taken yet.
    let mut free = 0;
    let mut open = false;
    for block in blocks.iter().chain([&end]) {
        let run = Run {
            spun: at.0..block.spun,
            original: at.1..block.original,
        };
        let differs = !run.spun.is_empty() || !run.original.is_empty();
        let fits = run.spun.len() <= LONGEST_RUN && run.original.len() <= LONGEST_RUN;
        if differs && !fits {
            open = false;
            free = 0;
        } else if differs {
            match found.last_mut() {
                Some(last) if open && last.spun.len() < LONG => {
                    last.spun.end = run.spun.end;
                    last.original.end = run.original.end;
                    last.runs.push(run);
                }
                _ => {
                    let before = free.min(CONTEXT);
                    found.push(Region {
                        spun: run.spun.start - before..run.spun.end,
                        original: run.original.start - before..run.original.end,
                        runs: vec![run],
                    });
                }
            }
            open = true;
        }
        if block.len > 0 {
            let mut taken = 0;
            if let Some(last) = found.last_mut().filter(|_| open) {
                let long = last.spun.len() >= LONG;
                if block.len > JOINED || long {
                    taken = if long {
                        block.len.min(CONTEXT) / 2
                    } else {
                        CONTEXT
                    };
                    last.spun.end = block.spun + taken;
                    last.original.end = block.original + taken;
                    open = false;
                }
            }
            free = block.len - taken;
        }
        at = (block.spun + block.len, block.original + block.len);
    }
    // The line's end may cut the context of the last region short; what was
    // left open at the end takes the shared words that remain.
    if open {
        if let (Some(last), Some(block)) = (found.last_mut(), blocks.last()) {
            let reach = (block.spun + block.len).min(ends.0);
            if reach > last.spun.end && reach - last.spun.end <= JOINED {
                last.original.end += reach - last.spun.end;
                last.spun.end = reach;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tokens::blocks;
    use super::*;

    #[test]
    fn near_differences_join_and_far_ones_do_not() {
        let spun = [1, 2, 90, 4, 91, 6, 7, 8, 9, 10, 92, 12];
        let original = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        let found = regions(&blocks(&spun, &original), (12, 12));
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].spun.clone(), found[0].runs.len()), (0..7, 2));
        assert_eq!((found[1].spun.clone(), found[1].runs.len()), (8..12, 1));
    }

    #[test]
    fn text_that_one_side_lacks_is_no_region() {
        let original: Vec<u32> = (0..60).collect();
        let spun: Vec<u32> = (0..20).chain(40..60).collect();
        assert!(regions(&blocks(&spun, &original), (40, 60)).is_empty());
    }
}
