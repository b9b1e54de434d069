//! What users of the library rely on, beside the examples in its documentation.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::error::Error as StdError;

use unspin::{
    Alternative, ArtefactError, Candidate, Decision, Dictionary, Edit, Error, Model, Report,
    Restorer, RestorerBuilder, SourceError, Spin, StreamReport, Tell, Worker,
};

fn is_send_sync<T: Send + Sync + 'static>() {}
fn is_send<T: Send + 'static>() {}
fn is_clone<T: Clone>() {}
fn is_error<T: StdError + Send + Sync + 'static>() {}

#[test]
fn auto_traits() {
    is_send_sync::<Restorer>();
    is_send_sync::<RestorerBuilder>();
    is_send_sync::<Dictionary>();
    is_send_sync::<Model>();
    is_send_sync::<(
        Report,
        Spin,
        Tell,
        Edit,
        Alternative,
        Decision,
        Candidate,
        StreamReport,
    )>();
    is_send::<Worker>();
    is_clone::<Restorer>();
    is_clone::<Dictionary>();
    is_clone::<Model>();
    is_error::<Error>();
    is_error::<SourceError>();
    is_error::<ArtefactError>();
}

#[test]
fn strangers_are_refused_by_name() {
    for bytes in [&b""[..], b"\x7fELF", &[0; 4096]] {
        let error = Dictionary::from_bytes("mine.unspin", bytes.to_vec()).unwrap_err();
        assert!(error.to_string().contains("mine.unspin"), "{error}");
        let error = Model::from_bytes("mine.model", bytes.to_vec()).unwrap_err();
        assert!(error.to_string().contains("mine.model"), "{error}");
    }
}

#[test]
fn missing_files_are_named() {
    let path = std::path::Path::new("no-such-folder/mine.unspin");
    let error = Dictionary::from_path(path).unwrap_err();
    assert!(error.to_string().contains("mine.unspin"), "{error}");
    assert!(matches!(error, Error::Io { .. }), "{error:?}");
    let error = Model::from_path(path).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error:?}");
}

#[test]
#[cfg(not(feature = "embedded"))]
fn without_data_there_is_no_restorer() {
    assert!(matches!(
        Restorer::builder().build(),
        Err(Error::Missing(_))
    ));
}

#[cfg(feature = "embedded")]
mod embedded {
    use std::borrow::Cow;

    use unspin::{apply, Assume};

    use super::*;

    const CLEAN: &str = "The council meets on Monday to talk about the new bridge.\n\
        Nobody on the street, from the baker to the bus driver, thinks that it will be built.\n";

    const SPUN: &str = "Press play to hearken to this text.\n\
        The assembly was a key second within the talks, an opportunity to point out that\r\n\
        the U.Ok. took the disaster severely.";

    fn spun() -> Restorer {
        Restorer::builder()
            .assume(unspin::Assume::Spun)
            .build()
            .unwrap()
    }

    #[test]
    fn clean_text_is_borrowed() {
        let restorer = Restorer::new();
        for text in ["", "\n", CLEAN, "1 + 1 = 2", "Überall ist es schön."] {
            assert!(
                matches!(restorer.restore(text), Cow::Borrowed(same) if same == text),
                "{text:?}"
            );
            assert!(restorer.analyze(text).edits.is_empty(), "{text:?}");
        }
    }

    #[test]
    fn known_clean_passes_through() {
        let restorer = Restorer::builder().assume(Assume::Clean).build().unwrap();
        assert!(matches!(restorer.restore(SPUN), Cow::Borrowed(same) if same == SPUN));
        assert!(restorer.analyze(SPUN).edits.is_empty());
        assert!(restorer.worker().explain(SPUN).is_empty());
    }

    #[test]
    fn known_spun_is_restored() {
        let restorer = spun();
        let restored = restorer.restore(SPUN);
        assert!(
            restored.starts_with("Press play to listen to this article."),
            "{restored}"
        );
        assert!(restored.contains("the U.K. took"), "{restored}");
        assert!(matches!(restored, Cow::Owned(_)));
    }

