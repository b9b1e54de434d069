//! Numbers in place of words, so that comparing tokens is comparing numbers.

use std::collections::HashMap;
use std::rc::Rc;

use crate::token;

/// The number of a word in a [`Vocabulary`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct WordId(u32);

/// The words of the texts of one document.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    ids: HashMap<Rc<str>, WordId>,
    words: Vec<Rc<str>>,
}

impl Vocabulary {
    /// The id of a word, the same for the same word.
    pub(crate) fn intern(&mut self, word: &str) -> WordId {
        if let Some(&id) = self.ids.get(word) {
            return id;
        }
        // Ids run out after more distinct words than a text of 4 GiB can hold.
        let id = WordId(self.words.len() as u32);
        let word: Rc<str> = Rc::from(word);
        self.words.push(Rc::clone(&word));
        self.ids.insert(word, id);
        id
    }

    /// The word of an id.
    pub(crate) fn word(&self, id: WordId) -> &str {
        &self.words[id.0 as usize]
    }

    /// The ids of the tokens of folded text.
    pub(crate) fn tokens(&mut self, folded: &str) -> Vec<WordId> {
        token::tokens(folded)
            .map(|token| self.intern(token.text))
            .collect()
    }
}
