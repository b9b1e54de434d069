//! The surface form: how a chosen original is written in the place of its slot.

use crate::token::{Case, Gap, Kind, Token};

/// Writes `original` with the capitals of the tokens `first..end` that it replaces.
///
/// A spinner carries over the case of the first letter and no other. Where the
/// slot begins with a digit that letter is lost, and the place decides.
pub(crate) fn carry_case(
    original: &str,
    text: &str,
    tokens: &[Token],
    first: usize,
    end: usize,
) -> String {
    let slot = &tokens[first..end];
    let shouted = slot.iter().all(|token| token.case == Case::Upper);
    match slot.first() {
        Some(_) if shouted => original.to_uppercase(),
        Some(token) if !starts_with_letter(token, text) => {
            if asks_for_capital(text, tokens, first, end) {
                capitalize(original)
            } else {
                original.to_string()
            }
        }
        Some(token) if token.case != Case::Lower => capitalize(original),
        _ => original.to_string(),
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

/// Raises the first letter.
fn capitalize(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
