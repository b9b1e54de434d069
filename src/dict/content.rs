//! The content of a compiled dictionary, entry by entry.

use super::compile;
use super::keys::each_key;
use super::lexicon::{Lexicon, Line};
use super::source::{Entry, Source};
use crate::artefact::Artefact;
use crate::error::{ArtefactError, ArtefactErrorKind};

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
        let section = |tag: &[u8; 4], name| artefact.section(*tag).ok_or_else(|| broken(name));
        let head = section(b"head", "head")?;
        let ([documents, words], []) = head.as_chunks::<8>() else {
            return Err(broken("head"));
        };
        let keys = fst::Map::new(section(b"keys", "keys")?).map_err(|_| broken("keys"))?;
        let text = std::str::from_utf8(section(b"text", "text")?).map_err(|_| broken("text"))?;
        let (records, rest) = section(b"entr", "entr")?.as_chunks();
        if !rest.is_empty() {
            return Err(broken("entr"));
        }
        let mut lines = Vec::with_capacity(records.len());
        let mut phrases = String::with_capacity(text.len());
        let mut from = 0;
        let mut wrong = "keys";
        let whole = each_key(keys.as_fst(), |key, value| {
            let (first, count) = ((value >> 16) as usize, (value & 0xffff) as usize);
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
                lines.push(Line {
                    spun: spun.take(),
                    original,
                    used: field(record, 1),
                    own: field(record, 2),
                    kept: field(record, 3),
                    bias: field(record, 4) as i32,
                });
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
            documents: u64::from_le_bytes(*documents),
            words: u64::from_le_bytes(*words),
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
            if let Some(next) = line.spun {
                spun = &self.spun[next];
            }
            Entry {
                spun: spun.to_string(),
                original: line.original.to_string(),
                used: line.used,
                own: line.own,
                kept: line.kept,
                bias: line.bias,
            }
        });
        let entries = entries.collect();
        Source {
            documents: self.documents,
            words: self.words,
            entries,
        }
    }
}

/// The `index`-th number of a record.
fn field(record: &[u8; compile::ENTRY_BYTES], index: usize) -> u32 {
    let (numbers, _) = record.as_chunks::<4>();
    u32::from_le_bytes(numbers[index])
}
