//! The decision: the cheapest path through the lattice, and how sure it is.
//!
//! Noisy channel decoding: the cost of a path is `-ln P(original)` by the
//! context model plus `-ln P(spun | original)` by the channel. The search
//! leaves a graph, which then serves twice more: for the marginal cost of every
//! reading, and for the best path once the reranker has added what it knows.
//! Costs are integers throughout, so that every machine decides alike.

use std::hint::select_unpredictable;
use std::ops::Range;

use crate::choices::{Choices, Reading, Rivals};
use crate::contest::{Contests, CLOSE};
use crate::context::Word;
use crate::cost::NAT;
use crate::lattice::{Arc, Slot};
use crate::names::Names;
use crate::path::{Path, PathReading, Replaced};
use crate::rerank::{name, Lookup, Scored, Table};
use crate::search::{Problem, Search};
use crate::simd::{run, Classify, Kernel};
use crate::support::Support;
use crate::surroundings::{Far, Surroundings};

/// Readings this much worse than the chosen one have no probability to speak of.
const RIVAL: i32 = 9 * NAT;

/// Slots whose readings are compared together.
const SLOTS: usize = 4;

/// The decoder with its scratch memory.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    search: Search,
    /// The best path: of the first pass, and then with what the reranker gives.
    path: Path,
    /// What each of its words is to slots some words off.
    far: Far,
    contests: Contests,
    /// What is around several slots, and their readings that are worth comparing.
    around: Vec<Surroundings>,
    readings: Vec<Scored>,
    /// What the reranker reads of each.
    lookups: Vec<Lookup>,
    /// Per reading of the lattice: what the reranker gives it.
    bonus: Vec<i32>,
    /// Arcs that would make names, with their paragraphs and these.
    missed: Vec<(usize, u32, [Word; 2])>,
}

/// What a decoder works with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Task<'a> {
    pub(crate) problem: Problem<'a>,
    /// The token of the block that is the first of the stretch.
    pub(crate) first: usize,
    /// Whether each token is capitalised.
    pub(crate) capitals: &'a [bool],
    /// Whether each is, inside a sentence, and so perhaps a part of a name.
    pub(crate) proper: &'a [bool],
    pub(crate) reranker: Option<Table<'a>>,
    pub(crate) support: &'a Support,
    /// What the document calls things, if that is known already.
    pub(crate) names: Option<&'a Names>,
    /// Whether choices come with the readings that compete with them.
    pub(crate) rivals: Rivals,
}

/// A reading of a slot before reranking.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeenReading {
    /// Hash of its words.
    pub(crate) name: u64,
    /// Marginal cost above the best path.
    pub(crate) cost: i32,
    /// What the document says for it, where it is a candidate.
    pub(crate) support: Option<u64>,
}

/// A slot before reranking.
pub(crate) struct Seen<'s> {
    /// First token.
    pub(crate) start: usize,
    /// Tokens.
    pub(crate) length: usize,
    /// Index of the arc of its second reading; those of the others follow.
    pub(crate) first_arc: usize,
    /// Features of its surroundings.
    pub(crate) features: Vec<u64>,
    /// The readings; the first leaves the slot alone.
    pub(crate) readings: &'s [SeenReading],
}

impl Task<'_> {
    /// The name that the reranker has for leaving a slot alone.
    fn own_name(&self, slot: &Slot) -> u64 {
        name(self.problem.words[slot.tokens()].iter().copied())
    }

    /// That of an arc, and what the document says for it.
    fn candidate(&self, arc: usize) -> (u64, u64) {
        let candidate = self.problem.lattice.arc(arc as u32).candidate;
        let level = self.support.level(candidate, self.problem.lexicon);
        (self.problem.vocabulary.name(candidate), level)
    }

    /// Looks around a slot on a path.
    #[inline(always)]
    fn look_around(&self, slot: &Slot, path: &Path, far: &Far, surroundings: &mut Surroundings) {
        let (left, right) = path.around(slot.tokens());
        let start = slot.start as usize;
        let paragraph = path.paragraph(start);
        let words = path.words_of(paragraph);
        let far = far.of(paragraph, &words);
        let sides = (left - words.start, right - words.start);
        surroundings.look(&path.words[words], far, sides, self.capitals[start]);
    }
}

impl Decoder {
    /// Decodes a stretch that begins a paragraph or sentence, and adds what it chooses.
    pub(crate) fn decode(&mut self, task: &Task<'_>, choices: &mut Choices) {
        self.search.run(&task.problem);
        if task.reranker.is_some() || task.names.is_some() {
            self.rerank(task);
        }
        self.path.follow(self.search.graph(), &task.problem);
        self.choose(task, choices);
    }

