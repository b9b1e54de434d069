//! The path: the words of the best way through the lattice.

use std::hint::select_unpredictable;
use std::ops::Range;

use crate::context::Word;
use crate::graph::Graph;
use crate::scratch::Scratch;
use crate::search::Problem;

/// A path through the lattice of a stretch, with memory that is kept from
/// stretch to stretch.
///
/// Where nothing is replaced a token is a word; so only replacements are written
/// down with their place.
#[derive(Debug, Default)]
pub(crate) struct Path {
    /// Its words.
    pub(crate) words: Vec<Word>,
    /// Its replacements, in order.
    pub(crate) replaced: Vec<Replaced>,
    /// Their arcs, last first.
    arcs: Scratch<u32>,
    /// What is before each token boundary.
    before: Scratch<Before>,
    /// The words up to the end of each paragraph.
    ends: Vec<usize>,
}

/// A replacement on a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Replaced {
    /// Index of its arc.
    pub(crate) arc: u32,
    /// The token boundaries where it begins and ends.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The words before it and those up to its end.
    before: usize,
    until: usize,
}

/// What is before a token boundary.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    /// Replacements that begin there.
    begun: u32,
    /// Paragraphs that end there, or just here.
    ended: u32,
}

/// Tokens and the words of a path that stand for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathReading {
    pub(crate) tokens: Range<usize>,
    pub(crate) words: Range<usize>,
}

impl Path {
    /// Follows the best path of a graph.
    pub(crate) fn follow(&mut self, graph: &Graph, problem: &Problem<'_>) {
        let Problem {
            lattice,
            words,
            vocabulary,
            ..
        } = *problem;
        // Written down whether they are arcs or not: processors could not foresee it.
        let arcs = self.arcs.room(lattice.len() + 1, 0);
        let mut count = 0;
        for reading in graph.path() {
            arcs[count] = reading;
            count += usize::from((reading as usize) < lattice.all_arcs().len());
        }
        let mut most = words.len();
        self.replaced.clear();
        self.replaced
            .extend(arcs[..count].iter().rev().map(|number| {
                let arc = lattice.arc(*number);
                most += vocabulary.candidate(arc.candidate).len();
                Replaced {
                    arc: *number,
                    start: arc.start,
                    end: arc.start + arc.length,
                    before: 0,
                    until: 0,
                }
            }));
        self.words.resize(most + FEW, Word::BREAK);
        let (mut from, mut to) = (0, 0);
        for replaced in &mut self.replaced {
            let kept = &words[from..];
            let count = replaced.start as usize - from;
            copy(&mut self.words[to..], kept, count);
            to += count;
            from = replaced.end as usize;
            replaced.before = to;
            let candidate = lattice.arc(replaced.arc).candidate;
            let instead = vocabulary.candidate(candidate);
            // Hardly any has more words than a few.
            for (nth, to) in self.words[to..][..FEW].iter_mut().enumerate() {
                let is_there = nth < instead.len();
                *to = instead[select_unpredictable(is_there, nth, 0)].word;
            }
            if instead.len() > FEW {
                for (to, word) in self.words[to..].iter_mut().zip(instead) {
                    *to = word.word;
                }
            }
            to += instead.len();
            replaced.until = to;
        }
        let kept = &words[from..];
        self.words[to..to + kept.len()].copy_from_slice(kept);
        self.words.truncate(to + kept.len());
        self.number(lattice.len(), problem.paragraphs);
        self.ends.clear();
        for end in problem.paragraphs {
            self.ends.push(self.around(*end..*end).0);
        }
    }

    /// Counts the replacements among so many tokens, and the paragraphs that end where told.
    fn number(&mut self, tokens: usize, paragraphs: &[usize]) {
        let before = self.before.room(tokens + 1, Before::default());
        before.fill(Before::default());
        for replaced in &self.replaced {
            before[replaced.start as usize + 1].begun += 1;
        }
        for end in paragraphs {
            before[*end].ended += 1;
        }
        let mut sum = Before::default();
        for before in before {
            sum.begun += before.begun;
            sum.ended += before.ended;
            *before = sum;
        }
    }

    /// The words of its paragraphs.
    pub(crate) fn paragraphs(&self) -> impl Iterator<Item = &[Word]> {
        (0..self.ends.len()).map(|paragraph| &self.words[self.words_of(paragraph)])
    }

    /// Those of one, by their places.
    pub(crate) fn words_of(&self, paragraph: usize) -> Range<usize> {
        let before = paragraph.checked_sub(1);
        let start = before.map_or(0, |before| self.ends[before]);
        start..self.ends[paragraph]
    }

    /// The paragraph of a token.
    pub(crate) fn paragraph(&self, token: usize) -> usize {
        self.before[token].ended as usize
    }

