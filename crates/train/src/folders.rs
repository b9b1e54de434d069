//! Two folders of texts: which spun text belongs to which original.
//!
//! A spinner leaves names, numbers and rare words alone. Each text is known by
//! a sketch of those (the smallest hashes of its set, Broder, "On the
//! resemblance and containment of documents", 1997, so that two texts on one
//! matter keep the same ones). Partners are each other's best, by the rarer
//! features they share.

use std::fs;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use unspin::token::{tokenize, Case, Kind};

use crate::pairs::Pair;
use crate::records::{Pairs, ReadReport, RecordsError, LONGEST_RECORD};

/// Features kept of each text.
const SKETCH: usize = 256;
/// Shortest lower-case word that is taken for a rare one.
const LONG_WORD: usize = 9;
/// Features that more texts have say nothing.
const COMMON: usize = 200;
/// Features that partners share at least.
const SHARED: u32 = 4;
/// Share of the smaller sketch that partners have in common.
const ALIKE: f64 = 0.25;

/// Partners found in two folders.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Partners {
    /// Spun text and original.
    pub pairs: Vec<(PathBuf, PathBuf)>,
    /// Spun texts without a partner.
    pub spun_alone: usize,
    /// Originals without a partner.
    pub original_alone: usize,
}

/// Finds partners among the text files of two folders and the folders inside.
///
/// Memory grows with the number of texts by about 2 kB each, not with their length.
///
/// # Errors
///
/// A folder or file cannot be read, or is longer than a record may be.
pub fn find_partners(spun: &Path, original: &Path) -> Result<Partners, RecordsError> {
    let (left, right) = (files(spun)?, files(original)?);
    let sketches = |paths: &[PathBuf]| -> Result<Vec<Vec<u64>>, RecordsError> {
        paths.iter().map(|path| Ok(sketch(&text(path)?))).collect()
    };
    let (a, b) = (sketches(&left)?, sketches(&right)?);
    let matched = match_sketches(&a, &b);
    Ok(Partners {
        spun_alone: left.len() - matched.len(),
        original_alone: right.len() - matched.len(),
        pairs: matched
            .into_iter()
            .map(|(i, j)| (left[i].clone(), right[j].clone()))
            .collect(),
    })
}

impl Pairs for Partners {
    fn each(&self, visit: &mut dyn FnMut(&Pair)) -> Result<ReadReport, RecordsError> {
        for (spun, original) in &self.pairs {
            visit(&Pair {
                spun: text(spun)?,
                original: text(original)?,
                edits: Vec::new(),
            });
        }
        Ok(ReadReport::default())
    }
}

/// Regular files below a folder, sorted.
///
/// # Errors
///
/// A folder cannot be read.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, RecordsError> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let failed = |source| RecordsError::Io {
            path: folder.clone(),
            source,
        };
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            // Links are not followed: they may lead round in a circle.
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A file's text; bytes that are not UTF-8 are replaced.
fn text(path: &Path) -> Result<String, RecordsError> {
    let failed = |source| RecordsError::Io {
        path: path.to_owned(),
        source,
    };
    let length = fs::metadata(path).map_err(failed)?.len();
    if length > LONGEST_RECORD {
        return Err(RecordsError::TooLong {
            path: path.to_owned(),
            line: 1,
            limit: LONGEST_RECORD,
        });
    }
    let bytes = fs::read(path).map_err(failed)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The features of a text that a spinner leaves alone.
fn sketch(text: &str) -> Vec<u64> {
    let tokens = tokenize(text);
    let telling = tokens.iter().filter(|token| match token.kind {
        Kind::Number | Kind::Opaque => true,
        Kind::Word => token.case != Case::Lower || token.range().len() >= LONG_WORD,
        _ => false,
    });
    let mut hashes: Vec<u64> = telling.map(|token| token.hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(SKETCH);
    hashes
}

/// Sketches that are each other's best.
fn match_sketches(left: &[Vec<u64>], right: &[Vec<u64>]) -> Vec<(usize, usize)> {
    let mut holders: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    for (at, sketch) in right.iter().enumerate() {
        for &feature in sketch {
            holders.entry(feature).or_default().push(at as u32);
        }
    }
    let mut chosen: Vec<Option<(usize, f64)>> = vec![None; right.len()];
    let mut choice: Vec<Option<(usize, f64)>> = vec![None; left.len()];
    let mut scores: FxHashMap<u32, (f64, u32)> = FxHashMap::default();
    for (at, sketch) in left.iter().enumerate() {
        scores.clear();
        for feature in sketch {
            match holders.get(feature) {
                Some(texts) if texts.len() <= COMMON => {
                    for &other in texts {
                        let score = scores.entry(other).or_default();
                        score.0 += 1.0 / texts.len() as f64;
                        score.1 += 1;
                    }
                }
                _ => {}
            }
        }
        for (&other, &(score, shared)) in &scores {
            let other = other as usize;
            let smaller = sketch.len().min(right[other].len()) as f64;
            if shared < SHARED || f64::from(shared) < ALIKE * smaller {
                continue;
            }
            // Of equals the first one, so that every run says the same.
            let better = |best: Option<(usize, f64)>, index: usize| {
                best.is_none_or(|(known, best)| score > best || (score == best && index < known))
            };
            if better(choice[at], other) {
                choice[at] = Some((other, score));
            }
            if better(chosen[other], at) {
                chosen[other] = Some((at, score));
            }
        }
    }
    let mutual = choice.iter().enumerate().filter_map(|(at, best)| {
        let (other, _) = (*best)?;
        chosen[other]
            .filter(|(back, _)| *back == at)
            .map(|_| (at, other))
    });
    mutual.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partners_are_found_by_what_a_spinner_spares() {
        let originals = [
            "Mayor Ortega opened the bridge on 4 May with 300 guests from Lisbon and Porto.",
            "The Kestrel probe sent 82 pictures of Ganymede to Dr Ueda in Nagoya on Friday.",
            "Bakers in Lyon sold 900 loaves for Madame Petit and the Saint Irene hospital.",
        ];
        let spun = [
            "Bakers in Lyon offered 900 loaves for Madame Petit and the Saint Irene clinic.",
            "Mayor Ortega unveiled the bridge on 4 May with 300 company from Lisbon and Porto.",
            "Something else altogether, about Wales and 17 sheep that Gwen lost near Brecon.",
        ];
        let sketches = |texts: &[&str]| texts.iter().map(|text| sketch(text)).collect::<Vec<_>>();
        let found = match_sketches(&sketches(&spun), &sketches(&originals));
        assert_eq!(found, [(0, 2), (1, 0)]);
    }
}
