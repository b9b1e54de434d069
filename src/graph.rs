//! The search graph: a lattice in which every path knows its last two words.
//!
//! Its nodes are pairs, a word and the reading after it; its edges join those that may
//! follow each other. Both stand in the order of the text, so that one pass over the edges,
//! or backwards, finds the best paths from all nodes (Viterbi 1967).
//!
//! There is no branch in such a pass: processors could not foresee it.

mod ways;

use self::ways::{Backward, Forward, Way};
use crate::scratch::Scratch;

/// The cost of what cannot be reached.
pub(crate) const FAR: i32 = i32::MAX / 4;

/// The nodes of a graph, readings after a word, to be written down.
#[derive(Debug)]
pub(crate) struct Nodes<'a> {
    /// The number of each one's reading in the lattice.
    pub(crate) readings: &'a mut [u32],
    /// What it costs whatever comes before that word.
    pub(crate) costs: &'a mut [i32],
}

/// What leads from one node to another.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Edge {
    /// The node that it comes from, and whether it leads to the node behind that of the edge
    /// before it.
    from: u32,
    /// What it costs, with backing off from the last two words of that node.
    pub(crate) cost: i32,
}

impl Edge {
    const LEADS_ON: u32 = 1 << 31;

    /// Lets it come from a node, at a cost.
    #[inline(always)]
    pub(crate) fn come_from(&mut self, node: u32, cost: i32) {
        self.from |= node;
        self.cost = cost;
    }

    /// The node that it comes from.
    #[inline(always)]
    pub(crate) fn from(self) -> usize {
        (self.from & !Edge::LEADS_ON) as usize
    }

    /// How many nodes behind that of the edge before it it leads to: one or none.
    #[inline(always)]
    pub(crate) fn leads_on(self) -> usize {
        usize::from(self.from & Edge::LEADS_ON != 0)
    }
}

/// The graph, with memory that it keeps from stretch to stretch. All paths lead from its
/// first node to its last one.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    edges: Scratch<Edge>,
    /// Per node: the number of its reading in the lattice, and what it costs.
    readings: Scratch<u32>,
    costs: Scratch<i32>,
    /// Per node: the best path to it, the node before it there, and what that path cost before
    /// anything was favoured, without sign.
    ways: Scratch<Way>,
    before: Scratch<u32>,
    first: Scratch<u32>,
    /// Per node: cost of the best path from it to the end, without its own.
    rest: Scratch<i32>,
    /// Whether what follows is that of the costs as they are.
    is_measured: bool,
    /// Per reading: cost of the best path through it above the best of all, and that before
    /// anything was favoured.
    above: Vec<i32>,
    first_above: Vec<i32>,
    is_favoured: bool,
    /// The arcs among the readings.
    arcs: usize,
}

impl Graph {
    /// Makes room for a lattice with so many arcs and tokens.
    pub(crate) fn clear(&mut self, arcs: usize, tokens: usize) {
        // One more for what is no reading.
        self.above.resize(arcs + tokens + 1, FAR);
        self.first_above.resize(arcs + tokens + 1, FAR);
        self.is_favoured = false;
        self.arcs = arcs;
    }

