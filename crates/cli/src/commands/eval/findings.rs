//! What lies behind the figures of a document: its edits held against its slots.

use std::ops::Range;

use unspin::dict::normalize;
use unspin::token::fold;
use unspin::{Dictionary, Edit};
use unspin_eval::Gold;

use super::calibration::Outcomes;
use super::mistakes::{Kind, Mistake, Mistakes};

/// Bytes shown on each side of an example.
const AROUND: usize = 40;

/// Mistakes and scores; they add up over documents.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) mistakes: Mistakes,
    pub(super) outcomes: Outcomes,
}

/// What was spun: where it stands, and the author's words.
type Slot<'a> = (Range<usize>, &'a str);

impl Findings {
    /// Holds the edits of one document against its slots, where they are known.
    pub(super) fn of(gold: &Gold, edits: &[Edit], dictionary: &Dictionary) -> Findings {
        let mut findings = Findings::default();
        let Some(slots) = slots(gold) else {
            return findings;
        };
        for (slots, edits) in groups(&slots, edits) {
            let right = same_text(&gold.spun, slots, edits);
            for edit in edits {
                findings.outcomes.note(edit.score, right);
            }
            if !right {
                findings.blame(&gold.spun, slots, edits, dictionary);
            }
        }
        findings
    }

    pub(super) fn merge(&mut self, other: Findings) {
        self.mistakes.merge(other.mistakes);
        self.outcomes.merge(other.outcomes);
    }

    /// Notes what is wrong with a group of slots and edits that touch.
    fn blame(&mut self, spun: &str, slots: &[Slot<'_>], edits: &[Edit], dictionary: &Dictionary) {
        let overlap = |a: &Range<usize>, edit: &Edit| a.start < edit.end && edit.start < a.end;
        for (range, original) in slots {
            let source = &spun[range.clone()];
            let edit = edits.iter().find(|edit| overlap(range, edit));
            if edit.is_some_and(|edit| edit.source == source && edit.replacement == *original) {
                continue;
            }
            let name = |phrase: &str| fold(&normalize(phrase));
            let wanted = name(original);
            let known = dictionary
                .lookup(source)
                .iter()
                .any(|entry| name(&entry.original) == wanted);
            let kind = match edit {
                _ if !known => Kind::NoCandidate,
                None => Kind::Missed,
                Some(_) => Kind::Wrong,
            };
            let rank = edit.and_then(|edit| {
                let listed = edit.alternatives.iter();
                let at = listed
                    .map(|a| name(&a.replacement))
                    .position(|a| a == wanted)?;
                Some(at + 2)
            });
            let mistake = Mistake {
                kind,
                spun: source.to_lowercase(),
                restored: edit.map(|edit| edit.replacement.to_lowercase()),
                original: Some(original.to_lowercase()),
            };
            self.mistakes.note(mistake, rank, example(spun, range));
        }
        for edit in edits {
            if slots.iter().any(|(range, _)| overlap(range, edit)) {
                continue;
            }
            let listed = edit.alternatives.iter();
            let rank = listed
                .map(|a| &a.replacement)
                .position(|a| *a == edit.source);
            let mistake = Mistake {
                kind: Kind::Harm,
                spun: edit.source.to_lowercase(),
                restored: Some(edit.replacement.to_lowercase()),
                original: None,
            };
            let place = example(spun, &(edit.start..edit.end));
            self.mistakes.note(mistake, rank.map(|at| at + 2), place);
        }
    }
}

/// Runs of slots and edits that overlap, in order.
fn groups<'s>(
    slots: &'s [Slot<'s>],
    edits: &'s [Edit],
) -> impl Iterator<Item = (&'s [Slot<'s>], &'s [Edit])> {
    let (mut slot, mut edit) = (0, 0);
    std::iter::from_fn(move || {
        let (first_slot, first_edit) = (slot, edit);
        let mut end = 0;
        loop {
            let next_slot = slots.get(slot).map(|(range, _)| range);
            let next_edit = edits.get(edit);
            let takes_slot = match (next_slot, next_edit) {
                (None, None) => break,
                (Some(range), Some(edit)) => range.start <= edit.start,
                (next, None) => next.is_some(),
                (None, Some(_)) => false,
            };
            let (from, to) = match (takes_slot, next_slot, next_edit) {
                (true, Some(range), _) => (range.start, range.end),
                (_, _, Some(edit)) => (edit.start, edit.end),
                _ => break,
            };
            if (slot, edit) != (first_slot, first_edit) && from >= end {
                break;
            }
            end = end.max(to);
            slot += usize::from(takes_slot);
            edit += usize::from(!takes_slot);
        }
        let found = (&slots[first_slot..slot], &edits[first_edit..edit]);
        (!found.0.is_empty() || !found.1.is_empty()).then_some(found)
    })
}

