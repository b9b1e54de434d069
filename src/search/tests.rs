use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::Path;

use flate2::read::GzDecoder;

use super::*;
use crate::channel::Settings;
use crate::contest::{Contests, CLOSE};
use crate::context::Entries;
use crate::dict::{Dictionary, Lexicon, PhraseId};
use crate::graph::FAR;
use crate::lattice::{Slot, Stretch};
use crate::scan::scan;
use crate::token::{mix, tokenize, Gap};
use crate::vocabulary::clash;

/// Stands for leaving a token alone, where arcs are numbered.
const NONE: u32 = u32::MAX;

/// The last two words of a path, and how many tokens before them were left alone.
type State = (Word, Word, u32);

/// Where a paragraph begins.
const PARAGRAPH: State = (Word::BREAK, Word::BREAK, 0);

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
            cost += clash(problem.vocabulary.article(last), || text);
            (before, last) = (last, word);
        }
        let run = if arc == NONE { run + 1 } else { 0 };
        next(arc, at + length as usize, cost, (before, last, run));
    }
}

/// What every reading costs above the best path, by a search that knows all histories by
/// their words and all tokens left alone, and looks every n-gram up by itself wherever it
/// is asked for.
fn reference(problem: &Problem<'_>) -> Vec<i32> {
    let lattice = problem.lattice;
    let arcs = lattice.all_arcs().len();
    // Per token boundary, every state with the cost of the best path there.
    let mut costs = vec![BTreeMap::<State, i32>::new(); lattice.len() + 1];
    let [before, last] = problem.before;
    costs[0].insert((before, last, 0), 0);
    let mut steps = Vec::new();
    for at in 0..lattice.len() {
        for (state, cost) in costs[at].clone() {
            go_on(problem, at, state, |arc, to, more, next| {
                // Paragraphs know nothing of each other.
                let is_end = to < lattice.len() && problem.paragraphs.contains(&to);
                let next = if is_end { PARAGRAPH } else { next };
                let known = costs[to].entry(next).or_insert(FAR);
                *known = (*known).min(cost + more);
                let reading = if arc == NONE { arcs + at } else { arc as usize };
                steps.push((reading, (at, state), (to, next), more));
            });
        }
    }
    let ends = &costs[lattice.len()];
    let best = ends.values().min().copied().unwrap_or(0);
    let mut rests: BTreeMap<_, _> = ends.keys().map(|end| ((lattice.len(), *end), 0)).collect();
    let mut above = vec![FAR; lattice.reading_count()];
    steps.sort_by_key(|(_, (at, _), ..)| *at);
    for (reading, from, to, more) in steps.into_iter().rev() {
        let through = more + rests[&to];
        let rest = rests.entry(from).or_insert(FAR);
        *rest = (*rest).min(through);
        above[reading] = above[reading].min(costs[from.0][&from.1] + through - best);
    }
    above
}

/// Searches in both ways.
struct Both {
    dictionary: Dictionary,
    model: Model,
    vocabulary: Vocabulary,
    search: Search,
    /// The words before each text.
    before: [Word; 2],
}

impl Both {
    fn new() -> Both {
        let (dictionary, model) = (Dictionary::embedded(), Model::embedded());
        Both {
            vocabulary: Vocabulary::new(dictionary.lexicon(), &model),
            search: Search::default(),
            before: [Word::BREAK; 2],
            dictionary,
            model,
        }
    }

