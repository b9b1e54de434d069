//! Learns dictionaries and context models.

pub mod align;
pub mod behaviour;
pub mod check;
pub mod consistency;
pub mod diff;
pub mod folders;
pub mod from_pairs;
pub mod import;
pub mod inflect;
pub mod learn;
pub mod model;
pub mod pairs;
pub mod propose;
pub mod records;
pub mod rerank;
pub mod respin;
pub mod significance;
mod unpack;

use std::path::Path;

/// Calls `each` with every text of a file: `.gz`, `.xz` and `.zst` are
/// decompressed, `.jsonl` beneath holds records with a field `text` or
/// `original`, anything else is one text.
///
/// # Errors
///
/// The file cannot be read, or a line of it is no record.
pub fn texts(path: &Path, each: impl FnMut(&str)) -> Result<(), model::TrainError> {
    model::input::read(path, each)
}
