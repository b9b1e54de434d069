//! The lexicon: what is derived from a dictionary when it is loaded, in the
//! form that scanning and decoding want.
//!
//! It knows every phrase that the spinner has to do with: the *keys* that it
//! writes and the *triggers* that it replaces. Phrases are found by a table of
//! hashed token prefixes and confirmed by comparing bytes.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use super::prefixes::{Prefixes, Slot};
use super::source::Source;
use crate::channel::MIDDLING;
use crate::cost::{log_ratio, NAT};
use crate::gate::Gate;
use crate::token::{fold, fold_into, hash_ascii, lower_ascii, mix, tokenize_into, Gap, Token};

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
        self.prefixes.insert(tokens, id);
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

    /// Whether a phrase may begin with a token: sure of no, mostly right of yes.
    #[inline]
    pub(crate) fn may_begin(&self, token: &Token) -> bool {
        self.prefixes.may_begin(token)
    }

    /// Looks up the phrases that begin with a token, for [`matches`](Self::matches).
    #[inline]
    pub(crate) fn begin(&self, token: &Token) -> Beginning {
        let state = Prefixes::first(token);
        Beginning {
            state,
            slot: self.prefixes.peek(state),
        }
    }

    /// Whether anything may come of it, where `next` is the token after: sure of no.
    #[inline]
    pub(crate) fn is_promising(&self, begin: Beginning, next: &Token) -> bool {
        self.prefixes.is_promising(begin.state, begin.slot, next)
    }

    /// Calls `found` with each phrase that begins at token `at` and its number of tokens, shortest first.
    pub(crate) fn matches(
        &self,
        text: &str,
        tokens: &[Token],
        at: usize,
        begin: Beginning,
        mut found: impl FnMut(PhraseId, usize),
    ) {
        let mut state = begin.state;
        let mut slot = self.prefixes.get_first(state, begin.slot);
        let mut length = 0;
        while let Some(known) = slot {
            length += 1;
            if let Some(id) = known.phrase() {
                let phrase = self.range(id);
                if same_text(&self.arena, phrase, text, &tokens[at..at + length]) {
                    found(id, length);
                }
            }
            let next = tokens.get(at + length).filter(|_| known.longer());
            let Some(next) = next.filter(|token| token.gap != Gap::Break) else {
                break;
            };
            state = Prefixes::step(state, next);
            slot = self.prefixes.get(state);
        }
    }
}

/// What is known of the phrases that begin with a token.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Beginning {
    state: u64,
    slot: Slot,
}

/// Whether the folded tokens of a text read as the phrase does that stands in
/// the arena.
fn same_text(arena: &str, phrase: Range<usize>, text: &str, tokens: &[Token]) -> bool {
    let mut at = phrase.start;
    for (index, token) in tokens.iter().enumerate() {
        if index > 0 && token.gap != Gap::None {
            if arena.as_bytes()[at..phrase.end].first() != Some(&b' ') {
                return false;
            }
            at += 1;
        }
        let token = token.range();
        let length = match same_ascii(arena.as_bytes(), at, text.as_bytes(), token.clone()) {
            Some(same) => same.then_some(token.len()),
            None => {
                let folded = fold(&text[token]);
                let rest = &arena.as_bytes()[at..phrase.end];
                rest.starts_with(folded.as_bytes()).then_some(folded.len())
            }
        };
        match length {
            Some(length) if at + length <= phrase.end => at += length,
            _ => return false,
        }
    }
    at == phrase.end
}

/// Whether a token, lower-cased, reads as what stands at a place in the arena,
/// eight bytes at a time; `None` where it is not ASCII or there is no room to
/// read eight bytes.
#[inline]
fn same_ascii(arena: &[u8], at: usize, text: &[u8], token: Range<usize>) -> Option<bool> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let eight = |bytes: &[u8], at: usize| {
        let bytes = bytes.get(at..)?.first_chunk()?;
        Some(u64::from_le_bytes(*bytes))
    };
    for from in token.clone().step_by(8) {
        let unread = 64 - 8 * (token.end - from).min(8);
        let [folded, own] = [
            eight(arena, at + from - token.start)? << unread,
            eight(text, from)? << unread,
        ];
        if own & HIGH != 0 {
            return None;
        }
        if lower_ascii(own) != folded {
            return Some(false);
        }
    }
    Some(true)
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