    /// Insists on all that the reference finds, under some kinds of spinner.
    fn insist(&mut self, text: &str, kinds: Range<usize>) {
        let settings = Settings::typical().skip(kinds.start).take(kinds.len());
        self.search(text, settings, |problem, graph| {
            let (lattice, wanted) = (problem.lattice, reference(problem));
            let arcs = lattice.all_arcs().len();
            for slot in lattice.slots() {
                for arc in slot.arcs() {
                    assert_eq!(graph.above(arc), wanted[arc], "arc {arc} of {text}");
                }
                for at in slot.tokens() {
                    assert_eq!(graph.alone(at), wanted[arcs + at], "token {at} of {text}");
                }
            }
            let mut end = lattice.len() as u32;
            for reading in graph.path() {
                // What stands around paragraphs and between them is none.
                let Some(above) = wanted.get(reading as usize) else {
                    continue;
                };
                assert_eq!(*above, 0, "{reading} of {text}");
                let arc = lattice.all_arcs().get(reading as usize);
                let start = arc.map_or_else(|| reading - arcs as u32, |arc| arc.start);
                let begins = |slot: &Slot| (start..end).contains(&slot.start);
                let length = match arc {
                    Some(arc) => arc.length,
                    None if lattice.slots().iter().any(begins) => 1,
                    // One reading may leave all tokens alone where there is nothing else.
                    None => end - start,
                };
                assert_eq!(start + length, end, "{reading} of {text}");
                end = start;
            }
            assert_eq!(end, 0, "{text}");
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
        let stretch = Stretch::whole(text, &tokens, &matches);
        let words: Vec<_> = tokens.iter().map(|t| Word::of(t, text)).collect();
        let breaks = (1..tokens.len()).filter(|at| tokens[*at].gap == Gap::Break);
        let paragraphs: Vec<usize> = breaks.chain([tokens.len()]).collect();
        let mut unigrams = Entries::default();
        let keys = words.iter().map(|word| word.open());
        let unigrams = unigrams.read(&self.model.ngrams(0), keys);
        let mut lattice = Lattice::default();
        for settings in settings {
            lattice.build(&stretch, lexicon, &self.vocabulary, &settings.channel());
            let problem = Problem {
                model: &self.model,
                lattice: &lattice,
                paragraphs: &paragraphs,
                before: self.before,
                words: &words,
                unigrams,
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
fn finds_what_the_reference_finds() {
    let mut both = Both::new();
    for text in [
        "Press play to hearken to this text about a key second within the film.",
        "The minister mentioned on Tuesday that extra than 50percent of the funds had been spent.",
        "An distinctive approach to make cash, in line with the corporate, which has a variety of companies.",
        "Nothing here.",
        "Nobody knows where in line with\n\nThe otters slept quietly.\n\nThat",
        "An distinctive approach to make an\n\nIt was\n\nsaid\n\nthat the film was lost in line with",
        "He advised reporters that the assembly was held on the White Home, the place folks have been ready.",
        "",
    ] {
        for before in [["of", "an"], ["said", "."], ["zyxx", "zyxx"]] {
            both.before = before.map(Word::of_folded);
            both.insist(text, 0..1);
        }
        both.before = [Word::BREAK; 2];
        both.insist(text, 0..Settings::typical().count());
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
fn finds_what_the_reference_finds_in_salads() {
    let mut both = Both::new();
    let salads = salads(both.dictionary.lexicon(), 600);
    for (number, text) in salads.iter().enumerate() {
        both.insist(text, kind(number));
    }
    for (number, paragraphs) in salads.chunks(6).enumerate() {
        both.insist(&paragraphs.join("\n\n"), kind(number));
    }
}

/// Slots are contests where a reading of theirs is close, and one of their tokens has another.
#[test]
fn contests_are_those_that_counting_one_by_one_finds() {
    let mut both = Both::new();
    let salads = salads(both.dictionary.lexicon(), 100);
    let mut contests = Contests::default();
    let (mut some, mut all) = (0, 0);
    for text in salads
        .iter()
        .map(String::as_str)
        .chain(["", "Nothing here."])
    {
        both.search(text, Settings::typical().take(1), |problem, graph| {
            let lattice = problem.lattice;
            let close = |slot: &Slot| slot.arcs().filter(|arc| graph.above(*arc) <= CLOSE).count();
            let over = |at: usize| {
                let slots = lattice.slots().iter();
                let over = slots.filter(|slot| slot.tokens().contains(&at)).map(close);
                over.sum::<usize>() + usize::from(graph.alone(at) <= CLOSE)
            };
            let is_contest = |slot: &&Slot| close(slot) > 0 && slot.tokens().any(|at| over(at) > 1);
            let wanted = lattice.slots().iter().filter(is_contest);
            contests.find(lattice, graph);
            let found = contests.slots().iter().map(Slot::arcs);
            assert!(found.eq(wanted.map(Slot::arcs)), "{text}");
            some += contests.slots().len();
            all += lattice.slots().len();
        });
    }
    assert!(some > 100 && some < all, "{some} of {all}");
}

/// One kind of spinner for each text.
fn kind(number: usize) -> Range<usize> {
    let kind = number % Settings::typical().count();
    kind..kind + 1
}

/// Spun documents where a corpus lies beside the checkout.
#[test]
fn finds_what_the_reference_finds_in_real_text() {
    let path = "../shared/corpora/aligned/dev.jsonl.gz";
    let Ok(file) = File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)) else {
        return;
    };
    let mut both = Both::new();
    let lines = BufReader::new(GzDecoder::new(file)).lines();
    // Without optimization all of them take minutes.
    let step = if cfg!(debug_assertions) { 4 } else { 1 };
    for (number, line) in lines.enumerate().step_by(step) {
        let record: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let text = record["spun"].as_str().unwrap();
        both.insist(text, kind(number));
    }
}
