//! The search: finds its way through the lattice, state by state.
//!
//! A beam search (Lowerre 1976): at each token boundary the best states go on
//! with every reading that begins there, and the others are dropped.

use std::hint::select_unpredictable;

use crate::bigrams::{Bigrams, History};
use crate::context::{Model, Word};
use crate::cost::NAT;
use crate::dict::Lexicon;
use crate::graph::{Edge, Graph, FAR, NONE};
use crate::grid::grid;
use crate::junctions::Junctions;
use crate::lattice::{Arc, Lattice};
use crate::token::Token;
use crate::trigrams::{Following, Trigrams};
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
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) vocabulary: &'a Vocabulary,
}

/// A state, as far as it matters while it waits at a token boundary.
#[derive(Debug, Clone, Copy)]
struct State {
    /// Its last two words.
    history: History,
    /// Which of the words before the token boundary is the last.
    last: u32,
    /// Tokens left as they are before it, as far as that matters.
    run: u32,
    /// Another state that waits there, or [`NONE`].
    next: u32,
}

/// The states that wait at a token boundary.
#[derive(Debug, Clone, Copy)]
struct Frontier {
    /// One of them, or [`NONE`].
    state: u32,
    /// The lowest cost among them; no matter if there are none.
    best: i32,
    /// One bit of 64 for the history of each: a state whose bit is not among them is new,
    /// as most are.
    seen: u64,
}

impl Frontier {
    /// The states that wait there, of all that there are.
    fn waiting(self, states: &[State]) -> impl Iterator<Item = u32> + '_ {
        let mut state = self.state;
        std::iter::from_fn(move || {
            let next = states.get(state as usize)?.next;
            Some(std::mem::replace(&mut state, next))
        })
    }
}

/// A state from which to go on, the best of a token boundary first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Start {
    cost: i32,
    state: u32,
}

/// A state while it is left.
#[derive(Debug, Clone, Copy)]
struct Leaving {
    start: Start,
    /// Cost of backing off from its last two words.
    back: i32,
    /// Where the bigrams with its last word begin.
    row: usize,
    /// The trigrams that its last two words begin.
    trigrams: Following,
    /// What it costs to leave one more token alone.
    spared: i32,
    /// As in [`State`], then.
    run: u32,
}

/// A reading that leaves a state.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// The token boundary where it ends.
    to: u32,
    /// As in [`Edge`].
    reading: u32,
    cost: i32,
    /// What waits there then, as in [`State`].
    history: History,
    last: u32,
    run: u32,
}

/// What was found so far: the graph, and the states from which it goes on.
#[derive(Debug, Default)]
struct Paths {
    graph: Graph,
    /// The graph's states.
    states: Vec<State>,
    /// Per token boundary, those that wait there.
    frontiers: Vec<Frontier>,
}

impl Paths {
    /// Begins with one state at the first token boundary.
    fn begin(&mut self, lattice: &Lattice, history: History) {
        let length = lattice.len();
        self.graph.clear(lattice.all_arcs().len(), length);
        self.states.clear();
        self.frontiers.clear();
        let none = Frontier {
            state: NONE,
            best: FAR,
            seen: 0,
        };
        self.frontiers.resize(length + 1, none);
        self.graph.add_node(0, 0, NONE);
        self.frontiers[0] = Frontier {
            state: 0,
            best: 0,
            seen: 0,
        };
        self.states.push(State {
            history,
            last: 0,
            run: 0,
            next: NONE,
        });
    }

    /// The states with which to go on from a token boundary.
    fn take(&self, at: usize, starts: &mut Vec<Start>) {
        let most = self.frontiers[at].best + WIDTH;
        starts.clear();
        starts.extend(self.frontiers[at].waiting(&self.states).map(|state| Start {
            cost: self.graph.node(state).cost,
            state,
        }));
        if starts.len() > 1 {
            starts.retain(|start| start.cost <= most);
        }
        match &mut starts[..] {
            // Processors could not foresee which is the better of two.
            [first, second] => {
                let in_order = (*first).min(*second) == *first;
                let (one, other) = (*first, *second);
                *first = select_unpredictable(in_order, one, other);
                *second = select_unpredictable(in_order, other, one);
            }
            all => {
                all.sort_unstable();
                starts.truncate(BEAM);
            }
        }
    }

