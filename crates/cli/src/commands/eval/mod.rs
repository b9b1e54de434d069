//! `unspin eval`.

mod calibration;
mod findings;
mod mistakes;

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::{Context, Result};
use memchr::memchr;
use serde::Serialize;
use unspin::{Dictionary, Restorer, Worker};
use unspin_eval::{score_document, Gold, Scores, Tally};

use self::calibration::Calibration;
use self::findings::Findings;
use self::mistakes::{KindCount, MistakeCount};
use crate::args::Eval;
use crate::chunks::{Chunk, Chunks};
use crate::engine;
use crate::input::Input;
use crate::output::Output;
use crate::pipeline::{self, Coming, Flow, Work};
use crate::report::Reporter;
use crate::window::Window;

/// No gold document comes near this.
const LONGEST: usize = 1 << 28;

/// Bytes up to which gold documents are scored beside others.
const SHORT: usize = 4 << 20;

/// What is printed.
#[derive(Serialize)]
struct Figures {
    #[serde(flatten)]
    all: Scores,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_source: Option<BTreeMap<String, Scores>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_kinds: Option<Vec<KindCount>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<MistakeCount>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calibration: Option<Calibration>,
}

/// What came of one gold document.
struct Scored {
    source: Option<String>,
    tally: Tally,
    findings: Findings,
    edits: u64,
    bytes: u64,
    /// The restored record, if it is wanted.
    record: Vec<u8>,
}

/// Measures restoring on the inputs; gives whether all went well.
pub(crate) fn run(options: Eval) -> Result<bool> {
    let inputs = Input::all(&options.files);
    let restorer = engine::restorer(&options.engine, options.min_score)?;
    let threads = options.engine.threads();
    let mut reporter = Reporter::new(options.engine.quiet, &inputs);
    let mut output = options.output.as_deref().map(Output::file).transpose()?;
    let mut all = Tally::default();
    let mut found = Findings::default();
    let mut sources: BTreeMap<String, Tally> = BTreeMap::new();
    let mut stopped = false;
    for input in &inputs {
        let reader = match input.open(reporter.bar()) {
            Ok(reader) => reader,
            Err(error) => {
                reporter.failure(&format!("{error:#}"));
                stopped = options.strict;
                if stopped {
                    break;
                }
                continue;
            }
        };
        let name = input.name();
        let source = gold_lines(Chunks::new(reader, LONGEST, false));
        let mut line = 0;
        let mut writing = false;
        let keep = output.is_some();
        let scorers = (0..threads).map(|_| Scorer::new(&restorer, keep));
        let result = pipeline::run(
            threads,
            SHORT,
            scorers.collect(),
            source,
            |coming: Coming<'_, '_, Scorer>| {
                line += 1;
                let done = match coming {
                    Coming::Done(done) => done,
                    Coming::Long(line, scorer, _) => scorer.work(line),
                };
                match done {
                    None => {}
                    Some(Ok(scored)) => {
                        reporter.counts.documents += 1;
                        reporter.counts.spun += u64::from(scored.edits > 0);
                        reporter.counts.bytes += scored.bytes;
                        reporter.counts.edits += scored.edits;
                        all.merge(&scored.tally);
                        found.merge(scored.findings);
                        let source = scored.source.unwrap_or_else(|| "none".to_string());
                        sources.entry(source).or_default().merge(&scored.tally);
                        if let Some(output) = &mut output {
                            writing = true;
                            output.write_all(&scored.record)?;
                            writing = false;
                        }
                    }
                    Some(Err(message)) => {
                        reporter.failure(&format!("{name}:{line}: {message}"));
                        if options.strict {
                            stopped = true;
                            return Ok(Flow::Stop);
                        }
                    }
                }
                Ok(Flow::Go)
            },
        );
        match result {
            Err(error) if writing => return Err(error).context("output cannot be written"),
            Err(error) => reporter.failure(&format!("{name}:{}: {error:#}", line + 1)),
            Ok(()) => {}
        }
        if stopped {
            break;
        }
    }
    if !stopped {
        let by_source = options.by_source.then(|| {
            sources
                .into_iter()
                .map(|(name, tally)| (name, tally.scores()))
                .collect()
        });
        let figures = Figures {
            all: all.scores(),
            by_source,
            error_kinds: options.errors.then(|| found.mistakes.kinds()),
            errors: options.errors.then(|| found.mistakes.commonest()),
            calibration: options.calibration.then(|| found.outcomes.calibration()),
        };
        let mut json = serde_json::to_vec_pretty(&figures)?;
        json.push(b'\n');
        Output::stdout()
            .write_all(&json)
            .context("<stdout>: cannot be written")?;
        if let Some(output) = output {
            output.finish()?;
        }
    }
    Ok(reporter.finish("restored"))
}

/// The lines of a file, one a job: to compare a document takes far longer than to pass it on.
fn gold_lines<R: std::io::Read>(
    mut chunks: Chunks<R>,
) -> impl FnMut(&Window) -> std::io::Result<Option<Result<Vec<u8>, String>>> {
    let mut waiting: Vec<u8> = Vec::new();
    let mut at = 0;
    move |window| loop {
        if let Some(rest) = waiting.get(at..).filter(|rest| !rest.is_empty()) {
            let length = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            at += length;
            return Ok(Some(Ok(rest[..length].to_vec())));
        }
        match chunks.next(window)? {
            None => return Ok(None),
            Some(Chunk::Lines { bytes, first }) => {
                at = if first && bytes.starts_with(b"\xef\xbb\xbf") {
                    3
                } else {
                    0
                };
                waiting = bytes;
            }
            Some(Chunk::Long { ends: true, .. }) => {
                return Ok(Some(Err(format!(
                    "longer than {LONGEST} bytes; split the record"
                ))));
            }
            Some(Chunk::Long { .. }) => {}
        }
    }
}

/// Scores one line at a time.
struct Scorer {
    worker: Worker,
    dictionary: Dictionary,
    keep: bool,
}

impl Scorer {
    fn new(restorer: &Restorer, keep: bool) -> Scorer {
        Scorer {
            worker: restorer.worker(),
            dictionary: restorer.dictionary().clone(),
            keep,
        }
    }
}

impl Work for Scorer {
    type Job = Result<Vec<u8>, String>;
    /// `None` for an empty line.
    type Done = Option<Result<Scored, String>>;

    fn size(line: &Self::Job) -> usize {
        line.as_ref().map_or(0, Vec::len)
    }

    fn work(&mut self, line: Self::Job) -> Self::Done {
        match line {
            Ok(line) if line.trim_ascii().is_empty() => None,
            Ok(line) => Some(score(&mut self.worker, &self.dictionary, &line, self.keep)),
            Err(message) => Some(Err(message)),
        }
    }
}

fn score(
    worker: &mut Worker,
    dictionary: &Dictionary,
    line: &[u8],
    keep: bool,
) -> Result<Scored, String> {
    let gold: Gold = serde_json::from_slice(line).map_err(|error| {
        format!("no gold record ({error}); it needs the fields `id`, `spun` and `original`")
    })?;
    let edits = worker.edits(&gold.spun);
    let restored = unspin::apply(&gold.spun, &edits);
    let mut record = Vec::new();
    if keep {
        let fields = serde_json::json!({ "id": gold.id, "text": restored });
        record = fields.to_string().into_bytes();
        record.push(b'\n');
    }
    Ok(Scored {
        tally: score_document(&gold, &restored),
        findings: Findings::of(&gold, &edits, dictionary),
        edits: edits.len() as u64,
        bytes: gold.spun.len() as u64,
        source: gold.source,
        record,
    })
}
