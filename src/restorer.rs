//! The front door: a restorer and its builder.

use std::borrow::Cow;
use std::sync::Arc;

use crate::context::Model;
use crate::dict::Dictionary;
use crate::error::Error;
use crate::keep::KeepList;
use crate::report::{Report, Spin};
use crate::rerank::Reranker;
use crate::vocabulary::Vocabulary;
use crate::worker::Worker;

/// What to take for granted about the documents to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Assume {
    /// The document decides: unspun text comes back byte for byte.
    #[default]
    Auto,
    /// The text is known to be spun.
    Spun,
    /// The text is known to be clean: everything passes through.
    Clean,
}

/// Restores spun text.
///
/// Immutable, `Send + Sync`, and cheap to clone: clones share one copy of the
/// data. Each call of [`restore`](Self::restore) takes a fresh [`Worker`]; who
/// restores many texts keeps one per thread instead.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "embedded")] {
/// use unspin::{Assume, Restorer};
///
/// let restorer = Restorer::builder().assume(Assume::Spun).build()?;
/// let restored = restorer.restore("Press play to hearken to this text");
/// assert_eq!(restored, "Press play to listen to this article");
/// # }
/// # Ok::<(), unspin::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Restorer {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) dictionary: Dictionary,
    pub(crate) model: Model,
    pub(crate) reranker: Option<Reranker>,
    pub(crate) keep: KeepList,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) assume: Assume,
    pub(crate) min_score: f32,
}

/// Options of a [`Restorer`].
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "embedded")] {
/// use unspin::{Dictionary, Restorer};
///
/// let source = "#unspin-dictionary\t1\n#documents\t2\n#words\t900\n\
///               spun\toriginal\tused\town\tkept\tbias\n\
///               hearken to\tlisten to\t7\t0\t1\t0\n";
/// let own = Dictionary::from_source("my.tsv", source)?;
/// let restorer = Restorer::builder()
///     .dictionary(own)
///     .dictionary(Dictionary::embedded())
///     .min_score(0.8)
///     .build()?;
/// # }
/// # Ok::<(), unspin::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct RestorerBuilder {
    dictionaries: Vec<Dictionary>,
    model: Option<Model>,
    reranker: Option<Reranker>,
    plain: bool,
    keep: KeepList,
    assume: Assume,
    min_score: f32,
}

impl RestorerBuilder {
    /// Uses this dictionary instead of the embedded one. Called again, it adds
    /// a layer below: where several know a phrase, the first decides.
    #[must_use]
    pub fn dictionary(mut self, dictionary: Dictionary) -> Self {
        self.dictionaries.push(dictionary);
        self
    }

    /// Uses this context model instead of the embedded one, and no reranker
    /// unless one is given too: a reranker goes with the model it was trained with.
    #[must_use]
    pub fn model(mut self, model: Model) -> Self {
        self.model = Some(model);
        self
    }

    /// Uses this reranker instead of the embedded one.
    #[must_use]
    pub fn reranker(mut self, reranker: Reranker) -> Self {
        self.reranker = Some(reranker);
        self
    }

    /// Never edits this phrase, a name for example, in whatever case it stands.
    /// Called again, it adds another.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "embedded")] {
    /// use unspin::{Assume, Restorer};
    ///
    /// let restorer = Restorer::builder().assume(Assume::Spun).keep("within the meeting").build()?;
    /// let text = "It was stated within the meeting.";
    /// assert_eq!(restorer.restore(text), "It was said within the meeting.");
    /// # }
    /// # Ok::<(), unspin::Error>(())
    /// ```
    #[must_use]
    pub fn keep(mut self, phrase: &str) -> Self {
        self.keep.add(phrase);
        self
    }

    /// Uses no reranker, not even the embedded one.
    #[must_use]
    pub fn without_reranker(mut self) -> Self {
        self.reranker = None;
        self.plain = true;
        self
    }

    /// What to take for granted about the documents; [`Assume::Auto`] by default.
    #[must_use]
    pub fn assume(mut self, assume: Assume) -> Self {
        self.assume = assume;
        self
    }

    /// Drops edits whose score lies below this probability, `0.0..=1.0`.
    #[must_use]
    pub fn min_score(mut self, min_score: f32) -> Self {
        self.min_score = min_score;
        self
    }

