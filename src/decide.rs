//! The decision: the cheapest path through the lattice, and how sure it is.
//!
//! Noisy channel decoding: the cost of a path is `-ln P(original)` by the
//! context model plus `-ln P(spun | original)` by the channel. Beam search
//! keeps the best states at each token. The search graph then serves twice
//! more: for the marginal cost of every reading, and for the best path once
//! the reranker has added what it knows. Costs are integers throughout, so
//! that every machine decides alike.

use crate::context::{Model, Word};
use crate::cost::{exp_neg, NAT};
use crate::dict::Lexicon;
use crate::lattice::{Arc, Lattice};
use crate::rerank::{reading, surroundings, Table, REACH};
use crate::support::Support;

/// States kept at each token.
const BEAM: usize = 10;

/// States this much worse than the best at their token are dropped.
const WIDTH: i32 = 18 * NAT;

/// Readings this much worse than the best are not worth reranking.
const RERANKED: i32 = 10 * NAT;

/// Readings this much worse than the chosen one have no probability to speak of.
const RIVAL: i32 = 9 * NAT;

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
    /// Other readings that cover the slot's first token.
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
    at: u32,
    /// Cost of the best path that leads here.
    cost: i32,
    /// The edge by which it comes; [`NONE`] at the start.
    edge: u32,
    /// Cost of the best path from here to the end.
    rest: i32,
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    from: u32,
    to: u32,
    /// Index of the arc in the lattice, or [`NONE`] for leaving a token alone.
    arc: u32,
    cost: i32,
}

const NONE: u32 = u32::MAX;
const FAR: i32 = i32::MAX / 2;

/// The decoder with its scratch memory.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Per token boundary, the states that wait there.
    frontier: Vec<Vec<u32>>,
    /// The words of the best path of the first pass, and where their arcs begin and end.
    path: Vec<PathWord>,
    left: Vec<Word>,
    right: Vec<Word>,
    features: Vec<u64>,
    /// Per arc: marginal cost above the best path, then what the reranker adds.
    above: Vec<i32>,
    bonus: Vec<i32>,
    /// Per token: marginal cost of leaving it alone.
    alone: Vec<i32>,
}

#[derive(Debug, Clone, Copy)]
struct PathWord {
    word: Word,
    start: u32,
    end: u32,
}

