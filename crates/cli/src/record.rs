//! One JSON record: where its text stands, and how to change only that.
//!
//! A record is never parsed and written again. The value of one field is found
//! in the bytes of the line, decoded, and replacements in the decoded text are spliced
//! back into the bytes, so that all else stays as it was written.

use std::ops::Range;

use memchr::{memchr, memchr2};
use serde::de::IgnoredAny;

use crate::room::room;

/// Why a record cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("not JSON ({0}); write one JSON object on each line")]
    Json(String),
    #[error("not a JSON object; write one JSON object on each line")]
    NoObject,
    #[error("no field `{0}`; name the field that holds the text with --field")]
    Missing(String),
    #[error("field `{0}` is not a string; name a field that holds text with --field")]
    NoString(String),
    #[error("field `{0}` is there already; name another with {1}")]
    Taken(String, &'static str),
    #[error("lone surrogate `{0}` in the text; replace the escape by a character")]
    Surrogate(String),
    #[error(
        "invalid UTF-8 at byte {0} of the line; convert it to UTF-8 or replace it with --lossy"
    )]
    Utf8(usize),
    #[error("longer than {0} bytes; raise --max-record-bytes")]
    TooLong(usize),
}

/// Where the parts of a record stand in its line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// The raw string value, without its quotes.
    pub(crate) value: Range<usize>,
    /// The closing brace.
    pub(crate) close: usize,
}

/// A field that is to be added, and the option that names another one.
#[derive(Debug, Clone)]
pub(crate) struct Added {
    pub(crate) name: String,
    pub(crate) option: &'static str,
}

/// Finds the string value of a top-level field; the last of equal names counts.
pub(crate) fn locate(line: &str, field: &str, added: Option<&Added>) -> Result<Record, Fault> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(line) {
        return Err(Fault::Json(describe(&error)));
    }
    let mut walk = Walk {
        bytes: line.as_bytes(),
        at: 0,
    };
    if !walk.take(b'{') {
        return Err(Fault::NoObject);
    }
    let mut found = None;
    let mut taken = false;
    let mut decoded = String::new();
    while walk.peek() == Some(b'"') {
        let key = walk.string();
        let key = &line[key];
        let key = if key.contains('\\') {
            // A key that is no text is nobody's field.
            decode(key, &mut decoded).map_or("\u{fffd}", |()| &decoded)
        } else {
            key
        };
        let wanted = key == field;
        taken |= added.is_some_and(|added| added.name == key);
        walk.take(b':');
        let value = match walk.peek() {
            Some(b'"') => Some(walk.string()),
            _ => {
                walk.skip();
                None
            }
        };
        if wanted {
            found = Some(value);
        }
        walk.take(b',');
    }
    walk.space();
    match (found, added) {
        (None, _) => Err(Fault::Missing(field.to_string())),
        (Some(None), _) => Err(Fault::NoString(field.to_string())),
        (Some(Some(_)), Some(added)) if taken => {
            Err(Fault::Taken(added.name.clone(), added.option))
        }
        (Some(Some(value)), _) => Ok(Record {
            value,
            close: walk.at,
        }),
    }
}

/// What the parser says, without the line number, which is always 1.
fn describe(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(at) => format!("{} at column {}", &text[..at], error.column()),
        None => text,
    }
}

/// Walks over bytes that are known to be valid JSON.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// Passes a string and gives the range between its quotes.
    fn string(&mut self) -> Range<usize> {
        let start = self.at + 1;
        let mut end = start;
        loop {
            match memchr2(b'"', b'\\', self.bytes.get(end..).unwrap_or_default()) {
                Some(offset) if self.bytes[end + offset] == b'\\' => end += offset + 2,
                Some(offset) => {
                    end += offset;
                    self.at = end + 1;
                    return start..end;
                }
                None => {
                    self.at = self.bytes.len();
                    return start.min(self.at)..self.at;
                }
            }
        }
    }

    /// Passes any other value.
    fn skip(&mut self) {
        let mut depth = 0;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.string();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 0 => return,
                b'}' | b']' => depth -= 1,
                b',' if depth == 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }
}

/// One step through a raw string: a stretch of plain bytes, or an escape.
enum Piece<'a> {
    Plain(&'a str),
    /// Raw bytes of the escape, and the character that it stands for.
    Escape(usize, char),
}

/// Takes the first piece off a raw string that is valid JSON.
fn first_piece(raw: &str) -> Result<Piece<'_>, Fault> {
    match memchr(b'\\', raw.as_bytes()) {
        None => Ok(Piece::Plain(raw)),
        Some(0) => escape(raw),
        Some(length) => Ok(Piece::Plain(&raw[..length])),
    }
}

