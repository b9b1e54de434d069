//! Chunks: a file of lines, read in parts.

use std::io::{self, ErrorKind, Read};

use memchr::{memchr, memrchr};

use crate::room::room;
use crate::window::Window;

/// Bytes of lines that make one chunk.
pub(crate) const CHUNK: usize = 1 << 18;

/// A part of a file of lines.
pub(crate) enum Chunk {
    /// Whole lines; only the last one of a file may lack its end.
    Lines { bytes: Vec<u8>, first: bool },
    /// A part of a line that is too long.
    Long {
        bytes: Vec<u8>,
        begins: bool,
        ends: bool,
    },
}

/// Cuts a reader into [`Chunk`]s in bounded memory.
pub(crate) struct Chunks<R> {
    reader: R,
    rest: Vec<u8>,
    longest: usize,
    /// Pass on what is there, rather than wait for more.
    eager: bool,
    first: bool,
    long: bool,
    ended: bool,
}

impl Chunk {
    /// Its bytes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Chunk::Lines { bytes, .. } | Chunk::Long { bytes, .. } => bytes.len(),
        }
    }
}

impl<R: Read> Chunks<R> {
    pub(crate) fn new(reader: R, longest: usize, eager: bool) -> Chunks<R> {
        Chunks {
            reader,
            rest: Vec::new(),
            longest,
            eager,
            first: true,
            long: false,
            ended: false,
        }
    }

    /// The next part; `None` at the end. A long line is read as there is room for it.
    pub(crate) fn next(&mut self, window: &Window) -> io::Result<Option<Chunk>> {
        let mut bytes = std::mem::take(&mut self.rest);
        if self.long {
            return self.next_long(bytes);
        }
        let first = std::mem::take(&mut self.first);
        let mut line_end = memrchr(b'\n', &bytes);
        while !self.ended {
            let enough = bytes.len() >= CHUNK || (self.eager && !bytes.is_empty());
            if line_end.is_some() && enough {
                break;
            }
            if line_end.is_none() && bytes.len() > self.longest {
                self.long = true;
                return Ok(Some(Chunk::Long {
                    bytes,
                    begins: true,
                    ends: false,
                }));
            }
            let before = bytes.len();
            window.wait_for(before);
            self.read(&mut bytes)?;
            line_end = memrchr(b'\n', &bytes[before..])
                .map(|at| before + at)
                .or(line_end);
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        if let Some(at) = line_end.filter(|_| !self.ended) {
            let mut rest = Vec::with_capacity(2 * CHUNK);
            rest.extend_from_slice(&bytes[at + 1..]);
            self.rest = rest;
            bytes.truncate(at + 1);
        }
        Ok(Some(Chunk::Lines { bytes, first }))
    }

    fn next_long(&mut self, mut bytes: Vec<u8>) -> io::Result<Option<Chunk>> {
        if bytes.is_empty() {
            self.read(&mut bytes)?;
        }
        if let Some(at) = memchr(b'\n', &bytes) {
            self.rest = bytes.split_off(at + 1);
        }
        let ends = self.ended || bytes.ends_with(b"\n");
        self.long = !ends;
        Ok(Some(Chunk::Long {
            bytes,
            begins: false,
            ends,
        }))
    }

    /// Reads once, or up to the size of a chunk.
    fn read(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let mut at = bytes.len();
        bytes.reserve(room(at + CHUNK) - at);
        bytes.resize(at + CHUNK, 0);
        while at < bytes.len() {
            match self.reader.read(&mut bytes[at..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(count) => {
                    at += count;
                    if self.eager {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(at);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in small portions.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn chunks_are_whole_lines() -> io::Result<()> {
        let text = b"one\ntwo\n\nthis one is long\nfour\nlast";
        for portion in 1..text.len() {
            for eager in [false, true] {
                let mut chunks = Chunks::new(Drip(text, portion), 10, eager);
                let mut all = Vec::new();
                while let Some(chunk) = chunks.next(&Window::new(0))? {
                    match chunk {
                        Chunk::Lines { bytes, .. } => {
                            assert!(bytes.ends_with(b"\n") || bytes.ends_with(b"last"));
                            all.extend(bytes);
                        }
                        Chunk::Long { bytes, .. } => all.extend(bytes),
                    }
                }
                assert_eq!(all, text);
            }
        }
        Ok(())
    }
}
