//! The search graph: what the beam search over the lattice leaves behind.
//!
//! States stand at token boundaries and know the last two words; edges are
//! readings. Edges leave a state only after all that lead to it were made, so
//! that one pass over them in order, or backwards, finds all best paths.

use crate::context::{Context, Lone, Memo, Model, Word};
use crate::cost::NAT;
use crate::lattice::{Arc, Lattice};
use crate::vocabulary::{Vocabulary, WordSound};

/// States kept at each token.
const BEAM: usize = 10;

/// States this much worse than the best at their token are dropped.
const WIDTH: i32 = 18 * NAT;

/// No edge, or the edge of leaving a token alone where an arc could stand.
pub(crate) const NONE: u32 = u32::MAX;

/// The cost of what cannot be reached.
pub(crate) const FAR: i32 = i32::MAX / 2;

/// What is searched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problem<'a> {
    pub(crate) model: &'a Model,
    pub(crate) lattice: &'a Lattice,
    /// The words of the stretch as they stand.
    pub(crate) words: &'a [WordSound],
    pub(crate) vocabulary: &'a Vocabulary,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    /// The last two words.
    context: Context,
    last: Word,
    /// Tokens left as they are before this state, as far as that matters.
    run: u32,
    /// The token boundary.
    pub(crate) at: u32,
    /// Cost of the best path that leads here.
    pub(crate) cost: i32,
    /// The edge by which it comes; [`NONE`] at the start.
    edge: u32,
    /// Cost of the best path from here to the end.
    pub(crate) rest: i32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    from: u32,
    to: u32,
    /// Index of the arc in the lattice, or [`NONE`] for leaving a token alone.
    pub(crate) arc: u32,
    pub(crate) cost: i32,
}

/// A state that waits at a token boundary.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    /// Hash of its last two words.
    name: u64,
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

/// The graph, with memory that it keeps from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Per token boundary, the states that wait there.
    frontier: Vec<Frontier>,
    /// The farthest token boundary where a state waits.
    reach: usize,
    /// The state in which the best path ends.
    end: u32,
    memo: Memo,
    /// What the model says of the words of the stretch by themselves.
    own: Vec<Lone>,
    /// The same for the words of each arc, one after the other.
    new: Vec<Lone>,
    /// Per arc, the end of its words.
    new_ends: Vec<u32>,
    /// The last words of what may end at each token boundary.
    lasts: Vec<(u32, Word)>,
    /// Per arc: cost of the best path through it above the best of all.
    above: Vec<i32>,
    /// Per token: the same for leaving it alone.
    alone: Vec<i32>,
}

impl Graph {
    /// Beam search: fills the graph of states and edges.
    pub(crate) fn search(&mut self, problem: &Problem<'_>) {
        let length = problem.lattice.len();
        self.nodes.clear();
        self.edges.clear();
        if self.frontier.len() < length + 1 {
            self.frontier.resize_with(length + 1, Frontier::default);
        }
        self.frontier[..=length]
            .iter_mut()
            .for_each(Frontier::clear);
        self.look_up(problem);
        let (memo, model) = (&mut self.memo, problem.model);
        let context = model.passed(Word::BREAK, Word::BREAK);
        self.nodes.push(Node {
            context: memo.complete(model, &context),
            last: Word::BREAK,
            run: 0,
            at: 0,
            cost: 0,
            edge: NONE,
            rest: FAR,
        });
        self.frontier[0].push(Waiting {
            name: context.name(),
            cost: 0,
            state: 0,
        });
        self.reach = 0;
        self.above.clear();
        self.above.resize(problem.lattice.arc_count(), FAR);
        self.alone.clear();
        self.alone.resize(length, FAR);
        for at in 0..length {
            self.expand(problem, at);
        }
        self.measure(length);
    }

