//! Blocks: how a long document is cut so that memory stays bounded.

use std::io::Read;
use std::ops::Range;

use memchr::{memrchr, memrchr_iter};

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
        let end = start + first_block(&text.as_bytes()[start..]);
        let block = start..end;
        start = end;
        Some(block)
    })
}

/// Length of the first block of a text, which may not be UTF-8: up to [`MAX_BLOCK`] bytes, cut at
/// the last paragraph's end, else line's end, else sentence's end, else white space, else
/// character.
fn first_block(text: &[u8]) -> usize {
    if text.len() <= MAX_BLOCK {
        return text.len();
    }
    let inside = |at: &usize| text[*at] & 0xc0 == 0x80;
    // A character has no more than three bytes inside.
    let limit = (MAX_BLOCK - 3..=MAX_BLOCK).rev().find(|at| !inside(at));
    let limit = limit.unwrap_or(MAX_BLOCK);
    // A cut in the first half would make blocks too uneven to judge.
    let half = limit / 2;
    let late = &text[half..limit];
    let ends = |last: u8, before: u8| {
        let found = memrchr_iter(last, late).find(|at| text[half + at - 1] == before);
        found.map(|at| half + at + 1)
    };
    ends(b'\n', b'\n')
        .or_else(|| memrchr(b'\n', late).map(|at| half + at + 1))
        .or_else(|| ends(b' ', b'.'))
        .or_else(|| {
            let text = std::str::from_utf8(&text[..limit]).ok()?;
            let (at, space) = text.rmatch_indices(char::is_whitespace).next()?;
            Some(at + space.len()).filter(|end| *end > half)
        })
        .unwrap_or(limit)
}

/// Cuts what a reader gives into blocks, in bounded memory.
pub(crate) struct Cutter<R> {
    input: R,
    /// What was read beyond the block that was given last.
    rest: Vec<u8>,
    /// Bytes of all that were given.
    bytes: u64,
    ended: bool,
    /// Memory for blocks to come.
    rooms: Vec<Vec<u8>>,
}

/// A block of a document that is being read, which may not be UTF-8.
pub(crate) struct Block {
    bytes: Vec<u8>,
    /// Where in the document it begins.
    start: u64,
}

impl Block {
    /// The block as text.
    ///
    /// # Errors
    ///
    /// It is not UTF-8.
    pub(crate) fn into_text(self) -> Result<String, Error> {
        String::from_utf8(self.bytes).map_err(|error| Error::Utf8 {
            offset: self.start + error.utf8_error().valid_up_to() as u64,
        })
    }
}

impl<R: Read> Cutter<R> {
    /// Takes memory for blocks, as [`into_rooms`](Self::into_rooms) gives it.
    pub(crate) fn new(input: R, mut rooms: Vec<Vec<u8>>) -> Cutter<R> {
        Cutter {
            input,
            rest: rooms.pop().unwrap_or_default(),
            bytes: 0,
            ended: false,
            rooms,
        }
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    ///
    /// Reading fails.
    pub(crate) fn next(&mut self) -> Result<Option<Block>, Error> {
        self.fill()?;
        if self.rest.is_empty() {
            return Ok(None);
        }
        let end = first_block(&self.rest);
        // What is read for this block is given away, so that little has to be copied.
        let mut rest = self.rooms.pop().unwrap_or_default();
        rest.extend_from_slice(&self.rest[end..]);
        let mut bytes = std::mem::replace(&mut self.rest, rest);
        bytes.truncate(end);
        let start = self.bytes;
        self.bytes += end as u64;
        Ok(Some(Block { bytes, start }))
    }

    /// Whether there is more than one block, before any was given.
    ///
    /// # Errors
    ///
    /// Reading fails.
    pub(crate) fn has_several(&mut self) -> Result<bool, Error> {
        self.fill()?;
        Ok(self.rest.len() > MAX_BLOCK)
    }

    /// Reads on until there is a block, or all.
    fn fill(&mut self) -> Result<(), Error> {
        // More than a block, which shows that the document goes on.
        while !self.ended && self.rest.len() <= MAX_BLOCK {
            let want = (MAX_BLOCK + 1 - self.rest.len()) as u64;
            let input = self.input.by_ref();
            self.ended = input.take(want).read_to_end(&mut self.rest)? == 0;
        }
        Ok(())
    }

    /// Takes the memory of a block that is done.
    pub(crate) fn give_back(&mut self, block: String) {
        let mut room = block.into_bytes();
        room.clear();
        self.rooms.push(room);
    }

    /// Bytes of all blocks that were given.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Memory for the blocks of another document, after the last one of this.
    pub(crate) fn into_rooms(mut self) -> Vec<Vec<u8>> {
        self.rooms.push(self.rest);
        self.rooms
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

    /// The blocks of a reader that gives so many bytes at a time.
    fn cut(text: &[u8], portion: usize) -> Vec<Vec<u8>> {
        let mut cutter = Cutter::new(Drip(text, portion), Vec::new());
        let mut all = Vec::new();
        while let Some(block) = cutter.next().unwrap() {
            assert_eq!(block.start, all.iter().map(Vec::len).sum::<usize>() as u64);
            all.push(block.bytes);
            cutter.give_back("what was here before".into());
        }
        assert_eq!(cutter.bytes(), text.len() as u64);
        assert!(cutter.into_rooms().iter().all(Vec::is_empty));
        all
    }

    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0.by_ref().take(self.1 as u64).read(buffer)
        }
    }

    #[test]
    fn blocks_end_where_they_best_do() {
        let filler = |unit: &str| unit.repeat(MAX_BLOCK / unit.len() - 10);
        for (unit, end, more) in [
            ("word. Word\n", "\n\n", "one. two\nthree"),
            ("word. ", "\n", "one. two three"),
            ("words ", ". ", "one two"),
            ("word", " ", "words"),
            ("word", "\u{2003}", "words"),
            ("w\u{e9}\u{2019}", "", "\u{1f600}"),
        ] {
            let first = filler(unit) + end;
            let text = format!("{first}{}", more.repeat(MAX_BLOCK));
            let all: Vec<_> = blocks(&text).map(|block| &text[block]).collect();
            assert_eq!(all.concat(), text);
            assert!(all
                .iter()
                .all(|block| (1..=MAX_BLOCK).contains(&block.len())));
            if !end.is_empty() {
                assert!(all[0] == first, "{end:?}");
            }
            for portion in [9_973, usize::MAX >> 1] {
                let bytes = all.iter().map(|block| block.as_bytes());
                assert!(bytes.eq(cut(text.as_bytes(), portion)), "{end:?}");
            }
        }
        // An end in the first half is not waited for.
        let text = format!("\n\n{}\n\n", "word".repeat(MAX_BLOCK / 2));
        assert_eq!(first_block(text.as_bytes()), MAX_BLOCK);
    }

    #[test]
    fn blocks_that_are_no_text_are_cut_as_well() {
        for byte in [0x80, 0xff, 0xc3] {
            let text = vec![byte; 3 * MAX_BLOCK];
            let all = cut(&text, MAX_BLOCK);
            assert!(all.concat() == text && all.len() < 5);
        }
        let block = |bytes: &[u8]| Block {
            bytes: bytes.to_vec(),
            start: 7,
        };
        assert_eq!(block(b"text").into_text().unwrap(), "text");
        let error = block(b"caf\xe9 ").into_text();
        assert!(
            matches!(error, Err(Error::Utf8 { offset: 10 })),
            "{error:?}"
        );
    }

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
