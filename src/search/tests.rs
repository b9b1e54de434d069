use std::collections::BTreeMap;

use super::*;
use crate::channel::Settings;
use crate::dict::{Dictionary, PhraseId};
use crate::lattice::Stretch;
use crate::scan::scan;
use crate::sound::takes_an;
use crate::token::{mix, tokenize};
use crate::vocabulary::KnownWord;

/// The readings of a path: token and arc of each.
type Found = Vec<(u32, u32)>;

/// The best path, by a search without beam, memory or
/// batches: a table of all histories at each token boundary.
fn reference(problem: &Problem<'_>) -> Found {
    type State = (Word, Word, u32);
    let lattice = problem.lattice;
    let mut table = vec![BTreeMap::<State, (i32, Vec<(u32, u32)>)>::new(); lattice.len() + 1];
    table[0].insert((Word::BREAK, Word::BREAK, 0), (0, Vec::new()));
    for at in 0..lattice.len() {
        let (first_arc, arcs) = lattice.arcs(at);
        for ((before, last, run), (cost, path)) in table[at].clone() {
            let own = [KnownWord {
                word: problem.words[at],
                lone: None,
                takes_an: takes_an(problem.tokens[at].text(problem.text)),
            }];
            let alone = (1, lattice.identity(at, run), NONE, &own[..]);
            let others = arcs.iter().enumerate().map(|(index, arc)| {
                let words = problem.vocabulary.candidate(arc.candidate);
                (arc.length, arc.cost, (first_arc + index) as u32, words)
            });
            for (length, extra, arc, words) in std::iter::once(alone).chain(others) {
                let (mut before, mut last, mut cost) = (before, last, cost + extra);
                for word in words {
                    cost += problem.model.cost(before, last, word.word);
                    cost += problem.vocabulary.clash(last, || word.takes_an);
                    (before, last) = (last, word.word);
                }
                let mut path = path.clone();
                path.push((at as u32, arc));
                let run = if arc == NONE { run + 1 } else { 0 };
                let there = &mut table[at + length as usize];
                let best = there
                    .entry((before, last, run))
                    .or_insert((FAR, Vec::new()));
                if cost < best.0 {
                    *best = (cost, path);
                }
            }
        }
    }
    let ends = table[lattice.len()].values();
    let best = ends.min_by_key(|end| end.0).cloned();
    best.unwrap_or_default().1
}

/// Searches in both ways.
struct Both {
    dictionary: Dictionary,
    model: Model,
    vocabulary: Vocabulary,
    search: Search,
}

impl Both {
    fn new() -> Both {
        let (dictionary, model) = (Dictionary::embedded(), Model::embedded());
        Both {
            vocabulary: Vocabulary::new(dictionary.lexicon(), &model),
            search: Search::default(),
            dictionary,
            model,
        }
    }

    /// Compares them under every kind of spinner.
    fn run(&mut self, text: &str, mut compare: impl FnMut(Found, Found)) {
        let lexicon = self.dictionary.lexicon();
        let (tokens, mut matches) = (tokenize(text), Vec::new());
        scan(text, &tokens, lexicon, &mut matches);
        let stretch = Stretch {
            text,
            tokens: &tokens,
            first: 0,
            matches: &matches,
        };
        let words: Vec<_> = tokens.iter().map(|t| Word::of(t, text)).collect();
        let mut lattice = Lattice::default();
        for settings in Settings::typical() {
            lattice.build(&stretch, lexicon, &settings.channel());
            let problem = Problem {
                model: &self.model,
                lattice: &lattice,
                words: &words,
                tokens: &tokens,
                text,
                vocabulary: &self.vocabulary,
            };
            self.search.run(&problem);
            let graph = self.search.graph();
            let mut path: Vec<_> = graph.path().map(|(e, from, _)| (from, e.arc)).collect();
            path.reverse();
            compare(path, reference(&problem));
        }
    }
}

#[test]
fn finds_what_an_exhaustive_search_finds() {
    let mut both = Both::new();
    for text in [
        "Press play to hearken to this text about a key second within the film.",
        "The minister mentioned on Tuesday that extra than 50percent of the funds had been spent.",
        "An distinctive approach to make cash, in line with the corporate, which has a variety of companies.",
        "Nothing here.",
        "He advised reporters that the assembly was held on the White Home, the place folks have been ready.",
    ] {
        both.run(text, |path, wanted| assert_eq!(path, wanted, "{text}"));
    }
}

/// Any phrases of the dictionary side by side: far harder than real text.
#[test]
fn rarely_misses_the_best_path_through_a_salad_of_phrases() {
    let mut both = Both::new();
    let phrases: Vec<String> = {
        let lexicon = both.dictionary.lexicon();
        let id = |id| PhraseId(id as u32);
        (0..lexicon.len())
            .map(|at| lexicon.text(id(at)).to_string())
            .collect()
    };
    let (mut random, mut all, mut same) = (1u64, 0, 0);
    for _ in 0..300 {
        let salad = (0..16).map(|_| {
            random = mix(random, 7);
            phrases[(random >> 32) as usize % phrases.len()].as_str()
        });
        let text = salad.collect::<Vec<_>>().join(" ");
        both.run(&text, |path, wanted| {
            all += 1;
            same += u32::from(path == wanted);
        });
    }

    assert!(same * 1000 >= all * 995, "{same} of {all}");
}
