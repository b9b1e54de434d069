//! What changed between two dictionary sources.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use unspin::dict::{Entry, Source};
use unspin::token::fold;

/// An entry that both sources have, with other figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// In the first source.
    pub before: Entry,
    /// In the second.
    pub after: Entry,
}

/// The differences of two sources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// Entries that only the second has.
    pub added: Vec<Entry>,
    /// Entries that only the first has.
    pub removed: Vec<Entry>,
    /// Entries whose counts, preference or capitals differ.
    pub changed: Vec<Change>,
    /// Entries that are the same.
    pub same: usize,
}

impl Diff {
    /// Whether the sources hold the same entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// Compares two sources. Entries are the same ones if their phrases are, capitals aside.
///
/// # Examples
///
/// ```
/// use unspin::dict::Source;
/// use unspin_train::diff::diff;
///
/// let head = "#unspin-dictionary\t1\n#documents\t2\n#words\t900\n\
///             spun\toriginal\tused\town\tkept\tbias\n";
/// let before = Source::parse("a", &format!("{head}huge\tbig\t3\t0\t0\t0\n"))?;
/// let after = Source::parse("b", &format!("{head}huge\tbig\t5\t0\t0\t0\nvast\tbig\t1\t0\t0\t0\n"))?;
/// let diff = diff(&before, &after);
/// assert_eq!((diff.added.len(), diff.removed.len(), diff.changed.len()), (1, 0, 1));
/// assert!(diff.to_string().contains("+ vast\tbig\t1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn diff(before: &Source, after: &Source) -> Diff {
    let mut left = by_phrases(before);
    let mut diff = Diff::default();
    for (key, after) in by_phrases(after) {
        match left.remove(&key) {
            None => diff.added.push(after.clone()),
            Some(before) if before == after => diff.same += 1,
            Some(before) => {
                diff.changed.push(Change {
                    before: before.clone(),
                    after: after.clone(),
                });
            }
        }
    }
    diff.removed = left.into_values().cloned().collect();
    diff
}

fn by_phrases(source: &Source) -> BTreeMap<(&str, String), &Entry> {
    let key = |entry: &Entry| fold(&entry.original);
    source
        .entries
        .iter()
        .map(|entry| ((entry.spun.as_str(), key(entry)), entry))
        .collect()
}

impl fmt::Display for Diff {
    /// One line a difference: `+` added, `-` removed, `~` changed from and to.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.removed {
            writeln!(f, "- {entry}")?;
        }
        for entry in &self.added {
            writeln!(f, "+ {entry}")?;
        }
        for Change { before, after } in &self.changed {
            let Entry {
                used,
                own,
                kept,
                bias,
                original,
                ..
            } = after;
            writeln!(
                f,
                "~ {before}\t-> {original}\t{used}\t{own}\t{kept}\t{bias}"
            )?;
        }
        Ok(())
    }
}
