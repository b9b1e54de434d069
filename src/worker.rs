//! The worker: takes a text down the whole road, with scratch memory that it keeps.
//!
//! Tokens → matches → document → lattice → decision → surface form.

mod paragraphs;
mod words;

use std::borrow::Cow;

use self::words::Words;
use crate::block::{blocks, windows};
use crate::choices::{Choices, Rivals};
use crate::compose::compose;
use crate::decide::Decoder;
use crate::document::{Carry, Judge, Verdict, THRESHOLD};
use crate::edit::{apply, Edit};
use crate::lattice::Lattice;
use crate::matches::{Leading, Match};
use crate::names::Names;
use crate::replacements::Replacements;
use crate::report::{Decision, Report, Spin};
use crate::restorer::{Assume, Restorer};
use crate::scan::scan;
use crate::session::Session;
use crate::slot::{Source, Written};
use crate::support::Support;
use crate::token::{tokenize_into, Token};

/// Times that a text is restored at most.
const PASSES: usize = 3;

/// Texts longer than this, in bytes, are looked at window by window.
const LONG: usize = 64 << 10;

/// Restores texts one after the other, for one thread.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "embedded")] {
/// let restorer = unspin::Restorer::new();
/// let mut worker = restorer.worker();
/// for text in ["One text.", "Another text."] {
///     assert_eq!(worker.restore(text), text);
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Worker {
    restorer: Restorer,
    tokens: Vec<Token>,
    matches: Vec<Match>,
    leading: Leading,
    words: Words,
    /// Where the paragraphs end that are decoded together.
    ends: Vec<usize>,
    judge: Judge,
    support: Support,
    names: Names,
    lattice: Lattice,
    decoder: Decoder,
    choices: Choices,
    /// The replacements in a block, and in a text.
    written: Written,
    replacements: Replacements,
}

impl Worker {
    pub(crate) fn new(restorer: Restorer) -> Worker {
        Worker {
            restorer,
            tokens: Vec::new(),
            matches: Vec::new(),
            leading: Leading::default(),
            words: Words::default(),
            ends: Vec::new(),
            judge: Judge::default(),
            support: Support::default(),
            names: Names::default(),
            lattice: Lattice::default(),
            decoder: Decoder::default(),
            choices: Choices::default(),
            written: Written::default(),
            replacements: Replacements::default(),
        }
    }

