//! The search graph: what the beam search over the lattice leaves behind.
//!
//! States stand at token boundaries and know the last two words; edges are
//! readings. Edges leave a state only after all that lead to it were made, so
//! that one pass over them in order, or backwards, finds all best paths.

use crate::bigrams::{Bigrams, History};
use crate::context::{Found, Memo, Model, Word};
use crate::cost::NAT;
use crate::lattice::Lattice;
use crate::token::Token;
use crate::vocabulary::Vocabulary;

/// States kept at each token.
const BEAM: usize = 8;

/// States this much worse than the best at their token are dropped.
const WIDTH: i32 = 9 * NAT;

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
    pub(crate) words: &'a [Word],
    /// The same as tokens of their text.
    pub(crate) tokens: &'a [Token],
    pub(crate) text: &'a str,
    pub(crate) vocabulary: &'a Vocabulary,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    history: History,
    /// Which of the words before the token boundary is the last.
    last: u32,
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

/// The graph, with memory that it keeps from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Per token boundary, the states that wait there.
    frontier: Vec<Frontier>,
    /// The state in which the best path ends.
    end: u32,
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
        self.reach = 0;
        if self.frontier.len() < length + 1 {
            self.frontier.resize_with(length + 1, Frontier::default);
        }
        self.frontier[..=length]
            .iter_mut()
            .for_each(Frontier::clear);
        self.bigrams.look_up(problem, &mut self.memo);
        let start = problem.model.context(Word::BREAK, Word::BREAK);
        self.nodes.push(Node {
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
            state: 0,
        });
        self.above.clear();
        self.above.resize(problem.lattice.arc_count(), FAR);
        self.alone.clear();
        self.alone.resize(length, FAR);
        for at in 0..length {
            self.expand(problem, at);
        }
        self.measure(length);
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
        let node = self.nodes[state as usize];
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
            let node = &self.nodes[waiting.state as usize];
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
                let node = &self.nodes[waiting[wanted as usize / firsts.len()].state as usize];
                self.costs[wanted as usize] += more - node.history.back;
            }
        }
    }

    /// The edges of all readings from a state.
    fn leave(&mut self, problem: &Problem<'_>, at: usize, index: usize, state: u32) {
        let node = self.nodes[state as usize];
        let (first_arc, arcs) = problem.lattice.arcs(at);
        let first_cost = index * (arcs.len() + 1);
        let history =
            |graph: &Graph, reading: usize| graph.bigrams.after(at, node.last)[reading].history;
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
        let edge = self.edges.len() as u32;
        let known = frontier
            .states
            .iter_mut()
            .find(|waiting| waiting.history == history && waiting.run == run);
        let to = match known {
            Some(waiting) => {
                if total < waiting.cost {
                    let node = &mut self.nodes[waiting.state as usize];
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
                    history,
                    run,
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

    /// All edges with their states, in the order of the tokens where they begin.
    pub(crate) fn edges(&self) -> impl Iterator<Item = (&Edge, &Node, &Node)> + '_ {
        let node = |state: u32| &self.nodes[state as usize];
        self.edges
            .iter()
            .map(move |edge| (edge, node(edge.from), node(edge.to)))
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

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::channel::Settings;
    use crate::dict::Dictionary;
    use crate::lattice::Stretch;
    use crate::scan::scan;
    use crate::sound::takes_an;
    use crate::token::tokenize;
    use crate::vocabulary::KnownWord;

    /// The readings of the best path, by a search without beam, memory or
    /// batches: a table of all histories at each token boundary.
    fn reference(problem: &Problem<'_>) -> (i32, Vec<(u32, u32)>) {
        type State = (Word, Word, u32);
        let lattice = problem.lattice;
        let mut table = vec![BTreeMap::<State, (i32, Vec<(u32, u32)>)>::new(); lattice.len() + 1];
        table[0].insert((Word::BREAK, Word::BREAK, 0), (0, Vec::new()));
        for at in 0..lattice.len() {
            let (first_arc, arcs) = lattice.arcs(at);
            for ((before, last, run), (cost, path)) in table[at].clone() {
                let own = [KnownWord {
                    word: problem.words[at],
                    lone: None,
                    takes_an: takes_an(problem.tokens[at].text(problem.text)),
                }];
                let alone = (1, lattice.identity(at, run), NONE, &own[..]);
                let others = arcs.iter().enumerate().map(|(index, arc)| {
                    let words = problem.vocabulary.candidate(arc.candidate);
                    (arc.length, arc.cost, (first_arc + index) as u32, words)
                });
                for (length, extra, arc, words) in std::iter::once(alone).chain(others) {
                    let (mut before, mut last, mut cost) = (before, last, cost + extra);
                    for word in words {
                        cost += problem.model.cost(before, last, word.word);
                        cost += problem.vocabulary.clash(last, || word.takes_an);
                        (before, last) = (last, word.word);
                    }
                    let mut path = path.clone();
                    path.push((at as u32, arc));
                    let run = if arc == NONE { run + 1 } else { 0 };
                    let there = &mut table[at + length as usize];
                    let best = there
                        .entry((before, last, run))
                        .or_insert((FAR, Vec::new()));
                    if cost < best.0 {
                        *best = (cost, path);
                    }
                }
            }
        }
        let ends = table[lattice.len()].values();
        ends.min_by_key(|end| end.0).cloned().unwrap_or_default()
    }

    #[test]
    fn finds_what_an_exhaustive_search_finds() {
        let dictionary = Dictionary::embedded();
        let (model, lexicon) = (Model::embedded(), dictionary.lexicon());
        let vocabulary = Vocabulary::new(lexicon, &model);
        let (mut lattice, mut graph) = (Lattice::default(), Graph::default());
        let mut matches = Vec::new();
        for text in [
            "Press play to hearken to this text about a key second within the film.",
            "The minister mentioned on Tuesday that extra than 50percent of the funds had been spent.",
            "An distinctive approach to make cash, in line with the corporate, which has a variety of companies.",
            "Nothing here.",
            "He advised reporters that the assembly was held on the White Home, the place folks have been ready.",
        ] {
            let tokens = tokenize(text);
            scan(text, &tokens, lexicon, &mut matches);
            let stretch = Stretch {
                text,
                tokens: &tokens,
                first: 0,
                matches: &matches,
            };
            let words: Vec<_> = tokens.iter().map(|t| Word::of(t, text)).collect();
            for settings in Settings::typical() {
                lattice.build(&stretch, lexicon, &settings.channel());
                let problem = Problem {
                    model: &model,
                    lattice: &lattice,
                    words: &words,
                    tokens: &tokens,
                    text,
                    vocabulary: &vocabulary,
                };
                graph.search(&problem);
                let mut path: Vec<_> = graph.path().map(|(e, from, _)| (from, e.arc)).collect();
                path.reverse();
                let (_, wanted) = reference(&problem);
                assert_eq!(path, wanted, "{text}");
            }
        }
    }
}
