//! Regions: gold edits and the restorer's edits that touch the same tokens.

use std::ops::Range;

use crate::align::TokenEdit;
use crate::token::{self, fold};
use crate::vocabulary::{Vocabulary, WordId};

/// One region of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) gold_edits: u64,
    pub(crate) system_edits: u64,
    /// Whether both sides write the same text.
    pub(crate) right: bool,
}

/// Gold slots, in code points, as edits of the tokens of `spun`.
///
/// A slot that cuts a token takes the rest of that token with it.
pub(crate) fn gold_edits(
    spun: &str,
    slots: &[(usize, usize, String)],
    vocabulary: &mut Vocabulary,
) -> Vec<TokenEdit> {
    let folded = fold(spun);
    let spans: Vec<(usize, usize)> = token::tokens(&folded)
        .map(|token| (token.start, token.end))
        .collect();
    let chars: Vec<char> = folded.chars().collect();
    let slice = |range: Range<usize>| -> String {
        let end = range.end.min(chars.len());
        chars
            .get(range.start..end)
            .unwrap_or_default()
            .iter()
            .collect()
    };

    let mut edits = Vec::with_capacity(slots.len());
    for (start, end, original) in slots {
        let first = spans.partition_point(|span| span.1 <= *start);
        let last = spans.partition_point(|span| span.0 < *end);
        let edit = if first < last {
            let left = slice(spans[first].0..*start);
            let right = slice(*end..spans[last - 1].1);
            let text = format!("{left}{}{right}", fold(original));
            TokenEdit {
                start: first,
                end: last,
                tokens: vocabulary.tokens(&text),
            }
        } else {
            let tokens = vocabulary.tokens(&fold(original));
            TokenEdit {
                start: first,
                end: first,
                tokens,
            }
        };
        edits.push(edit);
    }
    edits
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Gold,
    System,
}

type Mark<'a> = (Side, &'a TokenEdit);

/// Groups the edits of `tokens` that touch and says of each group whether the
/// restorer got it right.
///
/// A group that is not right alone may be right together with up to four
/// followers: an alignment can shift a shared token from one edit to the next.
pub(crate) fn regions(
    gold: &[TokenEdit],
    system: &[TokenEdit],
    tokens: &[WordId],
    vocabulary: &Vocabulary,
) -> Vec<Region> {
    let groups = touching(gold, system);
    let (mut regions, mut at) = (Vec::new(), 0);
    while at < groups.len() {
        let mut group = groups[at].clone();
        let mut next = at + 1;
        let mut right = same_text(&group, tokens, vocabulary);
        if !right {
            let mut wide = group.clone();
            for (k, follower) in groups.iter().enumerate().skip(at + 1).take(4) {
                wide.extend(follower);
                if same_text(&wide, tokens, vocabulary) {
                    (group, next, right) = (wide, k + 1, true);
                    break;
                }
            }
        }
        let count = |side| group.iter().filter(|mark| mark.0 == side).count() as u64;
        regions.push(Region {
            gold_edits: count(Side::Gold),
            system_edits: count(Side::System),
            right,
        });
        at = next;
    }
    regions
}

fn touching<'a>(gold: &'a [TokenEdit], system: &'a [TokenEdit]) -> Vec<Vec<Mark<'a>>> {
    let gold = gold.iter().map(|edit| (Side::Gold, edit));
    let system = system.iter().map(|edit| (Side::System, edit));
    let mut marks: Vec<Mark<'_>> = gold.chain(system).collect();
    marks.sort_by_key(|(_, edit)| (edit.start, edit.end));

    let mut groups: Vec<Vec<Mark<'_>>> = Vec::new();
    let mut end = 0;
    for mark in marks {
        let edit = mark.1;
        let inserts = edit.start == edit.end;
        match groups.last_mut() {
            Some(group) if edit.start < end || (inserts && edit.start == end) => {
                group.push(mark);
                end = end.max(edit.end);
            }
            _ => {
                groups.push(vec![mark]);
                end = edit.end;
            }
        }
    }
    groups
}

/// Whether the gold edits and the restorer's edits of a group write the same
/// text, however they cut it into tokens.
fn same_text(group: &[Mark<'_>], tokens: &[WordId], vocabulary: &Vocabulary) -> bool {
    let low = group.iter().map(|mark| mark.1.start).min().unwrap_or(0);
    let high = group.iter().map(|mark| mark.1.end).max().unwrap_or(0);
    let mut sorted = group.to_vec();
    sorted.sort_by_key(|(_, edit)| (edit.start, edit.end));
    let written = |side: Side| {
        let (mut text, mut at) = (String::new(), low);
        let mut write = |ids: &[WordId]| {
            for &id in ids {
                text.push_str(vocabulary.word(id));
            }
        };
        for (_, edit) in sorted.iter().filter(|mark| mark.0 == side) {
            // Gold slots within one token overlap once widened to tokens.
            write(tokens.get(at..edit.start).unwrap_or_default());
            write(&edit.tokens);
            at = edit.end;
        }
        write(tokens.get(at..high).unwrap_or_default());
        text
    };
    written(Side::Gold) == written(Side::System)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str, vocabulary: &mut Vocabulary) -> TokenEdit {
        TokenEdit {
            start,
            end,
            tokens: vocabulary.tokens(text),
        }
    }

    #[test]
    fn slots_widen_to_tokens() {
        let mut vocabulary = Vocabulary::default();
        let v = &mut vocabulary;
        let slots = [
            (0, 1, "An".to_string()),
            (4, 6, "x".to_string()),
            (10, 10, "so".to_string()),
            (99, 99, "end".to_string()),
        ];
        let edits = gold_edits("A “second”  one", &slots, v);
        let expected = [
            edit(0, 1, "An", v),
            edit(2, 3, "sxond", v),
            edit(4, 4, "so", v),
            edit(5, 5, "end", v),
        ];
        assert_eq!(edits, expected);
    }

    #[test]
    fn right_together() {
        let mut vocabulary = Vocabulary::default();
        let tokens = vocabulary.tokens("a key second within the city");
        let v = &mut vocabulary;
        let gold = [edit(2, 3, "moment in", v), edit(3, 4, "", v)];
        let system = [edit(2, 3, "moment", v), edit(3, 4, "in", v)];
        let found = regions(&gold, &system, &tokens, v);
        assert_eq!(
            found,
            [Region {
                gold_edits: 2,
                system_edits: 2,
                right: true
            }]
        );

        let wrong = [edit(2, 3, "minute", v)];
        let found = regions(&gold, &wrong, &tokens, v);
        let region = |gold_edits, system_edits| Region {
            gold_edits,
            system_edits,
            right: false,
        };
        assert_eq!(found, [region(1, 1), region(1, 0)]);
    }

    #[test]
    fn insertions_join_what_they_touch() {
        let mut vocabulary = Vocabulary::default();
        let tokens = vocabulary.tokens("a b c");
        let v = &mut vocabulary;
        let gold = [edit(0, 1, "x", v)];
        let system = [edit(0, 1, "x", v), edit(1, 1, "y", v)];
        let found = regions(&gold, &system, &tokens, v);
        assert_eq!(
            found,
            [Region {
                gold_edits: 1,
                system_edits: 2,
                right: false
            }]
        );
    }
}
