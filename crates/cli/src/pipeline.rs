//! From one reader through many workers to one writer, in order.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{sync_channel, Receiver, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::{Context, Result};
use memchr::{memchr, memrchr};

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

    /// The next part; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Chunk>> {
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

/// Takes all jobs of a source through workers to a sink, in the source's order.
///
/// With one thread everything happens on the caller's. With more, at most four
/// jobs for each worker are on their way. Threads are left behind, not awaited,
/// when the sink stops: their source may be blocked for ever.
///
/// # Errors
///
/// The source or the sink fails.
pub(crate) fn run<J, D, W, S>(
    threads: usize,
    mut source: S,
    make_worker: impl Fn() -> W,
    mut sink: impl FnMut(D) -> Result<Flow>,
) -> Result<()>
where
    J: Send + 'static,
    D: Send + 'static,
    W: FnMut(J) -> D + Send + 'static,
    S: FnMut() -> io::Result<Option<J>> + Send + 'static,
{
    if threads <= 1 {
        let mut worker = make_worker();
        while let Some(job) = source()? {
            if sink(worker(job))? == Flow::Stop {
                break;
            }
        }
        return Ok(());
    }
    let (jobs, queue) = sync_channel::<(J, SyncSender<D>)>(threads);
    let (order, results) = sync_channel::<io::Result<Receiver<D>>>(4 * threads);
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
    thread::spawn(move || loop {
        match source() {
            Ok(None) => break,
            Ok(Some(job)) => {
                let (done, result) = sync_channel(1);
                if order.send(Ok(result)).is_err() || jobs.send((job, done)).is_err() {
                    break;
                }
            }
            Err(error) => {
                let _ = order.send(Err(error));
                break;
            }
        }
    });
    for result in results {
        let done = result?.recv().context("a worker thread has died")?;
        if sink(done)? == Flow::Stop {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
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
                while let Some(chunk) = chunks.next()? {
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
            let source = move || {
                next += 1;
                Ok((next <= 500).then_some(next))
            };
            let mut seen = Vec::new();
            run(
                threads,
                source,
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
}
