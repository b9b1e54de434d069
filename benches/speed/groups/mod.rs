//! The groups of benchmarks, and what they work on.

mod documents;
mod load;
mod matcher;
mod tokens;

use unspin::{Dictionary, Restorer};

use crate::case::Group;
use crate::peers::{self, Automata};
use crate::phrases::{Made, Phrases, LONG_MIX};
use crate::texts::{sample, Texts};

pub(crate) use self::load::{first_call, CHILD};
pub(crate) use self::matcher::check_matches;
use self::matcher::count;

/// What the groups work on.
pub(crate) struct World {
    pub(crate) texts: Texts,
    pub(crate) restorer: Restorer,
    embedded: Peers,
    dense: Peers,
    dense_text: Vec<String>,
    /// Parts of the texts, for what is slow.
    pub(crate) clean_part: Vec<String>,
    pub(crate) spun_part: Vec<String>,
}

/// A set of phrases with its automata.
struct Peers {
    phrases: Phrases,
    automata: Automata,
    commonest: Vec<Option<String>>,
}

impl Peers {
    fn new(dictionary: Dictionary) -> Peers {
        let phrases = Phrases::new(dictionary);
        let automata = Automata::new(&phrases);
        let commonest = peers::commonest(&phrases);
        Peers {
            phrases,
            automata,
            commonest,
        }
    }
}

/// Sets a group up.
pub(crate) type MakeGroup<'a> = Box<dyn Fn() -> Group<'a> + 'a>;

/// Bytes of the parts.
const PART: usize = 300_000;

/// Bytes of the dense text.
const DENSE: usize = 1_000_000;

impl World {
    pub(crate) fn new() -> World {
        let dictionary = Dictionary::embedded();
        let made = Made::new(20_000, &LONG_MIX, 11);
        let (dense_text, planted) = made.text(DENSE, 1.0 / 10.0, 12);
        let dense = Peers::new(made.dictionary());
        let dense_text = vec![dense_text];
        let (all, tokens) = count(&dense.phrases, &dense_text);
        assert!(all >= planted as u64, "planted phrases are found");
        let rate = tokens as f64 / all as f64;
        assert!(
            (11.0..13.5).contains(&rate),
            "one phrase in {rate:.1} tokens"
        );
        let texts = Texts::new(&dictionary);
        World {
            clean_part: sample(&texts.clean, PART),
            spun_part: sample(&texts.spun, PART),
            texts,
            restorer: Restorer::new(),
            embedded: Peers::new(dictionary),
            dense,
            dense_text,
        }
    }

    /// All groups, one after the other: some hold much memory.
    pub(crate) fn groups(&self) -> Vec<MakeGroup<'_>> {
        vec![
            Box::new(|| self.tokens()),
            Box::new(|| {
                let about = self.of_embedded();
                self.matcher("matcher, spun", about, &self.embedded, &self.spun_part)
            }),
            Box::new(|| {
                let about = self.of_embedded();
                self.matcher("matcher, clean", about, &self.embedded, &self.clean_part)
            }),
            Box::new(|| {
                let about = "20,000 made-up phrases of 2 to 6 tokens in made-up text, \
                             about one phrase in 12 tokens.";
                let about = about.to_string();
                self.matcher("matcher, dense set", about, &self.dense, &self.dense_text)
            }),
            Box::new(|| self.detection()),
            Box::new(|| self.clean()),
            Box::new(|| self.spun()),
            Box::new(|| self.load()),
            Box::new(|| self.first_call()),
        ]
    }

    fn of_embedded(&self) -> String {
        let (phrases, kind) = (self.embedded.phrases.sorted.len(), self.texts.kind);
        format!("All phrases of the embedded dictionary ({phrases} of them) in {kind} text.")
    }
}
