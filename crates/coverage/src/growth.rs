//! Growth: how coverage grows with the number of documents learnt from.

use serde::Serialize;
use unspin_train::from_pairs::{learn_pairs, Options, Progress};
use unspin_train::pairs::Pair;
use unspin_train::records::{Pairs, ReadReport, RecordsError};

use crate::pairs::{PairTally, Shares};
use crate::table::Table;

/// Shares of the documents that are learnt from: one in so many.
const ONE_IN: [u64; 7] = [64, 32, 16, 8, 4, 2, 1];

/// Coverage by a dictionary that was learnt from so many documents.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// Documents learnt from.
    pub documents: u64,
    /// Entries of the dictionary.
    pub entries: usize,
    /// What it covers.
    #[serde(flatten)]
    pub shares: Shares,
}

/// One in so many pairs, drawn by a hash of their place; smaller shares are
/// parts of larger ones.
struct Sample<'a, P: ?Sized> {
    pairs: &'a P,
    one_in: u64,
}

impl<P: Pairs + ?Sized> Pairs for Sample<'_, P> {
    fn each(&self, visit: &mut dyn FnMut(&Pair)) -> Result<ReadReport, RecordsError> {
        let mut at = 0u64;
        self.pairs.each(&mut |pair| {
            at += 1;
            // The finaliser of SplitMix64 (Steele et al. 2014).
            let mut hash = at.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            hash ^= hash >> 31;
            if hash.is_multiple_of(self.one_in) {
                visit(pair);
            }
        })
    }
}

/// Learns dictionaries from growing shares of `training`, up to all of it, and
/// measures what each covers of `measured`, whose substitutions are known.
///
/// # Errors
///
/// The training pairs could not be read to their end.
pub fn growth(
    training: &(impl Pairs + ?Sized),
    options: &Options,
    measured: &[(String, Pair)],
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<Point>, RecordsError> {
    let mut points: Vec<Point> = Vec::new();
    for one_in in ONE_IN {
        let sample = Sample {
            pairs: training,
            one_in,
        };
        let (source, report) = learn_pairs(&sample, options, progress)?;
        if report.documents == points.last().map_or(0, |point| point.documents) {
            continue;
        }
        let table = Table::new(&source);
        let mut tally = PairTally::default();
        for (name, pair) in measured {
            tally.count(&table, name, pair);
        }
        points.push(Point {
            documents: report.documents,
            entries: source.entries.len(),
            shares: tally.finish(&table, 0).all,
        });
    }
    Ok(points)
}
