//! N-grams of a lattice: what its words cost where they may meet.
//!
//! They are looked up for a whole stretch at once, before the search: one by
//! one each would wait for memory. What meets at a token boundary is a history,
//! the last two words of a path, and a reading that goes on from there.

use crate::context::{Context, Found, Memo, Word};
use crate::graph::Problem;
use crate::sound::takes_an;

/// Going on from a history by a reading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// What the words of the reading cost there.
    pub(crate) cost: i32,
    /// The history behind it, among those of the boundary where it ends.
    pub(crate) next: u32,
}

/// The last two words of a path.
#[derive(Debug, Clone, Copy)]
struct History {
    /// Key of the two words.
    key: u64,
    /// Cost of backing off from them.
    back: i32,
    /// Whether trigrams may begin with them.
    open: bool,
    /// Which of the words before the boundary is the last.
    last: u32,
}

/// A reading after a word.
#[derive(Debug, Clone, Copy)]
struct Bigram {
    /// What the words of the reading cost but for the word before the last one:
    /// to the first either a trigram or backing off adds.
    cost: i32,
    /// Whether the model has the bigram, and so perhaps trigrams with it.
    known: bool,
    /// The history that it leaves; `last` is not known yet.
    history: History,
    /// Which one that is where the reading ends.
    next: u32,
}

/// An arc that ends behind the token at hand.
#[derive(Debug, Clone, Copy)]
struct Pending {
    end: u32,
    start: u32,
    /// Which reading of its first token it is.
    reading: u32,
    last: Word,
}

/// What meets at one token boundary: where all this begins.
#[derive(Debug, Clone, Copy, Default)]
struct Junction {
    /// The words that may stand before the boundary.
    lasts: u32,
    /// The first words of readings after it; none where nothing needs a price.
    firsts: u32,
    /// Their bigrams, row by row.
    bigrams: u32,
    /// The histories of paths that end here.
    histories: u32,
    /// Steps from each history, row by row.
    steps: u32,
}

/// The n-grams of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Ngrams {
    junctions: Vec<Junction>,
    lasts: Vec<Word>,
    firsts: Vec<Word>,
    bigrams: Vec<Bigram>,
    steps: Vec<Step>,
    histories: Vec<History>,
    /// Arcs in the order of their ends.
    pending: Vec<Pending>,
    ended: Vec<Pending>,
    /// What the model says of `lasts` and `firsts` by themselves.
    last_alone: Vec<Found>,
    first_alone: Vec<Found>,
    keys: Vec<u64>,
    /// Steps that trigrams may end, and what backing off from their histories costs.
    wanted: Vec<(u32, i32)>,
    found: Vec<Found>,
    entries: Vec<u32>,
    /// For the inner words of long readings.
    memo: Memo,
}

impl Ngrams {
    /// Collects the words that may meet in a lattice, and looks them up.
    pub(crate) fn look_up(&mut self, problem: &Problem<'_>) {
        self.collect(problem);
        let (model, entries) = (problem.model, &mut self.entries);
        for (words, found) in [
            (&self.lasts, &mut self.last_alone),
            (&self.firsts, &mut self.first_alone),
        ] {
            found.clear();
            let words = words.iter().map(|word| word.open());
            found.extend(words.map(|key| self.memo.find(model, 0, key)));
        }
        self.keys.clear();
        for (at, here) in self.junctions.windows(2).map(|w| (w[0], w[1])) {
            let firsts = &self.firsts[at.firsts as usize..here.firsts as usize];
            for last in &self.lasts[at.lasts as usize..here.lasts as usize] {
                let open = last.open();
                self.keys
                    .extend(firsts.iter().map(|first| first.extend(open)));
            }
        }
        model.find_all(1, self.keys.iter().copied(), entries, &mut self.found);
        self.bigrams.clear();
        for at in 0..problem.lattice.len() {
            self.price(problem, at);
        }
        self.connect(problem);
        self.steps.clear();
        self.keys.clear();
        self.wanted.clear();
        for at in 0..problem.lattice.len() {
            self.leave(at);
        }
        let keys = self.keys.iter().copied();
        model.find_all(2, keys, &mut self.entries, &mut self.found);
        // Backing off was charged; a trigram is charged instead.
        for (&(step, back), found) in self.wanted.iter().zip(&self.found) {
            let more = found.map_or(0, |(more, _)| more - back);
            self.steps[step as usize].cost += more;
        }
    }

