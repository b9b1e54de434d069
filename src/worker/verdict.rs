//! Verdicts: whether a block of a document was spun, given what the blocks before it showed.

use super::Worker;
use crate::block::windows;
use crate::document::{Carry, Verdict, THRESHOLD};
use crate::relay::Turn;
use crate::restorer::Assume;
use crate::scan::scan;
use crate::session::Session;
use crate::token::tokenize_into;

/// Texts longer than this, in bytes, are looked at window by window.
const LONG: usize = 64 << 10;

impl Worker {
    /// What shows that a block is to be restored, if anything does.
    pub(super) fn found_spun(&mut self, text: &str, session: &mut Session) -> Option<Verdict> {
        if !session.is_telling() && self.is_clean_at_a_glance(text, session) {
            session.add_clean();
            return None;
        }
        let verdict = self.judge(text, session)?;
        self.is_acted_on(&verdict).then_some(verdict)
    }

    /// The same for a block among others that are worked on elsewhere: what it shows by itself is
    /// found out before its turn comes.
    pub(super) fn found_spun_in_turn(&mut self, text: &str, turn: Turn) -> Option<Verdict> {
        let is_clean = self.is_clean_at_a_glance(text, &Session::default());
        if !is_clean {
            self.read(text);
        }
        turn.take(|session| match (is_clean, session.spun) {
            // A glance is not enough where earlier blocks were spun.
            (true, Some(true)) => self.found_spun(text, session),
            (true, _) => {
                session.add_clean();
                None
            }
            (false, _) => {
                let verdict = self.judge_read(text, false, session);
                self.is_acted_on(&verdict).then_some(verdict)
            }
        })?
    }

    /// Whether what a verdict is on is to be restored.
    fn is_acted_on(&self, verdict: &Verdict) -> bool {
        self.restorer.inner.assume != Assume::Auto || verdict.spun == Some(true)
    }

    /// Whether a block can be left alone without a verdict: what makes the gate
    /// suspicious of some of its windows does not stand up to a closer look.
    pub(super) fn is_clean_at_a_glance(&mut self, text: &str, session: &Session) -> bool {
        let inner = &self.restorer.inner;
        if inner.assume != Assume::Auto || session.spun == Some(true) {
            return false;
        }
        if text.len() < LONG {
            return !inner.dictionary.lexicon().gate().is_suspicious(text);
        }
        let restorer = self.restorer.clone();
        let gate = restorer.inner.dictionary.lexicon().gate();
        let mut odds = 0;
        for window in windows(text).filter(|window| gate.is_suspicious(window)) {
            self.read(window);
            let verdict = self.judge_tokens(window, &mut Carry::default());
            odds += verdict.log_odds.max(0);
            if odds >= THRESHOLD {
                return false;
            }
        }
        true
    }

    /// Tokens of a text and the phrases in them.
    pub(super) fn read(&mut self, text: &str) {
        let inner = &self.restorer.inner;
        let lexicon = inner.dictionary.lexicon();
        tokenize_into(text, &mut self.tokens);
        // Here and not in the scanner, which this makes slower where all of it is near already.
        lexicon.prefixes().prefetch(&self.tokens);
        scan(text, &self.tokens, lexicon, &mut self.matches);
        inner.keep.spare(text, &self.tokens, &mut self.matches);
        self.leading.find(&self.matches);
        // The verdict reads what is known of each.
        for found in &self.matches {
            lexicon.prefetch(found.phrase);
        }
    }

    /// The verdict on a text that was [read](Self::read), whatever else the document shows.
    pub(super) fn judge_tokens(&mut self, text: &str, carry: &mut Carry) -> Verdict {
        let inner = &self.restorer.inner;
        let (lexicon, known) = (inner.dictionary.lexicon(), inner.assume == Assume::Spun);
        let (tokens, matches) = (&self.tokens, self.leading.matches());
        self.judge
            .judge(text, tokens, matches, lexicon, carry, known)
    }

    /// Tokens, matches and the verdict; `None` where the text is taken as clean.
    pub(super) fn judge(&mut self, text: &str, session: &mut Session) -> Option<Verdict> {
        if self.restorer.inner.assume == Assume::Clean {
            return None;
        }
        // Who asks for a verdict gets the one that restoring would act on.
        let clean = session.is_telling() && self.is_clean_at_a_glance(text, session);
        self.read(text);
        Some(self.judge_read(text, clean, session))
    }

    /// The verdict on a block that was [read](Self::read), and whether it is clean at a glance.
    fn judge_read(&mut self, text: &str, clean: bool, session: &mut Session) -> Verdict {
        let mut unused = session.carry.clone();
        let carry = if clean {
            &mut unused
        } else {
            &mut session.carry
        };
        let mut verdict = self.judge_tokens(text, carry);
        if clean {
            verdict.spun = Some(false);
            verdict.log_odds = verdict.log_odds.min(THRESHOLD - 1);
        }
        session.add(&verdict, self.leading.matches());
        verdict
    }
}
