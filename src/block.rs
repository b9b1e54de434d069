//! Blocks: how a long document is cut so that memory stays bounded.

use std::ops::Range;

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
