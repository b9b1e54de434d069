//! The search: finds its way through the lattice, state by state.
//!
//! A beam search (Lowerre 1976): at each token boundary the best states go on
//! with every reading that begins there, and the others are dropped.

use crate::bigrams::{Bigrams, History};
use crate::context::{Found, Memo, Model, Word};
use crate::cost::NAT;
use crate::graph::{Edge, Graph, FAR, NONE};
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
    /// Its last two words.
    history: History,
    /// Which of the words before the token boundary is the last.
    last: u32,
    /// Tokens left as they are before it, as far as that matters.
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

/// A reading that leaves a state.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// The token boundary where it ends.
    to: usize,
    /// Index of the arc, or [`NONE`] where the token is left alone.
    arc: u32,
    cost: i32,
    /// What waits there then, as in [`Waiting`].
    history: History,
    last: u32,
    run: u32,
}

/// What was found so far: the graph, and the states from which it goes on.
#[derive(Debug, Default)]
struct Paths {
    graph: Graph,
    /// Per token boundary, the states that wait there.
    frontier: Vec<Frontier>,
}

impl Paths {
    fn clear(&mut self, lattice: &Lattice) {
        let length = lattice.len();
        self.graph.clear(lattice.arc_count(), length);
        if self.frontier.len() < length + 1 {
            self.frontier.resize_with(length + 1, Frontier::default);
        }
        for frontier in &mut self.frontier[..=length] {
            frontier.states.clear();
            frontier.best = FAR;
        }
    }

    /// The states with which to go on from a token boundary, best first.
    fn take(&mut self, at: usize) -> Vec<Waiting> {
        let frontier = &mut self.frontier[at];
        let mut waiting = std::mem::take(&mut frontier.states);
        if waiting.len() > 1 {
            waiting.sort_unstable_by_key(|waiting| (waiting.cost, waiting.state));
            waiting.truncate(BEAM);
            let most = frontier.best + WIDTH;
            while waiting.last().is_some_and(|worst| worst.cost > most) {
                waiting.pop();
            }
        }
        waiting
    }

    /// Leaves a token alone.
    #[inline(always)]
    fn stay(
        &mut self,
        lattice: &Lattice,
        at: usize,
        from: &Waiting,
        (words, history): (i32, History),
    ) {
        let step = Step {
            to: at + 1,
            arc: NONE,
            cost: words + lattice.identity(at, from.run),
            history,
            last: 0,
            run: (from.run + 1).min(lattice.span(at + 1)),
        };
        self.link(from, step);
    }

    /// Makes an edge to the state that waits where a step ends, or to a new one.
    #[inline(always)]
    fn link(&mut self, from: &Waiting, step: Step) {
        let Step {
            to,
            arc,
            cost: more,
            history,
            last,
            run,
        } = step;
        let cost = from.cost + more;
        let frontier = &mut self.frontier[to];
        // It would be dropped there: the best can only get better.
        if cost > frontier.best.saturating_add(WIDTH) {
            return;
        }
        frontier.best = frontier.best.min(cost);
        let edge = self.graph.next_edge();
        let same = |known: &&mut Waiting| (known.history.key == history.key) & (known.run == run);
        let state = match frontier.states.iter_mut().find(same) {
            Some(known) => {
                if cost < known.cost {
                    known.cost = cost;
                    self.graph.improve(known.state, cost, edge);
                }
                known.state
            }
            None => {
                let state = self.graph.add_node(to as u32, cost, edge);
                frontier.states.push(Waiting {
                    history,
                    last,
                    run,
                    cost,
                    state,
                });
                state
            }
        };
        self.graph.add_edge(Edge {
            from: from.state,
            to: state,
            arc,
            cost: more,
        });
    }
}

