//! The scanner: all phrases of the dictionary that stand in a text.

use crate::dict::{Lexicon, Prefix, Prefixes, Step, CHUNK};
use crate::matches::{Buffer, Fill, Look, Match, Place, EMPTY};
use crate::quotes::Quotes;
use crate::simd::{self, ones, Classify, Kernel, Scalar};
use crate::token::{Case, Gap, Kind, Token};

/// Tokens behind these that are looked up with them.
const AHEAD: usize = 2;

/// Finds all matches, in order of their first token, shorter before longer.
///
/// Phrases in capitals throughout are left out: spinners do not touch those.
pub(crate) fn scan(text: &str, tokens: &[Token], lexicon: &Lexicon, matches: &mut Vec<Match>) {
    simd::run(Scan::new(text, tokens, lexicon, matches));
}

/// As [`scan`], in the way that is left where a machine has no better one.
pub(crate) fn scan_scalar(
    text: &str,
    tokens: &[Token],
    lexicon: &Lexicon,
    matches: &mut Vec<Match>,
) {
    Scan::new(text, tokens, lexicon, matches).run(Scalar);
}

/// A text that is looked through.
struct Scan<'a> {
    text: &'a str,
    tokens: &'a [Token],
    prefixes: &'a Prefixes,
    matches: &'a mut Vec<Match>,
    buffer: Buffer,
}

impl Kernel for Scan<'_> {
    type Output = ();

    #[inline(always)]
    fn run<C: Classify>(mut self, _: C) {
        let (text, tokens) = (self.text, self.tokens);
        let mut quotes = Quotes::default();
        // Of a chunk's tokens, and of the first ones of the next.
        let mut known = [Prefix::default(); CHUNK + AHEAD];
        for (known, token) in known[CHUNK..].iter_mut().zip(tokens) {
            *known = self.prefixes.know(text, token);
        }
        for from in (0..tokens.len()).step_by(CHUNK) {
            known.copy_within(CHUNK.., 0);
            if let Some(known) = known.last_chunk_mut() {
                let ahead = tokens.get(from + AHEAD..).unwrap_or_default();
                self.prefixes.know_all(text, ahead, known);
            }
            let quoted = quotes.follow(text, &tokens[from..tokens.len().min(from + CHUNK)]);
            self.chunk(from, &known, quoted);
        }
    }
}

impl<'a> Scan<'a> {
    fn new(
        text: &'a str,
        tokens: &'a [Token],
        lexicon: &'a Lexicon,
        matches: &'a mut Vec<Match>,
    ) -> Scan<'a> {
        matches.clear();
        Scan {
            text,
            tokens,
            prefixes: lexicon.prefixes(),
            matches,
            buffer: EMPTY,
        }
    }

    /// Finds the matches that begin in a chunk.
    ///
    /// There is hardly a branch, since processors could not foresee which
    /// tokens begin a phrase, and what tables hold is read before any of it is
    /// needed, since one by one each would wait for memory.
    #[inline(always)]
    fn chunk(&mut self, from: usize, known: &[Prefix; CHUNK + AHEAD], quoted: u64) {
        let tokens = &self.tokens[from..];
        let gap = |at: usize| tokens.get(at).map_or(Gap::Break, |next| next.gap);
        let (mut one, mut some, mut begin) = (0u64, 0u64, 0u64);
        for (offset, known) in known[..CHUNK].iter().enumerate() {
            one |= u64::from(known.is_phrase()) << offset;
            some |= u64::from(!known.is_none()) << offset;
            begin |= u64::from(known.goes_on()) << offset;
        }
        let next = some >> 1 | u64::from(!known[CHUNK].is_none()) << (CHUNK - 1);
        let mut may_pair = 0u64;
        let mut steps = [Step::default(); CHUNK];
        for offset in ones(begin & next) {
            let step = Step::new(known[offset], known[offset + 1], gap(offset + 1));
            steps[offset] = step;
            may_pair |= u64::from(self.prefixes.may_take(step)) << offset;
            self.prefixes.prefetch_step(step);
        }
        let mut pairs = [Prefix::default(); CHUNK];
        let (mut two, mut more, mut open) = (0u64, 0u64, 0u64);
        let mut reach = |offset: usize, pair: Prefix| {
            pairs[offset] = pair;
            let step = Step::new(pair, known[offset + 2], gap(offset + 2));
            let goes_on = pair.goes_on() & self.prefixes.may_take(step);
            self.prefixes.prefetch_step(step);
            more |= u64::from(goes_on) << offset;
            two |= u64::from(pair.is_phrase()) << offset;
        };
        for offset in ones(may_pair) {
            let pair = self.prefixes.look(steps[offset]);
            reach(offset, pair);
            open |= u64::from(pair.is_elsewhere()) << offset;
        }
        for offset in ones(open) {
            reach(offset, self.prefixes.take(steps[offset]));
        }
        let mut fill = Fill::default();
        for offset in ones(one | two | more) {
            let bit = |bits: u64| bits >> offset & 1 != 0;
            let rest = &tokens[offset..];
            let (first, second) = (Look::of(&rest[0]), Look::of(rest.get(1).unwrap_or(&END)));
            let both = first.and(second);
            let place = Place {
                at: from + offset,
                is_quoted: bit(quoted),
            };
            fill.make_room(&mut self.buffer, self.matches);
            fill.add(
                &mut self.buffer,
                place,
                1,
                first,
                known[offset].phrase(),
                bit(one),
            );
            fill.add(
                &mut self.buffer,
                place,
                2,
                both,
                pairs[offset].phrase(),
                bit(two),
            );
            if bit(more) {
                let known = &known[offset..];
                let add = |phrase, length: usize| {
                    let looks = rest[2..length].iter().map(Look::of);
                    let look = looks.fold(both, Look::and);
                    fill.make_room(&mut self.buffer, self.matches);
                    fill.add(&mut self.buffer, place, length, look, phrase, true);
                };
                self.prefixes
                    .longer(self.text, rest, known, pairs[offset], add);
            }
        }
        fill.flush(&mut self.buffer, self.matches);
    }
}

