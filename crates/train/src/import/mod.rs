//! Importing what exists: lists of synonyms, spintax, tables, misspellings.
//!
//! Every row that can be expressed becomes entries; every other is listed with
//! its place and the reason. Entries that contradict each other are kept side
//! by side, each with the number of rows that say so.

mod clean;
mod lines;
mod query;
mod table;
mod tortured;
mod weigh;

use std::collections::BTreeMap;
use std::io::{BufRead, Read};
use std::path::Path;

use unspin::dict::{normalize, Entry, Source};
use unspin::token::fold;
use unspin::Model;

pub use crate::inflect::inflect;
use crate::unpack;

/// Longest row, in bytes.
pub const LONGEST_ROW: usize = 1 << 20;
/// Longest phrase, in bytes.
const LONGEST_PHRASE: usize = 200;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// `a|b|c`: the first is the original.
    Synonyms,
    /// Text with groups `{a|b|c}`: the first of each is the original.
    Spintax,
    /// Comma-separated, with a header that names a spun and an original column.
    Csv,
    /// Tab-separated, with such a header.
    Tsv,
    /// JSON with an array `phrases` of `{"tortured", "correct"}`.
    Tortured,
    /// `wrong->right, right2,`, as codespell has it.
    Codespell,
}

impl Format {
    /// The format that a file's name and first bytes suggest.
    #[must_use]
    pub fn guess(name: &str, head: &[u8]) -> Option<Format> {
        let head = String::from_utf8_lossy(head);
        let first = head.trim_start_matches('\u{feff}').lines().find(|line| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#')
        })?;
        let extension = Path::new(name).extension()?.to_str()?.to_lowercase();
        match extension.as_str() {
            "csv" => Some(Format::Csv),
            "tsv" | "tab" => Some(Format::Tsv),
            "json" => Some(Format::Tortured),
            _ if first.contains("->") => Some(Format::Codespell),
            _ if first.contains('{') && first.contains('|') => Some(Format::Spintax),
            _ if first.contains('|') => Some(Format::Synonyms),
            _ if first.contains('\t') => Some(Format::Tsv),
            _ => None,
        }
    }
}

/// How to import.
#[derive(Debug, Clone)]
pub struct Options {
    /// Uses that each row counts for at least.
    pub uses: u32,
    /// The context model that tells how often authors write the phrases.
    pub model: Model,
    /// Whether inflected forms are added (see [`inflect`]).
    pub inflect: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            uses: 300,
            model: Model::embedded(),
            inflect: false,
        }
    }
}

/// Why something was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectKind {
    /// The row is not of the format.
    Malformed,
    /// The row is well-formed, but says what no entry can say.
    Inexpressible,
}

/// A row, or a part of one, that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Reject {
    /// Whether the row is at fault, or what it says.
    pub kind: RejectKind,
    /// Name of the file.
    pub name: String,
    /// Line, counted from 1.
    pub line: u64,
    /// Column in bytes, counted from 1.
    pub column: u64,
    /// Why, and the remedy.
    pub reason: String,
    /// The row, cut to what a person reads.
    pub row: String,
}

impl std::fmt::Display for Reject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Reject {
            name,
            line,
            column,
            reason,
            row,
            ..
        } = self;
        write!(f, "{name}:{line}:{column}: {reason}: {row}")
    }
}

/// What came of an import.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// The entries.
    pub source: Source,
    /// Rows read.
    pub rows: u64,
    /// Rows not taken, the first hundred thousand of them.
    pub rejects: Vec<Reject>,
    /// How many were not taken.
    pub rejected: u64,
    /// How many of them are malformed.
    pub malformed: u64,
}

impl Imported {
    /// Joins what came of two files: counts of equal entries are added.
    pub fn join(&mut self, other: Imported) {
        self.source.documents = self.source.documents.max(other.source.documents);
        self.source.words = self.source.words.max(other.source.words);
        self.source.entries.extend(other.source.entries);
        self.source.canonicalize();
        self.rows += other.rows;
        self.rejects.extend(other.rejects);
        self.rejects.truncate(KEPT_REJECTS);
        self.rejected += other.rejected;
        self.malformed += other.malformed;
    }
}

/// Why a file cannot be imported at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file could not be read.
    #[error("{name}: {source}")]
    Io {
        /// Name of the file.
        name: String,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The file is not of the format, or too large in one place.
    #[error("{name}:{line}: {reason}")]
    Format {
        /// Name of the file.
        name: String,
        /// Line, counted from 1.
        line: u64,
        /// What is wrong, and the remedy.
        reason: String,
    },
}

