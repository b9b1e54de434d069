//! The candidates of a dictionary as words of the context model.

use std::hint::select_unpredictable;

use crate::context::{Context, Entries, Found, History, Model, Word};
use crate::cost::NAT;
use crate::dict::Lexicon;
use crate::rerank::name;
use crate::simd::prefetch;
use crate::sound::takes_an;

/// What it costs that an article does not fit the word after it.
const CLASH: i32 = 5 * NAT;

/// An article whose form goes by the sound of the next word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Article {
    /// "a"
    A,
    /// "an"
    An,
}

/// A word and what is known of it by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownWord {
    pub(crate) word: Word,
    /// What the model says of it.
    pub(crate) lone: Found,
}

/// What follows the first word of a candidate of several words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tail {
    /// Its second word.
    pub(crate) second: Word,
    /// Whether the model has the first two words, and so perhaps trigrams that end with
    /// them.
    pub(crate) known: bool,
    /// What all words but the first cost. To the second either a trigram with the word
    /// before the candidate adds, or backing off.
    pub(crate) cost: i32,
    /// The last two words.
    pub(crate) history: History,
}

/// A candidate: where what belongs to it ends, and its name.
#[derive(Debug, Clone, Copy, Default)]
struct Form {
    words: u32,
    /// Of several words: its tail is the last one.
    tails: u32,
    name: u64,
}

/// Words of all candidates, worked out once.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    words: Vec<KnownWord>,
    tails: Vec<Tail>,
    /// Per candidate.
    forms: Vec<Form>,
    /// "a" and "an".
    articles: [Word; 2],
    /// What a word costs that the model has not.
    unknown: i32,
}

impl Vocabulary {
    pub(crate) fn new(lexicon: &Lexicon, model: &Model) -> Vocabulary {
        let mut words = Vec::new();
        let mut tails = 0;
        let forms = (0..lexicon.all_candidates().len() as u32).map(|candidate| {
            let (tokens, original) = (lexicon.tokens(candidate), lexicon.original(candidate));
            let before = words.len();
            words.extend(tokens.iter().map(|token| KnownWord {
                word: Word::of(token, original),
                lone: None,
            }));
            tails += u32::from(tokens.len() > 1);
            let own = words[before..].iter().map(|known: &KnownWord| known.word);
            Form {
                words: words.len() as u32,
                tails,
                name: name(own),
            }
        });
        let mut vocabulary = Vocabulary {
            forms: forms.collect(),
            words,
            tails: Vec::new(),
            articles: ["a", "an"].map(Word::of_folded),
            unknown: model.unknown(),
        };
        vocabulary.ask(lexicon, model);
        vocabulary
    }

    /// Takes in what a model says of the words.
    fn ask(&mut self, lexicon: &Lexicon, model: &Model) {
        let mut entries = Entries::default();
        let unigrams = model.ngrams(0);
        let keys = self.words.iter().map(|word| word.word.open());
        let read = entries.read(&unigrams, keys);
        for (word, entry) in self.words.iter_mut().zip(read) {
            word.lone = unigrams.found(*entry);
        }
        let bigrams = model.ngrams(1);
        let candidates = 0..self.forms.len() as u32;
        let long: Vec<u32> = candidates
            .filter(|candidate| self.candidate(*candidate).len() > 1)
            .collect();
        let keys = long.iter().map(|candidate| {
            let words = self.candidate(*candidate);
            words[1].word.extend(words[0].word.open())
        });
        let read = entries.read(&bigrams, keys);
        let pairs = read.iter().map(|entry| bigrams.found(*entry));
        let tail = |(candidate, pair)| {
            let text = |word| lexicon.word(candidate, word);
            self.tail_of(model, self.candidate(candidate), text, pair)
        };
        self.tails = long.into_iter().zip(pairs).map(tail).collect();
    }

    /// What follows the first of two words or more that are written as `text` tells, where
    /// `pair` is what the model says of the first two.
    fn tail_of<'a>(
        &self,
        model: &Model,
        words: &[KnownWord],
        text: impl Fn(usize) -> &'a str,
        pair: Found,
    ) -> Tail {
        let (first, second) = (&words[0], &words[1]);
        let back_off = |found: Found| found.map_or(0, |(_, back)| back);
        let pair = pair.filter(|_| second.lone.is_some() && back_off(first.lone) != 0);
        let lone = second.lone.map_or(model.unknown(), |(cost, _)| cost);
        let mut cost = lone + pair.map_or(back_off(first.lone), |(more, _)| more);
        let mut context = Context {
            one: second.word.open(),
            two: second.word.extend(first.word.open()),
            back_one: back_off(second.lone),
            back_two: back_off(pair),
        };
        for word in &words[2..] {
            let (more, longer) = model.extend(&context, word.word, word.lone);
            cost += more;
            context = longer;
        }
        for (next, word) in (1..).zip(&words[..words.len() - 1]) {
            cost += clash(self.article(word.word), || text(next));
        }
        Tail {
            second: second.word,
            known: pair.is_some(),
            cost,
            history: context.history(),
        }
    }

    /// The [name] of a candidate.
    #[inline]
    pub(crate) fn name(&self, index: u32) -> u64 {
        self.forms[index as usize].name
    }

    /// The words of a candidate.
    #[inline]
    pub(crate) fn candidate(&self, index: u32) -> &[KnownWord] {
        let start = self.start(index);
        &self.words[start..self.forms[index as usize].words as usize]
    }

    /// What the words of a candidate cost, each by itself.
    pub(crate) fn lone(&self, index: u32) -> i32 {
        let words = self.candidate(index).iter();
        let lone = words.map(|word| word.lone.map_or(self.unknown, |(cost, _)| cost));
        lone.sum()
    }

    /// Has the processor fetch where the words of a candidate stand.
    #[inline(always)]
    pub(crate) fn prefetch(&self, index: u32) {
        prefetch(&self.forms, index as usize);
    }

    /// Has it fetch these, too.
    #[inline(always)]
    pub(crate) fn prefetch_words(&self, index: u32) {
        prefetch(&self.words, self.start(index));
        prefetch(
            &self.tails,
            (self.forms[index as usize].tails as usize).wrapping_sub(1),
        );
    }

    /// Where they begin.
    #[inline(always)]
    fn start(&self, index: u32) -> usize {
        let before = (index as usize).checked_sub(1);
        before.map_or(0, |before| self.forms[before].words as usize)
    }

    /// What follows the first word of a candidate that has several.
    pub(crate) fn tail(&self, index: u32) -> &Tail {
        &self.tails[self.forms[index as usize].tails as usize - 1]
    }

    /// The article that a word is, if it is one whose form goes by the sound of the next word.
    #[inline(always)]
    pub(crate) fn article(&self, word: Word) -> Option<Article> {
        let [a, an] = self.articles.map(|article| article == word);
        let article = select_unpredictable(an, Some(Article::An), None);
        select_unpredictable(a, Some(Article::A), article)
    }
}

/// What it costs that a word follows an article that does not fit its sound.
/// Words are asked for only after one.
#[inline]
pub(crate) fn clash<'a>(article: Option<Article>, word: impl FnOnce() -> &'a str) -> i32 {
    let Some(article) = article else {
        return 0;
    };
    match takes_an(word()) {
        Some(an) if (article == Article::An) != an => CLASH,
        _ => 0,
    }
}
