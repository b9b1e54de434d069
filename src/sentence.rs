//! Sentences: where they end.

use crate::token::{hash_byte, Case, Gap, Token};

/// Whether a token is a mark that ends a sentence, by itself and by the token after it.
#[inline]
pub(crate) fn ends_sentence(text: &str, mark: &Token, next: Option<&Token>) -> bool {
    // Most tokens are none, and which are marks processors could not foresee.
    let [stop, exclamation, question] = [b'.', b'!', b'?'].map(|end| mark.hash == hash_byte(end));
    stop | exclamation | question
        && matches!(mark.text(text), "." | "!" | "?")
        && next.is_some_and(|next| next.gap != Gap::None && next.case != Case::Lower)
}
