//! The scanner: all phrases of the dictionary that stand in a text.

use std::ops::Range;

use crate::dict::{Beginning, Lexicon, PhraseId};
use crate::token::{hash_byte, Case, Gap, Kind, Token};

/// A phrase of the dictionary found in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Match {
    /// First token.
    pub(crate) start: u32,
    /// Tokens.
    pub(crate) length: u8,
    /// Where it stands.
    pub(crate) class: Class,
    /// Whether it is the longest of those that begin here and none before it reaches over it.
    pub(crate) leads: bool,
    /// Which.
    pub(crate) phrase: PhraseId,
}

/// Where a phrase stands: spinners spare capitalised words, quotations, both, or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Class(u8);

impl Class {
    /// Number of classes.
    pub(crate) const COUNT: usize = 4;

    pub(crate) fn new(capital: bool, quoted: bool) -> Class {
        Class(u8::from(capital) | u8::from(quoted) << 1)
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Tokens that are looked through at a time, a bit for each.
const CHUNK: usize = 64;

/// Finds all matches, in order of their first token, shorter before longer.
///
/// Phrases in capitals throughout are left out: spinners do not touch those.
pub(crate) fn scan(text: &str, tokens: &[Token], lexicon: &Lexicon, matches: &mut Vec<Match>) {
    matches.clear();
    let mut quotes = Quotes::default();
    let mut covered = 0;
    let mut begin = [Beginning::default(); CHUNK];
    for from in (0..tokens.len()).step_by(CHUNK) {
        let chunk = &tokens[from..tokens.len().min(from + CHUNK)];
        let quoted = quotes.follow(text, chunk);
        for offset in ones(promising(&tokens[from..], lexicon, &mut begin)) {
            let at = from + offset;
            let quoted = quoted >> offset & 1 != 0;
            let before = matches.len();
            lexicon.matches(text, tokens, at, begin[offset], |phrase, length| {
                let span = &tokens[at..at + length];
                if span.iter().all(|token| token.case == Case::Upper) {
                    return;
                }
                // "A" and "I" are capital by rule, not by being names.
                let capital = span
                    .iter()
                    .any(|t| t.case != Case::Lower && t.end - t.start > 1);
                matches.push(Match {
                    start: at as u32,
                    length: length.min(255) as u8,
                    class: Class::new(capital, quoted),
                    leads: false,
                    phrase,
                });
            });
            if at >= covered && matches.len() > before {
                if let Some(last) = matches.last_mut() {
                    last.leads = true;
                    covered = at + usize::from(last.length);
                }
            }
        }
    }
}

/// Which of the first tokens may begin a phrase, and what is known of these.
///
/// All are looked up before any is looked at, since one by one each would wait
/// for memory; and there is no branch for any, since processors could not
/// foresee it.
fn promising(tokens: &[Token], lexicon: &Lexicon, begin: &mut [Beginning; CHUNK]) -> u64 {
    let chunk = &tokens[..tokens.len().min(CHUNK)];
    let some = bits(chunk, |token| may_begin(token, lexicon));
    for offset in ones(some) {
        begin[offset] = lexicon.begin(&chunk[offset]);
    }
    let mut promising = 0;
    for offset in ones(some) {
        let next = tokens.get(offset + 1);
        let is_promising = lexicon.is_promising(begin[offset], next.unwrap_or(&END));
        promising |= u64::from(is_promising) << offset;
    }
    promising
}

/// What stands behind the last token.
const END: Token = Token {
    start: 0,
    end: 0,
    hash: 0,
    kind: Kind::Mark,
    gap: Gap::Break,
    case: Case::Lower,
};

/// Whether a phrase may begin with a token.
#[inline]
fn may_begin(token: &Token, lexicon: &Lexicon) -> bool {
    let kinds = 1 << Kind::Word as u8 | 1 << Kind::Number as u8 | 1 << Kind::Mark as u8;
    (kinds >> token.kind as u8 & 1 != 0) & lexicon.may_begin(token)
}

/// A bit for each token of a chunk.
#[inline]
fn bits(chunk: &[Token], is_set: impl Fn(&Token) -> bool) -> u64 {
    let bit = |(offset, token)| u64::from(is_set(token)) << offset;
    chunk
        .iter()
        .enumerate()
        .map(bit)
        .fold(0, |all, bit| all | bit)
}

/// The places of the bits that are set, lowest first.
#[inline]
fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = bits.trailing_zeros();
        (bits != 0).then(|| {
            bits &= bits - 1;
            lowest as usize % CHUNK
        })
    })
}

/// Follows double quotation marks through a paragraph.
#[derive(Debug, Default)]
struct Quotes {
    open: bool,
}

impl Quotes {
    /// Which tokens of a chunk stand in quotation marks.
    fn follow(&mut self, text: &str, chunk: &[Token]) -> u64 {
        let mut quoted = 0;
        let mut from = 0;
        for offset in ones(bits(chunk, Quotes::may_change)) {
            quoted |= self.run(from..offset);
            self.step(text, &chunk[offset]);
            from = offset;
        }
        quoted | self.run(from..CHUNK)
    }

    /// The bits of a run of tokens without change.
    fn run(&self, run: Range<usize>) -> u64 {
        let from = |at: usize| u64::MAX.checked_shl(at as u32).unwrap_or(0);
        match self.open {
            true => from(run.start) & !from(run.end),
            false => 0,
        }
    }

    /// Whether a token may make a difference.
    #[inline]
    fn may_change(token: &Token) -> bool {
        let is_quote = (token.hash == hash_byte(b'"')) | (token.end - token.start > 1);
        (token.gap == Gap::Break) | ((token.kind == Kind::Mark) & is_quote)
    }

    /// Takes in a token, which stands in quotation marks itself where it opens them.
    fn step(&mut self, text: &str, token: &Token) {
        if token.gap == Gap::Break {
            self.open = false;
        }
        if token.kind == Kind::Mark {
            match token.text(text) {
                "\"" => self.open = !self.open,
                "\u{201c}" | "\u{201e}" => self.open = true,
                "\u{201d}" => self.open = false,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::dict::{normalize, Entry, Source};
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
        let entries = PAIRS.iter().map(|(spun, original)| Entry {
            spun: (*spun).to_string(),
            original: (*original).to_string(),
            used: 3,
            own: 1,
            kept: 0,
            bias: 0,
        });
        Lexicon::new(&Source {
            documents: 1,
            words: 100,
            entries: entries.collect(),
        })
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
