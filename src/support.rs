//! Support: what the rest of the document says for an original.
//!
//! A spinner replaces every occurrence of a phrase, each by an alternative
//! drawn anew. Where "stated" stands in one place and "mentioned" in another,
//! each speaks for "said" in the other's place.

use crate::dict::{Candidate, Lexicon, PhraseId};
use crate::matches::Match;

/// Expected numbers of originals in a document, worked out from its keys.
#[derive(Debug, Default)]
pub(crate) struct Support {
    /// Per phrase as a key: occurrences.
    seen: Vec<u32>,
    /// Per phrase as an original: expected occurrences, in units of 1/256.
    expected: Vec<u32>,
    /// Which of these are not zero, the latter with what made them so.
    touched: Vec<PhraseId>,
    supported: Vec<(PhraseId, u32)>,
}

impl Support {
    /// Levels that [`level`](Self::level) tells apart.
    pub(crate) const LEVELS: u64 = 8;

    /// Counts the keys of a document or block, given its leading matches.
    pub(crate) fn count(&mut self, matches: &[Match], lexicon: &Lexicon) {
        for phrase in self.touched.drain(..) {
            self.seen[phrase.0 as usize] = 0;
        }
        for (phrase, _) in self.supported.drain(..) {
            self.expected[phrase.0 as usize] = 0;
        }
        self.seen.resize(lexicon.len(), 0);
        self.expected.resize(lexicon.len(), 0);
        for found in matches {
            self.seen[found.phrase.0 as usize] += 1;
            let phrase = lexicon.phrase(found.phrase);
            let support = |_, candidate: &Candidate| (candidate.trigger, candidate.prior);
            lexicon.extend(&mut self.supported, phrase, support);
        }
        for (phrase, prior) in &self.supported {
            let expected = &mut self.expected[phrase.0 as usize];
            *expected = expected.saturating_add(*prior);
        }
        self.touched
            .extend(matches.iter().map(|found| found.phrase));
    }

    /// How strongly other keys of the document speak for a candidate, from 0
    /// (not at all) to [`LEVELS`](Self::LEVELS) less one.
    pub(crate) fn level(&self, candidate: u32, lexicon: &Lexicon) -> u64 {
        let candidate = &lexicon.all_candidates()[candidate as usize];
        let own = self.seen[candidate.key.0 as usize] * candidate.prior;
        let others = self.expected[candidate.trigger.0 as usize].saturating_sub(own);
        // Below 1/4, then one level each time it doubles.
        let doublings = u64::from((others / 32).checked_ilog2().map_or(0, |log| log + 1));
        doublings.min(Self::LEVELS - 1)
    }
}
