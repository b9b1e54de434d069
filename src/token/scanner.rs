//! The tokenizer: one pass over the bytes, Unicode looked at only where a byte is not ASCII.

use super::chars::{glued_percent, is_alphanumeric, is_clitic, is_joining, is_space};
use super::fold::{fold_char, fold_into, hash_ascii, hash_byte, hash_folded, SHORT};
use super::opaque;
use super::plain::plain_word;
use super::prose::plain_tokens;
use super::{Case, Gap, Kind, Token};
use crate::simd::{self, Classify, Kernel, Scalar};

/// Tokens of a text.
///
/// Texts of 4 GiB and more are cut to their first 4 GiB: callers work on
/// blocks long before that.
///
/// # Examples
///
/// ```
/// let tokens = unspin::token::tokenize("It doesn\u{2019}t cost 1,000.50 dollars.");
/// assert_eq!(tokens.len(), 6);
/// ```
#[must_use]
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    tokenize_into(text, &mut tokens);
    tokens
}

/// As [`tokenize`], into a buffer that is cleared first and can be used again.
pub fn tokenize_into(text: &str, tokens: &mut Vec<Token>) {
    simd::run(Scanner::new(text, tokens));
}

/// As [`tokenize_into`], in the way that is left where a machine has no better one.
pub(crate) fn tokenize_scalar_into(text: &str, tokens: &mut Vec<Token>) {
    Scanner::new(text, tokens).run(Scalar);
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    tokens: &'a mut Vec<Token>,
    folded: String,
}

/// Letters after a number, from how many on they are a word of their own.
const GLUED_WORD: usize = 4;

/// Classes of ASCII bytes.
const SPACE: u8 = 1;
const LETTER: u8 = 2;
const DIGIT: u8 = 4;

const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let b = byte as u8;
        class[byte] = if b.is_ascii_alphabetic() {
            LETTER
        } else if b.is_ascii_digit() {
            DIGIT
        } else if b.is_ascii_whitespace() || b == 0x0b {
            SPACE
        } else {
            0
        };
        byte += 1;
    }
    class
};

