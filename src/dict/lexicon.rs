//! The lexicon: what is derived from a dictionary when it is loaded, in the
//! form that scanning and decoding want.
//!
//! It knows every phrase that the spinner has to do with: the *keys* that it
//! writes and the *triggers* that it replaces.

use std::ops::Range;

use super::prefixes::Prefixes;
use crate::cost::{log_ratio, NAT};
use crate::gate::Gate;
use crate::image::fields;
use crate::simd::prefetch;
use crate::token::{fold_into, tokenize_into, Token};

/// Shares of chances that a spinner leaves unused, in units of 1/1000, for which
/// the evidence of each phrase is worked out in advance.
pub(crate) const KEEP_GRID: [u64; 8] = [4, 20, 50, 120, 200, 300, 450, 650];

/// Where a spinner of middling thoroughness stands in [`KEEP_GRID`].
pub(crate) const MIDDLING: usize = 3;

/// Candidates that are read together.
const FEW: usize = 4;

/// Evidence that one occurrence of one phrase may give at most, in cost units.
const MAX_EVIDENCE: i32 = 9 * NAT / 2;

/// Preferences beyond this, in hundredths of a nat, count as much.
const MAX_BIAS: i32 = 100_000;

/// Index of a phrase in its lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PhraseId(pub(crate) u32);

fields!(PhraseId: 0);

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

/// How much less likely by itself than the likeliest reading of its key a candidate may be, as
/// `-ln` in cost units: a hundred times.
const DOUBT: i32 = 23 * NAT / 5;

/// An original that a key may stand for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// `-ln P(spun | original)`, how the spinner draws among its alternatives, less the learnt
    /// preference, in cost units.
    pub(crate) cost: i32,
    /// The key that may stand for it.
    pub(crate) key: PhraseId,
    /// The original as a phrase.
    pub(crate) trigger: PhraseId,
    /// Share of the key's uses that are this original, in units of 1/256.
    pub(crate) prior: u32,
}

impl Candidate {
    /// None at all.
    const NONE: Candidate = Candidate {
        cost: 0,
        key: PhraseId(0),
        trigger: PhraseId(0),
        prior: 0,
    };
}

/// How a candidate is written.
#[derive(Debug, Clone)]
struct Spelling {
    /// Where its original stands among all.
    original: Range<u32>,
    /// Where the tokens of that stand.
    tokens: Range<u32>,
}

/// All phrases of a dictionary.
#[derive(Debug)]
pub(crate) struct Lexicon {
    /// Texts of phrases, one after the other.
    arena: String,
    /// Per phrase, where its text ends in the arena.
    ends: Vec<u32>,
    /// Originals, one after the other.
    originals: String,
    /// Tokens of originals.
    tokens: Vec<Token>,
    phrases: Vec<Phrase>,
    /// All, and behind them some that are none, so that a few can be read together anywhere.
    candidates: Vec<Candidate>,
    /// Per candidate.
    spellings: Vec<Spelling>,
    prefixes: Prefixes,
    gate: Gate,
}

fields!(Phrase: candidates, trigger, evidence);
fields!(Candidate: cost, key, trigger, prior);
fields!(Spelling: original, tokens);
fields!(Lexicon: arena, ends, originals, tokens, phrases, candidates, spellings, prefixes, gate);

/// Drops the items that do not stay.
fn retain<T>(items: &mut Vec<T>, mut stays: impl Iterator<Item = bool>) {
    items.retain(|_| stays.next() == Some(true));
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

/// An entry as a lexicon takes it in.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// Where the spun phrase stands among all, but for entries of the same as the one before.
    pub(crate) spun: Option<Range<usize>>,
    pub(crate) original: &'a str,
    pub(crate) used: u32,
    pub(crate) own: u32,
    pub(crate) kept: u32,
    pub(crate) bias: i32,
}

