//! The compiler: from a dictionary source to the artefact that is loaded.
//!
//! The build script, the library and the command line all come here.
//!
//! | section | content |
//! |---|---|
//! | `head` | documents, words: two `u64` |
//! | `keys` | `fst` map from the folded spun phrase to `first entry << 16 \| entries` |
//! | `entr` | per entry: end of its original in `text` (`u32`), used, own, kept (`u32`), bias (`i32`) |
//! | `text` | the originals one after the other, UTF-8 |

use super::source::Source;
use crate::artefact::{Format, Writer};

/// The compiled format.
pub(crate) const FORMAT: Format = Format {
    magic: *b"UNSPINDC",
    version: 1,
    what: "a compiled unspin dictionary",
    remedy: "unspin dict build",
};

/// Bytes of one record of the section `entr`.
pub(crate) const ENTRY_BYTES: usize = 20;

/// Compiles a source. The order of its lines does not matter.
pub(crate) fn compile(source: &Source) -> Vec<u8> {
    let mut source = source.clone();
    source.canonicalize();
    let mut keys = fst::MapBuilder::memory();
    let mut records = Vec::with_capacity(source.entries.len() * ENTRY_BYTES);
    let mut text = String::new();
    let groups = source.entries.chunk_by(|a, b| a.spun == b.spun);
    let mut first = 0u64;
    for group in groups {
        // Sorted and grouped above, so that the builder has nothing to refuse.
        let inserted = keys.insert(&group[0].spun, first << 16 | group.len().min(0xffff) as u64);
        debug_assert!(inserted.is_ok());
        first += group.len() as u64;
        for entry in group {
            text.push_str(&entry.original);
            records.extend((text.len() as u32).to_le_bytes());
            records.extend(entry.used.to_le_bytes());
            records.extend(entry.own.to_le_bytes());
            records.extend(entry.kept.to_le_bytes());
            records.extend(entry.bias.to_le_bytes());
        }
    }
    let mut head = Vec::with_capacity(16);
    head.extend(source.documents.to_le_bytes());
    head.extend(source.words.to_le_bytes());
    Writer::new(FORMAT)
        .section(*b"head", &head)
        .section(*b"keys", &keys.into_inner().unwrap_or_default())
        .section(*b"entr", &records)
        .section(*b"text", text.as_bytes())
        .finish()
}
