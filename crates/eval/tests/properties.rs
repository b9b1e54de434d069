//! What holds for the figures of any document.

use proptest::prelude::*;
use unspin_eval::{score_document, Gold};

fn gold(spun: &str, original: &str) -> Gold {
    Gold {
        spun: spun.to_string(),
        original: original.to_string(),
        ..Gold::default()
    }
}

/// Text that has words, so that figures have denominators.
fn text() -> &'static str {
    "((the|second|moment|in|U\\.S\\.|don’t|1,5|é|\\.)(\n| |, )){1,60}"
}

proptest! {
    #[test]
    fn doing_nothing_undoes_nothing(spun in text(), original in text()) {
        let scores = score_document(&gold(&spun, &original), &spun).scores();
        prop_assert!(scores.error_reduction.is_none_or(|share| share == 0.0));
        prop_assert_eq!(scores.changed_words_per_10k, 0.0);
        prop_assert_eq!(scores.system_edits, 0);
        prop_assert_eq!(scores.f0_5, 0.0);
        prop_assert_eq!(scores.wer_spun, scores.wer_restored);
        prop_assert_eq!(scores.sentences_exact, scores.sentences_exact_spun);
        prop_assert_eq!(scores.shingle5_jaccard, scores.shingle5_jaccard_spun);
        prop_assert_eq!(scores.documents_with_other_lines, 0);
    }

    #[test]
    fn the_original_is_perfect(spun in text(), original in text()) {
        let scores = score_document(&gold(&spun, &original), &original).scores();
        prop_assert!(scores.error_reduction.is_none_or(|share| share == 1.0));
        prop_assert_eq!(scores.wer_restored, 0.0);
        prop_assert_eq!(scores.shingle5_jaccard, 1.0);
        prop_assert_eq!(scores.documents_near_duplicate, 1.0);
        prop_assert_eq!(scores.system_edits, scores.gold_edits);
        prop_assert_eq!(scores.precision, scores.recall);
        prop_assert_eq!(scores.precision, if scores.gold_edits > 0 { 1.0 } else { 0.0 });
    }

    #[test]
    fn any_text_gives_figures_in_range(
        spun in any::<String>(),
        original in any::<String>(),
        restored in any::<String>(),
        slots in proptest::option::of(
            proptest::collection::vec((0usize..50, 0usize..50, any::<String>()), 0..4)
        ),
    ) {
        let document = Gold { edits: slots, ..gold(&spun, &original) };
        let scores = score_document(&document, &restored).scores();
        for share in [
            scores.precision,
            scores.recall,
            scores.f0_5,
            scores.sentences_exact,
            scores.sentences_exact_spun,
            scores.shingle5_jaccard,
            scores.shingle5_jaccard_spun,
            scores.documents_near_duplicate,
        ] {
            prop_assert!((0.0..=1.0).contains(&share), "{:?}", scores);
        }
        prop_assert!(scores.error_reduction.is_none_or(|share| share <= 1.0));
    }
}
