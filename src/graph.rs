//! The search graph: what the search leaves behind of a lattice.
//!
//! States stand at token boundaries and know the last two words; edges are
//! readings. Edges leave a state only after all that lead to it were made, so
//! that one pass over them in order, or backwards, finds all best paths.

/// No edge, or the edge of leaving a token alone where an arc could stand.
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
    /// Index of the arc in the lattice, or [`NONE`] for leaving a token alone.
    pub(crate) arc: u32,
    pub(crate) cost: i32,
}

/// The edges that leave a token boundary.
#[derive(Debug, Clone, Copy)]
struct Leaving {
    /// The first of them.
    first: u32,
    /// The last token boundary to which one may lead.
    reach: u32,
}

/// The graph, with memory that it keeps from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Per token boundary, the edges that leave it.
    leaving: Vec<Leaving>,
    /// The states at the last token boundary.
    ends: Vec<u32>,
    /// The one in which the best path ends.
    end: u32,
    /// Whether what follows is that of the costs as they are.
    is_measured: bool,
    /// Per arc: cost of the best path through it above the best of all.
    above: Vec<i32>,
    /// Per token: the same for leaving it alone.
    alone: Vec<i32>,
}

impl Graph {
    /// Makes room for a lattice with so many arcs and tokens.
    pub(crate) fn clear(&mut self, arcs: usize, tokens: usize) {
        self.nodes.clear();
        self.edges.clear();
        self.leaving.clear();
        self.ends.clear();
        self.is_measured = false;
        self.above.clear();
        self.above.resize(arcs, FAR);
        self.alone.clear();
        self.alone.resize(tokens, FAR);
    }

    pub(crate) fn node(&self, state: u32) -> &Node {
        &self.nodes[state as usize]
    }

    /// Goes on to the edges that leave the next token boundary, of which the longest
    /// may lead to `reach`.
    pub(crate) fn step(&mut self, reach: usize) {
        let (first, reach) = (self.edges.len() as u32, reach as u32);
        self.leaving.push(Leaving { first, reach });
    }

    /// Adds a state at a token boundary, its cost and the edge by which it comes,
    /// and returns its number.
    pub(crate) fn add_node(&mut self, at: u32, cost: i32, edge: u32) -> u32 {
        let state = self.nodes.len() as u32;
        if at as usize == self.alone.len() {
            self.ends.push(state);
        }
        self.nodes.push(Node {
            at,
            cost,
            edge,
            rest: FAR,
        });
        state
    }

    /// A cheaper way to a state.
    pub(crate) fn improve(&mut self, state: u32, cost: i32, edge: u32) {
        let node = &mut self.nodes[state as usize];
        (node.cost, node.edge) = (cost, edge);
    }

    /// The number of the edge that is added next.
    pub(crate) fn next_edge(&self) -> u32 {
        self.edges.len() as u32
    }

    /// Adds an edge.
    pub(crate) fn add_edge(&mut self, edge: Edge) {
        self.edges.push(edge);
    }

    /// Finds the end of the best path once all states are there.
    pub(crate) fn finish(&mut self) {
        self.is_measured = false;
        let cost = |state: &&u32| self.nodes[**state as usize].cost;
        self.end = self.ends.iter().min_by_key(cost).copied().unwrap_or(0);
    }

    /// Finds the cost of the best path from every state to the end, and what every
    /// reading costs above the best, unless that is known already.
    pub(crate) fn measure(&mut self) {
        if std::mem::replace(&mut self.is_measured, true) {
            return;
        }
        for node in &mut self.nodes {
            node.rest = FAR;
        }
        for state in &self.ends {
            self.nodes[*state as usize].rest = 0;
        }
        let best = self.best();
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

    /// Lowers the cost of every arc by its bonus, and finds the best paths to all
    /// states anew; the rest has to be [measured](Self::measure) again.
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
        self.finish();
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

    /// The last token boundary to which an edge may lead that leaves one.
    pub(crate) fn reach(&self, at: u32) -> u32 {
        self.leaving[at as usize].reach
    }

    /// The edges that leave a token boundary, with their states.
    pub(crate) fn leaving(&self, at: u32) -> impl Iterator<Item = (&Edge, &Node, &Node)> + '_ {
        let first = |leaving: &Leaving| leaving.first as usize;
        let end = self.leaving.get(at as usize + 1);
        let edges = first(&self.leaving[at as usize])..end.map_or(self.edges.len(), first);
        self.edges[edges]
            .iter()
            .map(|edge| (edge, self.node(edge.from), self.node(edge.to)))
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
