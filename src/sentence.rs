//! Sentences: where they end.

use crate::token::{hash_byte, Case, Gap, Token};

/// Whether a mark ends a sentence, by itself and by the token after it.
pub(crate) fn ends_sentence(text: &str, mark: &Token, next: Option<&Token>) -> bool {
    let may_end = [b'.', b'!', b'?'].map(hash_byte).contains(&mark.hash);
    may_end
        && matches!(mark.text(text), "." | "!" | "?")
        && next.is_some_and(|next| next.gap != Gap::None && next.case != Case::Lower)
}
