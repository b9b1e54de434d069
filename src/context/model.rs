//! The context model at work: look-ups in three static functions, with back-off.

use std::borrow::Cow;
use std::hint::select_unpredictable;
use std::path::Path;
use std::sync::Arc;

use super::ngrams::{Found, Ngrams, Order};
use super::stream::Word;
use crate::artefact::{Artefact, Format, Origin};
use crate::error::{read, ArtefactError, ArtefactErrorKind, Error};

pub(super) const FORMAT: Format = Format {
    magic: *b"unspinCM",
    version: 3,
    what: "a context model",
    remedy: "unspin model train TEXT… -o MODEL",
};
/// Tags of the sections of each order: shape, codebook, cells.
pub(super) const TAGS: [[[u8; 4]; 3]; 3] = [
    [*b"shp1", *b"cbk1", *b"cel1"],
    [*b"shp2", *b"cbk2", *b"cel2"],
    [*b"shp3", *b"cbk3", *b"cel3"],
];
pub(super) const HEAD: [u8; 4] = *b"head";

/// A trigram model of English words and marks: how surprising a word is after
/// two others.
///
/// Costs are −log probability in 1/256 nat, integers throughout, so that every
/// machine adds up the same.
///
/// # Resource usage
///
/// Two bits and a cell of 13 to 23 bits for each n-gram, and no strings: the
/// built-in model holds some 2.4 million n-grams in 5.3 MB. It is read where it
/// lies; cloning shares it. A cost takes one to three look-ups of a byte and a
/// cell each.
///
/// # Examples
///
/// ```
/// use unspin::context::{Compiler, Ngram, Word};
/// use unspin::Model;
///
/// let [a, new, film] = ["a", "new", "film"].map(Word::of_folded);
/// let mut compiler = Compiler::new(12.0);
/// for (word, log_probability) in [(a, -3.0), (new, -5.0), (film, -7.0)] {
///     compiler.add(Ngram::unigram(word, log_probability, -0.5));
/// }
/// compiler.add(Ngram::bigram(new, film, -2.0, 0.0));
/// let model = Model::from_bytes("tiny", compiler.finish()).unwrap();
/// assert_eq!(model.cost(a, new, film), 2 * 256);
/// assert_eq!(model.cost(film, a, new), (5 * 256) + 128);
/// assert!(model.knows(film) && !model.knows(Word::of_folded("movie")));
/// ```
#[derive(Debug, Clone)]
pub struct Model {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    artefact: Artefact,
    orders: [Order; 3],
    unknown: i32,
}

/// A history: two words, prepared for the cost of many words that may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// Keys of the n-grams "one word before, …" and "two words before, …".
    pub(crate) one: u64,
    pub(crate) two: u64,
    /// Cost of backing off from one word, and from two; 0 where no longer n-gram of
    /// the model begins with them.
    pub(crate) back_one: i32,
    pub(crate) back_two: i32,
}

/// A history as far as it matters for trigrams.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History {
    /// Key of the trigrams that its two words begin.
    pub(crate) key: u64,
    /// Cost of backing off from them; 0 where no trigram begins with them.
    pub(crate) back: i32,
}

impl History {
    /// The same where something follows for which it makes a difference, and otherwise what
    /// costs nothing and begins no trigram.
    #[inline(always)]
    pub(crate) fn where_open(self, is_open: bool) -> History {
        let back = select_unpredictable(is_open, self.back, 0);
        History { back, ..self }
    }
}

impl Context {
    /// Both words.
    pub(crate) fn history(&self) -> History {
        History {
            key: self.two,
            back: self.back_two,
        }
    }
}

impl Model {
    /// The built-in model.
    #[cfg(feature = "embedded")]
    #[must_use]
    pub fn embedded() -> Model {
        use std::sync::OnceLock;
        static BYTES: &[u8] = include_bytes!("../../data/context.model");
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL
            .get_or_init(|| {
                match Model::load("embedded context model", BYTES.into(), Origin::Embedded) {
                    Ok(model) => model,
                    // The file is part of the crate, and a test loads it.
                    Err(error) => unreachable!("{error}"),
                }
            })
            .clone()
    }

    /// Reads a model where it lies, after checking every byte of it.
    ///
    /// # Errors
    ///
    /// If the bytes are not a whole, undamaged model of this version.
    pub fn from_bytes(
        name: &str,
        bytes: impl Into<Cow<'static, [u8]>>,
    ) -> Result<Model, ArtefactError> {
        Model::load(name, bytes.into(), Origin::Outside)
    }

