//! `unspin coverage`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use unspin::dict::{Entry, Source};
use unspin::{Dictionary, Model};
use unspin_coverage::{growth::growth, page::page, Measurer, PairCoverage, Settings};
use unspin_train::from_pairs::Options;
use unspin_train::pairs::Pair;
use unspin_train::records::{PairFiles, ReadReport};

use super::progress::{tell_refused, Progress};
use crate::args::{Coverage, EMBEDDED};
use crate::engine::dictionary;
use crate::output::Output;
use crate::report::tell;

/// Benchmarks a dictionary; gives whether all documents could be read.
pub(crate) fn run(options: Coverage) -> Result<bool> {
    let names = if options.dictionary.is_empty() {
        vec![PathBuf::from(EMBEDDED)]
    } else {
        options.dictionary
    };
    let layers: Vec<Dictionary> = names
        .iter()
        .map(|path| dictionary(path))
        .collect::<Result<_>>()?;
    let dictionary = Dictionary::layered(&layers)?;
    let model = match &options.model {
        Some(path) => Model::from_path(path)?,
        None => Model::embedded(),
    };
    let name: Vec<String> = names
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let settings = Settings {
        name: name.join(" + "),
        assume: options.assume.into(),
        field: options.field,
        most: options.most,
    };
    let mut measurer = Measurer::new(&dictionary, model, settings)?;
    let progress = Progress::new(options.quiet);
    progress.say("measuring");
    let mut report = ReadReport::default();
    // Pairs are kept only where they are measured on again and again.
    let mut kept: Vec<(String, Pair)> = Vec::new();
    let keep = !options.growth.is_empty();
    let mut each = |pair: Option<(&str, &Pair)>| {
        progress.step();
        if let Some((source, pair)) = pair.filter(|_| keep) {
            kept.push((source.to_string(), pair.clone()));
        }
    };
    let mut failed = 0;
    for path in &options.files {
        if let Err(error) = measurer.file(path, &mut report, &mut each) {
            tell(&error.to_string());
            failed += 1;
        }
    }
    measurer.align(&mut each)?;
    let mut coverage = measurer.finish();
    if keep {
        let files = PairFiles::new(options.growth);
        coverage.growth = growth(&files, &Options::default(), &kept, &mut |done| {
            progress.at(done);
        })?;
    }
    progress.finish();

    tell_refused(
        &report,
        "write `spun` and `original`, or name the field with --field",
    );
    let text = if options.json {
        serde_json::to_string_pretty(&coverage)? + "\n"
    } else {
        coverage.to_string()
    };
    let mut output = match &options.output {
        Some(path) => Output::file(path)?,
        None => Output::stdout(),
    };
    output
        .write_all(text.as_bytes())
        .context("output cannot be written")?;
    output.finish()?;
    if let Some(path) = &options.html {
        super::dict::write(path, page(&coverage).as_bytes())?;
    }
    if let Some(path) = &options.gaps {
        let source = coverage.pairs.as_ref().map(gaps).unwrap_or_default();
        super::dict::write(path, source.to_string().as_bytes())?;
    }
    Ok(failed == 0 && report.refused == 0)
}

/// What is missing as a source, which can be compiled and layered, or its
/// lines pasted into another.
fn gaps(pairs: &PairCoverage) -> Source {
    let mut source = Source {
        documents: pairs.documents,
        words: pairs.words,
        entries: Vec::new(),
    };
    source.entries.extend(pairs.missing.iter().map(|gap| Entry {
        spun: gap.spun.clone(),
        original: gap.original.clone(),
        used: u32::try_from(gap.count).unwrap_or(u32::MAX),
        own: gap.own,
        kept: gap.kept,
        bias: 0,
    }));
    source.entries.retain(|entry| entry.spun != entry.original);
    source.canonicalize();
    source
}
