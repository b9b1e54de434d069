//! The candidates of a dictionary as words of the context model.

use crate::context::{Entry, Found, Model, Word};
use crate::cost::NAT;
use crate::dict::Lexicon;
use crate::sound::takes_an;

/// What it costs that an article does not fit the word after it.
const CLASH: i32 = 5 * NAT;

/// A word and what is known of it by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownWord {
    pub(crate) word: Word,
    /// What the model says of it.
    pub(crate) lone: Found,
    /// Whether it takes "an", where that can be told.
    pub(crate) takes_an: Option<bool>,
}

/// Words of all candidates, worked out once.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    words: Vec<KnownWord>,
    /// Per candidate, the end of its words.
    ends: Vec<u32>,
    /// "a" and "an".
    articles: [Word; 2],
}

impl Vocabulary {
    pub(crate) fn new(lexicon: &Lexicon, model: &Model) -> Vocabulary {
        let mut words = Vec::new();
        let ends = lexicon.all_candidates().iter().map(|candidate| {
            let (tokens, original) = (lexicon.tokens(candidate), lexicon.original(candidate));
            words.extend(tokens.iter().map(|token| KnownWord {
                word: Word::of(token, original),
                lone: None,
                takes_an: takes_an(token.text(original)),
            }));
            words.len() as u32
        });
        let ends = ends.collect();
        let unigrams = model.ngrams(0);
        let entry = |word: &KnownWord| unigrams.entry(word.word.open());
        let entries: Vec<Entry> = words.iter().map(entry).collect();
        for (word, entry) in words.iter_mut().zip(entries) {
            word.lone = unigrams.found(entry);
        }
        Vocabulary {
            ends,
            words,
            articles: ["a", "an"].map(Word::of_folded),
        }
    }

    /// The words of a candidate.
    pub(crate) fn candidate(&self, index: u32) -> &[KnownWord] {
        let index = index as usize;
        let from = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.words[from as usize..self.ends[index] as usize]
    }

    /// Whether a word is an article whose form goes by the sound of the next word.
    #[inline]
    pub(crate) fn is_article(&self, word: Word) -> bool {
        self.articles.contains(&word)
    }

    /// What it costs that a word follows an article that does not fit its sound.
    /// `takes_an` is asked only after an article.
    #[inline]
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