    fn load(name: &str, bytes: Cow<'static, [u8]>, origin: Origin) -> Result<Model, ArtefactError> {
        let artefact = Artefact::open(name, bytes, FORMAT, origin)?;
        match parts(&artefact) {
            Ok((orders, unknown)) => Ok(Model {
                shared: Arc::new(Shared {
                    artefact,
                    orders,
                    unknown,
                }),
            }),
            Err(section) => Err(ArtefactError {
                name: name.to_owned(),
                kind: ArtefactErrorKind::Section(section),
            }),
        }
    }

    /// Reads a model from a file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is refused as by [`Model::from_bytes`].
    pub fn from_path(path: &Path) -> Result<Model, Error> {
        let bytes = read(path)?;
        Ok(Model::from_bytes(&path.display().to_string(), bytes)?)
    }

    /// The bytes of the model.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.shared.artefact.as_bytes()
    }

    /// Cost of `word` after `before` and `last`, in 1/256 nat.
    #[inline]
    #[must_use]
    pub fn cost(&self, before: Word, last: Word, word: Word) -> i32 {
        self.cost_in(&self.context(before, last), word)
    }

    /// Prepares a history of two words, the nearer one last.
    ///
    /// At the beginning of a paragraph both are [`Word::BREAK`]; the token
    /// after the first comes after `BREAK` and the first.
    #[inline]
    #[must_use]
    pub fn context(&self, before: Word, last: Word) -> Context {
        let (one, two) = (last.open(), last.extend(before.open()));
        let (first, unigram) = (self.find(0, before.open()), self.find(0, one));
        let first = first.filter(|(_, back)| *back != 0);
        let bigram = first.and(unigram).and_then(|_| self.find(1, two));
        Context {
            one,
            two,
            back_one: unigram.map_or(0, |(_, back)| back),
            back_two: bigram.map_or(0, |(_, back)| back),
        }
    }

    /// Cost of `word` after a prepared history, in 1/256 nat.
    #[inline]
    #[must_use]
    pub fn cost_in(&self, context: &Context, word: Word) -> i32 {
        let lone = self.find(0, word.open());
        self.extend(context, word, lone).0
    }

    /// The cost of a word after a history, and the history that it makes. `lone` is the
    /// word looked up by itself.
    #[inline]
    pub(crate) fn extend(&self, context: &Context, word: Word, lone: Found) -> (i32, Context) {
        let mut next = Context {
            one: word.open(),
            two: word.extend(context.one),
            back_one: 0,
            back_two: 0,
        };
        let Some((lone, back_one)) = lone else {
            let cost = context.back_two + context.back_one + self.shared.unknown;
            return (cost, next);
        };
        next.back_one = back_one;
        // The model is closed: whatever trigram it holds, it holds its last
        // two words as well. So a missing bigram ends the search. Longer
        // n-grams say how much to add to the cost of the shorter ones: what
        // the few that are found by mistake do is small.
        let open = Some(context.back_one).filter(|back| *back != 0);
        let Some((more, back_two)) = open.and_then(|_| self.find(1, next.two)) else {
            return (context.back_two + context.back_one + lone, next);
        };
        next.back_two = back_two;
        let pair = lone + more;
        if context.back_two != 0 {
            if let Some((more, _)) = self.find(2, word.extend(context.two)) {
                return (pair + more, next);
            }
        }
        (context.back_two + pair, next)
    }

    /// What a word costs beyond backing off if the model has it not.
    #[inline]
    pub(crate) fn unknown(&self) -> i32 {
        self.shared.unknown
    }

    /// Cost of a word by itself; that of any unknown word if it is none of the model's.
    #[inline]
    #[must_use]
    pub fn lone(&self, word: Word) -> i32 {
        self.find(0, word.open())
            .map_or(self.shared.unknown, |(cost, _)| cost)
    }

    /// Whether the model has the word.
    ///
    /// A word that it has not is mistaken for one once in some thousands.
    #[inline]
    #[must_use]
    pub fn knows(&self, word: Word) -> bool {
        self.find(0, word.open()).is_some()
    }

    #[inline]
    pub(crate) fn find(&self, order: usize, key: u64) -> Found {
        let ngrams = self.ngrams(order);
        ngrams.found(ngrams.entry(key))
    }

    /// The n-grams of `order + 1` words, held ready for many look-ups.
    #[inline]
    pub(crate) fn ngrams(&self, order: usize) -> Ngrams<'_> {
        self.shared.orders[order].of(&self.shared.artefact)
    }
}

