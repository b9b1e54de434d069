//! The matcher and what else finds phrases.

use unspin::bench::Matcher;

use super::tokens::tokenizer;
use super::{Peers, World};
use crate::case::{Case, Group};
use crate::peers;
use crate::phrases::Phrases;
use crate::texts::bytes;

impl World {
    pub(super) fn matcher<'a>(
        &'a self,
        name: &'static str,
        about: String,
        peers: &'a Peers,
        texts: &'a [String],
    ) -> Group<'a> {
        let phrases = &peers.phrases;
        let size = bytes(texts);
        let (all, _) = count(phrases, texts);
        check_matches(phrases, texts);
        let mut buffer = String::new();
        let mut longest = |text: &String| {
            peers::leftmost_longest(phrases, peers::lower(text, &mut buffer)).len() as u64
        };
        let longest: u64 = texts.iter().map(&mut longest).sum();

        let (mut matcher, mut scalar) = (Matcher::default(), Matcher::default());
        let (mut tokens, mut key) = (Vec::new(), Vec::new());
        let mut cases = vec![
            Case::new("matcher", size, all, move || {
                let count = |text: &String| matcher.count_matches(&phrases.dictionary, text);
                texts.iter().map(count).sum::<usize>() as u64
            }),
            Case::new("matcher, scalar", size, all, move || {
                let count = |text: &String| scalar.count_matches_scalar(&phrases.dictionary, text);
                texts.iter().map(count).sum::<usize>() as u64
            }),
            Case::new("fst::Map::get per window", size, all, move || {
                let mut count = 0;
                for text in texts {
                    peers::look_up(phrases, text, &mut tokens, &mut key, |_, _| count += 1);
                }
                count
            }),
        ];
        let mut tokens = Vec::new();
        cases.push(Case::new("fst node walk", size, all, move || {
            let mut count = 0;
            for text in texts {
                peers::walk(phrases, text, &mut tokens, |_, _| count += 1);
            }
            count
        }));
        let automata = &peers.automata;
        let mut buffer = String::new();
        cases.push(Case::new("aho-corasick", size, longest, move || {
            let mut count = 0;
            for text in texts {
                let lower = peers::lower(text, &mut buffer);
                let found = automata.aho_corasick.find_iter(lower);
                count += found
                    .filter(|m| peers::on_edges(lower, m.start(), m.end()))
                    .count() as u64;
            }
            count
        }));
        let mut buffer = String::new();
        cases.push(Case::new("daachorse", size, longest, move || {
            let mut count = 0;
            for text in texts {
                let lower = peers::lower(text, &mut buffer);
                let found = automata.daachorse.leftmost_find_iter(lower);
                count += found
                    .filter(|m| peers::on_edges(lower, m.start(), m.end()))
                    .count() as u64;
            }
            count
        }));
        let mut buffer = String::new();
        cases.push(Case::new(
            "daachorse by characters",
            size,
            longest,
            move || {
                let mut count = 0;
                for text in texts {
                    let lower = peers::lower(text, &mut buffer);
                    let found = automata.charwise.leftmost_find_iter(lower);
                    count += found
                        .filter(|m| peers::on_edges(lower, m.start(), m.end()))
                        .count() as u64;
                }
                count
            },
        ));
        cases.push(tokenizer(texts));
        Group {
            name,
            about,
            baseline: "fst::Map::get per window",
            cases,
        }
    }
}

/// All phrases that stand in the texts by the plain look-up, and all tokens.
pub(super) fn count(phrases: &Phrases, texts: &[String]) -> (u64, u64) {
    let (mut tokens, mut key) = (Vec::new(), Vec::new());
    let (mut found, mut length) = (0, 0);
    for text in texts {
        peers::look_up(phrases, text, &mut tokens, &mut key, |_, _| found += 1);
        length += tokens.len() as u64;
    }
    (found, length)
}

/// Insists that the matcher finds the same phrases in the same places as the
/// plain look-up and the walk do.
pub(crate) fn check_matches(phrases: &Phrases, texts: &[String]) {
    let (mut tokens, mut key) = (Vec::new(), Vec::new());
    let mut matcher = Matcher::default();
    for text in texts {
        let (mut wanted, mut walked) = (Vec::new(), Vec::new());
        peers::look_up(phrases, text, &mut tokens, &mut key, |at, length| {
            wanted.push((at, length));
        });
        peers::walk(phrases, text, &mut tokens, |at, length| {
            walked.push((at, length));
        });
        assert_eq!(walked, wanted);
        matcher.count_matches(&phrases.dictionary, text);
        assert!(
            matcher.spans().eq(wanted),
            "the matcher disagrees with the plain look-up"
        );
    }
}
