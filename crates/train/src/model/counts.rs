//! Counting: which pairs and triples of words occur, how often, and in which company.

use super::vocabulary::{Id, BREAK, ID_BITS};

/// Words packed into one number, the last one lowest.
pub(super) type Key = u64;

pub(super) fn pair(last: Id, word: Id) -> Key {
    (Key::from(last) << ID_BITS) | Key::from(word)
}

pub(super) fn triple(before: Id, last: Id, word: Id) -> Key {
    (Key::from(before) << (2 * ID_BITS)) | pair(last, word)
}

/// The `n`th word from the end.
pub(super) fn word_at(key: Key, n: u32) -> Id {
    ((key >> (n * ID_BITS)) & ((1 << ID_BITS) - 1)) as Id
}

/// The last two words of a triple, or the first two.
pub(super) fn suffix(key: Key) -> Key {
    key & ((1 << (2 * ID_BITS)) - 1)
}

pub(super) fn prefix(key: Key) -> Key {
    key >> ID_BITS
}

/// An n-gram with its weighted count, and the share of the count that
/// smoothing takes from it and gives to shorter histories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Count {
    pub(super) key: Key,
    pub(super) count: f32,
    pub(super) discount: f32,
}

/// What was counted, sorted by key.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) triples: Vec<Count>,
    /// First words of paragraphs: pairs that are in no triple.
    pub(super) openings: Vec<Count>,
}

impl Counts {
    /// Adds a stream of words whose counts weigh `weight`.
    ///
    /// Each weight has discounts of its own, by the counts of counts of its
    /// texts alone: a word seen once in them is rare, whatever the weight.
    pub(super) fn add(&mut self, stream: &[Id], weight: f32) {
        let (mut triples, mut openings) = (Vec::with_capacity(stream.len()), Vec::new());
        let mut history = (BREAK, BREAK);
        for &word in stream.iter().chain([&BREAK]) {
            match history {
                (BREAK, BREAK) if word == BREAK => {}
                (BREAK, BREAK) => openings.push(pair(BREAK, word)),
                (before, last) => triples.push(triple(before, last, word)),
            }
            history = if word == BREAK {
                (BREAK, BREAK)
            } else {
                (history.1, word)
            };
        }
        merge(&mut self.triples, counted(triples, weight));
        merge(&mut self.openings, counted(openings, weight));
    }
}

/// Sorts and counts keys, with modified Kneser–Ney discounts.
fn counted(mut keys: Vec<Key>, weight: f32) -> Vec<Count> {
    keys.sort_unstable();
    let mut counts: Vec<Count> = Vec::new();
    for key in keys {
        match counts.last_mut() {
            Some(last) if last.key == key => last.count += 1.0,
            _ => counts.push(Count {
                key,
                count: 1.0,
                discount: 0.0,
            }),
        }
    }
    let discounts = Discounts::of(counts.iter().map(|count| count.count as u32));
    for count in &mut counts {
        count.discount = weight * discounts.of_count(count.count as u32);
        count.count *= weight;
    }
    counts
}

fn merge(into: &mut Vec<Count>, from: Vec<Count>) {
    if into.is_empty() {
        *into = from;
        return;
    }
    into.extend(from);
    // Two sorted runs: the stable sort finds and merges them.
    into.sort_by_key(|count| count.key);
    into.dedup_by(|next, kept| {
        let same = next.key == kept.key;
        if same {
            kept.count += next.count;
            kept.discount += next.discount;
        }
        same
    });
}

/// Discounts of modified Kneser–Ney smoothing (Chen & Goodman, "An Empirical
/// Study of Smoothing Techniques for Language Modeling", 1998).
#[derive(Debug, Clone, Copy)]
pub(super) struct Discounts([f32; 3]);

impl Discounts {
    pub(super) fn of(counts: impl Iterator<Item = u32>) -> Discounts {
        let mut n = [0u64; 5];
        for count in counts {
            if let Some(n) = n.get_mut(count as usize) {
                *n += 1;
            }
        }
        let n = n.map(|n| n.max(1) as f64);
        let y = n[1] / (n[1] + 2.0 * n[2]);
        let discount = |c: usize| {
            let d = c as f64 - (c as f64 + 1.0) * y * n[c + 1] / n[c];
            // Tiny texts have odd counts of counts.
            d.clamp(0.3 * c as f64, 0.9 * c as f64).min(1.6) as f32
        };
        Discounts([discount(1), discount(2), discount(3)])
    }

    pub(super) fn of_count(self, count: u32) -> f32 {
        match count {
            0 => 0.0,
            1 => self.0[0],
            2 => self.0[1],
            _ => self.0[2],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_apart_again() {
        let key = triple(3, 2_000_000, 1);
        assert_eq!([2, 1, 0].map(|n| word_at(key, n)), [3, 2_000_000, 1]);
        assert_eq!(
            (prefix(key), suffix(key)),
            (pair(3, 2_000_000), pair(2_000_000, 1))
        );
    }

    #[test]
    fn paragraphs_do_not_touch() {
        let mut counts = Counts::default();
        counts.add(&[BREAK, 5, 6, BREAK, 5], 2.0);
        let keys: Vec<Key> = counts.triples.iter().map(|count| count.key).collect();
        let mut expected = [
            triple(BREAK, 5, 6),
            triple(5, 6, BREAK),
            triple(BREAK, 5, BREAK),
        ];
        expected.sort_unstable();
        assert_eq!(keys, expected);
        assert_eq!(counts.openings.len(), 1);
        assert_eq!(
            (counts.openings[0].key, counts.openings[0].count),
            (pair(BREAK, 5), 4.0)
        );
    }

    #[test]
    fn sources_add_up_by_weight() {
        let mut counts = Counts::default();
        counts.add(&[BREAK, 5, 6], 1.0);
        counts.add(&[BREAK, 5, 6, BREAK, 5, 6], 3.0);
        let found = counts
            .triples
            .iter()
            .find(|c| c.key == triple(BREAK, 5, 6))
            .unwrap();
        assert_eq!(found.count, 7.0);
        assert!(found.discount > 0.0 && found.discount < 7.0);
    }
}
