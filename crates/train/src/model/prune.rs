//! Which pairs and triples are worth their bytes.
//!
//! Relative entropy pruning (Stolcke, "Entropy-based Pruning of Backoff
//! Language Models", 1998): an n-gram is worth as much as the model would lose
//! without it, weighted by how often its history really occurs.

use unspin::context::Bits;

use super::blend::Blend;
use super::counts::{prefix, word_at};
use super::estimate::{Estimate, Kept};
use super::focus::Focus;
use super::table::{has_unknown, Table};

/// Attempts to meet the size.
const ROUNDS: usize = 11;

/// Chooses n-grams that take at most `bytes` bytes, and estimates the model for them.
pub(super) fn prune(
    table: &Table,
    blend: &Blend,
    focus: &Focus,
    bits: [Bits; 3],
    bytes: usize,
    progress: &mut dyn FnMut(&str),
) -> (Kept, Estimate) {
    let mut kept = Kept::all(table);
    let scores = {
        let mut full = Estimate::new(table, &kept);
        blend.apply(table, &mut full);
        triple_scores(table, focus, &full)
    };
    // A byte is worth the same wherever it is spent.
    let price = |order: usize| bits[order].bytes(1 << 20) as f32;
    let pair_price = price(1) / price(2);
    let words = bits[0].bytes(table.words);
    let (mut low, mut high) = (-40.0f32, 0.0f32);
    let mut best = None;
    for _ in 0..ROUNDS {
        let middle = (low + high) / 2.0;
        let threshold = middle.exp();
        for (kept, score) in kept.triples.iter_mut().zip(&scores) {
            *kept = *score > threshold;
        }
        kept.pairs.fill(true);
        let mut estimate = Estimate::new(table, &kept);
        blend.apply(table, &mut estimate);
        for (kept, score) in kept
            .pairs
            .iter_mut()
            .zip(pair_scores(table, focus, &estimate))
        {
            *kept = score > threshold * pair_price;
        }
        close(table, &mut kept);
        let count = |kept: &[bool]| kept.iter().filter(|&&kept| kept).count();
        let (pairs, triples) = (count(&kept.pairs), count(&kept.triples));
        let size = words + bits[1].bytes(pairs) + bits[2].bytes(triples);
        progress(&format!(
            "{pairs} pairs and {triples} triples take {size} bytes"
        ));
        if size > bytes {
            low = middle;
        } else {
            high = middle;
            let near = size > bytes - bytes / 200;
            best = Some(kept.clone());
            if near {
                break;
            }
        }
    }
    let kept = best.unwrap_or_else(|| Kept {
        pairs: vec![false; table.pairs.len()],
        triples: vec![false; table.triples.len()],
    });
    let mut estimate = Estimate::new(table, &kept);
    blend.apply(table, &mut estimate);
    (kept, estimate)
}

/// What the model would lose without each triple, in nats a word.
fn triple_scores(table: &Table, focus: &Focus, estimate: &Estimate) -> Vec<f32> {
    let mut scores = vec![0.0; table.triples.len()];
    for head in 0..table.pairs.len() {
        let range = table.triples_of(head);
        let long = &estimate.triples[range.clone()];
        let short = range
            .clone()
            .map(|triple| estimate.pairs[table.suffixes[triple] as usize]);
        loss(estimate.after_pair[head], long, short, &mut scores[range]);
    }
    for (score, &key) in scores.iter_mut().zip(&table.triples) {
        *score *= if has_unknown(key, 3) {
            0.0
        } else {
            focus.worth((0..3).map(|n| word_at(key, n)))
        };
    }
    scores
}

/// What the model would lose without each pair.
fn pair_scores(table: &Table, focus: &Focus, estimate: &Estimate) -> Vec<f32> {
    let mut scores = vec![0.0; table.pairs.len()];
    for first in 0..table.words {
        let range = table.pairs_of(first);
        let long = &estimate.pairs[range.clone()];
        let short = range
            .clone()
            .map(|pair| estimate.words[word_at(table.pairs[pair], 0) as usize]);
        loss(estimate.after_word[first], long, short, &mut scores[range]);
    }
    for (score, &key) in scores.iter_mut().zip(&table.pairs) {
        *score *= if has_unknown(key, 2) {
            0.0
        } else {
            focus.worth((0..2).map(|n| word_at(key, n)))
        };
    }
    scores
}

/// The loss for each n-gram of one history, which occurs with probability `history`.
fn loss(history: f32, long: &[f32], short: impl Iterator<Item = f32> + Clone, scores: &mut [f32]) {
    let all_long: f64 = long.iter().map(|&p| f64::from(p)).sum();
    let all_short: f64 = short.clone().map(f64::from).sum();
    let rest = (1.0 - all_long).max(1e-6);
    let room = (1.0 - all_short).max(1e-6);
    let back_off = rest / room;
    for ((score, &p), q) in scores.iter_mut().zip(long).zip(short) {
        let (p, q) = (f64::from(p), f64::from(q).max(1e-30));
        let without = (rest + p) / (room + q);
        let loss = p * (p.ln() - (without * q).ln()) - rest * (without.ln() - back_off.ln());
        *score = (f64::from(history) * loss).max(0.0) as f32;
    }
}

/// Keeps the two pairs inside every triple that is kept.
fn close(table: &Table, kept: &mut Kept) {
    for head in 0..table.pairs.len() {
        for triple in table.triples_of(head) {
            if kept.triples[triple] {
                debug_assert_eq!(prefix(table.triples[triple]), table.pairs[head]);
                kept.pairs[head] = true;
                kept.pairs[table.suffixes[triple] as usize] = true;
            }
        }
    }
}