    /// Restores a text; [`Cow::Borrowed`] when nothing changes.
    pub fn restore<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        let mut session = Session::default();
        let mut restored = Cow::Borrowed("");
        let mut from = 0;
        for block in blocks(text) {
            // Most texts have one block only, and what takes its place needs no copy.
            if let Some(new) = self.rewrite(&text[block.clone()], &mut session) {
                restored += &text[from..block.start];
                restored += Cow::Owned(new);
                from = block.end;
            }
        }
        restored += &text[from..];
        restored
    }

    /// What was found out about a text, and the edits that restore it.
    pub fn analyze(&mut self, text: &str) -> Report {
        let mut session = Session::telling();
        let edits = self.document(text, &mut session);
        Report {
            spin: session.spin(self.restorer.inner.dictionary.lexicon()),
            edits,
        }
    }

    /// Whether a text was spun, without restoring it.
    pub fn detect(&mut self, text: &str) -> Spin {
        let mut session = Session::telling();
        for block in blocks(text) {
            self.judge(&text[block], &mut session);
        }
        session.spin(self.restorer.inner.dictionary.lexicon())
    }

    /// Every slot of a text with its readings and their costs, whether or not
    /// the text looks spun.
    pub fn explain(&mut self, text: &str) -> Vec<Decision> {
        let mut session = Session::default();
        let mut decisions = Vec::new();
        for block in blocks(text) {
            let base = block.start;
            let block = &text[block];
            if let Some(verdict) = self.judge(block, &mut session) {
                self.choose(block, &verdict, Rivals::Compared);
                let (source, choices) = (self.source(block), self.choices.iter());
                decisions.extend(choices.map(|choice| choice.decision(&source, base)));
            }
        }
        decisions
    }

    /// The edits that restore a text, as in [`analyze`](Self::analyze) without the rest.
    pub fn edits(&mut self, text: &str) -> Vec<Edit> {
        self.document(text, &mut Session::default())
    }

    /// What the same edits replace, without what it takes to weigh them, and so in less time.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "embedded")] {
    /// use unspin::{apply, Assume, Restorer};
    ///
    /// let restorer = Restorer::builder().assume(Assume::Spun).build()?;
    /// let mut worker = restorer.worker();
    /// let text = "Press play to hearken to this text";
    /// let edits = worker.edits(text);
    /// assert_eq!(worker.replacements(text).apply(text), apply(text, &edits));
    /// # }
    /// # Ok::<(), unspin::Error>(())
    /// ```
    pub fn replacements(&mut self, text: &str) -> &Replacements {
        let mut session = Session::default();
        let mut all = std::mem::take(&mut self.replacements);
        all.clear();
        for block in blocks(text) {
            let base = block.start;
            let text = &text[block];
            self.replace(text, &mut session);
            all.append(&self.written.replacements, base);
        }
        self.replacements = all;
        &self.replacements
    }

    fn document(&mut self, text: &str, session: &mut Session) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        for block in blocks(text) {
            let base = block.start;
            let from = edits.len();
            let more = self.edit(&text[block], session).into_iter();
            edits.extend(more.map(|edit| Edit {
                start: edit.start + base,
                end: edit.end + base,
                cause: edit.cause.map(|cause| cause + from),
                ..edit
            }));
        }
        edits
    }

    /// The edits of one block of a document, with offsets from the block's start.
    fn edit(&mut self, text: &str, session: &mut Session) -> Vec<Edit> {
        let Some(verdict) = self.found_spun(text, session) else {
            return Vec::new();
        };
        let edits = self.decide(text, &verdict, Rivals::Compared);
        self.undo_earlier(text, edits)
    }

    /// One block of a document with its replacements made; `None` if there are none.
    pub(crate) fn rewrite(&mut self, text: &str, session: &mut Session) -> Option<String> {
        let restored = self.replace(text, session);
        let replacements = &self.written.replacements;
        let is_any = !replacements.is_empty();
        is_any.then(|| restored.unwrap_or_else(|| replacements.apply(text)))
    }

    /// Writes down the replacements in one block of a document, likewise, and gives the block
    /// with them made where it is known already.
    fn replace(&mut self, text: &str, session: &mut Session) -> Option<String> {
        self.written.replacements.clear();
        let verdict = self.found_spun(text, session)?;
        // Without rivals a replacement has no score.
        let rivals = match self.restorer.inner.min_score > 0.0 {
            true => Rivals::Compared,
            false => Rivals::Ignored,
        };
        self.write(text, &verdict, rivals);
        if !self.may_go_on() || self.written.replacements.is_empty() {
            return None;
        }
        let between = self.written.replacements.apply(text);
        if self.is_clean_at_a_glance(&between, &Session::default()) {
            return Some(between);
        }
        let edits = self.undo_earlier(text, self.written(text));
        self.written.replacements = Replacements::from(&edits[..]);
        None
    }

    /// How many replacements the last block has.
    pub(crate) fn replaced(&self) -> usize {
        self.written.replacements.len()
    }

    /// What shows that a block is to be restored, if anything does.
    fn found_spun(&mut self, text: &str, session: &mut Session) -> Option<Verdict> {
        if !session.is_telling() && self.is_clean_at_a_glance(text, session) {
            session.spun = session.spun.or(Some(false));
            return None;
        }
        let verdict = self.judge(text, session)?;
        let known = self.restorer.inner.assume != Assume::Auto;
        (known || verdict.spun == Some(true)).then_some(verdict)
    }

    /// Writes down the replacements in the block that was just judged.
    fn write(&mut self, text: &str, verdict: &Verdict, rivals: Rivals) {
        self.choose(text, verdict, rivals);
        let mut written = std::mem::take(&mut self.written);
        let min_score = self.restorer.inner.min_score;
        crate::slot::replace(&self.source(text), &self.choices, min_score, &mut written);
        self.written = written;
    }

    /// The edits that make the replacements that were just written down.
    fn written(&self, text: &str) -> Vec<Edit> {
        crate::slot::edits(&self.source(text), &self.choices, &self.written)
    }

    /// The edits of the block that was just judged.
    fn decide(&mut self, text: &str, verdict: &Verdict, rivals: Rivals) -> Vec<Edit> {
        self.write(text, verdict, rivals);
        self.written(text)
    }

    /// Whether a text is restored again while it looks spun.
    fn may_go_on(&self) -> bool {
        self.restorer.inner.assume == Assume::Auto && self.restorer.inner.min_score <= 0.0
    }

    /// Goes on while the text still looks spun: some texts went through a
    /// spinner more than once.
    fn undo_earlier(&mut self, text: &str, mut edits: Vec<Edit>) -> Vec<Edit> {
        if !self.may_go_on() {
            return edits;
        }
        for _ in 1..PASSES {
            let between = apply(text, &edits);
            if edits.is_empty() || self.is_clean_at_a_glance(&between, &Session::default()) {
                break;
            }
            self.read(&between);
            let verdict = self.judge_tokens(&between, &mut Carry::default());
            if verdict.spun != Some(true) {
                break;
            }
            let more = self.decide(&between, &verdict, Rivals::Compared);
            if more.is_empty() {
                break;
            }
            edits = compose(text, edits, &between, more);
        }
        edits
    }

    /// The block that was just judged, as readings see it.
    fn source<'a>(&'a self, text: &'a str) -> Source<'a> {
        Source {
            text,
            tokens: &self.tokens,
            lexicon: self.restorer.inner.dictionary.lexicon(),
        }
    }

    /// Whether a block can be left alone without a verdict: what makes the gate
    /// suspicious of some of its windows does not stand up to a closer look.
    fn is_clean_at_a_glance(&mut self, text: &str, session: &Session) -> bool {
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
    fn read(&mut self, text: &str) {
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

    fn judge_tokens(&mut self, text: &str, carry: &mut Carry) -> Verdict {
        let inner = &self.restorer.inner;
        let (lexicon, known) = (inner.dictionary.lexicon(), inner.assume == Assume::Spun);
        let (tokens, matches) = (&self.tokens, self.leading.matches());
        self.judge
            .judge(text, tokens, matches, lexicon, carry, known)
    }

    /// Tokens, matches and the verdict; `None` where the text is taken as clean.
    fn judge(&mut self, text: &str, session: &mut Session) -> Option<Verdict> {
        if self.restorer.inner.assume == Assume::Clean {
            return None;
        }
        // Who asks for a verdict gets the one that restoring would act on.
        let clean = session.is_telling() && self.is_clean_at_a_glance(text, session);
        self.read(text);
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
        Some(verdict)
    }
}
