//! The dictionary source: the text form that people review.
//!
//! ```text
//! #unspin-dictionary<TAB>1
//! #documents<TAB>16850
//! #words<TAB>8800049
//! spun<TAB>original<TAB>used<TAB>own<TAB>kept<TAB>bias
//! within the<TAB>in the<TAB>23310<TAB>211<TAB>97<TAB>0
//! ```
//!
//! A line that begins with `# ` is a comment: put before an entry it switches
//! the entry off.
//!
//! One entry a line, sorted by spun and original phrase. The spun phrase is
//! folded; the original carries the capitals that it has inside a sentence.
//! Counts are of the documents that it was learnt from.

use std::fmt;

use crate::error::SourceError;
use crate::token::{fold, tokenize, Gap, Kind};

/// Version of the text format.
pub const SOURCE_VERSION: u32 = 1;

/// The columns, in order.
pub const COLUMNS: &str = "spun\toriginal\tused\town\tkept\tbias";

/// Longest phrase, in bytes.
const MAX_PHRASE: usize = 200;

/// One entry: a spun phrase and an original that it may stand for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Entry {
    /// The spun phrase, folded.
    pub spun: String,
    /// The original phrase, with the capitals that it has inside a sentence.
    pub original: String,
    /// How often `original` was seen replaced by `spun`.
    pub used: u32,
    /// How often `spun` stood in spun documents as the author's own words.
    pub own: u32,
    /// How often `original` was left as it was in spun documents.
    pub kept: u32,
    /// Learnt preference for this entry, in hundredths of a nat (natural log); positive favours it.
    pub bias: i32,
}

impl fmt::Display for Entry {
    /// Writes the entry's line, without its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entry {
            spun,
            original,
            used,
            own,
            kept,
            bias,
        } = self;
        write!(f, "{spun}\t{original}\t{used}\t{own}\t{kept}\t{bias}")
    }
}

/// A parsed dictionary source.
///
/// A spun phrase may have very many originals; where one stands in a text, the sixteen that
/// are likeliest without regard to the words around are compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Documents that the counts come from.
    pub documents: u64,
    /// Words of their originals.
    pub words: u64,
    /// The entries, in canonical order.
    pub entries: Vec<Entry>,
}

impl Source {
    /// Parses a source.
    ///
    /// # Errors
    ///
    /// A line that is not of the format, with its place and the remedy.
    ///
    /// # Examples
    ///
    /// ```
    /// use unspin::dict::Source;
    ///
    /// let text = "#unspin-dictionary\t1\n#documents\t2\n#words\t900\n\
    ///             spun\toriginal\tused\town\tkept\tbias\n\
    ///             hearken to\tlisten to\t7\t0\t1\t0\n";
    /// let source = Source::parse("my.tsv", text).unwrap();
    /// assert_eq!(source.entries[0].original, "listen to");
    /// assert_eq!(source.to_string(), text);
    ///
    /// let error = Source::parse("my.tsv", &text.replace("\t7\t", "\tseven\t")).unwrap_err();
    /// assert!(error.to_string().starts_with("my.tsv:5:22: "));
    /// ```
    pub fn parse(name: &str, text: &str) -> Result<Source, SourceError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut source = Source::default();
        let mut state = State::Version;
        for (number, line) in text.lines().enumerate() {
            let at = Place {
                name,
                line: number + 1,
            };
            if line.is_empty() {
                continue;
            }
            match state {
                State::Version => {
                    let version = line.strip_prefix("#unspin-dictionary\t");
                    if version != Some("1") {
                        return Err(at.error(
                            0,
                            format!(
                                "the first line must be `#unspin-dictionary<TAB>{SOURCE_VERSION}`"
                            ),
                        ));
                    }
                    state = State::Header;
                }
                State::Header if line.starts_with('#') => {
                    if let Some(value) = line.strip_prefix("#documents\t") {
                        source.documents = at.number(11, value)?;
                    } else if let Some(value) = line.strip_prefix("#words\t") {
                        source.words = at.number(7, value)?;
                    } else if !line.starts_with("# ") {
                        return Err(
                            at.error(0, "unknown header; a comment begins with `# `".into())
                        );
                    }
                }
                State::Header => {
                    if line != COLUMNS {
                        return Err(at.error(
                            0,
                            format!(
                                "expected the column names `{}`",
                                COLUMNS.replace('\t', "<TAB>")
                            ),
                        ));
                    }
                    state = State::Entries;
                }
                State::Entries if is_comment(line) => {}
                State::Entries => source.entries.push(at.entry(line)?),
            }
        }
        if state != State::Entries {
            let lines = text.lines().count();
            return Err(Place {
                name,
                line: lines.max(1),
            }
            .error(
                0,
                format!(
                    "the file ends before the column names `{}`",
                    COLUMNS.replace('\t', "<TAB>")
                ),
            ));
        }
        Ok(source)
    }

    /// Brings the entries into canonical form: sorted, each pair once, counts of equal pairs added.
    pub fn canonicalize(&mut self) {
        self.entries.sort();
        self.entries.dedup_by(|next, kept| {
            let same = next.spun == kept.spun && next.original == kept.original;
            if same {
                kept.used = kept.used.saturating_add(next.used);
                kept.own = kept.own.max(next.own);
                kept.kept = kept.kept.max(next.kept);
                kept.bias = next.bias;
            }
            same
        });
    }
}

