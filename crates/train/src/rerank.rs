//! Training the reranker: a log-linear model of the author's reading of a slot.
//!
//! Documents are decoded without a reranker under a context model that has not
//! counted them. Every slot whose readings the decoder found close is an
//! instance: the marginal costs of its readings are the base that the weights
//! correct. Weights follow the gradient of the log-likelihood of the author's
//! readings, one instance at a time, with a step of their own each (AdaGrad,
//! Duchi et al. 2011). The mean over several orders of the instances is kept:
//! features are rare, and where one run ends is partly chance. A first run with
//! all features chooses those for which there is room; the others are left to
//! learn from the rest what they can.

use unspin::dict::normalize;
use unspin::rerank::{key, supports, Instance, InstanceReading, Weight};
use unspin::token::fold;
use unspin::{Dictionary, Error, Model, Reranker, Restorer};

use crate::pairs::Pair;
use crate::respin::Random;

/// How the training goes.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Weights that are kept, at most.
    pub weights: usize,
    /// Times that a feature must occur.
    pub least: u16,
    /// Size of a first step.
    pub rate: f32,
    /// How strongly weights are drawn to zero.
    pub decay: f32,
    /// Runs over the instances, each from nothing and in an order of its own,
    /// after one that chooses the features.
    pub runs: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            weights: WEIGHTS,
            least: 3,
            rate: 0.1,
            decay: 1e-4,
            runs: 4,
        }
    }
}

/// Readings farther than this from the author's, in 1/256 nat, teach nothing.
const CLOSE: i32 = 7 * 256;

/// Weights that are kept unless told otherwise.
pub const WEIGHTS: usize = 1_250_000;

/// Binary logarithm of the number of places for features in training, many
/// times their number.
const PLACES: u32 = 27;

/// A slot, its readings and the author's.
#[derive(Debug)]
struct Lesson {
    surroundings: Box<[u64]>,
    readings: Box<[Reading]>,
    gold: usize,
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    name: u64,
    /// Minus the cost, in nats.
    base: f32,
    support: Option<u64>,
}

/// What a run over the instances showed.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// The run, from 0.
    pub run: usize,
    /// Mean negative log-likelihood of the author's readings, in nats, each
    /// measured before its instance was learnt from.
    pub loss: f64,
    /// Share of instances whose best reading was the author's.
    pub right: f64,
}

/// Collects instances and trains a reranker on them.
#[derive(Debug, Default)]
pub struct Trainer {
    lessons: Vec<Lesson>,
}

impl Trainer {
    /// Decodes pairs under a model that has not counted their originals, and
    /// keeps the instances. Returns how many there are by now.
    ///
    /// # Errors
    ///
    /// A restorer cannot be built.
    pub fn collect(
        &mut self,
        pairs: &[Pair],
        dictionary: &Dictionary,
        model: &Model,
        threads: usize,
    ) -> Result<usize, Error> {
        let restorer = Restorer::builder()
            .dictionary(dictionary.clone())
            .model(model.clone())
            .assume(unspin::Assume::Spun)
            .without_reranker()
            .build()?;
        let share = pairs.len().div_ceil(threads.max(1)).max(1);
        std::thread::scope(|scope| {
            let restorer = &restorer;
            let workers: Vec<_> = pairs
                .chunks(share)
                .map(|pairs| {
                    scope.spawn(move || {
                        let mut worker = restorer.worker();
                        let mut lessons = Vec::new();
                        for pair in pairs {
                            learn_from(pair, worker.instances(&pair.spun), &mut lessons);
                        }
                        lessons
                    })
                })
                .collect();
            for worker in workers {
                self.lessons.extend(worker.join().unwrap_or_default());
            }
        });
        Ok(self.lessons.len())
    }

    /// Trains the weights and packs them into an artefact.
    pub fn train(mut self, settings: &Settings, mut progress: impl FnMut(Progress)) -> Vec<u8> {
        let mut counts = self.count();
        counts
            .iter_mut()
            .filter(|count| **count < settings.least)
            .for_each(|count| *count = 0);
        let first = self.fit(&counts, settings, 0..1, &mut progress);
        choose(&first, &mut counts, settings.weights);
        drop(first);
        let weights = self.fit(&counts, settings, 1..settings.runs + 1, &mut progress);
        Reranker::to_artefact(&self.found(&weights, counts))
    }

    /// The mean weights of several runs with the features that have a count.
    fn fit(
        &mut self,
        counts: &[u16],
        settings: &Settings,
        runs: std::ops::Range<usize>,
        progress: &mut impl FnMut(Progress),
    ) -> Vec<f32> {
        let size = counts.len();
        let share = 1.0 / runs.len().max(1) as f32;
        let mut sum = vec![0f32; size];
        let mut random = Random(1 + runs.start as u64);
        let mut cells = Vec::new();
        let mut scores = Vec::new();
        for run in runs {
            let mut weights = vec![0f32; size];
            let mut squares = vec![0f32; size];
            for at in (1..self.lessons.len()).rev() {
                self.lessons.swap(at, random.below(at as u64 + 1) as usize);
            }
            let (mut loss, mut right) = (0.0, 0usize);
            for lesson in &self.lessons {
                cells.clear();
                scores.clear();
                let mut ends = Vec::with_capacity(lesson.readings.len());
                for reading in &lesson.readings {
                    let mut score = reading.base;
                    for (name, feature) in lesson.features(reading) {
                        let cell = place(name, feature);
                        if counts[cell] > 0 {
                            score += weights[cell];
                            cells.push(cell);
                        }
                    }
                    scores.push(score);
                    ends.push(cells.len());
                }
                let best = scores.iter().copied().fold(f32::MIN, f32::max);
                let total: f32 = scores.iter().map(|score| (score - best).exp()).sum();
                let mut from = 0;
                for (at, (score, end)) in scores.iter().zip(&ends).enumerate() {
                    let probability = (score - best).exp() / total;
                    let gold = at == lesson.gold;
                    if gold {
                        loss -= f64::from(probability.max(1e-9).ln());
                        right += usize::from(*score == best);
                    }
                    let gradient = probability - f32::from(u8::from(gold));
                    if gradient.abs() > 0.003 {
                        for &cell in &cells[from..*end] {
                            let slope = gradient + settings.decay * weights[cell];
                            squares[cell] += slope * slope;
                            weights[cell] -= settings.rate * slope / squares[cell].sqrt().max(0.3);
                        }
                    }
                    from = *end;
                }
            }
            sum.iter_mut()
                .zip(&weights)
                .for_each(|(sum, weight)| *sum += weight * share);
            let lessons = self.lessons.len().max(1) as f64;
            progress(Progress {
                run,
                loss: loss / lessons,
                right: right as f64 / lessons,
            });
        }
        sum
    }