    #[test]
    fn edits_are_what_restoring_does() {
        let restorer = spun();
        let report = restorer.analyze(SPUN);
        assert!(!report.edits.is_empty());
        assert_eq!(apply(SPUN, &report.edits), restorer.restore(SPUN));
        for edit in &report.edits {
            assert_eq!(edit.source, SPUN[edit.start..edit.end]);
            assert_ne!(edit.source, edit.replacement);
            assert!((0.0..=1.0).contains(&edit.score), "{edit:?}");
            assert!(
                edit.cause.is_none_or(|cause| cause < report.edits.len()),
                "{edit:?}"
            );
        }
    }

    #[test]
    fn low_scores_are_dropped() {
        let all = spun().analyze(SPUN).edits.len();
        for least in [0.0, 0.5, 0.9, 1.0] {
            let restorer = Restorer::builder()
                .assume(unspin::Assume::Spun)
                .min_score(least)
                .build()
                .unwrap();
            let edits = restorer.analyze(SPUN).edits;
            // An article follows the repair that caused it, whatever its own score.
            let own = edits.iter().filter(|edit| edit.cause.is_none());
            assert!(
                own.clone().all(|edit| edit.score >= least),
                "{least} {edits:?}"
            );
            assert!(edits.len() <= all);
            assert_eq!(apply(SPUN, &edits), restorer.restore(SPUN));
        }
    }

    #[test]
    fn explanations_name_the_choice() {
        let decisions = spun().worker().explain(SPUN);
        assert!(!decisions.is_empty());
        for decision in decisions {
            assert_eq!(decision.source, SPUN[decision.start..decision.end]);
            let chosen = decision
                .candidates
                .iter()
                .filter(|candidate| candidate.chosen);
            assert_eq!(chosen.count(), 1, "{decision:?}");
        }
    }

    #[test]
    fn workers_remember_nothing() {
        let restorer = spun();
        let mut worker = restorer.worker();
        for text in [SPUN, CLEAN, "", SPUN, CLEAN] {
            assert_eq!(worker.restore(text), restorer.restore(text));
            assert_eq!(worker.analyze(text), restorer.analyze(text));
            assert_eq!(worker.detect(text), restorer.detect(text));
        }
    }

    #[test]
    fn threads_agree() {
        let restorer = spun();
        let expected = restorer.restore(SPUN);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let restorer = restorer.clone();
                let expected = expected.as_ref();
                scope.spawn(move || assert_eq!(restorer.restore(SPUN), expected));
            }
        });
    }

    #[test]
    fn streams_restore_as_texts_do() {
        let restorer = spun();
        for text in [SPUN, CLEAN, ""] {
            let mut output = Vec::new();
            let report = restorer
                .restore_stream(text.as_bytes(), &mut output)
                .unwrap();
            assert_eq!(String::from_utf8(output).unwrap(), restorer.restore(text));
            assert_eq!(report.bytes, text.len() as u64);
            assert_eq!(report.edits, restorer.analyze(text).edits.len() as u64);
        }
    }

    #[test]
    fn streams_name_the_bad_byte() {
        let result = Restorer::new().restore_stream(&b"good \xff bad"[..], std::io::sink());
        assert!(
            matches!(result, Err(Error::Utf8 { offset: 5 })),
            "{result:?}"
        );
    }

    #[test]
    fn reports_survive_serialisation() {
        let report = spun().analyze(SPUN);
        let text = serde_json::to_string(&report).unwrap();
        let edits = serde_json::from_str::<Report>(&text).unwrap().edits;
        assert_eq!(edits.len(), report.edits.len());
        assert_eq!(apply(SPUN, &edits), apply(SPUN, &report.edits));
    }

    #[test]
    fn artefacts_load_from_their_bytes() {
        let bytes = Dictionary::embedded().as_bytes().to_vec();
        let dictionary = Dictionary::from_bytes("copy", bytes.clone()).unwrap();
        let restorer = Restorer::builder()
            .dictionary(dictionary)
            .assume(unspin::Assume::Spun)
            .build()
            .unwrap();
        assert_eq!(restorer.restore(SPUN), spun().restore(SPUN));

        // Cut short or changed anywhere, they are refused.
        for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            assert!(
                Dictionary::from_bytes("cut", bytes[..cut].to_vec()).is_err(),
                "{cut}"
            );
        }
        for at in [0, 9, bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 0x40;
            assert!(Dictionary::from_bytes("changed", changed).is_err(), "{at}");
        }
    }
}

