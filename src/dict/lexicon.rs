//! The lexicon: what is derived from a dictionary when it is loaded, in the
//! form that scanning and decoding want.
//!
//! It knows every phrase that the spinner has to do with: the *keys* that it
//! writes and the *triggers* that it replaces. Phrases are found by a table of
//! hashed token prefixes and confirmed by comparing bytes.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use super::prefixes::Prefixes;
use super::source::Source;
use crate::channel::MIDDLING;
use crate::cost::{log_ratio, NAT};
use crate::gate::Gate;
use crate::token::{fold_into, hash_ascii, mix, tokenize_into, Token};

/// Shares of chances that a spinner leaves unused, in units of 1/1000, for which
/// the evidence of each phrase is worked out in advance.
pub(crate) const KEEP_GRID: [u64; 8] = [4, 20, 50, 120, 200, 300, 450, 650];

/// Evidence that one occurrence of one phrase may give at most, in cost units.
const MAX_EVIDENCE: i32 = 9 * NAT / 2;

/// Index of a phrase in its lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PhraseId(pub(crate) u32);

/// A phrase that the spinner writes, replaces, or both.
#[derive(Debug, Clone)]
pub(crate) struct Phrase {
    /// Its candidates, if it is a key.
    pub(crate) candidates: Range<u32>,
    /// Whether the spinner replaces it.
    pub(crate) trigger: bool,
    /// `ln P(occurrence | spun) / P(occurrence | clean)` in cost units, for each share of [`KEEP_GRID`].
    pub(crate) evidence: [i16; KEEP_GRID.len()],
}

/// An original that a key may stand for.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    /// Where the original stands in the arena.
    original: Range<u32>,
    /// Where its tokens stand.
    tokens: Range<u32>,
    /// `-ln P(spun | original)`: how the spinner draws among its alternatives.
    pub(crate) channel: i32,
    /// Learnt preference, in cost units; positive is a cost.
    pub(crate) bias: i32,
    /// The key that may stand for it.
    pub(crate) key: PhraseId,
    /// The original as a phrase.
    pub(crate) trigger: PhraseId,
    /// Share of the key's uses that are this original, in units of 1/256.
    pub(crate) prior: u32,
}

/// All phrases of a dictionary.
#[derive(Debug)]
pub(crate) struct Lexicon {
    /// Texts of phrases, one after the other, and then of originals.
    arena: String,
    /// Per phrase, where its text ends in the arena.
    ends: Vec<u32>,
    /// Tokens of originals.
    tokens: Vec<Token>,
    phrases: Vec<Phrase>,
    candidates: Vec<Candidate>,
    prefixes: Prefixes,
    gate: Gate,
}

/// Counts of a phrase over all its entries.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    /// Times that the spinner wrote it.
    written: u64,
    /// Times that the spinner replaced it.
    replaced: u64,
    /// Times that it stood in spun text as the author's own.
    own: u64,
}

/// The hasher of phrases, which come from data that was reviewed.
#[derive(Debug, Default)]
struct TextHasher(u64);

impl Hasher for TextHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = mix(self.0, hash_ascii(bytes));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Lexicon {
    pub(crate) fn new(source: &Source) -> Lexicon {
        let entries = &source.entries;
        let mut folded = String::with_capacity(entries.len() * 12);
        let ends = entries.iter().map(|entry| {
            fold_into(&entry.original, &mut folded);
            folded.len()
        });
        let ends: Vec<usize> = ends.collect();
        let room = entries.len() * 3 / 2;
        let mut ids =
            HashMap::with_capacity_and_hasher(room, BuildHasherDefault::<TextHasher>::default());
        let mut texts = Vec::with_capacity(room);
        let mut id = |text| {
            *ids.entry(text).or_insert_with(|| {
                texts.push(text);
                PhraseId(texts.len() as u32 - 1)
            })
        };
        let mut from = 0;
        let pairs = entries.iter().zip(ends).map(|(entry, end)| {
            let original = &folded[from..end];
            from = end;
            (id(entry.spun.as_str()), id(original))
        });
        let pairs: Vec<(PhraseId, PhraseId)> = pairs.collect();
        let mut counts = vec![Counts::default(); texts.len()];
        for (entry, (key, trigger)) in entries.iter().zip(&pairs) {
            let key = &mut counts[key.0 as usize];
            key.written += u64::from(entry.used);
            key.own = key.own.max(u64::from(entry.own));
            let trigger = &mut counts[trigger.0 as usize];
            trigger.replaced += u64::from(entry.used);
            trigger.own = trigger.own.max(u64::from(entry.kept));
        }
        let mut lexicon = Lexicon {
            arena: String::with_capacity(folded.len() * 3),
            ends: Vec::with_capacity(texts.len()),
            tokens: Vec::with_capacity(entries.len() * 2),
            phrases: Vec::with_capacity(texts.len()),
            candidates: Vec::with_capacity(entries.len()),
            prefixes: Prefixes::with_capacity(texts.len()),
            gate: Gate::default(),
        };
        let mut tokens = Vec::new();
        for (text, count) in texts.iter().zip(&counts) {
            tokenize_into(text, &mut tokens);
            lexicon.add_phrase(text, *count, &tokens);
        }
        for (entry, &(key, trigger)) in entries.iter().zip(&pairs) {
            tokenize_into(&entry.original, &mut tokens);
            let first_token = lexicon.tokens.len() as u32;
            lexicon.tokens.extend_from_slice(&tokens);
            let (used, replaced) = (u64::from(entry.used), counts[trigger.0 as usize].replaced);
            let written = counts[key.0 as usize].written;
            let candidate = Candidate {
                original: lexicon.intern(&entry.original),
                tokens: first_token..lexicon.tokens.len() as u32,
                channel: -log_ratio(used, replaced),
                bias: -entry.bias * NAT / 100,
                key,
                trigger,
                prior: (used * 256 / written.max(1)) as u32,
            };
            // The entries of a key follow each other.
            let at = lexicon.candidates.len() as u32;
            let candidates = &mut lexicon.phrases[key.0 as usize].candidates;
            if candidates.start == candidates.end {
                candidates.start = at;
            }
            candidates.end = at + 1;
            lexicon.candidates.push(candidate);
        }
        let evidence = lexicon.phrases.iter().zip(&texts);
        lexicon.gate =
            Gate::new(evidence.map(|(phrase, text)| (*text, i32::from(phrase.evidence[MIDDLING]))));
        lexicon
    }