/// Reads the sections, or names the one that is wrong.
fn parts(artefact: &Artefact) -> Result<([Order; 3], i32), &'static str> {
    let head: &[u8; 4] = artefact
        .section(HEAD)
        .and_then(|head| head.try_into().ok())
        .ok_or("head")?;
    let order = |tags| Order::read(artefact, tags);
    let orders = [order(TAGS[0])?, order(TAGS[1])?, order(TAGS[2])?];
    Ok((orders, i32::from_le_bytes(*head)))
}

#[cfg(test)]
mod tests {
    use super::super::compile::{Compiler, Ngram};
    use super::*;

    fn word(text: &str) -> Word {
        Word::of_folded(text)
    }

    fn tiny() -> Vec<u8> {
        let [a, b, c] = ["a", "b", "c"].map(word);
        let mut compiler = Compiler::new(10.0);
        compiler.add(Ngram::unigram(a, -1.0, -0.5));
        compiler.add(Ngram::unigram(b, -2.0, -0.25));
        compiler.add(Ngram::unigram(c, -3.0, 0.0));
        compiler.add(Ngram::bigram(a, b, -1.5, -0.75));
        compiler.add(Ngram::bigram(b, c, -1.25, 0.0));
        compiler.add(Ngram::trigram(a, b, c, -0.5));
        compiler.finish()
    }

    #[test]
    fn backs_off_step_by_step() {
        let model = Model::from_bytes("tiny", tiny()).unwrap();
        let [a, b, c, d] = ["a", "b", "c", "d"].map(word);
        assert_eq!(model.cost(a, b, c), 128);
        assert_eq!(model.cost(c, b, c), 320);
        assert_eq!(model.cost(a, b, a), 192 + 64 + 256);
        assert_eq!(model.cost(d, d, c), 768);
        assert_eq!(model.cost(a, b, d), 192 + 64 + 2560);
        assert_eq!(model.lone(a), 256);
        assert!(model.knows(c) && !model.knows(d));
    }

    #[test]
    fn longer_ngrams_are_found_where_backing_off_is_free() {
        let [a, b, c] = ["a", "b", "c"].map(word);
        let mut compiler = Compiler::new(10.0);
        for (word, log_probability) in [(a, -1.0), (b, -2.0), (c, -3.0)] {
            compiler.add(Ngram::unigram(word, log_probability, 0.0));
        }
        compiler.add(Ngram::bigram(a, b, -1.5, 0.0));
        compiler.add(Ngram::bigram(b, c, -1.25, 0.0));
        compiler.add(Ngram::trigram(a, b, c, -0.5));
        let model = Model::from_bytes("free", compiler.finish()).unwrap();
        assert_eq!(model.cost(a, b, c), 128);
        assert_eq!(model.cost(c, b, c), 320);
        let backs = |before, last| {
            let context = model.context(before, last);
            (context.back_one, context.back_two)
        };
        assert_eq!(backs(a, b), (1, 1));
        assert_eq!(backs(b, c), (0, 0));
    }

    #[test]
    fn every_flipped_byte_is_refused() {
        let good = tiny();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            assert!(Model::from_bytes("bad", bad).is_err(), "byte {at}");
        }
        for length in 0..good.len() {
            assert!(
                Model::from_bytes("short", good[..length].to_vec()).is_err(),
                "{length}"
            );
        }
    }

    #[test]
    fn another_version_is_named() {
        let next = Format {
            version: FORMAT.version + 1,
            ..FORMAT
        };
        let bytes = crate::artefact::Writer::new(next).finish();
        let error = Model::from_bytes("next", bytes).unwrap_err();
        let kind = ArtefactErrorKind::Version {
            found: next.version,
            supported: FORMAT.version,
        };
        assert_eq!((error.name.as_str(), error.kind), ("next", kind));
    }

    #[test]
    fn missing_sections_are_named() {
        let bytes = crate::artefact::Writer::new(FORMAT).finish();
        let error = Model::from_bytes("empty", bytes).unwrap_err();
        assert_eq!(error.kind, ArtefactErrorKind::Section("head"));
    }

    #[cfg(feature = "embedded")]
    #[test]
    fn the_built_in_model_loads() {
        let model = Model::embedded();
        let [in_, the, of] = ["in", "the", "of"].map(word);
        assert!(model.cost(Word::BREAK, in_, the) < model.cost(Word::BREAK, in_, of));
    }
}
