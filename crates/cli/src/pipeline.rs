//! From one reader through many workers to one writer, in order.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{sync_channel, Receiver, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::{Context, Result};
use memchr::{memchr, memrchr};

use crate::room::room;
use crate::window::{Window, WINDOW};

/// Bytes of lines that make one job.
const JOB: usize = 1 << 18;

/// A part of a file of lines.
pub(crate) enum Chunk {
    /// Whole lines; only the last one of a file may lack its end.
    Lines { bytes: Vec<u8>, first: bool },
    /// A part of a line that is too long.
    Long {
        bytes: Vec<u8>,
        begins: bool,
        ends: bool,
    },
}

/// Cuts a reader into [`Chunk`]s in bounded memory.
pub(crate) struct Chunks<R> {
    reader: R,
    rest: Vec<u8>,
    longest: usize,
    /// Pass on what is there, rather than wait for more.
    eager: bool,
    first: bool,
    long: bool,
    ended: bool,
}

impl Chunk {
    /// Its bytes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Chunk::Lines { bytes, .. } | Chunk::Long { bytes, .. } => bytes.len(),
        }
    }
}

impl<R: Read> Chunks<R> {
    pub(crate) fn new(reader: R, longest: usize, eager: bool) -> Chunks<R> {
        Chunks {
            reader,
            rest: Vec::new(),
            longest,
            eager,
            first: true,
            long: false,
            ended: false,
        }
    }