    /// Looks up all words of the lattice, and all pairs that may come together:
    /// many at once, since one by one each would wait for memory.
    fn look_up(&mut self, problem: &Problem<'_>) {
        let (memo, model, lattice) = (&mut self.memo, problem.model, problem.lattice);
        let candidate = |arc: &Arc| problem.vocabulary.candidate(arc.candidate);
        let own = problem.words.iter().map(|own| own.word);
        let new = lattice.all_arcs().iter().flat_map(candidate);
        let new = new.map(|new| new.word);
        memo.prepare_words(model, own.clone().chain(new.clone()));
        self.own.clear();
        self.own.extend(own.map(|word| memo.lone(model, word)));
        self.new.clear();
        self.new.extend(new.map(|word| memo.lone(model, word)));
        self.new_ends.clear();
        self.lasts.clear();
        let mut end = 0;
        for at in 0..lattice.len() {
            self.lasts.push((at as u32 + 1, problem.words[at].word));
            for arc in lattice.arcs(at).1 {
                let words = candidate(arc);
                end += words.len() as u32;
                self.new_ends.push(end);
                if let Some(last) = words.last() {
                    self.lasts.push((at as u32 + arc.length, last.word));
                }
            }
        }
        self.lasts.sort_by_key(|last| last.0);
        let lasts = &self.lasts;
        let mut from = 0;
        let pairs = (0..lattice.len()).flat_map(|at| {
            let count = lasts[from..].iter().take_while(|l| l.0 as usize == at).count();
            let before = &lasts[from..from + count];
            from += count;
            let firsts = lattice.arcs(at).1.iter().filter_map(|arc| candidate(arc).first());
            let firsts = std::iter::once(&problem.words[at]).chain(firsts);
            firsts.flat_map(move |first| before.iter().map(move |last| (last.1, first.word)))
        });
        memo.prepare_pairs(model, pairs);
    }

    fn expand(&mut self, problem: &Problem<'_>, at: usize) {
        let mut waiting = std::mem::take(&mut self.frontier[at].states);
        waiting.sort_unstable_by_key(|waiting| (waiting.cost, waiting.state));
        waiting.truncate(BEAM);
        let best = self.frontier[at].best;
        waiting.retain(|waiting| waiting.cost <= best + WIDTH);
        let (first_arc, arcs) = problem.lattice.arcs(at);
        // With one state and one reading there is nothing to compare, unless a
        // phrase reaches over this token.
        let settled = waiting.len() == 1 && arcs.is_empty() && self.reach <= at;
        let own = problem.words[at];
        if settled {
            let state = waiting[0].state;
            let node = self.nodes[state as usize];
            let next = Node {
                context: node.context.passed(own.word),
                last: own.word,
                run: node.run + 1,
                ..node
            };
            let cost = problem.lattice.identity(at, node.run);
            self.link(problem.lattice.span(at + 1), state, at + 1, NONE, cost, next);
            self.frontier[at].states = waiting;
            return;
        }
        if let [Waiting { state, .. }] = waiting[..] {
            // It may have come here settled.
            let context = &mut self.nodes[state as usize].context;
            *context = self.memo.complete(problem.model, context);
        }
        // All first words after all states at once.
        let first = |arc: &Arc| problem.vocabulary.candidate(arc.candidate).first();
        let words = std::iter::once(own.word)
            .chain(arcs.iter().filter_map(|arc| Some(first(arc)?.word)));
        let nodes = &self.nodes;
        let contexts = waiting.iter().map(|w| &nodes[w.state as usize].context);
        let triples = contexts.flat_map(|context| words.clone().map(move |word| (context, word)));
        self.memo.prepare_triples(problem.model, triples);
        for &Waiting { state, .. } in &waiting {
            let node = self.nodes[state as usize];
            let (cost, context) = self.memo.extend(problem.model, &node.context, &self.own[at]);
            let cost = cost
                + problem.lattice.identity(at, node.run)
                + problem.vocabulary.clash(node.last, own);
            let next = Node {
                context,
                last: own.word,
                run: node.run + 1,
                ..node
            };
            self.link(problem.lattice.span(at + 1), state, at + 1, NONE, cost, next);
            let mut first_new = first_arc.checked_sub(1).map_or(0, |arc| self.new_ends[arc]);
            for (index, arc) in arcs.iter().enumerate() {
                let mut next = Node { run: 0, ..node };
                let mut cost = arc.cost;
                for &word in problem.vocabulary.candidate(arc.candidate) {
                    let new = &self.new[first_new as usize];
                    let (more, context) = self.memo.extend(problem.model, &next.context, new);
                    cost += more + problem.vocabulary.clash(next.last, word);
                    (next.context, next.last) = (context, word.word);
                    first_new += 1;
                }
                let arc_index = (first_arc + index) as u32;
                let to = at + arc.length as usize; self.link(problem.lattice.span(to), state, to, arc_index, cost, next);
            }
        }
        self.frontier[at].states = waiting;
    }

