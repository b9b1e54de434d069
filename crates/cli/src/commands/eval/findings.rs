//! What lies behind the figures: single mistakes, and whether scores can be believed.

use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;
use unspin::Edit;
use unspin_eval::Gold;

/// Mistakes listed at most.
const LISTED: usize = 100;
/// Classes of scores.
const CLASSES: usize = 10;

/// What can be wrong with a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Spun, and left as it was.
    Missed,
    /// Spun, and restored to something else.
    Wrong,
    /// The author's own words, and changed.
    Harm,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Mistake {
    kind: Kind,
    spun: String,
    restored: Option<String>,
    original: Option<String>,
}

/// Counts of mistakes and of scores; they add up over documents.
#[derive(Debug, Default)]
pub(super) struct Findings {
    mistakes: HashMap<Mistake, u64>,
    classes: [Class; CLASSES],
}

#[derive(Debug, Default, Clone, Copy)]
struct Class {
    edits: u64,
    right: u64,
    score: f64,
}

/// A kind of mistake and how often it was made.
#[derive(Debug, Serialize)]
pub(super) struct MistakeCount {
    kind: Kind,
    spun: String,
    restored: Option<String>,
    original: Option<String>,
    count: u64,
}

/// The edits of a class of scores, and how many of them were right.
#[derive(Debug, Serialize)]
pub(super) struct Calibration {
    from: f64,
    to: f64,
    edits: u64,
    mean_score: f64,
    right: f64,
}

/// A replacement without what both sides begin and end with.
struct Change<'a> {
    range: Range<usize>,
    text: &'a str,
}

impl<'a> Change<'a> {
    fn new(spun: &str, range: Range<usize>, text: &'a str) -> Change<'a> {
        let same = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
            pairs
                .take_while(|(a, b)| a == b)
                .map(|(a, _)| a.len_utf8())
                .sum()
        };
        let old = &spun[range.clone()];
        let before = same(&mut old.chars().zip(text.chars()));
        let (old, text) = (&old[before..], &text[before..]);
        let after = same(&mut old.chars().rev().zip(text.chars().rev()));
        Change {
            range: range.start + before..range.end - after,
            text: &text[..text.len() - after],
        }
    }

    fn equals(&self, other: &Change<'_>) -> bool {
        self.range == other.range && self.text == other.text
    }
}

impl Findings {
    /// Holds the edits of one document against its slots, where they are known.
    pub(super) fn of(gold: &Gold, edits: &[Edit]) -> Findings {
        let mut findings = Findings::default();
        let Some(slots) = slots(gold) else {
            return findings;
        };
        let overlaps = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
        for edit in edits {
            let place = edit.start..edit.end;
            let change = Change::new(&gold.spun, place.clone(), &edit.replacement);
            let touched = slots.iter().find(|(range, _)| overlaps(range, &place));
            let right = touched.is_some_and(|(range, original)| {
                change.equals(&Change::new(&gold.spun, range.clone(), original))
            });
            findings.classify(edit.score, right);
            if !right {
                findings.note(Mistake {
                    kind: if touched.is_some() {
                        Kind::Wrong
                    } else {
                        Kind::Harm
                    },
                    spun: edit.source.clone(),
                    restored: Some(edit.replacement.clone()),
                    original: touched.map(|(_, original)| (*original).to_string()),
                });
            }
        }
        for (range, original) in &slots {
            if !edits
                .iter()
                .any(|edit| overlaps(range, &(edit.start..edit.end)))
            {
                findings.note(Mistake {
                    kind: Kind::Missed,
                    spun: gold.spun[range.clone()].to_string(),
                    restored: None,
                    original: Some((*original).to_string()),
                });
            }
        }
        findings
    }

    fn note(&mut self, mistake: Mistake) {
        *self.mistakes.entry(mistake).or_default() += 1;
    }

    fn classify(&mut self, score: f32, right: bool) {
        let index = (f64::from(score) * CLASSES as f64) as usize;
        let class = &mut self.classes[index.min(CLASSES - 1)];
        class.edits += 1;
        class.right += u64::from(right);
        class.score += f64::from(score);
    }

    pub(super) fn merge(&mut self, other: Findings) {
        for (mistake, count) in other.mistakes {
            *self.mistakes.entry(mistake).or_default() += count;
        }
        for (class, other) in self.classes.iter_mut().zip(other.classes) {
            class.edits += other.edits;
            class.right += other.right;
            class.score += other.score;
        }
    }

    /// The most frequent mistakes, the most frequent first.
    pub(super) fn errors(&self) -> Vec<MistakeCount> {
        let mut all: Vec<(&Mistake, u64)> = self.mistakes.iter().map(|(m, n)| (m, *n)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        all.truncate(LISTED);
        let count = |(mistake, count): (&Mistake, u64)| MistakeCount {
            kind: mistake.kind,
            spun: mistake.spun.clone(),
            restored: mistake.restored.clone(),
            original: mistake.original.clone(),
            count,
        };
        all.into_iter().map(count).collect()
    }

    /// The classes of scores that occur.
    pub(super) fn calibration(&self) -> Vec<Calibration> {
        let width = 1.0 / CLASSES as f64;
        let classes = self
            .classes
            .iter()
            .enumerate()
            .filter(|(_, class)| class.edits > 0);
        let four = |value: f64| (value * 1e4).round() / 1e4;
        classes
            .map(|(index, class)| Calibration {
                from: four(index as f64 * width),
                to: four((index + 1) as f64 * width),
                edits: class.edits,
                mean_score: four(class.score / class.edits as f64),
                right: four(class.right as f64 / class.edits as f64),
            })
            .collect()
    }
}

/// The slots in bytes; `None` where they are not known or do not fit the text.
fn slots(gold: &Gold) -> Option<Vec<(Range<usize>, &str)>> {
    let mut offsets: Vec<usize> = gold.spun.char_indices().map(|(at, _)| at).collect();
    offsets.push(gold.spun.len());
    let slots = gold.edits.as_ref()?.iter();
    slots
        .map(|(start, end, original)| {
            let range = *offsets.get(*start)?..*offsets.get(*end)?;
            (range.start <= range.end).then_some((range, original.as_str()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told_apart() {
        let gold = Gold {
            spun: "é a key second within the crisis, an own word".to_string(),
            edits: Some(vec![
                (8, 14, "moment".to_string()),
                (15, 25, "in the".to_string()),
                (26, 32, "talks".to_string()),
            ]),
            ..Gold::default()
        };
        let edit = |from: &str, to: &str, score| {
            let at = gold.spun.find(from).expect(from);
            Edit::new(&gold.spun, at..at + from.len(), to, score)
        };
        let edits = [
            edit("key second", "key moment", 0.95),
            edit("within the", "inside the", 0.55),
            edit("own word", "other word", 0.5),
        ];
        let findings = Findings::of(&gold, &edits);
        let kinds: Vec<Kind> = findings.errors().iter().map(|error| error.kind).collect();
        assert_eq!(kinds, [Kind::Missed, Kind::Wrong, Kind::Harm]);
        let classes = findings.calibration();
        assert_eq!((classes[0].edits, classes[0].right), (2, 0.0));
        assert_eq!((classes[1].from, classes[1].right), (0.9, 1.0));
    }
}