    /// Shows all slots of a stretch as they are before reranking.
    pub(crate) fn show(&mut self, task: &Task<'_>, seen: &mut dyn FnMut(Seen<'_>)) {
        self.search.run(&task.problem);
        self.look(task);
        self.far.read(self.path.paragraphs());
        let graph = self.search.graph();
        let mut surroundings = Surroundings::default();
        for slot in self.contests.slots() {
            let own = SeenReading {
                name: task.own_name(slot),
                cost: graph.alone(slot.start as usize),
                support: None,
            };
            let others = slot.arcs().map(|arc| {
                let (name, level) = task.candidate(arc);
                SeenReading {
                    name,
                    cost: graph.above(arc),
                    support: Some(level),
                }
            });
            let readings: Vec<_> = std::iter::once(own).chain(others).collect();
            task.look_around(slot, &self.path, &self.far, &mut surroundings);
            seen(Seen {
                start: slot.start as usize,
                length: slot.length as usize,
                first_arc: slot.first_arc as usize,
                features: surroundings.features().collect(),
                readings: &readings,
            });
        }
    }

    /// Follows the best path, and finds the slots that are worth a second look.
    fn look(&mut self, task: &Task<'_>) {
        self.path.follow(self.search.graph(), &task.problem);
        self.contests
            .find(task.problem.lattice, self.search.graph());
    }

    /// Gives every arc what the reranker knows of it, and what the document does.
    fn rerank(&mut self, task: &Task<'_>) {
        self.bonus.clear();
        self.bonus.resize(task.problem.lattice.reading_count(), 0);
        self.look(task);
        if let Some(reranker) = &task.reranker {
            run(Comparison {
                decoder: self,
                task,
                reranker,
            });
        }
        if let Some(names) = task.names {
            let mut bonus = std::mem::take(&mut self.bonus);
            self.naming(task, &mut |arc, _, [first, second], instead| {
                bonus[arc] += names.bonus(first, second, false);
                let [first, second] = instead;
                bonus[arc] -= names.bonus(first, second, true);
            });
            self.bonus = bonus;
        }
        self.search.graph_mut().favour(&self.bonus);
    }

    /// Takes in the names that the best path has, and those that it could have,
    /// of the paragraphs that were just decoded, whose numbers begin with the given one.
    pub(crate) fn name(&mut self, task: &Task<'_>, number: u32, names: &mut Names) {
        let is_proper = |reading: &PathReading| {
            let tokens = &task.proper[reading.tokens.clone()];
            tokens.iter().all(|proper| *proper)
        };
        let words = &self.path.words;
        for (at, _) in task
            .proper
            .iter()
            .enumerate()
            .filter(|(_, proper)| **proper)
        {
            let Some(own) = self.path.reading(at).filter(is_proper) else {
                continue;
            };
            let next = self.path.reading(own.tokens.end).filter(is_proper);
            // Its own words, and the first of the next.
            let end = own.words.end + usize::from(next.is_some());
            for pair in words[own.words.start..end].windows(2) {
                names.add(pair[0], pair[1]);
            }
        }
        let mut missed = std::mem::take(&mut self.missed);
        missed.clear();
        let graph = self.search.graph();
        self.naming(task, &mut |arc, paragraph, pair, _| {
            // Most were too dear from the start.
            if Names::may_matter(graph.first_above(arc)) {
                missed.push((arc, number + paragraph, pair));
            }
        });
        if !missed.is_empty() {
            self.search.graph_mut().measure();
        }
        for (arc, paragraph, [first, second]) in &missed {
            let above = self.search.graph().above(*arc);
            names.miss(*paragraph, *first, *second, above);
        }
        self.missed = missed;
    }

    /// Calls `found` with every arc that is not on the path and would make two
    /// capitalised words stand together: the arc, its paragraph, these words, and those that
    /// stand together there now.
    fn naming(&self, task: &Task<'_>, found: &mut dyn FnMut(usize, u32, [Word; 2], [Word; 2])) {
        let words = &self.path.words;
        let is_capital = |tokens: &Range<usize>| {
            let tokens = &task.capitals[tokens.clone()];
            tokens.iter().all(|capital| *capital)
        };
        for slot in task.problem.lattice.slots() {
            let tokens = slot.tokens();
            if !task.capitals[tokens.start] || !is_capital(&tokens) {
                continue;
            }
            let own = self.path.reading(tokens.start);
            let Some(own) = own.filter(|own| own.tokens == tokens) else {
                continue;
            };
            let paragraph = self.path.paragraph(tokens.start);
            let Range { start, end } = own.words;
            let all = self.path.words_of(paragraph);
            let before = self.path.tokens_before(tokens.start);
            let before = before.filter(|before| start > all.start && is_capital(before));
            let behind = self.path.reading(tokens.end);
            let behind = behind.filter(|behind| end < all.end && is_capital(&behind.tokens));
            let before = before.map(|_| words[start - 1]);
            let behind = behind.map(|_| words[end]);
            for arc in slot.arcs() {
                let candidate = task.problem.lattice.arc(arc as u32).candidate;
                let instead = task.problem.vocabulary.candidate(candidate);
                let ([first, ..], [.., last]) = (instead, instead) else {
                    continue;
                };
                if words[start..end]
                    .iter()
                    .eq(instead.iter().map(|known| &known.word))
                {
                    continue;
                }
                let paragraph = paragraph as u32;
                if let Some(before) = before {
                    found(arc, paragraph, [before, first.word], [before, words[start]]);
                }
                if let Some(behind) = behind {
                    found(
                        arc,
                        paragraph,
                        [last.word, behind],
                        [words[end - 1], behind],
                    );
                }
            }
        }
    }

    /// Takes the replacements of the best path, and finds what competes with each
    /// where that is asked for.
    fn choose(&mut self, task: &Task<'_>, choices: &mut Choices) {
        if task.rivals == Rivals::Compared {
            self.search.graph_mut().measure();
        }
        let (graph, lattice) = (self.search.graph(), task.problem.lattice);
        let reading = |candidate: u32, start: u32, length: u32, above: i32| Reading {
            start: task.first as u32 + start,
            length,
            candidate,
            above,
        };
        for &Replaced {
            arc, start, end, ..
        } in &self.path.replaced
        {
            let candidate = lattice.arc(arc).candidate;
            task.problem.lexicon.prefetch_original(candidate);
            choices.push(reading(candidate, start, end - start, 0));
            if task.rivals == Rivals::Ignored {
                continue;
            }
            // Only readings that cover the slot's first token compete with it.
            let slots = lattice.slots_from(start.saturating_sub(lattice.longest() - 1));
            let slots = slots.iter().take_while(|slot| slot.start <= start);
            for slot in slots.filter(|slot| slot.start + slot.length > start) {
                for arc in slot.arcs() {
                    let above = graph.above(arc);
                    if above <= RIVAL {
                        let candidate = lattice.arc(arc as u32).candidate;
                        choices.compare(reading(candidate, slot.start, slot.length, above));
                    }
                }
            }
            let above = graph.alone(start as usize);
            if above <= RIVAL {
                choices.compare(reading(Arc::IDENTITY, start, 1, above));
            }
            choices.settle();
        }
    }
}

