//! Contests: the slots whose readings are worth comparing.

use crate::cost::NAT;
use crate::graph::Graph;
use crate::lattice::{Lattice, Slot};

/// Readings this much worse than the best are not worth comparing.
pub(crate) const CLOSE: i32 = 4 * NAT;

/// The slots of a stretch whose readings are worth comparing, with memory that is
/// kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Contests {
    /// Per token: readings over it that are close to the best.
    rivals: Vec<u32>,
    /// Per slot of the lattice: those of its readings that are.
    close: Vec<u32>,
    slots: Vec<Slot>,
}

impl Contests {
    /// Finds the slots that have a close reading and a token that has two.
    pub(crate) fn find(&mut self, lattice: &Lattice, graph: &Graph) {
        let Contests {
            rivals,
            close,
            slots,
        } = self;
        rivals.clear();
        rivals.extend((0..lattice.len()).map(|at| u32::from(graph.alone(at) <= CLOSE)));
        // Counted without a branch: processors could not foresee which are close.
        close.clear();
        close.extend(lattice.slots().iter().map(|slot| {
            let close = slot.arcs().map(|arc| u32::from(graph.above(arc) <= CLOSE));
            let close: u32 = close.sum();
            for rivals in &mut rivals[slot.tokens()] {
                *rivals += close;
            }
            close
        }));
        let is_contest = |(slot, close): &(&Slot, &u32)| {
            **close > 0 && rivals[slot.tokens()].iter().any(|rivals| *rivals > 1)
        };
        slots.clear();
        let contests = lattice.slots().iter().zip(&*close).filter(is_contest);
        slots.extend(contests.map(|(slot, _)| *slot));
    }

    /// These slots, in order.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }
}
