//! Measures restored text against the original.
//!
//! # Overview
//!
//! * [`Gold`] is one document whose original is known: what was spun, what it
//!   was before and, where known, which slots were substituted.
//! * [`score_document`] compares one restored text with its gold document and
//!   gives a [`Tally`]. Tallies add up, in any order and on any thread.
//! * [`Tally::scores`] turns the sum into [`Scores`], the figures that people
//!   read.
//!
//! Tokens are words, numbers and single punctuation marks, with typographic
//! quotes folded; case counts. Texts are aligned line by line by token
//! Levenshtein distance, because restoring keeps lines. The headline is
//! [`Scores::error_reduction`]: the share of the damage that was undone, harm
//! counted against it.
//!
//! # Example
//!
//! ```
//! use unspin_eval::{score_document, Gold, Tally};
//!
//! let gold = Gold {
//!     id: "1".to_string(),
//!     source: None,
//!     spun: "A key second within the crisis, an enormous second.".to_string(),
//!     original: "A key moment in the crisis, a big moment.".to_string(),
//!     edits: None,
//! };
//!
//! let mut tally = Tally::default();
//! tally.merge(&score_document(&gold, "A key moment in the crisis, an enormous second."));
//!
//! let scores = tally.scores();
//! assert_eq!(scores.documents, 1);
//! assert_eq!(scores.precision, 1.0);
//! assert_eq!(scores.error_reduction, Some(0.4));
//! ```
//!
//! # Cost
//!
//! Aligning two lines takes time in proportion to their length times the
//! number of differing tokens, and memory in proportion to the square root of
//! the first times the second: a line of 20,000 tokens of which a third differ
//! takes tens of megabytes, not gigabytes.

mod align;
mod gold;
mod region;
mod scores;
mod sentence;
mod shingle;
mod tally;
mod token;
mod vocabulary;

pub use crate::gold::Gold;
pub use crate::scores::Scores;
pub use crate::tally::{score_document, Tally};
