//! The decision: the cheapest path through the lattice, and how sure it is.
//!
//! Noisy channel decoding: the cost of a path is `-ln P(original)` by the
//! context model plus `-ln P(spun | original)` by the channel. A beam search
//! leaves a graph, which then serves twice more: for the marginal cost of every
//! reading, and for the best path once the reranker has added what it knows.
//! Costs are integers throughout, so that every machine decides alike.

use crate::choices::{Choices, Reading};
use crate::context::Word;
use crate::cost::NAT;
use crate::dict::Lexicon;
use crate::graph::NONE;
use crate::lattice::Arc;
use crate::names::Names;
use crate::rerank::{reading, surroundings, Neighbour, Table};
use crate::search::{Problem, Search};
use crate::support::Support;

/// Readings this much worse than the best are not worth reranking.
const RERANKED: i32 = 4 * NAT;

/// Readings this much worse than the chosen one have no probability to speak of.
const RIVAL: i32 = 9 * NAT;

/// The decoder with its scratch memory.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    search: Search,
    /// The words of the best path of the first pass, and where their readings begin and end.
    path: Vec<PathWord>,
    /// The same as the reranker sees them.
    around: Vec<Neighbour>,
    features: Vec<u64>,
    readings: Vec<SeenReading>,
    /// Per token: readings over it that are close to the best.
    rivals: Vec<u32>,
    /// Per arc: what the reranker gives it.
    bonus: Vec<i32>,
    /// Arcs of the best path, last first, with the token boundaries where each
    /// begins and ends.
    replaced: Vec<(u32, u32, u32)>,
}

#[derive(Debug, Clone, Copy)]
struct PathWord {
    word: Word,
    start: u32,
    end: u32,
    capital: bool,
    proper: bool,
}

/// What a decoder works with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Task<'a> {
    pub(crate) problem: Problem<'a>,
    /// The token of the block that is the first of the stretch.
    pub(crate) first: usize,
    /// Whether each token is capitalised.
    pub(crate) capitals: &'a [bool],
    /// Whether each is, inside a sentence, and so perhaps a part of a name.
    pub(crate) proper: &'a [bool],
    pub(crate) reranker: Option<Table<'a>>,
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) support: &'a Support,
    /// What the document calls things, if that is known already.
    pub(crate) names: Option<&'a Names>,
    /// Whether choices come with the readings that compete with them, which scores
    /// and alternatives are made of.
    pub(crate) rivals: bool,
}

/// A reading of a slot before reranking.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeenReading {
    /// Hash of its words.
    pub(crate) name: u64,
    /// Marginal cost above the best path.
    pub(crate) cost: i32,
    /// What the document says for it, where it is a candidate.
    pub(crate) support: Option<u64>,
}

/// A slot before reranking.
pub(crate) struct Seen<'s> {
    /// First token.
    pub(crate) start: usize,
    /// Tokens.
    pub(crate) length: usize,
    /// Index of the arc of its second reading; those of the others follow.
    pub(crate) first_arc: usize,
    /// Features of its surroundings.
    pub(crate) features: &'s [u64],
    /// The readings; the first leaves the slot alone.
    pub(crate) readings: &'s [SeenReading],
}

impl Decoder {
    /// Decodes a stretch that begins a paragraph or sentence, and adds what it chooses.
    pub(crate) fn decode(&mut self, task: &Task<'_>, choices: &mut Choices) {
        self.search.run(&task.problem);
        if task.reranker.is_some() || task.names.is_some() {
            self.rerank(task);
        }
        self.choose(task, choices);
    }

