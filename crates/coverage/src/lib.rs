//! Benchmark of a dictionary: how much of what a spinner does it covers.
//!
//! # Overview
//!
//! [`Table`] is a dictionary as lookups want it. Three tallies look at
//! documents and add up:
//!
//! * [`PairTally`], where the original is known: is the spun phrase a key, is
//!   the right original among its candidates, does it come first, and what is
//!   missing;
//! * [`SpunTally`], where only the spun text is: how much of it the dictionary
//!   explains, and which odd phrases it does not have;
//! * [`CleanTally`], where nothing was spun: what restoring would harm.
//!
//! [`growth`](growth::growth) learns dictionaries from growing shares of
//! training documents and measures each. [`Coverage`] holds all that was
//! measured: it prints as a table, serialises as JSON, and
//! [`page`](page::page) draws it.
//!
//! ```
//! use unspin::dict::Source;
//! use unspin_coverage::{PairTally, Table};
//! use unspin_train::pairs::{Pair, Substitution};
//!
//! let text = "#unspin-dictionary\t1\n#documents\t2\n#words\t900\n\
//!             spun\toriginal\tused\town\tkept\tbias\nhuge\tbig\t3\t0\t0\t0\n";
//! let table = Table::new(&Source::parse("my.tsv", text)?);
//! let substitution = |start, end, original: &str| Substitution {
//!     start,
//!     end,
//!     original: original.to_string(),
//! };
//! let pair = Pair {
//!     spun: "a huge feline".to_string(),
//!     original: "a big cat".to_string(),
//!     edits: vec![substitution(2, 6, "big"), substitution(7, 13, "cat")],
//! };
//! let mut tally = PairTally::default();
//! tally.count(&table, "fables", &pair);
//! let covered = tally.finish(&table, 10);
//! assert_eq!(covered.all.key, 0.5);
//! assert_eq!(covered.missing[0].to_string(), "feline\tcat\t1\t0\t0\t0");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

mod clean;
pub mod documents;
pub mod growth;
mod measure;
pub mod page;
mod pairs;
mod report;
mod spun;
mod table;

pub use crate::clean::{CleanCoverage, CleanTally, Harm};
pub use crate::measure::{Measurer, Settings};
pub use crate::pairs::{Band, Gap, GapKind, PairCoverage, PairTally, Rank, Shares};
pub use crate::report::{Coverage, DictionaryFigures};
pub use crate::spun::{Odd, SpunCoverage, SpunTally};
pub use crate::table::{phrase_key, Table};
