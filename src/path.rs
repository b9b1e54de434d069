//! The path: the words of the best way through the lattice.

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
    /// Its paragraphs.
    paragraphs: Vec<Paragraph>,
    /// Their arcs, last first.
    arcs: Scratch<u32>,
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

/// A paragraph on a path: the token boundary where it ends, and the words up to there.
#[derive(Debug, Clone, Copy)]
struct Paragraph {
    end: usize,
    until: usize,
}

/// Where on a path something was last looked for: what is near is found faster from there.
#[derive(Debug, Default)]
pub(crate) struct Near {
    /// Replacements that begin before it.
    begun: usize,
    /// Paragraphs that end before it.
    ended: usize,
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
        self.words.resize(most, Word::BREAK);
        let (mut from, mut to) = (0, 0);
        for replaced in &mut self.replaced {
            let kept = &words[from..];
            let count = replaced.start as usize - from;
            copy(&mut self.words[to..], kept, count);
            to += count;
            from = replaced.end as usize;
            replaced.before = to;
            let candidate = lattice.arc(replaced.arc).candidate;
            for word in vocabulary.candidate(candidate) {
                self.words[to] = word.word;
                to += 1;
            }
            replaced.until = to;
        }
        let kept = &words[from..];
        self.words[to..to + kept.len()].copy_from_slice(kept);
        self.words.truncate(to + kept.len());
        let mut paragraphs = std::mem::take(&mut self.paragraphs);
        paragraphs.clear();
        let mut near = Near::default();
        paragraphs.extend(problem.paragraphs.iter().map(|end| {
            let (until, _) = self.around(*end..*end, &mut near);
            Paragraph { end: *end, until }
        }));
        self.paragraphs = paragraphs;
    }

    /// The words of its paragraphs.
    pub(crate) fn paragraphs(&self) -> impl Iterator<Item = &[Word]> {
        (0..self.paragraphs.len()).map(|paragraph| &self.words[self.words_of(paragraph)])
    }

    /// Those of one, by their places.
    pub(crate) fn words_of(&self, paragraph: usize) -> Range<usize> {
        let before = paragraph.checked_sub(1);
        let start = before.map_or(0, |before| self.paragraphs[before].until);
        start..self.paragraphs[paragraph].until
    }

    /// The paragraph of a token.
    pub(crate) fn paragraph(&self, token: usize, near: &mut Near) -> usize {
        let ends = |paragraph: &Paragraph| paragraph.end <= token;
        seek(&self.paragraphs, &mut near.ended, ends)
    }

    /// The words around some tokens: how many end before these or with what is
    /// before, and the first that begins behind them.
    pub(crate) fn around(&self, tokens: Range<usize>, near: &mut Near) -> (usize, usize) {
        let Range { start, end } = tokens;
        let mut begun = self.begun(start, near);
        let left = match begun.checked_sub(1).map(|last| self.replaced[last]) {
            None => start,
            Some(last) => match start.checked_sub(last.end as usize) {
                Some(tokens) => last.until + tokens,
                None => last.before,
            },
        };
        let rest = self.replaced[begun..].iter();
        begun += rest.take_while(|next| (next.start as usize) < end).count();
        let right = match begun.checked_sub(1).map(|last| self.replaced[last]) {
            None => end,
            Some(last) => last.until + end.saturating_sub(last.end as usize),
        };
        (left, right)
    }

    /// The tokens of the reading that ends at a token boundary, where one does.
    pub(crate) fn tokens_before(&self, boundary: usize, near: &mut Near) -> Option<Range<usize>> {
        let last = self.begun(boundary, near).checked_sub(1);
        let last = last.map(|last| self.replaced[last].tokens());
        match last.filter(|tokens| tokens.end == boundary) {
            Some(tokens) => Some(tokens),
            None => Some(boundary.checked_sub(1)?..boundary),
        }
    }

    /// The reading that begins with a token, if one does.
    pub(crate) fn reading(&self, token: usize, near: &mut Near) -> Option<PathReading> {
        let begun = self.begun(token, near);
        let next = self.replaced.get(begun);
        if let Some(next) = next.filter(|next| next.start as usize == token) {
            return Some(PathReading {
                tokens: next.tokens(),
                words: next.before..next.until,
            });
        }
        let last = begun.checked_sub(1).map(|last| self.replaced[last]);
        let (end, until) = last.map_or((0, 0), |last| (last.end as usize, last.until));
        let word = until + token.checked_sub(end)?;
        (word < self.words.len()).then_some(PathReading {
            tokens: token..token + 1,
            words: word..word + 1,
        })
    }

    /// The replacements that begin before a token boundary.
    fn begun(&self, boundary: usize, near: &mut Near) -> usize {
        let begins = |replaced: &Replaced| (replaced.start as usize) < boundary;
        seek(&self.replaced, &mut near.begun, begins)
    }
}

/// How many items are before what is looked for, from a number on that may be near that.
#[inline(always)]
fn seek<T>(items: &[T], count: &mut usize, is_before: impl Fn(&T) -> bool) -> usize {
    *count = (*count).min(items.len());
    while items.get(*count).is_some_and(&is_before) {
        *count += 1;
    }
    while count
        .checked_sub(1)
        .is_some_and(|last| !is_before(&items[last]))
    {
        *count -= 1;
    }
    *count
}

impl Replaced {
    fn tokens(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Words that are copied together: mostly there are no more between two replacements.
const COPIED: usize = 8;

/// Copies the first ones of some words, and perhaps some more of them: how many these are
/// processors could not foresee.
#[inline(always)]
fn copy(to: &mut [Word], from: &[Word], count: usize) {
    let mut at = 0;
    while at < count {
        match (
            to[at..].first_chunk_mut::<COPIED>(),
            from[at..].first_chunk(),
        ) {
            (Some(to), Some(from)) => *to = *from,
            _ => return to[at..count].copy_from_slice(&from[at..count]),
        }
        at += COPIED;
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
        path
    }

    #[test]
    fn words_have_their_places() {
        let path = path(&[(1..3, 1), (3..4, 3), (6..9, 2)]);
        assert_eq!(path.words.len(), 10);
        let mut near = Near::default();
        let mut reading = |token: usize| {
            path.reading(token, &mut near)
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
        assert_eq!(path.tokens_before(0, &mut near), None);
        assert_eq!(path.tokens_before(4, &mut near), Some(3..4));
        assert_eq!(path.tokens_before(6, &mut near), Some(5..6));
        // What stands across an end belongs to neither side.
        let sides = [
            (0..1, (0, 1)),
            (1..2, (1, 2)),
            (2..3, (1, 2)),
            (2..5, (1, 6)),
        ];
        for (tokens, wanted) in sides {
            assert_eq!(path.around(tokens.clone(), &mut near), wanted, "{tokens:?}");
        }
        assert_eq!(path.around(7..10, &mut near), (7, 10));
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
