//! A low-level door for the benchmarks of this repository: parts of the road
//! that the library does not offer alone. No part of its surface.

use crate::dict::Dictionary;
use crate::matches::Match;
use crate::scan::{scan, scan_scalar};
use crate::token::{self, tokenize_into, Token};

/// As [`tokenize_into`] on a machine without AVX2.
pub fn tokenize_scalar_into(text: &str, tokens: &mut Vec<Token>) {
    token::tokenize_scalar_into(text, tokens);
}

/// Finds the phrases of a dictionary, with scratch memory that it keeps.
#[derive(Debug, Default)]
pub struct Matcher {
    tokens: Vec<Token>,
    matches: Vec<Match>,
}

impl Matcher {
    /// Cuts a text into tokens and counts all phrases of the dictionary in it,
    /// overlapping ones among them.
    pub fn count_matches(&mut self, dictionary: &Dictionary, text: &str) -> usize {
        tokenize_into(text, &mut self.tokens);
        self.count_again(dictionary, text)
    }

    /// As [`count_matches`](Self::count_matches) on a machine without AVX2.
    pub fn count_matches_scalar(&mut self, dictionary: &Dictionary, text: &str) -> usize {
        tokenize_scalar_into(text, &mut self.tokens);
        scan_scalar(text, &self.tokens, dictionary.lexicon(), &mut self.matches);
        self.matches.len()
    }

    /// As [`count_matches`](Self::count_matches) for the text that was cut up last.
    pub fn count_again(&mut self, dictionary: &Dictionary, text: &str) -> usize {
        scan(text, &self.tokens, dictionary.lexicon(), &mut self.matches);
        self.matches.len()
    }

    /// First token and number of tokens of each match that was found last.
    pub fn spans(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.matches
            .iter()
            .map(|found| (found.start as usize, usize::from(found.length)))
    }
}
