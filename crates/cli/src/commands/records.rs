//! A file of records through the pipeline.

use std::io::Write;
use std::sync::Arc;

use anyhow::{Context, Result};
use unspin::Restorer;

use crate::chunks::Chunks;
use crate::input::Input;
use crate::job::{Job, Settings};
use crate::output::Output;
use crate::pipeline::{self, Coming, Flow};
use crate::report::Reporter;

/// How a file ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// All of it was written, whether or not some records failed.
    Whole,
    /// It could not be read, or was given up at the first failure.
    Broken,
}

/// Works on all records of a file.
///
/// # Errors
///
/// Writing fails. What is wrong with the input is told to the reporter.
pub(crate) fn run(
    input: &Input,
    settings: &Arc<Settings>,
    restorer: &Restorer,
    threads: usize,
    output: &mut Output,
    reporter: &mut Reporter,
) -> Result<End> {
    let reader = match input.open(reporter.bar()) {
        Ok(reader) => reader,
        Err(error) => {
            reporter.failure(&format!("{error:#}"));
            return Ok(End::Broken);
        }
    };
    output.end_line()?;
    let name = input.name();
    let mut chunks = Chunks::new(reader, settings.longest, *input == Input::Stdin);
    let mut line = 1;
    let mut end = End::Whole;
    let jobs = (0..threads).map(|_| Job::new(Arc::clone(settings), restorer));
    let result = pipeline::run(
        threads,
        settings.short(),
        jobs.collect(),
        move |window| chunks.next(window),
        |coming: Coming<'_, '_, Job>| {
            let done = match coming {
                Coming::Done(done) => done,
                Coming::Long(chunk, job, helpers) => job.run(helpers, chunk),
            };
            output.write_all(&done.bytes)?;
            reporter.counts.add(&done.counts);
            for (offset, fault) in &done.faults {
                reporter.failure(&format!("{name}:{}: {fault}", line + offset));
            }
            line += done.lines;
            if done.stopped {
                end = End::Broken;
                return Ok(Flow::Stop);
            }
            Ok(Flow::Go)
        },
    );
    match result {
        Err(error) if !output.failed() => {
            reporter.failure(&format!("{name}:{line}: {error:#}; is the file whole?"));
            Ok(End::Broken)
        }
        Err(error) => Err(error).context("output cannot be written"),
        Ok(()) => Ok(end),
    }
}
