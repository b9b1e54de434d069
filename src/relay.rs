//! Relay: the blocks of one document shared out among threads.
//!
//! What the blocks before a block showed has a say in whether it was spun. It goes from block to
//! block like a baton: each thread finds out what its block shows by itself, judges it once it has
//! the baton, passes that on, and restores the block while the next one is judged elsewhere.

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{channel, sync_channel, Receiver, Sender, SyncSender};
use std::sync::Mutex;

use crate::error::Error;
use crate::session::Session;
use crate::worker::Worker;

/// A document whose blocks are shared out among threads.
pub(crate) trait Shared {
    /// A block on its way to a thread.
    type Block: Send;
    /// What a thread makes of it.
    type Done: Send;

    /// The next block; `None` at the end.
    fn next(&mut self) -> Result<Option<Self::Block>, Error>;

    /// Restores a block, on any thread.
    fn restore(worker: &mut Worker, block: Self::Block, turn: Turn) -> Self::Done;

    /// Takes what was made of the blocks, in their order.
    fn take(&mut self, done: Self::Done) -> Result<(), Error>;
}

/// A block's turn to be judged: where what earlier blocks showed comes from, and where it goes to.
#[derive(Debug)]
pub(crate) struct Turn {
    before: Receiver<Session>,
    after: SyncSender<Session>,
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

/// A block that is to be restored.
struct Task<S: Shared> {
    block: S::Block,
    turn: Turn,
    done: SyncSender<S::Done>,
}

/// Restores a document with several workers, each on a thread of its own, and says whether it was
/// spun.
///
/// # Errors
///
/// Those of the document. What comes before a fault is taken.
pub(crate) fn relay<S: Shared>(
    workers: Vec<&mut Worker>,
    document: &mut S,
) -> Result<Option<bool>, Error> {
    let threads = workers.len();
    let (tasks, queue) = channel::<Task<S>>();
    let queue = Mutex::new(queue);
    let next = || queue.lock().ok()?.recv().ok();
    std::thread::scope(|scope| {
        for worker in workers {
            scope.spawn(move || {
                while let Some(Task { block, turn, done }) = next() {
                    // Where the document was given up nobody waits.
                    let _ = done.send(S::restore(worker, block, turn));
                }
            });
        }
        // Without more tasks to come the threads end.
        hand_out(document, threads, tasks)
    })
}

/// Gives blocks to so many threads, and takes what these make of them.
fn hand_out<S: Shared>(
    document: &mut S,
    threads: usize,
    tasks: Sender<Task<S>>,
) -> Result<Option<bool>, Error> {
    let take = |document: &mut S, done: Receiver<S::Done>| {
        let died = |_| io::Error::other("a thread has died");
        document.take(done.recv().map_err(died)?)
    };
    let (first, mut before) = sync_channel(1);
    let _ = first.send(Session::default());
    let mut under_way = VecDeque::new();
    let ended = loop {
        // One more than are worked on, so that no thread waits for one to be read.
        let is_full = under_way.len() > threads;
        if let Some(oldest) = is_full.then(|| under_way.pop_front()).flatten() {
            take(document, oldest)?;
        }
        let block = match document.next() {
            Ok(Some(block)) => block,
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
    drop(tasks);
    // What comes before a fault is taken.
    for done in under_way {
        take(document, done)?;
    }
    ended?;
    Ok(before.recv().ok().and_then(|session| session.spun))
}

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use super::*;
    use crate::block::MAX_BLOCK;
    use crate::replacements::Replacements;
    use crate::restorer::Restorer;
    use crate::stream::StreamReport;

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
        if let Ok(text) = std::str::from_utf8(document) {
            let mut workers = [(); 4].map(|()| restorer.worker());
            let [worker, helpers @ ..] = &mut workers;
            let mut helpers: Vec<&mut Worker> = helpers.iter_mut().collect();
            let mut together = Replacements::default();
            worker.for_each_replacement_with(&mut helpers, text, |place, replacement| {
                together.push(place, replacement);
            });
            assert!(together.iter().eq(worker.replacements(text).iter()));
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
