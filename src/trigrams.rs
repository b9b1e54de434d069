//! Trigrams of a lattice, looked up ahead of the search.
//!
//! One by one each would wait for memory. Those of a whole stretch, for whatever histories
//! there may be, are only a quarter more than those that the search comes by, since two
//! histories of five begin none, and most states stay within the beam.

use std::hint::select_unpredictable;

use crate::bigrams::{Bigram, Bigrams, History};
use crate::context::{Entries, Entry, Ngrams};
use crate::junctions::{Junctions, Reading};

/// Trigrams that are looked up together: words with very many candidates beside each
/// other make more than any memory holds. Few in tests, so that some are left over.
const ROOM: usize = if cfg!(test) { 16 } else { 1 << 18 };

/// Where the trigrams of a history stand, one for each reading behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row(u32);

impl Row {
    /// They were not looked up.
    pub(crate) const NONE: Row = Row(u32::MAX);
}

/// The trigrams of a history with the readings behind it, while these are compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Following {
    first: usize,
    /// From one to the next: 0 if there are none.
    step: usize,
}

/// A history whose trigrams are looked up, and what follows it.
#[derive(Debug, Clone, Copy, Default)]
struct Asked {
    /// Key of its two words.
    key: u64,
    /// Places of the first reading behind it and of the first bigram that this makes with
    /// its last word.
    reading: u32,
    bigram: u32,
    /// Readings behind it, at least one.
    width: u32,
}

/// The trigrams of a stretch, with memory that is kept from stretch to stretch.
#[derive(Debug, Default)]
pub(crate) struct Trigrams {
    /// What was read, row by row, behind one that is none.
    entries: Vec<Entry>,
    /// How many of these were looked up ahead.
    ahead: usize,
    asked: Vec<Asked>,
    /// Keys that are looked up, to which entries they belong, and what is read.
    keys: Vec<u64>,
    places: Vec<u32>,
    read: Entries,
}

impl Trigrams {
    /// Looks the trigrams up that go on behind the bigrams that are priced, as far as
    /// there is room.
    pub(crate) fn look_up(
        &mut self,
        trigrams: &Ngrams<'_>,
        junctions: &Junctions,
        bigrams: &mut Bigrams,
    ) {
        let total = self.ask(junctions, bigrams);
        let count = self.list(junctions, bigrams, total);
        let keys = self.keys[..count].iter().copied();
        let read = self.read.read(trigrams, keys);
        self.entries.clear();
        self.entries.resize(total, Entry::NONE);
        for (entry, place) in read.iter().zip(&self.places) {
            self.entries[*place as usize] = *entry;
        }
        self.ahead = total;
    }

    /// Gives a row to each history behind a bigram that may begin trigrams, and tells how
    /// many entries there are then.
    fn ask(&mut self, junctions: &Junctions, bigrams: &mut Bigrams) -> usize {
        self.asked.resize(bigrams.len() + 1, Asked::default());
        let (mut count, mut total) = (0, 1);
        let priced = bigrams.priced();
        for index in 0..bigrams.len() {
            let (history, reading) = (bigrams.history(index), bigrams.reading(junctions, index));
            let to = (reading.to as usize).min(priced.end);
            let next = junctions.readings_at(to);
            let width = next.len();
            let is_asked = history.is_open() & (to < priced.end) & (width > 0);
            if total + width > ROOM {
                break;
            }
            self.asked[count] = Asked {
                key: history.key,
                reading: next.start,
                bigram: bigrams.place(junctions, to) as u32 + reading.last * width as u32,
                width: width as u32,
            };
            count += usize::from(is_asked);
            let row = Row(total as u32);
            bigrams.set_trigrams(index, select_unpredictable(is_asked, row, Row::NONE));
            total += select_unpredictable(is_asked, width, 0);
        }
        total
    }

    /// Lists the keys of all trigrams that there may be: there is none without its last
    /// two words. Tells how many there are.
    fn list(&mut self, junctions: &Junctions, bigrams: &Bigrams, total: usize) -> usize {
        self.keys.resize(total, 0);
        self.places.resize(total, 0);
        let mut count = 0;
        let (mut row, mut column) = (0, 0);
        for place in 1..total as u32 {
            let asked = &self.asked[row];
            let word = junctions.reading(asked.reading + column).word;
            self.keys[count] = word.extend(asked.key);
            self.places[count] = place;
            count += usize::from(bigrams.knows((asked.bigram + column) as usize));
            let ends = column + 1 == asked.width;
            row += usize::from(ends);
            column = select_unpredictable(ends, 0, column + 1);
        }
        count
    }

    /// The trigrams of a history with readings, of which `row` has the bigrams: looked up
    /// now, where that was not done before.
    #[inline(always)]
    pub(crate) fn following(
        &mut self,
        trigrams: &Ngrams<'_>,
        history: &History,
        readings: &[Reading],
        row: &[Bigram],
    ) -> Following {
        let is_open = history.is_open();
        let mut first = history.trigrams.0 as usize;
        if is_open & (history.trigrams == Row::NONE) {
            first = self.entries.len();
            let both = readings.iter().zip(row);
            self.entries
                .extend(both.map(|(reading, bigram)| match bigram.known {
                    true => trigrams.entry(reading.word.extend(history.key)),
                    false => Entry::NONE,
                }));
        }
        Following {
            first: select_unpredictable(is_open, first, 0),
            step: usize::from(is_open),
        }
    }

    /// What was read of one of them.
    #[inline(always)]
    pub(crate) fn entry(&self, following: Following, column: usize) -> Entry {
        self.entries[following.first + following.step * column]
    }

    /// Forgets what was not looked up ahead.
    pub(crate) fn forget(&mut self) {
        self.entries.truncate(self.ahead);
    }
}
