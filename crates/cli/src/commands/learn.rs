//! `unspin learn`.

use anyhow::{bail, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use unspin_train::from_pairs::{learn_pairs, Options};
use unspin_train::learn::Pruning;
use unspin_train::records::PairFiles;

use crate::args::Learn;
use crate::input::Input;
use crate::report::tell;

/// Learns a dictionary source; gives whether all records could be read.
pub(crate) fn run(options: Learn) -> Result<bool> {
    if Input::all(&options.files).contains(&Input::Stdin) {
        bail!("pairs are read several times; name files instead of standard input");
    }
    let how = Options {
        ignore_edits: options.align,
        pruning: Pruning {
            min_used: options.min_used,
            min_share: options.min_share,
        },
        ..Options::default()
    };
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(5));
    if options.quiet {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}: {human_pos} documents") {
        bar.set_style(style);
    }
    let (source, report) = learn_pairs(&PairFiles::new(options.files), &how, &mut |done| {
        if done.documents == 1 {
            bar.set_message(format!("pass {} of {}", done.pass, done.passes));
        }
        bar.set_position(done.documents);
    })?;
    bar.finish_and_clear();

    for refused in &report.read.places {
        tell(&format!(
            "{}:{}: no pair ({}); a record needs `spun` and `original`",
            refused.path.display(),
            refused.line,
            refused.reason
        ));
    }
    super::dict::write(&options.output, source.to_string().as_bytes())?;
    if !options.quiet {
        tell(&format!(
            "{} entries from {} substitutions in {} documents, {} set aside, {} failed",
            report.entries,
            report.substitutions,
            report.documents,
            report.set_aside,
            report.read.refused
        ));
    }
    Ok(report.read.refused == 0)
}
