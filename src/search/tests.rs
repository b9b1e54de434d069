use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;

use super::*;
use crate::channel::Settings;
use crate::dict::{Dictionary, Lexicon, PhraseId};
use crate::lattice::{Slot, Stretch};
use crate::scan::scan;
use crate::token::{mix, tokenize};

/// The readings of a path: token and arc of each.
type Found = Vec<(u32, u32)>;

/// The last two words of a path, and how many tokens before them were left alone.
type State = (Word, Word, u32);

/// Goes on from a state with every reading of a token: calls `next` with the arc,
/// the token boundary where it ends, its cost and the state there.
fn go_on(
    problem: &Problem<'_>,
    at: usize,
    (before, last, run): State,
    mut next: impl FnMut(u32, usize, i32, State),
) {
    let lattice = problem.lattice;
    let begins = |slot: &&Slot| slot.start as usize == at;
    let arcs = lattice.slots().iter().filter(begins).flat_map(Slot::arcs);
    let own = vec![(problem.words[at], problem.tokens[at].text(problem.text))];
    let alone = (1, lattice.own(at) + lattice.spared(at, run), NONE, own);
    let others = arcs.map(|index| {
        let arc = lattice.all_arcs()[index];
        let words = problem.vocabulary.candidate(arc.candidate).iter().zip(0..);
        let words = words.map(|(word, at)| (word.word, problem.lexicon.word(arc.candidate, at)));
        (arc.length, arc.cost, index as u32, words.collect())
    });
    for (length, mut cost, arc, words) in std::iter::once(alone).chain(others) {
        let (mut before, mut last) = (before, last);
        for (word, text) in words {
            cost += problem.model.cost(before, last, word);
            cost += problem.vocabulary.clash(last, || text);
            (before, last) = (last, word);
        }
        let run = if arc == NONE { run + 1 } else { 0 };
        next(arc, at + length as usize, cost, (before, last, run));
    }
}

/// Whether two states go on alike: no trigram of the model begins with the last two
/// words of either, if these differ.
fn are_alike(problem: &Problem<'_>, one: State, other: State) -> bool {
    let is_closed = |state: State| problem.model.context(state.0, state.1).back_two == 0;
    (one.1, one.2) == (other.1, other.2) && (one.0 == other.0 || is_closed(one) && is_closed(other))
}

/// The best path, by a search without beam, memory or
/// batches: a table of all histories at each token boundary.
fn exhaustive(problem: &Problem<'_>) -> Found {
    let lattice = problem.lattice;
    let mut table = vec![BTreeMap::<State, (i32, Found)>::new(); lattice.len() + 1];
    table[0].insert((Word::BREAK, Word::BREAK, 0), (0, Vec::new()));
    for at in 0..lattice.len() {
        for (state, (cost, path)) in table[at].clone() {
            go_on(problem, at, state, |arc, to, more, state| {
                let mut path = path.clone();
                path.push((at as u32, arc));
                let best = table[to].entry(state).or_insert((FAR, Vec::new()));
                if cost + more < best.0 {
                    *best = (cost + more, path);
                }
            });
        }
    }
    let ends = table[lattice.len()].values();
    let best = ends.min_by_key(|end| end.0).cloned();
    best.unwrap_or_default().1
}

/// What the search finds, by one that has the same beam and nothing else of it:
/// every n-gram is looked up by itself wherever it is asked for.
fn reference(problem: &Problem<'_>) -> Graph {
    let lattice = problem.lattice;
    let mut graph = Graph::default();
    let arcs = lattice.all_arcs().len();
    graph.clear(arcs, lattice.len());
    // Per token boundary, each state with its cost and its number in the graph.
    let mut table = vec![Vec::<(State, i32, u32)>::new(); lattice.len() + 1];
    let start = graph.add_node(0, 0, NONE);
    table[0].push(((Word::BREAK, Word::BREAK, 0), 0, start));
    for at in 0..lattice.len() {
        let mut waiting = table[at].clone();
        waiting.sort_by_key(|(_, cost, number)| (*cost, *number));
        let best = waiting.first().map_or(0, |first| first.1);
        waiting.truncate(BEAM);
        for (state, cost, from) in waiting {
            if cost > best + WIDTH {
                continue;
            }
            go_on(problem, at, state, |arc, to, more, (before, last, run)| {
                let there = &mut table[to];
                let total = cost + more;
                let best = there.iter().map(|(_, cost, _)| *cost).min();
                if best.is_some_and(|best| total > best + WIDTH) {
                    return;
                }
                let state = (before, last, run.min(lattice.span(to)));
                let edge = graph.next_edge();
                let same = |known: &&mut (State, i32, u32)| are_alike(problem, known.0, state);
                let number = match there.iter_mut().find(same) {
                    Some(known) => {
                        if total < known.1 {
                            known.1 = total;
                            graph.improve(known.2, total, edge);
                        }
                        known.2
                    }
                    None => {
                        let number = graph.add_node(to as u32, total, edge);
                        there.push((state, total, number));
                        number
                    }
                };
                let reading = if arc == NONE { arcs + at } else { arc as usize };
                graph.add_edge(Edge {
                    from,
                    to: number,
                    reading: reading as u32,
                    cost: more,
                });
            });
        }
    }
    let ends = table[lattice.len()].iter().map(|end| end.2);
    graph.finish(ends);
    graph
}