/// The search, with memory that it keeps from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Search {
    paths: Paths,
    /// The last token boundary to which an edge leads.
    reach: usize,
    memo: Memo,
    bigrams: Bigrams,
    /// Per state at a token boundary and word that may follow, what it costs there.
    costs: Vec<i32>,
    /// Room for trigrams to look up, and for where their costs stand and what backing
    /// off was charged there; and what was found.
    keys: Vec<u64>,
    wanted: Vec<(u32, i32)>,
    found: Vec<Found>,
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
        self.paths.clear(problem.lattice);
        self.reach = 0;
        self.bigrams.look_up(problem, &mut self.memo);
        let start = problem.model.context(Word::BREAK, Word::BREAK);
        let frontier = &mut self.paths.frontier[0];
        frontier.best = 0;
        frontier.states.push(Waiting {
            history: start.into(),
            last: 0,
            run: 0,
            cost: 0,
            state: self.paths.graph.add_node(0, 0, NONE),
        });
        for at in 0..problem.lattice.len() {
            self.expand(problem, at);
        }
        self.paths.graph.finish();
        self.paths.graph.measure();
    }

    /// Makes the edges that begin at a token boundary.
    fn expand(&mut self, problem: &Problem<'_>, at: usize) {
        let waiting = self.paths.take(at);
        let arcs = problem.lattice.arcs(at).1;
        let longest = arcs.iter().map(|arc| arc.length).fold(1, u32::max);
        let reach = at + longest as usize;
        self.paths.graph.step(reach);
        if !self.bigrams.matter(at) {
            if let [waiting] = &waiting[..] {
                self.pass(problem, at, waiting);
            }
        } else {
            self.bigrams.reach(problem, &mut self.memo, at);
            let is_alone = waiting.len() == 1 && self.bigrams.firsts(at).len() == 1;
            if is_alone && self.reach <= at {
                // Whatever it costs, there is nothing to compare it with.
                self.costs.clear();
                self.costs.push(0);
            } else {
                self.price(problem, at, &waiting);
            }
            self.leave(problem, at, &waiting);
            if !arcs.is_empty() {
                self.reach = self.reach.max(reach);
            }
        }
        self.paths.frontier[at].states = waiting;
    }

    /// Goes on where there is one state and one reading, and so nothing to compare.
    fn pass(&mut self, problem: &Problem<'_>, at: usize, waiting: &Waiting) {
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
        self.paths.stay(problem.lattice, at, waiting, (0, history));
    }

    /// What every reading costs in each state.
    fn price(&mut self, problem: &Problem<'_>, at: usize, waiting: &[Waiting]) {
        let (firsts, table) = (self.bigrams.firsts(at), self.bigrams.table(at));
        let all = waiting.len() * firsts.len();
        self.costs.clear();
        self.costs.resize(all, 0);
        if self.keys.len() < all {
            self.keys.resize(all, 0);
            self.wanted.resize(all, (0, 0));
        }
        let (keys, wanted) = (&mut self.keys[..all], &mut self.wanted[..all]);
        let mut count = 0;
        let rows = self.costs.chunks_exact_mut(firsts.len());
        for ((row, costs), Waiting { history, last, .. }) in rows.enumerate().zip(waiting) {
            let bigrams = &table[*last as usize * firsts.len()..][..firsts.len()];
            let readings = firsts.iter().zip(bigrams).zip(costs);
            for (index, ((first, bigram), cost)) in readings.enumerate() {
                *cost = history.back + bigram.cost;
                // Written down in any case, and counted without a branch.
                keys[count] = first.word.extend(history.key);
                wanted[count] = ((row * firsts.len() + index) as u32, history.back);
                count += usize::from(history.open & bigram.known);
            }
        }
        self.memo
            .find_all(problem.model, 2, &keys[..count], &mut self.found);
        // Backing off was charged; a trigram is charged instead.
        for (&(wanted, back), found) in wanted.iter().zip(&self.found) {
            if let Some((more, _)) = found {
                self.costs[wanted as usize] += more - back;
            }
        }
    }

    /// The edges of all readings from each state.
    fn leave(&mut self, problem: &Problem<'_>, at: usize, waiting: &[Waiting]) {
        let lattice = problem.lattice;
        let (first_arc, arcs) = lattice.arcs(at);
        let lasts = self.bigrams.lasts_of(first_arc..first_arc + arcs.len());
        let (table, width) = (self.bigrams.table(at), arcs.len() + 1);
        let costs = self.costs.chunks_exact(width);
        for (waiting, costs) in waiting.iter().zip(costs) {
            let bigrams = &table[waiting.last as usize * width..][..width];
            let ([own, bigrams @ ..], [cost, costs @ ..]) = (bigrams, costs) else {
                continue;
            };
            self.paths.stay(lattice, at, waiting, (*cost, own.history));
            let readings = arcs.iter().zip(bigrams).zip(costs).zip(lasts);
            for (index, (((arc, bigram), cost), last)) in readings.enumerate() {
                let step = Step {
                    to: at + arc.length as usize,
                    arc: (first_arc + index) as u32,
                    cost: cost + arc.cost,
                    history: bigram.history,
                    last: *last,
                    run: 0,
                };
                self.paths.link(waiting, step);
            }
        }
    }
}

#[cfg(all(test, feature = "embedded"))]
mod tests;
