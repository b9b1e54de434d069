//! Counts for entries that come without any.
//!
//! A list says what may stand for what, not how often. A context model knows
//! how often authors write a phrase, and so how often a spinner would replace
//! it, and how often it would stand in its own right. An entry of the list is
//! taken to be used at least so often, whatever the model says: somebody
//! has seen it.

use std::collections::HashMap;

use unspin::context::Word;
use unspin::dict::Source;
use unspin::token::{fold, tokenize};
use unspin::Model;

/// Words of the text that entries are taken to come from.
const WORDS: u64 = 10_000_000;
/// Most that a listed phrase is favoured over its standing in its own right,
/// in hundredths of a nat.
const MOST_BIAS: f64 = 5000.0;
/// What a phrase has before those that stand inside it, in nats a token.
const LONGER: f64 = 1.5;
/// Occurrences in their own right that no count is thought to have missed.
const UNSEEN: f64 = 1.0;
/// Costs of a model are counted in this share of a nat.
const NAT: f64 = 256.0;

/// Sets the counts of imported entries, whose `used` is the least that they are used.
pub(super) fn weigh(source: &mut Source, model: &Model) {
    source.words = WORDS;
    source.documents = WORDS / 500;
    let mut alternatives: HashMap<String, u32> = HashMap::new();
    for entry in &source.entries {
        *alternatives.entry(fold(&entry.original)).or_default() += 1;
    }
    for entry in &mut source.entries {
        let original = fold(&entry.original);
        let shared = alternatives.get(&original).copied().unwrap_or(1).max(1);
        let (written, own) = (cost(&original, model), cost(&entry.spun, model));
        entry.used = entry
            .used
            .max((expected(written) / f64::from(shared)) as u32);
        entry.own = expected(own) as u32;
        // The list is to decide between the phrases, the model between the
        // places where they stand.
        let listed = (f64::from(entry.used) / (expected(own) + UNSEEN)).ln();
        let modelled = own - written - f64::from(shared).ln();
        let longer = LONGER * (tokenize(&entry.spun).len() as f64 - 1.0);
        entry.bias = (100.0 * (listed - modelled + longer)).clamp(0.0, MOST_BIAS) as i32;
    }
}

/// How often authors write a phrase of that cost.
fn expected(cost: f64) -> f64 {
    WORDS as f64 * (-cost).exp()
}

/// What a phrase costs the model by itself, in nats.
fn cost(phrase: &str, model: &Model) -> f64 {
    // A word that no model has leaves the next one to itself.
    let nothing = Word::of_folded("\0");
    let (mut before, mut last) = (nothing, nothing);
    let mut cost = 0.0;
    for (at, token) in tokenize(phrase).iter().enumerate() {
        let word = Word::of(token, phrase);
        cost += f64::from(match at {
            0 => model.lone(word),
            _ => model.cost(before, last, word),
        });
        (before, last) = (last, word);
    }
    cost / NAT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_phrases_are_expected_and_odd_ones_are_not() {
        let model = Model::embedded();
        assert!(expected(cost("in the", &model)) > 10_000.0);
        assert!(expected(cost("bosom peril", &model)) < 1.0);
        let text = "#unspin-dictionary\t1\n#documents\t1\n#words\t1\n\
                    spun\toriginal\tused\town\tkept\tbias\n\
                    bosom spine\tsugar-phosphate backbone\t100\t0\t0\t0\nhuge\tbig\t100\t0\t0\t0\n";
        let mut source = Source::parse("test", text).unwrap();
        weigh(&mut source, &model);
        assert_eq!(source.entries[0].own, 0);
        assert!(source.entries[0].bias > 300);
        assert!(source.entries[1].used > 100 && source.entries[1].own > 10);
        assert_eq!(source.entries[1].bias, 0);
    }
}
