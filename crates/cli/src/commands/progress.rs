//! What is told while many documents are read, and after.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use unspin_train::from_pairs;
use unspin_train::records::ReadReport;

use crate::report::tell;

/// Tells which records were left out.
pub(super) fn tell_refused(report: &ReadReport, remedy: &str) {
    for refused in &report.places {
        tell(&format!(
            "{}:{}: left out ({}); {remedy}",
            refused.path.display(),
            refused.line,
            refused.reason
        ));
    }
    let more = report.refused - report.places.len() as u64;
    if more > 0 {
        tell(&format!("and {more} more"));
    }
}

/// How far work on documents has come, for whoever watches.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Drawn only on a terminal.
    pub(super) fn new(quiet: bool) -> Progress {
        let target = if quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr_with_hz(5)
        };
        let bar = ProgressBar::with_draw_target(None, target);
        match ProgressStyle::with_template("{spinner} {msg}: {human_pos} documents, {elapsed}") {
            Ok(style) => Progress(bar.with_style(style)),
            Err(_) => Progress(bar),
        }
    }

    pub(super) fn say(&self, what: &'static str) {
        self.0.set_message(what);
    }

    pub(super) fn step(&self) {
        self.0.inc(1);
    }

    pub(super) fn at(&self, done: from_pairs::Progress) {
        if done.documents == 1 {
            self.0
                .set_message(format!("pass {} of {}", done.pass, done.passes));
        }
        self.0.set_position(done.documents);
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
