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
    slots: Vec<Slot>,
}

impl Contests {
    /// Finds the slots that have a close reading and a token that has two.
    pub(crate) fn find(&mut self, lattice: &Lattice, graph: &Graph) {
        self.rivals.clear();
        let alone = (0..lattice.len()).map(|at| u32::from(graph.alone(at) <= CLOSE));
        self.rivals.extend(alone);
        self.slots.clear();
        for slot in lattice.slots() {
            let close = slot.arcs().filter(|arc| graph.above(*arc) <= CLOSE).count();
            if close > 0 {
                let covered = &mut self.rivals[slot.tokens()];
                covered
                    .iter_mut()
                    .for_each(|rivals| *rivals += close as u32);
                self.slots.push(*slot);
            }
        }
        let rivals = &self.rivals;
        self.slots
            .retain(|slot| rivals[slot.tokens()].iter().any(|rivals| *rivals > 1));
    }

    /// These slots, in order.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }
}
