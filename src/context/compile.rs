//! From n-grams and their probabilities to the artefact that [`Model`](super::Model) reads.

use std::collections::{HashMap, HashSet};

use super::codebook::Codebook;
use super::model::{FORMAT, HEAD, TAGS};
use super::pilots;
use super::placing;
use super::stream::Word;
use crate::artefact::Writer;

/// An n-gram of a back-off model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ngram {
    key: u64,
    /// Key of the n-gram without its first word; 0 for a single word.
    suffix: u64,
    /// Key of the n-gram without its last word, likewise.
    prefix: u64,
    order: usize,
    log_probability: f32,
    log_back_off: f32,
    weight: f32,
}

impl Ngram {
    /// A word, its probability and its back-off weight, as natural logarithms.
    #[must_use]
    pub fn unigram(word: Word, log_probability: f32, log_back_off: f32) -> Ngram {
        Ngram {
            key: word.open(),
            suffix: 0,
            prefix: 0,
            order: 0,
            log_probability,
            log_back_off,
            weight: 1.0,
        }
    }

    /// Two words: the probability of the second after the first, and the
    /// back-off weight of both as a history, as natural logarithms.
    #[must_use]
    pub fn bigram(last: Word, word: Word, log_probability: f32, log_back_off: f32) -> Ngram {
        let key = word.extend(last.open());
        Ngram {
            key,
            suffix: word.open(),
            prefix: last.open(),
            order: 1,
            log_probability,
            log_back_off,
            weight: 1.0,
        }
    }

    /// Three words: the logarithm of the probability of the last after the others.
    #[must_use]
    pub fn trigram(before: Word, last: Word, word: Word, log_probability: f32) -> Ngram {
        let key = word.extend(last.extend(before.open()));
        Ngram {
            key,
            suffix: word.extend(last.open()),
            prefix: last.extend(before.open()),
            order: 2,
            log_probability,
            log_back_off: 0.0,
            weight: 1.0,
        }
    }

    /// How much a precise value of this n-gram matters, as against 1.
    #[must_use]
    pub fn weighted(self, weight: f32) -> Ngram {
        Ngram { weight, ..self }
    }
}

/// Bits spent on each n-gram of one length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bits {
    /// Bits of the code that stands for probability and back-off weight: 1 to 12.
    pub value: u32,
    /// Bits that tell n-grams of the model from others: 1 to 12.
    pub fingerprint: u32,
}

impl Bits {
    /// What is spent unless told otherwise, on words, pairs and triples.
    pub const USUAL: [Bits; 3] = [
        Bits {
            value: 11,
            fingerprint: 12,
        },
        Bits {
            value: 8,
            fingerprint: 9,
        },
        Bits {
            value: 5,
            fingerprint: 8,
        },
    ];

    /// Bytes that `count` n-grams take, about.
    #[must_use]
    pub fn bytes(self, count: usize) -> usize {
        pilots::bytes(count, self.value + self.fingerprint)
    }
}

/// Collects n-grams and compiles them.
///
/// The n-grams must be closed: with a trigram, its first two and its last two
/// words are there as bigrams, and with a bigram its words.
/// See [`Model`](crate::Model) for an example.
#[derive(Debug, Clone)]
pub struct Compiler {
    unknown: f32,
    bits: [Bits; 3],
    orders: [Vec<Ngram>; 3],
}

impl Compiler {
    /// A compiler that knows no word yet; each unknown one will cost `unknown` nats.
    #[must_use]
    pub fn new(unknown: f32) -> Compiler {
        Compiler {
            unknown,
            bits: Bits::USUAL,
            orders: Default::default(),
        }
    }

    /// Sets the bits spent on words, pairs and triples.
    #[must_use]
    pub fn bits(mut self, bits: [Bits; 3]) -> Compiler {
        self.bits = bits.map(|bits| Bits {
            value: bits.value.clamp(1, 12),
            fingerprint: bits.fingerprint.clamp(1, 12),
        });
        self
    }

    /// Adds an n-gram. Of two with the same words the first counts.
    pub fn add(&mut self, ngram: Ngram) {
        self.orders[ngram.order].push(ngram);
    }

