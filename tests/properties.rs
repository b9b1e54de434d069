//! What holds for any text, spun or not, in any script.

#![cfg(feature = "embedded")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::LazyLock;

use proptest::prelude::*;
use unspin::{apply, Assume, Restorer};

static RESTORERS: LazyLock<[Restorer; 3]> = LazyLock::new(|| {
    let build = |builder: unspin::RestorerBuilder| builder.build().unwrap();
    [
        build(Restorer::builder()),
        build(Restorer::builder().assume(Assume::Spun)),
        build(Restorer::builder().assume(Assume::Spun).min_score(0.7)),
    ]
});

/// Spun phrases and what they stand in, close together so that they overlap.
fn spun_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(&[
            "the", "within the", "hearken to", "a key second", "An enormous", "assembly", "text",
            "the U.Ok.", "marketing campaign", "to point out", "has stated", "movie", "severely",
            "an opportunity", "a lot of", "disaster", "within", "second", "Useless House", "go to",
            "to be able to", "cash", "however", "TODAY", "monetary", "towards", "12 months",
        ][..]).prop_map(str::to_string),
        2 => prop::sample::select(&[
            "https://example.org/within/the?second=1", "who@within.example", "<b class=\"text\">",
            "`within the`", "&nbsp;", "@second", "#text", "“the text”", "\"", "'", "don’t", "(", "—",
            "1,000.50", "3rd", "été", "हिन्दी", "漢字", "👩‍👩‍👧", "\u{feff}", "\u{0}", "a\u{301}",
        ][..]).prop_map(str::to_string),
        1 => any::<String>(),
    ];
    let gap = prop::sample::select(
        &[
            " ", " ", " ", " ", "", "\n", "\r\n", "\n\n", "  ", "\t", "\u{a0}", ", ", ". ", "-",
        ][..],
    );
    prop::collection::vec((piece, gap), 0..60).prop_map(|pieces| {
        pieces
            .into_iter()
            .flat_map(|(p, g)| [p, g.to_string()])
            .collect()
    })
}

fn check(text: &str) -> Result<(), TestCaseError> {
    for restorer in RESTORERS.iter() {
        let report = restorer.analyze(text);
        let restored = restorer.restore(text);
        prop_assert_eq!(apply(text, &report.edits), restored.as_ref());
        prop_assert_eq!(restorer.worker().restore(text), restored.as_ref());

        let mut at = 0;
        for edit in &report.edits {
            prop_assert!(
                edit.start >= at && edit.end >= edit.start,
                "{:?}",
                report.edits
            );
            prop_assert_eq!(text.get(edit.start..edit.end), Some(edit.source.as_str()));
            prop_assert!(edit.source != edit.replacement, "{:?}", edit);
            prop_assert!((0.0..=1.0).contains(&edit.score), "{:?}", edit);
            at = edit.end;
        }
        for mark in ['\n', '\r'] {
            prop_assert_eq!(text.matches(mark).count(), restored.matches(mark).count());
        }
        prop_assert!(
            (0.0..=1.0).contains(&report.spin.score),
            "{:?}",
            report.spin
        );
        prop_assert_eq!(restorer.detect(text).spun, report.spin.spun);

        let mut streamed = Vec::new();
        restorer
            .restore_stream(text.as_bytes(), &mut streamed)
            .unwrap();
        prop_assert_eq!(String::from_utf8(streamed).unwrap(), restored.as_ref());

        for decision in restorer.worker().explain(text) {
            prop_assert_eq!(
                text.get(decision.start..decision.end),
                Some(decision.source.as_str())
            );
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn any_long_text(text in prop::collection::vec(any::<char>(), 0..2000)) {
        check(&text.into_iter().collect::<String>())?;
    }

    #[test]
    fn spun_like_text(text in spun_like()) {
        check(&text)?;
    }

    #[test]
    fn known_clean_text_passes(text in spun_like()) {
        let restorer = Restorer::builder().assume(Assume::Clean).build().unwrap();
        prop_assert_eq!(restorer.restore(&text), text.as_str());
    }
}
