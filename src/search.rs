//! The search: the best path through the lattice, and what every other reading costs.
//!
//! It is exact: what the context model and the channel make of any path depends on three
//! words at most, so that paths with the same last two words need one node ([`Graph`]).

use crate::bigrams::Bigrams;
use crate::context::{Entry, Model, Word};
use crate::dict::Lexicon;
use crate::graph::Graph;
use crate::junctions::Junctions;
use crate::lattice::Lattice;
use crate::token::Token;
use crate::trigrams::Trigrams;
use crate::vocabulary::Vocabulary;

/// What is searched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problem<'a> {
    pub(crate) model: &'a Model,
    pub(crate) lattice: &'a Lattice,
    /// The token boundaries where its paragraphs end. They know nothing of each other.
    pub(crate) paragraphs: &'a [usize],
    /// The two words before the first of these.
    pub(crate) before: [Word; 2],
    /// The words of the stretch as they stand.
    pub(crate) words: &'a [Word],
    /// What the model has of each.
    pub(crate) unigrams: &'a [Entry],
    /// The same as tokens of their text.
    pub(crate) tokens: &'a [Token],
    pub(crate) text: &'a str,
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) vocabulary: &'a Vocabulary,
}

/// The search, with memory that it keeps from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Search {
    junctions: Junctions,
    bigrams: Bigrams,
    trigrams: Trigrams,
    graph: Graph,
}

impl Search {
    /// What it found.
    pub(crate) fn graph(&self) -> &Graph {
        &self.graph
    }

    pub(crate) fn graph_mut(&mut self) -> &mut Graph {
        &mut self.graph
    }

    /// Searches: every step is taken for the whole stretch before the next.
    pub(crate) fn run(&mut self, problem: &Problem<'_>) {
        let lattice = problem.lattice;
        self.junctions.collect(problem);
        self.graph.clear(lattice.all_arcs().len(), lattice.len());
        let mut nodes = self.graph.draw(self.junctions.pairs());
        self.bigrams.price(problem, &self.junctions, &mut nodes);
        self.trigrams
            .join(problem.model, &self.bigrams, &mut self.graph);
        self.graph.finish();
    }
}

#[cfg(all(test, feature = "embedded"))]
mod tests;