    /// The bytes of the model, the same for the same n-grams in whatever order.
    ///
    /// # Panics
    ///
    /// If a table cannot be built, which has a probability below 2⁻¹⁰⁰.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let unknown = (self.unknown * 256.0).round() as i32;
        let mut writer = Writer::new(FORMAT).section(HEAD, &unknown.to_le_bytes());
        // The costs of shorter n-grams as the model will give them: what a
        // longer one is coded against, so that errors do not add up.
        let mut shorter: HashMap<u64, i32> = HashMap::new();
        let longer = self.orders[1..].iter().map(|longer| {
            let prefixes = longer.iter().map(|ngram| ngram.prefix);
            prefixes.collect::<HashSet<u64>>()
        });
        let longer: Vec<HashSet<u64>> = longer.chain([HashSet::new()]).collect();
        for (order, mut ngrams) in self.orders.into_iter().enumerate() {
            ngrams.sort_by_key(|ngram| ngram.key);
            ngrams.dedup_by_key(|ngram| ngram.key);
            let Bits { value, fingerprint } = self.bits[order];
            let costs: Vec<_> = ngrams
                .iter()
                .map(|n| {
                    let base = shorter.get(&n.suffix).copied().unwrap_or(0);
                    // Where it costs nothing to back off, nothing is looked up.
                    let back = match clamp(cost(n.log_back_off)) {
                        0 => i16::from(longer[order].contains(&n.key)),
                        back => back,
                    };
                    (clamp(cost(n.log_probability) - base), back, n.weight)
                })
                .collect();
            let codebook = Codebook::fit(&costs, 1 << value);
            let entries: Vec<(u64, u32)> = ngrams
                .iter()
                .zip(&costs)
                .map(|(ngram, &(cost, back, _))| (ngram.key, codebook.code(cost, back)))
                .collect();
            let coded: HashMap<u64, i32> = ngrams
                .iter()
                .zip(&entries)
                .map(|(ngram, &(key, code))| {
                    let base = shorter.get(&ngram.suffix).copied().unwrap_or(0);
                    (key, base + codebook.cost(code))
                })
                .collect();
            shorter = coded;
            let Some((shape, cells)) = placing::build(&entries, value, fingerprint) else {
                unreachable!("distinct keys were not placed in any attempt");
            };
            let [shape_tag, codebook_tag, cells_tag] = TAGS[order];
            writer = writer
                .section(shape_tag, &shape.to_bytes())
                .section(codebook_tag, &codebook.to_bytes())
                .section(cells_tag, &cells);
        }
        writer.finish()
    }
}

/// A logarithm as a cost in 1/256 nat.
fn cost(log: f32) -> i32 {
    (-log * 256.0).round() as i32
}

fn clamp(cost: i32) -> i16 {
    cost.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Model;

    #[test]
    fn the_order_of_adding_does_not_matter() {
        let words: Vec<Word> = (0..500)
            .map(|n| Word::of_folded(&format!("w{n}")))
            .collect();
        let ngrams: Vec<Ngram> = words
            .iter()
            .enumerate()
            .map(|(n, &word)| Ngram::unigram(word, -(n as f32).sqrt(), -0.1))
            .collect();
        let mut forth = Compiler::new(20.0);
        ngrams.iter().for_each(|&ngram| forth.add(ngram));
        let mut back = Compiler::new(20.0);
        ngrams.iter().rev().for_each(|&ngram| back.add(ngram));
        let bytes = forth.finish();
        assert_eq!(bytes, back.finish());
        let model = Model::from_bytes("m", bytes).unwrap();
        for (n, &word) in words.iter().enumerate() {
            let exact = (n as f32).sqrt() * 256.0;
            assert!((model.lone(word) as f32 - exact).abs() < 16.0, "{n}");
        }
    }

    #[test]
    fn an_empty_model_is_a_model() {
        let model = Model::from_bytes("none", Compiler::new(9.0).finish()).unwrap();
        let word = Word::of_folded("word");
        assert_eq!(model.cost(word, word, word), 9 * 256);
    }
}
