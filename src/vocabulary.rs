//! The candidates of a dictionary as words of the context model.

use crate::context::Word;
use crate::cost::NAT;
use crate::dict::Lexicon;
use crate::sound::takes_an;
use crate::token::Token;

/// What it costs that an article does not fit the word after it.
const CLASH: i32 = 5 * NAT;

/// What is known of a word beyond the model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WordSound {
    pub(crate) word: Word,
    /// Whether it takes "an", where that can be told.
    pub(crate) takes_an: Option<bool>,
}

/// Words of all candidates, worked out once.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    pub(crate) candidates: Vec<Vec<WordSound>>,
    /// "a" and "an".
    articles: [Word; 2],
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

    /// What it costs that a word follows an article that does not fit its sound.
    pub(crate) fn clash(&self, last: Word, next: WordSound) -> i32 {
        match next.takes_an {
            Some(an) if last == self.articles[usize::from(!an)] => CLASH,
            _ => 0,
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
