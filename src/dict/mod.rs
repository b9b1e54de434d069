//! Dictionaries: from the reviewable source to the compiled artefact and what is derived from it.
//!
//! An entry says that a spun phrase may stand for an original one, and how
//! often that was seen. [`Source`] is the text form, [`Dictionary`] the
//! compiled one.

pub(crate) mod compile;
mod content;
mod keys;
mod lexicon;
mod prefix;
mod prefixes;
pub(crate) mod source;
mod table;
mod words;

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::artefact::{Artefact, Origin};
use crate::error::{read, ArtefactError, Error};
use crate::token::fold;

use self::content::Content;
#[cfg(test)]
pub(crate) use self::lexicon::Line;
pub(crate) use self::lexicon::{Candidate, Lexicon, PhraseId, KEEP_GRID, MIDDLING};
pub(crate) use self::prefix::Prefix;
pub(crate) use self::prefixes::{Prefixes, Step};
pub use self::source::{is_comment, normalize, Entry, Source, COLUMNS, SOURCE_VERSION};
pub(crate) use self::words::CHUNK;

/// A compiled dictionary: phrases, channel counts, and the statistics by which
/// documents of its spinner are recognised.
///
/// Cheap to clone; the clones share one copy.
///
/// # Examples
///
/// ```
/// use unspin::Dictionary;
///
/// let source = "#unspin-dictionary\t1\n#documents\t2\n#words\t900\n\
///               spun\toriginal\tused\town\tkept\tbias\n\
///               hearken to\tlisten to\t7\t0\t1\t0\n";
/// let dictionary = Dictionary::from_source("my.tsv", source)?;
/// assert_eq!(dictionary.lookup("Hearken to")[0].original, "listen to");
///
/// let again = Dictionary::from_bytes("my.unspin", dictionary.as_bytes().to_vec())?;
/// assert_eq!(again.stats(), dictionary.stats());
/// # Ok::<(), unspin::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Dictionary {
    shared: Arc<Shared>,
}

/// What the build script made of `data/dictionary.tsv`.
#[cfg(feature = "embedded")]
mod embedded {
    pub(super) const ARTEFACT: &[u8] =
        include_bytes!(concat!(env!("OUT_DIR"), "/dictionary.unspin"));
    /// The image of the lexicon that is derived from it.
    pub(super) const LEXICON: &[u8] =
        include_bytes!(concat!(env!("OUT_DIR"), "/dictionary.lexicon"));
}

#[derive(Debug)]
struct Shared {
    artefact: Artefact,
    lexicon: Lexicon,
}

/// Figures of a dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DictionaryStats {
    /// Pairs of a spun and an original phrase.
    pub entries: usize,
    /// Distinct spun phrases.
    pub spun_phrases: usize,
    /// Distinct original phrases.
    pub original_phrases: usize,
    /// Spun phrases with more than one original.
    pub ambiguous: usize,
    /// Spun phrases that are originals too.
    pub both_ways: usize,
    /// Substitutions counted.
    pub used: u64,
    /// Documents that the counts come from.
    pub documents: u64,
    /// Words of their originals.
    pub words: u64,
    /// Size of the artefact in bytes.
    pub bytes: usize,
}

impl Dictionary {
    /// The dictionary built into the crate.
    #[cfg(feature = "embedded")]
    #[must_use]
    pub fn embedded() -> Dictionary {
        static EMBEDDED: once_cell::sync::Lazy<Dictionary> = once_cell::sync::Lazy::new(|| {
            let (name, bytes) = ("embedded dictionary", embedded::ARTEFACT.into());
            let artefact = Artefact::open(name, bytes, compile::FORMAT, Origin::Embedded);
            match (artefact, crate::image::read(embedded::LEXICON)) {
                (Ok(artefact), Some(lexicon)) => Dictionary::new(artefact, lexicon),
                // The build script wrote these very bytes; a test reads them.
                (artefact, _) => unreachable!("{artefact:?}"),
            }
        });
        EMBEDDED.clone()
    }

    /// Loads a compiled dictionary; `name` is used in errors.
    ///
    /// # Errors
    ///
    /// The bytes are not a compiled dictionary, are of another format version, or were damaged.
    pub fn from_bytes(
        name: &str,
        bytes: impl Into<Cow<'static, [u8]>>,
    ) -> Result<Dictionary, ArtefactError> {
        let artefact = Artefact::open(name, bytes.into(), compile::FORMAT, Origin::Outside)?;
        let lexicon = Content::read(name, &artefact)?.to_lexicon();
        Ok(Dictionary::new(artefact, lexicon))
    }

    fn new(artefact: Artefact, lexicon: Lexicon) -> Dictionary {
        Dictionary {
            shared: Arc::new(Shared { artefact, lexicon }),
        }
    }

