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
    words: Vec<WordSound>,
    /// Per candidate, the end of its words.
    ends: Vec<u32>,
    /// "a" and "an".
    articles: [Word; 2],
}

impl Vocabulary {
    pub(crate) fn new(lexicon: &Lexicon) -> Vocabulary {
        let mut words = Vec::new();
        let ends = lexicon.all_candidates().iter().map(|candidate| {
            let (tokens, original) = (lexicon.tokens(candidate), lexicon.original(candidate));
            words.extend(tokens.iter().map(|token| WordSound::of(token, original)));
            words.len() as u32
        });
        Vocabulary {
            ends: ends.collect(),
            words,
            articles: ["a", "an"].map(Word::of_folded),
        }
    }

    /// The words of a candidate.
    pub(crate) fn candidate(&self, index: u32) -> &[WordSound] {
        let index = index as usize;
        let from = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.words[from as usize..self.ends[index] as usize]
    }

    /// What it costs that a word follows an article that does not fit its sound.
    /// `takes_an` is asked only after an article.
    pub(crate) fn clash(&self, last: Word, takes_an: impl FnOnce() -> Option<bool>) -> i32 {
        let Some(article) = self.articles.iter().position(|article| *article == last) else {
            return 0;
        };
        match takes_an() {
            Some(an) if article != usize::from(an) => CLASH,
            _ => 0,
        }
    }
}

impl WordSound {
    fn of(token: &Token, text: &str) -> WordSound {
        WordSound {
            word: Word::of(token, text),
            takes_an: takes_an(token.text(text)),
        }
    }
}
