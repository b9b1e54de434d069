//! Keep-lists: phrases that are never edited.

use std::collections::HashSet;

use crate::dict::normalize;
use crate::matches::Match;
use crate::token::{fold, tokenize, Gap, Token};

/// Phrases that stay as they are wherever they stand, whatever their case.
#[derive(Debug, Default)]
pub(crate) struct KeepList {
    phrases: HashSet<String>,
    /// Tokens of the longest.
    longest: usize,
}

impl KeepList {
    /// Adds a phrase; one without any token is left out.
    pub(crate) fn add(&mut self, phrase: &str) {
        let phrase = fold(&normalize(phrase));
        let length = tokenize(&phrase).len();
        if length > 0 {
            self.longest = self.longest.max(length);
            self.phrases.insert(phrase);
        }
    }

    /// Removes the matches that touch a phrase of the list.
    pub(crate) fn spare(&self, text: &str, tokens: &[Token], matches: &mut Vec<Match>) {
        if self.phrases.is_empty() {
            return;
        }
        let mut kept = vec![false; tokens.len()];
        let mut key = String::new();
        for at in 0..tokens.len() {
            key.clear();
            for (index, token) in tokens[at..].iter().enumerate().take(self.longest) {
                if index > 0 && token.gap == Gap::Break {
                    break;
                }
                if index > 0 && token.gap != Gap::None {
                    key.push(' ');
                }
                key.push_str(&fold(token.text(text)));
                if self.phrases.contains(&key) {
                    kept[at..=at + index].fill(true);
                }
            }
        }
        matches.retain(|found| {
            let first = found.start as usize;
            !kept[first..first + usize::from(found.length)].contains(&true)
        });
    }
}
