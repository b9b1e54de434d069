//! Blocks: how a long document is cut so that memory stays bounded.

use std::io::Read;
use std::ops::Range;

use crate::error::Error;

/// Longest block, in bytes.
pub(crate) const MAX_BLOCK: usize = 1 << 20;

/// The blocks of a text: all of it where it is short enough.
pub(crate) fn blocks(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start == text.len() {
            return None;
        }
        let end = start + first_block(&text[start..]);
        let block = start..end;
        start = end;
        Some(block)
    })
}

/// Length of the first block of a text: up to [`MAX_BLOCK`] bytes, cut at the
/// last paragraph's end, else line's end, else sentence's end, else white
/// space, else character.
pub(crate) fn first_block(text: &str) -> usize {
    if text.len() <= MAX_BLOCK {
        return text.len();
    }
    let mut limit = MAX_BLOCK;
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let window = &text[..limit];
    // A cut in the first half would make blocks too uneven to judge.
    let late =
        |at: Option<usize>, length: usize| at.map(|at| at + length).filter(|&at| at > limit / 2);
    late(window.rfind("\n\n"), 2)
        .or_else(|| late(window.rfind('\n'), 1))
        .or_else(|| late(window.rfind(". "), 2))
        .or_else(|| {
            late(window.rfind(char::is_whitespace), 1).filter(|&at| window.is_char_boundary(at))
        })
        .unwrap_or(limit)
}

/// Cuts what a reader gives into blocks, in bounded memory.
pub(crate) struct Cutter<R> {
    input: R,
    buffer: Vec<u8>,
    /// Bytes of the block that was given last, with which the buffer begins.
    given: usize,
    /// Bytes of all that were given.
    bytes: u64,
    ended: bool,
}

impl<R: Read> Cutter<R> {
    pub(crate) fn new(input: R) -> Cutter<R> {
        Cutter {
            input,
            buffer: Vec::new(),
            given: 0,
            bytes: 0,
            ended: false,
        }
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    ///
    /// Reading fails, or the next block is not UTF-8.
    pub(crate) fn next(&mut self) -> Result<Option<&str>, Error> {
        self.buffer.drain(..self.given);
        self.given = 0;
        self.fill()?;
        if self.buffer.is_empty() {
            return Ok(None);
        }
        let text = valid_prefix(&self.buffer, self.ended, self.bytes)?;
        self.given = first_block(text);
        self.bytes += self.given as u64;
        Ok(Some(&text[..self.given]))
    }

    /// Whether there is more than one block, before any was given.
    ///
    /// # Errors
    ///
    /// Reading fails.
    pub(crate) fn has_several(&mut self) -> Result<bool, Error> {
        self.fill()?;
        Ok(self.buffer.len() > MAX_BLOCK)
    }

    /// Reads on until there is a block, or all.
    fn fill(&mut self) -> Result<(), Error> {
        // Four bytes more than a block, so that even with a character cut off
        // at its end the buffer shows that the document goes on.
        while !self.ended && self.buffer.len() < MAX_BLOCK + 4 {
            let want = (MAX_BLOCK + 4 - self.buffer.len()) as u64;
            let input = self.input.by_ref();
            self.ended = input.take(want).read_to_end(&mut self.buffer)? == 0;
        }
        Ok(())
    }

    /// Bytes of all blocks that were given.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// The buffer as text; a character that is cut off at its end may still be completed.
fn valid_prefix(buffer: &[u8], ended: bool, before: u64) -> Result<&str, Error> {
    match std::str::from_utf8(buffer) {
        Ok(text) => Ok(text),
        Err(error) => {
            let valid = error.valid_up_to();
            if error.error_len().is_none() && !ended && valid > 0 {
                Ok(std::str::from_utf8(&buffer[..valid]).unwrap_or_default())
            } else {
                Err(Error::Utf8 {
                    offset: before + valid as u64,
                })
            }
        }
    }
}

/// Length of a window, in bytes, to the next line's end: about that of a news text.
const WINDOW: usize = 4 << 10;

/// The windows of a block, which ends of lines part: what is looked at on its
/// own where a block is too long for what happens in a few of its paragraphs
/// to show.
pub(crate) fn windows(block: &str) -> impl Iterator<Item = &str> {
    let mut rest = block;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        // A last window that is short goes with the one before it.
        let mut end = rest.len();
        if end >= 2 * WINDOW {
            let limit = rest.len().min(4 * WINDOW);
            let line = &rest.as_bytes()[WINDOW..limit];
            end = WINDOW + line.iter().position(|b| *b == b'\n').map_or(0, |at| at + 1);
            while !rest.is_char_boundary(end) {
                end += 1;
            }
        }
        let (window, after) = rest.split_at(end);
        rest = after;
        Some(window)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_make_up_the_block() {
        let lines = "Some words, and a few more of them \u{2014} so.\n".repeat(1_000);
        let line = lines.replace('\n', " ");
        for block in ["", "short", &lines, &line] {
            assert_eq!(windows(block).collect::<String>(), block);
            assert!(windows(block).all(|window| window.len() < 3 * WINDOW));
        }
        assert!(windows(&lines).all(|window| window.ends_with('\n')));
    }
}
