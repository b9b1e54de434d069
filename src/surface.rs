//! The surface form: how a chosen original is written in the place of its slot.

use crate::token::{Case, Gap, Kind, Token};

/// Writes `original` with the capitals of the tokens `first..end` that it replaces, behind
/// what is in `into`.
///
/// A spinner carries over the case of the first letter and no other. Where the
/// slot begins with a digit that letter is lost, and the place decides.
pub(crate) fn carry_case(
    original: &str,
    text: &str,
    tokens: &[Token],
    first: usize,
    end: usize,
    into: &mut String,
) {
    let slot = &tokens[first..end];
    let shouted = slot.iter().all(|token| token.case == Case::Upper);
    match slot.first() {
        Some(_) if shouted => into.push_str(&original.to_uppercase()),
        Some(token) if !starts_with_letter(token, text) => {
            if asks_for_capital(text, tokens, first, end) {
                capitalize(original, into);
            } else {
                into.push_str(original);
            }
        }
        Some(token) if token.case != Case::Lower => capitalize(original, into),
        _ => into.push_str(original),
    }
}

fn starts_with_letter(token: &Token, text: &str) -> bool {
    token
        .text(text)
        .chars()
        .next()
        .is_some_and(char::is_alphabetic)
}

/// Whether a sentence begins here, or the words on both sides are capitalised.
fn asks_for_capital(text: &str, tokens: &[Token], first: usize, end: usize) -> bool {
    let Some(before) = first.checked_sub(1).map(|at| &tokens[at]) else {
        return true;
    };
    if tokens[first].gap == Gap::Break {
        return true;
    }
    let opens = before.kind == Kind::Mark
        && match before.text(text) {
            "." | "!" | "?" => tokens[first].gap != Gap::None,
            "\"" | "\u{201c}" => tokens[first].gap == Gap::None && first < 2,
            _ => false,
        };
    let titled = |token: Option<&Token>| token.is_some_and(|token| token.case == Case::First);
    opens || titled(Some(before)) && titled(tokens.get(end))
}

/// Adds a word with its first letter raised.
fn capitalize(word: &str, into: &mut String) {
    let mut chars = word.chars();
    if let Some(first) = chars.next() {
        into.extend(first.to_uppercase());
        into.push_str(chars.as_str());
    }
}