    /// The words before and after each token boundary where more than one
    /// history may have to be compared, and the arcs in the order of their ends.
    fn collect(&mut self, problem: &Problem<'_>) {
        let lattice = problem.lattice;
        self.junctions.clear();
        self.lasts.clear();
        self.firsts.clear();
        self.pending.clear();
        self.ended.clear();
        let mut bigrams = 0;
        // Two words after its end, an arc makes no difference any more.
        let mut horizon = 0;
        for at in 0..lattice.len() {
            let junction = Junction {
                lasts: self.lasts.len() as u32,
                firsts: self.firsts.len() as u32,
                bigrams,
                ..Junction::default()
            };
            self.junctions.push(junction);
            let (_, arcs) = lattice.arcs(at);
            if !arcs.is_empty() || at < horizon || lattice.span(at) > 0 {
                self.lasts.push(before(problem, at));
                let (lasts, ended) = (&mut self.lasts, &mut self.ended);
                self.pending.retain(|arc| {
                    if arc.end as usize != at {
                        return true;
                    }
                    ended.push(*arc);
                    if !lasts[junction.lasts as usize..].contains(&arc.last) {
                        lasts.push(arc.last);
                    }
                    false
                });
                self.firsts.push(problem.words[at]);
                for (index, arc) in arcs.iter().enumerate() {
                    let words = problem.vocabulary.candidate(arc.candidate);
                    // Every candidate has a word.
                    let ends = words.first().zip(words.last());
                    let own = problem.words[at];
                    let (first, last) = ends.map_or((own, own), |(a, b)| (a.word, b.word));
                    self.firsts.push(first);
                    let end = at as u32 + arc.length;
                    self.pending.push(Pending {
                        end,
                        start: at as u32,
                        reading: index as u32 + 1,
                        last,
                    });
                    horizon = horizon.max(end as usize + 2);
                }
                let rows = self.lasts.len() as u32 - junction.lasts;
                bigrams += rows * (1 + arcs.len() as u32);
            }
        }
        self.junctions.push(Junction {
            lasts: self.lasts.len() as u32,
            firsts: self.firsts.len() as u32,
            bigrams,
            ..Junction::default()
        });
    }

    /// What the readings at one token boundary cost after each word before it.
    fn price(&mut self, problem: &Problem<'_>, token: usize) {
        let (here, next) = (self.junctions[token], self.junctions[token + 1]);
        let arcs = problem.lattice.arcs(token).1;
        for last in here.lasts as usize..next.lasts as usize {
            let back_one = self.last_alone[last].map_or(0, |(_, back)| back);
            for first in here.firsts as usize..next.firsts as usize {
                let at = self.bigrams.len();
                let (cost, back, known) = match (self.first_alone[first], self.found[at]) {
                    (None, _) => (back_one + problem.model.unknown(), 0, false),
                    (Some((lone, _)), None) => (back_one + lone, 0, false),
                    (Some((lone, _)), Some((more, back))) => (lone + more, back, true),
                };
                let arc = (first - here.firsts as usize).checked_sub(1);
                let words = arc.map_or(&[][..], |arc| {
                    problem.vocabulary.candidate(arcs[arc].candidate)
                });
                let sound = || match words {
                    [word, ..] => word.takes_an,
                    [] => takes_an(problem.tokens[token].text(problem.text)),
                };
                let mut cost = cost + problem.vocabulary.clash(self.lasts[last], sound);
                let mut context = Context {
                    one: 0,
                    two: self.keys[at],
                    back_one: self.first_alone[first].map_or(0, |(_, back)| back),
                    back_two: back,
                    open: known,
                };
                if words.len() > 1 {
                    context.one = self.firsts[first].open();
                }
                for pair in words.windows(2) {
                    let word = pair[1].word;
                    let (more, longer) = self.memo.extend(problem.model, &context, word);
                    cost += more + problem.vocabulary.clash(pair[0].word, || pair[1].takes_an);
                    context = longer;
                }
                self.bigrams.push(Bigram {
                    cost,
                    known,
                    history: History {
                        key: context.two,
                        back: context.back_two,
                        open: context.open,
                        last: 0,
                    },
                    next: 0,
                });
            }
        }
    }

