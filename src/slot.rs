//! Slots: from choices among tokens to edits of bytes.

use crate::decide::Choice;
use crate::dict::Lexicon;
use crate::edit::{Alternative, Edit};
use crate::lattice::Arc;
use crate::report::{Candidate, Decision};
use crate::score::{probabilities, ONE};
use crate::sound::takes_an;
use crate::surface::carry_case;
use crate::token::{fold, Kind, Token};

/// Alternatives that an edit lists at most.
const ALTERNATIVES: usize = 5;

/// A place where a replacement was chosen.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    /// First token of the block.
    first: usize,
    /// One past the last token.
    end: usize,
    /// Readings, the chosen one first.
    readings: Vec<SlotReading>,
}

#[derive(Debug, Clone)]
struct SlotReading {
    first: usize,
    end: usize,
    /// Index of the candidate, or [`Arc::IDENTITY`].
    candidate: u32,
    above: i32,
}

/// What the readings of slots are about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    /// The block.
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [Token],
    pub(crate) lexicon: &'a Lexicon,
}

impl SlotReading {
    /// The replacement, `None` where the tokens stay.
    fn surface(&self, source: &Source<'_>) -> Option<String> {
        let candidates = source.lexicon.all_candidates();
        let original = source
            .lexicon
            .original(candidates.get(self.candidate as usize)?);
        let (text, tokens) = (source.text, source.tokens);
        Some(carry_case(original, text, tokens, self.first, self.end))
    }
}

impl Slot {
    pub(crate) fn new(choice: &Choice, base: usize) -> Slot {
        let reading = |start: u32, length: u32, candidate: u32, above: i32| {
            let first = base + start as usize;
            SlotReading {
                first,
                end: first + length as usize,
                candidate,
                above,
            }
        };
        let mut readings = vec![reading(choice.start, choice.length, choice.candidate, 0)];
        readings.extend(
            choice
                .others
                .iter()
                .map(|o| reading(o.start, o.length, o.candidate, o.above)),
        );
        Slot {
            first: readings[0].first,
            end: readings[0].end,
            readings,
        }
    }

    fn scores(&self) -> impl Iterator<Item = f32> {
        let mut scores = Vec::with_capacity(self.readings.len());
        probabilities(
            self.readings.iter().map(|reading| reading.above),
            &mut scores,
        );
        scores.into_iter().map(|score| score as f32 / ONE as f32)
    }

    /// The slot for people.
    pub(crate) fn decision(&self, source: &Source<'_>, base: usize) -> Decision {
        let Source { text, tokens, .. } = *source;
        let range = bytes(tokens, self.first, self.end);
        let candidates = self.readings.iter().zip(self.scores()).enumerate();
        Decision {
            start: base + range.start,
            end: base + range.end,
            source: text[range].to_string(),
            candidates: candidates
                .map(|(index, (reading, score))| Candidate {
                    replacement: reading.surface(source),
                    cost: reading.above,
                    score,
                    chosen: index == 0,
                })
                .collect(),
        }
    }

    fn edit(&self, source: &Source<'_>, curly: bool) -> Option<Edit> {
        let Source { text, tokens, .. } = *source;
        let mut range = bytes(tokens, self.first, self.end);
        let mut scores = self.scores();
        let mut replacement = self.readings[0].surface(source)?;
        if curly {
            replacement = replacement.replace('\'', "\u{2019}");
        }
        // A line break inside the phrase stays, after the replacement.
        if let Some(at) = text[range.clone()].find(['\n', '\r']) {
            let line_end: String = text[range.start + at..range.end]
                .chars()
                .filter(|c| matches!(c, '\n' | '\r'))
                .collect();
            let spaces = text[range.end..].len() - text[range.end..].trim_start_matches(' ').len();
            if tokens
                .get(self.end)
                .is_some_and(|next| range.end + spaces == next.start as usize && spaces > 0)
            {
                range.end += spaces;
            }
            replacement.push_str(&line_end);
        }
        if text[range.clone()] == replacement {
            return None;
        }
        let mut edit = Edit::new(text, range, &replacement, scores.next().unwrap_or(0.0));
        edit.alternatives = self.readings[1..]
            .iter()
            .zip(scores)
            .filter(|(reading, score)| {
                (reading.first, reading.end) == (self.first, self.end) && *score >= 0.001
                    || reading.candidate == Arc::IDENTITY
            })
            .take(ALTERNATIVES)
            .map(|(reading, score)| Alternative {
                replacement: reading
                    .surface(source)
                    .unwrap_or_else(|| edit.source.clone()),
                score,
            })
            .collect();
        Some(edit)
    }
}

/// The edits of a block, in order.
pub(crate) fn edits(source: &Source<'_>, slots: &[Slot], min_score: f32) -> Vec<Edit> {
    let Source { text, tokens, .. } = *source;
    let mut edits: Vec<Edit> = Vec::with_capacity(slots.len());
    // A text with typographic apostrophes has straight ones from its spinner.
    let curly = text.contains('\u{2019}');
    for slot in slots {
        let Some(edit) = slot.edit(source, curly) else {
            continue;
        };
        if edit.score < min_score {
            continue;
        }
        if let Some(article) = article(text, tokens, slot.first, &edit, edits.last()) {
            edits.push(Edit {
                cause: Some(edits.len() + 1),
                score: edit.score,
                ..article
            });
        }
        edits.push(edit);
    }
    edits
}

/// The article before a slot, changed where the repair makes it clash and it did not clash before.
fn article(
    text: &str,
    tokens: &[Token],
    first: usize,
    edit: &Edit,
    last: Option<&Edit>,
) -> Option<Edit> {
    let token = tokens.get(first.checked_sub(1)?)?;
    if token.kind != Kind::Word || last.is_some_and(|last| last.end > token.start as usize) {
        return None;
    }
    let word = token.text(text);
    let an = match fold(word).as_str() {
        "a" => false,
        "an" => true,
        _ => return None,
    };
    let (before, after) = (
        takes_an(first_word(&edit.source))?,
        takes_an(first_word(&edit.replacement))?,
    );
    if before != an || after == an {
        return None;
    }
    let article = if after {
        format!("{word}n")
    } else {
        word[..1].to_string()
    };
    Some(Edit::new(text, token.range(), &article, 0.0))
}

fn first_word(phrase: &str) -> &str {
    let end = phrase
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(phrase.len());
    &phrase[..end]
}

fn bytes(tokens: &[Token], first: usize, end: usize) -> std::ops::Range<usize> {
    tokens[first].start as usize..tokens[end - 1].end as usize
}
