//! The search: finds its way through the lattice, state by state.
//!
//! A beam search (Lowerre 1976): at each token boundary the best states go on
//! with every reading that begins there, and the others are dropped.

use crate::bigrams::{Bigrams, History};
use crate::context::{Found, Memo, Model, Word};
use crate::cost::NAT;
use crate::graph::{Edge, Graph, Node, FAR, NONE};
use crate::lattice::Lattice;
use crate::token::Token;
use crate::vocabulary::Vocabulary;

/// States kept at each token.
const BEAM: usize = 8;

/// States this much worse than the best at their token are dropped.
const WIDTH: i32 = 9 * NAT;

/// What is searched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problem<'a> {
    pub(crate) model: &'a Model,
    pub(crate) lattice: &'a Lattice,
    /// The words of the stretch as they stand.
    pub(crate) words: &'a [Word],
    /// The same as tokens of their text.
    pub(crate) tokens: &'a [Token],
    pub(crate) text: &'a str,
    pub(crate) vocabulary: &'a Vocabulary,
}

/// A state that waits at a token boundary.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    /// Key of its last two words.
    history: u64,
    run: u32,
    cost: i32,
    state: u32,
}

/// The states that wait at a token boundary.
#[derive(Debug, Default)]
struct Frontier {
    states: Vec<Waiting>,
    /// The lowest cost among them; no matter if there are none.
    best: i32,
}

impl Frontier {
    fn clear(&mut self) {
        self.states.clear();
        self.best = FAR;
    }

    fn push(&mut self, waiting: Waiting) {
        self.best = self.best.min(waiting.cost);
        self.states.push(waiting);
    }
}

/// The search, with memory that it keeps from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Search {
    /// What it found.
    pub(crate) graph: Graph,
    /// Per token boundary, the states that wait there.
    frontier: Vec<Frontier>,
    /// The last token boundary to which an edge leads.
    reach: u32,
    memo: Memo,
    bigrams: Bigrams,
    /// Per state at a token boundary and word that may follow, what it costs there.
    costs: Vec<i32>,
    /// Trigrams to look up, where their costs stand, and what was found.
    keys: Vec<u64>,
    wanted: Vec<u32>,
    found: Vec<Found>,
}

impl Search {
    /// Fills the graph of states and edges.
    pub(crate) fn run(&mut self, problem: &Problem<'_>) {
        let length = problem.lattice.len();
        self.graph.clear(problem.lattice.arc_count(), length);
        self.reach = 0;
        if self.frontier.len() < length + 1 {
            self.frontier.resize_with(length + 1, Frontier::default);
        }
        self.frontier[..=length]
            .iter_mut()
            .for_each(Frontier::clear);
        self.bigrams.look_up(problem, &mut self.memo);
        let start = problem.model.context(Word::BREAK, Word::BREAK);
        let state = self.graph.add_node(Node {
            history: start.into(),
            last: 0,
            run: 0,
            at: 0,
            cost: 0,
            edge: NONE,
            rest: FAR,
        });
        self.frontier[0].push(Waiting {
            history: start.two,
            run: 0,
            cost: 0,
            state,
        });
        for at in 0..length {
            self.graph.step();
            self.expand(problem, at);
        }
        self.graph.measure();
    }

    /// Makes the edges that begin at a token boundary.
    fn expand(&mut self, problem: &Problem<'_>, at: usize) {
        let mut waiting = std::mem::take(&mut self.frontier[at].states);
        waiting.sort_unstable_by_key(|waiting| (waiting.cost, waiting.state));
        waiting.truncate(BEAM);
        let best = self.frontier[at].best;
        waiting.retain(|waiting| waiting.cost <= best + WIDTH);
        self.bigrams.reach(problem, &mut self.memo, at);
        if !self.bigrams.matter(at) {
            if let [Waiting { state, .. }] = waiting[..] {
                self.pass(problem, at, state);
            }
        } else {
            let is_alone = waiting.len() == 1 && self.bigrams.firsts(at).len() == 1;
            if is_alone && self.reach as usize <= at {
                // Whatever it costs, there is nothing to compare it with.
                self.costs.clear();
                self.costs.push(0);
            } else {
                self.price(problem, at, &waiting);
            }
            for (index, state) in waiting.iter().enumerate() {
                self.leave(problem, at, index, state.state);
            }
        }
        self.frontier[at].states = waiting;
    }

