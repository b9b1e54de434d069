//! Prose: words of ASCII letters, numbers of digits, blanks and plain marks, a
//! block at a time.
//!
//! Nearly all of a text is of that kind. Where its tokens begin and end follows
//! from the classes of its bytes, and their length, case and hash are worked
//! out in registers, without branches that processors could not foresee.
//! Whatever is less plain is left to the scanner.

use super::fold::{mix, SHORT};
use super::typography::{hash_curved, Typography};
use super::{Case, Gap, Kind, Token};
use crate::simd::{ones, Classes, Classify, Spelling, BLOCK, CAPITAL, IS_DIGIT, IS_LETTER, SPACED};

/// Bytes that a plain token has at most.
const READ: usize = 16;

/// Adds the plain tokens from `at` on, just behind a token, and returns where
/// the last of them ends.
#[inline(always)]
pub(super) fn plain_tokens(
    text: &[u8],
    mut at: usize,
    classify: impl Classify,
    tokens: &mut Vec<Token>,
) -> usize {
    let mut spelling = Spelling::new();
    loop {
        let padded;
        let block = match text[at..].first_chunk() {
            Some(block) => block,
            None => {
                padded = end_of(&text[at..]);
                &padded
            }
        };
        let plain = Plain::new(block, &classify.classes(block));
        if plain.starts == 0 {
            break;
        }
        // Whatever it is, no blank stands before a text.
        let before = at.checked_sub(1).map_or(0, |before| text[before]);
        classify.spell(before, block, &mut spelling);
        let first = tokens.len();
        let end = plain.tokens(&spelling, at, tokens);
        plain.mend(block, at, &mut tokens[first..]);
        at += end;
        if !plain.is_whole {
            break;
        }
    }
    at
}

/// The last bytes of a text, and blanks, which change no token before them.
fn end_of(text: &[u8]) -> [u8; BLOCK] {
    let mut bytes = [b' '; BLOCK];
    for (to, byte) in bytes.iter_mut().zip(text) {
        *to = *byte;
    }
    bytes
}

/// Plain tokens in a block.
#[derive(Debug, Clone, Copy)]
struct Plain {
    /// First and last bytes of tokens.
    starts: u64,
    ends: u64,
    upper: u64,
    /// Upper-case letters behind other letters.
    inner: u64,
    /// First bytes behind blanks with a line feed among them.
    broken: u64,
    /// Tokens that are neither words of letters nor plain marks.
    typography: Typography,
    /// Whether nothing in the block ends plain text.
    is_whole: bool,
}

impl Plain {
    #[inline(always)]
    fn new(block: &[u8; BLOCK], classes: &Classes) -> Plain {
        let Classes {
            letters,
            upper,
            digits,
            blanks,
            feeds,
            marks,
            stops,
            edges: [p, t],
        } = *classes;
        // A stop before a letter may stand inside an address.
        let marks = marks | stops & (blanks | marks | stops) >> 1;
        let strange = !(letters | digits | blanks | marks);
        let typography = match strange {
            0 => Typography::default(),
            _ => Typography::new(block, strange, letters, blanks | marks),
        };
        let runs = (letters | digits) & !typography.bytes | typography.joining;
        // Of what follows the block nothing is known.
        let before_digit = digits >> 1 | 1 << (BLOCK - 1);
        let mixed = letters & (digits << 1 | digits >> 1) | marks & digits << 1 & before_digit;
        // The carry of each feed runs to the end of its blanks.
        let broken = blanks.wrapping_add(feeds) & !blanks;
        // A small letter may go on with the sentence of the line before.
        let wrapped = broken & letters & !upper;
        // What ends as "ninetypercent" does, which is how spinners write "90%".
        let glued = t & p << 6 & letters << 7 & !(letters >> 1);
        let strange = strange & !typography.bytes;
        let end = (mixed | wrapped | glued | long(runs) | strange).trailing_zeros();
        // A word belongs to what it touches; at the block's end nothing is known of it.
        let touching = match end {
            0 => 0,
            _ => (runs << (64 - end)).leading_ones(),
        };
        let within = below((end - touching) as usize);
        Plain {
            starts: (runs & !(runs << 1) | marks | typography.starts) & within,
            ends: (runs & !(runs >> 1) | marks | typography.ends) & within,
            upper,
            inner: upper & runs << 1 & within,
            broken: broken & within,
            typography,
            is_whole: end == BLOCK as u32,
        }
    }

