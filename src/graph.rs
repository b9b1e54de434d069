//! The search graph: what the search leaves behind of a lattice.
//!
//! States stand at token boundaries and know the last two words; edges are
//! readings. Edges leave a state only after all that lead to it were made, so
//! that one pass over them in order, or backwards, finds all best paths.
//!
//! There is hardly a branch in such a pass: processors could not foresee it.

use std::hint::select_unpredictable;
use std::ops::Range;

/// No edge, or no state.
pub(crate) const NONE: u32 = u32::MAX;

/// The cost of what cannot be reached.
pub(crate) const FAR: i32 = i32::MAX / 2;

/// A state, as far as it matters once the search is over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    /// The token boundary.
    pub(crate) at: u32,
    /// Cost of the best path that leads here.
    pub(crate) cost: i32,
    /// The edge by which it comes; [`NONE`] at the start.
    pub(crate) edge: u32,
    /// Cost of the best path from here to the end.
    pub(crate) rest: i32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    pub(crate) from: u32,
    pub(crate) to: u32,
    /// The number of its reading in the lattice.
    pub(crate) reading: u32,
    pub(crate) cost: i32,
}

/// The graph, with memory that it keeps from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// The states at the last token boundary.
    ends: Vec<u32>,
    /// The one in which the best path ends.
    end: u32,
    /// Whether what follows is that of the costs as they are.
    is_measured: bool,
    /// Per reading: cost of the best path through it above the best of all.
    above: Vec<i32>,
    /// The arcs among the readings.
    arcs: usize,
}

impl Graph {
    /// Makes room for a lattice with so many arcs and tokens.
    pub(crate) fn clear(&mut self, arcs: usize, tokens: usize) {
        self.nodes.clear();
        self.edges.clear();
        self.ends.clear();
        self.above.resize(arcs + tokens, FAR);
        self.arcs = arcs;
    }

    pub(crate) fn node(&self, state: u32) -> &Node {
        &self.nodes[state as usize]
    }

    /// Adds a state at a token boundary, its cost and the edge by which it comes,
    /// and returns its number.
    #[inline(always)]
    pub(crate) fn add_node(&mut self, at: u32, cost: i32, edge: u32) -> u32 {
        self.nodes.push(Node {
            at,
            cost,
            edge,
            rest: FAR,
        });
        self.nodes.len() as u32 - 1
    }

    /// Another way to a state, which may be cheaper.
    #[inline(always)]
    pub(crate) fn improve(&mut self, state: u32, cost: i32, edge: u32) {
        self.nodes[state as usize].improve(cost, edge);
    }

    /// The number of the edge that is added next.
    pub(crate) fn next_edge(&self) -> u32 {
        self.edges.len() as u32
    }

    /// Adds an edge.
    #[inline(always)]
    pub(crate) fn add_edge(&mut self, edge: Edge) {
        self.edges.push(edge);
    }

    /// Takes the states at the last token boundary once all are there, and finds
    /// the best paths.
    pub(crate) fn finish(&mut self, ends: impl Iterator<Item = u32>) {
        self.ends.extend(ends);
        self.arrive();
        self.measure();
    }

    /// Finds the end of the best path.
    fn arrive(&mut self) {
        self.is_measured = false;
        let cost = |state: &&u32| (self.nodes[**state as usize].cost, **state);
        self.end = self.ends.iter().min_by_key(cost).copied().unwrap_or(0);
    }

    /// Finds the cost of the best path from every state to the end, and what every
    /// reading costs above the best, unless that is known already.
    pub(crate) fn measure(&mut self) {
        if std::mem::replace(&mut self.is_measured, true) {
            return;
        }
        for state in &self.ends {
            self.nodes[*state as usize].rest = 0;
        }
        let best = self.best();
        self.above.fill(FAR);
        for edge in self.edges.iter().rev() {
            let behind = self.nodes[edge.to as usize].rest;
            let from = &mut self.nodes[edge.from as usize];
            let rest = select_unpredictable(behind == FAR, FAR, behind + edge.cost);
            from.rest = from.rest.min(rest);
            let total = from.cost.saturating_add(rest - best);
            let above = &mut self.above[edge.reading as usize];
            *above = (*above).min(select_unpredictable(behind == FAR, FAR, total));
        }
    }

    /// Lowers the cost of every reading by its bonus, and finds the best paths to all
    /// states anew; the rest has to be [measured](Self::measure) again.
    pub(crate) fn favour(&mut self, bonus: &[i32]) {
        for node in &mut self.nodes {
            (node.cost, node.rest) = (FAR, FAR);
        }
        if let Some(start) = self.nodes.first_mut() {
            start.cost = 0;
        }
        for (edge, index) in self.edges.iter_mut().zip(0..) {
            edge.cost -= bonus[edge.reading as usize];
            let from = self.nodes[edge.from as usize].cost;
            let total = from.saturating_add(edge.cost);
            self.nodes[edge.to as usize].improve(total, index);
        }
        self.arrive();
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

    /// The edges that leave some token boundaries, with their states.
    pub(crate) fn leaving(
        &self,
        range: Range<u32>,
    ) -> impl Iterator<Item = (&Edge, &Node, &Node)> + '_ {
        let begins = |edge: &Edge| self.node(edge.from).at < range.start;
        let first = self.edges.partition_point(begins);
        self.edges[first..]
            .iter()
            .map(|edge| (edge, self.node(edge.from), self.node(edge.to)))
            .take_while(move |(_, from, _)| from.at < range.end)
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
        self.above[self.arcs + at]
    }
}

impl Node {
    /// Another way that leads here, which may be cheaper.
    #[inline(always)]
    fn improve(&mut self, cost: i32, edge: u32) {
        let is_better = cost < self.cost;
        self.cost = select_unpredictable(is_better, cost, self.cost);
        self.edge = select_unpredictable(is_better, edge, self.edge);
    }
}
