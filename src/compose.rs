//! Composition: edits of an edited text, as edits of the text that it came from.

use std::ops::Range;

use crate::edit::{replace, Edit};
use crate::replacements::Replacements;

/// A replacement with its place in the text between: after the first ones, before the second.
struct Placed<'a> {
    place: Range<usize>,
    /// Bytes that it replaces.
    source: usize,
    replacement: &'a str,
    /// Whether it is one of the second ones, which are still to be made there.
    second: bool,
    /// Index among those of its kind.
    index: usize,
}

/// Those of both kinds in the order of their places, where each kind is in order.
fn in_order<'a>(
    first: impl Iterator<Item = Placed<'a>>,
    second: impl Iterator<Item = Placed<'a>>,
) -> impl Iterator<Item = Placed<'a>> {
    let (mut first, mut second) = (first.peekable(), second.peekable());
    let key = |placed: &Placed<'_>| (placed.place.start, placed.place.end);
    std::iter::from_fn(move || {
        let is_second = match (first.peek(), second.peek()) {
            (Some(first), Some(second)) => key(second) < key(first),
            (first, _) => first.is_none(),
        };
        match is_second {
            true => second.next(),
            false => first.next(),
        }
    })
}

/// Calls `each` with what does to `text` what `first` and then `second` do, of which `between` is
/// the text after `first`: bytes of the text, what takes their place, and those that it is made
/// of. Replacements that touch the same words become one.
fn merge<'a>(
    text: &str,
    first: impl Iterator<Item = (Range<usize>, &'a str)>,
    between: &str,
    second: impl Iterator<Item = (Range<usize>, &'a str)>,
    mut each: impl FnMut(Range<usize>, &str, &[Placed<'_>]),
) {
    // How much longer the text between is, up to what is placed next.
    let mut ahead = 0isize;
    let first = first.enumerate().map(|(index, (replaced, replacement))| {
        let start = replaced.start.saturating_add_signed(ahead);
        ahead += replacement.len() as isize - replaced.len() as isize;
        Placed {
            place: start..start + replacement.len(),
            source: replaced.len(),
            replacement,
            second: false,
            index,
        }
    });
    let second = second
        .enumerate()
        .map(|(index, (place, replacement))| Placed {
            source: place.len(),
            place,
            replacement,
            second: true,
            index,
        });
    let mut placed = in_order(first, second).peekable();

    // The same up to what was placed.
    let mut longer = 0isize;
    let (mut group, mut replacement) = (Vec::new(), String::new());
    while let Some(next) = placed.next() {
        let Range { start, mut end } = next.place;
        group.clear();
        group.push(next);
        while let Some(next) = placed.next_if(|next| next.place.start < end.max(start + 1)) {
            end = end.max(next.place.end);
            group.push(next);
        }
        let source_start = start.saturating_add_signed(-longer);
        for first in group.iter().filter(|placed| !placed.second) {
            longer += first.replacement.len() as isize - first.source as isize;
        }
        let source = source_start..end.saturating_add_signed(-longer);
        let (Some(before), Some(words)) = (text.get(source.clone()), between.get(start..end))
        else {
            continue;
        };
        let local = group.iter().filter(|placed| placed.second).map(|placed| {
            let place = placed.place.start - start..placed.place.end - start;
            (place, placed.replacement)
        });
        replacement.clear();
        replace(words, local, &mut replacement);
        if replacement != before {
            each(source, &replacement, &group);
        }
    }
}

/// The replacements that do to `text` what `first` and then `second` do; `between` is the text
/// after `first`.
pub(crate) fn compose_replacements(
    text: &str,
    first: &Replacements,
    between: &str,
    second: &Replacements,
) -> Replacements {
    let mut all = Replacements::default();
    let each = |place, replacement: &str, _: &[Placed<'_>]| all.push(place, replacement);
    merge(text, first.iter(), between, second.iter(), each);
    all
}

/// The same of edits. One that is made of several is as probable as the least probable of them.
pub(crate) fn compose(text: &str, first: &[Edit], between: &str, second: &[Edit]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::with_capacity(first.len() + second.len());
    // Where each edit went, for the edits that were caused by it.
    let mut went = [first, second].map(|edits| vec![None; edits.len()]);
    let mut causes: Vec<Option<(bool, usize)>> = Vec::new();
    let edit = |placed: &Placed<'_>| match placed.second {
        false => &first[placed.index],
        true => &second[placed.index],
    };
    let each = |place, replacement: &str, group: &[Placed<'_>]| {
        let scores = group.iter().map(|placed| edit(placed).score);
        let score = scores.fold(1.0, f32::min);
        let mut made = Edit::new(text, place, replacement, score);
        if let [only] = group {
            made.alternatives.clone_from(&edit(only).alternatives);
        }
        let cause = group
            .iter()
            .find_map(|placed| edit(placed).cause.map(|cause| (placed.second, cause)));
        for placed in group {
            went[usize::from(placed.second)][placed.index] = Some(edits.len());
        }
        causes.push(cause.filter(|_| group.len() == 1));
        edits.push(made);
    };
    let [replaced, again] = [first, second].map(|edits| edits.iter().map(Edit::as_replaced));
    merge(text, replaced, between, again, each);
    for (edit, cause) in edits.iter_mut().zip(causes) {
        edit.cause = cause.and_then(|(second, index)| went[usize::from(second)][index]);
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;

    fn edit(text: &str, from: &str, to: &str) -> Edit {
        let start = text.find(from).unwrap();
        Edit::new(text, start..start + from.len(), to, 0.5)
    }

    fn check(text: &str, first: &[(&str, &str)], second: &[(&str, &str)]) -> Vec<Edit> {
        let first: Vec<Edit> = first.iter().map(|(a, b)| edit(text, a, b)).collect();
        let between = apply(text, &first);
        let second: Vec<Edit> = second.iter().map(|(a, b)| edit(&between, a, b)).collect();
        let wanted = apply(&between, &second);
        let edits = compose(text, &first, &between, &second);
        assert_eq!(apply(text, &edits), wanted);
        let [first, second] = [&first, &second].map(|edits| Replacements::from(&edits[..]));
        let both = compose_replacements(text, &first, &between, &second);
        assert!(both.iter().eq(Replacements::from(&edits[..]).iter()));
        assert!(edits.windows(2).all(|pair| pair[0].end <= pair[1].start));
        edits
    }

    #[test]
    fn apart_or_upon_each_other() {
        let text = "one two three four five six";
        assert_eq!(check(text, &[("two", "2")], &[("five", "fifth")]).len(), 2);
        assert_eq!(check(text, &[("five", "5")], &[("two", "second")]).len(), 2);
        assert_eq!(
            check(text, &[("two", "second")], &[("second three", "x")]).len(),
            1
        );
        assert_eq!(
            check(text, &[("two three", "x y z")], &[("y", "long")]).len(),
            1
        );
        let both = [("two", "2"), ("four", "4"), ("six", "6")];
        assert_eq!(check(text, &both, &[("2 three 4", "24")]).len(), 2);
        assert_eq!(
            check(text, &both, &[("one 2", "12"), ("4 five", "45")]).len(),
            3
        );
    }

    #[test]
    fn what_was_undone_is_no_edit() {
        assert!(check("one two", &[("two", "2")], &[("2", "two")]).is_empty());
    }

    #[test]
    fn causes_are_found_again() {
        let text = "an idea and a apple";
        let mut first = vec![edit(text, "an", "a"), edit(text, "idea", "plan")];
        first[0].cause = Some(1);
        let between = apply(text, &first);
        let second = vec![edit(&between, "a apple", "an apple")];
        let edits = compose(text, &first, &between, &second);
        assert_eq!(edits[0].cause, Some(1));
        assert_eq!(edits.len(), 3);
    }
}
