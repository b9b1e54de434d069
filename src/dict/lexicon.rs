//! The lexicon: what is derived from a dictionary when it is loaded, in the
//! form that scanning and decoding want.
//!
//! It knows every phrase that the spinner has to do with: the *keys* that it
//! writes and the *triggers* that it replaces. Phrases are found by a table of
//! hashed token prefixes and confirmed by comparing bytes.

use std::collections::HashMap;
use std::ops::Range;

use super::source::Source;
use crate::channel::MIDDLING;
use crate::cost::{log_ratio, NAT};
use crate::gate::Gate;
use crate::token::{fold, mix, tokenize, Gap, Token};

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
    /// Where its folded text stands in the arena.
    text: Range<u32>,
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
    /// The original, with the capitals that it has inside a sentence.
    pub(crate) original: String,
    /// Its tokens.
    pub(crate) tokens: Vec<Token>,
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
    arena: String,
    phrases: Vec<Phrase>,
    candidates: Vec<Candidate>,
    prefixes: PrefixTable,
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

impl Lexicon {
    pub(crate) fn new(source: &Source) -> Lexicon {
        let mut counts: std::collections::BTreeMap<String, Counts> = Default::default();
        for entry in &source.entries {
            let key = counts.entry(entry.spun.clone()).or_default();
            key.written += u64::from(entry.used);
            key.own = key.own.max(u64::from(entry.own));
            let trigger = counts.entry(fold(&entry.original)).or_default();
            trigger.replaced += u64::from(entry.used);
            trigger.own = trigger.own.max(u64::from(entry.kept));
        }
        let mut lexicon = Lexicon {
            arena: String::new(),
            phrases: Vec::with_capacity(counts.len()),
            candidates: Vec::with_capacity(source.entries.len()),
            prefixes: PrefixTable::with_capacity(counts.len() * 3),
            gate: Gate::default(),
        };
        let mut groups = source.entries.chunk_by(|a, b| a.spun == b.spun).peekable();
        let ids: HashMap<&str, PhraseId> = counts
            .keys()
            .zip(0..)
            .map(|(text, id)| (text.as_str(), PhraseId(id)))
            .collect();
        for (text, count) in &counts {
            let first = lexicon.candidates.len() as u32;
            if groups.peek().is_some_and(|group| group[0].spun == *text) {
                for entry in groups.next().unwrap_or_default() {
                    let original = fold(&entry.original);
                    let replaced = counts[&original].replaced;
                    lexicon.candidates.push(Candidate {
                        original: entry.original.clone(),
                        tokens: tokenize(&entry.original),
                        channel: -log_ratio(u64::from(entry.used), replaced),
                        bias: -entry.bias * NAT / 100,
                        key: ids[text.as_str()],
                        trigger: ids[original.as_str()],
                        prior: (u64::from(entry.used) * 256 / count.written.max(1)) as u32,
                    });
                }
            }
            let candidates = first..lexicon.candidates.len() as u32;
            lexicon.add_phrase(text, *count, candidates);
        }
        let evidence = lexicon.phrases.iter().zip(counts.keys());
        lexicon.gate = Gate::new(
            evidence.map(|(phrase, text)| (text.as_str(), i32::from(phrase.evidence[MIDDLING]))),
        );
        lexicon
    }

    fn add_phrase(&mut self, text: &str, count: Counts, candidates: Range<u32>) {
        let tokens = tokenize(text);
        let id = PhraseId(self.phrases.len() as u32);
        let start = self.arena.len() as u32;
        self.arena.push_str(text);
        self.phrases.push(Phrase {
            text: start..self.arena.len() as u32,
            candidates,
            trigger: count.replaced > 0,
            evidence: evidence(count),
        });
        let mut state = PrefixTable::START;
        for (index, token) in tokens.iter().enumerate() {
            state = PrefixTable::step(state, token, index == 0);
            self.prefixes
                .insert(state, (index + 1 == tokens.len()).then_some(id));
        }
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
        let range = &self.phrase(id).text;
        &self.arena[range.start as usize..range.end as usize]
    }

    /// The candidates of a key, with the index of the first.
    pub(crate) fn candidates(&self, phrase: &Phrase) -> &[Candidate] {
        &self.candidates[phrase.candidates.start as usize..phrase.candidates.end as usize]
    }

