//! Hand-written cases, whose figures the reference scorer gave.
//!
//! `tests/cases/scores.json` holds gold documents, restored texts and the
//! figures of each. Where the reference scorer itself is at hand (Python 3 and
//! `../shared/eval/score.py` beside the workspace) it is run on the cases and
//! on random documents too; elsewhere that test says so and passes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde::Deserialize;
use serde_json::{json, Value};
use unspin_eval::{score_document, Gold, Scores, Tally};

#[derive(Deserialize)]
struct Case {
    gold: Value,
    restored: String,
    scores: Value,
}

impl Case {
    fn gold(&self) -> Gold {
        serde_json::from_value(self.gold.clone()).unwrap()
    }
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("cases/scores.json")).unwrap()
}

fn figures(scores: &Scores) -> Value {
    serde_json::to_value(scores).unwrap()
}

#[test]
fn hand_written_cases() {
    for case in cases() {
        let gold = case.gold();
        let scores = score_document(&gold, &case.restored).scores();
        assert_eq!(figures(&scores), case.scores, "{}", gold.id);
    }
}

#[test]
fn names_and_order() {
    let text = serde_json::to_string(&Scores::default()).unwrap();
    let names = [
        "documents",
        "words",
        "wer_spun",
        "wer_restored",
        "error_reduction",
        "precision",
        "recall",
        "f0.5",
        "gold_edits",
        "system_edits",
        "changed_words_per_10k",
        "sentences_exact",
        "sentences_exact_spun",
        "shingle5_jaccard",
        "shingle5_jaccard_spun",
        "documents_near_duplicate",
        "documents_with_other_lines",
        "missing",
    ];
    let found: Vec<_> = names
        .iter()
        .map(|name| text.find(&format!("\"{name}\":")))
        .collect();
    assert!(found.iter().all(Option::is_some), "{text}");
    assert!(found.is_sorted(), "{text}");
    assert_eq!(text.matches("\":").count(), names.len());
}

#[test]
fn order_does_not_matter() {
    let tallies: Vec<Tally> = cases()
        .iter()
        .map(|case| score_document(&case.gold(), &case.restored))
        .collect();
    let sum = |tallies: &mut dyn Iterator<Item = &Tally>| {
        let mut sum = Tally::default();
        tallies.for_each(|tally| sum.merge(tally));
        figures(&sum.scores())
    };
    assert_eq!(sum(&mut tallies.iter()), sum(&mut tallies.iter().rev()));
}

#[test]
fn missing_documents_are_counted() {
    let mut tally = Tally::default();
    tally.add_missing();
    assert_eq!(tally.scores().missing, 1);
    assert_eq!(tally.scores().documents, 0);
}

#[test]
fn agrees_with_the_reference_scorer() {
    let Some(scorer) = reference_scorer() else {
        eprintln!("skipped: no ../shared/eval/score.py or no python3");
        return;
    };
    for case in cases() {
        let gold = case.gold();
        let record = (case.gold, case.restored);
        assert_eq!(run(&scorer, &[record]), case.scores, "{}", gold.id);
    }

    let mut records = random_records();
    let both = |records: &[(Value, String)]| {
        let mut tally = Tally::default();
        for (gold, restored) in records {
            let gold: Gold = serde_json::from_value(gold.clone()).unwrap();
            tally.merge(&score_document(&gold, restored));
        }
        (figures(&tally.scores()), run(&scorer, records))
    };
    let (ours, expected) = both(&records);
    if ours != expected {
        // Halve the set as long as one half still differs, for a short report.
        while records.len() > 1 {
            let rest = records.split_off(records.len() / 2);
            let (ours, expected) = both(&records);
            if ours == expected {
                records = rest;
            }
        }
        let (ours, expected) = both(&records);
        panic!("{:#?}\nours {ours:#}\nreference {expected:#}", records[0]);
    }
}

fn reference_scorer() -> Option<PathBuf> {
    let scorer = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/eval/score.py");
    let mut python = Command::new("python3");
    python
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    (scorer.is_file() && python.status().is_ok_and(|status| status.success())).then_some(scorer)
}

fn run(scorer: &Path, records: &[(Value, String)]) -> Value {
    let folder = std::env::temp_dir();
    let path = |side: &str| folder.join(format!("unspin-eval-{}-{side}.jsonl", std::process::id()));
    let (gold_path, restored_path) = (path("gold"), path("restored"));
    let mut gold_file = std::fs::File::create(&gold_path).unwrap();
    let mut restored_file = std::fs::File::create(&restored_path).unwrap();
    for (gold, restored) in records {
        writeln!(gold_file, "{gold}").unwrap();
        writeln!(
            restored_file,
            "{}",
            json!({ "id": gold["id"], "text": restored })
        )
        .unwrap();
    }
    let output = Command::new("python3")
        .arg(scorer)
        .arg(&gold_path)
        .arg(&restored_path)
        .output()
        .unwrap();
    std::fs::remove_file(gold_path).unwrap();
    std::fs::remove_file(restored_path).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Documents of few different words, so that alignments have many ties.
fn random_records() -> Vec<(Value, String)> {
    let text = || "((the|second|moment|in|U\\.S\\.|don’t|“|”|1,5|é|\\.|\\?)(\n| |  |)){0,40}";
    let slots = || proptest::collection::vec((0usize..60, 0usize..6, "(in |the)?(moment)?"), 0..6);
    let document = (text(), text(), text(), proptest::option::of(slots()));
    let mut runner = TestRunner::deterministic();
    let mut records = Vec::new();
    for id in 0..300 {
        let (spun, original, restored, slots) = document.new_tree(&mut runner).unwrap().current();
        let length = spun.chars().count();
        let edits = slots.map(|mut slots| {
            slots.sort();
            let edit = |(start, width, text): (usize, usize, String)| {
                (start.min(length), (start + width).min(length), text)
            };
            slots.into_iter().map(edit).collect::<Vec<_>>()
        });
        let gold =
            json!({ "id": id.to_string(), "spun": spun, "original": original, "edits": edits });
        // Half of the restored texts keep most of the spun text.
        let restored = if id % 2 == 0 {
            restored
        } else {
            spun.replace("second", "moment")
        };
        records.push((gold, restored));
    }
    records
}
