//! The lattice: for each token of a stretch of text, the readings that begin there.

use crate::channel::Channel;
use crate::cost::NAT;
use crate::dict::Lexicon;
use crate::scan::Match;
use crate::token::{Case, Gap, Kind, Token};

/// A reading of one or more tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arc {
    /// Tokens that it spans.
    pub(crate) length: u32,
    /// Index of the candidate in its lexicon, or [`Arc::IDENTITY`].
    pub(crate) candidate: u32,
    /// What the channel asks for it.
    pub(crate) cost: i32,
}

impl Arc {
    /// The token stands as the author wrote it.
    pub(crate) const IDENTITY: u32 = u32::MAX;
}

/// A phrase of several tokens that the spinner would have replaced, ending at
/// some token: leaving all of it alone costs this.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spared {
    /// Tokens.
    pub(crate) length: u32,
    /// What it costs that the spinner passed over it.
    pub(crate) cost: i32,
}

/// Readings of a stretch of tokens.
#[derive(Debug, Default)]
pub(crate) struct Lattice {
    arcs: Vec<Arc>,
    /// Per token, the end of its arcs.
    arc_ends: Vec<u32>,
    spared: Vec<Vec<Spared>>,
    /// Per token, how many tokens before it a spared phrase has that goes on there.
    spans: Vec<u32>,
    identity: Vec<i32>,
    longest: u32,
}

/// What a lattice is built of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch<'a> {
    pub(crate) text: &'a str,
    /// The tokens of the stretch.
    pub(crate) tokens: &'a [Token],
    /// The token of the text that is the first of the stretch.
    pub(crate) first: usize,
    /// The matches that begin in the stretch; they count the tokens of the text.
    pub(crate) matches: &'a [Match],
}

/// How much the cost of passing over a trigger counts, in units of 1/256: it is
/// surer than what the context model says.
const KEPT: i32 = 330;

/// What every substitution costs beside the channel: repairs must be worth it.
const SUBSTITUTION: i32 = NAT / 4;

/// What white space that no writer uses costs.
const GLUE: i32 = 5 * NAT;

/// What it costs that `word`, a token of `source`, stands where token `at` of
/// the text stands, by the white space around: no writer glues a word to the
/// number before it ("50percent"), or parts a sign from its number ("50 %").
fn glue(text: &str, tokens: &[Token], at: usize, word: &Token, source: &str) -> i32 {
    let gap = tokens[at].gap;
    let spelt = word.kind == Kind::Word && word.end - word.start > 2;
    // "three,000" and "zero.5"
    if let [mark, number, ..] = &tokens[at + 1..] {
        let joined = mark.gap == Gap::None && number.gap == Gap::None;
        let parts = joined && mark.kind == Kind::Mark && number.kind == Kind::Number;
        if parts && spelt && matches!(mark.text(text), "." | ",") {
            return GLUE;
        }
    }
    let Some(before) = at.checked_sub(1).map(|at| &tokens[at]) else {
        return 0;
    };
    let unusual = match before.kind {
        Kind::Number => match gap {
            Gap::None => spelt,
            _ => word.kind == Kind::Mark && word.text(source) == "%",
        },
        Kind::Word => gap == Gap::None && spelt,
        // "1.eighty two"
        Kind::Mark => {
            let joined = gap == Gap::None && before.gap == Gap::None && at >= 2;
            joined && spelt && word.case == Case::Lower && matches!(before.text(text), "." | ",")
        }
        _ => false,
    };
    if unusual {
        GLUE
    } else {
        0
    }
}

impl Lattice {
    /// Builds the lattice of a stretch from the matches in it.
    pub(crate) fn build(&mut self, stretch: &Stretch<'_>, lexicon: &Lexicon, channel: &Channel) {
        let Stretch {
            text,
            tokens,
            first,
            matches,
        } = *stretch;
        self.arcs.clear();
        self.arc_ends.clear();
        self.longest = 1;
        self.identity.clear();
        self.identity
            .extend((0..tokens.len()).map(|at| glue(text, tokens, at, &tokens[at], text)));
        if self.spared.len() < tokens.len() {
            self.spared.resize_with(tokens.len(), Vec::new);
        }
        self.spared[..tokens.len()].iter_mut().for_each(Vec::clear);
        self.spans.clear();
        self.spans.resize(tokens.len() + 1, 0);
        let mut next = 0;
        for at in 0..tokens.len() {
            while let Some(found) = matches.get(next).filter(|m| m.start as usize - first == at) {
                next += 1;
                let length = usize::from(found.length);
                if at + length > tokens.len() {
                    continue;
                }
                let phrase = lexicon.phrase(found.phrase);
                let class = found.class;
                if phrase.trigger {
                    let cost = channel.kept(class) * KEPT / NAT;
                    if length == 1 {
                        self.identity[at] += cost;
                    } else {
                        self.spared[at + length - 1].push(Spared {
                            length: length as u32,
                            cost,
                        });
                        for (inside, span) in self.spans[at..at + length].iter_mut().enumerate() {
                            *span = (*span).max(inside as u32);
                        }
                    }
                }
                self.longest = self.longest.max(length as u32);
                let used = channel.used(class) + SUBSTITUTION;
                for (index, candidate) in lexicon.candidates(phrase).iter().enumerate() {
                    let Some(word) = lexicon.tokens(candidate).first() else {
                        continue;
                    };
                    let glued = glue(text, tokens, at, word, lexicon.original(candidate));
                    self.arcs.push(Arc {
                        length: length as u32,
                        candidate: phrase.candidates.start + index as u32,
                        cost: used + glued + candidate.channel + candidate.bias,
                    });
                }
            }
            self.arc_ends.push(self.arcs.len() as u32);
        }
    }

    /// The arcs that begin at a token, with the index of the first.
    pub(crate) fn arcs(&self, at: usize) -> (usize, &[Arc]) {
        let from = if at == 0 {
            0
        } else {
            self.arc_ends[at - 1] as usize
        };
        (from, &self.arcs[from..self.arc_ends[at] as usize])
    }

    /// An arc by its index.
    pub(crate) fn arc(&self, index: u32) -> &Arc {
        &self.arcs[index as usize]
    }

    pub(crate) fn arc_count(&self) -> usize {
        self.arcs.len()
    }

    /// What it costs to leave a token as it is, given how many before it were left.
    pub(crate) fn identity(&self, at: usize, run: u32) -> i32 {
        let spared = self.spared[at]
            .iter()
            .filter(|s| s.length <= run + 1)
            .map(|s| s.cost);
        self.identity[at] + spared.sum::<i32>()
    }

    /// How many tokens left alone before a token boundary may make a difference.
    pub(crate) fn span(&self, at: usize) -> u32 {
        self.spans[at]
    }

    /// Tokens of the longest reading.
    pub(crate) fn longest(&self) -> u32 {
        self.longest
    }

    /// Tokens of the stretch.
    pub(crate) fn len(&self) -> usize {
        self.arc_ends.len()
    }
}
