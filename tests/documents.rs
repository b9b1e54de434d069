//! Whole documents: long ones, odd dictionaries, and edits that hang together.

#![cfg(feature = "embedded")]
#![allow(clippy::unwrap_used)]

use unspin::dict::{Entry, Source};
use unspin::{apply, Assume, Restorer};

/// A spun paragraph with a number, so that no two are equal.
fn paragraph(number: usize) -> String {
    format!(
        "In paragraph {number} the minister stated that the assembly was a key second within the \
         talks. He additionally mentioned an opportunity to point out that the nation took the \
         disaster severely, and that the subsequent 12 months will carry a brand new price range \
         for the metropolis.",
    )
}

/// Bytes that edits of the first and of the last tenth of a text touch.
fn first_and_last(text: &str) -> (usize, usize) {
    let edits = Restorer::new().analyze(text).edits;
    let tenth = text.len() / 10;
    let touched = |from: usize, to: usize| {
        edits
            .iter()
            .filter(|edit| edit.start >= from && edit.end <= to)
            .count()
    };
    (touched(0, tenth), touched(text.len() - tenth, text.len()))
}

#[test]
fn long_documents_are_restored_to_their_end() {
    for separator in ["\n\n", " "] {
        let paragraphs: Vec<String> = (0..3000).map(paragraph).collect();
        let (first, last) = first_and_last(&paragraphs.join(separator));
        assert!(first > 1000, "{first}");
        assert!(
            last * 100 > first * 95,
            "{first} edits at the start, {last} at the end"
        );
    }
}

#[test]
fn clean_paragraphs_between_spun_ones_are_left_alone() {
    let clean = [
        "The film ran for almost two hours, and many people in the town said that they enjoyed it. \
         Others stayed at home because of the weather.",
        "At the end of the day, everybody was happy with the result, which was good enough for a \
         first attempt of this kind.",
    ];
    let mut text = String::new();
    for number in 0..6 {
        text.push_str(&paragraph(number));
        text.push('\n');
        text.push_str(clean[number % 2]);
        text.push('\n');
    }
    let restored = Restorer::new().restore(&text).into_owned();
    for (before, after) in text.lines().zip(restored.lines()) {
        assert_eq!(before == after, clean.contains(&before), "{after}");
    }
}

#[test]
fn a_name_is_mended_alike_wherever_it_stands() {
    let text = "Upward Certain helps youngsters from poor households get into faculty. The Upward \
                Sure program was began in 1965, and thousands and thousands of scholars have taken \
                half since.\n\nIn line with the report, extra than 60,000 youngsters take part \
                within the Upward Sure program annually. Funding for Upward Certain was reduce \
                final 12 months, and folks who run Upward Bound mentioned they have been anxious \
                about its future.\n";
    let restored = Restorer::builder()
        .assume(Assume::Spun)
        .build()
        .unwrap()
        .restore(text)
        .into_owned();
    assert_eq!(restored.matches("Upward Bound").count(), 5, "{restored}");
}

#[test]
fn tells_are_of_the_whole_document() {
    let mut text: String = (0..200).map(|number| paragraph(number) + "\n\n").collect();
    while text.len() < 3 << 20 {
        text.push_str("Nothing is said here, and it is said in plain words of one syllable.\n\n");
    }
    let spin = Restorer::new().detect(&text);
    assert_eq!(spin.spun, Some(true));
    assert!(spin
        .tells
        .iter()
        .any(|tell| tell.phrase == "within the" && tell.count == 200));
}

#[test]
fn an_article_is_changed_with_the_repair_that_asks_for_it() {
    let entry = |spun: &str, original: &str| Entry {
        spun: spun.into(),
        original: original.into(),
        used: 50,
        own: 0,
        kept: 0,
        bias: 900,
    };
    let entries = vec![entry("gizmozoid", "apparatus"), entry("oddbit", "gadget")];
    let source = Source {
        documents: 10,
        words: 5000,
        entries,
    };
    let restorer = Restorer::builder()
        .dictionary(source.to_dictionary("odd").unwrap())
        .assume(Assume::Spun)
        .build()
        .unwrap();
    let text = "He built a gizmozoid and an oddbit, and an gizmozoid too.";
    let edits = restorer.analyze(text).edits;
    assert_eq!(
        apply(text, &edits),
        "He built an apparatus and a gadget, and an apparatus too."
    );
    let articles: Vec<_> = edits.iter().filter(|edit| edit.cause.is_some()).collect();
    assert_eq!(articles.len(), 2);
    for article in articles {
        let cause = &edits[article.cause.unwrap()];
        assert_eq!(cause.start, article.end + 1);
    }
}

#[test]
fn no_dictionary_makes_restoring_panic() {
    let originals = [
        ("", 0),
        (" ", 0),
        ("x", 0),
        ("y", i32::MAX),
        ("z", i32::MIN),
    ];
    let entries = originals.map(|(original, bias)| Entry {
        spun: "odd".into(),
        original: original.into(),
        used: 5,
        own: 0,
        kept: 0,
        bias,
    });
    let source = Source {
        documents: 1,
        words: 10,
        entries: entries.to_vec(),
    };
    let restorer = Restorer::builder()
        .dictionary(source.to_dictionary("odd").unwrap())
        .assume(Assume::Spun)
        .build()
        .unwrap();
    assert_eq!(restorer.restore("an odd, odd thing"), "a y, y thing");
}
