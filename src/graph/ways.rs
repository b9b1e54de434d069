//! The best ways through a graph, edge by edge: to all nodes and from them to the end.

use std::hint::select_unpredictable;

use super::{Edge, FAR};
use crate::scratch::Scratch;

/// A path to a node: what it costs, and below that a number, the lower of which is better
/// where two cost the same. Both are written without their signs, so that those below zero come
/// first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way(u64);

impl Way {
    /// There is none.
    const NONE: Way = Way::new(FAR, 0);

    const fn new(cost: i32, preferred: i32) -> Way {
        Way((unsigned(cost) as u64) << 32 | unsigned(preferred) as u64)
    }

    #[inline(always)]
    pub(super) fn cost(self) -> i32 {
        unsigned(self.unsigned_cost().cast_signed()).cast_signed()
    }

    #[inline(always)]
    pub(super) fn unsigned_cost(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The same path, but for its number, gone on with at a cost.
    #[inline(always)]
    fn go_on(self, cost: i32, preferred: u32) -> Way {
        let cost = self.unsigned_cost().wrapping_add_signed(cost);
        Way(u64::from(cost) << 32 | u64::from(preferred))
    }
}

/// A number as one without sign, in the same order.
#[inline(always)]
const fn unsigned(number: i32) -> u32 {
    number.wrapping_sub(i32::MIN) as u32
}

/// The best paths to nodes, while they are found.
pub(super) struct Forward<'a> {
    costs: &'a [i32],
    ways: &'a mut [Way],
    before: &'a mut [u32],
    /// The node where the last edge led, the best path there, and the node before it.
    to: usize,
    best: Way,
    last: u32,
}

impl<'a> Forward<'a> {
    /// Lets paths begin with the first node.
    #[inline(always)]
    pub(super) fn new(
        costs: &'a [i32],
        ways: &'a mut Scratch<Way>,
        before: &'a mut Scratch<u32>,
    ) -> Self {
        let ways = ways.room(costs.len(), Way::NONE);
        if let ([first, ..], [cost, ..]) = (&mut *ways, costs) {
            *first = Way::new(*cost, 0);
        }
        let before = before.room(costs.len(), 0);
        Forward {
            costs,
            ways,
            before,
            to: 0,
            best: Way::NONE,
            last: 0,
        }
    }

    /// Goes along an edge to the node where it leads, if no better path does: of two that cost
    /// the same the one wins that comes from the node whose number is lower.
    ///
    /// What is known of the node is not read again before its next edge: that would wait until it
    /// is written.
    #[inline(always)]
    pub(super) fn go(&mut self, edge: &Edge, preferred: impl Fn(usize, Way) -> u32) {
        self.to += edge.leads_on();
        let (from, to) = (edge.from(), self.to);
        let last = self.ways[from];
        let way = last.go_on(edge.cost + self.costs[to], preferred(from, last));
        let is_first = edge.leads_on() != 0;
        let best = select_unpredictable(is_first, Way::NONE, self.best);
        let is_better = way < best;
        self.last = select_unpredictable(is_better, from as u32, self.last);
        self.best = select_unpredictable(is_better, way, best);
        self.before[to] = self.last;
        self.ways[to] = self.best;
    }
}

/// What the best paths from nodes to the end cost, while that is found.
pub(super) struct Backward<'a> {
    costs: &'a [i32],
    rest: &'a mut [i32],
    /// The node where the last edge led.
    to: usize,
}

impl<'a> Backward<'a> {
    /// Lets paths end with the last node.
    #[inline(always)]
    pub(super) fn new(costs: &'a [i32], rest: &'a mut Scratch<i32>) -> Self {
        let rest = rest.room(costs.len(), FAR);
        rest.fill(FAR);
        if let Some(last) = rest.last_mut() {
            *last = 0;
        }
        let to = costs.len().saturating_sub(1);
        Backward { costs, rest, to }
    }

    /// Goes back along an edge from the node where it leads.
    #[inline(always)]
    pub(super) fn go(&mut self, edge: &Edge) {
        let cost = edge.cost + self.costs[self.to] + self.rest[self.to];
        let rest = &mut self.rest[edge.from()];
        *rest = (*rest).min(cost);
        self.to -= edge.leads_on();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_told_apart_by_cost_and_then_by_number() {
        let numbers = [(-7, 3), (-7, 4), (-1, 9), (0, -5), (0, 0), (0, 5), (6, -1)];
        let ways = numbers.map(|(cost, preferred)| Way::new(cost, preferred));
        assert!(ways.is_sorted());
        assert!(ways.iter().all(|way| *way < Way::NONE));
        assert_eq!(ways.map(Way::cost), numbers.map(|(cost, _)| cost));
    }
}
