//! Cutting regions into copied words and phrase pairs, at the least cost.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::region::Region;
use super::{extend_hash, phrase_hash, Alignment, Lexicon, LONGEST};

/// Cost of a word left alone, in nats.
const COPY: f32 = 0.15;
/// Cost of a phrase pair that the lexicon lacks, and of each of its words.
const UNKNOWN: f32 = 9.0;
const UNKNOWN_WORD: f32 = 1.0;
/// Cost of a word that only one text has.
const ALONE: f32 = 8.0;
/// Longest side of an unknown pair, other than a whole difference.
const UNKNOWN_LONGEST: usize = 3;
/// How far a path may stray from the first alignment, in words.
const BAND: usize = 5;

/// A phrase of the spun text and the one it stands for, as ranges of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Tokens of the spun text.
    pub spun: Range<usize>,
    /// Tokens of the original.
    pub original: Range<usize>,
    /// Whether the lexicon has the pair.
    pub known: bool,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    cost: f32,
    /// Lengths of the step that led here; no step, no way.
    step: (u8, u8),
    known: bool,
}

const UNREACHED: Node = Node {
    cost: f32::INFINITY,
    step: (0, 0),
    known: false,
};

/// Cuts regions by a lexicon; keeps its memory between texts.
#[derive(Debug)]
pub struct Segmenter<'a> {
    lexicon: &'a Lexicon,
    nodes: Vec<Node>,
    /// Hashes of the original's phrases: from each word, by length.
    hashes: Vec<[u64; LONGEST]>,
}

impl<'a> Segmenter<'a> {
    /// A segmenter.
    #[must_use]
    pub fn new(lexicon: &'a Lexicon) -> Segmenter<'a> {
        Segmenter {
            lexicon,
            nodes: Vec::new(),
            hashes: Vec::new(),
        }
    }

    /// The pieces of two texts that are not copied words, ascending in each line.
    pub fn segment(&mut self, alignment: &Alignment) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for region in &alignment.regions {
            self.region(alignment, region, &mut pieces);
        }
        pieces
    }

    fn region(&mut self, alignment: &Alignment, region: &Region, pieces: &mut Vec<Piece>) {
        let (a, b) = (&region.spun, &region.original);
        let (rows, width) = (a.len(), b.len() + 1);
        self.hash_original(alignment, b);
        self.nodes.clear();
        self.nodes.resize((rows + 1) * width, UNREACHED);
        self.nodes[0].cost = 0.0;
        for row in 0..=rows {
            let i = a.start + row;
            let (low, high) = band(region, i);
            let senses = self.senses(alignment, a, i);
            for column in low - b.start..=high - b.start {
                let j = b.start + column;
                let from = self.nodes[row * width + column].cost;
                if from == f32::INFINITY {
                    continue;
                }
                let mut step = |spun: usize, original: usize, cost: f32, known: bool| {
                    let node = &mut self.nodes[(row + spun) * width + column + original];
                    if from + cost < node.cost {
                        let step = (spun as u8, original as u8);
                        *node = Node {
                            cost: from + cost,
                            step,
                            known,
                        };
                    }
                };
                let (left, right) = (a.end - i, b.end - j);
                if left > 0 && right > 0 && alignment.spun.words[i] == alignment.original.words[j] {
                    step(1, 1, COPY, false);
                }
                for (length, senses) in &senses {
                    for sense in *senses {
                        if sense.original_len <= right
                            && self.hashes[column][sense.original_len - 1] == sense.original
                            && alignment.may_pair(&(i..i + length), &(j..j + sense.original_len))
                        {
                            step(*length, sense.original_len, sense.cost, true);
                        }
                    }
                }
                if left > 0 {
                    step(1, 0, ALONE, false);
                }
                if right > 0 {
                    step(0, 1, ALONE, false);
                }
                let run = region
                    .runs
                    .iter()
                    .find(|run| (run.spun.start, run.original.start) == (i, j));
                let run = run.map(|run| (run.spun.len(), run.original.len()));
                let short = (1..=left.min(UNKNOWN_LONGEST))
                    .flat_map(|m| (1..=right.min(UNKNOWN_LONGEST)).map(move |n| (m, n)));
                for (m, n) in short.chain(run) {
                    if alignment.may_pair(&(i..i + m), &(j..j + n)) {
                        step(m, n, UNKNOWN + UNKNOWN_WORD * (m + n) as f32, false);
                    }
                }
            }
        }
        self.trace(alignment, region, pieces);
    }

