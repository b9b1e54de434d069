//! From texts to numbered words.

use rustc_hash::FxHashMap;
use unspin::context::Word;
use unspin::token::{fold, tokenize_into, Gap, Kind, Token};

/// Number of a word: its rank by frequency, after two fixed ones.
pub(super) type Id = u32;
/// A word that is too rare to be known.
pub(super) const UNKNOWN: Id = 0;
/// The end and beginning of a paragraph.
pub(super) const BREAK: Id = 1;
/// Bits of an [`Id`]: three of them make one key.
pub(super) const ID_BITS: u32 = 21;

/// What is known of a word.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) word: Word,
    /// The folded form; empty for a class.
    pub(super) text: String,
    pub(super) kind: Kind,
    count: u64,
}

/// The words of all texts, numbered.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    ids: FxHashMap<Word, Id>,
    pub(super) entries: Vec<Entry>,
    /// How many different words are `UNKNOWN`.
    pub(super) rare: usize,
    tokens: Vec<Token>,
}

impl Vocabulary {
    pub(super) fn new() -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        let fixed = [Word::of_folded("\u{0}unknown"), Word::BREAK];
        for (id, word) in fixed.into_iter().enumerate() {
            vocabulary.ids.insert(word, id as Id);
            let (text, kind) = (String::new(), Kind::Opaque);
            vocabulary.entries.push(Entry {
                word,
                text,
                kind,
                count: 0,
            });
        }
        vocabulary
    }

    /// Appends the words of a text, every paragraph after a `BREAK`.
    pub(super) fn number(&mut self, text: &str, stream: &mut Vec<Id>) {
        let mut tokens = std::mem::take(&mut self.tokens);
        tokenize_into(text, &mut tokens);
        for token in &tokens {
            if token.gap == Gap::Break {
                stream.push(BREAK);
            }
            let word = Word::of(token, text);
            let entries = &mut self.entries;
            let id = *self.ids.entry(word).or_insert_with(|| {
                let class = matches!(token.kind, Kind::Number | Kind::Opaque);
                let text = if class {
                    String::new()
                } else {
                    fold(token.text(text))
                };
                entries.push(Entry {
                    word,
                    text,
                    kind: token.kind,
                    count: 0,
                });
                entries.len() as Id - 1
            });
            entries[id as usize].count += 1;
            stream.push(id);
        }
        self.tokens = tokens;
    }

    /// Makes words rarer than `least` unknown, unless they are `known`
    /// elsewhere, and numbers the others by frequency; the answer maps old
    /// numbers to new ones.
    pub(super) fn settle(&mut self, least: u64, known: impl Fn(&str) -> bool) -> Vec<Id> {
        let room = (1usize << ID_BITS) - 1;
        let mut order: Vec<Id> = (2..self.entries.len() as Id)
            .filter(|&id| {
                let entry = &self.entries[id as usize];
                entry.count >= least || known(&entry.text)
            })
            .collect();
        order.sort_by_key(|&id| {
            let entry = &self.entries[id as usize];
            (std::cmp::Reverse(entry.count), entry.word)
        });
        order.truncate(room - 2);
        self.rare = self.entries.len() - 2 - order.len();
        let mut map = vec![UNKNOWN; self.entries.len()];
        map[BREAK as usize] = BREAK;
        let mut entries: Vec<Entry> = self.entries[..2].to_vec();
        for id in order {
            map[id as usize] = entries.len() as Id;
            entries.push(self.entries[id as usize].clone());
        }
        self.entries = entries;
        self.ids = FxHashMap::default();
        map
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_words_come_first_and_rare_ones_are_unknown() {
        let mut vocabulary = Vocabulary::new();
        let mut stream = Vec::new();
        vocabulary.number("The end of the book.\n\nThe END.", &mut stream);
        let map = vocabulary.settle(2, |_| false);
        let ids: Vec<Id> = stream.iter().map(|&id| map[id as usize]).collect();
        let text = |id: Id| vocabulary.entries[id as usize].text.as_str();
        assert_eq!(text(2), "the");
        assert_eq!(ids[0], BREAK);
        assert_eq!(ids[3], UNKNOWN);
        assert_eq!(ids.iter().filter(|&&id| id == BREAK).count(), 2);
        assert_eq!((text(ids[2]), vocabulary.rare), ("end", 2));
    }
}
