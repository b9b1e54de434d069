//! Checking a dictionary source: what is wrong with it, and what is worth knowing.
//!
//! Findings should be mended: an entry that stands twice, a key that clean
//! text uses far more often than the dictionary believes. Notes are normal in
//! the table of a spinner: pairs that swap both ways, and cycles.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;
use unspin::dict::Source;
use unspin::token::{fold, tokenize, Gap};

use crate::significance::rate_ratio;

/// Occurrences in clean text from which a key can be harmful.
const SEEN: u64 = 5;
/// How much more often clean text must have a key than the dictionary believes.
const TIMES: f64 = 3.0;
/// Log-likelihood ratio from which that is no chance (one in a thousand).
const SIGNIFICANT: f64 = 10.83;

/// Something to mend.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Finding {
    /// The same phrases stand in several entries.
    Duplicate {
        /// The spun phrase.
        spun: String,
        /// The originals as they are written.
        originals: Vec<String>,
    },
    /// Clean text has the key far more often than spun text would.
    Harmful {
        /// The spun phrase.
        spun: String,
        /// Occurrences in the clean sample.
        seen: u64,
        /// Occurrences that the entry's counts let expect there.
        expected: f64,
    },
}

/// Something worth knowing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "note", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Note {
    /// Each phrase may stand for the other.
    Swap {
        /// One phrase.
        first: String,
        /// The other.
        second: String,
    },
    /// Phrases that lead back to themselves in three steps or more.
    Cycle {
        /// The phrases, sorted.
        phrases: Vec<String>,
    },
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CheckReport {
    /// What should be mended.
    pub findings: Vec<Finding>,
    /// What is worth knowing.
    pub notes: Vec<Note>,
    /// Words of the clean sample.
    pub clean_words: u64,
}

/// Checks a source against itself and a sample of clean text, which may be empty.
///
/// # Examples
///
/// ```
/// use unspin::dict::Source;
/// use unspin_train::check::{check, Finding, Note};
///
/// let text = "#unspin-dictionary\t1\n#documents\t2\n#words\t90000\n\
///             spun\toriginal\tused\town\tkept\tbias\n\
///             film\tmovie\t3\t9\t0\t0\nmovie\tfilm\t2\t9\t0\t0\nthe\tan\t1\t0\t0\t0\n";
/// let source = Source::parse("my.tsv", text)?;
/// let report = check(&source, ["the cat, the dog, the goat, the hen and the cow"]);
/// assert!(matches!(&report.findings[..], [Finding::Harmful { spun, .. }] if spun == "the"));
/// assert!(matches!(&report.notes[..], [Note::Swap { .. }]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check<T: AsRef<str>>(source: &Source, clean: impl IntoIterator<Item = T>) -> CheckReport {
    let mut report = CheckReport::default();
    duplicates(source, &mut report);
    harmful(source, clean, &mut report);
    turns(source, &mut report);
    report
}

fn duplicates(source: &Source, report: &mut CheckReport) {
    let mut written: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
    for entry in &source.entries {
        written
            .entry((&entry.spun, fold(&entry.original)))
            .or_default()
            .push(&entry.original);
    }
    for ((spun, _), originals) in written {
        if originals.len() > 1 {
            report.findings.push(Finding::Duplicate {
                spun: spun.to_string(),
                originals: originals.into_iter().map(str::to_string).collect(),
            });
        }
    }
}

