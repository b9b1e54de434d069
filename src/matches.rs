//! Matches: the phrases of the dictionary that stand in a text, and how they are
//! written down.

use std::hint::select_unpredictable;

use crate::dict::PhraseId;
use crate::scratch::Scratch;
use crate::token::{Case, Token};

/// A phrase of the dictionary found in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Match {
    /// First token.
    pub(crate) start: u32,
    /// Tokens.
    pub(crate) length: u8,
    /// Where it stands.
    pub(crate) class: Class,
    /// Which.
    pub(crate) phrase: PhraseId,
}

/// The matches that lead: each is the longest of those that begin at its token, and
/// none that leads before it reaches over it. In memory that is kept from text to text.
#[derive(Debug, Default)]
pub(crate) struct Leading {
    matches: Scratch<Match>,
    count: usize,
}

impl Leading {
    /// Finds them.
    pub(crate) fn find(&mut self, matches: &[Match]) {
        let leading = self.matches.room(matches.len(), NONE);
        let nexts = matches.iter().skip(1).map(|next| next.start);
        let (mut covered, mut count) = (0, 0);
        for (found, next) in matches.iter().zip(nexts.chain([u32::MAX])) {
            // Written whether it leads or not: processors could not foresee it.
            leading[count] = *found;
            let leads = (next != found.start) & (found.start >= covered);
            count += usize::from(leads);
            let end = found.start + u32::from(found.length);
            covered = select_unpredictable(leads, end, covered);
        }
        self.count = count;
    }

    /// These matches, in order.
    pub(crate) fn matches(&self) -> &[Match] {
        &self.matches[..self.count]
    }
}

/// Where a phrase stands: spinners spare capitalised words, quotations, both, or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Class(u8);

impl Class {
    /// Number of classes.
    pub(crate) const COUNT: usize = 4;

    pub(crate) fn new(capital: bool, quoted: bool) -> Class {
        Class(u8::from(capital) | u8::from(quoted) << 1)
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// How tokens are written: whether all are in capitals, and whether one is capitalised.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    is_shouted: bool,
    is_capital: bool,
}

impl Look {
    #[inline(always)]
    pub(crate) fn of(token: &Token) -> Look {
        Look {
            is_shouted: token.case == Case::Upper,
            // "A" and "I" are capital by rule, not by being names.
            is_capital: (token.case != Case::Lower) & (token.end - token.start > 1),
        }
    }

    #[inline(always)]
    pub(crate) fn and(self, next: Look) -> Look {
        Look {
            is_shouted: self.is_shouted & next.is_shouted,
            is_capital: self.is_capital | next.is_capital,
        }
    }
}

/// Where matches begin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// The first token.
    pub(crate) at: usize,
    /// Whether it stands in quotation marks.
    pub(crate) is_quoted: bool,
}

/// Matches of a chunk on their way, gathered where no room has to be asked for.
pub(crate) type Buffer = [Match; ROOM];

const ROOM: usize = 256;

/// No match.
const NONE: Match = Match {
    start: 0,
    length: 0,
    class: Class(0),
    phrase: PhraseId(0),
};

/// A buffer without matches.
pub(crate) const EMPTY: Buffer = [NONE; ROOM];

/// How far a buffer is filled. It stays in registers, since each match waits for
/// the one before it to be counted.
#[derive(Default)]
pub(crate) struct Fill {
    count: usize,
}

impl Fill {
    /// Makes room for two matches.
    #[inline(always)]
    pub(crate) fn make_room(&mut self, buffer: &mut Buffer, matches: &mut Vec<Match>) {
        if self.count > ROOM - 2 {
            self.flush(buffer, matches);
        }
    }

    /// Adds a match if there is one that is not in capitals throughout.
    #[inline(always)]
    pub(crate) fn add(
        &mut self,
        buffer: &mut Buffer,
        place: Place,
        length: usize,
        look: Look,
        phrase: PhraseId,
        is_one: bool,
    ) {
        buffer[self.count % ROOM] = Match {
            start: place.at as u32,
            length: length.min(255) as u8,
            class: Class::new(look.is_capital, place.is_quoted),
            phrase,
        };
        self.count += usize::from(is_one & !look.is_shouted);
    }

    #[inline(always)]
    pub(crate) fn flush(&mut self, buffer: &mut Buffer, matches: &mut Vec<Match>) {
        matches.extend_from_slice(&buffer[..self.count]);
        self.count = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_leads_where_nothing_reaches_over_it() {
        let found = [
            (0, 1),
            (0, 3),
            (1, 1),
            (2, 2),
            (3, 1),
            (3, 2),
            (4, 9),
            (5, 1),
        ];
        let matches = found.map(|(start, length)| Match {
            start,
            length,
            class: Class::new(false, false),
            phrase: PhraseId(0),
        });
        let mut leading = Leading::default();
        for (matches, wanted) in [
            (&matches[..], &[(0, 3), (3, 2), (5, 1)][..]),
            (&matches[..6], &[(0, 3), (3, 2)]),
            (&matches[..1], &[(0, 1)]),
            (&[], &[]),
        ] {
            leading.find(matches);
            let found: Vec<_> = leading
                .matches()
                .iter()
                .map(|m| (m.start, m.length))
                .collect();
            assert_eq!(found, wanted);
        }
    }
}
