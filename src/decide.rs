//! The decision: the cheapest path through the lattice, and how sure it is.
//!
//! Noisy channel decoding: the cost of a path is `-ln P(original)` by the
//! context model plus `-ln P(spun | original)` by the channel. Beam search
//! keeps the best states at each token; costs are integers throughout, so that
//! every machine decides alike.

use crate::context::{Model, Word};
use crate::cost::{exp_neg, NAT};
use crate::lattice::{Arc, Lattice};

/// States kept at each token.
const BEAM: usize = 12;

/// States this much worse than the best at their token are dropped.
const WIDTH: i32 = 14 * NAT;

/// What it costs that an article does not fit the word after it.
const CLASH: i32 = 5 * NAT;

/// A chosen replacement, and what else could have stood there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    /// First token of the slot, in the stretch that was decoded.
    pub(crate) start: u32,
    /// Tokens of the slot.
    pub(crate) length: u32,
    /// Index of the candidate.
    pub(crate) candidate: u32,
    /// How much cheaper the best path through this candidate is than the best without it.
    pub(crate) margin: i32,
    /// Other readings that cover the slot's first token: candidate, its tokens, cost above the best path.
    pub(crate) others: Vec<Reading>,
}

/// A reading that was not chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reading {
    pub(crate) start: u32,
    pub(crate) length: u32,
    pub(crate) candidate: u32,
    /// Cost of the best path through it above that of the chosen one.
    pub(crate) above: i32,
}

/// What the decoder knows of a word beyond the model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WordSound {
    pub(crate) word: Word,
    /// Whether it takes "an", where that can be told.
    pub(crate) takes_an: Option<bool>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    before: Word,
    last: Word,
    /// Tokens left as they are before this state, as far as that matters.
    run: u32,
    /// Cost of the best path that leads here.
    cost: i32,
    /// The edge by which it comes; `u32::MAX` at the start.
    edge: u32,
    at: u32,
    /// Cost of the best path from here to the end.
    rest: i32,
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    from: u32,
    to: u32,
    candidate: u32,
    cost: i32,
}

/// The decoder with its scratch memory.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Per token boundary, the states that wait there.
    frontier: Vec<Vec<u32>>,
}

/// What a decoder works with.
pub(crate) struct Task<'a> {
    pub(crate) model: &'a Model,
    pub(crate) lattice: &'a Lattice,
    /// The words of the stretch as they stand.
    pub(crate) words: &'a [WordSound],
    /// The words of all candidates.
    pub(crate) candidates: &'a [Vec<WordSound>],
    /// "a" and "an".
    pub(crate) articles: [Word; 2],
}

impl Decoder {
    /// Decodes a stretch that begins a paragraph or sentence.
    pub(crate) fn decode(&mut self, task: &Task<'_>, choices: &mut Vec<Choice>) {
        let length = task.lattice.len();
        self.nodes.clear();
        self.edges.clear();
        for states in &mut self.frontier {
            states.clear();
        }
        if self.frontier.len() < length + 1 {
            self.frontier.resize_with(length + 1, Vec::new);
        }
        self.nodes.push(Node {
            before: Word::BREAK,
            last: Word::BREAK,
            run: 0,
            cost: 0,
            edge: u32::MAX,
            at: 0,
            rest: i32::MAX,
        });
        self.frontier[0].push(0);
        for at in 0..length {
            self.expand(task, at);
        }
        self.trace(length, choices);
    }

    fn expand(&mut self, task: &Task<'_>, at: usize) {
        let mut states = std::mem::take(&mut self.frontier[at]);
        states.sort_unstable_by_key(|&state| (self.nodes[state as usize].cost, state));
        states.truncate(BEAM);
        let best = states
            .first()
            .map_or(0, |&state| self.nodes[state as usize].cost);
        states.retain(|&state| self.nodes[state as usize].cost <= best + WIDTH);
        let arcs = task.lattice.arcs(at);
        // With one state and one reading there is nothing to compare.
        let settled = states.len() == 1 && arcs.is_empty();
        for &state in &states {
            let node = self.nodes[state as usize];
            let own = task.words[at];
            let mut cost = task.lattice.identity(at, node.run);
            if !settled {
                cost += task.step(node.before, node.last, own);
            }
            self.link(
                state,
                at + 1,
                Arc::IDENTITY,
                cost,
                node.last,
                own.word,
                node.run + 1,
            );
            for arc in arcs {
                let (mut before, mut last) = (node.before, node.last);
                let mut cost = arc.cost;
                for &word in &task.candidates[arc.candidate as usize] {
                    cost += task.step(before, last, word);
                    (before, last) = (last, word.word);
                }
                self.link(
                    state,
                    at + arc.length as usize,
                    arc.candidate,
                    cost,
                    before,
                    last,
                    0,
                );
            }
        }
        self.frontier[at] = states;
    }

