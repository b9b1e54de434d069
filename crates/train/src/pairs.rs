//! Pairs of a spun document and its original.

use serde::Deserialize;

/// A spun document, its original, and what was replaced where.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The spun text.
    pub spun: String,
    /// The original text.
    pub original: String,
    /// The substitutions, ascending.
    pub edits: Vec<Substitution>,
}

/// A replaced phrase: bytes of the spun text, and what stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substitution {
    /// First byte in the spun text.
    pub start: usize,
    /// One past the last byte in the spun text.
    pub end: usize,
    /// The author's phrase.
    pub original: String,
}

/// A record as it stands in a file: offsets count code points.
#[derive(Debug, Deserialize)]
struct Record {
    spun: String,
    original: String,
    #[serde(default)]
    edits: Vec<(usize, usize, String)>,
}

impl Pair {
    /// Reads a JSON record `{"spun", "original", "edits"}`.
    ///
    /// # Errors
    ///
    /// The line is no such record, or an offset of its edits lies outside the spun text.
    pub fn from_json(line: &str) -> Result<Pair, serde_json::Error> {
        let record: Record = serde_json::from_str(line)?;
        let mut offsets: Vec<usize> = record.spun.char_indices().map(|(at, _)| at).collect();
        offsets.push(record.spun.len());
        let mut edits = Vec::with_capacity(record.edits.len());
        for (start, end, original) in record.edits {
            let (Some(&start), Some(&end)) = (offsets.get(start), offsets.get(end)) else {
                return Err(serde::de::Error::custom(format!(
                    "edit {start}..{end} lies outside the spun text"
                )));
            };
            edits.push(Substitution {
                start,
                end,
                original,
            });
        }
        Ok(Pair {
            spun: record.spun,
            original: record.original,
            edits,
        })
    }
}