    /// Makes an edge to the state that waits where a step ends, or to a new one.
    #[inline(always)]
    fn link(&mut self, from: Start, step: Step) {
        let cost = from.cost + step.cost;
        let frontier = &mut self.frontiers[step.to as usize];
        // It would be dropped there: the best can only get better.
        if cost > frontier.best + WIDTH {
            return;
        }
        frontier.best = frontier.best.min(cost);
        let edge = self.graph.next_edge();
        let bit = 1 << (step.history.key >> 58);
        let is_new = frontier.seen & bit == 0;
        frontier.seen |= bit;
        let mut to = select_unpredictable(is_new, NONE, frontier.state);
        loop {
            let Some(known) = self.states.get(to as usize) else {
                to = self.graph.add_node(step.to, cost, edge);
                let next = std::mem::replace(&mut frontier.state, to);
                self.states.push(State {
                    history: step.history,
                    last: step.last,
                    run: step.run,
                    next,
                });
                break;
            };
            if (known.history.key == step.history.key) & (known.run == step.run) {
                self.graph.improve(to, cost, edge);
                break;
            }
            to = known.next;
        }
        self.graph.add_edge(Edge {
            from: from.state,
            to,
            reading: step.reading,
            cost: step.cost,
        });
    }
}

/// The search, with memory that it keeps from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Search {
    paths: Paths,
    junctions: Junctions,
    bigrams: Bigrams,
    trigrams: Trigrams,
    starts: Vec<Start>,
    leaving: Vec<Leaving>,
}

impl Search {
    /// What it found.
    pub(crate) fn graph(&self) -> &Graph {
        &self.paths.graph
    }

    pub(crate) fn graph_mut(&mut self) -> &mut Graph {
        &mut self.paths.graph
    }

    /// Fills the graph of states and edges.
    pub(crate) fn run(&mut self, problem: &Problem<'_>) {
        self.junctions.collect(problem);
        self.bigrams.clear();
        let start = problem.model.context(Word::BREAK, Word::BREAK);
        self.paths.begin(problem.lattice, start.into());
        let length = problem.lattice.len();
        for at in 0..length {
            self.expand(problem, at);
        }
        let Paths {
            graph,
            states,
            frontiers,
            ..
        } = &mut self.paths;
        graph.finish(frontiers[length].waiting(states));
    }

    /// Makes the edges that begin at a token boundary.
    fn expand(&mut self, problem: &Problem<'_>, at: usize) {
        self.paths.take(at, &mut self.starts);
        let (junctions, bigrams) = (&self.junctions, &mut self.bigrams);
        if junctions.readings_at(at).is_empty() {
            return self.pass(problem, at);
        }
        if at >= bigrams.priced().end {
            bigrams.price(problem, junctions, at);
            let trigrams = problem.model.ngrams(2);
            self.trigrams.look_up(&trigrams, junctions, bigrams);
        }
        self.leave(problem, at);
    }

    /// Goes on where there is one state and one reading, and so nothing to compare.
    fn pass(&mut self, problem: &Problem<'_>, at: usize) {
        let lattice = problem.lattice;
        for start in &self.starts {
            let step = Step {
                to: at as u32 + 1,
                reading: lattice.alone(at),
                cost: lattice.own(at),
                history: History::indifferent(),
                last: 0,
                run: 0,
            };
            self.paths.link(*start, step);
        }
    }

    /// Makes the edges of all readings from each state.
    fn leave(&mut self, problem: &Problem<'_>, at: usize) {
        let (lattice, ngrams) = (problem.lattice, problem.model.ngrams(2));
        let readings = self.junctions.readings(at);
        let table = self.bigrams.table(&self.junctions, at);
        let width = readings.len();
        let span = lattice.span(at + 1);
        let (states, trigrams) = (&self.paths.states, &mut self.trigrams);
        self.leaving.clear();
        self.leaving.extend(self.starts.iter().map(|start| {
            let State {
                history, last, run, ..
            } = states[start.state as usize];
            let row = last as usize * width;
            let bigrams = &table[row..row + width];
            Leaving {
                start: *start,
                back: history.back,
                row,
                trigrams: trigrams.following(&ngrams, &history, readings, bigrams),
                spared: lattice.spared(at, run),
                run: (run + 1).min(span),
            }
        }));
        for (row, column) in grid(self.leaving.len(), width) {
            let (from, reading) = (&self.leaving[row], &readings[column]);
            let bigram = &table[from.row + column];
            // Either backing off is charged, or a trigram.
            let entry = self.trigrams.entry(from.trigrams, column);
            let (is_trigram, more, _) = ngrams.costs(entry);
            let more = select_unpredictable(is_trigram, more, from.back);
            let is_own = reading.candidate == Arc::IDENTITY;
            let spared = select_unpredictable(is_own, from.spared, 0);
            let step = Step {
                to: reading.to,
                reading: reading.number,
                cost: reading.cost + bigram.cost + more + spared,
                history: bigram.history,
                last: reading.last,
                run: select_unpredictable(is_own, from.run, 0),
            };
            self.paths.link(from.start, step);
        }
        self.trigrams.forget();
    }
}

#[cfg(all(test, feature = "embedded"))]
mod tests;
