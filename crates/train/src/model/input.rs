//! Reading text: plain or records, compressed or not, one paragraph a line.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use rustc_hash::FxHashSet;

use crate::unpack;

use super::TrainError;

/// Letters and digits that a line needs before it counts as a repetition.
const TELLING: usize = 40;
/// Letters and digits that a line needs before it is excluded.
const EXCLUDED: usize = 16;

/// Lines that are not to be counted.
#[derive(Debug, Default, Clone)]
pub(super) struct Filter {
    excluded: FxHashSet<u64>,
    seen: FxHashSet<u64>,
}

/// What became of the lines.
#[derive(Debug, Default, Clone, Copy, serde::Serialize)]
pub struct LineCounts {
    /// Lines counted.
    pub kept: u64,
    /// Lines that occurred before.
    pub repeated: u64,
    /// Lines that were excluded.
    pub excluded: u64,
}

impl Filter {
    /// Excludes each line of a text from what [`Filter::pass`] lets through.
    pub(super) fn exclude(&mut self, text: &str) {
        for line in text.lines() {
            let (hash, letters) = fingerprint(line);
            if letters >= EXCLUDED {
                self.excluded.insert(hash);
            }
        }
    }

    /// The text without excluded and repeated lines; an empty line in their place.
    pub(super) fn pass(&mut self, text: &str, counts: &mut LineCounts) -> String {
        let mut kept = String::with_capacity(text.len());
        for line in text.lines() {
            let (hash, letters) = fingerprint(line);
            if letters >= EXCLUDED && self.excluded.contains(&hash) {
                counts.excluded += 1;
                kept.push('\n');
            } else if letters >= TELLING && !self.seen.insert(hash) {
                counts.repeated += 1;
                kept.push('\n');
            } else {
                counts.kept += u64::from(letters > 0);
                kept.push_str(line);
            }
            kept.push('\n');
        }
        kept
    }
}

/// Hash of a line's letters and digits in lower case, and how many there are.
fn fingerprint(line: &str) -> (u64, usize) {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut letters = 0;
    for c in line
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
    {
        hash = (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0000_0100_0000_01b3);
        letters += 1;
    }
    (hash, letters)
}

/// A record, of which only the text matters.
#[derive(serde::Deserialize)]
struct Text {
    text: Option<String>,
    original: Option<String>,
}

/// Calls `each` with every text of a file.
///
/// `.gz`, `.xz` and `.zst` are decompressed; `.jsonl` beneath holds records,
/// of which the first of the fields `text` and `original` counts; anything
/// else is one text.
pub(crate) fn read(path: &Path, mut each: impl FnMut(&str)) -> Result<(), TrainError> {
    let (mut reader, has_records) = open(path)?;
    if !has_records {
        let mut text = String::new();
        reader.read_to_string(&mut text).map_err(failed(path))?;
        each(&text);
        return Ok(());
    }
    let mut missing = None;
    let mut number = 0;
    records(path, |record: Text| {
        number += 1;
        match record.text.or(record.original) {
            Some(text) => each(&text),
            None => missing = missing.or(Some(number)),
        }
    })?;
    match missing {
        Some(record) => Err(TrainError::Field {
            path: path.to_owned(),
            record,
        }),
        None => Ok(()),
    }
}

/// Calls `each` with every record of a file.
pub(super) fn records<T: serde::de::DeserializeOwned>(
    path: &Path,
    mut each: impl FnMut(T),
) -> Result<(), TrainError> {
    let (mut reader, _) = open(path)?;
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(failed(path))? == 0 {
            return Ok(());
        }
        number += 1;
        if !line.trim_ascii().is_empty() {
            let bad = |source| TrainError::Record {
                path: path.to_owned(),
                line: number,
                source,
            };
            each(serde_json::from_slice(&line).map_err(bad)?);
        }
    }
}

/// Opens a file, decompressed, and says whether it holds records.
fn open(path: &Path) -> Result<(BufReader<Box<dyn Read>>, bool), TrainError> {
    let (reader, name) = unpack::open(path).map_err(failed(path))?;
    Ok((reader, name.ends_with(".jsonl")))
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> TrainError + '_ {
    |source| TrainError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_once_and_excluded_ones_never() {
        let mut filter = Filter::default();
        filter.exclude("This line stands in the test set.\nshort");
        let text = "This LINE stands in the \u{201c}test\u{201d} set\n\
                    This line is long enough to be recognised when it comes again.\n\
                    short\n\
                    This line is long enough to be recognised when it comes again!\n\
                    short";
        let mut counts = LineCounts::default();
        let kept = filter.pass(text, &mut counts);
        assert_eq!(
            kept,
            "\n\nThis line is long enough to be recognised when it comes again.\nshort\n\n\nshort\n"
        );
        assert_eq!((counts.kept, counts.repeated, counts.excluded), (3, 1, 1));
    }
}
