//! A dictionary as lookups want it.

use rustc_hash::FxHashMap;
use unspin::dict::{normalize, Source};
use unspin::token::{fold, tokenize, Gap, Token};

/// The form in which phrases are compared: folded, with single spaces and straight quotes.
#[must_use]
pub fn phrase_key(phrase: &str) -> String {
    fold(&normalize(phrase))
}

/// The entries of a dictionary by their keys.
#[derive(Debug)]
pub struct Table {
    keys: FxHashMap<String, Key>,
    /// Times that each original was left alone where the dictionary was learnt.
    originals: FxHashMap<String, u32>,
    longest: usize,
    entries: usize,
}

#[derive(Debug, Default)]
struct Key {
    /// Originals, folded, most used first.
    originals: Vec<(String, u32)>,
    own: u32,
}

impl Table {
    /// Takes in the entries of a source.
    #[must_use]
    pub fn new(source: &Source) -> Table {
        let mut table = Table {
            keys: FxHashMap::default(),
            originals: FxHashMap::default(),
            longest: 0,
            entries: source.entries.len(),
        };
        for entry in &source.entries {
            let original = fold(&entry.original);
            table.longest = table.longest.max(tokenize(&entry.spun).len());
            let key = table.keys.entry(entry.spun.clone()).or_default();
            key.own = key.own.max(entry.own);
            key.originals.push((original.clone(), entry.used));
            let kept = table.originals.entry(original).or_default();
            *kept = (*kept).max(entry.kept);
        }
        for key in table.keys.values_mut() {
            key.originals
                .sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        }
        table
    }

    /// Pairs of a key and an original.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.entries
    }

    /// Distinct keys.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.keys.len()
    }

    /// Whether the phrase, folded, is a key.
    #[must_use]
    pub fn is_key(&self, spun: &str) -> bool {
        self.keys.contains_key(spun)
    }

    /// Whether the phrase, folded, is an original of some key.
    #[must_use]
    pub fn is_original(&self, phrase: &str) -> bool {
        self.originals.contains_key(phrase)
    }

    /// Place of an original among the candidates of a key, counted from 0;
    /// both phrases folded.
    #[must_use]
    pub fn rank(&self, spun: &str, original: &str) -> Option<usize> {
        let key = self.keys.get(spun)?;
        key.originals
            .iter()
            .position(|(known, _)| known == original)
    }

    /// How often the key stood on its own, and the original was left alone,
    /// where the dictionary was learnt; 0 for what it does not know.
    #[must_use]
    pub fn unused(&self, spun: &str, original: &str) -> (u32, u32) {
        (
            self.keys.get(spun).map_or(0, |key| key.own),
            self.originals.get(original).copied().unwrap_or(0),
        )
    }

    /// Calls `found` with the range of tokens of each key that stands in the
    /// text; overlapping ones too.
    pub fn matches(
        &self,
        text: &str,
        tokens: &[Token],
        mut found: impl FnMut(std::ops::Range<usize>, &str),
    ) {
        let mut phrase = String::new();
        for from in 0..tokens.len() {
            phrase.clear();
            for (length, token) in tokens[from..].iter().take(self.longest).enumerate() {
                if length > 0 && token.gap == Gap::Break {
                    break;
                }
                if length > 0 && token.gap != Gap::None {
                    phrase.push(' ');
                }
                phrase.push_str(&fold(token.text(text)));
                if self.is_key(&phrase) {
                    found(from..from + length + 1, &phrase);
                }
            }
        }
    }
}