    /// The words around some tokens: how many end before these or with what is
    /// before, and the first that begins behind them.
    pub(crate) fn around(&self, tokens: Range<usize>) -> (usize, usize) {
        let Range { start, end } = tokens;
        let left = match self.last_begun(start) {
            None => start,
            Some(last) => match start.checked_sub(last.end as usize) {
                Some(tokens) => last.until + tokens,
                None => last.before,
            },
        };
        let right = match self.last_begun(end) {
            None => end,
            Some(last) => last.until + end.saturating_sub(last.end as usize),
        };
        (left, right)
    }

    /// The tokens of the reading that ends at a token boundary, where one does.
    pub(crate) fn tokens_before(&self, boundary: usize) -> Option<Range<usize>> {
        let last = self.last_begun(boundary).map(Replaced::tokens);
        match last.filter(|tokens| tokens.end == boundary) {
            Some(tokens) => Some(tokens),
            None => Some(boundary.checked_sub(1)?..boundary),
        }
    }

    /// The reading that begins with a token, if one does.
    pub(crate) fn reading(&self, token: usize) -> Option<PathReading> {
        let next = self.replaced.get(self.before[token].begun as usize);
        if let Some(next) = next.filter(|next| next.start as usize == token) {
            return Some(PathReading {
                tokens: next.tokens(),
                words: next.before..next.until,
            });
        }
        let last = self.last_begun(token);
        let (end, until) = last.map_or((0, 0), |last| (last.end as usize, last.until));
        let word = until + token.checked_sub(end)?;
        (word < self.words.len()).then_some(PathReading {
            tokens: token..token + 1,
            words: word..word + 1,
        })
    }

    /// The last replacement that begins before a token boundary.
    #[inline(always)]
    fn last_begun(&self, boundary: usize) -> Option<&Replaced> {
        let last = (self.before[boundary].begun as usize).checked_sub(1);
        last.map(|last| &self.replaced[last])
    }
}

impl Replaced {
    fn tokens(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Words of a replacement that are written together.
const FEW: usize = 3;

/// Words that are copied together: mostly there are no more between two replacements.
const COPIED: usize = 16;

/// Copies the first ones of some words, and perhaps some more of them: how many these are
/// processors could not foresee.
#[inline(always)]
fn copy(to: &mut [Word], from: &[Word], count: usize) {
    let mut at = 0;
    loop {
        match (
            to[at..].first_chunk_mut::<COPIED>(),
            from[at..].first_chunk(),
        ) {
            (Some(to), Some(from)) => *to = *from,
            _ => return to[at..count].copy_from_slice(&from[at..count]),
        }
        at += COPIED;
        if at >= count {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten tokens of which some are replaced: tokens and numbers of words.
    fn path(replaced: &[(Range<u32>, usize)]) -> Path {
        let mut path = Path::default();
        let (mut words, mut token) = (0, 0);
        for (tokens, length) in replaced {
            let before = words + (tokens.start - token) as usize;
            (words, token) = (before + length, tokens.end);
            path.replaced.push(Replaced {
                arc: 0,
                start: tokens.start,
                end: tokens.end,
                before,
                until: words,
            });
        }
        path.words = vec![Word::BREAK; words + 10 - token as usize];
        path.number(10, &[10]);
        path
    }

    #[test]
    fn words_have_their_places() {
        let path = path(&[(1..3, 1), (3..4, 3), (6..9, 2)]);
        assert_eq!(path.words.len(), 10);
        let reading = |token: usize| {
            path.reading(token)
                .map(|reading| (reading.tokens, reading.words))
        };
        let readings = [
            Some((0..1, 0..1)),
            Some((1..3, 1..2)),
            None,
            Some((3..4, 2..5)),
            Some((4..5, 5..6)),
            Some((5..6, 6..7)),
            Some((6..9, 7..9)),
            None,
            None,
            Some((9..10, 9..10)),
            None,
        ];
        for (token, wanted) in readings.into_iter().enumerate() {
            assert_eq!(reading(token), wanted, "{token}");
        }
        assert_eq!(path.tokens_before(0), None);
        assert_eq!(path.tokens_before(4), Some(3..4));
        assert_eq!(path.tokens_before(6), Some(5..6));
        // What stands across an end belongs to neither side.
        let sides = [
            (0..1, (0, 1)),
            (1..2, (1, 2)),
            (2..3, (1, 2)),
            (2..5, (1, 6)),
        ];
        for (tokens, wanted) in sides {
            assert_eq!(path.around(tokens.clone()), wanted, "{tokens:?}");
        }
        assert_eq!(path.around(7..10), (7, 10));
    }

    #[test]
    fn words_are_copied_and_none_before_them_is_touched() {
        let words: Vec<Word> = ('a'..='z')
            .map(|letter| Word::of_folded(letter.encode_utf8(&mut [0; 4])))
            .collect();
        for from in 0..words.len() {
            for count in 0..=words.len() - from {
                let mut to = vec![Word::BREAK; count + 1];
                copy(&mut to[1..], &words[from..], count);
                assert_eq!(to[0], Word::BREAK);
                assert_eq!(to[1..], words[from..from + count]);
            }
        }
    }
}
