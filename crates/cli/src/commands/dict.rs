//! `unspin dict`.

use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use unspin::dict::{is_comment, Source, COLUMNS};
use unspin_coverage::documents::{read, Document};
use unspin_train::check::{CheckReport, Finding, Note};
use unspin_train::import::{Format, Options};
use unspin_train::records::ReadReport;

use super::import;
use crate::args::DictCommand;
use crate::engine::{dictionary, read_source};
use crate::output::Output;
use crate::report::tell;

/// Works on dictionaries.
pub(crate) fn run(command: DictCommand) -> Result<ExitCode> {
    match command {
        DictCommand::Build { source, output } => build(&source, &output)?,
        DictCommand::Check {
            sources,
            fix,
            clean,
            notes,
        } => return check(&sources, fix, &clean, notes),
        DictCommand::Diff { old, new } => return diff(&old, &new),
        DictCommand::Import {
            files,
            output,
            format,
            inflect,
            uses,
            rejects,
            quiet,
        } => {
            let options = Options {
                uses: uses.max(1),
                inflect,
                ..Options::default()
            };
            let rejects = rejects.unwrap_or_else(|| {
                let mut name = output.clone().into_os_string();
                name.push(".rejects");
                PathBuf::from(name)
            });
            let format = format.map(Format::from);
            return import::run(&files, format, &options, &output, &rejects, quiet);
        }
        DictCommand::Stats { dictionary } => stats(&dictionary)?,
        DictCommand::Lookup {
            phrases,
            dictionary,
        } => return lookup(&phrases, &dictionary),
    }
    Ok(ExitCode::SUCCESS)
}

fn build(path: &Path, output: &Path) -> Result<()> {
    let name = path.display().to_string();
    let mut source = Source::parse(&name, &read_source(path)?)?;
    source.canonicalize();
    let compiled = source.to_dictionary(&name)?;
    write(output, compiled.as_bytes())
}

/// Writes a whole file.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut output = Output::file(path)?;
    output
        .write_all(bytes)
        .with_context(|| format!("{}: cannot be written", path.display()))?;
    output.finish()
}

/// Prints findings; gives 1 if there were any, 2 if a file cannot be read.
fn check(paths: &[PathBuf], fix: bool, clean: &[PathBuf], notes: bool) -> Result<ExitCode> {
    let clean = texts(clean)?;
    let mut out = Output::stdout();
    let mut status = 0;
    for path in paths {
        let text = match read_source(path) {
            Ok(text) => text,
            Err(error) => {
                tell(&format!("{error:#}"));
                status = 2;
                continue;
            }
        };
        let name = path.display().to_string();
        let mut findings = findings(&name, &text);
        let mut told = Vec::new();
        if let Ok(source) = Source::parse(&name, &text) {
            let report = unspin_train::check::check(&source, &clean);
            findings.harmful = harmful(&name, &text, &report);
            if notes {
                told = report
                    .notes
                    .iter()
                    .map(|note| describe(&name, note))
                    .collect();
            }
        }
        for line in findings.lines.iter().chain(&findings.harmful).chain(&told) {
            writeln!(out, "{line}")?;
        }
        if !findings.harmful.is_empty() {
            status = status.max(1);
        }
        match findings.canonical {
            Some(canonical) if fix => {
                write(path, canonical.as_bytes())?;
                writeln!(out, "{}: rewritten", path.display())?;
            }
            _ if findings.lines.is_empty() => {}
            _ => status = status.max(1),
        }
    }
    Ok(ExitCode::from(status))
}

/// What is wrong with a source.
struct Findings {
    lines: Vec<String>,
    /// The canonical text, where it differs and the source is well-formed.
    canonical: Option<String>,
    /// Entries that would harm clean text.
    harmful: Vec<String>,
}

fn findings(name: &str, text: &str) -> Findings {
    let mut source = match Source::parse(name, text) {
        Ok(source) => source,
        Err(error) => {
            return Findings {
                lines: vec![error.to_string()],
                canonical: None,
                harmful: Vec::new(),
            }
        }
    };
    source.canonicalize();
    let canonical = source.to_string();
    // Comments among the entries are the reviewer's own affair.
    let entries = text.find(COLUMNS).unwrap_or(0);
    let rest = text[entries..].lines().filter(|line| !is_comment(line));
    let head = text[..entries]
        .lines()
        .filter(|line| !line.starts_with("# "));
    if head.chain(rest).eq(canonical.lines()) && text.ends_with('\n') {
        return Findings {
            lines: Vec::new(),
            canonical: None,
            harmful: Vec::new(),
        };
    }
    let mut lines = Vec::new();
    let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
    let mut last: Option<(&str, &str)> = None;
    let entries = text
        .lines()
        .enumerate()
        .skip_while(|(_, line)| !line.starts_with("spun\t"));
    for (index, line) in entries.skip(1).filter(|(_, line)| !is_comment(line)) {
        let mut columns = line.split('\t');
        let (Some(spun), Some(original)) = (columns.next(), columns.next()) else {
            continue;
        };
        let (number, pair) = (index + 1, (spun, original));
        if let Some(first) = seen.get(&pair) {
            lines.push(format!(
                "{name}:{number}:1: the pair stands on line {first} already; join them (--fix)"
            ));
        } else if last.is_some_and(|last| last > pair) {
            lines.push(format!(
                "{name}:{number}:1: out of order; sort by spun and original phrase (--fix)"
            ));
        }
        seen.entry(pair).or_insert(number);
        last = Some(pair);
    }
    if lines.is_empty() {
        let same = text
            .lines()
            .zip(canonical.lines())
            .take_while(|(a, b)| a == b)
            .count();
        lines.push(format!(
            "{name}:{}:1: not in canonical form; rewrite it (--fix)",
            same + 1
        ));
    }
    Findings {
        lines,
        canonical: Some(canonical),
        harmful: Vec::new(),
    }
}