    /// Goes on where there is one state and one reading, and so nothing to compare.
    fn pass(&mut self, problem: &Problem<'_>, at: usize, state: u32) {
        let node = *self.graph.node(state);
        let before = at.checked_sub(1);
        let before = before.map_or(Word::BREAK, |before| problem.words[before]);
        let word = problem.words[at];
        let mut history = History {
            key: word.extend(before.open()),
            back: 0,
            open: false,
        };
        if at + 1 < problem.lattice.len() && self.bigrams.matter(at + 1) {
            let (memo, model) = (&mut self.memo, problem.model);
            let known = self.bigrams.own(at).is_some();
            let bigram = memo.find(model, 1, history.key).filter(|_| known);
            history.back = bigram.map_or(0, |(_, back)| back);
            history.open = bigram.is_some();
        }
        let next = Node {
            history,
            last: 0,
            run: node.run + 1,
            ..node
        };
        let cost = problem.lattice.identity(at, node.run);
        self.link(problem, state, at + 1, NONE, cost, next);
    }

    /// What every reading costs in each state.
    fn price(&mut self, problem: &Problem<'_>, at: usize, waiting: &[Waiting]) {
        self.keys.clear();
        self.wanted.clear();
        self.costs.clear();
        let firsts = self.bigrams.firsts(at);
        for waiting in waiting {
            let node = self.graph.node(waiting.state);
            for (first, bigram) in firsts.iter().zip(self.bigrams.after(at, node.last)) {
                if node.history.open && bigram.known {
                    self.wanted.push(self.costs.len() as u32);
                    self.keys.push(first.word.extend(node.history.key));
                }
                self.costs.push(node.history.back + bigram.cost);
            }
        }
        self.memo
            .find_all(problem.model, 2, &self.keys, &mut self.found);
        // Backing off was charged; a trigram is charged instead.
        for (&wanted, found) in self.wanted.iter().zip(&self.found) {
            if let Some((more, _)) = found {
                let node = self
                    .graph
                    .node(waiting[wanted as usize / firsts.len()].state);
                self.costs[wanted as usize] += more - node.history.back;
            }
        }
    }

    /// The edges of all readings from a state.
    fn leave(&mut self, problem: &Problem<'_>, at: usize, index: usize, state: u32) {
        let node = *self.graph.node(state);
        let (first_arc, arcs) = problem.lattice.arcs(at);
        let first_cost = index * (arcs.len() + 1);
        let history =
            |search: &Search, reading: usize| search.bigrams.after(at, node.last)[reading].history;
        let next = Node {
            history: history(self, 0),
            last: 0,
            run: node.run + 1,
            ..node
        };
        let cost = self.costs[first_cost] + problem.lattice.identity(at, node.run);
        self.link(problem, state, at + 1, NONE, cost, next);
        for (index, arc) in arcs.iter().enumerate() {
            let next = Node {
                history: history(self, index + 1),
                last: self.bigrams.last_of(first_arc + index),
                run: 0,
                ..node
            };
            let cost = self.costs[first_cost + index + 1] + arc.cost;
            let to = at + arc.length as usize;
            self.reach = self.reach.max(to as u32);
            self.link(problem, state, to, (first_arc + index) as u32, cost, next);
        }
    }

    /// Adds an edge to the state `next` at a token boundary, which may be known already.
    fn link(
        &mut self,
        problem: &Problem<'_>,
        from: u32,
        at: usize,
        arc: u32,
        cost: i32,
        next: Node,
    ) {
        let total = next.cost + cost;
        let frontier = &mut self.frontier[at];
        // It would be dropped there: the best can only get better.
        if total > frontier.best.saturating_add(WIDTH) {
            return;
        }
        let run = next.run.min(problem.lattice.span(at));
        let history = next.history.key;
        let edge = self.graph.next_edge();
        let known = frontier
            .states
            .iter_mut()
            .find(|waiting| waiting.history == history && waiting.run == run);
        let to = match known {
            Some(waiting) => {
                if total < waiting.cost {
                    let node = self.graph.node_mut(waiting.state);
                    node.cost = total;
                    node.edge = edge;
                    waiting.cost = total;
                    frontier.best = frontier.best.min(total);
                }
                waiting.state
            }
            None => {
                let state = self.graph.add_node(Node {
                    run,
                    cost: total,
                    edge,
                    at: at as u32,
                    rest: FAR,
                    ..next
                });
                frontier.push(Waiting {
                    history,
                    run,
                    cost: total,
                    state,
                });
                state
            }
        };
        let edge = Edge {
            from,
            to,
            arc,
            cost,
        };
        self.graph.add_edge(edge, at);
    }
}

#[cfg(all(test, feature = "embedded"))]
mod tests;
