//! Shingles: what a near-duplicate filter sees of a text.

use std::collections::HashSet;

use crate::vocabulary::WordId;

const LENGTH: usize = 5;

/// Shingles shared by both texts, divided by all that either has. A text with
/// fewer tokens than a shingle is one shingle.
pub(crate) fn jaccard(a: &[WordId], b: &[WordId]) -> f64 {
    let (a, b) = (shingles(a), shingles(b));
    let shared = a.intersection(&b).count();
    let all = a.len() + b.len() - shared;
    shared as f64 / all as f64
}

fn shingles(tokens: &[WordId]) -> HashSet<&[WordId]> {
    if tokens.len() < LENGTH {
        return HashSet::from([tokens]);
    }
    tokens.windows(LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::Vocabulary;

    #[test]
    fn shares() {
        let mut vocabulary = Vocabulary::default();
        let mut compare = |a: &str, b: &str| {
            let (a, b) = (vocabulary.tokens(a), vocabulary.tokens(b));
            jaccard(&a, &b)
        };
        assert_eq!(compare("", ""), 1.0);
        assert_eq!(compare("a", ""), 0.0);
        assert_eq!(compare("a b c", "a b c"), 1.0);
        assert_eq!(compare("a b c d e", "a b c d e f"), 0.5);
        assert_eq!(compare("a a a a a a a", "a a a a a"), 1.0);
    }
}