impl fmt::Display for Source {
    /// Writes the canonical text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "#unspin-dictionary\t{SOURCE_VERSION}")?;
        writeln!(f, "#documents\t{}", self.documents)?;
        writeln!(f, "#words\t{}", self.words)?;
        writeln!(f, "{COLUMNS}")?;
        self.entries
            .iter()
            .try_for_each(|entry| writeln!(f, "{entry}"))
    }
}

/// Whether a line among the entries is a comment.
#[must_use]
pub fn is_comment(line: &str) -> bool {
    line.trim_start_matches('#').starts_with(' ') && line.starts_with('#') || line == "#"
}

#[derive(PartialEq)]
enum State {
    Version,
    Header,
    Entries,
}

/// A line of the source, for errors.
struct Place<'a> {
    name: &'a str,
    line: usize,
}

impl Place<'_> {
    fn error(&self, column: usize, message: String) -> SourceError {
        SourceError {
            name: self.name.to_string(),
            line: self.line,
            column: column + 1,
            message,
        }
    }

    fn number<T: std::str::FromStr>(&self, column: usize, value: &str) -> Result<T, SourceError> {
        value.parse().map_err(|_| {
            self.error(
                column,
                format!("`{value}` is not a count; write a whole number"),
            )
        })
    }

    fn entry(&self, line: &str) -> Result<Entry, SourceError> {
        let mut columns = [(0, ""); 6];
        let mut found = 0;
        let mut at = 0;
        for value in line.split('\t') {
            if found == columns.len() {
                return Err(self.error(
                    at,
                    "more than 6 columns; remove the rest of the line".into(),
                ));
            }
            columns[found] = (at, value);
            found += 1;
            at += value.len() + 1;
        }
        if found < columns.len() {
            return Err(self.error(
                line.len(),
                format!(
                    "{found} columns instead of 6 (`{}`)",
                    COLUMNS.replace('\t', "<TAB>")
                ),
            ));
        }
        let [spun, original, used, own, kept, bias] = columns;
        self.phrase(spun)?;
        self.phrase(original)?;
        if fold(spun.1) != spun.1 {
            return Err(self.error(
                spun.0,
                format!("the spun phrase must be folded; write `{}`", fold(spun.1)),
            ));
        }
        if spun.1 == original.1 {
            return Err(self.error(original.0, "the phrases are equal; remove the line".into()));
        }
        Ok(Entry {
            spun: spun.1.to_string(),
            original: original.1.to_string(),
            used: self.number(used.0, used.1)?,
            own: self.number(own.0, own.1)?,
            kept: self.number(kept.0, kept.1)?,
            bias: self.number(bias.0, bias.1)?,
        })
    }

    fn phrase(&self, (column, value): (usize, &str)) -> Result<(), SourceError> {
        if value.is_empty() {
            return Err(self.error(column, "an empty phrase; remove the line".into()));
        }
        if value.len() > MAX_PHRASE {
            return Err(self.error(
                column,
                format!("a phrase of more than {MAX_PHRASE} bytes; shorten it"),
            ));
        }
        let normal = normalize(value);
        if normal != value {
            return Err(self.error(
                column,
                format!(
                    "the phrase must be written with single spaces and straight quotes: `{normal}`"
                ),
            ));
        }
        Ok(())
    }
}

/// A phrase with single spaces between its tokens, none where they touch, and
/// straight quotes; capitals are kept.
#[must_use]
pub fn normalize(phrase: &str) -> String {
    let mut normal = String::with_capacity(phrase.len());
    for token in tokenize(phrase) {
        if token.gap != Gap::None && !normal.is_empty() {
            normal.push(' ');
        }
        let text = token.text(phrase);
        if token.kind == Kind::Opaque {
            normal.push_str(text);
        } else {
            normal.extend(text.chars().map(|c| match c {
                '\u{2018}' | '\u{2019}' => '\'',
                '\u{201c}' | '\u{201d}' => '"',
                c => c,
            }));
        }
    }
    normal
}
