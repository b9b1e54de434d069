//! The figures that people read.

use serde::{Serialize, Serializer};

/// The figures of a collection of documents, made by
/// [`Tally::scores`](crate::Tally::scores).
///
/// The fields hold full precision; serialising rounds them to four digits.
/// Where a figure has no denominator it is 0, except `error_reduction`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Scores {
    /// Documents scored.
    pub documents: u64,
    /// Words and numbers of the originals.
    pub words: u64,
    /// Token edits from spun to original for each word of the original.
    #[serde(serialize_with = "rounded")]
    pub wer_spun: f64,
    /// Token edits from restored to original for each word of the original.
    #[serde(serialize_with = "rounded")]
    pub wer_restored: f64,
    /// Share of the damage that was undone, harm counted against it: 0 for
    /// doing nothing, 1 for perfection, `None` if nothing was spun.
    #[serde(serialize_with = "rounded_option")]
    pub error_reduction: Option<f64>,
    /// Share of the restorer's edits that lie in regions it got right.
    #[serde(serialize_with = "rounded")]
    pub precision: f64,
    /// Share of the gold edits that lie in regions the restorer got right.
    #[serde(serialize_with = "rounded")]
    pub recall: f64,
    /// Mean of both that weighs precision double.
    #[serde(rename = "f0.5", serialize_with = "rounded")]
    pub f0_5: f64,
    /// Edits that lead from spun to original.
    pub gold_edits: u64,
    /// Edits that the restorer made, counted in the alignment.
    pub system_edits: u64,
    /// Tokens that the restorer changed for each 10,000 words of the original:
    /// on untouched text, the harm done.
    #[serde(serialize_with = "rounded")]
    pub changed_words_per_10k: f64,
    /// Share of the original sentences that stand in the restored text to the
    /// letter.
    #[serde(serialize_with = "rounded")]
    pub sentences_exact: f64,
    /// The same of the spun text.
    #[serde(serialize_with = "rounded")]
    pub sentences_exact_spun: f64,
    /// Five-word shingles shared by restored and original, divided by all;
    /// mean over documents.
    #[serde(serialize_with = "rounded")]
    pub shingle5_jaccard: f64,
    /// The same of spun and original.
    #[serde(serialize_with = "rounded")]
    pub shingle5_jaccard_spun: f64,
    /// Share of documents whose restored form shares 0.8 of its shingles.
    #[serde(serialize_with = "rounded")]
    pub documents_near_duplicate: f64,
    /// Documents whose number of lines changed.
    pub documents_with_other_lines: u64,
    /// Gold documents without a restored text.
    pub missing: u64,
}

fn rounded<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    // Formatting rounds the exact binary value; scaling first would round twice.
    let value = format!("{value:.4}").parse().unwrap_or(*value);
    serializer.serialize_f64(value)
}

// Serde hands fields over by reference.
#[allow(clippy::ref_option)]
fn rounded_option<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => rounded(value, serializer),
        None => serializer.serialize_none(),
    }
}