    /// Loads a compiled dictionary from a file.
    ///
    /// # Errors
    ///
    /// As [`from_bytes`](Self::from_bytes), or the file cannot be read.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Dictionary, Error> {
        let path = path.as_ref();
        let bytes = read(path)?;
        Ok(Dictionary::from_bytes(&path.display().to_string(), bytes)?)
    }

    /// Compiles a dictionary source; `name` is used in errors.
    ///
    /// # Errors
    ///
    /// The source is malformed, or too large for the compiled format.
    pub fn from_source(name: &str, text: &str) -> Result<Dictionary, Error> {
        Source::parse(name, text)?.to_dictionary(name)
    }

    /// Joins dictionaries: where several know a spun phrase, the first decides.
    ///
    /// # Errors
    ///
    /// The whole is too large for the compiled format.
    pub fn layered(layers: &[Dictionary]) -> Result<Dictionary, Error> {
        if let [only] = layers {
            return Ok(only.clone());
        }
        let mut joined = Source::default();
        let mut known = std::collections::HashSet::new();
        for layer in layers {
            let source = layer.to_source();
            let new = source
                .entries
                .iter()
                .filter(|entry| !known.contains(&entry.spun))
                .cloned();
            joined.entries.extend(new);
            known.extend(source.entries.iter().map(|entry| entry.spun.clone()));
            joined.documents += source.documents;
            joined.words = joined.words.max(source.words);
        }
        joined.to_dictionary("layered dictionaries")
    }

    /// The compiled form, as [`from_bytes`](Self::from_bytes) reads it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.shared.artefact.as_bytes()
    }

    /// The source that the dictionary was compiled from.
    #[must_use]
    pub fn to_source(&self) -> Source {
        // Decoded once already when the dictionary was loaded.
        let content = Content::read("", &self.shared.artefact);
        content.map_or_else(|_| Source::default(), Content::into_source)
    }

    /// All entries of a spun phrase.
    #[must_use]
    pub fn lookup(&self, phrase: &str) -> Vec<Entry> {
        content::entries(&self.shared.artefact, &fold(&normalize(phrase)))
    }

    /// Figures of the dictionary.
    #[must_use]
    pub fn stats(&self) -> DictionaryStats {
        let source = self.to_source();
        let groups = || source.entries.chunk_by(|a, b| a.spun == b.spun);
        let originals: std::collections::HashSet<String> = source
            .entries
            .iter()
            .map(|entry| fold(&entry.original))
            .collect();
        DictionaryStats {
            entries: source.entries.len(),
            spun_phrases: groups().count(),
            original_phrases: originals.len(),
            ambiguous: groups().filter(|group| group.len() > 1).count(),
            both_ways: groups()
                .filter(|group| originals.contains(&group[0].spun))
                .count(),
            used: source
                .entries
                .iter()
                .map(|entry| u64::from(entry.used))
                .sum(),
            documents: source.documents,
            words: source.words,
            bytes: self.as_bytes().len(),
        }
    }

    pub(crate) fn lexicon(&self) -> &Lexicon {
        &self.shared.lexicon
    }
}

impl Source {
    /// Compiles the source; `name` is used in errors.
    ///
    /// # Errors
    ///
    /// The source is too large for the compiled format.
    pub fn to_dictionary(&self, name: &str) -> Result<Dictionary, Error> {
        Ok(Dictionary::from_bytes(name, compile::compile(self))?)
    }
}

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use super::*;
    use crate::image;

    /// The `fst` is the truth, and images only a shorter way to what follows from it.
    #[test]
    fn the_embedded_lexicon_is_the_one_that_is_derived() {
        let derived = Dictionary::from_bytes("embedded", embedded::ARTEFACT).unwrap();
        assert!(image::image(derived.lexicon()) == embedded::LEXICON);
        let read: Lexicon = image::read(embedded::LEXICON).unwrap();
        assert!(image::image(&read) == embedded::LEXICON);
    }

    #[test]
    fn every_entry_is_found_by_its_phrase() {
        let dictionary = Dictionary::embedded();
        let source = dictionary.to_source();
        for group in source.entries.chunk_by(|a, b| a.spun == b.spun) {
            assert_eq!(dictionary.lookup(&group[0].spun), group);
        }
        assert!(dictionary.lookup("").is_empty());
        assert!(dictionary.lookup("zorp").is_empty());
    }

    #[test]
    fn what_a_key_hardly_ever_stands_for_is_no_candidate() {
        let source = "#unspin-dictionary\t1\n#documents\t9\n#words\t9999\n\
                      spun\toriginal\tused\town\tkept\tbias\n\
                      often\tcommonly\t9\t1000\t0\t0\n\
                      often\tfrequently\t11\t1000\t0\t0\n\
                      often\trepeatedly\t9\t1000\t0\t100\n\
                      zorp\tbusiness\t200\t0\t0\t0\n\
                      zorp\tconcern\t1\t0\t0\t0\n\
                      zorp\tmatter\t3\t0\t0\t0\n";
        let dictionary = Dictionary::from_source("seldom.tsv", source).unwrap();
        let lexicon = dictionary.lexicon();
        let candidates = 0..lexicon.all_candidates().len() as u32;
        let originals: Vec<_> = candidates.map(|index| lexicon.original(index)).collect();
        // A preference counts as if it were used more often.
        assert_eq!(
            originals,
            ["frequently", "repeatedly", "business", "matter"]
        );
        let counts =
            |candidate: &lexicon::Candidate| lexicon.phrase(candidate.key).candidates.len();
        let candidates = lexicon.all_candidates();
        assert_eq!(candidates.iter().map(counts).collect::<Vec<_>>(), [2; 4]);
    }
}
