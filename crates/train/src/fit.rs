//! Fitting the preferences of entries: an averaged structured perceptron
//! (Collins 2002) over the decoder itself.
//!
//! Each document is decoded with the preferences learnt so far. Where the
//! author's phrase was not chosen its entry gains, and where an entry was
//! chosen wrongly it loses. The average over all steps is kept, which is what
//! makes a perceptron generalise.

use std::collections::HashMap;

use unspin::dict::{normalize, Source};
use unspin::token::fold;
use unspin::{Assume, Error, Model, Restorer, Worker};

use crate::pairs::Pair;

/// How the fitting goes.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Passes over the documents.
    pub passes: usize,
    /// Documents between two updates.
    pub batch: usize,
    /// Size of one step in the first pass, in hundredths of a nat.
    pub step: f64,
    /// Largest preference, in hundredths of a nat.
    pub limit: f64,
    /// Threads that decode.
    pub threads: usize,
}

impl Default for Schedule {
    fn default() -> Self {
        Schedule {
            passes: 3,
            batch: 400,
            step: 10.0,
            limit: 300.0,
            threads: 1,
        }
    }
}

type Key = (String, String);

/// Fits the preferences (`bias`) of a source to pairs, under a context model
/// that has not counted their originals. `progress` is called with the number
/// of documents decoded so far.
///
/// # Errors
///
/// The source is too large to compile.
pub fn fit(
    source: &mut Source,
    model: &Model,
    pairs: &[Pair],
    schedule: &Schedule,
    mut progress: impl FnMut(usize),
) -> Result<(), Error> {
    let index: HashMap<Key, usize> = source
        .entries
        .iter()
        .enumerate()
        .map(|(at, entry)| ((entry.spun.clone(), fold(&entry.original)), at))
        .collect();
    let mut weights: Vec<f64> = source
        .entries
        .iter()
        .map(|entry| f64::from(entry.bias))
        .collect();
    let mut totals = vec![0.0; weights.len()];
    let mut updates = 0.0;
    let mut done = 0;
    for pass in 0..schedule.passes {
        let step = schedule.step / (1 + pass) as f64;
        for batch in pairs.chunks(schedule.batch.max(1)) {
            store(source, &weights);
            let restorer = Restorer::builder()
                .dictionary(source.to_dictionary("learnt dictionary")?)
                .model(model.clone())
                .assume(Assume::Spun)
                .build()?;
            for (key, direction) in mistakes(&restorer, batch, schedule.threads) {
                if let Some(&at) = index.get(&key) {
                    let moved = weights[at] + step * f64::from(direction);
                    weights[at] = moved.clamp(-schedule.limit, schedule.limit);
                }
            }
            for (total, weight) in totals.iter_mut().zip(&weights) {
                *total += weight;
            }
            updates += 1.0;
            done += batch.len();
            progress(done);
        }
    }
    if updates > 0.0 {
        totals.iter_mut().for_each(|total| *total /= updates);
        store(source, &totals);
    }
    Ok(())
}

fn store(source: &mut Source, weights: &[f64]) {
    for (entry, weight) in source.entries.iter_mut().zip(weights) {
        entry.bias = weight.round() as i32;
    }
}

/// What each entry should gain, by what the decoder got wrong.
fn mistakes(restorer: &Restorer, pairs: &[Pair], threads: usize) -> Vec<(Key, i32)> {
    let share = pairs.len().div_ceil(threads.max(1)).max(1);
    let mut all: HashMap<Key, i32> = HashMap::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = pairs
            .chunks(share)
            .map(|pairs| {
                scope.spawn(move || {
                    let mut worker = restorer.worker();
                    pairs
                        .iter()
                        .flat_map(|pair| document(&mut worker, pair))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        for worker in workers {
            for (key, direction) in worker.join().unwrap_or_default() {
                *all.entry(key).or_default() += direction;
            }
        }
    });
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort();
    all
}

fn document(worker: &mut Worker, pair: &Pair) -> Vec<(Key, i32)> {
    let key = |source: &str, original: &str| (fold(&normalize(source)), fold(&normalize(original)));
    let mut out = Vec::new();
    let found = worker.analyze(&pair.spun).edits;
    let mut found = found.iter().filter(|edit| edit.cause.is_none()).peekable();
    for gold in &pair.edits {
        while let Some(edit) = found.next_if(|edit| edit.start < gold.start) {
            out.push((key(&edit.source, &edit.replacement), -1));
        }
        let right = key(&pair.spun[gold.start..gold.end], &gold.original);
        let chosen = found
            .next_if(|edit| edit.start == gold.start)
            .map(|edit| key(&edit.source, &edit.replacement));
        if chosen.as_ref() != Some(&right) {
            out.extend(chosen.map(|wrong| (wrong, -1)));
            out.push((right, 1));
        }
    }
    out.extend(found.map(|edit| (key(&edit.source, &edit.replacement), -1)));
    out
}
