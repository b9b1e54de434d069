//! The candidates of a dictionary as words of the context model.

use crate::context::Word;
use crate::decide::WordSound;
use crate::dict::Lexicon;
use crate::sound::takes_an;
use crate::token::Token;

/// Words of all candidates, worked out once.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    pub(crate) candidates: Vec<Vec<WordSound>>,
    /// "a" and "an".
    pub(crate) articles: [Word; 2],
}

impl Vocabulary {
    pub(crate) fn new(lexicon: &Lexicon) -> Vocabulary {
        let words = |original: &str, tokens: &[Token]| {
            tokens
                .iter()
                .map(|token| WordSound::of(token, original))
                .collect()
        };
        let candidates = lexicon.all_candidates().iter();
        Vocabulary {
            candidates: candidates.map(|c| words(&c.original, &c.tokens)).collect(),
            articles: ["a", "an"].map(Word::of_folded),
        }
    }
}

impl WordSound {
    pub(crate) fn of(token: &Token, text: &str) -> WordSound {
        WordSound {
            word: Word::of(token, text),
            takes_an: takes_an(token.text(text)),
        }
    }
}
