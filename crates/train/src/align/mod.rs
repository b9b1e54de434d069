//! Alignment: which phrases of a spun text stand for which of its original.
//!
//! # Overview
//!
//! [`Alignment`] lays two texts side by side: partner lines, then the words
//! that both share, then regions that differ. Where two substitutions
//! touch, or begin or end with a word that stands on both sides, one pair of
//! texts cannot say where the phrases end. The statistics of all pairs can:
//!
//! 1. [`Candidates`] counts every phrase pair that a difference could be, with
//!    zero, one or two shared words of context, as in phrase extraction
//!    (Och and Ney, "A systematic comparison of various statistical alignment
//!    models", 2003).
//! 2. [`Lexicon`] keeps those that their parts do not explain: a pair stays
//!    when its original is replaced significantly more often than the shorter
//!    pairs inside would have it (log-likelihood ratio, Dunning 1993; for phrase
//!    tables Johnson et al., "Improving translation quality by discarding most
//!    of the phrasetable", 2007).
//! 3. [`Segmenter`] cuts each region into copied words and phrase pairs at the
//!    least cost (the segmental hidden Markov model of Deng and Byrne, "HMM word
//!    and phrase alignment for statistical machine translation", 2005). What it
//!    uses is counted anew, and what is unknown becomes a new candidate.

mod candidates;
mod lexicon;
mod lines;
mod region;
mod segment;
mod tokens;

use std::ops::Range;

use unspin::token::{tokenize, Case, Gap, Kind, Token};

pub use self::candidates::Candidates;
pub use self::lexicon::{Lexicon, Totals};
use self::region::Region;
pub use self::segment::{Piece, Segmenter, Uses};
use crate::pairs::Substitution;

/// Longest phrase, in tokens.
pub const LONGEST: usize = 9;

/// A text as the alignment sees it.
#[derive(Debug, Default)]
struct Side {
    tokens: Vec<Token>,
    /// A short hash of each token's folded form. Different words share one in
    /// a few of a billion cases, which can only cost a phrase pair.
    words: Vec<u32>,
}

impl Side {
    fn new(text: &str) -> Side {
        let tokens = tokenize(text);
        let words = tokens
            .iter()
            .map(|token| (token.hash >> 32) as u32)
            .collect();
        Side { tokens, words }
    }

    /// The lines, as ranges of tokens.
    fn lines(&self) -> Vec<Range<usize>> {
        let mut lines = Vec::new();
        let mut from = 0;
        for (at, token) in self.tokens.iter().enumerate().skip(1) {
            if token.gap == Gap::Break {
                lines.push(from..at);
                from = at;
            }
        }
        if from < self.tokens.len() {
            lines.push(from..self.tokens.len());
        }
        lines
    }

    /// Whether the tokens touch, so that no phrase boundary that needs a space fits before `at`.
    fn touches(&self, at: usize) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.gap == Gap::None)
    }

    /// Whether a line ends within the range.
    fn breaks(&self, range: &Range<usize>) -> bool {
        self.tokens[range.clone()]
            .iter()
            .skip(1)
            .any(|token| token.gap == Gap::Break)
    }

    /// The text's bytes that the tokens cover.
    fn bytes(&self, range: &Range<usize>) -> Range<usize> {
        self.tokens[range.start].start as usize..self.tokens[range.end - 1].end as usize
    }

    /// Whether no token has a capital.
    fn is_lower(&self, range: &Range<usize>) -> bool {
        self.tokens[range.clone()]
            .iter()
            .all(|token| token.case == Case::Lower)
    }

    /// Whether the token can be part of a phrase without having changed.
    fn is_wordy(&self, at: usize) -> bool {
        matches!(
            self.tokens[at].kind,
            Kind::Word | Kind::Number | Kind::Clitic
        )
    }
}

/// Hash of a phrase.
fn phrase_hash(words: &[u32]) -> u64 {
    words.iter().fold(0x51_7c_c1_b7_27_22_0a_95, |hash, &word| {
        extend_hash(hash, word)
    })
}

/// Hash of a phrase that goes on with `word`.
fn extend_hash(hash: u64, word: u32) -> u64 {
    let mixed = (hash.rotate_left(23) ^ u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 32)
}

/// A spun text and its original, side by side.
#[derive(Debug)]
pub struct Alignment {
    spun: Side,
    original: Side,
    partners: lines::Partners,
    regions: Vec<Region>,
    shared: usize,
}

impl Alignment {
    /// Aligns two texts.
    #[must_use]
    pub fn new(spun: &str, original: &str) -> Alignment {
        let (spun, original) = (Side::new(spun), Side::new(original));
        let partners = lines::partners(&spun, &original);
        let mut regions = Vec::new();
        let mut shared = 0;
        for (left, right) in &partners {
            let blocks = tokens::blocks(&spun.words[left.clone()], &original.words[right.clone()]);
            shared += blocks.iter().map(|block| block.len).sum::<usize>();
            let found = region::regions(&blocks, (left.len(), right.len()));
            regions.extend(
                found
                    .into_iter()
                    .map(|region| region.moved(left.start, right.start)),
            );
        }
        Alignment {
            spun,
            original,
            partners,
            regions,
            shared,
        }
    }

    /// Share of the shorter text's words that stand in the other, `0.0..=1.0`.
    ///
    /// Copies of one article share over half of their words however hard they
    /// were spun; texts on different matters that are aligned by force share
    /// less than a third.
    #[must_use]
    pub fn fit(&self) -> f64 {
        let shorter = self.spun.words.len().min(self.original.words.len());
        self.shared as f64 / shorter.max(1) as f64
    }

    /// Words of the original that have a partner line.
    #[must_use]
    pub fn words(&self) -> usize {
        self.partners
            .iter()
            .map(|(_, original)| original.len())
            .sum()
    }

    /// The substitutions that pieces stand for, in bytes of the spun text.
    #[must_use]
    pub fn substitutions(&self, original: &str, pieces: &[Piece]) -> Vec<Substitution> {
        let substitution = |piece: &Piece| {
            let bytes = self.spun.bytes(&piece.spun);
            Substitution {
                start: bytes.start,
                end: bytes.end,
                original: original[self.original.bytes(&piece.original)].to_string(),
            }
        };
        let mut all: Vec<Substitution> = pieces.iter().map(substitution).collect();
        all.sort_by_key(|substitution| substitution.start);
        all
    }
}
