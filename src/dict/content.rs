//! The content of a compiled dictionary, entry by entry.

use std::ops::Range;

use super::compile;
use super::keys::each_key;
use super::lexicon::{Lexicon, Line};
use super::source::{Entry, Source};
use crate::artefact::Artefact;
use crate::error::{ArtefactError, ArtefactErrorKind};

/// The sections of an artefact.
struct Sections<'a> {
    documents: u64,
    words: u64,
    keys: fst::Map<&'a [u8]>,
    records: &'a [Record],
    text: &'a [u8],
}

/// An entry but for its phrases.
type Record = [u8; compile::ENTRY_BYTES];

impl<'a> Sections<'a> {
    /// Finds them, or names the one that is wrong.
    fn find(artefact: &'a Artefact) -> Result<Sections<'a>, &'static str> {
        let section = |tag: &[u8; 4], name| artefact.section(*tag).ok_or(name);
        let ([documents, words], []) = section(b"head", "head")?.as_chunks::<8>() else {
            return Err("head");
        };
        let (records, []) = section(b"entr", "entr")?.as_chunks() else {
            return Err("entr");
        };
        Ok(Sections {
            documents: u64::from_le_bytes(*documents),
            words: u64::from_le_bytes(*words),
            keys: fst::Map::new(section(b"keys", "keys")?).map_err(|_| "keys")?,
            records,
            text: section(b"text", "text")?,
        })
    }

    /// The entries of a spun phrase, as the artefact has it.
    fn entries(&self, spun: &str) -> Option<Vec<Entry>> {
        let (first, count) = place(self.keys.get(spun)?);
        let (before, records) = self.records.get(..first + count)?.split_at(first);
        let mut from = before.last().map_or(0, |record| field(record, 0) as usize);
        let entry = |record: &Record| {
            let end = field(record, 0) as usize;
            let original = std::str::from_utf8(self.text.get(from..end)?).ok()?;
            from = end;
            Some(entry_of(spun, &line(None, original, record)))
        };
        records.iter().map(entry).collect()
    }
}

/// The first of the entries of a key, and how many it has, by its value.
fn place(value: u64) -> (usize, usize) {
    ((value >> 16) as usize, (value & 0xffff) as usize)
}

/// The entries of a spun phrase, in the form that is compared; none if there is no such phrase.
pub(super) fn entries(artefact: &Artefact, spun: &str) -> Vec<Entry> {
    let sections = Sections::find(artefact).ok();
    let entries = sections.and_then(|sections| sections.entries(spun));
    entries.unwrap_or_default()
}

/// What an artefact holds.
pub(crate) struct Content<'a> {
    documents: u64,
    words: u64,
    /// The spun phrases, one after the other.
    spun: String,
    lines: Vec<Line<'a>>,
}

impl<'a> Content<'a> {
    /// Reads an artefact, checking every offset.
    pub(crate) fn read(name: &str, artefact: &'a Artefact) -> Result<Content<'a>, ArtefactError> {
        let broken = |section| ArtefactError {
            name: name.to_string(),
            kind: ArtefactErrorKind::Section(section),
        };
        let Sections {
            documents,
            words,
            keys,
            records,
            text,
        } = Sections::find(artefact).map_err(broken)?;
        let text = std::str::from_utf8(text).map_err(|_| broken("text"))?;
        let mut lines = Vec::with_capacity(records.len());
        let mut phrases = String::with_capacity(text.len());
        let mut from = 0;
        let mut wrong = "keys";
        let whole = each_key(keys.as_fst(), |key, value| {
            let (first, count) = place(value);
            let (Ok(spun), Some(records)) =
                (std::str::from_utf8(key), records.get(first..first + count))
            else {
                return false;
            };
            let start = phrases.len();
            phrases.push_str(spun);
            let mut spun = Some(start..phrases.len());
            for record in records {
                let end = field(record, 0) as usize;
                let Some(original) = text.get(from..end) else {
                    wrong = "text";
                    return false;
                };
                lines.push(line(spun.take(), original, record));
                from = end;
            }
            first + count == lines.len() && count > 0
        });
        if !whole {
            return Err(broken(wrong));
        }
        if lines.len() != records.len() {
            return Err(broken("entr"));
        }
        Ok(Content {
            documents,
            words,
            spun: phrases,
            lines,
        })
    }

    /// What scanning and decoding want of it.
    pub(crate) fn to_lexicon(&self) -> Lexicon {
        Lexicon::new(&self.lines, &self.spun)
    }

    pub(crate) fn into_source(self) -> Source {
        let mut spun = "";
        let entries = self.lines.into_iter().map(|line| {
            if let Some(next) = &line.spun {
                spun = &self.spun[next.clone()];
            }
            entry_of(spun, &line)
        });
        let entries = entries.collect();
        Source {
            documents: self.documents,
            words: self.words,
            entries,
        }
    }
}

/// The entry that a record is, given its phrases.
fn line<'a>(spun: Option<Range<usize>>, original: &'a str, record: &Record) -> Line<'a> {
    Line {
        spun,
        original,
        used: field(record, 1),
        own: field(record, 2),
        kept: field(record, 3),
        bias: field(record, 4) as i32,
    }
}

/// The same as it stands in a source.
fn entry_of(spun: &str, line: &Line<'_>) -> Entry {
    Entry {
        spun: spun.to_string(),
        original: line.original.to_string(),
        used: line.used,
        own: line.own,
        kept: line.kept,
        bias: line.bias,
    }
}

/// The `index`-th number of a record.
fn field(record: &Record, index: usize) -> u32 {
    let (numbers, _) = record.as_chunks::<4>();
    u32::from_le_bytes(numbers[index])
}
