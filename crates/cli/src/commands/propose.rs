//! `unspin learn --spun … --clean …`: proposals without pairs.

use std::path::PathBuf;

use anyhow::Result;
use unspin::token::tokenize;
use unspin_coverage::documents::{read, Document};
use unspin_train::folders::files;
use unspin_train::propose::{propose, to_review, Options, Thesaurus};
use unspin_train::records::{ReadReport, RecordsError};

use super::progress::{tell_refused, Progress};
use crate::args::Learn;
use crate::engine::read_source;
use crate::report::tell;

/// Field of records that hold one text.
const FIELD: &str = "text";

/// Which text of a pair counts.
#[derive(Debug, Clone, Copy)]
enum Side {
    Spun,
    Original,
}

/// Writes proposals; gives whether all texts could be read.
pub(super) fn run(options: &Learn) -> Result<bool> {
    let (spun, clean) = (all_files(&options.spun)?, all_files(&options.clean)?);
    let mut rows = String::new();
    for path in &options.thesaurus {
        rows.push_str(&read_source(path)?);
        rows.push('\n');
    }
    let thesaurus = Thesaurus::parse(&rows);

    // Records that are no texts are told once, before the counting.
    let mut report = ReadReport::default();
    let progress = Progress::new(options.quiet);
    progress.say("checking");
    for path in spun.iter().chain(&clean) {
        read(path, FIELD, &mut report, |_| progress.step())?;
    }
    tell_refused(&report, "name files of texts, or of records with `text`");
    progress.say("counting");
    let texts = |paths: &[PathBuf], side: Side, visit: &mut dyn FnMut(&str)| {
        for path in paths {
            read(path, FIELD, &mut ReadReport::default(), |document| {
                progress.step();
                match (document, side) {
                    (Document::Text(text), _) => visit(&text),
                    (Document::Pair { pair, .. }, Side::Spun) => visit(&pair.spun),
                    (Document::Pair { pair, .. }, Side::Original) => visit(&pair.original),
                }
            })?;
        }
        Ok::<(), RecordsError>(())
    };
    let how = Options {
        least: options.min_used.unwrap_or(Options::default().least),
        ..Options::default()
    };
    let (mut documents, mut words) = (0, 0);
    texts(&spun, Side::Spun, &mut |text| {
        documents += 1;
        words += tokenize(text).len() as u64;
    })?;
    let proposals = propose(
        &|visit| texts(&spun, Side::Spun, visit),
        &|visit| texts(&clean, Side::Original, visit),
        &thesaurus,
        &how,
    )?;
    progress.finish();
    super::dict::write(
        &options.output,
        to_review(&proposals, documents, words).as_bytes(),
    )?;
    if !options.quiet {
        let guessed = proposals
            .iter()
            .filter(|proposal| !proposal.guesses.is_empty())
            .count();
        tell(&format!(
            "{} suspicious phrases, {guessed} of them with originals to choose from; review {} before you build it",
            proposals.len(),
            options.output.display()
        ));
    }
    Ok(report.refused == 0)
}

/// The files, and those in the folders.
pub(super) fn all_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, RecordsError> {
    let mut all = Vec::new();
    for path in paths {
        if path.is_dir() {
            all.extend(files(path)?);
        } else {
            all.push(path.clone());
        }
    }
    Ok(all)
}
