//! Respinning: runs a learnt dictionary forwards, over clean text.
//!
//! Any clean text becomes a pair whose substitutions are known, which is what
//! the reranker is trained on. The spinner's habits are drawn anew for each
//! document: the share of chances that it leaves unused, and whether it spares
//! capitalised words and quotations.

use std::collections::HashMap;

use unspin::dict::Source;
use unspin::token::{fold, tokenize, Case, Gap, Kind, Token};

use crate::pairs::{Pair, Substitution};

/// Shares of chances left unused that documents are spun with.
const KEEP: [f64; 5] = [0.0, 0.0, 0.05, 0.12, 0.3];

/// Alternatives rarer than one in this many are left out as noise.
const RARE: u32 = 50;

/// A spinner made of a dictionary source.
#[derive(Debug)]
pub struct Respinner {
    /// Alternatives of each trigger, with the times that each was used.
    table: HashMap<String, Vec<(String, u32)>>,
    longest: usize,
    random: Random,
}

impl Respinner {
    /// A spinner with the entries of a dictionary; equal seeds spin alike.
    #[must_use]
    pub fn new(source: &Source, seed: u64) -> Respinner {
        let mut table: HashMap<String, Vec<(String, u32)>> = HashMap::new();
        let mut longest = 0;
        for entry in &source.entries {
            let trigger = fold(&entry.original);
            longest = longest.max(tokenize(&trigger).len());
            table
                .entry(trigger)
                .or_default()
                .push((entry.spun.clone(), entry.used));
        }
        for alternatives in table.values_mut() {
            let total: u32 = alternatives.iter().map(|(_, used)| used).sum();
            alternatives.retain(|(_, used)| used * RARE >= total);
        }
        Respinner {
            table,
            longest,
            random: Random(seed),
        }
    }

    /// Spins a document.
    pub fn spin(&mut self, text: &str) -> Pair {
        let keep = KEEP[self.random.below(KEEP.len() as u64) as usize];
        let spares_capitals = self.random.below(5) < 2;
        let spares_quotes = self.random.below(2) == 0;
        let tokens = tokenize(text);
        let mut pair = Pair {
            spun: String::new(),
            original: text.to_string(),
            edits: Vec::new(),
        };
        let (mut copied, mut at, mut quoted) = (0, 0, false);
        while at < tokens.len() {
            let token = &tokens[at];
            quoted = match token.text(text) {
                "\"" => !quoted,
                "\u{201c}" => true,
                "\u{201d}" => false,
                _ => quoted && token.gap != Gap::Break,
            };
            let found = if spares_quotes && quoted {
                None
            } else {
                self.trigger(text, &tokens, at, spares_capitals)
            };
            let Some((end, key)) = found.filter(|_| self.random.unit() >= keep) else {
                at += 1;
                continue;
            };
            let range = token.start as usize..tokens[end - 1].end as usize;
            pair.spun.push_str(&text[copied..range.start]);
            let start = pair.spun.len();
            let alternative = self.draw(&key);
            if token.case == Case::Lower {
                pair.spun.push_str(&alternative);
            } else {
                let mut letters = alternative.chars();
                pair.spun
                    .extend(letters.next().into_iter().flat_map(char::to_uppercase));
                pair.spun.push_str(letters.as_str());
            }
            let original = text[range.clone()].to_string();
            pair.edits.push(Substitution {
                start,
                end: pair.spun.len(),
                original,
            });
            copied = range.end;
            at = end;
        }
        pair.spun.push_str(&text[copied..]);
        pair
    }

    /// The longest trigger that begins at a token: one past its last token, and its key.
    fn trigger(
        &self,
        text: &str,
        tokens: &[Token],
        at: usize,
        spares_capitals: bool,
    ) -> Option<(usize, String)> {
        let mut key = String::new();
        let mut found = None;
        for (index, token) in tokens[at..].iter().enumerate().take(self.longest) {
            let name = token.case == Case::First && token.end - token.start > 1;
            let spared = token.case == Case::Upper || (spares_capitals && name);
            let opaque = matches!(token.kind, Kind::Opaque);
            if spared || opaque || (index > 0 && token.gap == Gap::Break) {
                break;
            }
            if index > 0 && token.gap != Gap::None {
                key.push(' ');
            }
            key.push_str(&fold(token.text(text)));
            if self.table.contains_key(&key) {
                found = Some((at + index + 1, key.len()));
            }
        }
        found.map(|(end, length)| (end, key[..length].to_string()))
    }

    /// One of the alternatives of a trigger, by how often each was used.
    fn draw(&mut self, key: &str) -> String {
        let Some(alternatives) = self.table.get(key) else {
            return key.to_string();
        };
        let total: u64 = alternatives.iter().map(|(_, used)| u64::from(*used)).sum();
        let mut left = self.random.below(total.max(1));
        for (alternative, used) in alternatives {
            match left.checked_sub(u64::from(*used)) {
                Some(rest) => left = rest,
                None => return alternative.clone(),
            }
        }
        key.to_string()
    }
}

/// A small generator of pseudo-random numbers (SplitMix64, Steele et al. 2014).
#[derive(Debug, Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A number in `0.0..1.0`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_lead_back_to_the_original() {
        let source = "#unspin-dictionary\t1\n#documents\t2\n#words\t900\n\
                      spun\toriginal\tused\town\tkept\tbias\n\
                      hearken to\tlisten to\t7\t0\t1\t0\n\
                      within the\tin the\t9\t0\t1\t0\n";
        let source = Source::parse("a.tsv", source).unwrap();
        let mut spinner = Respinner::new(&source, 1);
        let text = "In the morning we listen to the birds in the trees. LISTEN TO us.";
        for _ in 0..20 {
            let pair = spinner.spin(text);
            let mut back = String::new();
            let mut at = 0;
            for edit in &pair.edits {
                back.push_str(&pair.spun[at..edit.start]);
                back.push_str(&edit.original);
                at = edit.end;
            }
            back.push_str(&pair.spun[at..]);
            assert_eq!(back, text);
            assert!(!pair.edits.is_empty());
        }
    }
}
