//! Streams: one document from a reader to a writer in bounded memory.

use std::io::{Read, Write};

use serde::{Deserialize, Serialize};

use crate::block::{Block, Cutter};
use crate::error::Error;
use crate::relay::{Shared, Turn};
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

    /// As [`restore_stream`](Self::restore_stream), with the blocks shared out among so many
    /// threads: for one long document, where there are no others to work on meanwhile. The output
    /// is the same, and memory stays at a few blocks of 1 MiB for each thread.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "embedded")] {
    /// let restorer = unspin::Restorer::new();
    /// let text = "Nothing in this sentence was ever spun.\n".repeat(50_000);
    /// let mut output = Vec::new();
    /// let report = restorer.restore_stream_parallel(text.as_bytes(), &mut output, 2)?;
    /// assert_eq!(output, text.as_bytes());
    /// assert_eq!(report.bytes, 2_000_000);
    /// # }
    /// # Ok::<(), unspin::Error>(())
    /// ```
    pub fn restore_stream_parallel(
        &self,
        input: impl Read,
        output: impl Write,
        threads: usize,
    ) -> Result<StreamReport, Error> {
        let mut worker = self.worker();
        let mut blocks = worker.blocks_of(input);
        let threads = if blocks.has_several()? { threads } else { 1 };
        let mut helpers: Vec<Worker> = (1..threads).map(|_| self.worker()).collect();
        let mut helpers: Vec<&mut Worker> = helpers.iter_mut().collect();
        worker.restore_blocks_with(&mut helpers, blocks, output)
    }
}

/// A document on its way from a reader to a writer, among several threads.
pub(crate) struct Streamed<R, W> {
    pub(crate) blocks: Cutter<R>,
    pub(crate) output: W,
    pub(crate) edits: u64,
}

impl<R: Read, W: Write> Shared for Streamed<R, W> {
    type Block = Block;
    /// The block as it is to be written, and the edits made.
    type Done = Result<(String, usize), Error>;

    fn next(&mut self) -> Result<Option<Block>, Error> {
        self.blocks.next()
    }

    fn restore(worker: &mut Worker, block: Block, turn: Turn) -> Self::Done {
        let mut block = block.into_text()?;
        if let Some(restored) = worker.rewrite_in_turn(&block, turn) {
            std::mem::swap(restored, &mut block);
        }
        Ok((block, worker.replaced()))
    }

    fn take(&mut self, done: Self::Done) -> Result<(), Error> {
        let (block, edits) = done?;
        self.output.write_all(block.as_bytes())?;
        self.edits += edits as u64;
        self.blocks.give_back(block);
        Ok(())
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
        let blocks = self.blocks_of(input);
        self.restore_blocks(blocks, output)
    }

    /// The blocks of a document, in memory that those of others took.
    pub(crate) fn blocks_of<R: Read>(&mut self, input: R) -> Cutter<R> {
        Cutter::new(input, std::mem::take(&mut self.rooms))
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
            let block = block.into_text()?;
            let restored = self.rewrite(&block, &mut session);
            let restored = restored.map_or(block.as_str(), |restored| restored);
            output.write_all(restored.as_bytes())?;
            report.edits += self.replaced() as u64;
            blocks.give_back(block);
        }
        output.flush()?;
        report.bytes = blocks.bytes();
        report.spun = session.spun;
        self.rooms = blocks.into_rooms();
        Ok(report)
    }
}