impl Kernel for Scanner<'_> {
    type Output = ();

    #[inline(always)]
    fn run<C: Classify>(mut self, classify: C) {
        let limit = self.bytes.len().min(u32::MAX as usize);
        while self.at < limit {
            if C::IS_FAST && self.at > 0 && self.is_prose_ahead() {
                self.at = plain_tokens(&self.bytes[..limit], self.at, classify, self.tokens);
            }
            let gap = self.gap();
            if self.at >= limit {
                break;
            }
            self.token(gap);
        }
    }
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, tokens: &'a mut Vec<Token>) -> Scanner<'a> {
        tokens.clear();
        Scanner {
            text,
            bytes: text.as_bytes(),
            at: 0,
            tokens,
            folded: String::new(),
        }
    }

    /// Whether the next token looks plain, so that it is worth looking at a block.
    fn is_prose_ahead(&self) -> bool {
        let next = match self.peek(0) {
            b' ' => self.peek(1),
            next => next,
        };
        !matches!(next, b'\'' | b'/' | b'<' | b'&' | 0x80..)
    }

    /// Skips white space and says what kind of gap it was.
    #[inline(always)]
    fn gap(&mut self) -> Gap {
        let from = self.at;
        // Nearly always it is one space.
        if let (b' ', next, true) = (self.peek(0), self.peek(1), from > 0) {
            if next < 0x80 && CLASS[next as usize] != SPACE {
                self.at += 1;
                return Gap::Space;
            }
        }
        let mut breaks = 0;
        while let Some(&byte) = self.bytes.get(self.at) {
            if CLASS[byte as usize] == SPACE {
                breaks += u32::from(byte == b'\n' || (byte == b'\r' && self.peek(1) != b'\n'));
                self.at += 1;
            } else if byte >= 0x80 {
                match self.char_at(self.at) {
                    Some(c) if is_space(c) => {
                        breaks += match c {
                            '\u{2028}' | '\u{85}' => 1,
                            '\u{2029}' => 2,
                            _ => 0,
                        };
                        self.at += c.len_utf8();
                    }
                    _ => break,
                }
            } else {
                break;
            }
        }
        match breaks {
            _ if from == 0 => Gap::Break,
            0 if from == self.at => Gap::None,
            0 => Gap::Space,
            1 if self.is_wrapped_line() => Gap::Space,
            _ => Gap::Break,
        }
    }

    /// Whether the line break just passed only wraps a sentence: a word or
    /// comma before it and a lower-case letter after it.
    fn is_wrapped_line(&self) -> bool {
        let goes_on = self.peek(0).is_ascii_lowercase();
        goes_on
            && self.tokens.last().is_some_and(|last| match last.kind {
                Kind::Word | Kind::Clitic | Kind::Number => true,
                Kind::Mark => self.bytes[last.start as usize] == b',',
                Kind::Opaque => false,
            })
    }

    #[inline(always)]
    fn token(&mut self, gap: Gap) {
        let start = self.at;
        let byte = self.bytes[start];
        match CLASS[byte as usize] {
            LETTER => self.word(gap),
            DIGIT => self.number(gap),
            _ if byte >= 0x80 => match self.char_at(start) {
                Some(c) if is_alphanumeric(c) => self.word(gap),
                Some(c) if fold_char(c) == '\'' => self.apostrophe(gap, c.len_utf8()),
                Some(c) => {
                    self.at += c.len_utf8();
                    let hash = hash_folded(fold_char(c).encode_utf8(&mut [0; 4]));
                    self.mark(start, gap, hash);
                }
                None => self.at += 1,
            },
            _ if byte == b'\'' => self.apostrophe(gap, 1),
            _ => {
                if let Some(length) = opaque::from_mark(self.bytes, start) {
                    self.opaque(start, start + length, gap);
                } else {
                    self.at += 1;
                    self.mark(start, gap, hash_byte(byte));
                }
            }
        }
    }

    #[inline(always)]
    fn word(&mut self, gap: Gap) {
        let start = self.at;
        if let Some(plain) = plain_word(&self.bytes[start..]) {
            self.at += plain.length;
            self.tokens.push(Token {
                start: start as u32,
                end: self.at as u32,
                hash: plain.hash,
                kind: Kind::Word,
                gap,
                case: plain.case,
                is_short: plain.length <= SHORT,
            });
            return;
        }
        self.skip_alphanumeric();
        if let Some(split) = glued_percent(&self.bytes[start..self.at]) {
            let end = self.at;
            self.at = start + split;
            self.push(start, Kind::Word, gap);
            self.at = end;
            self.push(start + split, Kind::Word, Gap::None);
            return;
        }
        // "n't" belongs to its verb; other inner apostrophes belong to names
        // (O'Brien), unless what follows is a clitic.
        let quote = self.quote_length(self.at);
        if quote > 0 {
            let from = self.at + quote;
            let to = self.alphanumeric_end(from);
            let tail = &self.bytes[from..to];
            let negated = tail.eq_ignore_ascii_case(b"t")
                && self.bytes[self.at - 1].eq_ignore_ascii_case(&b'n');
            if negated || (!tail.is_empty() && !is_clitic(tail)) {
                self.at = to;
            }
        }
        if let Some(end) = opaque::from_word(self.bytes, start, self.at) {
            self.opaque(start, end, gap);
        } else {
            self.push(start, Kind::Word, gap);
        }
    }

    fn number(&mut self, gap: Gap) {
        let start = self.at;
        let mut kind = Kind::Number;
        loop {
            let digits = self.bytes[self.at..]
                .iter()
                .take_while(|b| b.is_ascii_digit())
                .count();
            self.at += digits;
            let separated = matches!(self.peek(0), b'.' | b',') && self.peek(1).is_ascii_digit();
            if !separated {
                break;
            }
            self.at += 1;
        }
        let end = self.alphanumeric_end(self.at);
        // "3rd", "5G" and "1990s" are words; in "50percent" a number touches one.
        if end > self.at && end - self.at < GLUED_WORD {
            self.at = end;
            kind = Kind::Word;
        }
        if let Some(end) = opaque::from_word(self.bytes, start, self.at) {
            self.opaque(start, end, gap);
        } else {
            self.push(start, kind, gap);
        }
    }

    /// A clitic after a word, or a mark.
    fn apostrophe(&mut self, gap: Gap, length: usize) {
        let start = self.at;
        let from = start + length;
        let follows_word = gap == Gap::None
            && self
                .tokens
                .last()
                .is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Number | Kind::Mark));
        let to = self.alphanumeric_end(from);
        if follows_word && is_clitic(&self.bytes[from..to]) {
            self.at = to;
            self.push(start, Kind::Clitic, gap);
        } else {
            self.at = from;
            self.push(start, Kind::Mark, gap);
        }
    }

    /// An opaque stretch that may reach back over the tokens that touch it.
    fn opaque(&mut self, start: usize, end: usize, gap: Gap) {
        self.at = end;
        let (mut start, mut gap) = (start, gap);
        if opaque::reaches_back(&self.bytes[start..end]) {
            while gap == Gap::None {
                let Some(last) = self.tokens.last().copied() else {
                    break;
                };
                let mark = self.bytes[last.start as usize];
                if last.kind == Kind::Mark && !matches!(mark, b'.' | b'-' | b'_' | b'+') {
                    break;
                }
                start = last.start as usize;
                gap = last.gap;
                self.tokens.pop();
            }
        }
        self.push(start, Kind::Opaque, gap);
    }

    /// Adds a mark, which is no letter and so has no case.
    fn mark(&mut self, start: usize, gap: Gap, hash: u64) {
        self.tokens.push(Token {
            start: start as u32,
            end: self.at as u32,
            hash,
            kind: Kind::Mark,
            gap,
            case: Case::Lower,
            is_short: true,
        });
    }

    fn push(&mut self, start: usize, kind: Kind, gap: Gap) {
        let text = &self.text[start..self.at];
        let (hash, case, length) = if text.is_ascii() {
            let bytes = text.as_bytes();
            (hash_ascii(bytes), Case::of_ascii(bytes), text.len())
        } else {
            self.folded.clear();
            fold_into(text, &mut self.folded);
            let hash = hash_folded(&self.folded);
            (hash, Case::of(text), self.folded.len())
        };
        self.tokens.push(Token {
            start: start as u32,
            end: self.at as u32,
            hash,
            kind,
            gap,
            case,
            // Only what is opaque may have zeros in it.
            is_short: length <= SHORT && kind != Kind::Opaque,
        });
    }

    fn skip_alphanumeric(&mut self) {
        self.at = self.alphanumeric_end(self.at);
    }

    fn alphanumeric_end(&self, mut at: usize) -> usize {
        while let Some(&byte) = self.bytes.get(at) {
            if CLASS[byte as usize] & (LETTER | DIGIT) != 0 {
                at += 1;
            } else if byte >= 0x80 {
                match self.char_at(at) {
                    Some(c) if is_alphanumeric(c) || is_joining(c) => at += c.len_utf8(),
                    _ => break,
                }
            } else {
                break;
            }
        }
        at
    }

    /// Length in bytes of an apostrophe at `at`, or 0.
    fn quote_length(&self, at: usize) -> usize {
        match self.bytes.get(at) {
            Some(b'\'') => 1,
            Some(&byte) if byte >= 0x80 => match self.char_at(at) {
                Some(c) if fold_char(c) == '\'' => c.len_utf8(),
                _ => 0,
            },
            _ => 0,
        }
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..).and_then(|rest| rest.chars().next())
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