    /// Finds the histories at each token boundary, and tells bigrams which they leave.
    fn connect(&mut self, problem: &Problem<'_>) {
        self.histories.clear();
        let mut ended = 0;
        for at in 0..problem.lattice.len() {
            self.junctions[at].histories = self.histories.len() as u32;
            if !self.matters(at) {
                continue;
            }
            match at.checked_sub(1) {
                Some(start) if self.matters(start) => self.lead(at, start, 0, before(problem, at)),
                _ => {
                    let history = self.lone(problem, at);
                    self.histories.push(history);
                }
            }
            while let Some(&arc) = self.ended.get(ended).filter(|arc| arc.end as usize == at) {
                ended += 1;
                self.lead(at, arc.start as usize, arc.reading as usize, arc.last);
            }
        }
        if let Some(end) = self.junctions.last_mut() {
            end.histories = self.histories.len() as u32;
        }
    }

    /// The histories at a token boundary that come by a reading from an earlier one.
    fn lead(&mut self, at: usize, start: usize, reading: usize, last: Word) {
        let here = self.junctions[at];
        let lasts = &self.lasts[here.lasts as usize..];
        let last = lasts.iter().position(|word| *word == last).unwrap_or(0) as u32;
        let (from, to) = (self.junctions[start], self.junctions[start + 1]);
        let width = (to.firsts - from.firsts) as usize;
        let rows = from.bigrams as usize + reading..to.bigrams as usize;
        for bigram in self.bigrams[rows].iter_mut().step_by(width) {
            let history = History {
                last,
                ..bigram.history
            };
            let histories = &self.histories[here.histories as usize..];
            let known = histories.iter().position(|h| h.key == history.key);
            bigram.next = known.unwrap_or(histories.len()) as u32;
            if known.is_none() {
                self.histories.push(history);
            }
        }
    }

    /// The one history at a token boundary where no readings meet before it.
    fn lone(&mut self, problem: &Problem<'_>, at: usize) -> History {
        let last = before(problem, at);
        let context = match at.checked_sub(1) {
            Some(start) => self
                .memo
                .context(problem.model, before(problem, start), last),
            None => problem.model.context(Word::BREAK, Word::BREAK),
        };
        History {
            key: context.two,
            back: context.back_two,
            open: context.open,
            last: 0,
        }
    }

    /// Prices the steps from the histories at a token boundary but for their
    /// trigrams, whose keys it collects.
    fn leave(&mut self, at: usize) {
        self.junctions[at].steps = self.steps.len() as u32;
        let (here, next) = (self.junctions[at], self.junctions[at + 1]);
        let firsts = &self.firsts[here.firsts as usize..next.firsts as usize];
        let histories = here.histories as usize..next.histories as usize;
        for history in &self.histories[histories] {
            let row = here.bigrams as usize + history.last as usize * firsts.len();
            let row = &self.bigrams[row..row + firsts.len()];
            for (first, bigram) in firsts.iter().zip(row) {
                if history.open && bigram.known {
                    self.wanted.push((self.steps.len() as u32, history.back));
                    self.keys.push(first.extend(history.key));
                }
                self.steps.push(Step {
                    cost: history.back + bigram.cost,
                    next: bigram.next,
                });
            }
        }
    }

    /// Whether histories may have to be compared at a token boundary; else there is one.
    pub(crate) fn matters(&self, at: usize) -> bool {
        self.junctions[at].firsts < self.junctions[at + 1].firsts
    }

    /// The steps from a history at a token boundary: leaving the token alone,
    /// and each arc.
    pub(crate) fn steps(&self, at: usize, history: u32) -> &[Step] {
        let (here, next) = (self.junctions[at], self.junctions[at + 1]);
        let width = (next.firsts - here.firsts) as usize;
        let from = here.steps as usize + history as usize * width;
        &self.steps[from..from + width]
    }
}

/// The word of the text before a token boundary.
fn before(problem: &Problem<'_>, at: usize) -> Word {
    let before = at.checked_sub(1).map(|before| problem.words[before]);
    before.unwrap_or(Word::BREAK)
}