    /// Adds the tokens of the block, of which `base` is the place, and returns
    /// where the last of them ends in it. Of capitals inside words and of line
    /// ends they know nothing yet.
    #[inline(always)]
    fn tokens(&self, spelling: &Spelling, base: usize, tokens: &mut Vec<Token>) -> usize {
        let (mut starts, mut ends) = (self.starts, self.ends);
        // An iterator that knows its length writes without asking for room.
        tokens.extend((0..starts.count_ones()).map(|_| {
            let start = starts.trailing_zeros() as usize;
            let last = ends.trailing_zeros() as usize;
            starts &= starts.wrapping_sub(1);
            ends &= ends.wrapping_sub(1);
            let length = (last + 1).wrapping_sub(start);
            let (kind, gap, case) = LOOKS[usize::from(spelling.traits[start]) % LOOKS.len()];
            Token {
                start: (base + start) as u32,
                end: (base + last + 1) as u32,
                hash: hash(spelling, start, length),
                kind,
                gap,
                case,
                is_short: length <= SHORT,
            }
        }));
        BLOCK - self.ends.leading_zeros() as usize
    }

    /// Puts right what [`tokens`](Self::tokens) leaves out, which is rare.
    #[inline(always)]
    fn mend(&self, block: &[u8; BLOCK], base: usize, tokens: &mut [Token]) {
        // A token has as many before it as there are first bytes before its own.
        let index = |at: usize| (self.starts & below(at)).count_ones() as usize;
        for at in ones(self.starts & self.broken) {
            if let Some(token) = tokens.get_mut(index(at)) {
                token.gap = Gap::Break;
            }
        }
        for at in ones(self.inner) {
            if let Some(token) = tokens.get_mut(index(at).wrapping_sub(1)) {
                let (start, length) = (token.start as usize - base, token.range().len());
                token.case = case(self.upper >> start & below(length), length);
            }
        }
        for at in ones(self.starts & self.typography.clitics) {
            if let Some(token) = tokens.get_mut(index(at)) {
                token.kind = Kind::Clitic;
            }
        }
        for at in ones(self.starts & self.typography.curved) {
            if let Some(token) = tokens.get_mut(index(at)) {
                token.hash = hash_curved(&block[at..at + token.range().len()]);
            }
        }
    }
}

/// Runs that are longer than [`READ`]: some of their bits, none of others'.
#[inline(always)]
fn long(runs: u64) -> u64 {
    let two = runs & runs << 1;
    let four = two & two << 2;
    let eight = four & four << 4;
    eight & eight << 8 & runs << READ
}

/// What is known of tokens by the traits of their first bytes.
static LOOKS: [(Kind, Gap, Case); 16] = {
    let mut looks = [(Kind::Mark, Gap::None, Case::Lower); 16];
    let mut traits = 0;
    while traits < 16 {
        if traits & IS_DIGIT as usize != 0 {
            looks[traits].0 = Kind::Number;
        }
        if traits & IS_LETTER as usize != 0 {
            looks[traits].0 = Kind::Word;
        }
        if traits & SPACED as usize != 0 {
            looks[traits].1 = Gap::Space;
        }
        if traits & CAPITAL as usize != 0 {
            looks[traits].2 = Case::First;
        }
        traits += 1;
    }
    looks
};

