//! `unspin detect`.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use unspin::{Spin, Worker};

use super::records::{self, End};
use crate::args::{Detect, Format};
use crate::document::invalid;
use crate::engine;
use crate::input::Input;
use crate::job::{Settings, Task};
use crate::output::Output;
use crate::record::Added;
use crate::report::Reporter;
use crate::text::Lossy;

/// Tells shown on a line.
const TELLS: usize = 5;

/// Judges the inputs; gives whether all went well.
pub(crate) fn run(options: Detect) -> Result<bool> {
    let inputs = Input::all(&options.inputs.files);
    let restorer = engine::restorer(&options.engine, 0.0)?;
    let added = Added {
        name: "spin".to_string(),
        option: "another tool; it is what detect adds",
    };
    let settings = Arc::new(Settings {
        task: Task::Detect(added),
        field: options.inputs.field.clone(),
        longest: options.inputs.max_record_bytes,
        strict: options.inputs.strict,
        lossy: options.inputs.lossy,
    });
    let threads = options.engine.threads();
    let mut worker = restorer.worker();
    let mut reporter = Reporter::new(options.engine.quiet, &inputs);
    let mut output = match options.output.as_deref() {
        None => Output::stdout(),
        Some(path) if path == Path::new("-") => Output::stdout(),
        Some(path) => Output::file(path)?,
    };
    let mut whole = true;
    for input in &inputs {
        let end = match options.inputs.format.unwrap_or_else(|| input.format()) {
            Format::Jsonl => records::run(
                input,
                &settings,
                &restorer,
                threads,
                &mut output,
                &mut reporter,
            )?,
            Format::Text => {
                reporter.counts.documents += 1;
                match judge(input, options.inputs.lossy, &mut worker, &mut reporter) {
                    Ok(spin) => {
                        reporter.counts.spun += u64::from(spin.spun == Some(true));
                        output.write_all(line(&input.name(), &spin).as_bytes())?;
                        End::Whole
                    }
                    Err(error) => {
                        reporter.failure(&format!("{error:#}"));
                        End::Broken
                    }
                }
            }
        };
        if end == End::Broken {
            whole = false;
            if options.inputs.strict {
                break;
            }
        }
    }
    if whole {
        output.finish()?;
    }
    Ok(reporter.finish("spun"))
}

/// Judges one text as a whole.
fn judge(input: &Input, lossy: bool, worker: &mut Worker, reporter: &mut Reporter) -> Result<Spin> {
    let name = input.name();
    let mut reader = input.open(reporter.bar())?;
    let mut bytes = Vec::new();
    let read = if lossy {
        Lossy::new(reader).read_to_end(&mut bytes)
    } else {
        reader.read_to_end(&mut bytes)
    };
    read.with_context(|| format!("{name}: cannot be read"))?;
    reporter.counts.bytes += bytes.len() as u64;
    let text =
        std::str::from_utf8(&bytes).map_err(|error| invalid(&name, error.valid_up_to() as u64))?;
    Ok(worker.detect(text))
}

/// Name, verdict, probability and tells, parted by tabs.
fn line(name: &str, spin: &Spin) -> String {
    let verdict = match spin.spun {
        Some(true) => "spun",
        Some(false) => "clean",
        None => "too short",
    };
    let tells: Vec<String> = spin
        .tells
        .iter()
        .take(TELLS)
        .map(|tell| match tell.count {
            1 => tell.phrase.clone(),
            count => format!("{} ×{count}", tell.phrase),
        })
        .collect();
    format!(
        "{name}\t{verdict}\t{:.4}\t{}\n",
        spin.score,
        tells.join(", ")
    )
}
