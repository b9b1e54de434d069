//! Triggers are replaced by rule: an original that mostly stands untouched is none.
//!
//! A spinner replaces each occurrence of a trigger unless it spares it at
//! random, so that all triggers are left alone about equally often. What an
//! alignment gets wrong looks different: a shred of a longer phrase ("that"
//! for "people that") stands untouched nearly everywhere.

use std::collections::HashMap;

use unspin::dict::Source;
use unspin::token::fold;

/// Share of the usual rate at which an original must be replaced.
pub const LEAST_SHARE: f64 = 0.1;

/// How often originals are replaced: substitutions, and occurrences left alone.
fn triggers(source: &Source) -> HashMap<String, (u64, u64)> {
    let mut triggers: HashMap<String, (u64, u64)> = HashMap::new();
    for entry in &source.entries {
        let counts = triggers.entry(fold(&entry.original)).or_default();
        counts.0 += u64::from(entry.used);
        counts.1 = counts.1.max(entry.kept.into());
    }
    triggers
}

fn rate((used, kept): (u64, u64)) -> f64 {
    used as f64 / (used + kept).max(1) as f64
}

/// The usual rate at which triggers are replaced where they stand: the median
/// over all substitutions, `0.0..=1.0`.
#[must_use]
pub fn usual_rate(source: &Source) -> f64 {
    let mut rates: Vec<(f64, u64)> = triggers(source)
        .into_values()
        .map(|counts| (rate(counts), counts.0))
        .collect();
    rates.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = rates.iter().map(|(_, used)| used).sum::<u64>() / 2;
    let mut passed = 0;
    for (rate, used) in rates {
        passed += used;
        if passed > half {
            return rate;
        }
    }
    0.0
}

/// Drops entries whose original is replaced at less than `least` times the
/// usual rate. Returns how many.
pub fn drop_inconsistent(source: &mut Source, least: f64) -> usize {
    let least = least * usual_rate(source);
    let triggers = triggers(source);
    let before = source.entries.len();
    source.entries.retain(|entry| {
        triggers
            .get(&fold(&entry.original))
            .is_none_or(|&counts| rate(counts) >= least)
    });
    before - source.entries.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shreds_are_dropped() {
        let text = "#unspin-dictionary\t1\n#documents\t9\n#words\t900\n\
                    spun\toriginal\tused\town\tkept\tbias\n\
                    hearken\tlisten\t40\t0\t10\t0\nhuge\tbig\t30\t0\t5\t0\nwhich\tthat\t2\t60\t900\t0\n";
        let mut source = Source::parse("test", text).unwrap();
        assert!((usual_rate(&source) - 0.8).abs() < 0.06);
        assert_eq!(drop_inconsistent(&mut source, LEAST_SHARE), 1);
        assert!(source.entries.iter().all(|entry| entry.original != "that"));
    }
}