    #[allow(clippy::too_many_arguments)]
    fn link(
        &mut self,
        from: u32,
        at: usize,
        candidate: u32,
        cost: i32,
        before: Word,
        last: Word,
        run: u32,
    ) {
        let total = self.nodes[from as usize].cost + cost;
        let run = run.min(8);
        let edge = self.edges.len() as u32;
        let known = self.frontier[at].iter().copied().find(|&state| {
            let node = &self.nodes[state as usize];
            node.last == last && node.before == before && node.run == run
        });
        let to = match known {
            Some(state) => {
                let node = &mut self.nodes[state as usize];
                if total < node.cost {
                    node.cost = total;
                    node.edge = edge;
                }
                state
            }
            None => {
                let state = self.nodes.len() as u32;
                self.nodes.push(Node {
                    before,
                    last,
                    run,
                    cost: total,
                    edge,
                    at: at as u32,
                    rest: i32::MAX,
                });
                self.frontier[at].push(state);
                state
            }
        };
        self.edges.push(Edge {
            from,
            to,
            candidate,
            cost,
        });
    }

    /// Walks back along the best path and says of each choice how sure it is.
    fn trace(&mut self, length: usize, choices: &mut Vec<Choice>) {
        choices.clear();
        let ends = self.frontier[length].clone();
        let Some(&end) = ends
            .iter()
            .min_by_key(|&&state| (self.nodes[state as usize].cost, state))
        else {
            return;
        };
        let best = self.nodes[end as usize].cost;
        for state in ends {
            self.nodes[state as usize].rest = 0;
        }
        for edge in self.edges.iter().rev() {
            let rest = self.nodes[edge.to as usize].rest;
            if rest != i32::MAX {
                let from = &mut self.nodes[edge.from as usize];
                from.rest = from.rest.min(rest + edge.cost);
            }
        }
        let mut state = end;
        loop {
            let index = self.nodes[state as usize].edge;
            if index == u32::MAX {
                break;
            }
            let edge = self.edges[index as usize];
            if edge.candidate != Arc::IDENTITY {
                let start = self.nodes[edge.from as usize].at;
                choices.push(Choice {
                    start,
                    length: self.nodes[edge.to as usize].at - start,
                    candidate: edge.candidate,
                    margin: 0,
                    others: Vec::new(),
                });
            }
            state = edge.from;
        }
        choices.reverse();
        self.compare(best, choices);
    }

    /// Finds the readings that compete with each choice.
    fn compare(&self, best: i32, choices: &mut [Choice]) {
        for edge in &self.edges {
            let (from, to) = (
                &self.nodes[edge.from as usize],
                &self.nodes[edge.to as usize],
            );
            if to.rest == i32::MAX {
                continue;
            }
            let above = from.cost + edge.cost + to.rest - best;
            // Choices ascend; only those that this edge covers the first token of compete with it.
            let first = choices.partition_point(|choice| choice.start < from.at);
            for choice in choices[first..]
                .iter_mut()
                .take_while(|choice| choice.start < to.at)
            {
                let same = choice.candidate == edge.candidate && choice.start == from.at;
                if same && above == 0 {
                    continue;
                }
                let reading = Reading {
                    start: from.at,
                    length: to.at - from.at,
                    candidate: edge.candidate,
                    above,
                };
                if same {
                    continue;
                }
                match choice.others.iter_mut().find(|other| {
                    other.candidate == reading.candidate && other.start == reading.start
                }) {
                    Some(other) => other.above = other.above.min(above),
                    None => choice.others.push(reading),
                }
            }
        }
        for choice in choices {
            choice
                .others
                .sort_by_key(|other| (other.above, other.candidate));
            choice.margin = choice.others.first().map_or(WIDTH, |other| other.above);
        }
    }
}

impl Task<'_> {
    /// Cost of a word after two others.
    fn step(&self, before: Word, last: Word, next: WordSound) -> i32 {
        let mut cost = self.model.cost(before, last, next.word);
        if let Some(an) = next.takes_an {
            if last == self.articles[usize::from(!an)] {
                cost += CLASH;
            }
        }
        cost
    }
}

impl Choice {
    /// Probability of the choice among its competitors, in units of 2^-16.
    pub(crate) fn probability(&self) -> u32 {
        share(0, self.others.iter().map(|other| other.above))
    }
}

/// `exp(-cost) / (1 + Σ exp(-others))` in units of 2^-16.
pub(crate) fn share(cost: i32, others: impl Iterator<Item = i32>) -> u32 {
    let total: u64 = 65_536 + others.map(|other| u64::from(exp_neg(other))).sum::<u64>();
    ((u64::from(exp_neg(cost)) << 16) / total) as u32
}
