//! Aligned documents as a source that can be read again and again.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use crate::pairs::Pair;
use crate::unpack;

/// Longest record that is read, in bytes.
pub const LONGEST_RECORD: u64 = 256 << 20;
/// Records handed over at once.
const BATCH: usize = 32;
/// Batches read ahead.
const AHEAD: usize = 4;
/// Refused records whose places are kept.
const REPORTED: usize = 100;

/// Why pairs could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordsError {
    /// A file could not be read or decompressed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// A line is longer than any record may be.
    #[error("{}:{line}: the record is longer than {limit} bytes; split it or leave it out", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The limit in bytes.
        limit: u64,
    },
}

/// A record that was left out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Refused {
    /// The file.
    pub path: PathBuf,
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// What reading came across.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct ReadReport {
    /// Records that are no pairs.
    pub refused: u64,
    /// The first of them.
    pub places: Vec<Refused>,
}

impl ReadReport {
    /// Counts a record that was left out, and keeps its place if there is room.
    pub fn refuse(&mut self, path: &Path, line: u64, reason: String) {
        self.refused += 1;
        if self.places.len() < REPORTED {
            self.places.push(Refused {
                path: path.to_owned(),
                line,
                reason,
            });
        }
    }
}

/// Pairs that can be read any number of times, in the same order each time.
pub trait Pairs {
    /// Calls `visit` with every pair.
    ///
    /// # Errors
    ///
    /// The pairs could not be read to their end.
    fn each(&self, visit: &mut dyn FnMut(&Pair)) -> Result<ReadReport, RecordsError>;
}

impl Pairs for [Pair] {
    fn each(&self, visit: &mut dyn FnMut(&Pair)) -> Result<ReadReport, RecordsError> {
        self.iter().for_each(visit);
        Ok(ReadReport::default())
    }
}

impl Pairs for Vec<Pair> {
    fn each(&self, visit: &mut dyn FnMut(&Pair)) -> Result<ReadReport, RecordsError> {
        self.as_slice().each(visit)
    }
}

/// Files of records `{"spun", "original", "edits"?}`, one a line, plain or
/// compressed as their names say: `.gz`, `.zst`, `.xz`.
///
/// Lines that are no such record are left out and reported. A reader thread
/// keeps a few records ahead; memory is bounded by the longest record.
#[derive(Debug, Clone)]
pub struct PairFiles {
    /// The files, in order.
    pub paths: Vec<PathBuf>,
    /// Longest record in bytes.
    pub longest: u64,
}

impl PairFiles {
    /// Files with the usual limit of [`LONGEST_RECORD`].
    #[must_use]
    pub fn new(paths: Vec<PathBuf>) -> PairFiles {
        PairFiles {
            paths,
            longest: LONGEST_RECORD,
        }
    }

    fn read(
        &self,
        path: &Path,
        report: &mut ReadReport,
        mut send: impl FnMut(Pair) -> bool,
    ) -> Result<(), RecordsError> {
        let mut lines = Lines::open(path, self.longest)?;
        while let Some(line) = lines.next_line()? {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let pair = std::str::from_utf8(line)
                .map_err(|error| error.to_string())
                .and_then(|line| Pair::from_json(line).map_err(|error| error.to_string()));
            match pair {
                Ok(pair) => {
                    if !send(pair) {
                        return Ok(());
                    }
                }
                Err(reason) => report.refuse(path, lines.number, reason),
            }
        }
        Ok(())
    }
}

impl Pairs for PairFiles {
    fn each(&self, visit: &mut dyn FnMut(&Pair)) -> Result<ReadReport, RecordsError> {
        std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel::<Vec<Pair>>(AHEAD);
            let reader = scope.spawn(move || {
                let mut report = ReadReport::default();
                let mut batch = Vec::with_capacity(BATCH);
                for path in &self.paths {
                    self.read(path, &mut report, |pair| {
                        batch.push(pair);
                        batch.len() < BATCH || sender.send(std::mem::take(&mut batch)).is_ok()
                    })?;
                }
                // The other end hangs up only when it panicked.
                let _ = sender.send(batch);
                Ok(report)
            });
            for batch in receiver {
                batch.iter().for_each(&mut *visit);
            }
            match reader.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }
}

/// The lines of a file, plain or compressed, none longer than a limit.
pub struct Lines {
    reader: BufReader<Box<dyn Read>>,
    path: PathBuf,
    limit: u64,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    /// Opens a file; `limit` is the longest line in bytes.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, or not unpacked.
    pub fn open(path: &Path, limit: u64) -> Result<Lines, RecordsError> {
        let failed = |source| RecordsError::Io {
            path: path.to_owned(),
            source,
        };
        let (reader, _) = unpack::open(path).map_err(failed)?;
        Ok(Lines {
            reader,
            path: path.to_owned(),
            limit,
            line: Vec::new(),
            number: 0,
        })
    }

    /// Number of the line read last, counted from 1.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The next line with its end, or nothing at the end of the file.
    ///
    /// # Errors
    ///
    /// The file cannot be read further, or the line is longer than the limit.
    pub fn next_line(&mut self) -> Result<Option<&[u8]>, RecordsError> {
        self.line.clear();
        let mut limited = (&mut self.reader).take(self.limit + 1);
        let read = limited
            .read_until(b'\n', &mut self.line)
            .map_err(|source| RecordsError::Io {
                path: self.path.clone(),
                source,
            })?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if read as u64 > self.limit {
            let (path, line, limit) = (self.path.clone(), self.number, self.limit);
            return Err(RecordsError::TooLong { path, line, limit });
        }
        Ok(Some(&self.line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_and_strangers_reported() {
        let path =
            std::env::temp_dir().join(format!("unspin-records-{}.jsonl", std::process::id()));
        let text = "{\"spun\":\"a\",\"original\":\"b\"}\n\n{\"spun\":1}\n{\"spun\":\"c\",\"original\":\"d\"}";
        std::fs::write(&path, text).unwrap();
        let mut files = PairFiles::new(vec![path.clone()]);
        let mut seen = Vec::new();
        let report = files
            .each(&mut |pair| seen.push(pair.spun.clone()))
            .unwrap();
        assert_eq!(seen, ["a", "c"]);
        assert_eq!((report.refused, report.places[0].line), (1, 3));

        files.longest = 20;
        assert!(matches!(
            files.each(&mut |_| ()),
            Err(RecordsError::TooLong {
                line: 1,
                limit: 20,
                ..
            })
        ));
        std::fs::remove_file(path).unwrap();
    }
}