    /// Adds an edge to the state `next` at a token boundary, which may be known already.
    fn link(&mut self, span: u32, from: u32, at: usize, arc: u32, cost: i32, next: Node) {
        let total = self.nodes[from as usize].cost + cost;
        let frontier = &mut self.frontier[at];
        // It would be dropped there: the best can only get better.
        if total > frontier.best.saturating_add(WIDTH) {
            return;
        }
        let run = next.run.min(span);
        self.reach = self.reach.max(at);
        let edge = self.edges.len() as u32;
        let name = next.context.name();
        let known = frontier.states.iter_mut().find(|waiting| {
            waiting.name == name && {
                let node = &self.nodes[waiting.state as usize];
                node.last == next.last && node.run == run
            }
        });
        let to = match known {
            Some(waiting) => {
                let node = &mut self.nodes[waiting.state as usize];
                if total < node.cost {
                    node.cost = total;
                    node.edge = edge;
                    waiting.cost = total;
                    frontier.best = frontier.best.min(total);
                }
                waiting.state
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
                frontier.push(Waiting {
                    name,
                    cost: total,
                    state,
                });
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

    /// Finds the end of the best path, the cost of the best path from every
    /// state to the end, and what every reading costs above the best.
    fn measure(&mut self, length: usize) {
        // Costs may have changed since the states came to wait there.
        let ends = self.frontier[length].states.iter().map(|w| w.state);
        let best = ends.min_by_key(|&state| (self.nodes[state as usize].cost, state));
        self.end = best.unwrap_or(0);
        let best = self.best();
        for node in &mut self.nodes {
            node.rest = if node.at as usize == length { 0 } else { FAR };
        }
        self.above.fill(FAR);
        self.alone.fill(FAR);
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
    }

    /// Lowers the cost of every arc by its bonus, and finds all best paths anew.
    pub(crate) fn favour(&mut self, bonus: &[i32]) {
        for node in &mut self.nodes[1..] {
            node.cost = FAR;
        }
        for (index, edge) in self.edges.iter_mut().enumerate() {
            if edge.arc != NONE {
                edge.cost -= bonus[edge.arc as usize];
            }
            let from = self.nodes[edge.from as usize].cost;
            let total = from.saturating_add(edge.cost);
            let to = &mut self.nodes[edge.to as usize];
            if total < to.cost {
                to.cost = total;
                to.edge = index as u32;
            }
        }
        self.measure(self.alone.len());
    }

    /// The edges of the best path, last first, each with the token boundaries
    /// where it begins and ends.
    pub(crate) fn path(&self) -> impl Iterator<Item = (Edge, u32, u32)> + '_ {
        let mut state = self.end;
        std::iter::from_fn(move || {
            let end = self.nodes[state as usize];
            let edge = *self.edges.get(end.edge as usize)?;
            state = edge.from;
            Some((edge, self.nodes[state as usize].at, end.at))
        })
    }

    /// All edges with their states.
    pub(crate) fn edges(&self) -> impl Iterator<Item = (Edge, Node, Node)> + '_ {
        let node = |state: u32| self.nodes[state as usize];
        self.edges
            .iter()
            .map(move |edge| (*edge, node(edge.from), node(edge.to)))
    }

    /// Cost of the best path.
    pub(crate) fn best(&self) -> i32 {
        self.nodes[self.end as usize].cost
    }

    /// Cost of the best path through an arc above the best of all.
    pub(crate) fn above(&self, arc: usize) -> i32 {
        self.above[arc]
    }

    /// Cost of the best path that leaves a token alone above the best of all.
    pub(crate) fn alone(&self, at: usize) -> i32 {
        self.alone[at]
    }
}
