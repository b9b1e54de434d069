//! Replacements: what takes the place of what, without anything that says why.

use std::ops::Range;

use crate::edit::{replace, Edit};

/// Replacements of parts of a text, which ascend and never overlap, in memory that can be kept
/// from text to text.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "embedded")] {
/// use unspin::{Assume, Restorer};
///
/// let restorer = Restorer::builder().assume(Assume::Spun).build()?;
/// let mut worker = restorer.worker();
/// let text = "Press play to hearken to this text";
/// let replacements = worker.replacements(text);
/// let all: Vec<_> = replacements.iter().collect();
/// assert_eq!(all, [(14..24, "listen to"), (25..34, "this article")]);
/// assert_eq!(replacements.apply(text), "Press play to listen to this article");
/// # }
/// # Ok::<(), unspin::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Replacements {
    replaced: Vec<Replaced>,
    /// What takes their places, in their order.
    pub(crate) texts: String,
}

/// A replaced part of a text.
#[derive(Debug, Clone, Copy)]
struct Replaced {
    /// Its first byte.
    start: usize,
    /// Its bytes.
    length: u32,
    /// Bytes of what takes their place.
    text: u32,
}

impl Replaced {
    fn place(&self) -> Range<usize> {
        self.start..self.start + self.length as usize
    }
}

impl Replacements {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.replaced.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.replaced.is_empty()
    }

    /// The replaced bytes and what takes their place, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Range<usize>, &str)> {
        let mut end = 0;
        self.replaced.iter().map(move |replaced| {
            let from = end;
            end += replaced.text as usize;
            (replaced.place(), &self.texts[from..end])
        })
    }

    /// Where the last one ends, 0 if there is none.
    pub(crate) fn end(&self) -> usize {
        self.replaced.last().map_or(0, |last| last.place().end)
    }

    /// Calls `each` with them as parts of a text in which theirs begins at `base`.
    pub(crate) fn for_each(&self, base: usize, mut each: impl FnMut(Range<usize>, &str)) {
        for (place, replacement) in self.iter() {
            each(place.start + base..place.end + base, replacement);
        }
    }

    /// The text that they were made for, with all of them made. What does not fit the text is
    /// left out, as [`apply`](crate::apply) does.
    #[must_use]
    pub fn apply(&self, input: &str) -> String {
        let mut output = String::new();
        self.make(input, &mut output);
        output
    }

    /// As [`apply`](Self::apply), in place of what is in `output`.
    pub(crate) fn make(&self, input: &str, output: &mut String) {
        output.clear();
        replace(input, self.iter(), output);
    }

    pub(crate) fn clear(&mut self) {
        self.replaced.clear();
        self.texts.clear();
    }

    /// Adds one of a later place. What ends before it begins, or has 4 GiB and more, is left out.
    pub(crate) fn push(&mut self, place: Range<usize>, replacement: &str) {
        let length = place.end.checked_sub(place.start).map(u32::try_from);
        if let (Some(Ok(length)), Ok(text)) = (length, u32::try_from(replacement.len())) {
            self.texts.push_str(replacement);
            self.replaced.push(Replaced {
                start: place.start,
                length,
                text,
            });
        }
    }

    /// The same for one in a block, of which so many bytes were written behind the texts already.
    pub(crate) fn push_written(&mut self, place: Range<usize>, text: usize) {
        self.replaced.push(Replaced {
            start: place.start,
            length: place.len() as u32,
            text: text as u32,
        });
    }

    /// Adds those of a later part of the text that begins at `base`.
    pub(crate) fn append(&mut self, later: &Replacements, base: usize) {
        self.texts.push_str(&later.texts);
        let moved = later.replaced.iter().map(|replaced| Replaced {
            start: replaced.start + base,
            ..*replaced
        });
        self.replaced.extend(moved);
    }
}

impl From<&[Edit]> for Replacements {
    /// The same replacements as those of some edits, without such as end before they begin, or
    /// have 4 GiB and more.
    fn from(edits: &[Edit]) -> Replacements {
        let mut all = Replacements::default();
        for (place, replacement) in edits.iter().map(Edit::as_replaced) {
            all.push(place, replacement);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;

    #[test]
    fn what_ends_before_it_begins_is_left_out() {
        let text = "one two";
        let edit = |start, end| Edit {
            start,
            end,
            ..Edit::new(text, 0..3, "1", 1.0)
        };
        let all = Replacements::from(&[edit(2, 1), edit(4, 7)][..]);
        assert!(all.iter().eq([(4..7, "1")]));
    }

    #[test]
    fn those_of_parts_make_up_those_of_the_whole() {
        let (first, second) = ("one two three. ", "four five six");
        let edits = |text: &str, words: &[(&str, &str)]| {
            let edit = |&(word, other): &(&str, &str)| {
                let start = text.find(word).unwrap();
                Edit::new(text, start..start + word.len(), other, 1.0)
            };
            words.iter().map(edit).collect::<Vec<_>>()
        };
        let mut all = Replacements::default();
        let one = edits(first, &[("one", "1"), ("three", "iii")]);
        all.append(&Replacements::from(&one[..]), 0);
        assert_eq!(all.apply(first), apply(first, &one));
        let two = edits(second, &[("five", "fifth"), ("six", "")]);
        all.append(&Replacements::from(&two[..]), first.len());
        assert_eq!(all.len(), 4);
        let whole = [first, second].concat();
        assert_eq!(all.apply(&whole), "1 two iii. four fifth ");
        let places = all.iter().map(|(place, _)| &whole[place]);
        assert_eq!(places.collect::<Vec<_>>(), ["one", "three", "five", "six"]);
        all.clear();
        assert!(all.is_empty());
        assert_eq!(all.apply(&whole), whole);
    }
}
