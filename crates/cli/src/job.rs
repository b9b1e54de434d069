//! The work on a part of a file of records.

use std::ops::Range;
use std::sync::Arc;

use memchr::memchr;
use serde::Serialize;
use unspin::{Edit, Restorer, Spin, Tell, Worker};

use crate::chunks::{Chunk, CHUNK};
use crate::pipeline::Work;
use crate::record::{decode, locate, Added, Fault, Splice};
use crate::report::Counts;
use crate::room::{room, LONG};
use crate::show::Show;

/// What is done with each record.
#[derive(Debug, Clone)]
pub(crate) enum Task {
    /// Restore the text, and add the edits if a field is named for them.
    Restore(Option<Added>),
    /// Add a field that says how spun the text looks.
    Detect(Added),
    /// Show the text's edits to people.
    Show(Show),
}

/// The settings of a job.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) task: Task,
    pub(crate) field: String,
    pub(crate) longest: usize,
    pub(crate) strict: bool,
    pub(crate) lossy: bool,
}

impl Settings {
    /// Bytes up to which parts of a file go beside others.
    pub(crate) fn short(&self) -> usize {
        match self.task {
            // No part has more without a record that is a long one, with which others help.
            Task::Restore(None) => LONG + 2 * CHUNK,
            _ => 4 * LONG,
        }
    }
}

/// What came of a part of a file.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) bytes: Vec<u8>,
    /// Line ends passed.
    pub(crate) lines: u64,
    pub(crate) counts: Counts,
    /// Failures: lines from the beginning of the part, and what is wrong.
    pub(crate) faults: Vec<(u64, Fault)>,
    /// Whether a failure ended the work.
    pub(crate) stopped: bool,
}

/// Works on records one after the other, with memory that it keeps.
pub(crate) struct Job {
    settings: Arc<Settings>,
    worker: Worker,
    decoded: String,
}

/// Output that is its input up to the first change.
struct Patch<'a> {
    input: &'a [u8],
    copied: usize,
    output: Vec<u8>,
}

impl Patch<'_> {
    /// Copies up to a place; what follows is to be written by the caller.
    fn keep_to(&mut self, at: usize) -> &mut Vec<u8> {
        if self.output.capacity() == 0 {
            let length = self.input.len() + self.input.len() / 8;
            self.output.reserve(room(length));
        }
        self.output.extend_from_slice(&self.input[self.copied..at]);
        self.copied = at;
        &mut self.output
    }

    /// Leaves out what lies before a place.
    fn drop_to(&mut self, at: usize) {
        self.copied = at;
    }
}

impl Job {
    pub(crate) fn new(settings: Arc<Settings>, restorer: &Restorer) -> Job {
        Job {
            settings,
            worker: restorer.worker(),
            decoded: String::new(),
        }
    }

    /// Works on one part of a file, with helpers where its texts are long.
    pub(crate) fn run(&mut self, helpers: &mut [&mut Job], chunk: Chunk) -> Done {
        match chunk {
            Chunk::Lines { bytes, first } => {
                let mut helpers: Vec<_> = helpers.iter_mut().map(|job| &mut job.worker).collect();
                let done = self.lines(bytes, first, &mut helpers);
                // What a long record took is not kept for the short ones that follow.
                self.decoded.clear();
                self.decoded.shrink_to(LONG);
                done
            }
            Chunk::Long {
                bytes,
                begins,
                ends,
            } => {
                let mut done = Done {
                    lines: u64::from(ends),
                    ..Done::default()
                };
                done.counts.bytes = bytes.len() as u64;
                if begins {
                    done.counts.documents = 1;
                    done.faults.push((0, Fault::TooLong(self.settings.longest)));
                    done.stopped = self.settings.strict;
                }
                if !done.stopped && !matches!(self.settings.task, Task::Show(_)) {
                    done.bytes = bytes;
                }
                done
            }
        }
    }

    fn lines(&mut self, bytes: Vec<u8>, first: bool, helpers: &mut [&mut Worker]) -> Done {
        let mut done = Done::default();
        let mut patch = Patch {
            input: &bytes,
            copied: 0,
            output: Vec::new(),
        };
        let mut at = if first && bytes.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        while at < bytes.len() {
            let rest = &bytes[at..];
            let length = memchr(b'\n', rest).unwrap_or(rest.len());
            let line = &rest[..length];
            if !line.trim_ascii().is_empty() {
                done.counts.documents += 1;
                if let Err(fault) = self.line(line, at, helpers, &mut patch, &mut done.counts) {
                    done.faults.push((done.lines, fault));
                    if self.settings.strict {
                        done.stopped = true;
                        break;
                    }
                }
            }
            done.lines += 1;
            at = (at + length + 1).min(bytes.len());
        }
        done.counts.bytes = at as u64;
        if matches!(self.settings.task, Task::Show(_)) {
            done.bytes = patch.output;
        } else if patch.copied == 0 {
            done.bytes = bytes;
            done.bytes.truncate(at);
        } else {
            patch.keep_to(at);
            done.bytes = patch.output;
        }
        done
    }