    /// The known phrases that begin at `at`, with what they may stand for.
    fn senses(
        &self,
        alignment: &Alignment,
        within: &Range<usize>,
        at: usize,
    ) -> Vec<(usize, &'a [super::lexicon::Sense])> {
        let mut hash = phrase_hash(&[]);
        let mut found = Vec::new();
        let words = &alignment.spun.words[at..within.end];
        for (length, &word) in words.iter().take(self.lexicon.longest_spun).enumerate() {
            hash = extend_hash(hash, word);
            let senses = self.lexicon.senses(hash);
            if !senses.is_empty() {
                found.push((length + 1, senses));
            }
        }
        found
    }

    fn hash_original(&mut self, alignment: &Alignment, range: &Range<usize>) {
        self.hashes.clear();
        let words = &alignment.original.words[range.clone()];
        for from in 0..=words.len() {
            let mut hashes = [0; LONGEST];
            let mut hash = phrase_hash(&[]);
            for (slot, &word) in hashes.iter_mut().zip(&words[from..]) {
                hash = extend_hash(hash, word);
                *slot = hash;
            }
            self.hashes.push(hashes);
        }
    }

    /// Walks back from the end; a region whose end was not reached gives nothing.
    fn trace(&self, alignment: &Alignment, region: &Region, pieces: &mut Vec<Piece>) {
        let width = region.original.len() + 1;
        let (mut row, mut column) = (region.spun.len(), width - 1);
        let from = pieces.len();
        while row > 0 || column > 0 {
            let node = &self.nodes[row * width + column];
            if node.step == (0, 0) {
                pieces.truncate(from);
                return;
            }
            let (end, original_end) = (region.spun.start + row, region.original.start + column);
            row -= usize::from(node.step.0);
            column -= usize::from(node.step.1);
            let spun = region.spun.start + row..end;
            let original = region.original.start + column..original_end;
            let alone = spun.is_empty() || original.is_empty();
            let copied = !alone
                && node.step == (1, 1)
                && !node.known
                && alignment.spun.words[spun.start] == alignment.original.words[original.start];
            if !copied && !alone {
                pieces.push(Piece {
                    spun,
                    original,
                    known: node.known,
                });
            }
        }
        pieces[from..].reverse();
    }
}

/// Columns that a path may pass in the row of spun token `at`.
fn band(region: &Region, at: usize) -> (usize, usize) {
    let mut low = region.original.start;
    let mut high = region.original.end;
    for run in &region.runs {
        if run.spun.end < at {
            low = run.original.end + (at - run.spun.end);
        } else if run.spun.start <= at {
            low = low.max(run.original.start);
            high = run.original.end;
            if run.spun.end == at {
                low = run.original.start;
            }
            break;
        } else {
            high = run.original.start - (run.spun.start - at).min(run.original.start);
            break;
        }
    }
    if let Some(last) = region.runs.last() {
        if at > last.spun.end {
            high = last.original.end + (at - last.spun.end);
        }
    }
    let low = low.saturating_sub(BAND).max(region.original.start);
    let high = (high + BAND).min(region.original.end);
    (low.min(high), high)
}

/// How often phrase pairs were used: in all, and without a capital.
#[derive(Debug, Default)]
pub struct Uses {
    pub(super) pairs: FxHashMap<(u64, u64), (u32, u32)>,
}

impl Uses {
    /// Counts a piece among the uses of its pair.
    pub fn count(&mut self, alignment: &Alignment, piece: &Piece) {
        let spun = phrase_hash(&alignment.spun.words[piece.spun.clone()]);
        let original = phrase_hash(&alignment.original.words[piece.original.clone()]);
        let uses = self.pairs.entry((spun, original)).or_default();
        uses.0 += 1;
        uses.1 += u32::from(alignment.original.is_lower(&piece.original));
    }
}
