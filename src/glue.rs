//! Glue: white space that no writer uses, which is a trace of the spinner.

use crate::cost::NAT;
use crate::token::{Case, Gap, Kind, Token};

/// What white space that no writer uses costs.
const GLUE: i32 = 5 * NAT;

/// Where a token stands, by the white space around: no writer glues a word to
/// the number before it ("50percent"), or parts a sign from its number ("50 %").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Whether a word is glued to something here.
    glued: bool,
    /// Whether one in small letters is, to a mark ("1.eighty two").
    glued_small: bool,
    /// Whether a sign that belongs to the number before is parted from it.
    parted: bool,
}

impl Place {
    /// A place where everything may stand.
    pub(crate) const FREE: Place = Place {
        glued: false,
        glued_small: false,
        parted: false,
    };

    /// Whether it may cost anything that a token stands where it does: hardly any is where
    /// words are glued to something, or signs behind numbers. Without a branch.
    #[inline(always)]
    pub(crate) fn may_cost(tokens: &[Token], at: usize) -> bool {
        let token = &tokens[at];
        let is_sign = (token.kind == Kind::Mark) & (token.gap != Gap::None);
        (token.kind == Kind::Word) & is_glued(tokens, at) | is_sign
    }

    /// The place of a token.
    #[inline(always)]
    pub(crate) fn of(text: &str, tokens: &[Token], at: usize) -> Place {
        let before = &tokens[at.saturating_sub(1)];
        // Together, since processors could foresee none of it alone.
        match is_glued(tokens, at) | (before.kind == Kind::Number) {
            true => Place::between(text, tokens, at),
            false => Place::FREE,
        }
    }

    /// The same where something stands close by.
    #[inline(never)]
    fn between(text: &str, tokens: &[Token], at: usize) -> Place {
        let gap = tokens[at].gap;
        let mut place = Place::FREE;
        // "three,000" and "zero.5"
        if let [mark, number, ..] = &tokens[at + 1..] {
            let joined = mark.gap == Gap::None && number.gap == Gap::None;
            let parts = joined && mark.kind == Kind::Mark && number.kind == Kind::Number;
            place.glued = parts && matches!(mark.text(text), "." | ",");
        }
        let Some(before) = at.checked_sub(1).map(|at| &tokens[at]) else {
            return place;
        };
        match before.kind {
            Kind::Number if gap != Gap::None => place.parted = true,
            Kind::Number | Kind::Word => place.glued |= gap == Gap::None,
            Kind::Mark => {
                let joined = gap == Gap::None && before.gap == Gap::None && at >= 2;
                place.glued_small = joined && matches!(before.text(text), "." | ",");
            }
            _ => {}
        }
        place
    }

    /// What it costs that `word`, a token of `source`, stands here.
    pub(crate) fn glue(self, word: &Token, source: &str) -> i32 {
        let spelt = word.kind == Kind::Word && word.end - word.start > 2;
        let glued = self.glued || self.glued_small && word.case == Case::Lower;
        let unusual =
            spelt && glued || self.parted && word.kind == Kind::Mark && word.text(source) == "%";
        if unusual {
            GLUE
        } else {
            0
        }
    }
}

/// Whether a token is glued to the one before, or two others follow that are glued to it.
#[inline(always)]
fn is_glued(tokens: &[Token], at: usize) -> bool {
    let glued = |at: usize| tokens.get(at).is_some_and(|token| token.gap == Gap::None);
    (tokens[at].gap == Gap::None) | (glued(at + 1) & glued(at + 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokenize;

    #[test]
    fn what_no_writer_glues_or_parts_costs_and_nothing_else() {
        for (text, wanted) in [
            ("some 50percent of them", &["percent"][..]),
            ("some 50 % of them", &["%"]),
            ("some 50% of them", &[]),
            ("three,000 people", &["three"]),
            ("it was 1.eighty two", &["eighty"]),
            ("it's (so they say) \"well-known\", e.g. 1,000 words.", &[]),
            ("", &[]),
        ] {
            let tokens = tokenize(text);
            let costs = |at: &usize| Place::of(text, &tokens, *at).glue(&tokens[*at], text) != 0;
            let costly = (0..tokens.len()).filter(costs);
            let found: Vec<_> = costly.clone().map(|at| tokens[at].text(text)).collect();
            assert_eq!(found, wanted, "{text}");
            for at in costly {
                assert!(Place::may_cost(&tokens, at), "{text}: {at}");
            }
        }
    }

    #[test]
    fn few_places_may_cost() {
        let text = "The minister said on Monday that it wasn't true, and that 1,000 people knew.";
        let tokens = tokenize(text);
        let may_cost = |at: &usize| Place::may_cost(&tokens, *at);
        assert_eq!((0..tokens.len()).filter(may_cost).count(), 0);
    }
}
