//! Learning a dictionary from spun documents and their originals.
//!
//! Two passes over the documents: the first counts the pairs of phrases, the
//! second how often those phrases stood in spun text without being touched.

use std::collections::{BTreeMap, HashMap};

use unspin::dict::{normalize, Entry, Source};
use unspin::token::{fold, tokenize, Case, Gap, Token};

use crate::pairs::Pair;

/// What keeps rare entries out.
#[derive(Debug, Clone)]
pub struct Pruning {
    /// Times that an entry must have been seen; by default once in few
    /// documents, where most of what is rare is true, and twice in many.
    pub min_used: Option<u32>,
    /// Share of its key's uses that an entry must have.
    pub min_share: f64,
}

impl Default for Pruning {
    fn default() -> Self {
        Pruning {
            min_used: None,
            min_share: 0.0,
        }
    }
}

/// From so many documents on an entry must have been seen twice.
const MANY: u64 = 5000;

impl Pruning {
    /// Times that an entry must have been seen in so many documents.
    #[must_use]
    pub fn least(&self, documents: u64) -> u32 {
        self.min_used
            .unwrap_or(if documents < MANY { 1 } else { 2 })
    }
}

/// A learner: show it all pairs once with [`count`](Learner::count), then all
/// again with [`count_own`](Learner::count_own), then [`finish`](Learner::finish).
#[derive(Debug, Default)]
pub struct Learner {
    pairs: HashMap<(String, String), PairCount>,
    phrases: HashMap<String, u32>,
    longest: usize,
    documents: u64,
    words: u64,
    /// Edits that do not begin and end with tokens, and so cannot be keys.
    pub unaligned: u64,
}

#[derive(Debug, Default, Clone)]
struct PairCount {
    used: u32,
    /// How the original was written where the spun phrase began in lower case.
    written: BTreeMap<String, u32>,
}

impl Learner {
    /// Counts the substitutions of one document.
    pub fn count(&mut self, pair: &Pair) {
        self.documents += 1;
        self.words += tokenize(&pair.original).len() as u64;
        let tokens = tokenize(&pair.spun);
        for edit in &pair.edits {
            let Some(range) = token_range(&tokens, edit.start, edit.end) else {
                self.unaligned += 1;
                continue;
            };
            if tokens[range.clone()]
                .iter()
                .skip(1)
                .any(|token| token.gap == Gap::Break)
            {
                self.unaligned += 1;
                continue;
            }
            let spun = &pair.spun[edit.start..edit.end];
            let key = fold(&normalize(spun));
            let original = normalize(&edit.original);
            if key.is_empty() || original.is_empty() || key.len() > 200 || original.len() > 200 {
                continue;
            }
            let count = self.pairs.entry((key, fold(&original))).or_default();
            count.used += 1;
            if tokens[range.start].case == Case::Lower {
                *count.written.entry(original).or_default() += 1;
            }
        }
    }

    /// Ends the first pass: prunes, and gets ready to count the phrases that remain.
    pub fn prune(&mut self, pruning: &Pruning) {
        let least = pruning.least(self.documents);
        let mut uses: HashMap<String, u32> = HashMap::new();
        for ((spun, _), count) in &self.pairs {
            *uses.entry(spun.clone()).or_default() += count.used;
        }
        self.pairs.retain(|(spun, original), count| {
            let share = f64::from(count.used) / f64::from(uses[spun]);
            count.used >= least && share >= pruning.min_share && spun != original
        });
        for (spun, original) in self.pairs.keys() {
            for phrase in [spun, original] {
                self.longest = self.longest.max(tokenize(phrase).len());
                self.phrases.insert(phrase.clone(), 0);
            }
        }
    }

    /// Counts the phrases that stand untouched in one document.
    pub fn count_own(&mut self, pair: &Pair) {
        let tokens = tokenize(&pair.spun);
        let mut touched = vec![false; tokens.len()];
        for edit in &pair.edits {
            let from = tokens.partition_point(|token| (token.end as usize) <= edit.start);
            for (index, token) in tokens.iter().enumerate().skip(from) {
                if token.start as usize >= edit.end {
                    break;
                }
                touched[index] = true;
            }
        }
        let mut phrase = String::new();
        for at in 0..tokens.len() {
            phrase.clear();
            for end in at..tokens.len().min(at + self.longest) {
                let token = &tokens[end];
                if touched[end] || (end > at && token.gap == Gap::Break) {
                    break;
                }
                if end > at && token.gap != Gap::None {
                    phrase.push(' ');
                }
                phrase.push_str(&fold(token.text(&pair.spun)));
                if let Some(count) = self.phrases.get_mut(&phrase) {
                    *count += 1;
                }
            }
        }
    }

    /// The dictionary source.
    #[must_use]
    pub fn finish(self) -> Source {
        let mut source = Source {
            documents: self.documents,
            words: self.words,
            entries: Vec::new(),
        };
        for ((spun, original), count) in self.pairs {
            source.entries.push(Entry {
                used: count.used,
                own: self.phrases[&spun],
                kept: self.phrases[&original],
                bias: 0,
                original: count
                    .written
                    .into_iter()
                    .max_by_key(|(_, n)| *n)
                    .map_or(original, |(written, _)| written),
                spun,
            });
        }
        source.canonicalize();
        source
    }
}

/// The tokens that exactly cover `start..end`.
fn token_range(tokens: &[Token], start: usize, end: usize) -> Option<std::ops::Range<usize>> {
    let from = tokens
        .binary_search_by_key(&start, |token| token.start as usize)
        .ok()?;
    let to = tokens
        .binary_search_by_key(&end, |token| token.end as usize)
        .ok()?;
    (from <= to).then_some(from..to + 1)
}
