//! All n-grams of a model in the making, and how they hang together.

use super::counts::{prefix, suffix, word_at, Count, Counts, Key};

/// Pairs and triples of words, sorted by key, with links from each triple to
/// the pair of its first two words and the pair of its last two.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) words: usize,
    pub(super) pairs: Vec<Key>,
    pub(super) triples: Vec<Key>,
    /// Weighted counts and discounts of the triples; 0 for borrowed ones.
    pub(super) counts: Vec<f32>,
    pub(super) discounts: Vec<f32>,
    /// Counts of pairs that open a paragraph: (index of the pair, count).
    pub(super) openings: Vec<(u32, f32)>,
    /// The pair of the last two words of each triple.
    pub(super) suffixes: Vec<u32>,
    /// Where the triples of each pair begin; one more than there are pairs.
    pub(super) starts: Vec<u32>,
    /// Where the pairs of each word begin; one more than there are words.
    pub(super) firsts: Vec<u32>,
}

impl Table {
    /// Puts counts and borrowed n-grams together.
    ///
    /// `pairs` and `triples` are n-grams without a count of their own. What
    /// they need to hang together is added.
    pub(super) fn new(words: usize, counts: Counts, mut pairs: Vec<Key>, triples: &[Key]) -> Table {
        let Counts {
            triples: mut counted,
            openings,
        } = counts;
        if !triples.is_empty() {
            let borrowed = |&key: &Key| Count {
                key,
                count: 0.0,
                discount: 0.0,
            };
            counted.extend(triples.iter().map(borrowed));
            // The counted ones are first among equals: the sort is stable.
            counted.sort_by_key(|count| count.key);
            counted.dedup_by_key(|count| count.key);
        }
        pairs.extend(openings.iter().map(|count| count.key));
        let mut tails: Vec<Key> = Vec::with_capacity(counted.len());
        tails.extend(counted.iter().map(|count| suffix(count.key)));
        tails.sort_unstable();
        tails.dedup();
        pairs.append(&mut tails);
        let mut heads: Vec<Key> = counted.iter().map(|count| prefix(count.key)).collect();
        heads.dedup();
        pairs.append(&mut heads);
        pairs.sort_unstable();
        pairs.dedup();
        let starts = starts(&pairs, counted.iter().map(|count| prefix(count.key)));
        let firsts: Vec<Key> = (0..words as Key).collect();
        let firsts = self::starts(&firsts, pairs.iter().map(|&key| prefix(key)));
        let mut table = Table {
            words,
            triples: counted.iter().map(|count| count.key).collect(),
            counts: counted.iter().map(|count| count.count).collect(),
            discounts: counted.iter().map(|count| count.discount).collect(),
            openings: Vec::new(),
            suffixes: Vec::new(),
            starts,
            firsts,
            pairs,
        };
        drop(counted);
        let find = |key: Key| table.pair(key).map_or(u32::MAX, |index| index as u32);
        let suffixes = table.triples.iter().map(|&key| find(suffix(key))).collect();
        let openings = openings
            .iter()
            .map(|count| (find(count.key), count.count))
            .collect();
        table.suffixes = suffixes;
        table.openings = openings;
        table
    }

    /// Index of a pair.
    pub(super) fn pair(&self, key: Key) -> Option<usize> {
        let first = prefix(key) as usize;
        let range = *self.firsts.get(first)? as usize..*self.firsts.get(first + 1)? as usize;
        let offset = self.pairs[range.clone()].binary_search(&key).ok()?;
        Some(range.start + offset)
    }

    /// Index of a triple.
    #[cfg(test)]
    pub(super) fn triple(&self, key: Key) -> Option<usize> {
        self.triples.binary_search(&key).ok()
    }

    /// The triples that begin with a pair.
    pub(super) fn triples_of(&self, pair: usize) -> std::ops::Range<usize> {
        self.starts[pair] as usize..self.starts[pair + 1] as usize
    }

    /// The pairs that begin with a word.
    pub(super) fn pairs_of(&self, word: usize) -> std::ops::Range<usize> {
        self.firsts[word] as usize..self.firsts[word + 1] as usize
    }

    /// The pair that opens a paragraph with a word.
    #[cfg(test)]
    pub(super) fn opening(&self, word: super::vocabulary::Id) -> Option<usize> {
        self.pair(super::counts::pair(super::vocabulary::BREAK, word))
    }
}

/// Where the children of each parent begin, both sorted, every child having a parent.
fn starts(parents: &[Key], children: impl Iterator<Item = Key>) -> Vec<u32> {
    let mut starts = Vec::with_capacity(parents.len() + 1);
    let mut count = 0;
    for child in children {
        while starts.len() < parents.len() && parents[starts.len()] <= child {
            starts.push(count);
        }
        count += 1;
    }
    starts.resize(parents.len() + 1, count);
    starts
}

/// Whether an n-gram has a word that is no history and no event worth keeping.
pub(super) fn has_unknown(key: Key, words: u32) -> bool {
    (0..words).any(|n| word_at(key, n) == super::vocabulary::UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::super::counts::{pair, triple};
    use super::super::vocabulary::BREAK;
    use super::*;

    #[test]
    fn links_lead_to_prefix_and_suffix() {
        let mut counts = Counts::default();
        counts.add(&[BREAK, 2, 3, 4, 2, 3, BREAK, 3, 4], 1.0);
        let table = Table::new(6, counts, vec![pair(5, 2)], &[triple(4, 2, 5)]);
        for (index, &key) in table.triples.iter().enumerate() {
            assert_eq!(table.pairs[table.suffixes[index] as usize], suffix(key));
            let head = table.pair(prefix(key)).unwrap();
            assert!(table.triples_of(head).contains(&index));
            assert_eq!(table.triple(key), Some(index));
        }
        for (index, &key) in table.pairs.iter().enumerate() {
            assert!(table.pairs_of(word_at(key, 1) as usize).contains(&index));
            assert_eq!(table.pair(key), Some(index));
        }
        assert_eq!(table.counts[table.triple(triple(4, 2, 5)).unwrap()], 0.0);
        assert!(table.opening(3).is_some() && table.pair(pair(2, 5)).is_some());
        assert_eq!(table.starts.len(), table.pairs.len() + 1);
        assert_eq!(*table.starts.last().unwrap() as usize, table.triples.len());
    }
}
