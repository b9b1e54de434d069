//! Until the first answer: loading, and a new process.

use std::process::Command;

use unspin::{Dictionary, Model, Restorer};

use super::World;
use crate::case::{Case, Group};
use crate::peers;

impl World {
    pub(super) fn load(&self) -> Group<'_> {
        let phrases = &self.embedded.phrases;
        let dictionary = phrases.dictionary.as_bytes();
        let source = phrases.dictionary.to_source().to_string();
        let model = Model::embedded();
        let keys = phrases.sorted.len();
        Group {
            name: "dictionary load",
            about: format!(
                "The embedded dictionary ({} bytes, {keys} phrases) and model, from bytes in \
                 memory to ready for use; beside it what the peers need to build theirs.",
                dictionary.len()
            ),
            baseline: "build fst::Map",
            cases: vec![
                Case::new(
                    "Dictionary::from_bytes",
                    dictionary.len(),
                    dictionary.len() as u64,
                    || {
                        let loaded = Dictionary::from_bytes("bench", dictionary.to_vec());
                        loaded.map_or(0, |loaded| loaded.as_bytes().len() as u64)
                    },
                ),
                Case::new(
                    "Model::from_bytes",
                    model.as_bytes().len(),
                    model.as_bytes().len() as u64,
                    {
                        let model = model.clone();
                        move || {
                            let loaded = Model::from_bytes("bench", model.as_bytes().to_vec());
                            loaded.map_or(0, |loaded| loaded.as_bytes().len() as u64)
                        }
                    },
                ),
                Case::new(
                    "Dictionary::from_source",
                    source.len(),
                    dictionary.len() as u64,
                    move || {
                        let compiled = Dictionary::from_source("bench", &source);
                        compiled.map_or(0, |compiled| compiled.as_bytes().len() as u64)
                    },
                ),
                Case::new("build fst::Map", dictionary.len(), keys as u64, || {
                    let map = fst::Map::from_iter(phrases.sorted.iter().zip(0..));
                    map.map_or(0, |map| map.len() as u64)
                }),
                Case::new("build aho-corasick", dictionary.len(), keys as u64, || {
                    peers::aho_corasick(phrases).patterns_len() as u64
                }),
                Case::new("build daachorse", dictionary.len(), 1, || {
                    u64::from(peers::daachorse(phrases).num_states() > 0)
                }),
            ],
        }
    }

    pub(super) fn first_call(&self) -> Group<'_> {
        let answer = first_call();
        let restorer = Restorer::new();
        Group {
            name: "first call",
            about: "A new process restores one sentence, everything loaded for it.".to_string(),
            baseline: "process that does nothing",
            cases: vec![
                Case::new(
                    "process that restores a sentence",
                    SENTENCE.len(),
                    answer,
                    || child("first-call"),
                ),
                Case::new("process that does nothing", SENTENCE.len(), 0, || {
                    child("nothing")
                }),
                Case::new("second call", SENTENCE.len(), answer, move || {
                    restorer.restore(SENTENCE).len() as u64
                }),
            ],
        }
    }
}

/// The variable that makes this program a child that is timed from outside.
pub(crate) const CHILD: &str = "UNSPIN_BENCH_CHILD";

const SENTENCE: &str = "Press play to hearken to this text";

/// What a child does. Returns what it prints.
pub(crate) fn first_call() -> u64 {
    Restorer::new().restore(SENTENCE).len() as u64
}

fn child(task: &str) -> u64 {
    let program = std::env::current_exe().expect("this program has a path");
    let output = Command::new(program)
        .env(CHILD, task)
        .output()
        .expect("it starts again");
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .expect("it prints a number")
}