impl Lexicon {
    /// Takes in entries, those of a spun phrase one after the other, and the spun phrases.
    /// Originals without words are no candidates.
    pub(crate) fn new(lines: &[Line<'_>], spun: &str) -> Lexicon {
        let room = lines.len() * 3 / 2;
        let mut lexicon = Lexicon {
            arena: String::with_capacity(room * 12),
            ends: Vec::with_capacity(room),
            originals: String::with_capacity(lines.len() * 12),
            tokens: Vec::with_capacity(lines.len() * 2),
            phrases: Vec::with_capacity(room),
            candidates: Vec::with_capacity(lines.len()),
            spellings: Vec::with_capacity(lines.len()),
            prefixes: Prefixes::with_capacity(room),
            gate: Gate::default(),
        };
        let counts = lexicon.add(lines, spun);
        // All counts are known only now.
        for (phrase, count) in lexicon.phrases.iter_mut().zip(&counts) {
            phrase.trigger = count.replaced > 0;
            phrase.evidence = evidence(*count);
        }
        lexicon.drop_unlikely(&counts);
        for candidate in &mut lexicon.candidates {
            let replaced = counts[candidate.trigger.0 as usize].replaced;
            let written = counts[candidate.key.0 as usize].written;
            let used = u64::from(candidate.prior);
            candidate.cost -= log_ratio(used, replaced);
            candidate.prior = (used * 256 / written.max(1)) as u32;
        }
        let evidence = (0..lexicon.phrases.len()).map(|id| {
            let evidence = lexicon.phrases[id].evidence[MIDDLING];
            (lexicon.text(PhraseId(id as u32)), i32::from(evidence))
        });
        lexicon.gate = Gate::new(evidence);
        lexicon.candidates.extend([Candidate::NONE; FEW]);
        lexicon
    }

    /// Decides beforehand what needs no context: drops the candidates that are far less likely
    /// by themselves than another of their key, or than that it is the author's own.
    fn drop_unlikely(&mut self, counts: &[Counts]) {
        // Preferences count here as they do later.
        let seldom = |candidate: &Candidate| candidate.cost - log_ratio(candidate.prior.into(), 1);
        let own = |counts: &Counts| -log_ratio(counts.own, 1);
        let mut likeliest: Vec<i32> = counts.iter().map(own).collect();
        for candidate in &self.candidates {
            let likeliest = &mut likeliest[candidate.key.0 as usize];
            *likeliest = (*likeliest).min(seldom(candidate));
        }
        let is_likely = |candidate: &Candidate| {
            seldom(candidate) - likeliest[candidate.key.0 as usize] <= DOUBT
        };
        // Per candidate, how many of those before it stay.
        let mut places = Vec::with_capacity(self.candidates.len() + 1);
        let mut count = 0;
        for candidate in &self.candidates {
            places.push(count);
            count += u32::from(is_likely(candidate));
        }
        places.push(count);
        for phrase in &mut self.phrases {
            let Range { start, end } = phrase.candidates;
            phrase.candidates = places[start as usize]..places[end as usize];
        }
        let stays = || places.windows(2).map(|places| places[0] < places[1]);
        retain(&mut self.candidates, stays());
        retain(&mut self.spellings, stays());
    }

    /// Adds phrases and candidates, and counts them.
    fn add(&mut self, lines: &[Line<'_>], spun: &str) -> Vec<Counts> {
        let mut counts = Vec::with_capacity(self.phrases.capacity());
        let (mut tokens, mut folded) = (Vec::new(), String::new());
        let mut key = PhraseId(0);
        for line in lines {
            if let Some(spun) = line.spun.clone().map(|range| &spun[range]) {
                tokenize_into(spun, &mut tokens);
                key = self.add_phrase(spun, &tokens, &mut counts);
                let at = self.candidates.len() as u32;
                self.phrases[key.0 as usize].candidates = at..at;
            }
            tokenize_into(line.original, &mut tokens);
            if tokens.is_empty() {
                continue;
            }
            let first_token = self.tokens.len() as u32;
            self.tokens.extend_from_slice(&tokens);
            folded.clear();
            fold_into(line.original, &mut folded);
            if folded != line.original {
                tokenize_into(&folded, &mut tokens);
            }
            let trigger = self.add_phrase(&folded, &tokens, &mut counts);
            let used = u64::from(line.used);
            let count = &mut counts[key.0 as usize];
            count.written += used;
            count.own = count.own.max(u64::from(line.own));
            let count = &mut counts[trigger.0 as usize];
            count.replaced += used;
            count.own = count.own.max(u64::from(line.kept));
            let start = self.originals.len() as u32;
            self.originals.push_str(line.original);
            self.spellings.push(Spelling {
                original: start..self.originals.len() as u32,
                tokens: first_token..self.tokens.len() as u32,
            });
            // What both are is known once all is counted.
            let bias = line.bias.clamp(-MAX_BIAS, MAX_BIAS);
            self.candidates.push(Candidate {
                cost: -bias * NAT / 100,
                key,
                trigger,
                prior: line.used,
            });
            self.phrases[key.0 as usize].candidates.end += 1;
        }
        counts
    }

    /// Adds a phrase unless it is there already. Returns which it is.
    fn add_phrase(&mut self, text: &str, tokens: &[Token], counts: &mut Vec<Counts>) -> PhraseId {
        let new = PhraseId(self.phrases.len() as u32);
        let id = self.prefixes.add(text, tokens, new);
        if id == new {
            self.arena.push_str(text);
            self.ends.push(self.arena.len() as u32);
            counts.push(Counts::default());
            self.phrases.push(Phrase {
                candidates: 0..0,
                trigger: false,
                evidence: [0; KEEP_GRID.len()],
            });
        }
        id
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
    pub(crate) fn original(&self, candidate: u32) -> &str {
        let range = &self.spellings[candidate as usize].original;
        &self.originals[range.start as usize..range.end as usize]
    }

    /// Has the processor fetch that original.
    #[inline(always)]
    pub(crate) fn prefetch_original(&self, candidate: u32) {
        let original = &self.spellings[candidate as usize].original;
        prefetch(self.originals.as_bytes(), original.start as usize);
    }

    /// The tokens of that original, one or more.
    pub(crate) fn tokens(&self, candidate: u32) -> &[Token] {
        let range = &self.spellings[candidate as usize].tokens;
        &self.tokens[range.start as usize..range.end as usize]
    }

    /// One of the words of a candidate's original, both by number.
    pub(crate) fn word(&self, candidate: u32, word: usize) -> &str {
        self.tokens(candidate)[word].text(self.original(candidate))
    }

    /// Has the processor fetch what is known of a phrase.
    #[inline(always)]
    pub(crate) fn prefetch(&self, id: PhraseId) {
        prefetch(&self.phrases, id.0 as usize);
    }

    /// Has the processor fetch where the candidates of a phrase begin and end.
    #[inline(always)]
    pub(crate) fn prefetch_candidates(&self, phrase: &Phrase) {
        let Range { start, end } = phrase.candidates;
        prefetch(&self.candidates, start as usize);
        prefetch(&self.candidates, end as usize);
    }

    /// Adds what is made of each candidate of a key, given with its index.
    ///
    /// A few are made at a time, and once at least, those of other keys among them, which are
    /// taken away again: how many candidates a key has, or whether it has any, processors could
    /// not foresee.
    #[inline(always)]
    pub(crate) fn extend<T: Copy>(
        &self,
        items: &mut Vec<T>,
        phrase: &Phrase,
        make: impl Fn(u32, &Candidate) -> T,
    ) {
        let Range { start, end } = phrase.candidates;
        let before = items.len();
        for first in (start..end.max(start + 1)).step_by(FEW) {
            if let Some(few) = self.candidates[first as usize..].first_chunk::<FEW>() {
                let make = |nth: usize| make(first + nth as u32, &few[nth]);
                items.extend(std::array::from_fn::<T, FEW, _>(make));
            }
        }
        items.truncate(before + phrase.candidates.len());
    }

    /// All candidates; [`Phrase::candidates`] points into them.
    pub(crate) fn all_candidates(&self) -> &[Candidate] {
        &self.candidates[..self.spellings.len()]
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
