//! Documents whose original is known.

use serde::Deserialize;

/// One document whose original is known.
///
/// Deserialises from records such as
/// `{"id": "1", "spun": "…", "original": "…", "edits": [[0, 5, "phrase"]]}`;
/// `source` and `edits` may be absent, other fields are ignored.
///
/// # Examples
///
/// ```
/// let line = r#"{"id": "7", "spun": "a U.Ok. city", "original": "a U.K. city",
///                "edits": [[2, 7, "U.K."]], "licence": "CC0"}"#;
/// let gold: unspin_eval::Gold = serde_json::from_str(line)?;
/// assert_eq!(gold.edits, Some(vec![(2, 7, "U.K.".to_string())]));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Gold {
    /// Names the document within its file.
    pub id: String,
    /// Where the document comes from, to report parts of a collection apart.
    #[serde(default)]
    pub source: Option<String>,
    /// The text after spinning.
    pub spun: String,
    /// The text before spinning.
    pub original: String,
    /// The substituted slots, ascending: first and one past the last code
    /// point of [`spun`](Gold::spun), and the original phrase. Where they are
    /// not known, the alignment of `spun` with `original` stands in.
    #[serde(default)]
    pub edits: Option<Vec<(usize, usize, String)>>,
}
