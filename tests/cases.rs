//! Whole sentences and what becomes of them, from `tests/cases`.

#![cfg(feature = "embedded")]

use unspin::{apply, Assume, Restorer};

/// The cases of a file: kind, text, and what the text becomes.
fn cases(file: &str) -> Vec<(String, String, String)> {
    let unescape = |text: &str| text.replace("\\n", "\n").replace("\\r", "\r");
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            assert_eq!(columns.len(), 3, "{line}");
            (
                columns[0].to_string(),
                unescape(columns[1]),
                unescape(columns[2]),
            )
        })
        .collect()
}

#[test]
fn spun_sentences() {
    let restorer = Restorer::builder().assume(Assume::Spun).build().unwrap();
    let mut worker = restorer.worker();
    let mut failures = Vec::new();
    for (kind, text, expected) in cases(include_str!("cases/spun.tsv")) {
        let restored = worker.restore(&text).into_owned();
        assert_eq!(
            apply(&text, &worker.analyze(&text).edits),
            restored,
            "{kind}"
        );
        if restored != expected {
            failures.push(format!(
                "{kind}\n  expected {expected:?}\n  got      {restored:?}"
            ));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn clean_texts() {
    let mut worker = Restorer::new().worker();
    for (kind, text, _) in cases(include_str!("cases/clean.tsv")) {
        let restored = worker.restore(&text);
        assert!(
            matches!(restored, std::borrow::Cow::Borrowed(_)),
            "{kind}: {restored}"
        );
    }
}
