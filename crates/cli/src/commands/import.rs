//! `unspin dict import`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{bail, Result};
use unspin_train::import::{import_file, Format, Imported, Options};

use super::dict::write;
use crate::args::ListFormat;
use crate::report::tell;

/// Makes one source of all lists; gives 2 if any row was malformed, or a list
/// could not be read.
pub(crate) fn run(
    files: &[PathBuf],
    format: Option<Format>,
    options: &Options,
    output: &Path,
    rejects: &Path,
    quiet: bool,
) -> Result<ExitCode> {
    let mut all = Imported::default();
    let mut failed = false;
    for path in files {
        match import_file(path, format, options) {
            Ok(imported) => all.join(imported),
            Err(error) => {
                tell(&error.to_string());
                failed = true;
            }
        }
    }
    if !all.rejects.is_empty() {
        let mut text = String::new();
        for reject in &all.rejects {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{reject}");
        }
        write(rejects, text.as_bytes())?;
    }
    if all.source.entries.is_empty() {
        let rejected = all.rejected;
        bail!("no entries: {rejected} rejects; see {}", rejects.display());
    }
    write(output, all.source.to_string().as_bytes())?;
    if !quiet {
        tell(&format!(
            "{} rows, {} entries, {} rejects ({} malformed){}",
            all.rows,
            all.source.entries.len(),
            all.rejected,
            all.malformed,
            match all.rejected {
                0 => String::new(),
                _ => format!(", listed in {}", rejects.display()),
            }
        ));
    }
    Ok(ExitCode::from(if failed || all.malformed > 0 {
        2
    } else {
        0
    }))
}

impl From<ListFormat> for Format {
    fn from(format: ListFormat) -> Format {
        match format {
            ListFormat::Synonyms => Format::Synonyms,
            ListFormat::Spintax => Format::Spintax,
            ListFormat::Csv => Format::Csv,
            ListFormat::Tsv => Format::Tsv,
            ListFormat::Tortured => Format::Tortured,
            ListFormat::Codespell => Format::Codespell,
        }
    }
}
