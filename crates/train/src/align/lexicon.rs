//! The lexicon: the phrase pairs that their parts do not explain, and what each costs.

use rustc_hash::FxHashMap;
use unspin::token::Case;

use super::candidates::Candidate;
use super::segment::Uses;
use super::{extend_hash, phrase_hash, Alignment, Candidates, LONGEST};
use crate::significance::rate_ratio;

/// Log-likelihood ratio from which a rate is truly higher (chi-squared, one
/// degree of freedom: one chance in a hundred that it is not).
const SIGNIFICANT: f64 = 6.63;
/// How much more often an original must be replaced beside a shared word than
/// without for the word to belong to the phrase.
const WITH_WORD: f64 = 4.0;
/// How much more often two neighbours must be replaced together than each
/// alone would have it for them to be one phrase. Documents differ in density,
/// so that neighbours always go together somewhat.
const AS_ONE: f64 = 8.0;
/// A pair whose rate falls below this share of that of its extensions is but their core.
const CORE: f64 = 0.05;
/// An original must be replaced at this rate at least.
const LEAST_RATE: f64 = 0.05;
/// How far a pair that is used often is preferred, in nats per nat of its uses.
const FREQUENT: f64 = 0.2;
/// Taken off each count, since rare pairs are over-estimated.
const DISCOUNT: f64 = 0.6;
/// Added to each total, for the same reason.
const PRIOR: f64 = 1.0;

/// How often phrases stand in the originals.
#[derive(Debug, Default)]
pub struct Totals {
    phrases: FxHashMap<u64, Total>,
    longest: usize,
}

#[derive(Debug, Default, Clone, Copy)]
struct Total {
    all: u32,
    /// Of these, those without a capital.
    lower: u32,
}

impl Totals {
    /// Totals to be counted for the originals of candidates.
    #[must_use]
    pub fn new(candidates: &Candidates) -> Totals {
        let mut totals = Totals::default();
        for (&(_, original), candidate) in &candidates.pairs {
            totals.phrases.insert(original, Total::default());
            totals.longest = totals.longest.max(candidate.original().len());
        }
        totals
    }

    /// Counts the phrases of one original.
    pub fn count(&mut self, alignment: &Alignment) {
        for (_, line) in &alignment.partners {
            let words = &alignment.original.words[line.clone()];
            let tokens = &alignment.original.tokens[line.clone()];
            for from in 0..words.len() {
                let mut hash = phrase_hash(&[]);
                let mut lower = true;
                let phrase = words[from..].iter().zip(&tokens[from..]);
                for (&word, token) in phrase.take(self.longest) {
                    hash = extend_hash(hash, word);
                    lower &= token.case == Case::Lower;
                    if let Some(total) = self.phrases.get_mut(&hash) {
                        total.all += 1;
                        total.lower += u32::from(lower);
                    }
                }
            }
        }
    }

    /// How often a pair was seen, and how often its original stood.
    ///
    /// Many spinners spare capitals, which would hide how often a phrase is
    /// replaced where it can be; so occurrences without a capital count, unless
    /// the phrase is mostly seen with one.
    fn of(&self, original: u64, (count, lower): (u32, u32)) -> (f64, f64) {
        let total = self.phrases.get(&original).copied().unwrap_or_default();
        if lower >= 2 && lower >= count / 5 {
            (lower.into(), total.lower.max(lower).into())
        } else {
            (count.into(), total.all.max(count).into())
        }
    }
}

/// A phrase pair in the lexicon.
#[derive(Debug, Clone)]
struct Known {
    pair: Candidate,
    /// Times seen, less those that accepted extensions explain.
    count: f64,
    /// Times the original stood, less those of accepted extensions.
    total: f64,
    /// Both as they were counted.
    whole: (f64, f64),
    alive: bool,
    /// Whether only occurrences without a capital are counted.
    by_lower: bool,
    /// Times seen or used, with capitals or without.
    uses: u32,
}

/// What a spun phrase may stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sense {
    pub(super) original: u64,
    pub(super) original_len: usize,
    /// In nats.
    pub(super) cost: f32,
}

/// Phrase pairs and their costs.
#[derive(Debug, Default)]
pub struct Lexicon {
    known: FxHashMap<(u64, u64), Known>,
    senses: FxHashMap<u64, Vec<Sense>>,
    pub(super) longest_spun: usize,
    pub(super) longest_original: usize,
}

