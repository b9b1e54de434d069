//! Training the reranker: a log-linear model of the author's reading of a slot.
//!
//! Documents are decoded without a reranker under a context model that has not
//! counted them. Every slot whose readings the decoder found close is an
//! instance: the marginal costs of its readings are the base that the weights
//! correct. Weights follow the gradient of the log-likelihood of the author's
//! readings, one instance at a time, with a step of their own each (AdaGrad,
//! Duchi et al. 2011). The mean over several orders of the instances is kept:
//! features are rare, and where one run ends is partly chance.

use unspin::dict::normalize;
use unspin::rerank::{index, supports, Instance, InstanceReading};
use unspin::token::fold;
use unspin::{Dictionary, Error, Model, Reranker, Restorer};

use crate::pairs::Pair;
use crate::respin::Random;

/// How the training goes.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Binary logarithm of the number of weights.
    pub bits: u32,
    /// Times that a feature must occur.
    pub least: u8,
    /// Size of a first step.
    pub rate: f32,
    /// How strongly weights are drawn to zero.
    pub decay: f32,
    /// Runs over the instances, each from nothing and in an order of its own.
    pub runs: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            bits: 23,
            least: 2,
            rate: 0.1,
            decay: 1e-4,
            runs: 4,
        }
    }
}

/// Readings farther than this from the author's, in 1/256 nat, teach nothing.
const CLOSE: i32 = 7 * 256;

/// Binary logarithm of the number of counters of features.
const COUNTER_BITS: u32 = 27;

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
        let counts = self.count();
        let size = 1 << settings.bits;
        let mut sum = vec![0f32; size];
        let mut random = Random(1);
        let mut cells = Vec::new();
        let mut scores = Vec::new();
        for run in 0..settings.runs {
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
                        if counts[index(name, feature, counts.len())] >= settings.least {
                            let cell = index(name, feature, size);
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
                .for_each(|(sum, weight)| *sum += weight);
            let lessons = self.lessons.len().max(1) as f64;
            progress(Progress {
                run,
                loss: loss / lessons,
                right: right as f64 / lessons,
            });
        }
        let runs = settings.runs.max(1) as f32;
        sum.iter_mut().for_each(|sum| *sum /= runs);
        Reranker::to_artefact(&sum)
    }

    /// How often each feature occurs, up to 255.
    fn count(&self) -> Vec<u8> {
        let mut counts = vec![0u8; 1 << COUNTER_BITS];
        for lesson in &self.lessons {
            for reading in &lesson.readings {
                for (name, feature) in lesson.features(reading) {
                    let count = &mut counts[index(name, feature, 1 << COUNTER_BITS)];
                    *count = count.saturating_add(1);
                }
            }
        }
        counts
    }
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
