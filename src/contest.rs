//! Contests: the slots whose readings are worth comparing.

use std::ops::Range;

use crate::cost::NAT;
use crate::graph::Graph;
use crate::lattice::{Lattice, Slot};

/// Readings this much worse than the best are not worth comparing.
pub(crate) const CLOSE: i32 = 4 * NAT;

/// The slots of a stretch whose readings are worth comparing, with memory that is
/// kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Contests {
    /// Per arc: how many before it are close to the best.
    close: Vec<u32>,
    /// Per token: how many more arcs over it are close than over the token before.
    more: Vec<i32>,
    /// Per token: how many before it have two close readings.
    shared: Vec<u32>,
    slots: Vec<Slot>,
}

impl Contests {
    /// Finds the slots that have a close reading and a token that has two.
    pub(crate) fn find(&mut self, lattice: &Lattice, graph: &Graph) {
        // All in sums from the first on, without a branch: processors could not foresee which
        // readings are close, nor how many a slot has.
        let is_close = |above: i32| u32::from(above <= CLOSE);
        sums(
            (0..lattice.all_arcs().len()).map(|arc| is_close(graph.above(arc))),
            &mut self.close,
        );
        let close = |slot: &Slot| self.close[slot.arcs().end] - self.close[slot.arcs().start];
        self.more.clear();
        self.more.resize(lattice.len() + 1, 0);
        for slot in lattice.slots() {
            let Range { start, end } = slot.tokens();
            let close = close(slot).cast_signed();
            self.more[start] += close;
            self.more[end] -= close;
        }
        let mut arcs = 0;
        let alone = (0..lattice.len()).map(|at| is_close(graph.alone(at)).cast_signed());
        let shared = alone.zip(&self.more).map(|(alone, more)| {
            arcs += more;
            u32::from(arcs + alone > 1)
        });
        sums(shared, &mut self.shared);
        // Room for all, of which those that are contests are kept.
        self.slots.clear();
        self.slots.extend_from_slice(lattice.slots());
        let mut count = 0;
        for slot in lattice.slots() {
            let Range { start, end } = slot.tokens();
            let is_contest = (close(slot) > 0) & (self.shared[end] > self.shared[start]);
            self.slots[count] = *slot;
            count += usize::from(is_contest);
        }
        self.slots.truncate(count);
    }

    /// These slots, in order.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }
}

/// What counts add up to before each, and all of them.
fn sums(counts: impl Iterator<Item = u32>, sums: &mut Vec<u32>) {
    let mut sum = 0;
    sums.clear();
    for count in counts {
        sums.push(sum);
        sum += count;
    }
    sums.push(sum);
}
