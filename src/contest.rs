//! Contests: the slots whose readings are worth comparing.

use crate::cost::NAT;
use crate::graph::Graph;
use crate::lattice::{Lattice, Slot};
use crate::scratch::Scratch;

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
    /// First those that are worth it.
    slots: Scratch<Slot>,
    count: usize,
}

impl Contests {
    /// Finds the slots that have a close reading and a token that has two.
    pub(crate) fn find(&mut self, lattice: &Lattice, graph: &Graph) {
        let Contests { rivals, close, .. } = self;
        rivals.clear();
        rivals.extend((0..lattice.len()).map(|at| u32::from(graph.alone(at) <= CLOSE)));
        close.clear();
        close.extend(lattice.slots().iter().map(|slot| {
            let close = slot.arcs().map(|arc| u32::from(graph.above(arc) <= CLOSE));
            let close: u32 = close.sum();
            for rivals in &mut rivals[slot.tokens()] {
                *rivals += close;
            }
            close
        }));
        self.count = 0;
        let all = lattice.slots();
        let Some(filler) = all.first() else { return };
        let slots = self.slots.room(all.len(), *filler);
        for (slot, close) in all.iter().zip(close) {
            let most = rivals[slot.tokens()]
                .iter()
                .fold(0, |most, rivals| most.max(*rivals));
            // Written whether it is worth it or not: processors could not foresee it.
            slots[self.count] = *slot;
            self.count += usize::from((*close > 0) & (most > 1));
        }
    }

    /// These slots, in order.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots[..self.count]
    }
}
