//! The path: the words of the best way through the lattice.

use crate::context::Word;
use crate::decide::Task;
use crate::graph::{Graph, NONE};

/// A path through the lattice of a stretch, with memory that is kept from
/// stretch to stretch.
///
/// Where nothing is replaced a token is a word; so only replacements are written
/// down with their place.
#[derive(Debug, Default)]
pub(crate) struct Path {
    /// Its words.
    pub(crate) words: Vec<Word>,
    /// Whether all tokens are capitalised that a word or its phrase stands for.
    pub(crate) capitals: Vec<bool>,
    /// The same for capitals inside a sentence.
    pub(crate) proper: Vec<bool>,
    /// Its replacements, in order.
    pub(crate) replaced: Vec<Replaced>,
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

impl Path {
    /// Follows the best path of a graph.
    pub(crate) fn follow(&mut self, graph: &Graph, task: &Task<'_>) {
        let arcs = graph.path().filter(|(edge, ..)| edge.arc != NONE);
        self.replaced.clear();
        self.replaced
            .extend(arcs.map(|(edge, start, end)| Replaced {
                arc: edge.arc,
                start,
                end,
                before: 0,
                until: 0,
            }));
        self.replaced.reverse();
        self.words.clear();
        self.capitals.clear();
        self.proper.clear();
        let (lattice, vocabulary) = (task.problem.lattice, task.problem.vocabulary);
        let mut from = 0;
        for index in 0..self.replaced.len() {
            let Replaced {
                arc, start, end, ..
            } = self.replaced[index];
            let (start, end) = (start as usize, end as usize);
            self.leave(task, from, start);
            from = end;
            let candidate = vocabulary.candidate(lattice.arc(arc).candidate);
            let before = self.words.len();
            self.words.extend(candidate.iter().map(|word| word.word));
            let until = self.words.len();
            let all = |flags: &[bool]| flags[start..end].iter().all(|flag| *flag);
            self.capitals.resize(until, all(task.capitals));
            self.proper.resize(until, all(task.proper));
            let replaced = &mut self.replaced[index];
            (replaced.before, replaced.until) = (before, until);
        }
        self.leave(task, from, lattice.len());
    }

    /// Goes over tokens that are left alone.
    fn leave(&mut self, task: &Task<'_>, from: usize, to: usize) {
        self.words.extend_from_slice(&task.problem.words[from..to]);
        self.capitals.extend_from_slice(&task.capitals[from..to]);
        self.proper.extend_from_slice(&task.proper[from..to]);
    }

    /// The number of words before a token boundary: of those that end there or
    /// before, and of those that begin before.
    pub(crate) fn before(&self, boundary: usize) -> (usize, usize) {
        let begun = self
            .replaced
            .partition_point(|replaced| (replaced.start as usize) < boundary);
        let Some(last) = begun.checked_sub(1).map(|last| self.replaced[last]) else {
            return (boundary, boundary);
        };
        match boundary.checked_sub(last.end as usize) {
            Some(tokens) => (last.until + tokens, last.until + tokens),
            None => (last.before, last.until),
        }
    }

    /// The words that stand for some tokens, if those were read together.
    pub(crate) fn reading(&self, start: usize, end: usize) -> Option<std::ops::Range<usize>> {
        let at = self
            .replaced
            .partition_point(|replaced| (replaced.end as usize) <= start);
        let before = at.checked_sub(1).map(|last| self.replaced[last]);
        let (tokens, words) = before.map_or((0, 0), |last| (last.end as usize, last.until));
        let first = words + (start - tokens);
        match self
            .replaced
            .get(at)
            .filter(|next| (next.start as usize) < end)
        {
            Some(next) => {
                let same = (next.start as usize, next.end as usize) == (start, end);
                same.then_some(next.before..next.until)
            }
            None => (end == start + 1).then_some(first..first + 1),
        }
    }
}
