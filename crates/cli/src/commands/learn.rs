//! `unspin learn` from pairs.

use std::path::Path;

use anyhow::{bail, Result};
use unspin_train::behaviour::Behaviour;
use unspin_train::folders::{find_partners, Partners};
use unspin_train::from_pairs::{learn_pairs, LearnReport, Options};
use unspin_train::learn::Pruning;
use unspin_train::records::{PairFiles, Pairs};

use super::progress::{tell_refused, Progress};
use super::propose;
use crate::args::Learn;
use crate::input::Input;
use crate::report::tell;

/// Learns a dictionary source; gives whether all records could be read.
pub(crate) fn run(options: Learn) -> Result<bool> {
    if !options.spun.is_empty() {
        return propose::run(&options);
    }
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
    let progress = Progress::new(options.quiet);
    let partners = match &options.files[..] {
        [spun, original] if spun.is_dir() && original.is_dir() => {
            progress.say("finding partners");
            Some(find_partners(spun, original)?)
        }
        files => match files.iter().find(|file| file.is_dir()) {
            Some(folder) => bail!(
                "{}: is a folder; name two, of spun texts and of their originals, or files of pairs",
                folder.display()
            ),
            None => None,
        },
    };
    let files = PairFiles::new(options.files);
    let pairs: &dyn Pairs = match &partners {
        Some(partners) => partners,
        None => &files,
    };
    let (source, report) = learn_pairs(pairs, &how, &mut |done| progress.at(done))?;
    progress.finish();

    tell_refused(&report.read, "a record needs `spun` and `original`");
    super::dict::write(&options.output, source.to_string().as_bytes())?;
    if let Some(path) = &options.report {
        write_report(path, &report, partners.as_ref())?;
    }
    if !options.quiet {
        if let Some(partners) = &partners {
            tell(&format!(
                "{} partners found; {} spun texts and {} originals have none",
                partners.pairs.len(),
                partners.spun_alone,
                partners.original_alone
            ));
        }
        tell_report(&report, how.pruning.least(report.documents));
    }
    Ok(report.read.refused == 0)
}

fn write_report(path: &Path, report: &LearnReport, partners: Option<&Partners>) -> Result<()> {
    let mut json = serde_json::to_value(report)?;
    if let (Some(fields), Some(partners)) = (json.as_object_mut(), partners) {
        fields.insert("partners".to_string(), serde_json::to_value(partners)?);
    }
    let text = serde_json::to_string_pretty(&json)? + "\n";
    super::dict::write(path, text.as_bytes())
}

/// Tells what was learnt, how sure it is and how the spinner behaves.
fn tell_report(report: &LearnReport, least: u32) {
    tell(&format!(
        "{} entries from {} substitutions in {} documents, {} set aside, {} failed",
        report.entries,
        report.substitutions,
        report.documents,
        report.set_aside,
        report.read.refused
    ));
    if report.entries == 0 {
        return;
    }
    tell(&format!(
        "how sure: {} entries were seen but {}, the least that counts; {} phrase pairs were dropped as shreds of longer ones",
        report.rare,
        if least == 1 { "once".to_string() } else { format!("{least} times") },
        report.inconsistent
    ));
    let Behaviour {
        density,
        kept,
        alternatives,
        most_alternatives,
        quotes_spared,
        capitals_spared,
        ..
    } = report.behaviour;
    let spared = |share: Option<f64>| match share {
        Some(share) => format!("in {:.0} % of documents", 100.0 * share),
        None => "not to be told".to_string(),
    };
    tell(&format!(
        "the spinner: changes {:.1} % of the words, leaves {:.1} % of its chances, has {alternatives:.1} alternatives a phrase (at most {most_alternatives}); quotations spared {}, capitals {}",
        100.0 * density,
        100.0 * kept,
        spared(quotes_spared),
        spared(capitals_spared)
    ));
}
