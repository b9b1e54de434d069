//! Documents of any kind, read from files.

use std::path::Path;

use unspin_train::pairs::Pair;
use unspin_train::records::{Lines, ReadReport, RecordsError, LONGEST_RECORD};

/// A document to measure on.
#[derive(Debug, Clone)]
pub enum Document {
    /// A spun text and its original.
    Pair {
        /// Where it comes from: the record's `source`, or `none`.
        source: String,
        /// The texts.
        pair: Pair,
    },
    /// A text by itself.
    Text(String),
}

/// Calls `visit` with every document of a file.
///
/// Files that are named `.jsonl` or `.ndjson`, be they packed (`.gz`, `.xz`,
/// `.zst`) or not, hold records `{"spun", "original", "edits"?, "source"?}`, or
/// texts in a field `field`. Any other file is one text. Records that are
/// neither are reported and left out.
///
/// # Errors
///
/// The file cannot be read or unpacked, or is longer in one piece than
/// [`LONGEST_RECORD`].
pub fn read(
    path: &Path,
    field: &str,
    report: &mut ReadReport,
    mut visit: impl FnMut(Document),
) -> Result<(), RecordsError> {
    let mut lines = Lines::open(path, LONGEST_RECORD)?;
    if !has_records(path) {
        let mut text = Vec::new();
        while let Some(line) = lines.next_line()? {
            text.extend_from_slice(line);
            if text.len() as u64 > LONGEST_RECORD {
                return Err(RecordsError::TooLong {
                    path: path.to_owned(),
                    line: lines.number(),
                    limit: LONGEST_RECORD,
                });
            }
        }
        match String::from_utf8(text) {
            Ok(text) => visit(Document::Text(text)),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let line = 1 + error.as_bytes()[..at]
                    .iter()
                    .filter(|&&byte| byte == b'\n')
                    .count();
                let reason = format!("invalid UTF-8 at byte {at}; convert the file to UTF-8");
                report.refuse(path, line as u64, reason);
            }
        }
        return Ok(());
    }
    while let Some(line) = lines.next_line()? {
        if line.trim_ascii().is_empty() {
            continue;
        }
        match record(line, field) {
            Ok(document) => visit(document),
            Err(reason) => report.refuse(path, lines.number(), reason),
        }
    }
    Ok(())
}

/// Whether the file's name says that it holds records.
#[must_use]
pub fn has_records(path: &Path) -> bool {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let bare = [".gz", ".xz", ".zst"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(&name);
    bare.ends_with(".jsonl") || bare.ends_with(".ndjson")
}

fn record(line: &[u8], field: &str) -> Result<Document, String> {
    let line = std::str::from_utf8(line).map_err(|error| error.to_string())?;
    let line = line.trim_start_matches('\u{feff}');
    let record: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(line).map_err(|error| error.to_string())?;
    let text = |name: &str| record.get(name).and_then(serde_json::Value::as_str);
    if text("spun").is_some() && text("original").is_some() {
        return Ok(Document::Pair {
            source: text("source").unwrap_or("none").to_string(),
            pair: Pair::from_json(line).map_err(|error| error.to_string())?,
        });
    }
    match text(field) {
        Some(text) => Ok(Document::Text(text.to_string())),
        None => Err(format!(
            "neither a pair with `spun` and `original` nor a text in `{field}`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_records_from_texts() {
        assert!(has_records(Path::new("a/b.JSONL.gz")));
        assert!(has_records(Path::new("b.ndjson")));
        assert!(!has_records(Path::new("jsonl.txt")));
    }

    #[test]
    fn records_are_pairs_or_texts() {
        let pair = br#"{"source": "fables", "spun": "a huge cat", "original": "a big cat"}"#;
        assert!(
            matches!(record(pair, "text"), Ok(Document::Pair { source, .. }) if source == "fables")
        );
        assert!(
            matches!(record(br#"{"body": "x"}"#, "body"), Ok(Document::Text(text)) if text == "x")
        );
        assert!(record(br#"{"body": 1}"#, "body").is_err());
        assert!(record(b"[", "body").is_err());
    }
}
