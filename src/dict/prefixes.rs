//! Prefixes: phrases as paths of numbered words.

use super::lexicon::PhraseId;
use super::prefix::Prefix;
use super::table::Table;
use super::words::{Words, CHUNK};
use crate::image::fields;
use crate::token::{Gap, Kind, Token};

/// All phrases: the words that they begin with, and how they go on.
#[derive(Debug)]
pub(crate) struct Prefixes {
    words: Words,
    steps: Steps,
    /// Which steps there are: most that are asked for are none.
    some: Bits,
}

/// Prefixes of several words, by the steps that lead to them.
#[derive(Debug)]
struct Steps {
    table: Table,
    numbered: u32,
}

/// A step from a prefix to a longer one: by which word, and what stands before that.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Step(u64);

/// A bit for each step, where it falls (Bloom 1970, with one function): few
/// enough to stay in the nearest cache.
#[derive(Debug)]
struct Bits {
    words: Vec<u64>,
    /// Bits of a step that do not choose its bit.
    shift: u32,
}

fields!(Prefixes: words, steps, some);
fields!(Steps: table, numbered);
fields!(Bits: words, shift);

/// Set in the numbers of prefixes of several words; those of one have its number.
const SEVERAL: u32 = 1 << 31;

/// What stands before an opaque token, with which no match begins.
const HIDDEN: u64 = 3;

impl Step {
    /// From a prefix to a word that has such a gap before it.
    #[inline(always)]
    pub(crate) fn new(prefix: Prefix, word: Prefix, gap: Gap) -> Step {
        Step::spread(prefix.number(), word.number(), gap as u64)
    }

    /// To an opaque token.
    fn hidden(word: Prefix) -> Step {
        Step::spread(0, word.number(), HIDDEN)
    }

    /// No two steps are spread to the same bits.
    #[inline(always)]
    fn spread(prefix: u32, word: u32, gap: u64) -> Step {
        let step = u64::from(prefix) << 32 | u64::from(word) << 2 | gap;
        Step(step.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}

impl Prefixes {
    /// Room for some phrases; it grows where that is not enough.
    pub(super) fn with_capacity(phrases: usize) -> Prefixes {
        Prefixes {
            words: Words::with_capacity(phrases / 2),
            steps: Steps {
                table: Table::with_capacity(phrases * 3 / 4),
                numbered: 0,
            },
            some: Bits::with_capacity(phrases),
        }
    }

    /// Takes in a phrase as `new`, unless it is known already. Returns which it is.
    pub(super) fn add(&mut self, text: &str, tokens: &[Token], new: PhraseId) -> PhraseId {
        let Some((first, rest)) = tokens.split_first() else {
            return new;
        };
        let mut reached = self.words.add(text, first);
        if first.kind == Kind::Opaque {
            reached = self.steps.reach(Step::hidden(*reached));
        }
        for token in rest {
            reached.go_on();
            let from = *reached;
            let step = Step::new(from, *self.words.add(text, token), token.gap);
            self.some.insert(step);
            reached = self.steps.reach(step);
        }
        reached.phrase_or(new)
    }

    /// What is known of a token.
    pub(crate) fn know(&self, text: &str, token: &Token) -> Prefix {
        self.words.get(text, token)
    }

    /// Has the processor fetch what is known of some tokens.
    #[inline]
    pub(crate) fn prefetch(&self, tokens: &[Token]) {
        self.words.prefetch(tokens);
    }

    /// What is known of each of some tokens, and none behind them.
    #[inline(always)]
    pub(crate) fn know_all(&self, text: &str, tokens: &[Token], known: &mut [Prefix; CHUNK]) {
        self.words.get_all(text, tokens, known);
    }

    /// Whether a step may lead on to a phrase: sure of no, mostly right of yes.
    #[inline(always)]
    pub(crate) fn may_take(&self, step: Step) -> bool {
        self.some.may_have(step)
    }

    /// Has the processor fetch where a step leads to.
    #[inline(always)]
    pub(crate) fn prefetch_step(&self, step: Step) {
        self.steps.table.prefetch(step.0);
    }

    /// Where a step leads to if that is seen at once; otherwise it may be
    /// [elsewhere](Prefix::is_elsewhere), where [`take`](Self::take) finds it. Without a
    /// branch.
    #[inline(always)]
    pub(crate) fn look(&self, step: Step) -> Prefix {
        self.steps.table.look(step.0)
    }

    /// Where a step leads to.
    #[inline]
    pub(crate) fn take(&self, step: Step) -> Prefix {
        match self.look(step) {
            prefix if prefix.is_elsewhere() => self.steps.table.get(step.0, |_| true),
            prefix => prefix,
        }
    }

    /// Calls `found` with each phrase of more than two tokens that `tokens` begin
    /// with and its length, shortest first. The prefix of two tokens is given, and
    /// what is known of some tokens.
    #[inline(always)]
    pub(crate) fn longer(
        &self,
        text: &str,
        tokens: &[Token],
        known: &[Prefix],
        mut prefix: Prefix,
        mut found: impl FnMut(PhraseId, usize),
    ) {
        let mut length = 2;
        while let Some(next) = tokens.get(length).filter(|_| prefix.goes_on()) {
            let word = match known.get(length) {
                Some(known) => *known,
                None => self.know(text, next),
            };
            let step = Step::new(prefix, word, next.gap);
            if !self.may_take(step) {
                break;
            }
            prefix = self.take(step);
            length += 1;
            if prefix.is_phrase() {
                found(prefix.phrase(), length);
            }
        }
    }
}

impl Steps {
    /// The prefix that a step leads to, which is made one if it is none yet.
    fn reach(&mut self, Step(key): Step) -> &mut Prefix {
        let at = match self.table.find(key, |_| true) {
            Some(at) => at,
            None => {
                self.numbered += 1;
                let new = Prefix::new(SEVERAL | self.numbered, false);
                self.table.insert(key, new)
            }
        };
        self.table.prefix_mut(at)
    }
}

impl Bits {
    const LEAST: usize = 1 << 17;

    /// Room for some steps.
    fn with_capacity(steps: usize) -> Bits {
        let bits = (16 * steps).next_power_of_two().max(Bits::LEAST);
        Bits {
            words: vec![0; bits / 64],
            shift: 64 - bits.trailing_zeros(),
        }
    }

    /// Where the bit of a step is: word, and bit in it.
    #[inline]
    fn place(&self, Step(bits): Step) -> (usize, u32) {
        let at = (bits >> self.shift) as usize;
        (at >> 6, at as u32 & 63)
    }

    fn insert(&mut self, step: Step) {
        let (word, bit) = self.place(step);
        self.words[word] |= 1 << bit;
    }

    /// Sure of no, mostly right of yes.
    #[inline]
    fn may_have(&self, step: Step) -> bool {
        let (word, bit) = self.place(step);
        self.words[word] >> bit & 1 != 0
    }
}
