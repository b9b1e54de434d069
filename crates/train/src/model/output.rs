//! From estimated probabilities to a back-off model and its artefact.

use unspin::context::{Bits, Compiler, Ngram};

use super::counts::word_at;
use super::estimate::{Estimate, Kept};
use super::table::Table;
use super::vocabulary::{Vocabulary, UNKNOWN};

/// Compiles the chosen n-grams.
pub(super) fn compile(
    vocabulary: &Vocabulary,
    table: &Table,
    kept: &Kept,
    estimate: &Estimate,
    bits: [Bits; 3],
) -> Vec<u8> {
    let word = |id: u32| vocabulary.entries[id as usize].word;
    let share = f64::from(estimate.words[UNKNOWN as usize]) / vocabulary.rare.max(1) as f64;
    let mut compiler = Compiler::new(-share.max(1e-12).ln() as f32).bits(bits);
    for first in 0..table.words {
        let range = table.pairs_of(first);
        let pairs = range.clone().filter(|&pair| kept.pairs[pair]);
        let back_off = back_off(pairs.clone().map(|pair| {
            let last = word_at(table.pairs[pair], 0) as usize;
            (estimate.pairs[pair], estimate.words[last])
        }));
        if first != UNKNOWN as usize {
            let p = estimate.words[first];
            let ngram = Ngram::unigram(word(first as u32), p.ln(), back_off);
            compiler.add(ngram.weighted(weight(p)));
        }
        for pair in pairs {
            let key = table.pairs[pair];
            let triples = table
                .triples_of(pair)
                .filter(|&triple| kept.triples[triple]);
            let back_off = self::back_off(triples.clone().map(|triple| {
                (
                    estimate.triples[triple],
                    estimate.pairs[table.suffixes[triple] as usize],
                )
            }));
            let (last, next) = (word(word_at(key, 1)), word(word_at(key, 0)));
            let p = estimate.pairs[pair];
            let used = estimate.after_word[first] * p + estimate.after_pair[pair];
            compiler.add(Ngram::bigram(last, next, p.ln(), back_off).weighted(weight(used)));
            for triple in triples {
                let key = table.triples[triple];
                let [before, last, next] = [2, 1, 0].map(|n| word(word_at(key, n)));
                let p = estimate.triples[triple];
                let used = estimate.after_pair[pair] * p;
                let ngram = Ngram::trigram(before, last, next, p.ln());
                compiler.add(ngram.weighted(weight(used)));
            }
        }
    }
    compiler.finish()
}

/// The logarithm of the weight with which a history backs off, from the
/// probabilities of its n-grams with it and without.
fn back_off(ngrams: impl Iterator<Item = (f32, f32)>) -> f32 {
    let (mut long, mut short) = (0.0f64, 0.0f64);
    for (p, q) in ngrams {
        long += f64::from(p);
        short += f64::from(q);
    }
    if long == 0.0 {
        return 0.0;
    }
    ((1.0 - long).max(1e-4) / (1.0 - short).max(1e-4)).ln() as f32
}

/// How much precision matters: more for what is more frequent, but far less than in proportion.
fn weight(share: f32) -> f32 {
    share.max(1e-9).sqrt()
}