    /// How often the features of each place occur, up to 65,535.
    fn count(&self) -> Vec<u16> {
        let mut counts = vec![0u16; 1 << PLACES];
        self.features(|name, feature| {
            let count = &mut counts[place(name, feature)];
            *count = count.saturating_add(1);
        });
        counts
    }

    /// The weights of the features that have a count, those that matter most first.
    fn found(&self, weights: &[f32], mut counts: Vec<u16>) -> Vec<Weight> {
        let mut found = Vec::new();
        self.features(|reading, feature| {
            let at = place(reading, feature);
            let count = std::mem::take(&mut counts[at]);
            if count > 0 {
                let nats = weights[at];
                let weight = Weight {
                    reading,
                    feature,
                    nats,
                };
                found.push((matters(nats, count), weight));
            }
        });
        let key = |weight: &Weight| (weight.reading, weight.feature);
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(key(&a.1).cmp(&key(&b.1))));
        found.into_iter().map(|(_, weight)| weight).collect()
    }

    /// Calls `each` with every reading and each of its features.
    fn features(&self, mut each: impl FnMut(u64, u64)) {
        for lesson in &self.lessons {
            for reading in &lesson.readings {
                for (name, feature) in lesson.features(reading) {
                    each(name, feature);
                }
            }
        }
    }
}

/// How much a weight matters: what it brings grows with its square and with how
/// often it is asked for.
fn matters(weight: f32, count: u16) -> f32 {
    weight * weight * f32::from(count)
}

/// Takes the counts of all features but those that matter most.
fn choose(weights: &[f32], counts: &mut [u16], most: usize) {
    let matters = |at: usize| matters(weights[at], counts[at]);
    let mut places: Vec<u32> = (0..weights.len() as u32).collect();
    places.retain(|at| weights[*at as usize] != 0.0 && counts[*at as usize] > 0);
    if places.len() > most {
        places.select_nth_unstable_by(most, |a, b| {
            let [left, right] = [*a, *b].map(|at| matters(at as usize));
            right.total_cmp(&left).then(a.cmp(b))
        });
        places.truncate(most);
    }
    let mut is_kept = vec![false; weights.len()];
    for at in places {
        is_kept[at as usize] = true;
    }
    for (count, is_kept) in counts.iter_mut().zip(is_kept) {
        if !is_kept {
            *count = 0;
        }
    }
}

/// Where a feature is counted and its weight trained.
fn place(reading: u64, feature: u64) -> usize {
    (key(reading, feature) >> 24) as usize & ((1 << PLACES) - 1)
}

impl Lesson {
    fn features<'a>(&'a self, reading: &'a Reading) -> impl Iterator<Item = (u64, u64)> + 'a {
        let around = self
            .surroundings
            .iter()
            .map(|feature| (reading.name, *feature));
        around.chain(
            reading
                .support
                .into_iter()
                .flat_map(|level| supports(reading.name, level)),
        )
    }
}

/// Finds the author's reading of each instance, where that can be told.
fn learn_from(pair: &Pair, instances: Vec<Instance>, lessons: &mut Vec<Lesson>) {
    let name = |phrase: &str| fold(&normalize(phrase));
    for instance in instances {
        let first = pair
            .edits
            .partition_point(|edit| edit.end <= instance.start);
        let edit = pair
            .edits
            .get(first)
            .filter(|edit| edit.start < instance.end);
        let gold = match edit {
            None => Some(0),
            Some(edit) if (edit.start, edit.end) != (instance.start, instance.end) => None,
            Some(edit) => {
                let original = name(&edit.original);
                let is_gold = |reading: &str| name(reading) == original;
                instance
                    .readings
                    .iter()
                    .position(|r| r.original.as_deref().is_some_and(is_gold))
            }
        };
        let Some(gold) = gold else { continue };
        let limit = instance.readings[gold].cost.saturating_add(CLOSE);
        let is_far = |(at, reading): (usize, &InstanceReading)| at == gold || reading.cost > limit;
        if instance.readings.iter().enumerate().all(is_far) {
            continue;
        }
        let readings = instance.readings.iter().map(|reading| Reading {
            name: reading.name,
            base: -(reading.cost.min(5000) as f32) / 256.0,
            support: reading.support,
        });
        lessons.push(Lesson {
            surroundings: instance.surroundings.into(),
            readings: readings.collect(),
            gold,
        });
    }
}
