//! `unspin restore`.

use std::collections::VecDeque;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{bail, Result};
use unspin::Restorer;

use super::records::{self, End};
use crate::args::{Color, Format, Restore};
use crate::document::{open_in_place, Documents, Text, WriteError, SHORT};
use crate::engine;
use crate::input::Input;
use crate::job::{Settings, Task};
use crate::output::Output;
use crate::pipeline::{self, Coming, Flow};
use crate::record::Added;
use crate::report::Reporter;
use crate::room::LONG;
use crate::show::Show;

/// Restores the inputs; gives whether all went well.
pub(crate) fn run(options: Restore) -> Result<bool> {
    let inputs = Input::all(&options.inputs.files);
    let format = |input: &Input| options.inputs.format.unwrap_or_else(|| input.format());
    if options.in_place && inputs.contains(&Input::Stdin) {
        bail!("--in-place needs files; name them");
    }
    if options.edits && inputs.iter().any(|input| format(input) == Format::Text) {
        bail!("--edits adds a field to records; use it with --format jsonl, or use --diff");
    }
    let show = if options.diff {
        Some(Show::Diff(colored(options.color, options.output.is_some())))
    } else if options.explain {
        Some(Show::Explain(colored(
            options.color,
            options.output.is_some(),
        )))
    } else {
        None
    };
    let added = Added {
        name: options.edits_field.clone(),
        option: "--edits-field",
    };
    let settings = Settings {
        task: match show {
            Some(show) => Task::Show(show),
            None => Task::Restore(options.edits.then_some(added)),
        },
        field: options.inputs.field.clone(),
        longest: options.inputs.max_record_bytes,
        strict: options.inputs.strict,
        lossy: options.inputs.lossy,
    };
    let restorer = engine::restorer(&options.engine, options.min_score)?;
    let mut run = Run {
        restorer,
        settings: Arc::new(settings),
        threads: options.engine.threads(),
        reporter: Reporter::new(options.engine.quiet, &inputs),
    };
    let mut target = match options.output.as_deref() {
        _ if options.in_place => Target::InPlace,
        None => Target::Output(Box::new(Output::stdout())),
        Some(path) if path == Path::new("-") => Target::Output(Box::new(Output::stdout())),
        Some(path) => Target::Output(Box::new(Output::file(path)?)),
    };
    let mut whole = true;
    // Texts that stand next to each other are restored next to each other.
    for group in inputs.chunk_by(|a, b| (format(a), format(b)) == (Format::Text, Format::Text)) {
        let end = match (group, format(&group[0])) {
            (group, Format::Text) => run.texts(group, &mut target)?,
            (group, Format::Jsonl) => run.records(&group[0], &mut target)?,
        };
        if end == End::Broken {
            whole = false;
            if options.inputs.strict {
                break;
            }
        }
    }
    // A file that lacks a part must not look like the whole.
    if let Target::Output(output) = target {
        if whole {
            output.finish()?;
        }
    }
    Ok(run.reporter.finish("restored"))
}

fn colored(color: Color, to_file: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let wanted = anstream::AutoStream::choice(&io::stdout());
            !to_file && io::stdout().is_terminal() && wanted != anstream::ColorChoice::Never
        }
    }
}

/// Where restored inputs go.
enum Target {
    Output(Box<Output>),
    InPlace,
}

/// What all inputs share.
struct Run {
    restorer: Restorer,
    settings: Arc<Settings>,
    threads: usize,
    reporter: Reporter,
}

impl Run {
    /// Restores a file of records.
    fn records(&mut self, input: &Input, target: &mut Target) -> Result<End> {
        let Target::Output(output) = target else {
            return self.records_in_place(input);
        };
        let (settings, restorer) = (&self.settings, &self.restorer);
        let reporter = &mut self.reporter;
        records::run(input, settings, restorer, self.threads, output, reporter)
    }

    fn records_in_place(&mut self, input: &Input) -> Result<End> {
        let Input::File(path) = input else {
            return Ok(End::Whole);
        };
        let output = match open_in_place(path) {
            Ok(output) => output,
            Err(error) => {
                self.reporter.failure(&format!("{error:#}"));
                return Ok(End::Broken);
            }
        };
        let before = self.reporter.counts.edits;
        let mut target = Target::Output(Box::new(output));
        let end = self.records(input, &mut target)?;
        let adds = matches!(self.settings.task, Task::Restore(Some(_))) || self.settings.lossy;
        if end == End::Whole && (adds || self.reporter.counts.edits > before) {
            if let Target::Output(output) = target {
                output.finish()?;
            }
        }
        Ok(end)
    }

    /// Restores texts, several at a time.
    fn texts(&mut self, inputs: &[Input], target: &mut Target) -> Result<End> {
        let strict = self.settings.strict;
        // Ahead of the order nothing must happen that strictness forbids.
        let threads = if strict {
            1
        } else {
            self.threads.min(inputs.len())
        };
        let in_place = matches!(target, Target::InPlace);
        // Where threads would have nothing to do, texts that have more parts than there are of
        // these are shared out.
        let can_share = threads < self.threads && !matches!(self.settings.task, Task::Show(_));
        let unshared = if can_share {
            threads * LONG
        } else {
            usize::MAX
        };
        let reporter = &mut self.reporter;
        let bar = reporter.bar().clone();
        let documents =
            (0..self.threads).map(|_| Documents::new(&self.restorer, &self.settings, &bar));
        // What is restored in place is written already.
        let mut writer: Box<dyn Write + '_> = match target {
            Target::Output(output) => Box::new(output),
            Target::InPlace => Box::new(io::sink()),
        };
        let mut rest = VecDeque::from(inputs.to_vec());
        let text = move |input| Text {
            input,
            in_place,
            unshared,
        };
        let mut end = End::Whole;
        pipeline::run(
            threads,
            SHORT,
            documents.collect(),
            move |_| Ok(rest.pop_front().map(text)),
            |coming: Coming<'_, '_, Documents>| {
                let counts = match coming {
                    Coming::Done(done) => done.and_then(|(counts, bytes)| {
                        writer.write_all(&bytes).map_err(WriteError)?;
                        Ok(counts)
                    }),
                    Coming::Long(text, documents, helpers) => {
                        documents.run(helpers, &text, &mut writer)
                    }
                };
                match counts {
                    Ok(counts) => reporter.counts.add(&counts),
                    Err(error) if error.is::<WriteError>() => return Err(error),
                    Err(error) => {
                        reporter.counts.documents += 1;
                        reporter.failure(&format!("{error:#}"));
                        end = End::Broken;
                        if strict {
                            return Ok(Flow::Stop);
                        }
                    }
                }
                Ok(Flow::Go)
            },
        )?;
        Ok(end)
    }
}
