//! Relay: the blocks of one document shared out among threads.
//!
//! What the blocks before a block showed has a say in whether it was spun. It goes from block to
//! block like a baton: each thread finds out what its block shows by itself, judges it once it has
//! the baton, passes that on, and restores the block while the next one is judged elsewhere.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::sync::mpsc::{channel, sync_channel, Receiver, Sender, SyncSender};
use std::sync::Mutex;

use crate::block::Cutter;
use crate::error::Error;
use crate::restorer::{Assume, Restorer};
use crate::session::Session;
use crate::stream::StreamReport;

/// A block's turn to be judged: where what earlier blocks showed comes from, and where it goes to.
#[derive(Debug)]
pub(crate) struct Turn {
    before: Receiver<Session>,
    after: SyncSender<Session>,
}

/// A block that is to be restored.
struct Task {
    block: String,
    turn: Turn,
    done: SyncSender<Done>,
}

/// A block as it is to be written.
struct Done {
    block: String,
    edits: u64,
}

impl Turn {
    /// Waits for the turn, and passes on what was made of it; `None` if earlier blocks were
    /// given up.
    pub(crate) fn take<T>(self, judge: impl FnOnce(&mut Session) -> T) -> Option<T> {
        let mut session = self.before.recv().ok()?;
        let judged = judge(&mut session);
        // Where the document was given up nobody waits.
        let _ = self.after.send(session);
        Some(judged)
    }
}

impl Restorer {
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
        let mut blocks = Cutter::new(input);
        if threads <= 1 || self.inner.assume == Assume::Clean || !blocks.has_several()? {
            return self.worker().restore_blocks(blocks, output);
        }
        let (tasks, queue) = channel();
        let queue = Mutex::new(queue);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| self.work(&queue));
            }
            // Without more tasks to come the threads end.
            relay(blocks, output, threads, tasks)
        })
    }

    /// Restores blocks as long as there are any.
    fn work(&self, queue: &Mutex<Receiver<Task>>) {
        let mut worker = self.worker();
        let next = || queue.lock().ok()?.recv().ok();
        while let Some(Task {
            mut block,
            turn,
            done,
        }) = next()
        {
            if let Some(restored) = worker.rewrite_in_turn(&block, turn) {
                std::mem::swap(restored, &mut block);
            }
            let edits = worker.replaced() as u64;
            // Where the document was given up nobody waits.
            let _ = done.send(Done { block, edits });
        }
    }
}

/// Gives blocks to threads, and writes what these make of them.
fn relay(
    mut blocks: Cutter<impl Read>,
    mut output: impl Write,
    threads: usize,
    tasks: Sender<Task>,
) -> Result<StreamReport, Error> {
    let mut report = StreamReport::default();
    let mut write = |done: Receiver<Done>| -> Result<String, Error> {
        let died = |_| io::Error::other("a thread has died");
        let Done { block, edits } = done.recv().map_err(died)?;
        output.write_all(block.as_bytes())?;
        report.edits += edits;
        Ok(block)
    };
    let (first, mut before) = sync_channel(1);
    let _ = first.send(Session::default());
    let mut under_way = VecDeque::new();
    let ended = loop {
        // One more than are worked on, so that no thread waits for one to be read.
        let is_full = under_way.len() > threads;
        let oldest = is_full.then(|| under_way.pop_front()).flatten();
        let mut room = oldest.map_or_else(|| Ok(String::new()), &mut write)?;
        let block = match blocks.next() {
            Ok(Some(block)) => {
                room.clear();
                room.push_str(block);
                room
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        };
        let ((after, next), (done, result)) = (sync_channel(1), sync_channel(1));
        let before = std::mem::replace(&mut before, next);
        let turn = Turn { before, after };
        under_way.push_back(result);
        // The queue is there as long as the threads are.
        let _ = tasks.send(Task { block, turn, done });
    };
    // What comes before a fault is written.
    for done in under_way {
        write(done)?;
    }
    ended?;
    output.flush()?;
    report.bytes = blocks.bytes();
    report.spun = before.recv().ok().and_then(|session| session.spun);
    Ok(report)
}

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use super::*;
    use crate::block::MAX_BLOCK;

    const CLEAN: &str = "He said that the people in the street were on the way to the park.\n";
    const SPUN: &str =
        "A key second within the film was when the minister mentioned that folks have \
        been ready for an announcement, in line with the corporate. Press play to hearken to this \
        text, and prohibit the quantity of cash that companies are in a position to spend.\n";
    /// Tells too little to be restored by itself.
    const HINT: &str = "The minister mentioned it within the morning.\n";

    /// Text that fills a block, nearly.
    fn filler() -> String {
        CLEAN.repeat(1_000_000 / CLEAN.len())
    }

    /// The same document restored on one thread and on several.
    fn alike(document: &[u8]) -> (Result<StreamReport, Error>, String) {
        let restorer = Restorer::new();
        let mut wanted = Vec::new();
        let one = restorer.restore_stream(document, &mut wanted);
        for threads in [1, 2, 5] {
            let mut output = Vec::new();
            let several = restorer.restore_stream_parallel(document, &mut output, threads);
            assert_eq!(format!("{one:?}"), format!("{several:?}"));
            assert!(output == wanted, "{threads} threads");
        }
        (one, String::from_utf8_lossy(&wanted).into_owned())
    }

    #[test]
    fn what_earlier_blocks_showed_counts_on_other_threads() {
        let (spun, clean) = (SPUN.repeat(12), filler());
        let (report, _) = alike(format!("{clean}{HINT}{clean}{HINT}{clean}").as_bytes());
        assert_eq!(report.map(|report| report.edits).ok(), Some(0));
        // What tells too little by itself begins a block, behind one that was spun at its end.
        let blank = " ".repeat(MAX_BLOCK - CLEAN.len() - spun.len());
        let document = format!("{blank}{CLEAN}{spun}{HINT}{clean}");
        let (report, restored) = alike(document.as_bytes());
        assert_eq!(report.ok().and_then(|report| report.spun), Some(true));
        let restored = restored.trim_start().split_inclusive('\n');
        let restored: Vec<&str> = restored.filter(|line| *line != CLEAN).collect();
        assert_eq!(restored.len(), 13);
        assert!(restored[0].starts_with("A key moment in the movie"));
        assert_eq!(restored[12], "The minister said it in the morning.\n");
    }

    #[test]
    fn what_comes_before_a_fault_is_written() {
        let mut document = filler().repeat(3).into_bytes();
        document[2_500_000] = 0xff;
        let (report, written) = alike(&document);
        let offset = |error| match error {
            Error::Utf8 { offset } => offset,
            error => panic!("{error}"),
        };
        assert_eq!(report.map_err(offset), Err(2_500_000));
        assert!(written.len() > 1_000_000);
    }

    #[test]
    fn who_cannot_write_is_told() {
        let full: &mut [u8] = &mut [0; 100];
        let document = filler().repeat(4);
        let result = Restorer::new().restore_stream_parallel(document.as_bytes(), full, 2);
        assert!(matches!(result, Err(Error::Stream(_))), "{result:?}");
    }
}
