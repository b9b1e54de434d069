//! A little spinner: replaces triggers of a dictionary by what its spinner writes for them.

use std::collections::HashMap;

use unspin::token::{fold, tokenize, Case, Gap, Token};
use unspin::Dictionary;

use crate::random::Random;

pub(crate) struct Spinner {
    /// By folded original, what is written for it and how often.
    table: HashMap<String, Vec<(String, u32)>>,
    longest: usize,
}

impl Spinner {
    pub(crate) fn new(dictionary: &Dictionary) -> Spinner {
        let mut table: HashMap<String, Vec<(String, u32)>> = HashMap::new();
        let mut longest = 0;
        for entry in dictionary.to_source().entries {
            longest = longest.max(tokenize(&entry.original).len());
            table
                .entry(fold(&entry.original))
                .or_default()
                .push((entry.spun, entry.used));
        }
        Spinner { table, longest }
    }

    /// Spins a text, taking each chance with this probability. Returns the
    /// spun text and the share of its tokens that were replaced.
    pub(crate) fn spin(&self, text: &str, share: f64, random: &mut Random) -> (String, f64) {
        let tokens = tokenize(text);
        let mut output = String::with_capacity(text.len() * 5 / 4);
        let (mut at, mut copied, mut changed) = (0, 0, 0);
        while at < tokens.len() {
            let found = (1..=self.longest.min(tokens.len() - at))
                .rev()
                .find_map(|length| {
                    let window = &tokens[at..at + length];
                    let broken = window[1..].iter().any(|token| token.gap == Gap::Break);
                    let found = (!broken).then(|| self.table.get(&key(text, window)))?;
                    Some((length, found?))
                });
            match found {
                Some((length, writings)) if random.chance(share) => {
                    let weights = writings.iter().map(|(_, used)| *used);
                    let writing = &writings[random.weighted(weights)].0;
                    output.push_str(&text[copied..tokens[at].start as usize]);
                    let from = output.len();
                    output.push_str(writing);
                    if tokens[at].case != Case::Lower && writing.as_bytes()[0].is_ascii() {
                        output[from..from + 1].make_ascii_uppercase();
                    }
                    at += length;
                    changed += length;
                    copied = tokens[at - 1].end as usize;
                }
                _ => at += 1,
            }
        }
        output.push_str(&text[copied..]);
        (output, changed as f64 / tokens.len().max(1) as f64)
    }

    /// Spins documents, and says what share of all their bytes' tokens was replaced.
    pub(crate) fn spin_all(&self, documents: &[String], share: f64) -> (Vec<String>, f64) {
        let mut random = Random::new(7);
        let (mut total, mut changed) = (0.0, 0.0);
        let spun = documents
            .iter()
            .map(|document| {
                let (spun, density) = self.spin(document, share, &mut random);
                total += document.len() as f64;
                changed += density * document.len() as f64;
                spun
            })
            .collect();
        (spun, changed / total)
    }
}

fn key(text: &str, window: &[Token]) -> String {
    let mut key = String::new();
    for (index, token) in window.iter().enumerate() {
        if index > 0 && token.gap != Gap::None {
            key.push(' ');
        }
        key.push_str(&fold(token.text(text)));
    }
    key
}
