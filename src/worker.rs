//! The worker: takes a text down the whole road, with scratch memory that it keeps.
//!
//! Tokens → matches → document → lattice → decision → surface form.

mod paragraphs;
mod together;
mod verdict;
mod words;

use std::borrow::Cow;
use std::ops::Range;

use self::words::Words;
use crate::block::blocks;
use crate::choices::{Choices, Rivals};
use crate::compose::{compose, compose_replacements};
use crate::decide::Decoder;
use crate::document::{Carry, Judge, Verdict};
use crate::edit::{apply, Edit};
use crate::lattice::Lattice;
use crate::matches::{Leading, Match};
use crate::names::Names;
use crate::relay::Turn;
use crate::replacements::Replacements;
use crate::report::{Decision, Report, Spin};
use crate::restorer::{Assume, Restorer};
use crate::session::Session;
use crate::slot::{Source, Written};
use crate::support::Support;
use crate::token::Token;

/// Times that a text is restored at most.
const PASSES: usize = 3;

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
    /// Those before what names the block has was known.
    earlier: Choices,
    /// The replacements in a block, and in a text.
    written: Written,
    replacements: Replacements,
    /// The block with its replacements made.
    between: String,
    /// Memory for the blocks of a document that is read.
    pub(crate) rooms: Vec<Vec<u8>>,
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
            earlier: Choices::default(),
            written: Written::default(),
            replacements: Replacements::default(),
            between: String::new(),
            rooms: Vec::new(),
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
                restored += Cow::Owned(std::mem::take(new));
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
        let mut all = std::mem::take(&mut self.replacements);
        all.clear();
        self.for_each_block(text, |replacements, base| all.append(replacements, base));
        self.replacements = all;
        &self.replacements
    }

    /// Calls `each` with the replacements of [`replacements`](Self::replacements), the bytes and
    /// what takes their place, without holding more of them in memory at a time than a part of
    /// 1 MiB has.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "embedded")] {
    /// use unspin::{Assume, Restorer};
    ///
    /// let restorer = Restorer::builder().assume(Assume::Spun).build()?;
    /// let text = "Press play to hearken to this text";
    /// let mut all = Vec::new();
    /// let each = |place, replacement: &str| all.push((place, replacement.to_string()));
    /// restorer.worker().for_each_replacement(text, each);
    /// assert_eq!(all, [(14..24, "listen to".into()), (25..34, "this article".into())]);
    /// # }
    /// # Ok::<(), unspin::Error>(())
    /// ```
    pub fn for_each_replacement(&mut self, text: &str, mut each: impl FnMut(Range<usize>, &str)) {
        self.for_each_block(text, |replacements, base| {
            replacements.for_each(base, &mut each);
        });
    }

    /// Calls `each` with the replacements in every block of a text, and where that begins.
    fn for_each_block(&mut self, text: &str, mut each: impl FnMut(&Replacements, usize)) {
        let mut session = Session::default();
        for block in blocks(text) {
            let base = block.start;
            let text = &text[block];
            let verdict = self.found_spun(text, &mut session);
            self.replace(text, verdict);
            each(&self.written.replacements, base);
        }
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

    /// One block of a document with its replacements made, in memory that is kept unless it is
    /// taken; `None` if there are none.
    pub(crate) fn rewrite(&mut self, text: &str, session: &mut Session) -> Option<&mut String> {
        let verdict = self.found_spun(text, session);
        self.rewrite_found(text, verdict)
    }

    /// The same for a block among others that are worked on elsewhere.
    pub(crate) fn rewrite_in_turn(&mut self, text: &str, turn: Turn) -> Option<&mut String> {
        let verdict = self.found_spun_in_turn(text, turn);
        self.rewrite_found(text, verdict)
    }

    fn rewrite_found(&mut self, text: &str, verdict: Option<Verdict>) -> Option<&mut String> {
        let is_made = self.replace(text, verdict);
        let replacements = &self.written.replacements;
        if replacements.is_empty() {
            return None;
        }
        if !is_made {
            replacements.make(text, &mut self.between);
        }
        Some(&mut self.between)
    }

    /// Writes down the replacements in one block of a document that was just judged, if anything
    /// was found, and says whether the block with them made is known already.
    fn replace(&mut self, text: &str, verdict: Option<Verdict>) -> bool {
        self.written.replacements.clear();
        let Some(verdict) = verdict else {
            return false;
        };
        // Without rivals a replacement has no score.
        let rivals = match self.restorer.inner.min_score > 0.0 {
            true => Rivals::Compared,
            false => Rivals::Ignored,
        };
        self.write(text, &verdict, rivals);
        if !self.may_go_on() {
            return false;
        }
        for _ in 1..PASSES {
            if self.written.replacements.is_empty() {
                break;
            }
            let mut between = std::mem::take(&mut self.between);
            self.written.replacements.make(text, &mut between);
            let is_last = !self.replace_more(text, &between);
            self.between = between;
            if is_last {
                return true;
            }
        }
        false
    }

    /// Adds the replacements that are still to be made in a block once those that were written
    /// down are; false if there are none.
    fn replace_more(&mut self, text: &str, between: &str) -> bool {
        let Some(verdict) = self.still_spun(between) else {
            return false;
        };
        let first = std::mem::take(&mut self.written.replacements);
        self.write(between, &verdict, Rivals::Ignored);
        let second = &mut self.written.replacements;
        let is_any = !second.is_empty();
        *second = match is_any {
            true => compose_replacements(text, &first, between, second),
            false => first,
        };
        is_any
    }

    /// How many replacements the last block has.
    pub(crate) fn replaced(&self) -> usize {
        self.written.replacements.len()
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

    /// The verdict on a restored text that still looks spun: some texts went through a
    /// spinner more than once.
    fn still_spun(&mut self, between: &str) -> Option<Verdict> {
        if self.is_clean_at_a_glance(between, &Session::default()) {
            return None;
        }
        self.read(between);
        let verdict = self.judge_tokens(between, &mut Carry::default());
        (verdict.spun == Some(true)).then_some(verdict)
    }

    /// Goes on while the text still looks spun.
    fn undo_earlier(&mut self, text: &str, mut edits: Vec<Edit>) -> Vec<Edit> {
        if !self.may_go_on() {
            return edits;
        }
        for _ in 1..PASSES {
            if edits.is_empty() {
                break;
            }
            let between = apply(text, &edits);
            let Some(verdict) = self.still_spun(&between) else {
                break;
            };
            let more = self.decide(&between, &verdict, Rivals::Compared);
            if more.is_empty() {
                break;
            }
            edits = compose(text, &edits, &between, &more);
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
}
