//! All that was measured, and its table.

use std::fmt;

use serde::Serialize;

use crate::clean::CleanCoverage;
use crate::growth::Point;
use crate::pairs::{Band, PairCoverage, Shares};
use crate::spun::SpunCoverage;
use crate::table::Table;

/// Rows of a list that the table shows.
const SHOWN: usize = 20;

/// The dictionary that was measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DictionaryFigures {
    /// What it is called.
    pub name: String,
    /// Pairs of a key and an original.
    pub entries: usize,
    /// Distinct keys.
    pub keys: usize,
}

/// All that was measured; kinds of documents that there were none of are missing.
///
/// Displayed, it is a table for people; [`Serialize`] gives all of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Coverage {
    /// The dictionary.
    pub dictionary: DictionaryFigures,
    /// Pairs of spun documents and originals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs: Option<PairCoverage>,
    /// Spun texts by themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spun: Option<SpunCoverage>,
    /// Clean texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clean: Option<CleanCoverage>,
    /// Coverage by dictionaries learnt from fewer documents.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub growth: Vec<Point>,
}

impl Coverage {
    /// An empty report on a dictionary.
    #[must_use]
    pub fn new(name: &str, table: &Table) -> Coverage {
        Coverage {
            dictionary: DictionaryFigures {
                name: name.to_string(),
                entries: table.entries(),
                keys: table.keys(),
            },
            ..Coverage::default()
        }
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DictionaryFigures {
            name,
            entries,
            keys,
        } = &self.dictionary;
        writeln!(f, "{name}: {entries} entries, {keys} keys")?;
        if let Some(pairs) = &self.pairs {
            write_pairs(f, pairs)?;
        }
        if !self.growth.is_empty() {
            let rows: Vec<(String, Shares)> = self
                .growth
                .iter()
                .map(|point| {
                    let name = format!("{} ({} entries)", point.documents, point.entries);
                    (name, point.shares)
                })
                .collect();
            write_shares(f, "learnt from documents", &rows)?;
        }
        if let Some(spun) = &self.spun {
            writeln!(
                f,
                "\nspun text: {} documents, {} words\n  in a key of the dictionary  {:.4}\n  changed by restoring        {:.4}",
                spun.documents, spun.words, spun.explained, spun.restored
            )?;
            let rows = spun.odd.iter().map(|odd| {
                let expected = format!("{:.1}", odd.expected);
                vec![odd.phrase.clone(), odd.count.to_string(), expected]
            });
            write_list(
                f,
                "suspicious phrases without an entry",
                &["phrase", "seen", "expected"],
                rows,
            )?;
        }
        if let Some(clean) = &self.clean {
            writeln!(
                f,
                "\nclean text: {} documents, {} words\n  in a key of the dictionary  {:.4}\n  documents taken for spun    {}\n  words changed of 10,000     {:.2}\n  … if all were taken for spun {:.2}",
                clean.documents,
                clean.words,
                clean.in_keys,
                clean.taken_for_spun,
                clean.changed_per_10k,
                clean.changed_if_spun_per_10k
            )?;
            let rows = clean.harms.iter().map(|harm| {
                vec![
                    harm.spun.clone(),
                    harm.original.clone(),
                    harm.count.to_string(),
                ]
            });
            write_list(
                f,
                "changed most if it were taken for spun",
                &["phrase", "becomes", "times"],
                rows,
            )?;
        }
        Ok(())
    }
}

fn write_pairs(f: &mut fmt::Formatter<'_>, pairs: &PairCoverage) -> fmt::Result {
    writeln!(
        f,
        "\npairs: {} documents, {} words, {} distinct substitutions, {} of them without an entry",
        pairs.documents, pairs.words, pairs.distinct, pairs.distinct_missing
    )?;
    if pairs.set_aside > 0 {
        let set_aside = pairs.set_aside;
        writeln!(f, "{set_aside} pairs set aside: no versions of each other")?;
    }
    write_shares(f, "", &[("all".to_string(), pairs.all)])?;
    for (title, bands) in [
        ("by source", &pairs.by_source),
        ("by length of the spun phrase", &pairs.by_length),
        ("by frequency in these documents", &pairs.by_frequency),
    ] {
        write_shares(f, title, &rows(bands))?;
    }
    let missing = pairs.missing.iter().map(|gap| {
        vec![
            gap.spun.clone(),
            gap.original.clone(),
            gap.count.to_string(),
        ]
    });
    write_list(f, "missing", &["spun", "original", "seen"], missing)
}

fn rows(bands: &[Band]) -> Vec<(String, Shares)> {
    bands
        .iter()
        .map(|band| (band.name.clone(), band.shares))
        .collect()
}

fn write_shares(f: &mut fmt::Formatter<'_>, title: &str, rows: &[(String, Shares)]) -> fmt::Result {
    let names = rows.iter().map(|(name, _)| name.chars().count());
    let width = names.max().unwrap_or(0).max(title.chars().count()) + 2;
    writeln!(
        f,
        "\n  {title:<width$}substitutions     key  candidate   first"
    )?;
    for (name, shares) in rows {
        let Shares {
            substitutions,
            key,
            candidate,
            first,
        } = shares;
        writeln!(
            f,
            "  {name:<width$}{substitutions:>13}  {key:.4}     {candidate:.4}  {first:.4}"
        )?;
    }
    Ok(())
}

/// Writes the head of a list in columns, the last ones numbers.
fn write_list(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    names: &[&str],
    rows: impl ExactSizeIterator<Item = Vec<String>>,
) -> fmt::Result {
    let more = rows.len().saturating_sub(SHOWN);
    if rows.len() == 0 {
        return Ok(());
    }
    writeln!(f, "\n  {title}")?;
    let head: Vec<String> = names.iter().map(|name| (*name).to_string()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows.take(SHOWN)).collect();
    let width = |column: usize| {
        let lengths = rows.iter().map(|row| row[column].chars().count());
        lengths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..names.len()).map(width).collect();
    for row in &rows {
        let mut line = String::new();
        for (column, value) in row.iter().enumerate() {
            let width = widths[column] + 2;
            line.push_str(&format!("{value:<width$}"));
        }
        writeln!(f, "    {}", line.trim_end())?;
    }
    if more > 0 {
        writeln!(f, "    and {more} more")?;
    }
    Ok(())
}