    /// Works on the line that stands at `base`.
    fn line(
        &mut self,
        line: &[u8],
        base: usize,
        helpers: &mut [&mut Worker],
        patch: &mut Patch<'_>,
        counts: &mut Counts,
    ) -> Result<(), Fault> {
        let Settings {
            task,
            field,
            longest,
            lossy,
            ..
        } = &*self.settings;
        if line.len() > *longest {
            return Err(Fault::TooLong(*longest));
        }
        let repaired;
        let text = match std::str::from_utf8(line) {
            Ok(text) => text,
            Err(_) if *lossy => {
                repaired = String::from_utf8_lossy(line).into_owned();
                &repaired
            }
            Err(error) => return Err(Fault::Utf8(error.valid_up_to())),
        };
        let added = match task {
            Task::Restore(added) => added.as_ref(),
            Task::Detect(added) => Some(added),
            Task::Show(_) => None,
        };
        let record = locate(text, field, added)?;
        let raw = &text[record.value.clone()];
        let decoded = if memchr(b'\\', raw.as_bytes()).is_none() {
            raw
        } else {
            decode(raw, &mut self.decoded)?;
            &self.decoded
        };
        let (edits, addition) = match task {
            Task::Detect(_) => {
                let spin = self.worker.detect(decoded);
                counts.spun += u64::from(spin.spun == Some(true));
                (Some(Vec::new()), Some(to_json(&SpinField::of(&spin))))
            }
            Task::Restore(None) => (None, None),
            Task::Restore(Some(_)) => {
                let edits = self.worker.edits(decoded);
                let listed = edits.iter().map(EditField::of).collect::<Vec<_>>();
                let addition = to_json(&listed);
                (Some(edits), Some(addition))
            }
            Task::Show(show) => {
                let name = serde_json::from_str::<Named>(text)
                    .ok()
                    .and_then(|named| named.id);
                let name = name.map_or_else(String::new, |id| id.to_string());
                let shown = show.document(&name, decoded, &mut self.worker, &mut patch.output);
                counts.spun += u64::from(shown > 0);
                counts.edits += shown;
                return Ok(());
            }
        };

        let is_as_read = text.len() == line.len() && text.as_bytes() == line;
        if !is_as_read {
            let head = &text.as_bytes()[..record.value.start];
            patch.keep_to(base).extend_from_slice(head);
        }
        let mut splice = Splice::new(raw);
        let mut replaced = 0;
        let mut replace = |place: Range<usize>, replacement: &str| {
            if replaced == 0 && is_as_read {
                patch.keep_to(base + record.value.start);
            }
            replaced += 1;
            splice.replace(place, replacement, &mut patch.output);
        };
        match edits {
            Some(edits) => edits
                .iter()
                .for_each(|edit| replace(edit.start..edit.end, &edit.replacement)),
            None => self
                .worker
                .for_each_replacement_with(helpers, decoded, replace),
        }
        counts.edits += replaced;
        counts.spun += u64::from(replaced > 0);
        let add = |out: &mut Vec<u8>| {
            if let (Some(json), Some(added)) = (&addition, added) {
                add_field(text, &record, added, json, out);
            }
        };
        if is_as_read {
            if replaced > 0 {
                splice.finish(&mut patch.output);
                patch.drop_to(base + record.value.end);
            }
            if addition.is_some() {
                add(patch.keep_to(base + record.close));
            }
        } else {
            let out = &mut patch.output;
            splice.finish(out);
            out.extend_from_slice(&text.as_bytes()[record.value.end..record.close]);
            add(out);
            out.extend_from_slice(&text.as_bytes()[record.close..]);
            patch.drop_to(base + line.len());
        }
        Ok(())
    }
}

impl Work for Job {
    type Job = Chunk;
    type Done = Done;

    fn size(chunk: &Chunk) -> usize {
        chunk.size()
    }

    fn work(&mut self, chunk: Chunk) -> Done {
        self.run(&mut [], chunk)
    }
}

/// Writes a further field of a record that has at least one.
fn add_field(
    text: &str,
    record: &crate::record::Record,
    added: &Added,
    json: &str,
    out: &mut Vec<u8>,
) {
    debug_assert!(text[record.close..].starts_with('}'));
    out.extend_from_slice(b",\"");
    crate::record::write_escaped(&added.name, false, out);
    out.extend_from_slice(b"\":");
    out.extend_from_slice(json.as_bytes());
}

/// Numbers, text and lists always have a JSON form.
fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_string())
}

/// An edit as records carry it.
#[derive(Serialize)]
struct EditField<'a> {
    start: usize,
    end: usize,
    source: &'a str,
    replacement: &'a str,
    score: f32,
}

impl EditField<'_> {
    fn of(edit: &Edit) -> EditField<'_> {
        EditField {
            start: edit.start,
            end: edit.end,
            source: &edit.source,
            replacement: &edit.replacement,
            score: edit.score,
        }
    }
}

/// A verdict as records carry it.
#[derive(Serialize)]
struct SpinField<'a> {
    score: f64,
    spun: Option<bool>,
    tells: &'a [Tell],
}

impl SpinField<'_> {
    fn of(spin: &Spin) -> SpinField<'_> {
        SpinField {
            score: spin.score,
            spun: spin.spun,
            tells: &spin.tells,
        }
    }
}

/// A record's name, for people.
#[derive(serde::Deserialize)]
struct Named {
    id: Option<serde_json::Value>,
}