impl Lexicon {
    /// Takes in the candidates that their parts do not explain.
    pub fn learn(&mut self, candidates: &Candidates, totals: &Totals) {
        let mut ordered: Vec<_> = candidates.pairs.iter().collect();
        // Parts come before the wholes, and of equals the frequent first; the
        // keys make the order the same in every run.
        ordered.sort_unstable_by_key(|(key, candidate)| {
            let length = candidate.spun().len() + candidate.original().len();
            (length, std::cmp::Reverse(candidate.count), **key)
        });
        for (&key, candidate) in ordered {
            let seen = (candidate.count, candidate.lower);
            let (count, total) = totals.of(key.1, seen);
            self.consider(key, candidate, (count, total));
        }
        self.price();
    }

    fn consider(&mut self, key: (u64, u64), candidate: &Candidate, (count, total): (f64, f64)) {
        if self.known.get(&key).is_some_and(|known| known.alive) {
            return;
        }
        let mut cores = Vec::new();
        self.cores(candidate.spun(), candidate.original(), &mut cores);
        for core in &cores {
            if let Some(core) = self.known.get(core) {
                let (seen, of) = if core.alive {
                    (core.count, core.total)
                } else {
                    core.whole
                };
                let rest = ((seen - count).max(0.0), (of - total).max(0.0));
                if !higher((count, total), rest, WITH_WORD) {
                    return;
                }
            }
        }
        if self.is_explained(candidate, (count, total), 0.0) {
            return;
        }
        for core in cores {
            if let Some(core) = self.known.get_mut(&core) {
                core.count = (core.count - count).max(0.0);
                core.total = (core.total - total).max(0.0);
                let low = core.count / core.total.max(1.0) < CORE * count / total;
                core.alive &= core.count >= 2.0 && !low;
            }
        }
        let known = Known {
            pair: candidate.clone(),
            count,
            total,
            whole: (count, total),
            alive: true,
            by_lower: count < f64::from(candidate.count) || candidate.lower == candidate.count,
            uses: candidate.count,
        };
        self.known.insert(key, known);
    }

    /// The longest pairs considered so far that a pair consists of but for
    /// shared words before or after.
    fn cores(&self, spun: &[u32], original: &[u32], found: &mut Vec<(u64, u64)>) {
        let [.., last] = spun else { return };
        let mut look = |spun: &[u32], original: &[u32]| {
            if spun.is_empty() || original.is_empty() {
                return;
            }
            let key = (phrase_hash(spun), phrase_hash(original));
            if !self.known.contains_key(&key) {
                self.cores(spun, original, found);
            } else if !found.contains(&key) {
                found.push(key);
            }
        };
        if spun.first() == original.first() {
            look(&spun[1..], &original[1..]);
        }
        if Some(last) == original.last() {
            look(&spun[..spun.len() - 1], &original[..original.len() - 1]);
        }
    }

    /// Whether two shorter pairs, one of which may be of equal phrases, make
    /// up this one about as often as it was seen.
    fn is_explained(&self, pair: &Candidate, seen: (f64, f64), equal: f64) -> bool {
        let (spun, original) = (pair.spun(), pair.original());
        let mut expected: f64 = 0.0;
        for i in 1..spun.len() {
            for j in 1..original.len() {
                let first = self.rate(&spun[..i], &original[..j], equal);
                if first > 0.0 {
                    expected = expected.max(first * self.rate(&spun[i..], &original[j..], equal));
                }
            }
        }
        expected > 0.0 && !higher(seen, (expected * 1e6, 1e6), AS_ONE)
    }

    /// Drops originals that are hardly ever replaced where they stand: a
    /// spinner replaces its triggers by rule, so that such pairs are shreds of longer ones.
    fn drop_inconsistent(&mut self) {
        let mut triggers: FxHashMap<u64, f64> = FxHashMap::default();
        for (key, known) in &self.known {
            *triggers.entry(key.1).or_default() += known.count;
        }
        self.known.retain(|key, known| {
            triggers
                .get(&key.1)
                .is_some_and(|&used| used >= LEAST_RATE * known.total)
        });
    }

    /// Drops pairs that their parts explain, now that the counts are exclusive.
    fn drop_explained(&mut self) {
        let explained: Vec<(u64, u64)> = self
            .known
            .iter()
            .filter(|(_, known)| self.is_explained(&known.pair, (known.count, known.total), 1.0))
            .map(|(key, _)| *key)
            .collect();
        for key in explained {
            self.known.remove(&key);
        }
    }