    /// Shows all slots of a stretch as they are before reranking.
    pub(crate) fn show(&mut self, task: &Task<'_>, seen: &mut dyn FnMut(Seen<'_>)) {
        self.search.run(&task.problem);
        self.walk(task);
        self.slots(task, seen);
    }

    /// Writes down the words of the best path.
    fn walk(&mut self, task: &Task<'_>) {
        let Problem {
            lattice,
            words,
            vocabulary,
            ..
        } = task.problem;
        self.path.clear();
        for (edge, start, end) in self.search.graph.path() {
            let tokens = start as usize..end as usize;
            let all = |flags: &[bool]| flags[tokens.clone()].iter().all(|flag| *flag);
            let (capital, proper) = (all(task.capitals), all(task.proper));
            let mut add = |word: Word| {
                self.path.push(PathWord {
                    word,
                    start,
                    end,
                    capital,
                    proper,
                });
            };
            match edge.arc {
                NONE => add(words[start as usize]),
                arc => {
                    let candidate = vocabulary.candidate(lattice.arc(arc).candidate);
                    candidate.iter().rev().for_each(|word| add(word.word));
                }
            }
        }
        self.path.reverse();
        self.around.clear();
        let around = self.path.iter().map(|word| Neighbour::new(word.word));
        self.around.extend(around);
    }

    /// Counts the readings over each token that are close to the best.
    fn count_rivals(&mut self, task: &Task<'_>) {
        let lattice = task.problem.lattice;
        self.rivals.clear();
        let alone = (0..lattice.len()).map(|at| u32::from(self.search.graph.alone(at) <= RERANKED));
        self.rivals.extend(alone);
        for at in 0..lattice.len() {
            let (first, arcs) = lattice.arcs(at);
            for (index, arc) in arcs.iter().enumerate() {
                if self.search.graph.above(first + index) <= RERANKED {
                    let covered = &mut self.rivals[at..at + arc.length as usize];
                    covered.iter_mut().for_each(|rivals| *rivals += 1);
                }
            }
        }
    }

    /// Calls `seen` with every slot that has readings worth comparing.
    fn slots(&mut self, task: &Task<'_>, seen: &mut dyn FnMut(Seen<'_>)) {
        self.count_rivals(task);
        let mut readings = std::mem::take(&mut self.readings);
        let mut features = std::mem::take(&mut self.features);
        let mut to_left = 0;
        for at in 0..task.problem.lattice.len() {
            while to_left < self.path.len() && self.path[to_left].end as usize <= at {
                to_left += 1;
            }
            let (first, arcs) = task.problem.lattice.arcs(at);
            let mut from = 0;
            while from < arcs.len() {
                let length = arcs[from].length as usize;
                let group = arcs[from..]
                    .iter()
                    .take_while(|a| a.length as usize == length)
                    .count();
                let group = from..from + group;
                from = group.end;
                let end = at + length;
                let close = |arc: usize| self.search.graph.above(first + arc) <= RERANKED;
                let is_open = self.rivals[at..end].iter().any(|rivals| *rivals > 1);
                if !is_open || !group.clone().any(close) {
                    continue;
                }
                let rest = &self.path[to_left..];
                let right = to_left + rest.partition_point(|word| (word.start as usize) < end);
                let sides = (&self.around[..to_left], &self.around[right..]);
                surroundings(sides.0, sides.1, task.capitals[at], &mut features);
                readings.clear();
                let own = task.problem.words[at..end].iter().copied();
                readings.push(SeenReading {
                    name: reading(own),
                    cost: self.search.graph.alone(at),
                    support: None,
                });
                for index in group.clone() {
                    let candidate = arcs[index].candidate;
                    let words = task.problem.vocabulary.candidate(candidate).iter();
                    readings.push(SeenReading {
                        name: reading(words.map(|word| word.word)),
                        cost: self.search.graph.above(first + index),
                        support: Some(task.support.level(candidate, task.lexicon)),
                    });
                }
                seen(Seen {
                    start: at,
                    length,
                    first_arc: first + group.start,
                    features: &features,
                    readings: &readings,
                });
            }
        }
        self.features = features;
        self.readings = readings;
    }

    /// Gives every arc what the reranker knows of it, and what the document does.
    fn rerank(&mut self, task: &Task<'_>) {
        self.walk(task);
        let mut bonus = std::mem::take(&mut self.bonus);
        bonus.clear();
        bonus.resize(task.problem.lattice.arc_count(), 0);
        if let Some(reranker) = task.reranker {
            self.slots(task, &mut |slot| {
                let score =
                    |seen: &SeenReading| reranker.score(seen.name, seen.support, slot.features);
                let alone = score(&slot.readings[0]);
                for (index, seen) in slot.readings[1..].iter().enumerate() {
                    if seen.cost <= RERANKED {
                        bonus[slot.first_arc + index] = score(seen) - alone;
                    }
                }
            });
        }
        if let Some(names) = task.names {
            self.naming(task, &mut |arc, [first, second], instead| {
                bonus[arc] += names.bonus(first, second, false);
                let [first, second] = instead;
                bonus[arc] -= names.bonus(first, second, true);
            });
        }
        self.search.graph.favour(&bonus);
        self.bonus = bonus;
    }

    /// Takes in the names that the best path has, and those that it could have.
    pub(crate) fn name(&mut self, task: &Task<'_>, paragraph: u32, names: &mut Names) {
        self.walk(task);
        for pair in self
            .path
            .windows(2)
            .filter(|pair| pair[0].proper && pair[1].proper)
        {
            names.add(pair[0].word, pair[1].word);
        }
        self.naming(task, &mut |arc, [first, second], _| {
            names.miss(paragraph, first, second, self.search.graph.above(arc));
        });
    }

    /// Calls `found` with every arc that is not on the path and would make two
    /// capitalised words stand together: the arc, these words, and those that
    /// stand together there now.
    fn naming(&self, task: &Task<'_>, found: &mut dyn FnMut(usize, [Word; 2], [Word; 2])) {
        for at in 0..task.problem.lattice.len() {
            let (first_arc, arcs) = task.problem.lattice.arcs(at);
            if arcs.is_empty() || !task.capitals[at] {
                continue;
            }
            let here = self.path.partition_point(|word| (word.end as usize) <= at);
            let Some(own) = self
                .path
                .get(here)
                .filter(|own| own.start as usize == at && own.capital)
            else {
                continue;
            };
            let before = here.checked_sub(1).map(|before| self.path[before]);
            for (index, arc) in arcs
                .iter()
                .enumerate()
                .filter(|(_, arc)| at + arc.length as usize == own.end as usize)
            {
                let words = task.problem.vocabulary.candidate(arc.candidate);
                let ([first, ..], [.., last]) = (words, words) else {
                    continue;
                };
                let slot = self.path[here..]
                    .iter()
                    .take_while(|word| word.start == own.start);
                let count = slot.clone().count();
                let same = slot.map(|w| w.word).eq(words.iter().map(|w| w.word));
                if same {
                    continue;
                }
                let arc = first_arc + index;
                if let Some(before) = before.filter(|before| before.capital) {
                    found(arc, [before.word, first.word], [before.word, own.word]);
                }
                let after = self.path.get(here + count).filter(|after| after.capital);
                if let Some(after) = after {
                    let now = self.path[here + count - 1].word;
                    found(arc, [last.word, after.word], [now, after.word]);
                }
            }
        }
    }

    /// Takes the replacements of the best path, and finds what competes with each
    /// where that is asked for.
    fn choose(&mut self, task: &Task<'_>, choices: &mut Choices) {
        let (graph, lattice) = (&self.search.graph, task.problem.lattice);
        let replaced = graph.path().filter(|(edge, ..)| edge.arc != NONE);
        self.replaced.clear();
        self.replaced
            .extend(replaced.map(|(edge, start, end)| (edge.arc, start, end)));
        let best = graph.best();
        let reading = |arc: u32, start: u32, end: u32, above: i32| Reading {
            start: task.first as u32 + start,
            length: end - start,
            candidate: match arc {
                NONE => Arc::IDENTITY,
                arc => lattice.arc(arc).candidate,
            },
            above,
        };
        for &(arc, start, end) in self.replaced.iter().rev() {
            choices.push(reading(arc, start, end, 0));
            if !task.rivals {
                continue;
            }
            // Only readings that cover the slot's first token compete with it.
            let from = start.saturating_sub(lattice.longest() - 1);
            for from in (from..=start).filter(|from| graph.reach(*from) > start) {
                for (edge, from, to) in graph.leaving(from) {
                    if to.at <= start {
                        continue;
                    }
                    let above = from.cost.saturating_add(edge.cost + to.rest - best);
                    if above <= RIVAL {
                        choices.compare(reading(edge.arc, from.at, to.at, above));
                    }
                }
            }
            choices.settle();
        }
    }
}