    /// The next part; `None` at the end. A long line is read as there is room for it.
    pub(crate) fn next(&mut self, window: &Window) -> io::Result<Option<Chunk>> {
        let mut bytes = std::mem::take(&mut self.rest);
        if self.long {
            return self.next_long(bytes);
        }
        let first = std::mem::take(&mut self.first);
        let mut line_end = memrchr(b'\n', &bytes);
        while !self.ended {
            let enough = bytes.len() >= JOB || (self.eager && !bytes.is_empty());
            if line_end.is_some() && enough {
                break;
            }
            if line_end.is_none() && bytes.len() > self.longest {
                self.long = true;
                return Ok(Some(Chunk::Long {
                    bytes,
                    begins: true,
                    ends: false,
                }));
            }
            let before = bytes.len();
            window.wait_for(before);
            self.read(&mut bytes)?;
            line_end = memrchr(b'\n', &bytes[before..])
                .map(|at| before + at)
                .or(line_end);
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        if let Some(at) = line_end.filter(|_| !self.ended) {
            let mut rest = Vec::with_capacity(2 * JOB);
            rest.extend_from_slice(&bytes[at + 1..]);
            self.rest = rest;
            bytes.truncate(at + 1);
        }
        Ok(Some(Chunk::Lines { bytes, first }))
    }

    fn next_long(&mut self, mut bytes: Vec<u8>) -> io::Result<Option<Chunk>> {
        if bytes.is_empty() {
            self.read(&mut bytes)?;
        }
        if let Some(at) = memchr(b'\n', &bytes) {
            self.rest = bytes.split_off(at + 1);
        }
        let ends = self.ended || bytes.ends_with(b"\n");
        self.long = !ends;
        Ok(Some(Chunk::Long {
            bytes,
            begins: false,
            ends,
        }))
    }

    /// Reads once, or up to the size of a job.
    fn read(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let mut at = bytes.len();
        bytes.reserve(room(at + JOB) - at);
        bytes.resize(at + JOB, 0);
        while at < bytes.len() {
            match self.reader.read(&mut bytes[at..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(count) => {
                    at += count;
                    if self.eager {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(at);
        Ok(())
    }
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Go,
    Stop,
}

/// What the sink waits for.
enum Awaited<J, D> {
    /// What a worker makes of a job.
    Done(Receiver<D>),
    /// A job that is under way alone: the sink's thread works on it, so that not every one comes
    /// to hold the memory that it takes.
    Alone(J),
}

/// Takes all jobs of a source, whose sizes in bytes are told, through workers to a sink, in
/// the source's order.
///
/// With one thread everything happens on the caller's. With more, at most four
/// jobs for each worker are on their way, and no more than [`WINDOW`] bytes unless there is but
/// one. Threads are left behind, not awaited, when the sink stops: their source may be blocked
/// for ever.
///
/// # Errors
///
/// The source or the sink fails.
pub(crate) fn run<J, D, W, S>(
    threads: usize,
    mut source: S,
    size_of: impl Fn(&J) -> usize + Send + 'static,
    make_worker: impl Fn() -> W,
    mut sink: impl FnMut(D) -> Result<Flow>,
) -> Result<()>
where
    J: Send + 'static,
    D: Send + 'static,
    W: FnMut(J) -> D + Send + 'static,
    S: FnMut(&Window) -> io::Result<Option<J>> + Send + 'static,
{
    if threads <= 1 {
        let (mut worker, alone) = (make_worker(), Window::default());
        while let Some(job) = source(&alone)? {
            if sink(worker(job))? == Flow::Stop {
                break;
            }
        }
        return Ok(());
    }
    let (jobs, queue) = sync_channel::<(J, SyncSender<D>)>(threads);
    let (order, results) = sync_channel::<io::Result<(Awaited<J, D>, usize)>>(4 * threads);
    let queue = Arc::new(Mutex::new(queue));
    for _ in 0..threads {
        let queue = Arc::clone(&queue);
        let mut worker = make_worker();
        thread::spawn(move || loop {
            let next = queue.lock().ok().and_then(|queue| queue.recv().ok());
            let Some((job, done)) = next else { break };
            // Nobody waits any more when the sink has stopped.
            let _ = done.send(worker(job));
        });
    }
    let window = Arc::new(Window::default());
    let under_way = Arc::clone(&window);
    thread::spawn(move || loop {
        match source(&under_way) {
            Ok(None) => break,
            Ok(Some(job)) => {
                let size = size_of(&job);
                under_way.enter(size);
                let sent = if size > WINDOW {
                    order.send(Ok((Awaited::Alone(job), size))).is_ok()
                } else {
                    let (done, result) = sync_channel(1);
                    let result = Awaited::Done(result);
                    order.send(Ok((result, size))).is_ok() && jobs.send((job, done)).is_ok()
                };
                if !sent {
                    break;
                }
            }
            Err(error) => {
                let _ = order.send(Err(error));
                break;
            }
        }
    });
    let mut alone = None;
    for awaited in results {
        let (awaited, size) = awaited?;
        let done = match awaited {
            Awaited::Done(result) => result.recv().context("a worker thread has died")?,
            Awaited::Alone(job) => alone.get_or_insert_with(&make_worker)(job),
        };
        let flow = sink(done)?;
        window.leave(size);
        if flow == Flow::Stop {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::PoisonError;

    use super::*;

    /// Gives its bytes in small portions.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn chunks_are_whole_lines() -> io::Result<()> {
        let text = b"one\ntwo\n\nthis one is long\nfour\nlast";
        for portion in 1..text.len() {
            for eager in [false, true] {
                let mut chunks = Chunks::new(Drip(text, portion), 10, eager);
                let mut all = Vec::new();
                while let Some(chunk) = chunks.next(&Window::default())? {
                    match chunk {
                        Chunk::Lines { bytes, .. } => {
                            assert!(bytes.ends_with(b"\n") || bytes.ends_with(b"last"));
                            all.extend(bytes);
                        }
                        Chunk::Long { bytes, .. } => all.extend(bytes),
                    }
                }
                assert_eq!(all, text);
            }
        }
        Ok(())
    }

    #[test]
    fn results_come_in_order() -> Result<()> {
        for threads in [1, 2, 7] {
            let mut next = 0_u64;
            let source = move |_: &Window| {
                next += 1;
                Ok((next <= 500).then_some(next))
            };
            let mut seen = Vec::new();
            run(
                threads,
                source,
                |_| 1 << 20,
                || |job: u64| job * 2,
                |done| {
                    seen.push(done);
                    Ok(Flow::Go)
                },
            )?;
            assert_eq!(seen, (1..=500).map(|n| n * 2).collect::<Vec<_>>());
        }
        Ok(())
    }
    /// Jobs that no two of which have room beside each other.
    #[test]
    fn what_is_under_way_is_bounded_in_bytes() -> Result<()> {
        let now = Arc::new(Mutex::new([0; 2]));
        let change = |now: &Mutex<[i32; 2]>, by| {
            let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
            now[0] += by;
            now[1] = now[1].max(now[0]);
        };
        let (at_source, at_sink) = (Arc::clone(&now), Arc::clone(&now));
        let mut next = 0_u64;
        let source = move |_: &Window| {
            next += 1;
            Ok((next <= 50).then_some(next))
        };
        let size = move |_: &u64| {
            change(&at_source, 1);
            WINDOW / 2 + 1
        };
        let sink = |_| {
            change(&at_sink, -1);
            Ok(Flow::Go)
        };
        run(3, source, size, || |job: u64| job, sink)?;
        // One under way and one that waits for room.
        let most = now.lock().unwrap_or_else(PoisonError::into_inner)[1];
        assert!(most <= 2, "{most}");
        Ok(())
    }
}
