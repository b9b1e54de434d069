//! The words of a stretch, as the decision sees them.

use std::ops::Range;

use crate::context::{Entries, Entry, Model, Word};
use crate::token::{Case, Gap, Kind, Token};

/// Tokens about which all is found at once: to do so takes less time than for one paragraph
/// after the other, and no more memory for long stretches.
const TOGETHER: usize = 1 << 12;

/// What is known of some tokens of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Which tokens.
    tokens: Range<usize>,
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
    /// Forgets the stretch before.
    pub(super) fn clear(&mut self) {
        self.tokens = 0..0;
    }

    /// What is known of some tokens of a stretch, which are asked for in their order.
    pub(super) fn of(
        &mut self,
        tokens: Range<usize>,
        text: &str,
        stretch: &[Token],
        model: &Model,
    ) -> Known<'_> {
        if tokens.end > self.tokens.end {
            let end = stretch.len().min(tokens.end.max(tokens.start + TOGETHER));
            self.read(tokens.start..end, text, stretch, model);
        }
        let first = self.tokens.start;
        let tokens = tokens.start - first..tokens.end - first;
        Known {
            words: &self.words[tokens.clone()],
            unigrams: &self.unigrams.all()[tokens.clone()],
            capitals: &self.capitals[tokens.clone()],
            proper: &self.proper[tokens],
        }
    }

    fn read(&mut self, range: Range<usize>, text: &str, stretch: &[Token], model: &Model) {
        let tokens = &stretch[range.clone()];
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
        let before = range.start.checked_sub(1);
        if before.is_none() {
            self.proper.push(false);
        }
        let pairs = stretch[before.unwrap_or(0)..range.end].windows(2);
        self.proper.extend(pairs.map(proper));
        self.tokens = range;
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
        let known = words.of(0..tokens.len(), text, &tokens, &model);
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
        let part = words.of(3..5, text, &tokens, &model);
        assert_eq!(part.words, [said, Word::of_folded(":")]);
        assert_eq!(part.unigrams.len(), 2);
    }

    #[test]
    fn long_stretches_are_known_part_by_part() {
        let text = "Ann Lee of Kent said that Bob was in London. ".repeat(TOGETHER / 4);
        let tokens = tokenize(&text);
        let mut compiler = Compiler::new(10.0);
        compiler.add(Ngram::unigram(Word::of_folded("said"), -1.0, 0.0));
        let model = Model::from_bytes("tiny", compiler.finish()).unwrap();
        let (mut words, mut proper) = (Words::default(), Vec::new());
        for from in (0..tokens.len()).step_by(7) {
            let part = from..tokens.len().min(from + 7);
            let known = words.of(part.clone(), &text, &tokens, &model);
            assert!(tokens[part]
                .iter()
                .map(|token| Word::of(token, &text))
                .eq(known.words.iter().copied()));
            proper.extend_from_slice(known.proper);
            assert!(words.words.len() <= TOGETHER);
        }
        let names = ["Ann", "Lee", "Kent", "Bob", "London"];
        let wanted = tokens.iter().enumerate().map(|(at, token)| {
            // Only the first word of a sentence may be none.
            let word = token.text(&text);
            names.contains(&word) && (at > 0 && word != "Ann")
        });
        assert!(wanted.eq(proper));
    }
}
