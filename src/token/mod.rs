//! Tokens: the first step of the road a text takes.
//!
//! A token is a word, a clitic (`'s`, `'ll`), a number, a single punctuation
//! mark, or a stretch that is never edited (a URL, a tag, code). Spans count
//! bytes of the input; the text itself is never copied or changed. What is
//! compared is the *folded* form: lower case, with typographic apostrophes and
//! quotes as straight ones.
//!
//! # Examples
//!
//! ```
//! use unspin::token::{tokenize, Kind};
//!
//! let text = "The U.K.\u{2019}s plan: see https://example.org/a.";
//! let tokens = tokenize(text);
//! let words: Vec<&str> = tokens.iter().map(|t| t.text(text)).collect();
//! assert_eq!(
//!     words,
//!     ["The", "U", ".", "K", ".", "\u{2019}s", "plan", ":", "see", "https://example.org/a", "."]
//! );
//! assert_eq!(tokens[9].kind, Kind::Opaque);
//! ```

mod case;
mod chars;
mod fold;
mod opaque;
mod plain;
mod prose;
mod scanner;
mod typography;

pub use self::case::Case;
pub use self::fold::{fold, fold_char, hash_folded};
pub(crate) use self::fold::{fold_into, hash_byte, lower_ascii, mix};
pub(crate) use self::scanner::tokenize_scalar_into;
pub use self::scanner::{tokenize, tokenize_into};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Letters, possibly with digits, an inner apostrophe, or a final `n't`.
    Word,
    /// An apostrophe and the letters of a clitic: `'s`, `'ll`, `'re`, `'ve`, `'d`, `'m`.
    Clitic,
    /// Digits, possibly with separators.
    Number,
    /// A single mark.
    Mark,
    /// A stretch that is never edited: URL, address, handle, tag, markup, entity, file name, code.
    Opaque,
}

/// What stands between a token and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Gap {
    /// Nothing.
    None,
    /// White space that a phrase may span, a wrapped line's end among it.
    Space,
    /// The end of a line or a paragraph, which no phrase spans.
    Break,
}

/// A token: a span of bytes of the text it was made from, and what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Hash of the folded form (see [`hash_folded`]).
    pub hash: u64,
    /// What it is.
    pub kind: Kind,
    /// What stands before it.
    pub gap: Gap,
    /// How it is written.
    pub case: Case,
    /// Whether the folded form has eight bytes at most and no zero among them:
    /// the hash then holds all of it, since each step of that can be undone.
    pub(crate) is_short: bool,
}

impl Token {
    /// The token's text.
    ///
    /// # Panics
    ///
    /// If `text` is not the text that the token was made from.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.range()]
    }

    /// The token's bytes in the text.
    #[must_use]
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}
