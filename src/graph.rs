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
    /// What it costs whatever comes before that word, and backing off from its last two words.
    own: i32,
    back: i32,
    /// The node before it on the best path that leads to it.
    before: u32,
    /// What the best path with it costs, but for backing off; the number that goes with it is
    /// that of the last way.
    best: Way,
    /// The same before anything was favoured.
    first: i32,
    /// Cost of the best path from it to the end.
    rest: i32,
}

impl Node {
    /// A node that no path has reached yet.
    #[inline(always)]
    pub(crate) fn new(reading: u32, own: i32, back: i32) -> Node {
        Node {
            reading,
            own,
            back,
            before: 0,
            best: Way::NONE,
            first: 0,
            rest: FAR,
        }
    }

    /// Adds to what it costs.
    #[inline(always)]
    pub(crate) fn charge(&mut self, cost: i32) {
        self.own += cost;
    }

    /// Takes what backing off from its last two words costs.
    #[inline(always)]
    pub(crate) fn back_off(&mut self, back: i32) {
        self.back = back;
    }

    /// Lowers what it costs, and forgets all paths.
    #[inline(always)]
    fn favour(&mut self, bonus: &[i32]) {
        self.first = self.best.cost();
        self.own -= bonus.get(self.reading as usize).copied().unwrap_or(0);
        (self.best, self.rest) = (Way::NONE, FAR);
    }
}

/// What leads from one node to another.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Edge {
    /// The node that it comes from, and whether it leads to the node behind that of the edge
    /// before it.
    from: u32,
    /// What it costs.
    pub(crate) cost: i32,
}

impl Edge {
    const LEADS_ON: u32 = 1 << 31;

    /// Lets it come from a node.
    #[inline(always)]
    pub(crate) fn come_from(&mut self, node: u32) {
        self.from |= node;
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

    /// Makes room for so many nodes, which are to be written over: what is there is of another
    /// graph.
    pub(crate) fn draw(&mut self, nodes: usize) -> &mut [Node] {
        self.nodes.room(nodes, Node::new(0, 0, 0))
    }

    /// Makes room for so many edges that cost nothing, in the order of the nodes that they lead
    /// to, given the first one of each node but the first; where they come from is to be told.
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

    /// Finds the best paths once all nodes and edges are there, and what every reading costs
    /// above the best.
    pub(crate) fn finish(&mut self) {
        let nodes = &mut self.nodes[..];
        begin(nodes);
        // In both directions at once: in each every step waits for the one before.
        let (mut to, mut behind) = (0, end(nodes));
        for (edge, last) in self.edges.iter().zip(self.edges.iter().rev()) {
            to += edge.leads_on();
            arrive(nodes, edge, to, |from| from.best.cost());
            leave(nodes, last, behind);
            behind -= last.leads_on();
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
        let nodes = &mut self.nodes[..];
        let mut behind = end(nodes);
        for edge in self.edges.iter().rev() {
            leave(nodes, edge, behind);
            behind -= edge.leads_on();
        }
        self.compare();
    }

    /// Finds what every reading costs above the best path.
    fn compare(&mut self) {
        let best = self.best();
        self.above.fill(FAR);
        for node in &self.nodes[..] {
            let above = &mut self.above[node.reading as usize];
            *above = (*above).min(node.best.cost() + node.back + node.rest - best);
        }
    }

    /// Lowers the cost of every arc by its bonus, and finds the best paths to all
    /// nodes anew; of two that are as good now the one that was better before. The rest has
    /// to be [measured](Self::measure) again.
    pub(crate) fn favour(&mut self, bonus: &[i32]) {
        (self.is_favoured, self.is_measured) = (true, false);
        std::mem::swap(&mut self.above, &mut self.first_above);
        let nodes = &mut self.nodes[..];
        if let Some(first) = nodes.first_mut() {
            first.favour(bonus);
        }
        begin(nodes);
        // Nodes are favoured just before edges lead to them, while the search waits.
        let (mut to, mut favoured) = (0, 1);
        for edge in &self.edges[..] {
            if let Some(node) = nodes.get_mut(favoured) {
                node.favour(bonus);
            }
            favoured += 1;
            to += edge.leads_on();
            arrive(nodes, edge, to, |from| from.first);
        }
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
        self.nodes.last().map_or(0, |last| last.best.cost())
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

/// Lets paths begin.
fn begin(nodes: &mut [Node]) {
    if let Some(first) = nodes.first_mut() {
        first.best = Way::new(first.own, 0);
    }
}

/// Lets them end, and tells where.
fn end(nodes: &mut [Node]) -> usize {
    if let Some(last) = nodes.last_mut() {
        last.rest = 0;
    }
    nodes.len().saturating_sub(1)
}

/// Goes along an edge to the node where it leads, if no better path does: of two that cost the
/// same the one wins that comes from the node whose number is lower.
#[inline(always)]
fn arrive(nodes: &mut [Node], edge: &Edge, to: usize, preferred: impl Fn(&Node) -> i32) {
    let from = &nodes[edge.from()];
    let (best, more, preferred) = (from.best.cost(), from.back + edge.cost, preferred(from));
    let node = &mut nodes[to];
    let way = Way::new(best + (more + node.own), preferred);
    node.before = select_unpredictable(way < node.best, edge.from() as u32, node.before);
    node.best = node.best.min(way);
}

/// Goes back along an edge from there.
#[inline(always)]
fn leave(nodes: &mut [Node], edge: &Edge, to: usize) {
    let node = &nodes[to];
    let cost = edge.cost + node.own + node.back + node.rest;
    let from = &mut nodes[edge.from()];
    from.rest = from.rest.min(cost);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A graph with two ways from beginning to end, through readings 0 and 1, that cost as
    /// much as told, the latter somewhat more behind it.
    fn fork(costs: [i32; 2], more: i32) -> Graph {
        let mut graph = Graph::default();
        graph.clear(2, 0);
        let readings = [(2, 0), (0, costs[0]), (1, costs[1]), (2, 0)];
        let nodes = readings.map(|(reading, own)| Node::new(reading, own, 0));
        graph.draw(4).copy_from_slice(&nodes);
        let edges = graph.join(4, 0..3);
        for (edge, from) in edges.iter_mut().zip([0, 0, 1, 2]) {
            edge.come_from(from);
            edge.cost = 1;
        }
        graph.edge(3).cost += more;
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
