//! One text, which is one document.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{anyhow, bail, Context, Result};
use indicatif::ProgressBar;
use unspin::{Error, Restorer, Worker};

use crate::input::{Input, Packing};
use crate::job::{Settings, Task};
use crate::output::Output;
use crate::report::Counts;
use crate::text::Lossy;

/// Size up to which a file is restored in memory, next to others.
const SMALL: u64 = 4 << 20;

/// Restores texts one after the other.
pub(crate) struct Documents {
    restorer: Restorer,
    worker: Worker,
    /// Threads among which the blocks of a long text are shared out.
    threads: usize,
    settings: Arc<Settings>,
    bar: ProgressBar,
}

/// Writing failed, and not reading.
#[derive(Debug, thiserror::Error)]
#[error("output cannot be written: {0}")]
pub(crate) struct WriteError(#[source] std::io::Error);

/// Remembers what went wrong in writing.
struct Watched<W> {
    writer: W,
    failed: bool,
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.writer
            .write(bytes)
            .inspect_err(|error| self.failed = error.kind() != std::io::ErrorKind::Interrupted)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.writer.flush()
    }
}

impl Documents {
    pub(crate) fn new(
        restorer: &Restorer,
        threads: usize,
        settings: &Arc<Settings>,
        bar: &ProgressBar,
    ) -> Documents {
        Documents {
            restorer: restorer.clone(),
            worker: restorer.worker(),
            threads,
            settings: Arc::clone(settings),
            bar: bar.clone(),
        }
    }

    /// Whether a text may be held in memory.
    pub(crate) fn is_small(input: &Input) -> bool {
        match input {
            Input::File(path) if Packing::of(path) == Packing::Plain => {
                input.size().is_some_and(|size| size <= SMALL)
            }
            _ => false,
        }
    }

    /// Bytes of a text that are held in memory at most.
    pub(crate) fn held(input: &Input) -> usize {
        input.size().unwrap_or(0).min(SMALL) as usize
    }

    /// Restores a text from an input to a writer, block by block.
    pub(crate) fn restore(&mut self, input: &Input, writer: impl Write) -> Result<Counts> {
        let reader = input.open(&self.bar)?;
        if self.settings.lossy {
            self.document(&input.name(), Lossy::new(reader), writer)
        } else {
            self.document(&input.name(), reader, writer)
        }
    }

    /// Restores a file in its place; one in which nothing changes is not touched.
    pub(crate) fn in_place(&mut self, input: &Input) -> Result<Counts> {
        let Input::File(path) = input else {
            bail!("--in-place needs files; name them");
        };
        let mut output = open_in_place(path)?;
        let counts = self.restore(input, &mut output)?;
        if counts.edits > 0 || self.settings.lossy {
            output.finish()?;
        }
        Ok(counts)
    }

    fn document(
        &mut self,
        name: &str,
        mut reader: impl Read,
        writer: impl Write,
    ) -> Result<Counts> {
        let mut writer = Watched {
            writer,
            failed: false,
        };
        let mut counts = Counts {
            documents: 1,
            ..Counts::default()
        };
        if let Task::Show(show) = self.settings.task {
            let mut bytes = Vec::new();
            reader
                .read_to_end(&mut bytes)
                .with_context(|| format!("{name}: cannot be read"))?;
            let text = std::str::from_utf8(&bytes)
                .map_err(|error| invalid(name, error.valid_up_to() as u64))?;
            let mut shown = Vec::new();
            counts.bytes = bytes.len() as u64;
            counts.edits = show.document(name, text, &mut self.worker, &mut shown);
            writer.write_all(&shown).map_err(WriteError)?;
        } else {
            let restored = match self.threads {
                1 => self.worker.restore_stream(reader, &mut writer),
                threads => {
                    let restorer = &self.restorer;
                    restorer.restore_stream_parallel(reader, &mut writer, threads)
                }
            };
            match restored {
                Ok(report) => {
                    counts.bytes = report.bytes;
                    counts.edits = report.edits;
                }
                Err(Error::Utf8 { offset }) => return Err(invalid(name, offset)),
                Err(Error::Stream(error)) if writer.failed => return Err(WriteError(error).into()),
                Err(Error::Stream(error)) => {
                    return Err(error)
                        .with_context(|| format!("{name}: cannot be read; is the file whole?"))
                }
                Err(error) => return Err(error).with_context(|| name.to_string()),
            }
        }
        counts.spun = u64::from(counts.edits > 0);
        Ok(counts)
    }
}

/// Opens the output that takes the place of a file.
pub(crate) fn open_in_place(path: &Path) -> Result<Output> {
    if !path.is_file() {
        bail!("{}: no such file; check the name", path.display());
    }
    Output::file(path)
}

/// The error of a text that is not UTF-8.
pub(crate) fn invalid(name: &str, offset: u64) -> anyhow::Error {
    anyhow!(
        "{name}: invalid UTF-8 at byte {offset}; convert it to UTF-8, or replace such bytes \
         with --lossy"
    )
}