    /// Builds the restorer.
    ///
    /// # Errors
    ///
    /// Layered dictionaries are too large together, or data is missing and the
    /// crate was built without the feature `embedded`.
    pub fn build(self) -> Result<Restorer, Error> {
        let dictionary = match self.dictionaries.as_slice() {
            [] => embedded_dictionary()?,
            layers => Dictionary::layered(layers)?,
        };
        let own_model = self.model.is_some();
        let model = match self.model {
            Some(model) => model,
            None => embedded_model()?,
        };
        // What the reranker learnt corrects the costs of the model it was
        // trained with, for the spinner whose texts it was trained on.
        let foreign = || !self.dictionaries.is_empty() && !resembles_embedded(&dictionary);
        let reranker = match self.reranker {
            None if self.plain || own_model || foreign() => None,
            None => embedded_reranker(),
            given => given,
        };
        let vocabulary = Vocabulary::new(dictionary.lexicon(), &model);
        Ok(Restorer {
            inner: Arc::new(Inner {
                dictionary,
                model,
                reranker,
                keep: self.keep,
                vocabulary,
                assume: self.assume,
                min_score: self.min_score,
            }),
        })
    }
}

#[cfg(feature = "embedded")]
fn embedded_dictionary() -> Result<Dictionary, Error> {
    Ok(Dictionary::embedded())
}

/// Whether at least half of a dictionary, by uses or by entries, is what the embedded one has.
#[cfg(feature = "embedded")]
fn resembles_embedded(dictionary: &Dictionary) -> bool {
    let embedded = Dictionary::embedded().to_source();
    let known: std::collections::HashSet<(&str, &str)> = embedded
        .entries
        .iter()
        .map(|entry| (entry.spun.as_str(), entry.original.as_str()))
        .collect();
    let (mut uses, mut entries) = ([0u64; 2], [0u64; 2]);
    for entry in dictionary.to_source().entries {
        let same = known.contains(&(entry.spun.as_str(), entry.original.as_str()));
        uses[usize::from(same)] += u64::from(entry.used);
        entries[usize::from(same)] += 1;
    }
    uses[1] >= uses[0] || entries[1] >= entries[0]
}

#[cfg(not(feature = "embedded"))]
fn resembles_embedded(_: &Dictionary) -> bool {
    false
}

#[cfg(feature = "embedded")]
fn embedded_model() -> Result<Model, Error> {
    Ok(Model::embedded())
}

#[cfg(feature = "embedded")]
fn embedded_reranker() -> Option<Reranker> {
    Some(Reranker::embedded())
}

#[cfg(not(feature = "embedded"))]
fn embedded_reranker() -> Option<Reranker> {
    None
}

#[cfg(not(feature = "embedded"))]
fn embedded_dictionary() -> Result<Dictionary, Error> {
    Err(Error::Missing("dictionary"))
}

#[cfg(not(feature = "embedded"))]
fn embedded_model() -> Result<Model, Error> {
    Err(Error::Missing("context model"))
}

#[cfg(feature = "embedded")]
impl Default for Restorer {
    fn default() -> Self {
        Restorer::new()
    }
}

impl Restorer {
    /// A restorer with the embedded dictionary and context model, which are
    /// loaded once for the whole process.
    #[cfg(feature = "embedded")]
    #[must_use]
    pub fn new() -> Restorer {
        static DEFAULT: once_cell::sync::Lazy<Restorer> =
            once_cell::sync::Lazy::new(|| match Restorer::builder().build() {
                Ok(restorer) => restorer,
                // Only layers of a user's own can fail, and there are none.
                Err(error) => unreachable!("{error}"),
            });
        DEFAULT.clone()
    }

    /// A builder.
    #[must_use]
    pub fn builder() -> RestorerBuilder {
        RestorerBuilder::default()
    }

    /// Restores a text; [`Cow::Borrowed`] when nothing changes.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "embedded")] {
    /// use std::borrow::Cow;
    ///
    /// let restorer = unspin::Restorer::new();
    /// let clean = "Nothing in this sentence was ever spun.";
    /// assert!(matches!(restorer.restore(clean), Cow::Borrowed(_)));
    /// # }
    /// ```
    #[must_use]
    pub fn restore<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.worker().restore(text)
    }

    /// What was found out about a text, and the edits that restore it.
    #[must_use]
    pub fn analyze(&self, text: &str) -> Report {
        self.worker().analyze(text)
    }

    /// Whether a text was spun, without restoring it.
    #[must_use]
    pub fn detect(&self, text: &str) -> Spin {
        self.worker().detect(text)
    }

    /// A worker with scratch memory of its own, for one thread.
    #[must_use]
    pub fn worker(&self) -> Worker {
        Worker::new(self.clone())
    }

    /// The dictionary in use.
    #[must_use]
    pub fn dictionary(&self) -> &Dictionary {
        &self.inner.dictionary
    }
}
