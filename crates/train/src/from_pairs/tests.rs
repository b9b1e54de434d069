use super::*;
use crate::respin::Random;

/// Rows of a toy spinner: trigger, then alternatives.
const TABLE: [&[&str]; 6] = [
    &["in the", "within the"],
    &["big", "massive", "huge"],
    &["house", "home", "dwelling place"],
    &["as well as", "in addition to"],
    &["to help", "to assist"],
    &["sold", "bought off"],
];
/// A quarter are triggers, as in a spun article.
const WORDS: [&str; 25] = [
    "big",
    "house",
    "in the",
    "to help",
    "sold",
    "as well as",
    "garden",
    "every",
    "farmer",
    "near",
    "river",
    "old",
    "in a",
    "with",
    "seven",
    "geese",
    "help",
    "under",
    "bridge",
    "before",
    "noon",
    "apple",
    "cart",
    "their",
    "slowly",
];

fn spin(dice: &mut Random, lines: usize) -> Pair {
    let (mut spun, mut original, mut edits) = (String::new(), String::new(), Vec::new());
    for line in 0..lines {
        if line > 0 {
            spun.push('\n');
            original.push('\n');
        }
        for word in 0..14 {
            if word > 0 {
                spun.push(' ');
                original.push(' ');
            }
            let phrase = WORDS[dice.below(WORDS.len() as u64) as usize];
            let row = TABLE.iter().find(|row| row[0] == phrase);
            let start = spun.len();
            original.push_str(phrase);
            match row {
                Some(row) => {
                    spun.push_str(row[1 + dice.below(row.len() as u64 - 1) as usize]);
                    edits.push(Substitution {
                        start,
                        end: spun.len(),
                        original: phrase.into(),
                    });
                }
                None => spun.push_str(phrase),
            }
        }
        spun.push('.');
        original.push('.');
    }
    Pair {
        spun,
        original,
        edits,
    }
}

fn bare(pair: &Pair) -> Pair {
    Pair {
        edits: Vec::new(),
        ..pair.clone()
    }
}

#[test]
fn the_table_of_a_spinner_is_found_without_its_edits() {
    let mut dice = Random(7);
    let pairs: Vec<Pair> = (0..80).map(|_| spin(&mut dice, 6)).collect();
    let bare: Vec<Pair> = pairs.iter().map(bare).collect();
    let mut passes = Vec::new();
    // Half of these short texts' words are triggers, far more than of any article's.
    let options = Options {
        min_fit: 0.2,
        ..Options::default()
    };
    let (source, report) = learn_pairs(&bare, &options, &mut |at| passes.push(at.pass)).unwrap();
    assert_eq!((report.documents, report.set_aside), (80, 0));
    assert!(passes.is_sorted() && passes.last() == Some(&(FINDING + COUNTING)));
    for row in TABLE {
        for spun in &row[1..] {
            let known =
                |entry: &unspin::dict::Entry| entry.spun == *spun && entry.original == row[0];
            assert!(source.entries.iter().any(known), "{spun} <- {}", row[0]);
        }
    }
    let (given, _) = learn_pairs(&pairs, &Options::default(), &mut |_| ()).unwrap();
    let used = |source: &Source| {
        source
            .entries
            .iter()
            .map(|e| u64::from(e.used))
            .sum::<u64>()
    };
    assert!(used(&source) * 100 >= used(&given) * 97);
}

#[test]
fn putting_the_originals_back_gives_the_original() {
    let mut dice = Random(11);
    let pairs: Vec<Pair> = (0..60).map(|_| bare(&spin(&mut dice, 4))).collect();
    let lexicon = learn_lexicon(&pairs, &Options::default(), &mut |_| ()).unwrap();
    let mut segmenter = Segmenter::new(&lexicon);
    for pair in &pairs {
        let found = find_substitutions(&mut segmenter, &pair.spun, &pair.original, 0.2).unwrap();
        let mut restored = pair.spun.clone();
        for edit in found.iter().rev() {
            restored.replace_range(edit.start..edit.end, &edit.original);
        }
        assert_eq!(restored, pair.original);
    }
}

#[test]
fn strangers_are_set_aside_and_nothing_comes_of_nothing() {
    let pair = |spun: &str, original: &str| Pair {
        spun: spun.into(),
        original: original.into(),
        edits: Vec::new(),
    };
    let pairs = vec![
        pair(
            "A goat ate seven hats near Bonn.",
            "Rain is due over Kent until late on Friday night.",
        ),
        pair("", "Only one side has text."),
    ];
    let (source, report) = learn_pairs(&pairs, &Options::default(), &mut |_| ()).unwrap();
    assert_eq!((report.set_aside, source.entries.len()), (2, 0));
    let (source, _) = learn_pairs(&Vec::new(), &Options::default(), &mut |_| ()).unwrap();
    assert!(source.entries.is_empty());
}
