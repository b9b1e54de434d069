//! Counting context models from clean text.
//!
//! Texts are tokenized and folded as the decoder does it; pairs and triples are
//! counted with a weight for each source, smoothed, mixed with a model of
//! another origin where one is given, pruned to a size and compiled.

mod arpa;
mod blend;
mod counts;
mod estimate;
mod focus;
pub(crate) mod input;
mod output;
mod prune;
mod table;
mod vocabulary;

use std::path::{Path, PathBuf};

use unspin::context::Bits;

use self::arpa::Arpa;
use self::blend::{Blend, Guest};
use self::counts::Counts;
use self::focus::Focus;
use self::input::Filter;
pub use self::input::LineCounts;
use self::table::Table;
use self::vocabulary::Vocabulary;

/// What went wrong in training.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A file could not be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A line of a `.jsonl` file is no record.
    #[error("{}:{line}: {source}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A record has no text.
    #[error("{}: record {record} has no string in a field `text` or `original`", path.display())]
    Field {
        /// The file.
        path: PathBuf,
        /// The record, counted from 1.
        record: u64,
    },
    /// A line of an ARPA file is no n-gram.
    #[error("{}:{line}: no n-gram of the ARPA format", path.display())]
    Arpa {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
    },
    /// There was nothing to count.
    #[error("no text to count; name files of plain text or of records with a field `text`")]
    Empty,
}

/// A file of texts, and how much each of its words counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The file.
    pub path: PathBuf,
    /// 1 for plain counts.
    pub weight: f32,
}

impl Source {
    /// Reads `FILE` or `FILE@WEIGHT`.
    ///
    /// # Examples
    ///
    /// ```
    /// use unspin_train::model::Source;
    ///
    /// assert_eq!(Source::parse("a/b.txt@2.5").weight, 2.5);
    /// assert_eq!(Source::parse("a@b.txt").path.to_str(), Some("a@b.txt"));
    /// ```
    #[must_use]
    pub fn parse(argument: &str) -> Source {
        let weighted = argument.rsplit_once('@').and_then(|(path, weight)| {
            let weight: f32 = weight.parse().ok()?;
            (weight > 0.0 && weight.is_finite()).then_some((path, weight))
        });
        let (path, weight) = weighted.unwrap_or((argument, 1.0));
        Source {
            path: PathBuf::from(path),
            weight,
        }
    }
}

/// What to count, and how much space the model may take.
#[derive(Debug, Clone)]
pub struct Options {
    /// The texts. Of lines that occur more than once, the first counts.
    pub sources: Vec<Source>,
    /// A model in the ARPA format, and its share of the mixture, below 1.
    pub arpa: Option<Source>,
    /// Aligned records of spun texts: n-grams of words that are spun, or come
    /// in instead, are preferred to others.
    pub focus: Vec<PathBuf>,
    /// Files whose lines are not to be counted.
    pub exclude: Vec<PathBuf>,
    /// Size of the model in bytes, about.
    pub bytes: usize,
    /// Bits spent on each word, pair and triple.
    pub bits: [Bits; 3],
    /// How often a word must occur to be known.
    pub least: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            sources: Vec::new(),
            arpa: None,
            focus: Vec::new(),
            exclude: Vec::new(),
            bytes: 7_200_000,
            bits: Bits::USUAL,
            least: 3,
        }
    }
}

/// A model, and what it was made from.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The artefact, for [`unspin::Model::from_bytes`].
    pub bytes: Vec<u8>,
    /// Words and marks counted.
    pub tokens: u64,
    /// What became of the lines.
    pub lines: LineCounts,
    /// Words, pairs and triples that occur.
    pub found: [usize; 3],
    /// Words, pairs and triples that the model holds.
    pub kept: [usize; 3],
}

/// Counts a context model.
///
/// `progress` is told what is being done.
///
/// # Errors
///
/// If a file cannot be read, or there is nothing in them.
pub fn model(options: &Options, progress: &mut dyn FnMut(&str)) -> Result<Trained, TrainError> {
    let mut filter = Filter::default();
    for path in &options.exclude {
        input::read(path, |text| filter.exclude(text))?;
    }
    let mut vocabulary = Vocabulary::new();
    let mut lines = LineCounts::default();
    let mut streams: Vec<(f32, Vec<u32>)> = Vec::new();
    for Source { path, weight } in &options.sources {
        progress(&format!("reading {}", name(path)));
        let at = streams
            .iter()
            .position(|(known, _)| known == weight)
            .unwrap_or_else(|| {
                streams.push((*weight, Vec::new()));
                streams.len() - 1
            });
        let stream = &mut streams[at].1;
        input::read(path, |text| {
            vocabulary.number(&filter.pass(text, &mut lines), stream);
        })?;
    }
    drop(filter);
    let tokens = streams.iter().map(|(_, stream)| stream.len() as u64).sum();
    if tokens == 0 {
        return Err(TrainError::Empty);
    }
    let mut focus = Focus::default();
    for path in &options.focus {
        focus.read(path)?;
    }
    let arpa = match &options.arpa {
        Some(source) => {
            progress(&format!("reading {}", name(&source.path)));
            Some((Arpa::read(&source.path)?, source.weight.clamp(0.0, 0.95)))
        }
        None => None,
    };
    let known = |text: &str| {
        arpa.as_ref()
            .is_some_and(|(arpa, _)| arpa.find(text).is_some())
    };
    let map = vocabulary.settle(options.least, known);
    focus.settle(&vocabulary);
    let mut counts = Counts::default();
    for (weight, mut stream) in streams {
        progress(&format!(
            "counting {} words of weight {weight}",
            stream.len()
        ));
        stream.iter_mut().for_each(|id| *id = map[*id as usize]);
        counts.add(&stream, weight);
    }
    let guest = arpa
        .as_ref()
        .map(|(arpa, weight)| (Guest::new(arpa, &vocabulary), *weight));
    let (pairs, triples) = guest
        .as_ref()
        .map(|(guest, _)| guest.ngrams())
        .unwrap_or_default();
    let table = Table::new(vocabulary.len(), counts, pairs, &triples);
    let found = [table.words, table.pairs.len(), table.triples.len()];
    progress(&format!(
        "{} words, {} pairs, {} triples",
        found[0], found[1], found[2]
    ));
    let blend = match guest {
        Some((guest, weight)) => guest.blend(&table, weight),
        None => Blend::default(),
    };
    drop(arpa);
    let (kept, estimate) = prune::prune(
        &table,
        &blend,
        &focus,
        options.bits,
        options.bytes,
        progress,
    );
    let count = |kept: &[bool]| kept.iter().filter(|&&kept| kept).count();
    let kept_counts = [table.words, count(&kept.pairs), count(&kept.triples)];
    let bytes = output::compile(&vocabulary, &table, &kept, &estimate, options.bits);
    Ok(Trained {
        bytes,
        tokens,
        lines,
        found,
        kept: kept_counts,
    })
}

