//! Streams: one document from a reader to a writer in bounded memory.

use std::io::{Read, Write};

use serde::{Deserialize, Serialize};

use crate::block::{first_block, MAX_BLOCK};
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
        mut input: impl Read,
        mut output: impl Write,
    ) -> Result<StreamReport, Error> {
        let mut report = StreamReport::default();
        let mut session = Session::default();
        let mut buffer: Vec<u8> = Vec::new();
        let mut ended = false;
        loop {
            // Four bytes more than a block, so that even with a character cut off
            // at its end the buffer shows that the document goes on.
            while !ended && buffer.len() < MAX_BLOCK + 4 {
                let want = (MAX_BLOCK + 4 - buffer.len()) as u64;
                ended = input.by_ref().take(want).read_to_end(&mut buffer)? == 0;
            }
            if buffer.is_empty() {
                break;
            }
            let text = valid_prefix(&buffer, ended, report.bytes)?;
            let length = first_block(text);
            let block = &text[..length];
            let restored = self.rewrite(block, &mut session);
            let restored = restored.as_deref().unwrap_or(block);
            output.write_all(restored.as_bytes())?;
            report.edits += self.replaced() as u64;
            report.bytes += length as u64;
            buffer.drain(..length);
        }
        output.flush()?;
        report.spun = session.spun;
        Ok(report)
    }
}

/// The buffer as text; a character that is cut off at its end may still be completed.
fn valid_prefix(buffer: &[u8], ended: bool, before: u64) -> Result<&str, Error> {
    match std::str::from_utf8(buffer) {
        Ok(text) => Ok(text),
        Err(error) => {
            let valid = error.valid_up_to();
            if error.error_len().is_none() && !ended && valid > 0 {
                Ok(std::str::from_utf8(&buffer[..valid]).unwrap_or_default())
            } else {
                Err(Error::Utf8 {
                    offset: before + valid as u64,
                })
            }
        }
    }
}