/// Hash of a folded token.
#[inline(always)]
fn hash(spelling: &Spelling, start: usize, length: usize) -> u64 {
    let Some(window) = spelling.folded[start..].first_chunk::<READ>() else {
        return 0;
    };
    let all = u128::from_le_bytes(*window);
    let [first, second] = KEPT[length % KEPT.len()];
    let hash = mix(length as u64, all as u64 & first);
    let more = mix(hash, (all >> 64) as u64 & second);
    mix(if length > 8 { more } else { hash }, 0)
}

/// Masks of so many bytes, for the first eight of them and those behind.
static KEPT: [[u64; 2]; 2 * READ] = {
    let mut kept = [[0; 2]; 2 * READ];
    let mut length = 1;
    while length < kept.len() {
        let all = if length < READ {
            (1 << (8 * length)) - 1
        } else {
            u128::MAX
        };
        kept[length] = [all as u64, (all >> 64) as u64];
        length += 1;
    }
    kept
};

/// How a word is written, by which of its letters are upper case.
#[inline(always)]
fn case(upper: u64, length: usize) -> Case {
    match upper {
        0 => Case::Lower,
        1 => Case::First,
        _ if upper == below(length) => Case::Upper,
        _ => Case::Mixed,
    }
}

/// So many of the lowest bits.
#[inline(always)]
fn below(count: usize) -> u64 {
    !u64::MAX.checked_shl(count as u32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{run, Kernel, Scalar};

    struct Plainly<'a>(&'a str);

    impl Kernel for Plainly<'_> {
        type Output = (Vec<Token>, usize);

        fn run<C: Classify>(self, classify: C) -> Self::Output {
            let mut tokens = Vec::new();
            let end = plain_tokens(self.0.as_bytes(), 1, classify, &mut tokens);
            (tokens, end)
        }
    }

    /// The tokens that are found from byte 1 on, and where the last ends.
    fn found(text: &str) -> (Vec<Token>, usize) {
        let found = run(Plainly(text));
        assert_eq!(found, Plainly(text).run(Scalar), "{text}");
        found
    }

    #[test]
    fn stops_before_what_is_not_plain() {
        for (text, words) in [
            (",a word (or two), and more.", 8),
            (",a word it's", 2),
            (",a word it's on", 4),
            (",a word it\u{2019}s on", 4),
            (",a word it\u{2019}s\u{201d} on", 5),
            (",a word he'd've on", 2),
            (",a word isn't on", 3),
            (",a word isn\u{2019}t on", 2),
            (",a word\u{2014}so 'on", 4),
            (",a word end\u{2026}", 2),
            (",a word on example.org", 3),
            (",a U.S. word", 1),
            (",a word: ", 3),
            (",a word://", 1),
            (",a 3rd word", 1),
            (",a word,\nand", 3),
            (",a word,\nAnd more", 4),
            (",a word 5-7", 2),
            (",a word in 1990, and", 5),
            (",a ninetypercent share", 1),
            (",a percent share", 2),
            (",a sharing... ", 5),
            (",seventeenletters seventeenletterss", 1),
        ] {
            let text = format!("{text}\u{a0}{}", " ".repeat(80));
            let (tokens, end) = found(&text);
            assert_eq!(tokens.len(), words, "{text}");
            assert_eq!(tokens.last().map_or(1, |last| last.end as usize), end);
        }
    }

    #[test]
    fn words_go_on_in_the_next_block() {
        let text = format!(",{}", "Several words, and some more of them; ".repeat(30));
        let (tokens, end) = found(&text);
        assert_eq!(text.trim_end().len(), end);
        let words: Vec<&str> = tokens.iter().map(|token| token.text(&text)).collect();
        let text = &text[1..end];
        assert_eq!(
            text.replace([',', ';'], " $ ").split_whitespace().count(),
            words.len()
        );
        assert!(words.iter().all(|word| text.contains(word)));
    }
}
