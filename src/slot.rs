//! Slots: from choices among tokens to edits of bytes.

use std::ops::Range;

use memchr::memchr2;

use crate::choices::{Choice, Choices, Reading};
use crate::dict::Lexicon;
use crate::edit::{Alternative, Edit};
use crate::lattice::Arc;
use crate::replacements::Replacements;
use crate::report::{Candidate, Decision};
use crate::score::{probabilities, ONE};
use crate::sound::takes_an;
use crate::surface::carry_case;
use crate::token::{hash_folded, Kind, Token};

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
        let mut surface = String::new();
        self.write(source, &mut surface)?;
        Some(surface)
    }

    /// Writes it behind what is in `into`.
    fn write(&self, source: &Source<'_>, into: &mut String) -> Option<()> {
        if self.candidate == Arc::IDENTITY {
            return None;
        }
        let original = source.lexicon.original(self.candidate);
        let Range { start, end } = self.tokens();
        carry_case(original, source.text, source.tokens, start, end, into);
        Some(())
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

    /// Writes the replacement behind what is in `into`, and returns the bytes of the text whose
    /// place it takes; `None` where it leaves them as they are.
    fn write(&self, source: &Source<'_>, curly: bool, into: &mut String) -> Option<Range<usize>> {
        let Source { text, tokens, .. } = *source;
        let chosen = self.chosen;
        let mut range = bytes(tokens, chosen.tokens());
        let from = into.len();
        chosen.write(source, into)?;
        while let Some(at) = into[from..].find('\'').filter(|_| curly) {
            into.replace_range(from + at..=from + at, "\u{2019}");
        }
        // A line break inside the phrase stays, after the replacement.
        let is_long = chosen.length > 1;
        let first_break = || memchr2(b'\n', b'\r', text[range.clone()].as_bytes());
        if let Some(at) = is_long.then(first_break).flatten() {
            let inside = text[range.start + at..range.end].chars();
            into.extend(inside.filter(|c| matches!(c, '\n' | '\r')));
            let spaces = text[range.end..].len() - text[range.end..].trim_start_matches(' ').len();
            if tokens
                .get(chosen.tokens().end)
                .is_some_and(|next| range.end + spaces == next.start as usize && spaces > 0)
            {
                range.end += spaces;
            }
        }
        (text[range.clone()] != into[from..]).then_some(range)
    }

    /// The other readings that an edit lists, where `scores` are theirs.
    fn alternatives(
        &self,
        source: &Source<'_>,
        place: Range<usize>,
        scores: impl Iterator<Item = f32>,
    ) -> Vec<Alternative> {
        let is_listed = |(reading, score): &(&Reading, f32)| {
            reading.tokens() == self.chosen.tokens() && *score >= 0.001
                || reading.candidate == Arc::IDENTITY
        };
        let listed = self.others.iter().zip(scores).filter(is_listed);
        let alternative = |(reading, score): (&Reading, f32)| {
            let surface = reading.surface(source);
            Alternative {
                replacement: surface.unwrap_or_else(|| source.text[place.clone()].to_string()),
                score,
            }
        };
        listed.take(ALTERNATIVES).map(alternative).collect()
    }
}

/// The replacements of a block, and where they come from.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) replacements: Replacements,
    origins: Vec<Origin>,
}

/// Where a replacement comes from.
#[derive(Debug, Clone, Copy)]
struct Origin {
    /// The choice that asks for it, by its index.
    choice: u32,
    /// Whether it is an article that is made to fit the next replacement.
    is_article: bool,
}

/// Writes down the replacements of a block, in order.
pub(crate) fn replace(
    source: &Source<'_>,
    choices: &Choices,
    min_score: f32,
    written: &mut Written,
) {
    let Written {
        replacements: into,
        origins,
    } = written;
    into.clear();
    origins.clear();
    let mut shares = Vec::new();
    // A text with typographic apostrophes has straight ones from its spinner.
    let curly = source.text.contains('\u{2019}');
    let articles = ["a", "an"].map(hash_folded);
    for (index, choice) in (0..).zip(choices.iter()) {
        let mut push = |into: &mut Replacements, place, text, is_article| {
            into.push_written(place, text);
            origins.push(Origin {
                choice: index,
                is_article,
            });
        };
        if min_score > 0.0 {
            let score = choice.scores(&mut shares).next();
            if score.is_some_and(|score| score < min_score) {
                continue;
            }
        }
        let free = into.end();
        let from = into.texts.len();
        let Some(place) = choice.write(source, curly, &mut into.texts) else {
            into.texts.truncate(from);
            continue;
        };
        let text = into.texts.len() - from;
        let phrases = [&source.text[place.clone()], &into.texts[from..]];
        let article = article(source, choice.chosen.start, free, articles, phrases);
        if let Some((place, article)) = article {
            // It stands before what has just been written.
            for part in article.into_iter().rev() {
                into.texts.insert_str(from, part);
            }
            push(into, place, article.map(str::len).iter().sum(), true);
        }
        push(into, place, text, false);
    }
}

/// The edits that make the replacements of a block.
pub(crate) fn edits(source: &Source<'_>, choices: &Choices, written: &Written) -> Vec<Edit> {
    let mut shares = Vec::new();
    let replaced = written.replacements.iter().zip(&written.origins);
    let edits = replaced
        .enumerate()
        .map(|(index, ((place, text), origin))| {
            let choice = choices.at(origin.choice as usize);
            let mut scores = choice.scores(&mut shares);
            let score = scores.next().unwrap_or(0.0);
            let mut edit = Edit::new(source.text, place.clone(), text, score);
            match origin.is_article {
                true => edit.cause = Some(index + 1),
                false => edit.alternatives = choice.alternatives(source, place, scores),
            }
            edit
        });
    edits.collect()
}

/// The article before the first token of a slot, in two parts, changed where it clashes with what
/// takes the slot's place, the second of `phrases`, and did not clash with what stood there, the
/// first. What stands before `free` is replaced already, and `articles` are the hashes of "a" and
/// "an".
fn article<'s>(
    source: &Source<'s>,
    first: u32,
    free: usize,
    articles: [u64; 2],
    phrases: [&str; 2],
) -> Option<(Range<usize>, [&'s str; 2])> {
    let token = source.tokens.get((first as usize).checked_sub(1)?)?;
    // One question instead of three, whose answers processors could not foresee.
    let [a, an] = articles.map(|article| token.hash == article);
    let may_be = (a | an) & (token.kind == Kind::Word) & (token.start as usize >= free);
    let word = may_be.then(|| token.text(source.text))?;
    if !word.eq_ignore_ascii_case(if an { "an" } else { "a" }) {
        return None;
    }
    let [before, after] = phrases.map(|phrase| takes_an(first_word(phrase)));
    let (before, after) = (before?, after?);
    if before != an || after == an {
        return None;
    }
    let article = if after { [word, "n"] } else { [&word[..1], ""] };
    Some((token.range(), article))
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
