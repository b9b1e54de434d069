//! Workers together: one long text with the help of others.

use std::io::{Read, Write};
use std::ops::Range;

use super::Worker;
use crate::block::{blocks, Cutter, MAX_BLOCK};
use crate::error::Error;
use crate::relay::{relay, Shared, Turn};
use crate::replacements::Replacements;
use crate::restorer::Assume;
use crate::stream::{StreamReport, Streamed};

impl Worker {
    /// As [`restore_stream`](Self::restore_stream), with the blocks of a long document shared out
    /// among this worker and others of the same restorer, each on a thread of its own. The output
    /// is the same.
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
    /// let (mut worker, mut helper) = (restorer.worker(), restorer.worker());
    /// let text = "Nothing in this sentence was ever spun.\n".repeat(50_000);
    /// let mut output = Vec::new();
    /// worker.restore_stream_with(&mut [&mut helper], text.as_bytes(), &mut output)?;
    /// assert_eq!(output, text.as_bytes());
    /// # }
    /// # Ok::<(), unspin::Error>(())
    /// ```
    pub fn restore_stream_with(
        &mut self,
        helpers: &mut [&mut Worker],
        input: impl Read,
        output: impl Write,
    ) -> Result<StreamReport, Error> {
        let blocks = self.blocks_of(input);
        self.restore_blocks_with(helpers, blocks, output)
    }

    /// Restores all blocks of a document, with the help of others if there are several.
    pub(crate) fn restore_blocks_with(
        &mut self,
        helpers: &mut [&mut Worker],
        mut blocks: Cutter<impl Read>,
        mut output: impl Write,
    ) -> Result<StreamReport, Error> {
        if !self.needs(helpers) || !blocks.has_several()? {
            return self.restore_blocks(blocks, output);
        }
        let mut document = Streamed {
            blocks,
            output: &mut output,
            edits: 0,
        };
        let spun = relay(self.and(helpers), &mut document)?;
        let Streamed { blocks, edits, .. } = document;
        output.flush()?;
        let bytes = blocks.bytes();
        self.rooms = blocks.into_rooms();
        Ok(StreamReport { bytes, edits, spun })
    }

    /// As [`for_each_replacement`](Self::for_each_replacement), with the parts of a long text
    /// shared out among this worker and others of the same restorer, each on a thread of its own.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "embedded")] {
    /// use unspin::{Assume, Restorer};
    ///
    /// let restorer = Restorer::builder().assume(Assume::Spun).build()?;
    /// let (mut worker, mut helper) = (restorer.worker(), restorer.worker());
    /// let text = "Press play to hearken to this text.\n".repeat(50_000);
    /// let mut count = 0;
    /// worker.for_each_replacement_with(&mut [&mut helper], &text, |_, _| count += 1);
    /// assert_eq!(count, 100_000);
    /// # }
    /// # Ok::<(), unspin::Error>(())
    /// ```
    pub fn for_each_replacement_with(
        &mut self,
        helpers: &mut [&mut Worker],
        text: &str,
        each: impl FnMut(Range<usize>, &str),
    ) {
        if !self.needs(helpers) || text.len() <= MAX_BLOCK {
            return self.for_each_replacement(text, each);
        }
        let blocks = blocks(text).map(|block| (block.start, &text[block]));
        // Fails where a thread has panicked only, and then this one does as well.
        let _ = relay(self.and(helpers), &mut Whole { blocks, each });
    }

    /// Whether helpers have anything to do.
    fn needs(&self, helpers: &[&mut Worker]) -> bool {
        !helpers.is_empty() && self.restorer.inner.assume != Assume::Clean
    }

    /// This one and its helpers.
    fn and<'w>(&'w mut self, helpers: &'w mut [&mut Worker]) -> Vec<&'w mut Worker> {
        let helpers = helpers.iter_mut().map(|helper| &mut **helper);
        std::iter::once(self).chain(helpers).collect()
    }
}

/// A text as a whole, whose replacements are asked for.
struct Whole<B, F> {
    /// Where each block begins, and the block.
    blocks: B,
    each: F,
}

impl<'t, B, F> Shared for Whole<B, F>
where
    B: Iterator<Item = (usize, &'t str)>,
    F: FnMut(Range<usize>, &str),
{
    type Block = (usize, &'t str);
    type Done = (usize, Replacements);

    fn next(&mut self) -> Result<Option<Self::Block>, Error> {
        Ok(self.blocks.next())
    }

    fn restore(worker: &mut Worker, (base, text): Self::Block, turn: Turn) -> Self::Done {
        let verdict = worker.found_spun_in_turn(text, turn);
        worker.replace(text, verdict);
        (base, worker.written.replacements.clone())
    }

    fn take(&mut self, (base, replacements): Self::Done) -> Result<(), Error> {
        replacements.for_each(base, &mut self.each);
        Ok(())
    }
}