/// Whether slots and edits that touch write the same text.
fn same_text(spun: &str, slots: &[Slot<'_>], edits: &[Edit]) -> bool {
    let starts = slots.iter().map(|(range, _)| range.start);
    let ends = slots.iter().map(|(range, _)| range.end);
    let start = starts.chain(edits.iter().map(|edit| edit.start)).min();
    let end = ends.chain(edits.iter().map(|edit| edit.end)).max();
    let hull = start.unwrap_or(0)..end.unwrap_or(0);
    let gold = slots.iter().map(|(range, text)| (range.clone(), *text));
    let found = edits
        .iter()
        .map(|edit| (edit.start..edit.end, edit.replacement.as_str()));
    written(spun, &hull, gold) == written(spun, &hull, found)
}

/// What replacements make of a stretch of text; typographic apostrophes are folded.
fn written<'a>(
    spun: &str,
    hull: &Range<usize>,
    changes: impl Iterator<Item = (Range<usize>, &'a str)>,
) -> String {
    let (mut text, mut at) = (String::new(), hull.start);
    for (range, replacement) in changes {
        text.push_str(&spun[at..range.start.max(at)]);
        text.push_str(replacement);
        at = range.end;
    }
    text.push_str(&spun[at..hull.end]);
    text.replace('\u{2019}', "'")
}

/// A place with what stands around it.
fn example(text: &str, place: &Range<usize>) -> String {
    let mut from = place.start.saturating_sub(AROUND);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = (place.end + AROUND).min(text.len());
    while !text.is_char_boundary(to) {
        to += 1;
    }
    format!(
        "{}[{}]{}",
        &text[from..place.start],
        &text[place.clone()],
        &text[place.end..to]
    )
}

/// The slots in bytes; `None` where they are not known or do not fit the text.
fn slots(gold: &Gold) -> Option<Vec<Slot<'_>>> {
    let mut offsets: Vec<usize> = gold.spun.char_indices().map(|(at, _)| at).collect();
    offsets.push(gold.spun.len());
    let slots = gold.edits.as_ref()?.iter();
    let mut last = 0;
    slots
        .map(|(start, end, original)| {
            let range = *offsets.get(*start)?..*offsets.get(*end)?;
            let follows = last <= range.start && range.start <= range.end;
            last = range.end;
            follows.then_some((range, original.as_str()))
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
        let dictionary = Dictionary::embedded();
        let edit = |from: &str, to: &str, score| {
            let at = gold.spun.find(from).expect(from);
            Edit::new(&gold.spun, at..at + from.len(), to, score)
        };
        let edits = [
            edit("key second", "key moment", 0.95),
            edit("within the", "inside the", 0.55),
            edit("own word", "other word", 0.5),
        ];
        let findings = Findings::of(&gold, &edits, &dictionary);
        let found = findings.mistakes.commonest();
        let of = |spun: &str| found.iter().find(|m| m.spun == spun).map(|m| m.kind);
        assert_eq!(of("key second"), None);
        assert_eq!(of("within the"), Some(Kind::Wrong));
        assert_eq!(of("crisis"), Some(Kind::NoCandidate));
        assert_eq!(of("own word"), Some(Kind::Harm));
        assert!(found[0].examples[0].contains('['));
        let calibration = serde_json::to_value(findings.outcomes.calibration()).expect("JSON");
        assert_eq!(calibration["edits"], 3);
        assert_eq!(calibration["thresholds"][0]["right"], 0.3333);
    }
}
