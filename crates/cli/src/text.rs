//! Text that may not be UTF-8.

use std::io::{self, ErrorKind, Read};

/// Replaces what is not UTF-8, as [`String::from_utf8_lossy`] does.
pub(crate) struct Lossy<R> {
    reader: R,
    raw: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Lossy<R> {
    pub(crate) fn new(reader: R) -> Lossy<R> {
        Lossy {
            reader,
            raw: Vec::new(),
            ready: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        let before = self.raw.len();
        self.raw.resize(before + (1 << 16), 0);
        let count = loop {
            match self.reader.read(&mut self.raw[before..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.raw.truncate(before + count);
        self.ended = count == 0;
        self.ready.clear();
        self.given = 0;
        let mut used = 0;
        for part in self.raw.utf8_chunks() {
            self.ready.extend_from_slice(part.valid().as_bytes());
            used += part.valid().len();
            let bad = part.invalid();
            let cut_off = used + bad.len() == self.raw.len() && may_go_on(bad);
            if bad.is_empty() || (cut_off && !self.ended) {
                break;
            }
            self.ready.extend_from_slice("\u{fffd}".as_bytes());
            used += bad.len();
        }
        self.raw.drain(..used);
        Ok(())
    }
}

/// Whether bytes are the beginning of a character.
fn may_go_on(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

impl<R: Read> Read for Lossy<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() {
            if self.ended {
                return Ok(0);
            }
            self.refill()?;
        }
        let ready = &self.ready[self.given..];
        let count = ready.len().min(buffer.len());
        buffer[..count].copy_from_slice(&ready[..count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives a byte at a time.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.by_ref().take(1).read(buffer)
        }
    }

    proptest! {
        #[test]
        fn equals_the_standard_library(text in "\\PC{0,20}", bad in prop::collection::vec(any::<u8>(), 0..20)) {
            let bytes = [text.as_bytes(), &bad, text.as_bytes()].concat();
            let mut out = Vec::new();
            let lossy = String::from_utf8_lossy(&bytes).into_owned();
            Lossy::new(Drip(&bytes)).read_to_end(&mut out)?;
            prop_assert_eq!(out, lossy.into_bytes());
        }
    }
}