fn harmful<T: AsRef<str>>(
    source: &Source,
    clean: impl IntoIterator<Item = T>,
    report: &mut CheckReport,
) {
    // What the dictionary believes: uses of a key by the spinner, and by
    // authors, whose own may have been replaced in turn.
    let mut replaced: HashMap<String, u64> = HashMap::new();
    for entry in &source.entries {
        *replaced.entry(fold(&entry.original)).or_default() += u64::from(entry.used);
    }
    let mut keys: HashMap<&str, (u64, u64)> = HashMap::new();
    let mut longest = 0;
    for entry in &source.entries {
        let key = keys.entry(&entry.spun).or_default();
        key.0 = key.0.max(entry.own.into());
        key.1 += u64::from(entry.used);
    }
    for key in keys.keys() {
        longest = longest.max(tokenize(key).len());
    }
    let mut seen: HashMap<&str, u64> = HashMap::new();
    let mut phrase = String::new();
    for text in clean {
        let text = text.as_ref();
        let tokens = tokenize(text);
        report.clean_words += tokens.len() as u64;
        for from in 0..tokens.len() {
            phrase.clear();
            for (length, token) in tokens[from..].iter().take(longest).enumerate() {
                if length > 0 && token.gap == Gap::Break {
                    break;
                }
                if length > 0 && token.gap != Gap::None {
                    phrase.push(' ');
                }
                phrase.push_str(&fold(token.text(text)));
                if let Some((key, _)) = keys.get_key_value(phrase.as_str()) {
                    *seen.entry(key).or_default() += 1;
                }
            }
        }
    }
    let (words, clean_words) = (source.words.max(1) as f64, report.clean_words as f64);
    let mut found = Vec::new();
    for (key, count) in seen {
        let (own, used) = keys.get(key).copied().unwrap_or_default();
        let believed = (own + used + replaced.get(key).copied().unwrap_or(0)) as f64 / words;
        let expected = believed * clean_words;
        let more = count >= SEEN && count as f64 > TIMES * expected;
        if more && rate_ratio((count as f64, clean_words), (believed * words, words)) > SIGNIFICANT
        {
            found.push((count, key.to_string(), expected));
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    report.findings.extend(
        found
            .into_iter()
            .map(|(seen, spun, expected)| Finding::Harmful {
                spun,
                seen,
                expected,
            }),
    );
}

/// Swaps and cycles: the strongly connected components (Tarjan 1972) of the
/// graph that leads from spun phrases to originals.
fn turns(source: &Source, report: &mut CheckReport) {
    let mut names: Vec<String> = Vec::new();
    let mut ids: HashMap<String, usize> = HashMap::new();
    let mut ways: Vec<Vec<usize>> = Vec::new();
    let mut edges: HashSet<(usize, usize)> = HashSet::new();
    for entry in &source.entries {
        let mut id = |name: String| {
            *ids.entry(name.clone()).or_insert_with(|| {
                names.push(name);
                ways.push(Vec::new());
                ways.len() - 1
            })
        };
        let (from, to) = (id(entry.spun.clone()), id(fold(&entry.original)));
        if edges.insert((from, to)) {
            ways[from].push(to);
        }
    }
    let mut swaps: Vec<(String, String)> = edges
        .iter()
        .filter(|(from, to)| from < to && edges.contains(&(*to, *from)))
        .map(|(from, to)| (names[*from].clone(), names[*to].clone()))
        .map(|(a, b)| if a < b { (a, b) } else { (b, a) })
        .collect();
    swaps.sort();
    report.notes.extend(
        swaps
            .into_iter()
            .map(|(first, second)| Note::Swap { first, second }),
    );
    let mut cycles: Vec<Vec<String>> = components(&ways)
        .into_iter()
        .filter(|component| component.len() > 2)
        .map(|component| {
            let mut phrases: Vec<String> = component.iter().map(|&at| names[at].clone()).collect();
            phrases.sort();
            phrases
        })
        .collect();
    cycles.sort();
    report
        .notes
        .extend(cycles.into_iter().map(|phrases| Note::Cycle { phrases }));
}

/// Strongly connected components, found without recursion.
fn components(ways: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let (mut order, mut low) = (vec![NEW; ways.len()], vec![NEW; ways.len()]);
    let (mut held, mut stack) = (vec![false; ways.len()], Vec::new());
    let (mut next, mut found) = (0, Vec::new());
    for root in 0..ways.len() {
        if order[root] != NEW {
            continue;
        }
        let mut path = vec![(root, 0)];
        while let Some((node, way)) = path.last_mut() {
            let node = *node;
            if order[node] == NEW {
                (order[node], low[node]) = (next, next);
                next += 1;
                stack.push(node);
                held[node] = true;
            }
            if let Some(&to) = ways[node].get(*way) {
                *way += 1;
                if order[to] == NEW {
                    path.push((to, 0));
                } else if held[to] {
                    low[node] = low[node].min(order[to]);
                }
                continue;
            }
            path.pop();
            if let Some((parent, _)) = path.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
            if low[node] == order[node] {
                let from = stack.iter().rposition(|&at| at == node).unwrap_or(0);
                let component = stack.split_off(from);
                component.iter().for_each(|&at| held[at] = false);
                found.push(component);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_components_of_three_and_more() {
        let found = components(&[vec![1], vec![2], vec![0], vec![4], vec![3], vec![0]]);
        let mut sizes: Vec<usize> = found.iter().map(Vec::len).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [1, 2, 3]);
    }
}