fn name(path: &Path) -> std::borrow::Cow<'_, str> {
    path.file_name().unwrap_or_default().to_string_lossy()
}

#[cfg(test)]
mod tests {
    use unspin::context::Word;
    use unspin::Model;

    use super::*;

    /// A grammar of a few words, with a sentence on each line.
    fn text() -> String {
        let (subjects, verbs) = (
            ["the dog", "a cat", "the old man"],
            ["saw", "liked", "found"],
        );
        let objects = [
            "the red house",
            "a red door",
            "the blue house",
            "a small film",
        ];
        let mut text = String::new();
        for n in 0..600usize {
            let [s, v, o] = [n * 7 % 3, n * 11 / 5 % 3, n * n / 3 % 4];
            text += &format!("On day {n} {} {} {}.\n", subjects[s], verbs[v], objects[o]);
        }
        text
    }

    fn train(name: &str, bytes: usize, exclude: Option<&str>) -> Trained {
        let folder = std::env::temp_dir();
        let file = |kind: &str| folder.join(format!("unspin-{}-{name}.{kind}", std::process::id()));
        let (path, excluded) = (file("txt"), file("excluded"));
        std::fs::write(&path, text()).unwrap();
        std::fs::write(&excluded, exclude.unwrap_or("")).unwrap();
        let options = Options {
            sources: vec![Source {
                path: path.clone(),
                weight: 2.0,
            }],
            exclude: vec![excluded.clone()],
            bytes,
            ..Options::default()
        };
        let trained = model(&options, &mut |_| {}).unwrap();
        std::fs::remove_file(path).unwrap();
        std::fs::remove_file(excluded).unwrap();
        trained
    }

    fn words(text: &str) -> [Word; 3] {
        let words: Vec<Word> = text.split(' ').map(Word::of_folded).collect();
        [words[0], words[1], words[2]]
    }

    #[test]
    fn context_decides() {
        let trained = train("decides", 1 << 20, None);
        assert_eq!((trained.lines.kept, trained.lines.excluded), (600, 0));
        let model = Model::from_bytes("tiny", trained.bytes).unwrap();
        let cost = |text: &str| {
            let [before, last, word] = words(text);
            model.cost(before, last, word)
        };
        assert!(cost("a small film") < cost("a small house"));
        assert!(cost("the red house") < cost("the red door"));
        assert!(cost("a red door") < cost("a red house"));
        assert!(model.knows(Word::of_folded("old")) && !model.knows(Word::of_folded("new")));
    }

    #[test]
    fn probabilities_of_a_model_add_up() {
        for bytes in [1 << 20, 500, 300] {
            let trained = train(&format!("sum-{bytes}"), bytes, None);
            let model = Model::from_bytes("tiny", trained.bytes).unwrap();
            let number = unspin::token::tokenize("day 7 77 777");
            let mut all: Vec<Word> = number
                .iter()
                .map(|token| Word::of(token, "day 7 77 777"))
                .collect();
            let rest = "on the dog a cat old man saw liked found red house door blue small film .";
            all.extend(rest.split(' ').map(Word::of_folded));
            all.push(Word::BREAK);
            for history in ["the red", "saw a", "the dog", "cat cat", "house ."] {
                let [before, last, _] = words(&format!("{history} x"));
                let sum: f64 = all
                    .iter()
                    .map(|&word| (-f64::from(model.cost(before, last, word)) / 256.0).exp())
                    .sum();
                assert!((0.9..1.1).contains(&sum), "{bytes} {history}: {sum}");
            }
        }
    }

    #[test]
    fn excluded_lines_are_not_counted() {
        let text = text();
        let films: Vec<&str> = text.lines().filter(|line| line.contains("film")).collect();
        let trained = train("exclude", 1 << 20, Some(&films.join("\n")));
        assert_eq!(trained.lines.excluded as usize, films.len());
        let model = Model::from_bytes("tiny", trained.bytes).unwrap();
        assert!(!model.knows(Word::of_folded("film")));
    }

    #[test]
    fn no_text_is_an_error() {
        let error = model(&Options::default(), &mut |_| {}).unwrap_err();
        assert!(matches!(error, TrainError::Empty));
    }
}
