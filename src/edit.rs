//! Edits: what restoring changes, and where.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// One replacement: the bytes `start..end` of the input become `replacement`.
///
/// Edits of one document ascend and never overlap, so that [`apply`] gives
/// exactly the restored text.
///
/// # Examples
///
/// ```
/// use unspin::{apply, Edit};
///
/// let edit = Edit::new("a key second within the", 6..12, "moment", 0.9);
/// assert_eq!(edit.source, "second");
/// assert_eq!(apply("a key second within the", &[edit]), "a key moment within the");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// First byte of the replaced text.
    pub start: usize,
    /// One past the last byte of the replaced text.
    pub end: usize,
    /// The text that is replaced.
    pub source: String,
    /// The text that takes its place.
    pub replacement: String,
    /// Probability in `0.0..=1.0` that the replacement is what the author wrote.
    pub score: f32,
    /// Other readings of the same bytes, most probable first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    /// For an article adjusted to a repair: the index of the edit that caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<usize>,
}

/// Another reading of the bytes of an [`Edit`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// The text that would take the place of the source.
    pub replacement: String,
    /// Probability in `0.0..=1.0`.
    pub score: f32,
}

impl Edit {
    /// Makes an edit of the given byte range of `input`.
    ///
    /// # Panics
    ///
    /// If the range is not on character boundaries of `input`.
    pub fn new(input: &str, range: Range<usize>, replacement: &str, score: f32) -> Edit {
        Edit {
            start: range.start,
            end: range.end,
            source: input[range].to_string(),
            replacement: replacement.to_string(),
            score,
            alternatives: Vec::new(),
            cause: None,
        }
    }

    /// The bytes, and what takes their place.
    pub(crate) fn as_replaced(&self) -> (Range<usize>, &str) {
        (self.start..self.end, &self.replacement)
    }
}

/// Applies ascending, non-overlapping edits to the text that they were made for.
///
/// An edit that does not fit (out of order, out of range, not on a character
/// boundary) is left out, so that no edit list can make this panic.
///
/// # Examples
///
/// ```
/// assert_eq!(unspin::apply("unchanged", &[]), "unchanged");
/// ```
pub fn apply(input: &str, edits: &[Edit]) -> String {
    let mut output = String::new();
    replace(input, edits.iter().map(Edit::as_replaced), &mut output);
    output
}

/// As [`apply`], for bytes and what takes their place, written behind what is in `output`.
pub(crate) fn replace<'r>(
    input: &str,
    replacements: impl Iterator<Item = (Range<usize>, &'r str)>,
    output: &mut String,
) {
    output.reserve(input.len());
    let mut at = 0;
    for (Range { start, end }, replacement) in replacements {
        if start < at || end < start {
            continue;
        }
        let (Some(before), Some(_)) = (input.get(at..start), input.get(start..end)) else {
            continue;
        };
        output.push_str(before);
        output.push_str(replacement);
        at = end;
    }
    output.push_str(&input[at..]);
}
