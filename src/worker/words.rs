//! The words of a stretch, as the decision sees them.

use std::ops::Range;

use crate::context::{Entries, Entry, Model, Word};
use crate::token::{Case, Gap, Kind, Token};

/// What is known of the tokens of a stretch, with memory that is kept from stretch to stretch.
///
/// All of it is found for a whole stretch at once, which takes less time than one paragraph
/// after the other.
#[derive(Debug, Default)]
pub(super) struct Words {
    words: Vec<Word>,
    unigrams: Entries,
    capitals: Vec<bool>,
    proper: Vec<bool>,
}

/// The same of some of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) words: &'a [Word],
    /// What the model has of each.
    pub(super) unigrams: &'a [Entry],
    /// Whether each is capitalised.
    pub(super) capitals: &'a [bool],
    /// Whether each is, inside a sentence, and so perhaps a part of a name.
    pub(super) proper: &'a [bool],
}

impl Words {
    /// Takes in the tokens of a stretch.
    pub(super) fn read(&mut self, text: &str, tokens: &[Token], model: &Model) {
        self.words.clear();
        self.words
            .extend(tokens.iter().map(|token| Word::of(token, text)));
        let keys = self.words.iter().map(|word| word.open());
        self.unigrams.read(&model.ngrams(0), keys);
        let capital = |token: &Token| token.case != Case::Lower;
        self.capitals.clear();
        self.capitals.extend(tokens.iter().map(capital));
        // A sentence's first word has its capital for another reason, as has "I".
        let proper = |pair: &[Token]| {
            let after_word = (pair[0].kind != Kind::Mark) & (pair[1].gap != Gap::Break);
            after_word & capital(&pair[1]) & (pair[1].range().len() > 1)
        };
        self.proper.clear();
        self.proper.extend(tokens.first().map(|_| false));
        self.proper.extend(tokens.windows(2).map(proper));
    }

    /// What is known of some of them, by their places in the stretch.
    pub(super) fn of(&self, tokens: Range<usize>) -> Known<'_> {
        Known {
            words: &self.words[tokens.clone()],
            unigrams: &self.unigrams.all()[tokens.clone()],
            capitals: &self.capitals[tokens.clone()],
            proper: &self.proper[tokens],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::{Compiler, Ngram};
    use crate::token::tokenize;

    #[test]
    fn parts_of_names_are_told_from_beginnings() {
        let text = "Today Ann Lee said: I left.\nBob \"Ray\" did.";
        let tokens = tokenize(text);
        let said = Word::of_folded("said");
        let mut compiler = Compiler::new(10.0);
        compiler.add(Ngram::unigram(said, -1.0, 0.0));
        let model = Model::from_bytes("tiny", compiler.finish()).unwrap();
        let mut words = Words::default();
        words.read(text, &tokens, &model);
        let known = words.of(0..tokens.len());
        let those = |flags: &[bool]| {
            let marked = tokens.iter().zip(flags).filter(|(_, flag)| **flag);
            marked
                .map(|(token, _)| token.text(text))
                .collect::<Vec<_>>()
        };
        let capitals = ["Today", "Ann", "Lee", "I", "Bob", "Ray"];
        assert_eq!(those(known.capitals), capitals);
        assert_eq!(those(known.proper), ["Ann", "Lee"]);
        let unigrams = model.ngrams(0);
        let has = |entry: &Entry| unigrams.found(*entry).is_some();
        let known: Vec<bool> = known.unigrams.iter().map(has).collect();
        assert_eq!(those(&known), ["said"]);
        let part = words.of(3..5);
        assert_eq!(part.words, [said, Word::of_folded(":")]);
        assert_eq!(part.unigrams.len(), 2);
    }
}
