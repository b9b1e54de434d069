//! What can go wrong, split by the phase in which it happens.
//!
//! Restoring text never fails. Only loading data, building a restorer and
//! moving bytes through readers and writers can.

use std::path::{Path, PathBuf};

/// Any error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A dictionary source (the reviewable text form) is malformed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A compiled dictionary or context model was refused.
    #[error(transparent)]
    Artefact(#[from] ArtefactError),
    /// Reading or writing failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file that was being read or written.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A stream of text could not be read as UTF-8.
    #[error("invalid UTF-8 at byte {offset}; pass the text through a lossy conversion first")]
    Utf8 {
        /// Offset in bytes, from the start of the stream, of the first bad byte.
        offset: u64,
    },
    /// Reading from or writing to a stream failed.
    #[error("stream: {0}")]
    Stream(#[from] std::io::Error),
    /// A restorer was asked for without a dictionary or a context model, and
    /// the crate was built without the `embedded` feature.
    #[error("no {0} given, and the crate was built without the `embedded` feature; pass one to the builder")]
    Missing(&'static str),
}

/// Reads a file whole, and names it if that fails.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Io {
        path: path.to_path_buf(),
        source,
    })
}

/// A malformed line of a dictionary source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}:{line}:{column}: {message}")]
pub struct SourceError {
    /// Name of the source, usually its file name.
    pub name: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in bytes, counted from 1.
    pub column: usize,
    /// What is wrong, and the remedy.
    pub message: String,
}

/// Why bytes were refused as a compiled dictionary or context model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {kind}")]
pub struct ArtefactError {
    /// Name of the artefact, usually its file name.
    pub name: String,
    /// What is wrong.
    pub kind: ArtefactErrorKind,
}

/// What is wrong with an artefact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArtefactErrorKind {
    /// The first bytes are not those of this kind of artefact.
    #[error("is not {expected}; rebuild it with `{remedy}`")]
    Magic {
        /// What was expected.
        expected: &'static str,
        /// The command that makes one.
        remedy: &'static str,
    },
    /// The format version is another than this crate reads.
    #[error("has format version {found}, this build reads {supported}; rebuild it")]
    Version {
        /// The version found.
        found: u32,
        /// The version that this build reads.
        supported: u32,
    },
    /// Fewer or more bytes than the header states.
    #[error("has {found} bytes where its header states {stated}; it was truncated or appended to, fetch or rebuild it")]
    Length {
        /// Bytes stated by the header.
        stated: u64,
        /// Bytes found.
        found: u64,
    },
    /// The checksum does not match.
    #[error("is damaged: its checksum does not match; fetch or rebuild it")]
    Checksum,
    /// A section is missing or inconsistent although the checksum matches.
    #[error("has an inconsistent section `{0}`; rebuild it with this version")]
    Section(&'static str),
}
