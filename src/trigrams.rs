//! Trigrams of a lattice: what joins its pairs of words.
//!
//! All of a stretch are looked up at once, since one by one each would wait for memory.

use std::hint::select_unpredictable;

use crate::bigrams::Bigrams;
use crate::context::Entries;
use crate::graph::{Edge, Graph, Node};
use crate::junctions::Junctions;
use crate::search::Problem;

/// A trigram that is looked up.
#[derive(Debug, Clone, Copy)]
struct Asked {
    /// Its edge.
    edge: u32,
    /// What that costs if the model has no such trigram.
    back: i32,
}

/// What joins the pairs of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Trigrams {
    /// Keys that are looked up, and what for.
    keys: Vec<u64>,
    asked: Vec<Asked>,
    entries: Entries,
}

impl Trigrams {
    /// Makes a graph of pairs, each of which is joined with those that may follow it.
    pub(crate) fn join(
        &mut self,
        problem: &Problem<'_>,
        junctions: &Junctions,
        bigrams: &Bigrams,
        graph: &mut Graph,
    ) {
        self.back_off(problem, junctions, bigrams, graph);
        let ngrams = problem.model.ngrams(2);
        let keys = self.keys.iter().copied();
        let entries = self.entries.read(&ngrams, keys);
        for (entry, asked) in entries.iter().zip(&self.asked) {
            let (found, more, _) = ngrams.costs(*entry);
            graph.charge(
                asked.edge,
                select_unpredictable(found, more - asked.back, 0),
            );
        }
    }

    /// Makes the graph as if there were no trigrams, and lists those that there may be: none
    /// is there without its last two words.
    fn back_off(
        &mut self,
        problem: &Problem<'_>,
        junctions: &Junctions,
        bigrams: &Bigrams,
        graph: &mut Graph,
    ) {
        let Trigrams { keys, asked, .. } = self;
        let (lattice, readings) = (problem.lattice, junctions.readings());
        let (pairs, bigrams) = (bigrams.pairs(), bigrams.bigrams());
        keys.clear();
        asked.clear();
        for ((pair, bigram), from) in pairs.iter().zip(bigrams).zip(0..) {
            let reading = &readings[pair.reading as usize];
            let behind = &reading.behind;
            let own = reading.cost + bigram.cost;
            graph.add_node(Node::new(reading.number, behind.at, own));
            let back = select_unpredictable(behind.is_compared, bigram.history.back, 0);
            // The first reading behind leaves its token alone.
            let mut spared = match behind.spares {
                true => lattice.spared(behind.at as usize, pair.run),
                false => 0,
            };
            let mut to = behind.pair;
            let next = &readings[behind.readings as usize..];
            for next in &next[..behind.reading_count as usize] {
                if (back != 0) & bigrams[to as usize].known {
                    keys.push(next.word.extend(bigram.history.key));
                    let edge = graph.next_edge();
                    asked.push(Asked { edge, back });
                }
                let cost = back + spared;
                graph.add_edge(Edge { from, to, cost });
                spared = 0;
                to += behind.stride;
            }
        }
    }
}