/// Imports a file; `name` is used in errors and rejects.
///
/// # Errors
///
/// The file cannot be read, has no header where one is needed, or a row longer
/// than [`LONGEST_ROW`].
///
/// # Examples
///
/// ```
/// use unspin_train::import::{import, Format, Options};
///
/// let rows = "listen to|hearken to|lend an ear to\nbroken row\n";
/// let imported = import("my.txt", rows.as_bytes(), Format::Synonyms, &Options::default())?;
/// assert_eq!(imported.source.entries.len(), 2);
/// assert_eq!(imported.source.entries[0].spun, "hearken to");
/// assert_eq!(imported.rejects[0].line, 2);
/// # Ok::<(), unspin_train::import::ImportError>(())
/// ```
pub fn import(
    name: &str,
    reader: impl Read,
    format: Format,
    options: &Options,
) -> Result<Imported, ImportError> {
    let mut gathered = Gatherer {
        name,
        ..Gatherer::default()
    };
    match format {
        Format::Synonyms => lines::each(name, reader, |at, line| {
            lines::synonyms(&mut gathered, at, line);
        })?,
        Format::Spintax => lines::each(name, reader, |at, line| {
            lines::spintax(&mut gathered, at, line);
        })?,
        Format::Codespell => lines::each(name, reader, |at, line| {
            lines::codespell(&mut gathered, at, line);
        })?,
        Format::Csv => table::read(&mut gathered, reader, b',')?,
        Format::Tsv => table::read(&mut gathered, reader, b'\t')?,
        Format::Tortured => tortured::read(&mut gathered, reader)?,
    }
    Ok(gathered.finish(options))
}

/// Imports a file, unpacked where its name ends in `.gz`, `.xz` or `.zst`.
/// Without a format, that which its name and first bytes suggest is taken.
///
/// # Errors
///
/// As [`import`], or the format cannot be guessed.
pub fn import_file(
    path: &Path,
    format: Option<Format>,
    options: &Options,
) -> Result<Imported, ImportError> {
    let name = path.display().to_string();
    let failed = |source| ImportError::Io {
        name: name.clone(),
        source,
    };
    let (mut reader, beneath) = unpack::open(path).map_err(failed)?;
    let head = reader.fill_buf().map_err(failed)?;
    let Some(format) = format.or_else(|| Format::guess(&beneath, head)) else {
        let reason = "neither name nor contents tell the format; name it with --format".to_string();
        let line = 1;
        return Err(ImportError::Format { name, line, reason });
    };
    import(&name, reader, format, options)
}

/// Where something stands: line and column in bytes, both counted from 1.
type Place = (u64, u64);

/// Rejects kept with their text.
const KEPT_REJECTS: usize = 100_000;
/// Bytes of a row that a reject shows.
const SHOWN: usize = 200;

/// Gathers entries and rejects.
#[derive(Debug, Default)]
struct Gatherer<'a> {
    name: &'a str,
    rows: u64,
    pairs: BTreeMap<(String, String), u32>,
    rejects: Vec<Reject>,
    rejected: u64,
    malformed: u64,
}

impl Gatherer<'_> {
    /// Turns down a row that is not of the format.
    fn reject(&mut self, place: Place, reason: impl Into<String>, row: &str) {
        self.malformed += 1;
        self.turn_down(RejectKind::Malformed, place, reason.into(), row);
    }

    /// Turns down a row whose meaning no entry can hold.
    fn refuse(&mut self, place: Place, reason: impl Into<String>, row: &str) {
        self.turn_down(RejectKind::Inexpressible, place, reason.into(), row);
    }

    fn turn_down(&mut self, kind: RejectKind, (line, column): Place, reason: String, row: &str) {
        self.rejected += 1;
        if self.rejects.len() < KEPT_REJECTS {
            let mut end = row.len().min(SHOWN);
            while !row.is_char_boundary(end) {
                end -= 1;
            }
            self.rejects.push(Reject {
                kind,
                name: self.name.to_string(),
                line,
                column,
                reason,
                row: row[..end].to_string(),
            });
        }
    }

    /// Takes a pair of phrases, or rejects it.
    fn pair(&mut self, place: Place, spun: &str, original: &str, row: &str) {
        let (key, value) = (fold(&normalize(spun)), normalize(original));
        let words = |phrase: &str| phrase.chars().any(char::is_alphanumeric);
        if !words(&key) {
            self.reject(place, "no spun phrase", row);
        } else if !words(&value) {
            self.refuse(place, "the original is not known", row);
        } else if key.len() > LONGEST_PHRASE || value.len() > LONGEST_PHRASE {
            self.refuse(
                place,
                format!("a phrase of more than {LONGEST_PHRASE} bytes"),
                row,
            );
        } else if key == fold(&value) {
            self.refuse(place, "both phrases are the same", row);
        } else {
            *self.pairs.entry((key, value)).or_default() += 1;
        }
    }

    fn finish(self, options: &Options) -> Imported {
        let mut pairs = self.pairs;
        if options.inflect {
            let forms: Vec<_> = pairs
                .iter()
                .flat_map(|((spun, original), &rows)| {
                    inflect(spun, original)
                        .into_iter()
                        .map(move |pair| (pair, rows))
                })
                .collect();
            for (pair, rows) in forms {
                pairs.entry(pair).or_insert(rows);
            }
        }
        let mut source = Source::default();
        for ((spun, original), rows) in pairs {
            if spun == fold(&original) {
                continue;
            }
            let used = rows.saturating_mul(options.uses);
            source.entries.push(Entry {
                spun,
                original,
                used,
                own: 0,
                kept: 0,
                bias: 0,
            });
        }
        source.canonicalize();
        weigh::weigh(&mut source, &options.model);
        Imported {
            source,
            rows: self.rows,
            rejects: self.rejects,
            rejected: self.rejected,
            malformed: self.malformed,
        }
    }
}
