//! Edits for people: a word diff, and the candidates behind each decision.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use unspin::{Candidate, Edit, Worker};

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    /// Lines with changed words. True: in colour.
    Diff(bool),
    /// Decisions with their candidates. True: in colour.
    Explain(bool),
}

const NAME: Style = Style::new().bold();
const PLACE: Style = AnsiColor::Cyan.on_default();
const OLD: Style = AnsiColor::Red.on_default().strikethrough();
const NEW: Style = AnsiColor::Green.on_default();

/// A style, or none of it.
fn paint(style: Style, color: bool) -> Style {
    if color {
        style
    } else {
        Style::new()
    }
}

impl Show {
    /// Shows a document; gives the number of its edits.
    pub(crate) fn document(
        self,
        name: &str,
        text: &str,
        worker: &mut Worker,
        out: &mut Vec<u8>,
    ) -> u64 {
        let edits = worker.edits(text);
        match self {
            Show::Diff(color) => diff(name, text, &edits, color, out),
            Show::Explain(color) => explain(name, text, worker, color, out),
        }
        edits.len() as u64
    }
}

fn headline(name: &str, color: bool, out: &mut Vec<u8>) {
    let bold = paint(NAME, color);
    // Writing to memory does not fail.
    let _ = writeln!(out, "{bold}{name}{bold:#}");
}

/// The lines with edits: `[-old-]{+new+}`, or the words in colour.
fn diff(name: &str, text: &str, edits: &[Edit], color: bool, out: &mut Vec<u8>) {
    if edits.is_empty() {
        return;
    }
    if !name.is_empty() {
        headline(name, color, out);
    }
    let (old, new, place) = (paint(OLD, color), paint(NEW, color), paint(PLACE, color));
    let mut edits = edits.iter().peekable();
    let (mut start, mut number) = (0, 1);
    while start < text.len() {
        let mut end = line_end(text, start);
        let mut at = start;
        while let Some(edit) = edits.next_if(|edit| edit.start < end) {
            if at == start {
                let _ = write!(out, "{place}{number}:{place:#} ");
            }
            let before = text.get(at..edit.start).unwrap_or_default();
            let (from, to) = (edit.source.as_str(), edit.replacement.as_str());
            let _ = if color {
                write!(out, "{before}{old}{from}{old:#}{new}{to}{new:#}")
            } else {
                write!(out, "{before}[-{from}-]{{+{to}+}}")
            };
            at = edit.end;
            // A phrase may be broken over lines.
            if at > end {
                end = line_end(text, at);
            }
        }
        if at > start {
            let rest = text.get(at..end).unwrap_or_default();
            let _ = writeln!(out, "{}", rest.trim_end_matches(['\n', '\r']));
        }
        number += memchr::memchr_iter(b'\n', &text.as_bytes()[start..end]).count();
        start = end;
    }
}

/// One past the end of the line in which a place lies.
fn line_end(text: &str, at: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length + 1)
}

/// Each decision: its place, what stands there, and the readings, cheapest first.
fn explain(name: &str, text: &str, worker: &mut Worker, color: bool, out: &mut Vec<u8>) {
    let decisions = worker.explain(text);
    if decisions.is_empty() {
        return;
    }
    if !name.is_empty() {
        headline(name, color, out);
    }
    let place = paint(PLACE, color);
    let (mut line, mut line_start, mut seen) = (1, 0, 0);
    for decision in decisions {
        let passed = text.get(seen..decision.start).unwrap_or_default();
        if let Some(last) = passed.rfind('\n') {
            line += memchr::memchr_iter(b'\n', passed.as_bytes()).count();
            line_start = seen + last + 1;
        }
        seen = decision.start.max(seen);
        let column = decision.start - line_start + 1;
        let _ = writeln!(
            out,
            "{place}{line}:{column}:{place:#} {:?}",
            decision.source
        );
        for Candidate {
            replacement,
            cost,
            score,
            chosen,
        } in &decision.candidates
        {
            let style = paint(if *chosen { NEW } else { Style::new() }, color);
            let mark = if *chosen { '>' } else { ' ' };
            let shown = replacement
                .as_ref()
                .map_or("(as it is)".to_string(), |r| format!("{r:?}"));
            let nats = f64::from(*cost) / 256.0;
            let _ = writeln!(
                out,
                "  {mark} {style}{shown:<32}{style:#} {score:>6.3} {nats:>8.2}"
            );
        }
    }
}
