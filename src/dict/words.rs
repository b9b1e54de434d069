//! Words: the tokens that phrases are made of, numbered, so that phrases are
//! told by numbers that are certain and no text is compared for each.

use super::prefix::Prefix;
use super::table::Table;
use crate::image::fields;
use crate::simd::ones;
use crate::token::{fold, lower_ascii, Token};

/// Tokens that are looked up together, a bit for each.
pub(crate) const CHUNK: usize = u64::BITS as usize;

/// Words by their hash.
///
/// The hash of a short word holds all of it (see [`Token::is_short`]); others
/// are compared by bytes.
#[derive(Debug)]
pub(super) struct Words {
    table: Table,
    /// Per word, what it takes to compare it if it is long.
    places: Places,
}

/// Where long words stand, by the numbers of words.
#[derive(Debug)]
struct Places {
    places: Vec<Place>,
    /// Folded texts of long words.
    long: String,
}

/// Where a long word stands.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Its last eight bytes.
    tail: u64,
    start: u32,
    length: u32,
}

fields!(Words: table, places);
fields!(Places: places, long);
fields!(Place: tail, start, length);

impl Place {
    /// The place of a word that comes next.
    fn of(word: &str, start: u32) -> Place {
        let tail = word.as_bytes().last_chunk();
        Place {
            tail: tail.map_or(0, |tail| u64::from_le_bytes(*tail)),
            start,
            length: word.len() as u32,
        }
    }
}

impl Words {
    /// Room for some words; it grows where that is not enough.
    pub(super) fn with_capacity(words: usize) -> Words {
        Words {
            table: Table::with_capacity(words),
            places: Places {
                places: vec![Place::default()],
                long: String::new(),
            },
        }
    }

    /// What is known of a token of a phrase, which is made a word if it is none yet.
    pub(super) fn add(&mut self, text: &str, token: &Token) -> &mut Prefix {
        let Words { table, places } = self;
        let at = match table.find(token.hash, |word| places.reads(word, text, token)) {
            Some(at) => at,
            None => {
                let number = places.add(text, token);
                table.insert(token.hash, Prefix::new(number, token.is_short))
            }
        };
        table.prefix_mut(at)
    }

    /// Has the processor fetch what is known of some tokens.
    #[inline]
    pub(super) fn prefetch(&self, tokens: &[Token]) {
        for token in tokens {
            self.table.prefetch(token.hash);
        }
    }

    /// What is known of a token.
    pub(super) fn get(&self, text: &str, token: &Token) -> Prefix {
        let reads = |word| self.places.reads(word, text, token);
        self.table.get(token.hash, reads)
    }

    /// What is known of each of some tokens, and none behind them.
    ///
    /// All are looked up before any is looked at, since one by one each would
    /// wait for memory; and there is no branch for any, since processors could
    /// not foresee it.
    #[inline(always)]
    pub(super) fn get_all(&self, text: &str, tokens: &[Token], known: &mut [Prefix; CHUNK]) {
        known.fill(Prefix::default());
        for (token, known) in tokens.iter().zip(&mut *known) {
            *known = self.table.look(token.hash).of_token(token.is_short);
        }
        let mut doubtful = 0u64;
        for (at, known) in known.iter().enumerate() {
            doubtful |= u64::from(known.is_doubtful()) << at;
        }
        for at in ones(doubtful) {
            let (known, token) = (&mut known[at], &tokens[at]);
            if known.is_elsewhere() || !self.places.reads(*known, text, token) {
                *known = self.get(text, token);
            }
        }
    }
}

impl Places {
    /// Makes a token a word. Returns its number.
    fn add(&mut self, text: &str, token: &Token) -> u32 {
        let mut place = Place::default();
        if !token.is_short {
            let folded = fold(token.text(text));
            place = Place::of(&folded, self.long.len() as u32);
            self.long.push_str(&folded);
        }
        self.places.push(place);
        self.places.len() as u32 - 1
    }

    /// Whether a word of the same hash reads as a token does.
    #[inline(always)]
    fn reads(&self, word: Prefix, text: &str, token: &Token) -> bool {
        if word.of_token(token.is_short).is_certain() {
            return true;
        }
        let place = self.places[word.number() as usize];
        let bytes = &text.as_bytes()[token.range()];
        // Each step of the hash can be undone: of up to sixteen bytes the last eight
        // and the hash leave but one text of a length.
        let same_tail = ascii_tail(bytes).map(|tail| tail == place.tail);
        match same_tail {
            Some(same) => same & (bytes.len() == place.length as usize),
            None => self.reads_slowly(place, token.text(text)),
        }
    }

    #[cold]
    fn reads_slowly(&self, place: Place, token: &str) -> bool {
        let word = &self.long.as_bytes()[place.start as usize..][..place.length as usize];
        match token.is_ascii() {
            true => token.as_bytes().eq_ignore_ascii_case(word),
            false => fold(token).as_bytes() == word,
        }
    }
}

/// The last eight bytes of a token, lower-cased; `None` if it is not of 8 to 16
/// bytes of ASCII.
#[inline(always)]
fn ascii_tail(token: &[u8]) -> Option<u64> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (head, tail) = (token.first_chunk()?, token.last_chunk()?);
    let (head, tail) = (u64::from_le_bytes(*head), u64::from_le_bytes(*tail));
    let is_ascii = (head | tail) & HIGH == 0;
    (is_ascii & (token.len() <= 16)).then_some(lower_ascii(tail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokenize;

    #[test]
    fn words_of_any_length_are_told_apart() {
        let alphabet = "abcdefghijklmnopqrstuvwxyz";
        let mut known: Vec<String> = (1..26).map(|length| alphabet[..length].into()).collect();
        known.extend(["\u{e9}lan", "d\u{e9}tente", "Stra\u{df}enbahnen"].map(fold));
        let mut words = Words::with_capacity(1);
        for word in &known {
            words.add(word, &tokenize(word)[0]);
        }
        for (number, word) in (1..).zip(&known) {
            for text in [word.clone(), word.to_uppercase()] {
                let tokens = tokenize(&text);
                let mut found = [Prefix::default(); CHUNK];
                words.get_all(&text, &tokens, &mut found);
                // Some letters have no single one that is their upper case.
                let wanted = if fold(&text) == *word { number } else { 0 };
                assert_eq!(found[0].number(), wanted, "{text}");
                assert_eq!(words.get(&text, &tokens[0]), found[0], "{text}");
            }
            let other = format!(
                "z{}",
                &word[word.chars().next().map_or(0, char::len_utf8)..]
            );
            assert!(words.get(&other, &tokenize(&other)[0]).is_none(), "{other}");
        }
    }

    #[test]
    fn equal_hashes_are_no_proof_for_long_words() {
        let mut words = Words::with_capacity(1);
        let text = "nevertheless everlastingness";
        let tokens = tokenize(text);
        for token in &tokens {
            words.add(text, token);
        }
        for (text, same) in [("elsewhere", 0), ("constitutionalism", 1)] {
            let liar = Token {
                hash: tokens[same].hash,
                ..tokenize(text)[0]
            };
            let mut found = [Prefix::default(); CHUNK];
            words.get_all(text, &[liar], &mut found);
            assert!(found[0].is_none(), "{text}");
        }
    }
}
