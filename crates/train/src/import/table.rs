//! Tables with a header: CSV and TSV.

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use super::{clean, query, Gatherer, ImportError, LONGEST_ROW};

/// Most columns.
const MOST_COLUMNS: usize = 1000;
/// Names of the column that holds the spun phrase; a header that contains one counts.
const SPUN: [&str; 6] = ["tortured", "fingerprint", "spun", "wrong", "typo", "bad"];
/// Names of the column that holds the original.
const ORIGINAL: [&str; 7] = [
    "expected", "original", "correct", "right", "fix", "good", "source",
];

/// A reader that refuses to go on within one row for ever.
struct Bounded<R> {
    reader: R,
    /// Bytes since the last row was complete.
    since: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.since.set(self.since.get() + read);
        if self.since.get() > LONGEST_ROW {
            return Err(std::io::Error::new(
                std::io::ErrorKind::InvalidData,
                format!("a row of more than {LONGEST_ROW} bytes; are there too many columns, or is a quotation mark left open?"),
            ));
        }
        Ok(read)
    }
}

pub(super) fn read(
    into: &mut Gatherer,
    reader: impl Read,
    delimiter: u8,
) -> Result<(), ImportError> {
    let since = Rc::new(Cell::new(0));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(delimiter == b',')
        .flexible(true)
        .has_headers(false)
        .from_reader(Bounded {
            reader,
            since: Rc::clone(&since),
        });
    let name = into.name.to_string();
    let mut row = csv::ByteRecord::new();
    let mut columns: Option<(usize, usize)> = None;
    loop {
        let line = reader.position().line();
        let more = reader
            .read_byte_record(&mut row)
            .map_err(|error| ImportError::Format {
                name: name.clone(),
                line,
                reason: error.to_string(),
            })?;
        if !more {
            break;
        }
        since.set(0);
        let line = row.position().map_or(line, csv::Position::line);
        if row.len() > MOST_COLUMNS {
            let reason = format!("{} columns; at most {MOST_COLUMNS} are read", row.len());
            if columns.is_none() {
                return Err(ImportError::Format { name, line, reason });
            }
            into.reject((line, 1), reason, "");
            continue;
        }
        match columns {
            None => columns = Some(header(&name, line, &row)?),
            Some(columns) => take(into, line, &row, columns),
        }
    }
    if columns.is_none() {
        let reason = "no header; name a spun and an original column in the first row".to_string();
        return Err(ImportError::Format {
            name,
            line: 1,
            reason,
        });
    }
    Ok(())
}

/// The columns of the spun phrase and of the original.
fn header(name: &str, line: u64, row: &csv::ByteRecord) -> Result<(usize, usize), ImportError> {
    let names: Vec<String> = row
        .iter()
        .map(|field| String::from_utf8_lossy(field).to_lowercase())
        .collect();
    let find = |wanted: &[&str], not: Option<usize>| {
        let position = |word: &&str| {
            names
                .iter()
                .enumerate()
                .position(|(at, name)| Some(at) != not && name.contains(*word))
        };
        wanted.iter().find_map(position)
    };
    let spun = find(&SPUN, None);
    let original = spun.and_then(|spun| find(&ORIGINAL, Some(spun)));
    match (spun, original) {
        (Some(spun), Some(original)) => Ok((spun, original)),
        _ => Err(ImportError::Format {
            name: name.to_string(),
            line,
            reason: "the header names no spun and no original column; write `spun` and `original` above them"
                .to_string(),
        }),
    }
}

fn take(into: &mut Gatherer, line: u64, row: &csv::ByteRecord, columns: (usize, usize)) {
    into.rows += 1;
    let column = |at: usize| -> u64 {
        // Quotation marks are not counted: the column is where the field's text begins at the earliest.
        row.iter()
            .take(at)
            .map(|field| field.len() as u64 + 1)
            .sum::<u64>()
            + 1
    };
    let text = String::from_utf8_lossy(row.as_slice()).into_owned();
    let (Some(spun), Some(original)) = (row.get(columns.0), row.get(columns.1)) else {
        let reason = format!("{} columns, too few", row.len());
        into.reject((line, column(row.len())), reason, &text);
        return;
    };
    let (Ok(spun), Ok(original)) = (std::str::from_utf8(spun), std::str::from_utf8(original))
    else {
        into.reject((line, 1), "not UTF-8; convert the file", &text);
        return;
    };
    pairs(
        into,
        ((line, column(columns.0)), (line, column(columns.1))),
        spun,
        original,
    );
}

/// Takes what a key, which may be a query, and an expected text mean.
pub(super) fn pairs(
    into: &mut Gatherer,
    (at_spun, at_original): (super::Place, super::Place),
    spun: &str,
    original: &str,
) {
    let row = format!("{spun} -> {original}");
    let keys = match query::phrases(spun) {
        Ok(keys) => keys,
        Err(reason) => return into.refuse(at_spun, reason, &row),
    };
    for key in keys {
        match clean::originals(original, &key) {
            Ok(originals) => {
                for original in originals {
                    into.pair(at_spun, &key, &original, &row);
                }
            }
            Err(reason) => into.refuse(at_original, reason, &row),
        }
    }
}