    /// Makes room for so many nodes, which are to be written over: what is there is of another
    /// graph.
    pub(crate) fn draw(&mut self, nodes: usize) -> Nodes<'_> {
        Nodes {
            readings: self.readings.room(nodes, 0),
            costs: self.costs.room(nodes, 0),
        }
    }

    /// Makes room for so many edges, in the order of the nodes that they lead to, given the first
    /// one of each node but the first; where they come from is to be told.
    pub(crate) fn join(&mut self, count: u32, firsts: impl Iterator<Item = u32>) -> &mut [Edge] {
        let edges = self.edges.room(count as usize, Edge::default());
        edges.fill(Edge::default());
        for first in firsts {
            edges[first as usize].from = Edge::LEADS_ON;
        }
        edges
    }

    /// An edge by its place.
    #[inline(always)]
    pub(crate) fn edge(&mut self, edge: u32) -> &mut Edge {
        &mut self.edges[edge as usize]
    }

    /// Adds to what a node costs.
    #[inline(always)]
    pub(crate) fn charge(&mut self, node: u32, cost: i32) {
        self.costs[node as usize] += cost;
    }

    /// Finds the best paths once all nodes and edges are there, and what every reading costs
    /// above the best.
    pub(crate) fn finish(&mut self) {
        let (edges, costs) = (&self.edges[..], &self.costs[..]);
        let mut forward = Forward::new(costs, &mut self.ways, &mut self.before);
        let mut backward = Backward::new(costs, &mut self.rest);
        // In both directions at once: in each every step waits for the one before.
        let mut rest = edges.len();
        for edge in edges {
            rest -= 1;
            forward.go(edge, |_, way| way.unsigned_cost());
            backward.go(&edges[rest]);
        }
        self.is_measured = true;
        self.compare();
    }

    /// Finds the cost of the best path from every node to the end, and what every
    /// reading costs above the best, unless that is known already.
    pub(crate) fn measure(&mut self) {
        if std::mem::replace(&mut self.is_measured, true) {
            return;
        }
        let mut backward = Backward::new(&self.costs, &mut self.rest);
        for edge in self.edges.iter().rev() {
            backward.go(edge);
        }
        self.compare();
    }

    /// Finds what every reading costs above the best path.
    fn compare(&mut self) {
        let best = self.best();
        self.above.fill(FAR);
        let costs = self.ways.iter().zip(&self.rest[..]);
        for (reading, (way, rest)) in self.readings.iter().zip(costs) {
            let above = &mut self.above[*reading as usize];
            *above = (*above).min(way.cost() + rest - best);
        }
    }

    /// Lowers the cost of every arc by its bonus, and finds the best paths to all
    /// nodes anew; of two that are as good now the one that was better before. The rest has
    /// to be [measured](Self::measure) again.
    pub(crate) fn favour(&mut self, bonus: &[i32]) {
        (self.is_favoured, self.is_measured) = (true, false);
        std::mem::swap(&mut self.above, &mut self.first_above);
        for (cost, reading) in self.costs.iter_mut().zip(&self.readings[..]) {
            *cost -= bonus.get(*reading as usize).copied().unwrap_or(0);
        }
        let first = self.first.room(self.ways.len(), 0);
        for (first, way) in first.iter_mut().zip(&self.ways[..]) {
            *first = way.unsigned_cost();
        }
        let mut forward = Forward::new(&self.costs, &mut self.ways, &mut self.before);
        for edge in &self.edges[..] {
            forward.go(edge, |from, _| first[from]);
        }
    }

    /// The readings of the best path, last first.
    pub(crate) fn path(&self) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.readings.len().checked_sub(1);
        std::iter::from_fn(move || {
            let node = at?;
            at = (node > 0).then(|| self.before[node] as usize);
            Some(self.readings[node])
        })
    }

    /// Cost of the best path.
    pub(crate) fn best(&self) -> i32 {
        self.ways.last().map_or(0, |last| last.cost())
    }

    /// Cost of the best path through an arc above the best of all.
    pub(crate) fn above(&self, arc: usize) -> i32 {
        self.above[arc]
    }

    /// The same before anything was favoured.
    pub(crate) fn first_above(&self, arc: usize) -> i32 {
        match self.is_favoured {
            true => self.first_above[arc],
            false => self.above[arc],
        }
    }

    /// Cost of the best path that leaves a token of a slot alone above the best of all.
    pub(crate) fn alone(&self, at: usize) -> i32 {
        self.above[self.arcs + at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A graph with two ways from beginning to end, through readings 0 and 1, that cost as
    /// much as told, the latter somewhat more behind it.
    fn fork(costs: [i32; 2], more: i32) -> Graph {
        let mut graph = Graph::default();
        graph.clear(2, 0);
        let nodes = graph.draw(4);
        nodes.readings.copy_from_slice(&[2, 0, 1, 2]);
        nodes.costs.copy_from_slice(&[0, costs[0], costs[1], 0]);
        let edges = graph.join(4, 0..3);
        for (edge, from) in edges.iter_mut().zip([0, 0, 1, 2]) {
            edge.come_from(from, 1);
        }
        graph.edge(3).cost += more;
        graph.finish();
        graph
    }

    fn readings(graph: &Graph) -> Vec<u32> {
        graph.path().collect()
    }

    #[test]
    fn the_cheaper_way_is_found_and_the_other_measured() {
        let graph = fork([7, 5], 0);
        assert_eq!(readings(&graph), [2, 1, 2]);
        assert_eq!(graph.best(), 7);
        assert_eq!([graph.above(0), graph.above(1)], [2, 0]);
        assert_eq!([graph.first_above(0), graph.first_above(1)], [2, 0]);
    }

    #[test]
    fn favours_count_and_where_they_make_no_difference_what_was_better_wins() {
        for (costs, bonus, wanted, above) in [
            ([7, 5], [3, 0], 0, [0, 1]),
            ([7, 5], [2, 0], 1, [0, 0]),
            ([5, 7], [0, 2], 0, [0, 0]),
            ([5, 5], [0, 0], 0, [0, 0]),
            ([-5, -7], [0, 1], 1, [3, 0]),
        ] {
            let mut graph = fork(costs, 0);
            graph.favour(&bonus);
            assert_eq!(readings(&graph), [2, wanted, 2], "{costs:?} {bonus:?}");
            graph.measure();
            assert_eq!([graph.above(0), graph.above(1)], above);
            let first = costs.map(|cost| cost - costs[0].min(costs[1]));
            assert_eq!([graph.first_above(0), graph.first_above(1)], first);
        }
    }

    #[test]
    fn what_an_edge_is_charged_counts() {
        let graph = fork([7, 5], 4);
        assert_eq!(readings(&graph), [2, 0, 2]);
        assert_eq!([graph.above(0), graph.above(1)], [0, 2]);
    }
}
