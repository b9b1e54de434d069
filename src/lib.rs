//! Restores the original English of text that went through an article spinner.
//!
//! Millions of scraped news pages are copies in which a program has swapped
//! words and phrases for odd synonyms: "Press play to listen to this article"
//! became "Press play to hearken to this text". This crate takes such text
//! back, and leaves text that was never spun alone, byte for byte.
//!
//! # Overview
//!
//! * [`Restorer`] is all that most users need: it restores a text, says what it
//!   would change and why ([`analyze`](Restorer::analyze)), or only whether the
//!   text was spun ([`detect`](Restorer::detect)).
//! * [`Worker`] does the same for many texts on one thread without allocating
//!   afresh for each.
//! * [`Report`], [`Edit`] and [`Spin`] are what comes back.
//! * [`Dictionary`] holds what is known of a spinner, [`Model`] what is known of
//!   English. Both are built into the crate; you can bring your own.
//!
//! Most users can ignore the modules [`token`], [`dict`] and [`context`]: they
//! are the low-level parts that tools for dictionaries and models stand on.
//!
//! # Example: restore a text
//!
//! ```
//! # #[cfg(feature = "embedded")] {
//! use unspin::{Assume, Restorer};
//!
//! let restorer = Restorer::new();
//! let clean = "This sentence is as its author wrote it.";
//! assert_eq!(restorer.restore(clean), clean);
//!
//! // One sentence is too short to tell that it was spun; say so if you know.
//! let restorer = Restorer::builder().assume(Assume::Spun).build()?;
//! assert_eq!(
//!     restorer.restore("Press play to hearken to this text"),
//!     "Press play to listen to this article",
//! );
//! # }
//! # Ok::<(), unspin::Error>(())
//! ```
//!
//! # Example: edits with spans, scores and alternatives
//!
//! ```
//! # #[cfg(feature = "embedded")] {
//! use unspin::{apply, Assume, Restorer};
//!
//! let restorer = Restorer::builder().assume(Assume::Spun).build()?;
//! let text = "They ran a marketing campaign to discourage speeding.";
//! let report = restorer.analyze(text);
//! for edit in &report.edits {
//!     println!("{}..{} {:?} -> {:?} {:.2}", edit.start, edit.end, edit.source, edit.replacement, edit.score);
//! }
//! assert_eq!(apply(text, &report.edits), restorer.restore(text));
//! # }
//! # Ok::<(), unspin::Error>(())
//! ```
//!
//! # Example: your own dictionary
//!
//! ```
//! # #[cfg(feature = "embedded")] {
//! use unspin::{Assume, Dictionary, Restorer};
//!
//! let source = "#unspin-dictionary\t1\n#documents\t40\n#words\t20000\n\
//!               spun\toriginal\tused\town\tkept\tbias\n\
//!               colossal information\tbig data\t12\t0\t0\t0\n";
//! let restorer = Restorer::builder()
//!     .dictionary(Dictionary::from_source("my.tsv", source)?)
//!     .assume(Assume::Spun)
//!     .build()?;
//! assert_eq!(restorer.restore("the age of colossal information"), "the age of big data");
//! # }
//! # Ok::<(), unspin::Error>(())
//! ```
//!
//! # Example: streams
//!
//! [`Restorer::restore_stream`] takes a document of any length from a reader to
//! a writer in bounded memory, and [`Restorer::restore_stream_parallel`] shares it
//! out among threads.
//!
//! # Crate features
//!
//! * **embedded** (on by default): the built-in dictionary and context model,
//!   together at most 8 MB, and 3 MB of what follows from the dictionary. Without it
//!   the crate is small, and [`Restorer::builder`] must be given both.
#![deny(missing_docs)]

mod artefact;
#[doc(hidden)]
pub mod bench;
mod bigrams;
mod block;
mod buckets;
mod channel;
mod choices;
mod compose;
mod contest;
pub mod context;
mod cost;
mod damping;
mod decide;
pub mod dict;
mod document;
mod edit;
mod error;
mod gate;
mod glue;
mod graph;
mod image;
mod junctions;
mod keep;
mod lattice;
mod matches;
mod names;
mod path;
mod quotes;
mod relay;
mod replacements;
mod report;
pub mod rerank;
mod restorer;
mod scan;
mod score;
mod scratch;
mod search;
mod sentence;
mod session;
mod simd;
mod slot;
mod sound;
mod stream;
mod support;
mod surface;
mod surroundings;
pub mod token;
mod trigrams;
mod vocabulary;
mod worker;

pub use crate::context::Model;
pub use crate::dict::Dictionary;
pub use crate::edit::{apply, Alternative, Edit};
pub use crate::error::{ArtefactError, ArtefactErrorKind, Error, SourceError};
pub use crate::replacements::Replacements;
pub use crate::report::{Candidate, Decision, Report, Spin, Tell};
pub use crate::rerank::Reranker;
pub use crate::restorer::{Assume, Restorer, RestorerBuilder};
pub use crate::stream::StreamReport;
pub use crate::worker::Worker;

#[cfg(all(doctest, feature = "embedded"))]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