/// The texts of files and folders.
fn texts(paths: &[PathBuf]) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    let mut report = ReadReport::default();
    for path in super::propose::all_files(paths)? {
        read(&path, "text", &mut report, |document| {
            texts.push(match document {
                Document::Text(text) => text,
                Document::Pair { pair, .. } => pair.original,
            });
        })?;
    }
    super::progress::tell_refused(&report, "name files of texts, or of records with `text`");
    Ok(texts)
}

/// Lines for the entries that would harm clean text, at the first line of each.
fn harmful(name: &str, text: &str, report: &CheckReport) -> Vec<String> {
    let mut lines: HashMap<&str, usize> = HashMap::new();
    for (index, line) in text.lines().enumerate() {
        let (spun, _) = pair(line);
        lines.entry(spun).or_insert(index + 1);
    }
    let line = |finding: &Finding| {
        match finding {
        Finding::Harmful {
            spun,
            seen,
            expected,
        } => Some(format!(
            "{name}:{}:1: clean text has `{spun}` {seen} times where {expected:.1} are expected; raise `own`, or switch the entry off with `# `",
            lines.get(spun.as_str()).copied().unwrap_or(1)
        )),
        _ => None,
    }
    };
    report.findings.iter().filter_map(line).collect()
}

fn describe(name: &str, note: &Note) -> String {
    match note {
        Note::Swap { first, second } => format!("{name}: note: `{first}` and `{second}` swap"),
        Note::Cycle { phrases } => {
            let shown = phrases.iter().take(8).map(String::as_str);
            let more = match phrases.len().saturating_sub(8) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let shown: Vec<&str> = shown.collect();
            format!("{name}: note: a cycle: {}{more}", shown.join(", "))
        }
        _ => format!("{name}: note: {note:?}"),
    }
}

/// Prints the entries in which two dictionaries differ; gives 1 if there are any.
fn diff(old: &Path, new: &Path) -> Result<ExitCode> {
    let lines = |path: &Path| -> Result<BTreeSet<String>> {
        let text = dictionary(path)?.to_source().to_string();
        Ok(text.lines().map(str::to_string).collect())
    };
    let (old, new) = (lines(old)?, lines(new)?);
    let mut changes: Vec<(&String, char)> = old.difference(&new).map(|line| (line, '-')).collect();
    changes.extend(new.difference(&old).map(|line| (line, '+')));
    changes.sort_by(|(a, x), (b, y)| (pair(a), y).cmp(&(pair(b), x)));
    let mut text = String::new();
    for (line, sign) in &changes {
        text.push(*sign);
        text.push_str(line);
        text.push('\n');
    }
    Output::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::from(u8::from(!changes.is_empty())))
}

/// The phrases of an entry's line.
fn pair(line: &str) -> (&str, &str) {
    let mut columns = line.split('\t');
    (
        columns.next().unwrap_or_default(),
        columns.next().unwrap_or_default(),
    )
}

fn stats(path: &Path) -> Result<()> {
    let mut json = serde_json::to_vec_pretty(&dictionary(path)?.stats())?;
    json.push(b'\n');
    Ok(Output::stdout().write_all(&json)?)
}

/// Prints the entries of phrases; gives 1 if one has none.
fn lookup(phrases: &[String], path: &Path) -> Result<ExitCode> {
    let dictionary = dictionary(path)?;
    let mut rows = vec![["spun", "original", "used", "own", "kept", "bias"].map(str::to_string)];
    let mut missing = false;
    for phrase in phrases {
        let mut entries = dictionary.lookup(phrase);
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.used));
        if entries.is_empty() {
            tell(&format!("{phrase}: no entry"));
            missing = true;
        }
        rows.extend(entries.into_iter().map(|entry| {
            let [used, own, kept] = [entry.used, entry.own, entry.kept].map(|n| n.to_string());
            [
                entry.spun,
                entry.original,
                used,
                own,
                kept,
                entry.bias.to_string(),
            ]
        }));
    }
    if rows.len() > 1 {
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let widths: Vec<usize> = (0..6).map(|column| width(column).unwrap_or(0)).collect();
        let mut table = String::new();
        for [spun, original, numbers @ ..] in &rows {
            table += &format!("{spun:<0$}  {original:<1$}", widths[0], widths[1]);
            for (number, width) in numbers.iter().zip(&widths[2..]) {
                table += &format!("  {number:>width$}");
            }
            table.push('\n');
        }
        Output::stdout().write_all(table.as_bytes())?;
    }
    Ok(ExitCode::from(u8::from(missing)))
}
