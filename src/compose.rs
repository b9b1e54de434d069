//! Composition: edits of an edited text, as edits of the text that it came from.

use crate::edit::{apply, Edit};

/// An edit with its place in the text between: after the first edits, before the second.
struct Placed {
    start: usize,
    end: usize,
    edit: Edit,
    /// Whether it is one of the second edits, which are still to be made there.
    second: bool,
    /// Index among the edits of its kind.
    index: usize,
}

/// The edits that do to `text` what `first` and then `second` do; `between` is
/// the text after `first`. Edits that touch the same words become one, which is
/// as probable as the less probable of them.
pub(crate) fn compose(text: &str, first: Vec<Edit>, between: &str, second: Vec<Edit>) -> Vec<Edit> {
    let mut placed = Vec::with_capacity(first.len() + second.len());
    // How much longer the text between is, up to here.
    let mut longer = 0isize;
    for (index, edit) in first.into_iter().enumerate() {
        let start = edit.start.saturating_add_signed(longer);
        longer += edit.replacement.len() as isize - (edit.end - edit.start) as isize;
        placed.push(Placed {
            start,
            end: start + edit.replacement.len(),
            edit,
            second: false,
            index,
        });
    }
    placed.extend(second.into_iter().enumerate().map(|(index, edit)| Placed {
        start: edit.start,
        end: edit.end,
        edit,
        second: true,
        index,
    }));
    placed.sort_by_key(|placed| (placed.start, placed.end, placed.second));

    let mut edits: Vec<Edit> = Vec::with_capacity(placed.len());
    // Where each edit went, for the edits that were caused by it.
    let mut went: Vec<(bool, usize, usize)> = Vec::new();
    let mut causes: Vec<Option<(bool, usize)>> = Vec::new();
    let mut longer = 0isize;
    let mut from = 0;
    while from < placed.len() {
        let start = placed[from].start;
        let mut end = placed[from].end;
        let mut to = from + 1;
        while to < placed.len() && placed[to].start < end.max(start + 1) {
            end = end.max(placed[to].end);
            to += 1;
        }
        let group = &placed[from..to];
        from = to;
        let source_start = start.saturating_add_signed(-longer);
        for placed in group.iter().filter(|placed| !placed.second) {
            let source = (placed.edit.end - placed.edit.start) as isize;
            longer += placed.edit.replacement.len() as isize - source;
        }
        let source_end = end.saturating_add_signed(-longer);
        let (Some(source), Some(words)) =
            (text.get(source_start..source_end), between.get(start..end))
        else {
            continue;
        };
        let local = group.iter().filter(|placed| placed.second).map(|placed| {
            let mut edit = placed.edit.clone();
            edit.start -= start;
            edit.end -= start;
            edit
        });
        let replacement = apply(words, &local.collect::<Vec<_>>());
        if replacement == source {
            continue;
        }
        let scores = group.iter().map(|placed| placed.edit.score);
        let mut edit = Edit::new(
            text,
            source_start..source_end,
            &replacement,
            scores.fold(1.0, f32::min),
        );
        if let [only] = group {
            edit.alternatives = only.edit.alternatives.clone();
        }
        let cause = group
            .iter()
            .find_map(|placed| placed.edit.cause.map(|cause| (placed.second, cause)));
        went.extend(group.iter().map(|p| (p.second, p.index, edits.len())));
        causes.push(cause.filter(|_| group.len() == 1));
        edits.push(edit);
    }
    for (edit, cause) in edits.iter_mut().zip(causes) {
        edit.cause = cause.and_then(|(second, index)| {
            let found = went.iter().find(|went| (went.0, went.1) == (second, index));
            found.map(|went| went.2)
        });
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(text: &str, from: &str, to: &str) -> Edit {
        let start = text.find(from).unwrap();
        Edit::new(text, start..start + from.len(), to, 0.5)
    }

    fn check(text: &str, first: &[(&str, &str)], second: &[(&str, &str)]) -> Vec<Edit> {
        let first: Vec<Edit> = first.iter().map(|(a, b)| edit(text, a, b)).collect();
        let between = apply(text, &first);
        let second: Vec<Edit> = second.iter().map(|(a, b)| edit(&between, a, b)).collect();
        let wanted = apply(&between, &second);
        let edits = compose(text, first, &between, second);
        assert_eq!(apply(text, &edits), wanted);
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
        let edits = compose(text, first, &between, second);
        assert_eq!(edits[0].cause, Some(1));
        assert_eq!(edits.len(), 3);
    }
}
