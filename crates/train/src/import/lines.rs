//! Formats of one row a line: synonyms, spintax, misspellings.

use std::io::{BufRead, BufReader, Read};

use super::{Gatherer, ImportError, LONGEST_ROW};

/// Calls `each` with the number and text of every line that is neither empty nor a comment.
pub(super) fn each(
    name: &str,
    reader: impl Read,
    mut each: impl FnMut(u64, Result<&str, usize>),
) -> Result<(), ImportError> {
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let mut limited = (&mut reader).take(LONGEST_ROW as u64 + 1);
        let read = limited
            .read_until(b'\n', &mut line)
            .map_err(|source| ImportError::Io {
                name: name.to_string(),
                source,
            })?;
        if read == 0 {
            return Ok(());
        }
        number += 1;
        if read > LONGEST_ROW {
            let reason =
                format!("a line of more than {LONGEST_ROW} bytes; is this the right format?");
            return Err(ImportError::Format {
                name: name.to_string(),
                line: number,
                reason,
            });
        }
        let text = line
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(&line)
            .trim_ascii();
        if text.is_empty() || text.starts_with(b"#") {
            continue;
        }
        each(
            number,
            std::str::from_utf8(text).map_err(|error| error.valid_up_to()),
        );
    }
}

/// The line's text, or a reject where it is not UTF-8.
fn text<'a>(into: &mut Gatherer, at: u64, line: Result<&'a str, usize>) -> Option<&'a str> {
    into.rows += 1;
    line.map_err(|valid| into.reject((at, valid as u64 + 1), "not UTF-8; convert the file", ""))
        .ok()
}

/// `original|spun|spun…`.
pub(super) fn synonyms(into: &mut Gatherer, at: u64, line: Result<&str, usize>) {
    let Some(line) = text(into, at, line) else {
        return;
    };
    if !line.contains('|') {
        into.reject((at, 1), "no `|`; write `original|spun`", line);
        return;
    }
    group(into, at, 1, line, line);
}

/// Text with `{original|spun|spun…}`.
pub(super) fn spintax(into: &mut Gatherer, at: u64, line: Result<&str, usize>) {
    let Some(line) = text(into, at, line) else {
        return;
    };
    let mut open: Option<usize> = None;
    let mut depth = 0;
    for (offset, c) in line.char_indices() {
        match c {
            '{' => {
                depth += 1;
                open = Some(offset + 1);
            }
            '}' if depth == 0 => {
                into.reject((at, offset as u64 + 1), "a `}` without a `{`", line);
                return;
            }
            '}' => {
                depth -= 1;
                // Only innermost groups are phrases; what holds a group is a sentence.
                match open.take() {
                    Some(from) if line[from..offset].contains('|') => {
                        group(into, at, from as u64 + 1, &line[from..offset], line);
                    }
                    Some(_) => {}
                    None => into.reject(
                        (at, offset as u64 + 1),
                        "a group around other groups is no phrase",
                        line,
                    ),
                }
            }
            _ => {}
        }
    }
    if depth > 0 {
        into.reject((at, line.len() as u64 + 1), "a `{` without a `}`", line);
    }
}

fn group(into: &mut Gatherer, at: u64, column: u64, group: &str, row: &str) {
    let mut offset = 0;
    let mut original = None;
    for phrase in group.split('|') {
        match original {
            None => original = Some(phrase),
            Some(original) => into.pair((at, column + offset), phrase, original, row),
        }
        offset += phrase.len() as u64 + 1;
    }
}

/// `wrong->right`, `wrong->right, right2,`, `wrong->right, why it is switched off`.
pub(super) fn codespell(into: &mut Gatherer, at: u64, line: Result<&str, usize>) {
    let Some(line) = text(into, at, line) else {
        return;
    };
    let Some((wrong, right)) = line.split_once("->") else {
        into.reject((at, 1), "no `->`; write `wrong->right`", line);
        return;
    };
    // What follows the last comma is a remark.
    let rights = right.rsplit_once(',').map_or(right, |(rights, _)| rights);
    for right in rights.split(',') {
        into.pair((at, wrong.len() as u64 + 3), wrong, right, line);
    }
}
