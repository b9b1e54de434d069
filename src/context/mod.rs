//! The context model: how likely a word is after the two before it.
//!
//! Most users need only [`Model`], and that only to replace the built-in one.
//! [`Word`] and [`Context`] are what the decoder works with; [`Compiler`] turns
//! n-grams with probabilities, from wherever they come, into a model.
//!
//! The model is a back-off trigram model, stored as one static function for
//! each length of n-gram: fingerprints and codes of a few bits in a table with
//! perfect hashing, without any strings. See [`Model`] for its cost.

mod codebook;
mod compile;
mod model;
mod ngrams;
mod pilots;
mod placing;
mod stream;

pub use self::compile::{Bits, Compiler, Ngram};
pub(crate) use self::model::History;
pub use self::model::{Context, Model};
pub(crate) use self::ngrams::{Entries, Entry, Found};
pub use self::stream::Word;