    /// All candidates; [`Phrase::candidates`] points into them.
    pub(crate) fn all_candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Calls `found` with each phrase that begins at token `at` and its number of tokens, shortest first.
    pub(crate) fn matches(
        &self,
        text: &str,
        tokens: &[Token],
        at: usize,
        mut found: impl FnMut(PhraseId, usize),
    ) {
        let mut state = PrefixTable::START;
        for (index, token) in tokens[at..].iter().enumerate() {
            if index > 0 && token.gap == Gap::Break {
                break;
            }
            state = PrefixTable::step(state, token, index == 0);
            let Some(slot) = self.prefixes.get(state) else {
                break;
            };
            if let Some(id) = slot.phrase() {
                if same_text(self.text(id), text, &tokens[at..=at + index]) {
                    found(id, index + 1);
                }
            }
            if !slot.longer() {
                break;
            }
        }
    }
}

/// Whether the folded tokens of a text read as `phrase` does.
fn same_text(phrase: &str, text: &str, tokens: &[Token]) -> bool {
    let mut rest = phrase;
    for (index, token) in tokens.iter().enumerate() {
        if index > 0 && token.gap != Gap::None {
            let Some(after) = rest.strip_prefix(' ') else {
                return false;
            };
            rest = after;
        }
        let token = token.text(text);
        let matched = if token.is_ascii() {
            let Some(head) = rest.as_bytes().get(..token.len()) else {
                return false;
            };
            head.eq_ignore_ascii_case(token.as_bytes())
                .then_some(token.len())
        } else {
            let folded = fold(token);
            rest.starts_with(&folded).then_some(folded.len())
        };
        match matched.and_then(|length| rest.get(length..)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
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

/// An open-addressing table from hashed token prefixes to phrases.
#[derive(Debug)]
struct PrefixTable {
    slots: Vec<Slot>,
    used: usize,
}

/// A prefix: the upper bits of its hash, whether longer phrases begin with it,
/// and one more than the phrase that it is, in one word, since memory is what
/// looking up costs. Zero where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Slot(u64);

impl Slot {
    const PHRASE_BITS: u32 = 23;
    const PHRASE: u64 = (1 << Self::PHRASE_BITS) - 1;
    const LONGER: u64 = 1 << Self::PHRASE_BITS;
    const TAG: u64 = !(Self::PHRASE | Self::LONGER);

    fn phrase(self) -> Option<PhraseId> {
        (self.0 & Self::PHRASE)
            .checked_sub(1)
            .map(|id| PhraseId(id as u32))
    }

    fn longer(self) -> bool {
        self.0 & Self::LONGER != 0
    }
}

impl PrefixTable {
    const START: u64 = 0x243f_6a88_85a3_08d3;

    fn with_capacity(prefixes: usize) -> PrefixTable {
        PrefixTable {
            slots: vec![Slot::default(); (prefixes * 3 / 2).next_power_of_two().max(16)],
            used: 0,
        }
    }

    /// The state after one more token. Its upper bits are never zero, which
    /// marks empty slots.
    #[inline]
    fn step(state: u64, token: &Token, first: bool) -> u64 {
        let gap = u64::from(!first && token.gap != Gap::None);
        mix(state, token.hash ^ gap) | 1 << 63
    }

    fn insert(&mut self, hash: u64, phrase: Option<PhraseId>) {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let at = self.find(hash);
        let slot = &mut self.slots[at];
        self.used += usize::from(slot.0 == 0);
        slot.0 |= hash & Slot::TAG;
        match phrase {
            Some(id) => slot.0 |= u64::from(id.0) + 1,
            None => slot.0 |= Slot::LONGER,
        }
    }

    fn grow(&mut self) {
        let larger = vec![Slot::default(); self.slots.len() * 2];
        for slot in std::mem::replace(&mut self.slots, larger) {
            if slot.0 != 0 {
                let at = self.find(slot.0);
                self.slots[at] = slot;
            }
        }
    }

    #[inline]
    fn get(&self, hash: u64) -> Option<Slot> {
        let slot = self.slots[self.find(hash)];
        (slot.0 != 0).then_some(slot)
    }

    /// The slot that holds `hash`, or the empty one where it belongs.
    #[inline]
    fn find(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        // Only bits that the slot keeps, so that it can be moved to a larger table.
        let mut at = (hash >> 24 ^ hash >> 41) as usize & mask;
        while self.slots[at].0 != 0 && (self.slots[at].0 ^ hash) & Slot::TAG != 0 {
            at = (at + 1) & mask;
        }
        at
    }
}
