//! The container of compiled data: magic, format version, checksum, section table.
//!
//! ```text
//! magic 8 · version u32 · sections u32 · length u64 · checksum u64
//! (tag 4 · zero u32 · offset u64 · length u64) per section
//! sections, each beginning at a multiple of 8
//! ```
//!
//! Numbers are little endian. The checksum covers every byte but its own, so
//! that no single changed byte goes unseen.

use std::borrow::Cow;

use crate::error::{ArtefactError, ArtefactErrorKind};

const HEADER: usize = 32;
const RECORD: usize = 24;

/// A kind of artefact, and what to say of it to whoever brings another one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Format {
    pub(crate) magic: [u8; 8],
    pub(crate) version: u32,
    /// What it is, as "a reranker".
    pub(crate) what: &'static str,
    /// The command that makes one.
    pub(crate) remedy: &'static str,
}

/// Puts an artefact together.
#[derive(Debug)]
pub(crate) struct Writer {
    format: Format,
    sections: Vec<([u8; 4], Vec<u8>)>,
}

#[allow(dead_code)]
impl Writer {
    pub(crate) fn new(format: Format) -> Writer {
        Writer {
            format,
            sections: Vec::new(),
        }
    }

    pub(crate) fn section(mut self, tag: [u8; 4], bytes: &[u8]) -> Writer {
        self.sections.push((tag, bytes.to_vec()));
        self
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        let mut table = Vec::new();
        let mut body = Vec::new();
        let base = HEADER + self.sections.len() * RECORD;
        for (tag, bytes) in &self.sections {
            body.resize(body.len().next_multiple_of(8), 0);
            table.extend(tag);
            table.extend(0u32.to_le_bytes());
            table.extend(((base + body.len()) as u64).to_le_bytes());
            table.extend((bytes.len() as u64).to_le_bytes());
            body.extend(bytes);
        }
        let length = base + body.len();
        let mut out = Vec::with_capacity(length);
        out.extend(self.format.magic);
        out.extend(self.format.version.to_le_bytes());
        out.extend((self.sections.len() as u32).to_le_bytes());
        out.extend((length as u64).to_le_bytes());
        out.extend(0u64.to_le_bytes());
        out.extend(table);
        out.extend(body);
        let sum = checksum(&out);
        out[24..32].copy_from_slice(&sum.to_le_bytes());
        out
    }
}

/// Whose word it is that an artefact's bytes are whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code)]
pub(crate) enum Origin {
    /// Anybody's: the checksum tells.
    Outside,
    /// They are a part of the program, and tests have looked at the checksum. Reading
    /// all of them would be most of what starting takes.
    Embedded,
}

/// A checked artefact.
#[derive(Debug, Clone)]
pub(crate) struct Artefact {
    bytes: Cow<'static, [u8]>,
    sections: Vec<([u8; 4], std::ops::Range<usize>)>,
}

#[allow(dead_code)]
impl Artefact {
    pub(crate) fn open(
        name: &str,
        bytes: Cow<'static, [u8]>,
        format: Format,
        origin: Origin,
    ) -> Result<Artefact, ArtefactError> {
        let Format {
            magic,
            version,
            what,
            remedy,
        } = format;
        let refuse = |kind| {
            Err(ArtefactError {
                name: name.to_string(),
                kind,
            })
        };
        if bytes.len() < 8 || bytes[..8] != magic {
            return refuse(ArtefactErrorKind::Magic {
                expected: what,
                remedy,
            });
        }
        if bytes.len() < HEADER {
            return refuse(ArtefactErrorKind::Length {
                stated: HEADER as u64,
                found: bytes.len() as u64,
            });
        }
        let found = u32::from_le_bytes(array(&bytes, 8));
        if found != version {
            return refuse(ArtefactErrorKind::Version {
                found,
                supported: version,
            });
        }
        let stated = u64::from_le_bytes(array(&bytes, 16));
        if stated != bytes.len() as u64 {
            return refuse(ArtefactErrorKind::Length {
                stated,
                found: bytes.len() as u64,
            });
        }
        let is_whole = || checksum(&bytes) == u64::from_le_bytes(array(&bytes, 24));
        if origin == Origin::Outside && !is_whole() {
            return refuse(ArtefactErrorKind::Checksum);
        }
        let count = u32::from_le_bytes(array(&bytes, 12)) as usize;
        if count.saturating_mul(RECORD).saturating_add(HEADER) > bytes.len() {
            return refuse(ArtefactErrorKind::Section("table"));
        }
        let mut sections = Vec::with_capacity(count);
        for index in 0..count {
            let at = HEADER + index * RECORD;
            let from = u64::from_le_bytes(array(&bytes, at + 8));
            let to = from.saturating_add(u64::from_le_bytes(array(&bytes, at + 16)));
            if from > to || to > bytes.len() as u64 {
                return refuse(ArtefactErrorKind::Section("table"));
            }
            sections.push((array(&bytes, at), from as usize..to as usize));
        }
        Ok(Artefact { bytes, sections })
    }

    pub(crate) fn section(&self, tag: [u8; 4]) -> Option<&[u8]> {
        self.bytes.get(self.range(tag)?)
    }

    /// Where a section lies in [`Artefact::as_bytes`].
    pub(crate) fn range(&self, tag: [u8; 4]) -> Option<std::ops::Range<usize>> {
        self.sections
            .iter()
            .find(|(known, _)| *known == tag)
            .map(|(_, range)| range.clone())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}

/// Checksum of all bytes but the eight that hold it. Each step is a bijection
/// of the state for given input and of the input for given state, so that one
/// changed byte always changes the sum.
fn checksum(bytes: &[u8]) -> u64 {
    let head = &bytes[..24];
    let tail = &bytes[32..];
    let mut sum = bytes.len() as u64;
    for part in [head, tail] {
        let mut chunks = part.chunks_exact(8);
        for chunk in &mut chunks {
            sum = step(sum, u64::from_le_bytes(array(chunk, 0)));
        }
        let mut last = [0; 8];
        let rest = chunks.remainder();
        last[..rest.len()].copy_from_slice(rest);
        sum = step(sum, u64::from_le_bytes(last));
    }
    sum
}

fn step(sum: u64, chunk: u64) -> u64 {
    let mixed = (sum ^ chunk).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 32)
}
