//! Streams: one document from a reader to a writer in bounded memory.

use std::io::{Read, Write};

use serde::{Deserialize, Serialize};

use crate::block::Cutter;
use crate::error::Error;
use crate::restorer::Restorer;
use crate::session::Session;
use crate::worker::Worker;

/// What [`Restorer::restore_stream`] did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StreamReport {
    /// Bytes read.
    pub bytes: u64,
    /// Edits made.
    pub edits: u64,
    /// Whether the document was spun; `None` where it is too short to say.
    pub spun: Option<bool>,
}

impl Restorer {
    /// Restores one document from a reader to a writer, block by block, with
    /// what earlier blocks showed carried along. Memory stays at a few blocks
    /// of 1 MiB whatever the length of the document or its lines.
    ///
    /// The output equals that of [`restore`](Self::restore) on the whole.
    ///
    /// # Errors
    ///
    /// Reading or writing fails, or the input is not UTF-8; what was written
    /// before that is a part of the restored document.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "embedded")] {
    /// let restorer = unspin::Restorer::new();
    /// let mut output = Vec::new();
    /// let report = restorer.restore_stream("Some text.".as_bytes(), &mut output)?;
    /// assert_eq!(output, b"Some text.");
    /// assert_eq!(report.bytes, 10);
    /// # }
    /// # Ok::<(), unspin::Error>(())
    /// ```
    pub fn restore_stream(
        &self,
        input: impl Read,
        output: impl Write,
    ) -> Result<StreamReport, Error> {
        self.worker().restore_stream(input, output)
    }
}

impl Worker {
    /// As [`Restorer::restore_stream`], with this worker's scratch memory.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn restore_stream(
        &mut self,
        input: impl Read,
        output: impl Write,
    ) -> Result<StreamReport, Error> {
        self.restore_blocks(Cutter::new(input), output)
    }

    /// Restores all blocks of a document.
    pub(crate) fn restore_blocks(
        &mut self,
        mut blocks: Cutter<impl Read>,
        mut output: impl Write,
    ) -> Result<StreamReport, Error> {
        let mut report = StreamReport::default();
        let mut session = Session::default();
        while let Some(block) = blocks.next()? {
            let restored = self.rewrite(block, &mut session);
            let restored = restored.map_or(block, |restored| restored);
            output.write_all(restored.as_bytes())?;
            report.edits += self.replaced() as u64;
        }
        output.flush()?;
        report.bytes = blocks.bytes();
        report.spun = session.spun;
        Ok(report)
    }
}