/// The comparison of the readings of each slot that is worth it.
struct Comparison<'a, 't> {
    decoder: &'a mut Decoder,
    task: &'a Task<'t>,
    reranker: &'a Table<'t>,
}

impl Kernel for Comparison<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<C: Classify>(self, _: C) {
        let Decoder {
            search,
            path,
            far,
            contests,
            around,
            readings,
            lookups,
            bonus,
            ..
        } = self.decoder;
        let task = self.task;
        far.read(path.paragraphs());
        for slots in contests.slots().chunks(SLOTS) {
            if around.len() < slots.len() {
                around.resize(slots.len(), Surroundings::default());
            }
            readings.clear();
            for ((slot, surroundings), number) in slots.iter().zip(&mut *around).zip(0..) {
                readings.push(Scored {
                    slot: number,
                    number: task.problem.lattice.alone(slot.start as usize),
                    name: task.own_name(slot),
                    is_own: true,
                    support: 0,
                    score: 0,
                });
                let is_close = |arc: &usize| search.graph().above(*arc) <= CLOSE;
                readings.extend(slot.arcs().filter(is_close).map(|arc| {
                    let (name, level) = task.candidate(arc);
                    Scored {
                        slot: number,
                        number: arc as u32,
                        name,
                        is_own: false,
                        support: level,
                        score: 0,
                    }
                }));
                task.look_around(slot, path, far, surroundings);
            }
            self.reranker.score(around, readings, lookups);
            // The first reading of each slot leaves it alone, and so gets nothing.
            let mut alone = 0;
            for reading in &*readings {
                alone = select_unpredictable(reading.is_own, reading.score, alone);
                bonus[reading.number as usize] = reading.score - alone;
            }
        }
    }
}
