//! Trigrams of a lattice: what joins its pairs of words.
//!
//! All of a stretch are looked up at once, since one by one each would wait for memory.

use std::hint::select_unpredictable;

use crate::bigrams::Bigram;
use crate::context::Entries;
use crate::graph::{Edge, Graph, Node};
use crate::junctions::Junctions;
use crate::scratch::Scratch;
use crate::search::Problem;

/// A trigram that is looked up.
#[derive(Debug, Clone, Copy, Default)]
struct Asked {
    key: u64,
    /// Its edge.
    edge: u32,
    /// What that costs if the model has no such trigram.
    back: i32,
}

/// What joins the pairs of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Trigrams {
    /// First those that are looked up.
    asked: Scratch<Asked>,
    entries: Entries,
}

impl Trigrams {
    /// Makes a graph of pairs, each of which is joined with those that may follow it.
    pub(crate) fn join(
        &mut self,
        problem: &Problem<'_>,
        junctions: &Junctions,
        bigrams: &[Bigram],
        graph: &mut Graph,
    ) {
        let count = self.back_off(problem, junctions, bigrams, graph);
        let asked = &self.asked[..count];
        let ngrams = problem.model.ngrams(2);
        let keys = asked.iter().map(|asked| asked.key);
        let entries = self.entries.read(&ngrams, keys);
        for (entry, asked) in entries.iter().zip(asked) {
            let (found, more, _) = ngrams.costs(*entry);
            graph.charge(
                asked.edge,
                select_unpredictable(found, more - asked.back, 0),
            );
        }
    }

    /// Makes the graph as if there were no trigrams, and lists those that there may be: none
    /// is there without its last two words. Returns how many.
    fn back_off(
        &mut self,
        problem: &Problem<'_>,
        junctions: &Junctions,
        bigrams: &[Bigram],
        graph: &mut Graph,
    ) -> usize {
        let (lattice, readings) = (problem.lattice, junctions.readings());
        let (nodes, edges) = graph.draw(junctions.pairs(), junctions.edges());
        let asked = self.asked.room(edges.len(), Asked::default());
        let mut count = 0;
        let (mut edges, mut edge) = (edges, 0);
        for ((node, bigram), from) in nodes.iter_mut().zip(bigrams).zip(0..) {
            let reading = &readings[bigram.reading as usize];
            *node = Node::new(reading.number, reading.cost + bigram.cost);
            let behind = junctions.at(reading.end);
            let back = select_unpredictable(behind.is_compared, bigram.history.back, 0);
            // The first reading behind leaves its token alone.
            let mut spared = match behind.spares {
                true => lattice.spared(reading.end as usize, bigram.run.into()),
                false => 0,
            };
            let next = &readings[behind.readings()];
            let (own, others) = std::mem::take(&mut edges).split_at_mut(next.len());
            edges = others;
            let mut to = reading.pair;
            for (own, next) in own.iter_mut().zip(next) {
                *own = Edge {
                    from,
                    to,
                    cost: back + spared,
                };
                // Written whether it is asked for or not: processors could not foresee it.
                asked[count] = Asked {
                    key: next.word.extend(bigram.history.key),
                    edge,
                    back,
                };
                count += usize::from((back != 0) & bigrams[to as usize].known);
                edge += 1;
                spared = 0;
                to += behind.last_count;
            }
        }
        debug_assert!(edges.is_empty());
        count
    }
}
