//! From options to a restorer.

use std::path::Path;

use anyhow::{Context, Result};
use unspin::{Dictionary, Model, Reranker, Restorer};

use crate::args::{Assume, Engine, EMBEDDED};

/// The restorer that the options describe.
pub(crate) fn restorer(options: &Engine, min_score: f32) -> Result<Restorer> {
    let mut builder = Restorer::builder()
        .assume(options.assume.into())
        .min_score(min_score);
    for path in &options.dictionary {
        builder = builder.dictionary(dictionary(path)?);
    }
    if let Some(path) = &options.model {
        builder = builder.model(Model::from_path(path)?);
    }
    for path in &options.keep_list {
        for line in read_source(path)?.lines() {
            if !line.starts_with('#') {
                builder = builder.keep(line);
            }
        }
    }
    if let Some(path) = &options.reranker {
        builder = builder.reranker(Reranker::from_path(path)?);
    }
    Ok(builder.build()?)
}

impl From<Assume> for unspin::Assume {
    fn from(assume: Assume) -> unspin::Assume {
        match assume {
            Assume::Auto => unspin::Assume::Auto,
            Assume::Spun => unspin::Assume::Spun,
            Assume::Clean => unspin::Assume::Clean,
        }
    }
}

/// A dictionary by name: the built-in one, a compiled file or a source (`.tsv`).
pub(crate) fn dictionary(path: &Path) -> Result<Dictionary> {
    if path == Path::new(EMBEDDED) {
        return Ok(Dictionary::embedded());
    }
    if path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("tsv"))
    {
        let name = path.display().to_string();
        return Ok(Dictionary::from_source(&name, &read_source(path)?)?);
    }
    Ok(Dictionary::from_path(path)?)
}

/// Reads a dictionary source.
pub(crate) fn read_source(path: &Path) -> Result<String> {
    let bytes =
        std::fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = 1 + memchr::memchr_iter(b'\n', &error.as_bytes()[..at]).count();
        let name = path.display();
        anyhow::anyhow!("{name}:{line}: invalid UTF-8 at byte {at}; convert the file to UTF-8")
    })
}
