//! Matches: the phrases of the dictionary that stand in a text, and how they are
//! written down.

use std::hint::select_unpredictable;

use crate::dict::PhraseId;
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
    /// Whether it is the longest of those that begin here and none before it reaches over it.
    pub(crate) leads: bool,
    /// Which.
    pub(crate) phrase: PhraseId,
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

/// A buffer without matches.
pub(crate) const EMPTY: Buffer = {
    let none = Match {
        start: 0,
        length: 0,
        class: Class(0),
        leads: false,
        phrase: PhraseId(0),
    };
    [none; ROOM]
};

/// How far a buffer is filled. It stays in registers, since each match waits for
/// the one before it to be counted.
pub(crate) struct Fill {
    count: usize,
    /// How many there were before the last place.
    before: usize,
    /// Tokens of the last match.
    length: usize,
    /// End of the last match that leads.
    pub(crate) covered: usize,
}

impl Fill {
    #[inline(always)]
    pub(crate) fn new(covered: usize) -> Fill {
        Fill {
            count: 0,
            before: 0,
            length: 0,
            covered,
        }
    }

    /// Begins with the matches of a place.
    #[inline(always)]
    pub(crate) fn begin(&mut self, buffer: &mut Buffer, matches: &mut Vec<Match>) {
        if self.count > ROOM - 4 {
            self.flush(buffer, matches);
        }
        self.before = self.count;
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
            leads: false,
            phrase,
        };
        let is_added = is_one & !look.is_shouted;
        self.count += usize::from(is_added);
        self.length = select_unpredictable(is_added, length, self.length);
    }

    /// Makes room for another match of the same place, which has to follow: the last
    /// one of a place is looked at in the buffer. It does follow, since of phrases
    /// that begin at one place the longer are in capitals throughout only if the
    /// shorter are.
    #[inline(always)]
    pub(crate) fn make_room(&mut self, buffer: &mut Buffer, matches: &mut Vec<Match>) {
        if self.count == ROOM {
            self.flush(buffer, matches);
        }
    }

    /// Marks the last match of a place as leading if no such match reaches over it.
    #[inline(always)]
    pub(crate) fn lead(&mut self, buffer: &mut Buffer, place: Place) {
        let leads = (place.at >= self.covered) & (self.count > self.before);
        buffer[self.count.wrapping_sub(1) % ROOM].leads |= leads;
        self.covered = select_unpredictable(leads, place.at + self.length.min(255), self.covered);
    }

    #[inline(always)]
    pub(crate) fn flush(&mut self, buffer: &mut Buffer, matches: &mut Vec<Match>) {
        matches.extend_from_slice(&buffer[..self.count]);
        (self.count, self.before) = (0, 0);
    }
}
