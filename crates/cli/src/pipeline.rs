//! From one reader through many workers to one writer, in order.

use std::io;
use std::sync::mpsc::{sync_channel, Receiver, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Context, Result};

use crate::window::Window;

/// Works on jobs one after the other, with memory that it keeps.
pub(crate) trait Work: Send + 'static {
    type Job: Send + 'static;
    /// What it makes of one.
    type Done: Send + 'static;

    /// Bytes of what may be under way that a job takes.
    fn size(job: &Self::Job) -> usize;

    fn work(&mut self, job: Self::Job) -> Self::Done;
}

/// What comes to a sink.
pub(crate) enum Coming<'a, 'w, W: Work> {
    /// What was made of a job.
    Done(W::Done),
    /// A job that is too long to be worked on beside others, a worker for it, and all others,
    /// which have nothing to do meanwhile.
    Long(W::Job, &'a mut W, &'a mut [&'w mut W]),
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Go,
    Stop,
}

/// There is a job, and nobody to do it.
const IDLE: &str = "there is no worker";

/// What the sink waits for.
enum Awaited<W: Work> {
    /// What a worker makes of a job.
    Done(Receiver<W::Done>),
    /// Its own turn.
    Long(W::Job),
}

/// Takes all jobs of a source through workers to a sink, in the source's order.
///
/// With one thread jobs are worked on by the caller's. With more, each has a worker, at most four
/// jobs for each are on their way, and no more bytes for each than a `short` job may have: longer
/// ones go alone, and to all workers. Threads are left behind, not awaited, when the sink stops:
/// their source may be blocked for ever.
///
/// # Errors
///
/// The source or the sink fails.
pub(crate) fn run<W: Work>(
    threads: usize,
    short: usize,
    mut workers: Vec<W>,
    mut source: impl FnMut(&Window) -> io::Result<Option<W::Job>> + Send + 'static,
    mut sink: impl FnMut(Coming<'_, '_, W>) -> Result<Flow>,
) -> Result<()> {
    let limit = threads * short;
    let window = Window::new(limit);
    if threads <= 1 {
        let mut workers: Vec<&mut W> = workers.iter_mut().collect();
        let (worker, helpers) = workers.split_first_mut().context(IDLE)?;
        while let Some(job) = source(&window)? {
            let coming = match W::size(&job) > short {
                true => Coming::Long(job, &mut **worker, &mut *helpers),
                false => Coming::Done(worker.work(job)),
            };
            if sink(coming)? == Flow::Stop {
                break;
            }
        }
        return Ok(());
    }
    let (jobs, queue) = sync_channel::<(W::Job, SyncSender<W::Done>)>(threads);
    let (order, results) = sync_channel::<io::Result<(Awaited<W>, usize)>>(4 * threads);
    let queue = Arc::new(Mutex::new(queue));
    let workers: Vec<_> = workers
        .into_iter()
        .map(|w| Arc::new(Mutex::new(w)))
        .collect();
    for worker in workers.iter().take(threads).map(Arc::clone) {
        let queue = Arc::clone(&queue);
        thread::spawn(move || loop {
            let next = queue.lock().ok().and_then(|queue| queue.recv().ok());
            let Some((job, done)) = next else { break };
            // Nobody waits any more when the sink has stopped.
            let _ = done.send(hold(&worker).work(job));
        });
    }
    let window = Arc::new(window);
    let under_way = Arc::clone(&window);
    thread::spawn(move || loop {
        match source(&under_way) {
            Ok(None) => break,
            Ok(Some(job)) => {
                let size = W::size(&job);
                let is_long = size > short;
                // Nothing fits beside a long one.
                let size = if is_long { limit + 1 } else { size };
                under_way.enter(size);
                let sent = if is_long {
                    order.send(Ok((Awaited::Long(job), size))).is_ok()
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
    for awaited in results {
        let (awaited, size) = awaited?;
        let flow = match awaited {
            Awaited::Done(result) => {
                let done = result.recv().context("a worker thread has died")?;
                sink(Coming::Done(done))?
            }
            Awaited::Long(job) => {
                let mut workers: Vec<_> = workers.iter().map(|worker| hold(worker)).collect();
                let mut workers: Vec<&mut W> = workers.iter_mut().map(|w| &mut **w).collect();
                let (worker, helpers) = workers.split_first_mut().context(IDLE)?;
                sink(Coming::Long(job, worker, helpers))?
            }
        };
        window.leave(size);
        if flow == Flow::Stop {
            break;
        }
    }
    Ok(())
}

/// A worker, for whoever needs it now: its thread, or the sink.
fn hold<W>(worker: &Mutex<W>) -> MutexGuard<'_, W> {
    worker.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Bytes up to which jobs are short.
    const SHORT: usize = 1 << 20;

    /// Doubles numbers that hold so many bytes.
    struct Doubler;

    impl Work for Doubler {
        type Job = (u64, usize);
        type Done = u64;

        fn size(job: &Self::Job) -> usize {
            job.1
        }

        fn work(&mut self, (number, _): Self::Job) -> u64 {
            number * 2
        }
    }

    /// Numbers from 1 on, each of the size that is told for it.
    fn numbers(
        last: u64,
        size: impl Fn(u64) -> usize + Send + 'static,
    ) -> impl FnMut(&Window) -> io::Result<Option<(u64, usize)>> + Send + 'static {
        let mut next = 0;
        move |_| {
            next += 1;
            Ok((next <= last).then(|| (next, size(next))))
        }
    }

    fn doublers(count: usize) -> Vec<Doubler> {
        (0..count).map(|_| Doubler).collect()
    }

    #[test]
    fn results_come_in_order() -> Result<()> {
        // Every fifth is too long to go beside others.
        let size = |number| if number % 5 == 0 { 2 << 20 } else { 1 << 19 };
        for threads in [1, 2, 7] {
            let mut seen = Vec::new();
            let mut long = 0;
            run(threads, SHORT, doublers(7), numbers(500, size), |coming| {
                seen.push(match coming {
                    Coming::Done(done) => done,
                    Coming::Long(job, worker, helpers) => {
                        assert_eq!(helpers.len(), 6);
                        long += 1;
                        worker.work(job)
                    }
                });
                Ok(Flow::Go)
            })?;
            assert_eq!(seen, (1..=500).map(|n| n * 2).collect::<Vec<_>>());
            assert_eq!(long, 100);
        }
        Ok(())
    }

    /// Jobs of which there is room for three on three threads, and none beside a long one.
    #[test]
    fn what_is_under_way_is_bounded_in_bytes() -> Result<()> {
        type Size = fn(u64) -> usize;
        let of_any_length = |number| if number % 2 == 0 { usize::MAX } else { 10 };
        let cases: [(Size, usize); 3] = [(|_| SHORT, 3), (|_| SHORT + 1, 1), (of_any_length, 1)];
        for (size, most) in cases {
            let now = Arc::new(Mutex::new([0_usize; 2]));
            let change = |now: &Mutex<[usize; 2]>, more: bool| {
                let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
                now[0] = if more { now[0] + 1 } else { now[0] - 1 };
                now[1] = now[1].max(now[0]);
            };
            let (at_source, at_sink) = (Arc::clone(&now), Arc::clone(&now));
            let counted = move |number| {
                change(&at_source, true);
                size(number)
            };
            run(3, SHORT, doublers(3), numbers(50, counted), |_| {
                // Others have time to come in.
                thread::sleep(Duration::from_millis(1));
                change(&at_sink, false);
                Ok(Flow::Go)
            })?;
            // One more waits for room.
            let seen = now.lock().unwrap_or_else(PoisonError::into_inner)[1];
            assert!(seen <= most + 1, "{seen}");
        }
        Ok(())
    }
}