fn escape(raw: &str) -> Result<Piece<'_>, Fault> {
    let simple = match raw.as_bytes().get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => {
            let lone = || Fault::Surrogate(raw.get(..6).unwrap_or(raw).to_string());
            let first = unit(raw, 0).ok_or_else(lone)?;
            if let Some(c) = char::from_u32(first) {
                return Ok(Piece::Escape(6, c));
            }
            let second = unit(raw, 6).filter(|unit| (0xdc00..0xe000).contains(unit));
            return match second {
                Some(second) if first < 0xdc00 => {
                    let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    char::from_u32(code)
                        .map(|c| Piece::Escape(12, c))
                        .ok_or_else(lone)
                }
                _ => Err(lone()),
            };
        }
        Some(&byte) => char::from(byte),
        None => '\\',
    };
    Ok(Piece::Escape(2, simple))
}

/// The UTF-16 unit of the escape `\uXXXX` at a place.
fn unit(raw: &str, at: usize) -> Option<u32> {
    let digits = raw.get(at..at + 6)?.strip_prefix("\\u")?;
    u32::from_str_radix(digits, 16).ok()
}

/// Decodes a raw string.
pub(crate) fn decode(raw: &str, text: &mut String) -> Result<(), Fault> {
    text.clear();
    text.reserve(room(raw.len()));
    let mut rest = raw;
    while !rest.is_empty() {
        rest = match first_piece(rest)? {
            Piece::Plain(plain) => {
                text.push_str(plain);
                &rest[plain.len()..]
            }
            Piece::Escape(length, c) => {
                text.push(c);
                &rest[length..]
            }
        };
    }
    Ok(())
}

/// Writes a raw string with replacements in its decoded text.
///
/// What none of them touches keeps its bytes. Those that do not fit are left out,
/// as [`unspin::apply`] does.
pub(crate) struct Splice<'a> {
    cursor: Cursor<'a>,
    /// Raw bytes that are written, or replaced.
    written: usize,
    /// Whether all that is not ASCII is escaped; found out once it is needed.
    ascii: Option<bool>,
}

impl<'a> Splice<'a> {
    pub(crate) fn new(raw: &'a str) -> Splice<'a> {
        let cursor = Cursor {
            raw,
            at: 0,
            decoded: 0,
            plain: 0,
        };
        Splice {
            cursor,
            written: 0,
            ascii: None,
        }
    }

    /// Writes on up to the end of a place, and what replaces that.
    pub(crate) fn replace(&mut self, place: Range<usize>, replacement: &str, out: &mut Vec<u8>) {
        if place.end < place.start || place.start < self.cursor.decoded {
            return;
        }
        let mut ahead = self.cursor;
        if !ahead.advance(place.start) {
            return;
        }
        let start = ahead.at;
        if !ahead.advance(place.end) {
            return;
        }
        self.cursor = ahead;
        let raw = ahead.raw;
        out.extend_from_slice(&raw.as_bytes()[self.written..start]);
        let is_ascii = || raw.is_ascii() && raw.contains("\\u");
        write_escaped(replacement, *self.ascii.get_or_insert_with(is_ascii), out);
        self.written = ahead.at;
    }

    /// Writes the rest.
    pub(crate) fn finish(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.cursor.raw.as_bytes()[self.written..]);
    }
}

/// A place in a raw string and in what it decodes to.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    raw: &'a str,
    at: usize,
    decoded: usize,
    /// Where the next escape is, if that is known.
    plain: usize,
}

impl Cursor<'_> {
    /// Goes on to a decoded offset; false where it is none.
    fn advance(&mut self, target: usize) -> bool {
        while self.decoded < target {
            if self.at < self.plain {
                let step = (self.plain - self.at).min(target - self.decoded);
                self.at += step;
                self.decoded += step;
                continue;
            }
            match first_piece(&self.raw[self.at..]) {
                Ok(Piece::Plain("")) | Err(_) => return false,
                Ok(Piece::Plain(plain)) => self.plain = self.at + plain.len(),
                Ok(Piece::Escape(length, c)) => {
                    self.at += length;
                    self.decoded += c.len_utf8();
                }
            }
        }
        self.decoded == target && self.raw.is_char_boundary(self.at)
    }
}

/// Writes text as the inside of a JSON string, with no more escapes than needed.
pub(crate) fn write_escaped(text: &str, ascii: bool, out: &mut Vec<u8>) {
    let is_escaped = |byte: u8| matches!(byte, b'"' | b'\\' | 0..0x20) || ascii && !byte.is_ascii();
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_escaped) {
        let (plain, after) = rest.split_at(at);
        out.extend_from_slice(plain.as_bytes());
        let mut chars = after.chars();
        if let Some(c) = chars.next() {
            write_escape(c, out);
        }
        rest = chars.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
}

/// Writes the shortest escape of a character.
fn write_escape(c: char, out: &mut Vec<u8>) {
    let short = match c {
        '"' | '\\' => c,
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        c => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            }
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short as u8]);
}

#[cfg(test)]
mod tests;
