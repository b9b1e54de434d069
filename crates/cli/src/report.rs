//! What is told on standard error: failures, progress, and a closing line of counts.

use std::io::{stderr, IsTerminal, Write};
use std::time::Instant;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::input::Input;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) documents: u64,
    /// Documents that were changed, or found to be spun.
    pub(crate) spun: u64,
    pub(crate) edits: u64,
    pub(crate) bytes: u64,
    pub(crate) failed: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Counts) {
        self.documents += other.documents;
        self.spun += other.spun;
        self.edits += other.edits;
        self.bytes += other.bytes;
        self.failed += other.failed;
    }
}

/// Tells people what happens.
pub(crate) struct Reporter {
    pub(crate) counts: Counts,
    bar: ProgressBar,
    start: Instant,
    quiet: bool,
}

impl Reporter {
    /// A reporter; the bar is drawn only where somebody sees it.
    pub(crate) fn new(quiet: bool, inputs: &[Input]) -> Reporter {
        let bar = if quiet || !stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            let sizes: Option<u64> = inputs.iter().map(Input::size).sum();
            let bar = ProgressBar::with_draw_target(sizes, ProgressDrawTarget::stderr_with_hz(5));
            let style = match sizes {
                Some(_) => "{bar:30} {percent}% {bytes}/{total_bytes} {bytes_per_sec} {eta}",
                None => "{spinner} {bytes} {bytes_per_sec}",
            };
            match ProgressStyle::with_template(style) {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        };
        Reporter {
            counts: Counts::default(),
            bar,
            start: Instant::now(),
            quiet,
        }
    }

    /// The bar that reading moves.
    pub(crate) fn bar(&self) -> &ProgressBar {
        &self.bar
    }

    /// Tells a failure and counts it.
    pub(crate) fn failure(&mut self, message: &str) {
        self.counts.failed += 1;
        self.bar.suspend(|| tell(message));
    }

    /// Takes the bar away and writes the closing line; gives whether all went well.
    pub(crate) fn finish(self, verb: &str) -> bool {
        self.bar.finish_and_clear();
        if !self.quiet {
            tell(&self.closing(verb));
        }
        self.counts.failed == 0
    }

    fn closing(&self, verb: &str) -> String {
        let Counts {
            documents,
            spun,
            edits,
            bytes,
            failed,
        } = self.counts;
        let seconds = self.start.elapsed().as_secs_f64();
        let megabytes = bytes as f64 / 1e6;
        let mut line = format!(
            "{} {}, {} {verb}",
            HumanCount(documents),
            if documents == 1 {
                "document"
            } else {
                "documents"
            },
            HumanCount(spun),
        );
        if verb == "restored" {
            line += &format!(
                ", {} {}",
                HumanCount(edits),
                if edits == 1 { "edit" } else { "edits" }
            );
        }
        line += &format!(
            ", {} bytes in {seconds:.1} s ({:.1} MB/s)",
            HumanCount(bytes),
            megabytes / seconds.max(1e-6),
        );
        if failed > 0 {
            line += &format!(", {} failed", HumanCount(failed));
        }
        line
    }
}

/// Writes a line to standard error; if that is closed there is nobody to tell.
pub(crate) fn tell(message: &str) {
    let _ = writeln!(stderr(), "{message}");
}