#[test]
fn kept_phrases_are_never_edited() {
    let restorer = Restorer::builder()
        .assume(unspin::Assume::Spun)
        .keep("Within  THE")
        .keep("")
        .build()
        .unwrap();
    assert_eq!(
        restorer.restore("He stated it within the talks."),
        "He said it within the talks."
    );
}

/// Tokens that a phrase reaches over were not counted against leaving it alone.
#[test]
#[cfg(feature = "embedded")]
fn a_phrase_is_weighed_against_all_of_its_words() {
    let source = "#unspin-dictionary\t1\n#documents\t40\n#words\t20000\n\
                  spun\toriginal\tused\town\tkept\tbias\n\
                  yield layer\toutput layer\t12\t0\t0\t0\n";
    let restorer = Restorer::builder()
        .dictionary(Dictionary::from_source("my.tsv", source).unwrap())
        .assume(unspin::Assume::Spun)
        .build()
        .unwrap();
    assert_eq!(
        restorer.restore("the yield layer is red"),
        "the output layer is red"
    );
}

/// The reranker knows the spinner of the built-in dictionary, and harms the rest.
#[test]
#[cfg(feature = "embedded")]
fn a_foreign_dictionary_goes_without_the_reranker() {
    let restored = |builder: RestorerBuilder| {
        let restorer = builder.assume(unspin::Assume::Spun).build().unwrap();
        let report = restorer.analyze(
            "A colossal second: the movie was proven on the occasion, \
             and folks stated it helped many corporations.",
        );
        report
            .edits
            .iter()
            .map(|edit| edit.score.to_bits())
            .collect::<Vec<_>>()
    };
    let head = "#unspin-dictionary\t1\n#documents\t40\n#words\t20000\n\
                spun\toriginal\tused\town\tkept\tbias\n";
    let foreign = format!("{head}colossal\tenormous\t9\t0\t0\t0\nsecond\tassistant\t9\t9\t0\t0\n");
    let foreign = || Dictionary::from_source("my.tsv", &foreign).unwrap();
    assert_eq!(
        restored(Restorer::builder().dictionary(foreign())),
        restored(Restorer::builder().dictionary(foreign()).without_reranker())
    );
    let layered = || {
        Restorer::builder()
            .dictionary(foreign())
            .dictionary(Dictionary::embedded())
    };
    assert_ne!(restored(layered()), restored(layered().without_reranker()));
}

/// A thesaurus has keys with hundreds of candidates, and texts where they stand
/// side by side: neither time nor memory may grow with the product of three.
#[test]
#[cfg(feature = "embedded")]
fn very_many_candidates_side_by_side_are_no_burden() {
    let mut source = String::from(
        "#unspin-dictionary\t1\n#documents\t40\n#words\t20000\n\
         spun\toriginal\tused\town\tkept\tbias\n",
    );
    for key in 'a'..='j' {
        for original in 100..400 {
            let letter = |n: u32| char::from(b'a' + n as u8);
            let [a, b, c] = [original / 100, original / 10 % 10, original % 10].map(letter);
            source += &format!("zq{key}\tw{a}{b}{c}\t9\t0\t0\t0\n");
        }
    }
    let restorer = Restorer::builder()
        .dictionary(Dictionary::from_source("many.tsv", &source).unwrap())
        .assume(unspin::Assume::Spun)
        .build()
        .unwrap();
    let text = ('a'..='j').cycle().take(100).map(|key| format!("zq{key}"));
    let text = text.collect::<Vec<_>>().join(" ");
    let edits = restorer.analyze(&text).edits;
    assert_eq!(edits.len(), 100);
    assert!(edits.iter().all(|edit| edit.replacement.starts_with('w')));
}
