//! Slots: from choices among tokens to edits of bytes.

use std::ops::Range;

use crate::choices::{Choice, Choices, Reading};
use crate::dict::Lexicon;
use crate::edit::{Alternative, Edit};
use crate::lattice::Arc;
use crate::report::{Candidate, Decision};
use crate::score::{probabilities, ONE};
use crate::sound::takes_an;
use crate::surface::carry_case;
use crate::token::{Kind, Token};

/// Alternatives that an edit lists at most.
const ALTERNATIVES: usize = 5;

/// What readings are about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    /// The block.
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [Token],
    pub(crate) lexicon: &'a Lexicon,
}

impl Reading {
    /// The replacement, `None` where the tokens stay.
    fn surface(&self, source: &Source<'_>) -> Option<String> {
        let candidates = source.lexicon.all_candidates();
        let original = source
            .lexicon
            .original(candidates.get(self.candidate as usize)?);
        let Range { start, end } = self.tokens();
        Some(carry_case(original, source.text, source.tokens, start, end))
    }
}

impl Choice<'_> {
    /// The probabilities of its readings, the chosen one first.
    fn scores<'p>(&self, shares: &'p mut Vec<u32>) -> impl Iterator<Item = f32> + 'p {
        let others = self.others.iter().map(|other| other.above);
        probabilities(std::iter::once(self.chosen.above).chain(others), shares);
        shares.iter().map(|share| *share as f32 / ONE as f32)
    }

    /// The choice for people.
    pub(crate) fn decision(&self, source: &Source<'_>, base: usize) -> Decision {
        let Source { text, tokens, .. } = *source;
        let range = bytes(tokens, self.chosen.tokens());
        let mut shares = Vec::new();
        let readings = std::iter::once(self.chosen).chain(self.others);
        let candidates = readings.zip(self.scores(&mut shares)).enumerate();
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

    fn edit(&self, source: &Source<'_>, curly: bool, shares: &mut Vec<u32>) -> Option<Edit> {
        let Source { text, tokens, .. } = *source;
        let chosen = self.chosen;
        let mut range = bytes(tokens, chosen.tokens());
        let mut scores = self.scores(shares);
        let mut replacement = chosen.surface(source)?;
        if curly && replacement.contains('\'') {
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
                .get(chosen.tokens().end)
                .is_some_and(|next| range.end + spaces == next.start as usize && spaces > 0)
            {
                range.end += spaces;
            }
            replacement.push_str(&line_end);
        }
        if text[range.clone()] == replacement {
            return None;
        }
        let mut edit = Edit {
            start: range.start,
            end: range.end,
            source: text[range].to_string(),
            replacement,
            score: scores.next().unwrap_or(0.0),
            alternatives: Vec::new(),
            cause: None,
        };
        let others = self.others.iter();
        edit.alternatives = others
            .zip(scores)
            .filter(|(reading, score)| {
                reading.tokens() == chosen.tokens() && *score >= 0.001
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
pub(crate) fn edits(source: &Source<'_>, choices: &Choices, min_score: f32) -> Vec<Edit> {
    let Source { text, tokens, .. } = *source;
    let mut edits: Vec<Edit> = Vec::with_capacity(choices.len());
    let mut shares = Vec::new();
    // A text with typographic apostrophes has straight ones from its spinner.
    let curly = text.contains('\u{2019}');
    for choice in choices.iter() {
        let Some(edit) = choice.edit(source, curly, &mut shares) else {
            continue;
        };
        if edit.score < min_score {
            continue;
        }
        if let Some(article) = article(
            text,
            tokens,
            choice.chosen.tokens().start,
            &edit,
            edits.last(),
        ) {
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
    let an = word.eq_ignore_ascii_case("an");
    if !an && !word.eq_ignore_ascii_case("a") {
        return None;
    }
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

fn bytes(tokens: &[Token], range: Range<usize>) -> Range<usize> {
    tokens[range.start].start as usize..tokens[range.end - 1].end as usize
}
