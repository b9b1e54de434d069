//! The search graph: a lattice in which every path knows its last two words.
//!
//! Its nodes are pairs, a word and the reading after it; its edges join those that may
//! follow each other. Both stand in the order of the text, so that one pass over the edges,
//! or backwards, finds the best paths from all nodes (Viterbi 1967).
//!
//! There is no branch in such a pass: processors could not foresee it.

use std::hint::select_unpredictable;

use crate::scratch::Scratch;

/// The cost of what cannot be reached.
pub(crate) const FAR: i32 = i32::MAX / 4;

/// A path to a node: what it costs, and below that a number, the lower of which is better
/// where two cost the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Way(i64);

impl Way {
    /// There is none.
    const NONE: Way = Way::new(FAR, 0);

    #[inline(always)]
    const fn new(cost: i32, preferred: i32) -> Way {
        // Without its sign, so that numbers below zero come first.
        let preferred = preferred.wrapping_sub(i32::MIN) as u32;
        Way((cost as i64) << 32 | preferred as i64)
    }

    #[inline(always)]
    fn cost(self) -> i32 {
        (self.0 >> 32) as i32
    }
}

/// A reading after a word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    /// The number of its reading in the lattice.
    pub(crate) reading: u32,
    /// What it costs whatever comes before that word.
    own: i32,
    /// The best path that leads to it, and the node from which that comes.
    best: Way,
    before: u32,
    /// What the best path up to its end cost before anything was favoured.
    first: i32,
    /// Cost of the best path from it to the end.
    rest: i32,
}

impl Node {
    /// A node that no path has reached yet.
    #[inline(always)]
    pub(crate) fn new(reading: u32, own: i32) -> Node {
        Node {
            reading,
            own,
            best: Way::NONE,
            before: 0,
            first: 0,
            rest: FAR,
        }
    }

    /// Cost of the best path that ends with it.
    #[inline(always)]
    fn cost(&self) -> i32 {
        self.best.cost() + self.own
    }
}

/// What follows what.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Edge {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) cost: i32,
}

/// The graph, with memory that it keeps from stretch to stretch. All paths lead from its
/// first node to its last one.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Scratch<Node>,
    edges: Scratch<Edge>,
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

    /// Makes room for so many nodes and edges, which are to be written over: what is there is
    /// of another graph. Edges are in the order of the nodes that they come from.
    pub(crate) fn draw(&mut self, nodes: usize, edges: usize) -> (&mut [Node], &mut [Edge]) {
        let nodes = self.nodes.room(nodes, Node::new(0, 0));
        (nodes, self.edges.room(edges, Edge::default()))
    }

    /// Adds to what an edge costs.
    #[inline(always)]
    pub(crate) fn charge(&mut self, edge: u32, cost: i32) {
        self.edges[edge as usize].cost += cost;
    }

    /// Finds the best paths once all nodes and edges are there.
    pub(crate) fn finish(&mut self) {
        self.arrive(Node::cost);
        self.measure();
    }

    /// Finds the best path to every node. Of two that cost the same the one wins up to
    /// whose last node less was to be paid, by a number of that node.
    #[inline(always)]
    fn arrive(&mut self, paid: impl Fn(&Node) -> i32) {
        self.is_measured = false;
        let nodes = &mut self.nodes[..];
        if let Some(first) = nodes.first_mut() {
            first.best = Way::new(0, 0);
        }
        for edge in &self.edges[..] {
            let from = &nodes[edge.from as usize];
            let way = Way::new(from.cost() + edge.cost, paid(from));
            let to = &mut nodes[edge.to as usize];
            to.before = select_unpredictable(way < to.best, edge.from, to.before);
            to.best = to.best.min(way);
        }
    }

    /// Finds the cost of the best path from every node to the end, and what every
    /// reading costs above the best, unless that is known already.
    pub(crate) fn measure(&mut self) {
        if std::mem::replace(&mut self.is_measured, true) {
            return;
        }
        let best = self.best();
        let nodes = &mut self.nodes[..];
        if let Some(last) = nodes.last_mut() {
            last.rest = 0;
        }
        for edge in self.edges.iter().rev() {
            let to = &nodes[edge.to as usize];
            let cost = edge.cost + to.own + to.rest;
            let from = &mut nodes[edge.from as usize];
            from.rest = from.rest.min(cost);
        }
        self.above.fill(FAR);
        for node in nodes {
            let above = &mut self.above[node.reading as usize];
            *above = (*above).min(node.cost() + node.rest - best);
        }
    }

    /// Lowers the cost of every arc by its bonus, and finds the best paths to all
    /// nodes anew; of two that are as good now the one that was better before. The rest has
    /// to be [measured](Self::measure) again.
    pub(crate) fn favour(&mut self, bonus: &[i32]) {
        self.is_favoured = true;
        std::mem::swap(&mut self.above, &mut self.first_above);
        for node in &mut self.nodes[..] {
            node.first = node.cost();
            node.own -= bonus.get(node.reading as usize).copied().unwrap_or(0);
            (node.best, node.rest) = (Way::NONE, FAR);
        }
        self.arrive(|node| node.first);
    }

    /// The nodes of the best path, last first.
    pub(crate) fn path(&self) -> impl Iterator<Item = &Node> {
        let mut at = self.nodes.len().checked_sub(1);
        std::iter::from_fn(move || {
            let node = &self.nodes[at?];
            at = at.filter(|at| *at > 0).map(|_| node.before as usize);
            Some(node)
        })
    }

    /// Cost of the best path.
    pub(crate) fn best(&self) -> i32 {
        self.nodes.last().map_or(0, Node::cost)
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
        let (nodes, edges) = graph.draw(4, 4);
        let readings = [(2, 0), (0, costs[0]), (1, costs[1]), (2, 0)];
        nodes.copy_from_slice(&readings.map(|(reading, own)| Node::new(reading, own)));
        let pairs = [(0, 1), (0, 2), (1, 3), (2, 3)];
        edges.copy_from_slice(&pairs.map(|(from, to)| Edge { from, to, cost: 1 }));
        graph.charge(3, more);
        graph.finish();
        graph
    }

    fn readings(graph: &Graph) -> Vec<u32> {
        graph.path().map(|node| node.reading).collect()
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
    fn ways_are_told_apart_by_cost_and_then_by_number() {
        let numbers = [(-7, 3), (-7, 4), (-1, 9), (0, -5), (0, 0), (0, 5), (6, -1)];
        let ways = numbers.map(|(cost, preferred)| Way::new(cost, preferred));
        assert!(ways.is_sorted());
        assert!(ways.iter().all(|way| *way < Way::NONE));
        assert_eq!(ways.map(Way::cost), numbers.map(|(cost, _)| cost));
    }

    #[test]
    fn what_an_edge_is_charged_counts() {
        let graph = fork([7, 5], 4);
        assert_eq!(readings(&graph), [2, 0, 2]);
        assert_eq!([graph.above(0), graph.above(1)], [0, 2]);
    }
}