/// What stands behind the last token.
const END: Token = Token {
    start: 0,
    end: 0,
    hash: 0,
    kind: Kind::Mark,
    gap: Gap::Break,
    case: Case::Lower,
    is_short: true,
};

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::dict::{normalize, Line, PhraseId};
    use crate::token::{fold, tokenize};

    const PAIRS: [(&str, &str); 9] = [
        ("within the", "in the"),
        ("within", "in"),
        ("the 2", "the two"),
        ("u.ok", "u.k"),
        ("it's", "it is"),
        ("1 / 4", "a quarter"),
        ("press play to hearken", "press play to listen"),
        ("\u{e9}lan", "zest"),
        ("the", "a"),
    ];

    fn lexicon() -> Lexicon {
        of_pairs(&PAIRS)
    }

    fn of_pairs(pairs: &[(&str, &str)]) -> Lexicon {
        let mut phrases = String::new();
        let lines = pairs.iter().map(|(spun, original)| {
            let start = phrases.len();
            phrases.push_str(spun);
            Line {
                spun: Some(start..phrases.len()),
                original,
                used: 3,
                own: 1,
                kept: 0,
                bias: 0,
            }
        });
        let lines: Vec<_> = lines.collect();
        Lexicon::new(&lines, &phrases)
    }

    /// Every window of tokens, written out and looked up whole.
    fn naive(text: &str, lexicon: &Lexicon) -> Vec<(u32, u8, PhraseId)> {
        let phrases: HashMap<String, PhraseId> = (0..lexicon.len() as u32)
            .map(|id| (lexicon.text(PhraseId(id)).to_string(), PhraseId(id)))
            .collect();
        let tokens = tokenize(text);
        let mut found = Vec::new();
        for start in 0..tokens.len() {
            for end in start + 1..=tokens.len().min(start + 12) {
                let window = &tokens[start..end];
                let opening = matches!(window[0].kind, Kind::Word | Kind::Number | Kind::Mark);
                let crosses = window[1..].iter().any(|token| token.gap == Gap::Break);
                let shouted = window.iter().all(|token| token.case == Case::Upper);
                if !opening || crosses || shouted {
                    continue;
                }
                let slice = &text[window[0].start as usize..window[end - start - 1].end as usize];
                // Windows are compared in normal form, which must give the same tokens again.
                let key = fold(&normalize(slice));
                if let Some(&id) = phrases.get(&key) {
                    found.push((start as u32, (end - start) as u8, id));
                }
            }
        }
        found
    }

    fn scanned(text: &str, lexicon: &Lexicon) -> Vec<(u32, u8, PhraseId)> {
        let mut matches = Vec::new();
        scan(text, &tokenize(text), lexicon, &mut matches);
        matches
            .iter()
            .map(|m| (m.start, m.length, m.phrase))
            .collect()
    }

    #[test]
    fn all_matches_not_only_the_longest() {
        let lexicon = lexicon();
        let text = "Within the U.Ok. it\u{2019}s within\u{a0}\u{a0}the 2";
        let found: Vec<_> = scanned(text, &lexicon)
            .iter()
            .map(|m| lexicon.text(m.2).to_string())
            .collect();
        assert_eq!(
            found,
            [
                "within",
                "within the",
                "the",
                "u.ok",
                "it's",
                "within",
                "within the",
                "the",
                "the 2"
            ]
        );
    }

    #[test]
    fn paragraphs_and_capitals_are_respected() {
        let lexicon = lexicon();
        assert_eq!(scanned("within.\n\nthe", &lexicon).len(), 2);
        assert_eq!(scanned("WITHIN", &lexicon).len(), 0);
        assert_eq!(scanned("within\nthe", &lexicon).len(), 3);
    }

    /// Far more matches than tokens.
    #[test]
    fn nothing_is_lost_where_phrases_are_everywhere() {
        let phrases: Vec<String> = (1..=12)
            .map(|count| vec!["very"; count].join(" "))
            .collect();
        let pairs: Vec<(&str, &str)> = phrases
            .iter()
            .map(|phrase| (phrase.as_str(), "x"))
            .collect();
        let lexicon = of_pairs(&pairs);
        for text in ["very ".repeat(200), "Very VERY very ".repeat(60)] {
            assert_eq!(scanned(&text, &lexicon), naive(&text, &lexicon));
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_naive_matcher(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "within", "the", "2", "The", "U", ".", "ok", "it", "'s", "\u{2019}s", "1", "/",
                    "4", "press", "play", "to", "hearken", "\u{c9}lan", " ", " ", " ", "\n", "\u{a0}",
                    "\n\n", ",", "\"", "WITHIN", "x",
                ]),
                // More tokens than are looked through at a time.
                0..160,
            )
        ) {
            let lexicon = lexicon();
            let text = pieces.concat();
            prop_assert_eq!(scanned(&text, &lexicon), naive(&text, &lexicon));
        }
    }
}
