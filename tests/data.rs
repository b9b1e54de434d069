//! The committed data is canonical and loads.

#![cfg(feature = "embedded")]

use unspin::dict::Source;
use unspin::rerank::Weight;
use unspin::{Dictionary, Model, Reranker};

const SOURCE: &str = include_str!("../data/dictionary.tsv");

#[test]
fn source_is_canonical() {
    let source = Source::parse("data/dictionary.tsv", SOURCE).unwrap();
    let mut canonical = source.clone();
    canonical.canonicalize();
    assert_eq!(
        canonical.entries.len(),
        source.entries.len(),
        "an entry stands there twice"
    );
    assert!(
        canonical.to_string() == SOURCE,
        "data/dictionary.tsv is not sorted or not canonical"
    );
}

#[test]
fn embedded_dictionary_is_compiled_from_the_source() {
    let source = Source::parse("data/dictionary.tsv", SOURCE).unwrap();
    assert_eq!(Dictionary::embedded().to_source(), source);
    let compiled = source.to_dictionary("data/dictionary.tsv").unwrap();
    assert_eq!(compiled.as_bytes(), Dictionary::embedded().as_bytes());
}

/// Starting takes the built-in data at its word.
#[test]
fn embedded_data_is_whole() {
    let dictionary = Dictionary::embedded().as_bytes().to_vec();
    Dictionary::from_bytes("embedded dictionary", dictionary).unwrap();
    let model = Model::embedded().as_bytes().to_vec();
    Model::from_bytes("embedded model", model).unwrap();
    Reranker::from_path(concat!(env!("CARGO_MANIFEST_DIR"), "/data/reranker.model")).unwrap();
}

#[test]
fn embedded_data_stays_small() {
    let model = std::fs::metadata("data/context.model").unwrap().len();
    let dictionary = Dictionary::embedded().as_bytes().len() as u64;
    assert!(
        model + dictionary <= 8 << 20,
        "{model} + {dictionary} bytes"
    );
    let _ = Model::embedded();
}

#[test]
fn damaged_dictionaries_are_refused() {
    let text = "#unspin-dictionary\t1\n#documents\t2\n#words\t900\n\
                spun\toriginal\tused\town\tkept\tbias\n\
                hearken to\tlisten to\t7\t0\t1\t0\n\
                within the\tin the\t9\t0\t1\t-12\n";
    let good = Dictionary::from_source("a.tsv", text)
        .unwrap()
        .as_bytes()
        .to_vec();
    assert!(Dictionary::from_bytes("a.unspin", good.clone()).is_ok());
    for at in 0..good.len() {
        for flip in [1, 0x80] {
            let mut bad = good.clone();
            bad[at] ^= flip;
            let error = Dictionary::from_bytes("a.unspin", bad).unwrap_err();
            assert!(error.to_string().starts_with("a.unspin: "), "{error}");
        }
    }
    for length in 0..good.len() {
        assert!(Dictionary::from_bytes("a.unspin", good[..length].to_vec()).is_err());
    }
}

#[test]
fn damaged_rerankers_are_refused() {
    let weight = |reading: u64| Weight {
        reading: reading << 50,
        feature: 1,
        nats: 0.5,
    };
    let good = Reranker::to_artefact(&[weight(1), weight(2), weight(300)]);
    assert!(Reranker::from_bytes("a.model", good.clone()).is_ok());
    // The table of readings in between is long and all alike.
    let tail = good.len() - 200;
    for at in (0..200)
        .chain((200..tail).step_by(67))
        .chain(tail..good.len())
    {
        let mut bad = good.clone();
        bad[at] ^= 4;
        assert!(Reranker::from_bytes("a.model", bad).is_err());
        assert!(Reranker::from_bytes("a.model", good[..at].to_vec()).is_err());
    }
}

#[test]
fn malformed_sources_name_the_place() {
    let head = "#unspin-dictionary\t1\n#documents\t2\n#words\t900\nspun\toriginal\tused\town\tkept\tbias\n";
    let cases = [
        ("", "a.tsv:1:1: "),
        ("x", "a.tsv:1:1: "),
        ("#unspin-dictionary\t2\n", "a.tsv:1:1: "),
        ("#unspin-dictionary\t1\n#nonsense\t1\n", "a.tsv:2:1: "),
        ("#unspin-dictionary\t1\nspun\n", "a.tsv:2:1: "),
        (&format!("{head}a\tb\n"), "a.tsv:5:4: "),
        (&format!("{head}a\tb\t1\t1\t1\t1\t1\n"), "a.tsv:5:13: "),
        (&format!("{head}a\tb\tx\t1\t1\t1\n"), "a.tsv:5:5: "),
        (&format!("{head}a\tb\t-1\t1\t1\t1\n"), "a.tsv:5:5: "),
        (&format!("{head}A\tb\t1\t1\t1\t1\n"), "a.tsv:5:1: "),
        (&format!("{head}a\t\t1\t1\t1\t1\n"), "a.tsv:5:3: "),
        (&format!("{head}a  c\tb\t1\t1\t1\t1\n"), "a.tsv:5:1: "),
        (&format!("{head}a\ta\t1\t1\t1\t1\n"), "a.tsv:5:3: "),
    ];
    for (text, place) in cases {
        let error = Dictionary::from_source("a.tsv", text)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(place), "{text:?}: {error}");
    }
}

#[test]
fn layers_take_the_first_that_knows() {
    let source = |line: &str| {
        let head = "#unspin-dictionary\t1\n#documents\t2\n#words\t900\nspun\toriginal\tused\town\tkept\tbias\n";
        Dictionary::from_source("a.tsv", &format!("{head}{line}\n")).unwrap()
    };
    let top = source("film\tpicture\t5\t1\t1\t0");
    let below = source("film\tmovie\t5\t1\t1\t0\nwithin the\tin the\t9\t0\t1\t0");
    let layered = Dictionary::layered(&[top, below]).unwrap();
    assert_eq!(layered.lookup("film")[0].original, "picture");
    assert_eq!(layered.lookup("film").len(), 1);
    assert_eq!(layered.lookup("Within  the")[0].original, "in the");
}
