//! Reports: what was found out about a document, and what was done to it.

use serde::{Deserialize, Serialize};

use crate::edit::Edit;

/// What [`Restorer::analyze`](crate::Restorer::analyze) says of a document.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Report {
    /// Whether the document was spun, and by which tells.
    pub spin: Spin,
    /// The edits that restore it; empty for a clean document.
    pub edits: Vec<Edit>,
}

/// How strongly a document looks spun.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Spin {
    /// Probability in `0.0..=1.0` that the document, or a stretch of it, was spun.
    pub score: f64,
    /// Natural-log odds of having been spun, damped so that repetitions of a phrase
    /// count less each time; the verdict is spun from 3.0 upwards.
    pub log_odds: f64,
    /// The verdict; `None` where the text is too short to say.
    pub spun: Option<bool>,
    /// The strongest evidence for spinning, strongest first.
    pub tells: Vec<Tell>,
}

/// A phrase that spun text uses and clean text hardly ever does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tell {
    /// The phrase, folded to lower case.
    pub phrase: String,
    /// How often it stands in the document.
    pub count: u32,
    /// Evidence of all its occurrences together, in nats (natural-log odds).
    pub weight: f64,
}

/// One slot of a text and its readings, for [`Worker::explain`](crate::Worker::explain).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The text that stands there.
    pub source: String,
    /// The readings, cheapest first; the first one was chosen.
    pub candidates: Vec<Candidate>,
}

/// One reading of a slot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// What would be written; `None` where the text is left as it is.
    pub replacement: Option<String>,
    /// Cost of the best path through this reading above that of the best path
    /// of all, in units of 1/256 nat.
    pub cost: i32,
    /// Probability in `0.0..=1.0`.
    pub score: f32,
    /// Whether it was chosen.
    pub chosen: bool,
}
