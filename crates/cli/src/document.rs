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
use crate::pipeline::Work;
use crate::report::Counts;
use crate::text::Lossy;

/// Bytes up to which a text is held in memory, beside others.
pub(crate) const SHORT: usize = 4 << 20;

/// Restores texts one after the other.
pub(crate) struct Documents {
    worker: Worker,
    settings: Arc<Settings>,
    bar: ProgressBar,
}

/// A text that is to be restored.
pub(crate) struct Text {
    pub(crate) input: Input,
    /// Whether it goes to its own file, or else to whoever keeps the order.
    pub(crate) in_place: bool,
    /// Bytes up to which it had better go beside others than be shared out.
    pub(crate) unshared: usize,
}

impl Text {
    /// Its bytes if it may be held in memory.
    fn held(&self) -> Option<usize> {
        match &self.input {
            Input::File(path) if Packing::of(path) == Packing::Plain => {
                let size = usize::try_from(self.input.size()?).ok()?;
                (size <= SHORT).then_some(size)
            }
            // It may hold anything.
            _ => None,
        }
    }
}

/// Writing failed, and not reading.
#[derive(Debug, thiserror::Error)]
#[error("output cannot be written")]
pub(crate) struct WriteError(#[source] pub(crate) std::io::Error);

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
        settings: &Arc<Settings>,
        bar: &ProgressBar,
    ) -> Documents {
        Documents {
            worker: restorer.worker(),
            settings: Arc::clone(settings),
            bar: bar.clone(),
        }
    }

    /// Restores a text to its own file, or to a writer: block by block, if it is too long to be
    /// held in memory.
    pub(crate) fn run(
        &mut self,
        helpers: &mut [&mut Documents],
        text: &Text,
        mut writer: impl Write,
    ) -> Result<Counts> {
        if text.in_place {
            self.in_place(helpers, &text.input)
        } else if text.held().is_some() {
            // Of one that fails nothing is written.
            let (counts, bytes) = self.in_memory(helpers, text)?;
            writer.write_all(&bytes).map_err(WriteError)?;
            Ok(counts)
        } else {
            self.restore(helpers, &text.input, writer)
        }
    }

    fn in_memory(
        &mut self,
        helpers: &mut [&mut Documents],
        text: &Text,
    ) -> Result<(Counts, Vec<u8>)> {
        let size = text.held().unwrap_or(0);
        let mut bytes = Vec::with_capacity(size + size / 8);
        let counts = self.restore(helpers, &text.input, &mut bytes)?;
        Ok((counts, bytes))
    }

    /// Restores a text from an input to a writer, block by block.
    fn restore(
        &mut self,
        helpers: &mut [&mut Documents],
        input: &Input,
        writer: impl Write,
    ) -> Result<Counts> {
        let reader = input.open(&self.bar)?;
        if self.settings.lossy {
            self.document(helpers, &input.name(), Lossy::new(reader), writer)
        } else {
            self.document(helpers, &input.name(), reader, writer)
        }
    }

    /// Restores a file in its place; one in which nothing changes is not touched.
    fn in_place(&mut self, helpers: &mut [&mut Documents], input: &Input) -> Result<Counts> {
        let Input::File(path) = input else {
            bail!("--in-place needs files; name them");
        };
        let mut output = open_in_place(path)?;
        let counts = self.restore(helpers, input, &mut output)?;
        if counts.edits > 0 || self.settings.lossy {
            output.finish()?;
        }
        Ok(counts)
    }

    fn document(
        &mut self,
        helpers: &mut [&mut Documents],
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
            let mut helpers: Vec<_> = helpers.iter_mut().map(|other| &mut other.worker).collect();
            let worker = &mut self.worker;
            match worker.restore_stream_with(&mut helpers, reader, &mut writer) {
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

impl Work for Documents {
    type Job = Text;
    /// What is to be written by whoever keeps the order.
    type Done = Result<(Counts, Vec<u8>)>;

    fn size(text: &Text) -> usize {
        let held = text.held();
        match held {
            _ if held.unwrap_or(usize::MAX) > text.unshared => usize::MAX,
            // Such a text goes from file to file, whatever its length.
            _ if text.in_place => 0,
            held => held.unwrap_or(usize::MAX),
        }
    }

    fn work(&mut self, text: Text) -> Self::Done {
        match text.in_place {
            true => Ok((self.in_place(&mut [], &text.input)?, Vec::new())),
            false => self.in_memory(&mut [], &text),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_texts_are_shared_out() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let size = |name: &str, bytes: usize, in_place, unshared| -> Result<usize> {
            let path = folder.path().join(name);
            std::fs::write(&path, vec![b'.'; bytes])?;
            let input = Input::File(path);
            Ok(Documents::size(&Text {
                input,
                in_place,
                unshared,
            }))
        };
        for unshared in [1 << 20, usize::MAX] {
            assert_eq!(size("a.txt", 7, false, unshared)?, 7);
            assert_eq!(size("a.txt", 7, true, unshared)?, 0);
            assert_eq!(size("a.txt.gz", 7, false, unshared)?, usize::MAX);
            assert_eq!(size("a.txt", 5 << 20, false, unshared)?, usize::MAX);
        }
        assert_eq!(size("a.txt", 2 << 20, false, usize::MAX)?, 2 << 20);
        assert_eq!(size("a.txt", 2 << 20, false, 1 << 20)?, usize::MAX);
        assert_eq!(size("a.txt", 5 << 20, true, usize::MAX)?, 0);
        assert_eq!(size("a.txt", 5 << 20, true, 1 << 20)?, usize::MAX);
        Ok(())
    }
}