    fn intern(&mut self, text: &str) -> Range<u32> {
        let start = self.arena.len() as u32;
        self.arena.push_str(text);
        start..self.arena.len() as u32
    }

    fn add_phrase(&mut self, text: &str, count: Counts, tokens: &[Token]) {
        let id = PhraseId(self.phrases.len() as u32);
        self.arena.push_str(text);
        self.ends.push(self.arena.len() as u32);
        self.phrases.push(Phrase {
            candidates: 0..0,
            trigger: count.replaced > 0,
            evidence: evidence(count),
        });
        self.prefixes.add(text, tokens, id);
    }

    pub(crate) fn phrase(&self, id: PhraseId) -> &Phrase {
        &self.phrases[id.0 as usize]
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    pub(crate) fn len(&self) -> usize {
        self.phrases.len()
    }

    /// The folded text of a phrase.
    pub(crate) fn text(&self, id: PhraseId) -> &str {
        &self.arena[self.range(id)]
    }

    /// Where that stands in the arena.
    fn range(&self, id: PhraseId) -> Range<usize> {
        let id = id.0 as usize;
        let start = id.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[id] as usize
    }

    /// The original that a candidate is, with the capitals that it has inside a sentence.
    pub(crate) fn original(&self, candidate: &Candidate) -> &str {
        let range = &candidate.original;
        &self.arena[range.start as usize..range.end as usize]
    }

    /// The tokens of that original.
    pub(crate) fn tokens(&self, candidate: &Candidate) -> &[Token] {
        &self.tokens[candidate.tokens.start as usize..candidate.tokens.end as usize]
    }

    /// The candidates of a key, with the index of the first.
    pub(crate) fn candidates(&self, phrase: &Phrase) -> &[Candidate] {
        &self.candidates[phrase.candidates.start as usize..phrase.candidates.end as usize]
    }

    /// All candidates; [`Phrase::candidates`] points into them.
    pub(crate) fn all_candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// How its phrases are found.
    #[inline]
    pub(crate) fn prefixes(&self) -> &Prefixes {
        &self.prefixes
    }
}

/// The evidence that an occurrence gives for each share of unused chances `k`:
/// in spun text the phrase is written `(1 - k)` times as often as its triggers
/// call for it, and stands on its own as often as in clean text, but for `k` of
/// that where it is a trigger itself.
fn evidence(count: Counts) -> [i16; KEEP_GRID.len()] {
    // The counts come from documents that used this share of their chances.
    const USED: u64 = 900;
    // Occurrences that no count is thought to have missed, in units of 1/1000.
    const UNSEEN: u64 = 5000;
    let clean = count.own + count.replaced;
    KEEP_GRID.map(|keep| {
        let written = count.written * (1000 - keep) / USED * 1000;
        let own = if count.replaced > 0 {
            clean * keep
        } else {
            clean * 1000
        };
        let ratio = log_ratio(written + own + UNSEEN, clean * 1000 + UNSEEN);
        ratio.clamp(-MAX_EVIDENCE, MAX_EVIDENCE) as i16
    })
}
