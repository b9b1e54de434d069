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
    pub(crate) replaced: Vec<Replaced>,
    /// What takes their places, in any order.
    pub(crate) texts: String,
}

/// A replaced part of a text.
#[derive(Debug, Clone)]
pub(crate) struct Replaced {
    /// Its bytes.
    pub(crate) place: Range<usize>,
    /// What takes their place, among all such texts.
    pub(crate) text: Range<usize>,
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
        let replaced = self.replaced.iter();
        replaced.map(|replaced| (replaced.place.clone(), self.text(replaced)))
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

    /// What takes the place of a replaced part.
    pub(crate) fn text(&self, replaced: &Replaced) -> &str {
        &self.texts[replaced.text.clone()]
    }

    pub(crate) fn clear(&mut self) {
        self.replaced.clear();
        self.texts.clear();
    }

    /// Adds one of a later place.
    pub(crate) fn push(&mut self, place: Range<usize>, replacement: &str) {
        let from = self.texts.len();
        self.texts.push_str(replacement);
        let text = from..self.texts.len();
        self.replaced.push(Replaced { place, text });
    }

    /// Adds those of a later part of the text that begins at `base`.
    pub(crate) fn append(&mut self, later: &Replacements, base: usize) {
        let behind = self.texts.len();
        self.texts.push_str(&later.texts);
        let moved = |range: &Range<usize>, by: usize| range.start + by..range.end + by;
        self.replaced
            .extend(later.replaced.iter().map(|replaced| Replaced {
                place: moved(&replaced.place, base),
                text: moved(&replaced.text, behind),
            }));
    }
}

impl From<&[Edit]> for Replacements {
    /// The same replacements as those of some edits.
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