/// What a decoder works with.
pub(crate) struct Task<'a> {
    pub(crate) model: &'a Model,
    pub(crate) lattice: &'a Lattice,
    /// The words of the stretch as they stand.
    pub(crate) words: &'a [WordSound],
    /// Whether each token is capitalised.
    pub(crate) capitals: &'a [bool],
    /// The words of all candidates.
    pub(crate) candidates: &'a [Vec<WordSound>],
    /// "a" and "an".
    pub(crate) articles: [Word; 2],
    pub(crate) reranker: Option<Table<'a>>,
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) support: &'a Support,
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
    /// Decodes a stretch that begins a paragraph or sentence.
    pub(crate) fn decode(&mut self, task: &Task<'_>, choices: &mut Vec<Choice>) {
        choices.clear();
        self.search(task);
        if self.marginals(task).is_none() {
            return;
        }
        if let Some(reranker) = task.reranker {
            self.rerank(task, reranker);
        }
        self.choose(task, choices);
    }

    /// Shows all slots of a stretch as they are before reranking.
    pub(crate) fn show(&mut self, task: &Task<'_>, seen: &mut dyn FnMut(Seen<'_>)) {
        self.search(task);
        if self.marginals(task).is_some() {
            self.walk(task);
            self.slots(task, seen);
        }
    }

    /// Beam search: fills the graph of states and edges.
    fn search(&mut self, task: &Task<'_>) {
        let length = task.lattice.len();
        self.nodes.clear();
        self.edges.clear();
        self.frontier.iter_mut().for_each(Vec::clear);
        if self.frontier.len() < length + 1 {
            self.frontier.resize_with(length + 1, Vec::new);
        }
        let (before, last) = (Word::BREAK, Word::BREAK);
        self.nodes.push(Node {
            before,
            last,
            run: 0,
            at: 0,
            cost: 0,
            edge: NONE,
            rest: FAR,
        });
        self.frontier[0].push(0);
        for at in 0..length {
            self.expand(task, at);
        }
    }

    fn expand(&mut self, task: &Task<'_>, at: usize) {
        let mut states = std::mem::take(&mut self.frontier[at]);
        states.sort_unstable_by_key(|&state| (self.nodes[state as usize].cost, state));
        states.truncate(BEAM);
        let best = states
            .first()
            .map_or(0, |&state| self.nodes[state as usize].cost);
        states.retain(|&state| self.nodes[state as usize].cost <= best + WIDTH);
        let (first_arc, arcs) = task.lattice.arcs(at);
        // With one state and one reading there is nothing to compare.
        let settled = states.len() == 1 && arcs.is_empty();
        if settled {
            let (state, own) = (states[0], task.words[at].word);
            let node = self.nodes[state as usize];
            let cost = task.lattice.identity(at, node.run);
            let next = Node {
                before: node.last,
                last: own,
                run: node.run + 1,
                ..node
            };
            self.link(state, at + 1, NONE, cost, next);
            self.frontier[at] = states;
            return;
        }
        for &state in &states {
            let node = self.nodes[state as usize];
            let own = task.words[at];
            // Two look-ups that all readings of this state share.
            let context = task.model.context(node.before, node.last);
            let mut cost = task.lattice.identity(at, node.run);
            cost += task.model.cost_in(&context, own.word) + task.clash(node.last, own);
            let next = Node {
                before: node.last,
                last: own.word,
                run: node.run + 1,
                ..node
            };
            self.link(state, at + 1, NONE, cost, next);
            for (index, arc) in arcs.iter().enumerate() {
                let mut next = Node { run: 0, ..node };
                let mut cost = arc.cost;
                for (index, &word) in task.candidates[arc.candidate as usize].iter().enumerate() {
                    cost += match index {
                        0 => task.model.cost_in(&context, word.word),
                        _ => task.model.cost(next.before, next.last, word.word),
                    };
                    cost += task.clash(next.last, word);
                    (next.before, next.last) = (next.last, word.word);
                }
                let arc_index = (first_arc + index) as u32;
                self.link(state, at + arc.length as usize, arc_index, cost, next);
            }
        }
        self.frontier[at] = states;
    }

    /// Adds an edge to the state `next` at a token boundary, which may be known already.
    fn link(&mut self, from: u32, at: usize, arc: u32, cost: i32, next: Node) {
        let total = self.nodes[from as usize].cost + cost;
        let run = next.run.min(8);
        let edge = self.edges.len() as u32;
        let known = self.frontier[at].iter().copied().find(|&state| {
            let node = &self.nodes[state as usize];
            node.last == next.last && node.before == next.before && node.run == run
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
                    run,
                    cost: total,
                    edge,
                    at: at as u32,
                    rest: FAR,
                    ..next
                });
                self.frontier[at].push(state);
                state
            }
        };
        self.edges.push(Edge {
            from,
            to,
            arc,
            cost,
        });
    }

    /// Cost of the best path from every state to the end, and of the best path
    /// through every arc above the best of all. Returns the end of the best path.
    fn marginals(&mut self, task: &Task<'_>) -> Option<u32> {
        let end = self.end(task)?;
        let best = self.nodes[end as usize].cost;
        for node in &mut self.nodes {
            node.rest = if node.at as usize == task.lattice.len() {
                0
            } else {
                FAR
            };
        }
        self.above.clear();
        self.above.resize(task.lattice.arc_count(), FAR);
        self.alone.clear();
        self.alone.resize(task.lattice.len(), FAR);
        for edge in self.edges.iter().rev() {
            let rest = self.nodes[edge.to as usize].rest;
            if rest == FAR {
                continue;
            }
            let from = &mut self.nodes[edge.from as usize];
            from.rest = from.rest.min(rest + edge.cost);
            let above = match edge.arc {
                NONE => &mut self.alone[from.at as usize],
                arc => &mut self.above[arc as usize],
            };
            *above = (*above).min(from.cost.saturating_add(edge.cost + rest - best));
        }
        Some(end)
    }

    fn end(&self, task: &Task<'_>) -> Option<u32> {
        let ends = self.frontier[task.lattice.len()].iter().copied();
        ends.min_by_key(|&state| (self.nodes[state as usize].cost, state))
    }

    /// Writes down the words of the best path.
    fn walk(&mut self, task: &Task<'_>) {
        self.path.clear();
        let mut state = self.end(task).unwrap_or(0);
        while self.nodes[state as usize].edge != NONE {
            let edge = self.edges[self.nodes[state as usize].edge as usize];
            let (start, end) = (
                self.nodes[edge.from as usize].at,
                self.nodes[state as usize].at,
            );
            let mut push = |word: &WordSound| {
                self.path.push(PathWord {
                    word: word.word,
                    start,
                    end,
                });
            };
            if edge.arc == NONE {
                push(&task.words[start as usize]);
            } else {
                let candidate = task.lattice.arc(edge.arc).candidate;
                task.candidates[candidate as usize]
                    .iter()
                    .rev()
                    .for_each(&mut push);
            }
            state = edge.from;
        }
        self.path.reverse();
    }

    /// Calls `seen` with every slot that has readings worth comparing.
    fn slots(&mut self, task: &Task<'_>, seen: &mut dyn FnMut(Seen<'_>)) {
        let mut readings: Vec<SeenReading> = Vec::new();
        let mut features = std::mem::take(&mut self.features);
        let mut to_left = 0;
        for at in 0..task.lattice.len() {
            while to_left < self.path.len() && self.path[to_left].end as usize <= at {
                to_left += 1;
            }
            let (first, arcs) = task.lattice.arcs(at);
            let mut from = 0;
            while from < arcs.len() {
                let length = arcs[from].length as usize;
                let group = arcs[from..]
                    .iter()
                    .take_while(|a| a.length as usize == length)
                    .count();
                let group = from..from + group;
                from = group.end;
                if group.clone().all(|arc| self.above[first + arc] > RERANKED) {
                    continue;
                }
                let end = at + length;
                let right = &self.path[to_left..];
                let right = &right[right.partition_point(|word| (word.start as usize) < end)..];
                self.left.clear();
                self.left.extend(
                    self.path[..to_left]
                        .iter()
                        .rev()
                        .take(REACH)
                        .map(|p| p.word),
                );
                self.right.clear();
                self.right.extend(right.iter().take(REACH).map(|p| p.word));
                surroundings(&self.left, &self.right, task.capitals[at], &mut features);
                readings.clear();
                let own = task.words[at..end].iter().map(|word| word.word);
                readings.push(SeenReading {
                    name: reading(own),
                    cost: self.alone[at],
                    support: None,
                });
                for index in group.clone() {
                    let candidate = arcs[index].candidate;
                    let words = task.candidates[candidate as usize].iter();
                    readings.push(SeenReading {
                        name: reading(words.map(|word| word.word)),
                        cost: self.above[first + index],
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
    }

    /// Adds what the reranker knows to the arcs and finds the best path anew.
    fn rerank(&mut self, task: &Task<'_>, reranker: Table<'_>) {
        self.walk(task);
        let mut bonus = std::mem::take(&mut self.bonus);
        bonus.clear();
        bonus.resize(task.lattice.arc_count(), 0);
        self.slots(task, &mut |slot| {
            let score = |seen: &SeenReading| reranker.score(seen.name, seen.support, slot.features);
            let alone = score(&slot.readings[0]);
            for (index, seen) in slot.readings[1..].iter().enumerate() {
                bonus[slot.first_arc + index] = score(seen) - alone;
            }
        });
        // Edges leave a state only after all that lead to it were made.
        for node in &mut self.nodes[1..] {
            node.cost = FAR;
        }
        for (index, edge) in self.edges.iter_mut().enumerate() {
            if edge.arc != NONE {
                edge.cost -= bonus[edge.arc as usize];
            }
            let total = self.nodes[edge.from as usize]
                .cost
                .saturating_add(edge.cost);
            let to = &mut self.nodes[edge.to as usize];
            if total < to.cost {
                to.cost = total;
                to.edge = index as u32;
            }
        }
        self.bonus = bonus;
        self.marginals(task);
    }

    /// Walks back along the best path and finds what competes with each choice.
    fn choose(&mut self, task: &Task<'_>, choices: &mut Vec<Choice>) {
        let Some(end) = self.end(task) else { return };
        let best = self.nodes[end as usize].cost;
        let mut state = end;
        while self.nodes[state as usize].edge != NONE {
            let edge = self.edges[self.nodes[state as usize].edge as usize];
            if edge.arc != NONE {
                let start = self.nodes[edge.from as usize].at;
                let length = self.nodes[state as usize].at - start;
                let candidate = task.lattice.arc(edge.arc).candidate;
                choices.push(Choice {
                    start,
                    length,
                    candidate,
                    others: Vec::new(),
                });
            }
            state = edge.from;
        }
        choices.reverse();
        for edge in &self.edges {
            let (from, to) = (
                &self.nodes[edge.from as usize],
                &self.nodes[edge.to as usize],
            );
            // Only those choices whose first token this edge covers compete with it.
            let first = choices.partition_point(|choice| choice.start < from.at);
            for choice in choices[first..]
                .iter_mut()
                .take_while(|choice| choice.start < to.at)
            {
                if to.rest == FAR || from.cost == FAR {
                    continue;
                }
                let candidate = match edge.arc {
                    NONE => Arc::IDENTITY,
                    arc => task.lattice.arc(arc).candidate,
                };
                if choice.candidate == candidate && choice.start == from.at {
                    continue;
                }
                let above = from.cost + edge.cost + to.rest - best;
                if above > RIVAL {
                    continue;
                }
                let known = choice
                    .others
                    .iter_mut()
                    .find(|other| other.candidate == candidate && other.start == from.at);
                match known {
                    Some(other) => other.above = other.above.min(above),
                    None => choice.others.push(Reading {
                        start: from.at,
                        length: to.at - from.at,
                        candidate,
                        above,
                    }),
                }
            }
        }
        for choice in choices {
            choice
                .others
                .sort_by_key(|other| (other.above, other.candidate));
        }
    }
}

impl Task<'_> {
    /// What it costs that a word follows an article that does not fit its sound.
    fn clash(&self, last: Word, next: WordSound) -> i32 {
        match next.takes_an {
            Some(an) if last == self.articles[usize::from(!an)] => CLASH,
            _ => 0,
        }
    }
}

/// `exp(-cost) / (1 + Σ exp(-others))` in units of 2^-16.
pub(crate) fn share(cost: i32, others: impl Iterator<Item = i32>) -> u32 {
    let total: u64 = 65_536 + others.map(|other| u64::from(exp_neg(other))).sum::<u64>();
    ((u64::from(exp_neg(cost)) << 16) / total) as u32
}