fn path(graph: &Graph, lattice: &Lattice) -> Found {
    let reading =
        |(edge, from, _): (Edge, u32, u32)| match lattice.all_arcs().get(edge.reading as usize) {
            Some(_) => (from, edge.reading),
            None => (from, NONE),
        };
    let mut path: Vec<_> = graph.path().map(reading).collect();
    path.reverse();
    path
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

    /// Compares the best paths, under every kind of spinner.
    fn run(&mut self, text: &str, mut compare: impl FnMut(Found, Found)) {
        self.search(text, Settings::typical(), |problem, graph| {
            compare(path(graph, problem.lattice), exhaustive(problem));
        });
    }

    /// Insists on all that the reference finds, under one kind of spinner.
    fn insist(&mut self, text: &str, kind: usize) {
        let settings = Settings::typical().skip(kind % Settings::typical().count());
        self.search(text, settings.take(1), |problem, graph| {
            let wanted = reference(problem);
            let paths = [graph, &wanted].map(|graph| path(graph, problem.lattice));
            assert_eq!(paths[0], paths[1], "{text}");
            for arc in 0..problem.lattice.all_arcs().len() {
                assert_eq!(graph.above(arc), wanted.above(arc), "arc {arc} of {text}");
            }
            for at in 0..problem.lattice.len() {
                assert_eq!(graph.alone(at), wanted.alone(at), "token {at} of {text}");
            }
        });
    }

    fn search(
        &mut self,
        text: &str,
        settings: impl Iterator<Item = Settings>,
        mut found: impl FnMut(&Problem<'_>, &Graph),
    ) {
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
        for settings in settings {
            lattice.build(&stretch, lexicon, &settings.channel());
            let problem = Problem {
                model: &self.model,
                lattice: &lattice,
                words: &words,
                tokens: &tokens,
                text,
                lexicon,
                vocabulary: &self.vocabulary,
            };
            self.search.run(&problem);
            found(&problem, self.search.graph());
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

/// Texts of any phrases of the dictionary side by side: far harder than real text.
fn salads(lexicon: &Lexicon, count: usize) -> Vec<String> {
    let mut random = 1u64;
    let mut phrase = || {
        random = mix(random, 7);
        lexicon.text(PhraseId((random >> 32) as u32 % lexicon.len() as u32))
    };
    let mut salad = || (0..16).map(|_| phrase()).collect::<Vec<_>>().join(" ");
    (0..count).map(|_| salad()).collect()
}

#[test]
fn rarely_misses_the_best_path_through_a_salad_of_phrases() {
    let mut both = Both::new();
    let (mut all, mut same) = (0, 0);
    for text in salads(both.dictionary.lexicon(), 300) {
        both.run(&text, |path, wanted| {
            all += 1;
            same += u32::from(path == wanted);
        });
    }
    assert!(same * 1000 >= all * 995, "{same} of {all}");
}

#[test]
fn finds_all_that_the_reference_finds() {
    let mut both = Both::new();
    let salads = salads(both.dictionary.lexicon(), 600);
    for (kind, text) in salads.iter().enumerate() {
        both.insist(text, kind);
    }
}

/// Spun documents where a corpus lies beside the checkout.
#[test]
fn finds_all_that_the_reference_finds_in_real_text() {
    let path = "../shared/corpora/aligned/dev.jsonl.gz";
    let Ok(file) = File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)) else {
        return;
    };
    let mut both = Both::new();
    let lines = BufReader::new(GzDecoder::new(file)).lines();
    for (kind, line) in lines.enumerate() {
        let record: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let text = record["spun"].as_str().unwrap();
        for paragraph in text.lines().filter(|line| !line.is_empty()) {
            both.insist(paragraph, kind);
        }
    }
}
