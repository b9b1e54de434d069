//! Trigrams of a lattice: what joins its pairs of words.
//!
//! All of a stretch are looked up at once, since one by one each would wait for memory.

use std::hint::select_unpredictable;

use crate::bigrams::{Bigram, Bigrams, Long};
use crate::context::{Entries, Model};
use crate::graph::{Edge, Graph};
use crate::scratch::Scratch;

/// What joins the pairs of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Trigrams {
    /// First the edges of those that are looked up.
    asked: Scratch<u32>,
    entries: Entries,
}

impl Trigrams {
    /// Joins the pairs of a graph, each with those that may stand before it.
    pub(crate) fn join(&mut self, model: &Model, bigrams: &Bigrams, graph: &mut Graph) {
        let pairs = bigrams.bigrams();
        // The first one begins all paths, and the last one is none.
        let [_, followers @ .., behind] = pairs else {
            return;
        };
        let edges = graph.join(behind.edge, followers.iter().map(|pair| pair.edge));
        let long = bigrams.long();
        let count = self.meet(pairs, edges, long);
        let ngrams = model.ngrams(2);
        let entries = self.entries.read_first(&ngrams, count + long.len());
        let (between, inside) = entries.split_at(count);
        for (entry, edge) in between.iter().zip(&self.asked[..count]) {
            let (found, more, _) = ngrams.costs(*entry);
            let edge = graph.edge(*edge);
            edge.cost = select_unpredictable(found, more, edge.cost);
        }
        for (entry, long) in inside.iter().zip(long) {
            let (found, more, _) = ngrams.costs(*entry);
            let cost = select_unpredictable(found, more - long.back, 0);
            graph.charge(long.node, cost);
        }
        for spared in bigrams.spared() {
            graph.edge(spared.edge).cost += spared.cost;
        }
    }

    /// Writes the edges down as if there were no trigrams, and lists those that there may be:
    /// none is there without its last two words. Returns how many; those inside nodes come
    /// behind them.
    #[inline(never)]
    fn meet(&mut self, bigrams: &[Bigram], edges: &mut [Edge], long: &[Long]) -> usize {
        let asked = self.asked.room(edges.len(), 0);
        let keys = self.entries.keys(edges.len() + long.len());
        // Nothing leads to the first one.
        let (mut to, mut count) = (0, 0);
        for (edge, number) in edges.iter_mut().zip(0..) {
            to += edge.leads_on();
            let bigram = &bigrams[to];
            let from = bigram.shift.wrapping_add(number);
            let before = &bigrams[from as usize].history;
            edge.come_from(from, before.back);
            // Written whether it is asked for or not: processors could not foresee it, nor
            // how many stand before a pair.
            keys[count] = bigram.word.extend(before.key);
            asked[count] = number;
            count += usize::from((before.back != 0) & bigram.known);
        }
        for (key, long) in keys[count..].iter_mut().zip(long) {
            *key = long.key;
        }
        count
    }
}