    /// Share of an original's uses that a pair replaces; 0 for the unknown, 1 for equal phrases.
    fn rate(&self, spun: &[u32], original: &[u32], equal: f64) -> f64 {
        if spun == original {
            return equal;
        }
        match self.known.get(&(phrase_hash(spun), phrase_hash(original))) {
            Some(known) if known.alive => known.count / known.total.max(1.0),
            _ => 0.0,
        }
    }

    /// Replaces the counts by how often each pair was used, and drops pairs used less than `least` times.
    pub fn recount(&mut self, uses: &Uses, least: u32) {
        self.known.retain(|key, known| {
            let (all, lower) = uses.pairs.get(key).copied().unwrap_or_default();
            known.uses = all;
            known.count = if known.by_lower {
                lower.into()
            } else {
                all.into()
            };
            known.total = known.whole.1;
            known.whole.0 = known.count;
            known.alive = all >= least;
            known.alive
        });
        self.drop_inconsistent();
        self.drop_explained();
        self.price();
    }

    fn price(&mut self) {
        self.senses.clear();
        (self.longest_spun, self.longest_original) = (0, 0);
        for (&(spun, original), known) in self.known.iter().filter(|(_, known)| known.alive) {
            let (count, total) = (known.count, known.total.max(known.count));
            let rate = (count - DISCOUNT).max(0.2) / (total + PRIOR);
            let original_len = known.pair.original().len();
            self.senses.entry(spun).or_default().push(Sense {
                original,
                original_len,
                cost: (-rate.ln() - FREQUENT * f64::from(known.uses.max(1)).ln()).max(0.05) as f32,
            });
            self.longest_spun = self.longest_spun.max(known.pair.spun().len());
            self.longest_original = self.longest_original.max(original_len);
        }
        for senses in self.senses.values_mut() {
            senses.sort_unstable_by_key(|sense| (sense.original_len, sense.original));
        }
        debug_assert!(self.longest_spun <= LONGEST && self.longest_original <= LONGEST);
    }

    /// What a spun phrase may stand for.
    pub(super) fn senses(&self, spun: u64) -> &[Sense] {
        self.senses.get(&spun).map_or(&[], Vec::as_slice)
    }

    /// Phrase pairs in use.
    #[must_use]
    pub fn len(&self) -> usize {
        self.senses.values().map(Vec::len).sum()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.senses.is_empty()
    }
}

/// Whether the first rate (count, total) is more than `times` the second, beyond chance.
fn higher(first: (f64, f64), second: (f64, f64), times: f64) -> bool {
    let (rate, other) = (first.0 / first.1.max(1.0), second.0 / second.1.max(1.0));
    rate > times * other && rate_ratio(first, second) > SIGNIFICANT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon(pairs: &[(&str, &str)]) -> Lexicon {
        let alignments: Vec<Alignment> = pairs
            .iter()
            .map(|(spun, original)| Alignment::new(spun, original))
            .collect();
        let mut candidates = Candidates::default();
        alignments
            .iter()
            .for_each(|alignment| candidates.count(alignment));
        let mut totals = Totals::new(&candidates);
        alignments
            .iter()
            .for_each(|alignment| totals.count(alignment));
        let mut lexicon = Lexicon::default();
        lexicon.learn(&candidates, &totals);
        lexicon
    }

    fn knows(lexicon: &Lexicon, spun: &str, original: &str) -> bool {
        let hash = |text| phrase_hash(&super::super::Side::new(text).words);
        lexicon
            .senses(hash(spun))
            .iter()
            .any(|sense| sense.original == hash(original))
    }

    #[test]
    fn a_shared_word_belongs_to_the_phrase_if_it_decides() {
        let mut pairs = Vec::new();
        for _ in 0..12 {
            pairs.push(("a boat within the harbour", "a boat in the harbour"));
            pairs.push(("six boats in a harbour", "six boats in a harbour"));
            pairs.push(("we stated the price", "we said the price"));
            pairs.push(("they stated so again", "they said so again"));
        }
        let lexicon = lexicon(&pairs);
        assert!(knows(&lexicon, "within the", "in the"));
        assert!(!knows(&lexicon, "within", "in"));
        assert!(knows(&lexicon, "stated", "said"));
        assert!(!knows(&lexicon, "stated the", "said the"));
    }
}
