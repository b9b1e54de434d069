//! Trigram models of another origin, in the ARPA format.

use std::io::{BufRead, BufReader};
use std::path::Path;

use rustc_hash::FxHashMap;
use unspin::token::fold;

use super::TrainError;

/// Number of a word in the other model.
pub(super) type Name = u32;

const BITS: u32 = 21;

/// A back-off trigram model. Probabilities are natural logarithms.
#[derive(Debug, Default)]
pub(super) struct Arpa {
    names: FxHashMap<String, Name>,
    pub(super) texts: Vec<String>,
    words: Vec<(f32, f32)>,
    pub(super) pairs: FxHashMap<u64, (f32, f32)>,
    pub(super) triples: FxHashMap<u64, f32>,
}

/// Words of a key, the last one first.
pub(super) fn names(key: u64) -> [Name; 3] {
    [0, 1, 2].map(|n| ((key >> (n * BITS)) & ((1 << BITS) - 1)) as Name)
}

fn key(words: &[Name]) -> u64 {
    words
        .iter()
        .fold(0, |key, &word| (key << BITS) | u64::from(word))
}

impl Arpa {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Arpa, TrainError> {
        let failed = |source| TrainError::Io {
            path: path.to_owned(),
            source,
        };
        let file = std::fs::File::open(path).map_err(failed)?;
        let mut arpa = Arpa::default();
        let mut order = 0;
        for (number, line) in BufReader::with_capacity(1 << 20, file).lines().enumerate() {
            let line = line.map_err(failed)?;
            if let Some(section) = line.strip_prefix('\\') {
                order = section
                    .as_bytes()
                    .first()
                    .map_or(0, |digit| digit.wrapping_sub(b'0'));
            } else if (1..=3).contains(&order) && !line.is_empty() {
                arpa.line(&line, order as usize)
                    .ok_or_else(|| TrainError::Arpa {
                        path: path.to_owned(),
                        line: number as u64 + 1,
                    })?;
            }
        }
        Ok(arpa)
    }

    /// Reads the line of an n-gram: probability, words and maybe back-off weight.
    fn line(&mut self, line: &str, order: usize) -> Option<()> {
        let mut fields = line.split_ascii_whitespace();
        let ln = |field: &str| Some(field.parse::<f32>().ok()? * std::f32::consts::LN_10);
        let probability = ln(fields.next()?)?;
        let mut words = [0; 3];
        for word in &mut words[..order] {
            let text = fields.next()?;
            *word = if order == 1 {
                self.name(text)
            } else {
                *self.names.get(&fold(text))?
            };
        }
        let back_off = match fields.next() {
            Some(field) => ln(field)?,
            None => 0.0,
        };
        match order {
            // The first of words that differ only in case counts.
            1 if self.words.len() < self.texts.len() => self.words.push((probability, back_off)),
            1 => {}
            2 => {
                self.pairs
                    .entry(key(&words[..2]))
                    .or_insert((probability, back_off));
            }
            _ => {
                self.triples.entry(key(&words)).or_insert(probability);
            }
        }
        Some(())
    }

    fn name(&mut self, text: &str) -> Name {
        let text = fold(text);
        if let Some(&name) = self.names.get(&text) {
            return name;
        }
        self.texts.push(text.clone());
        let name = self.texts.len() as Name - 1;
        self.names.insert(text, name);
        name
    }

    /// Number of a folded word.
    pub(super) fn find(&self, folded: &str) -> Option<Name> {
        self.names.get(folded).copied()
    }

    /// Probability of a word after the words before it, of which the last two count.
    pub(super) fn probability(&self, history: &[Name], word: Name) -> f32 {
        self.log(history, word).exp()
    }

    fn log(&self, history: &[Name], word: Name) -> f32 {
        match history {
            [] => self.words[word as usize].0,
            [last] => match self.pairs.get(&key(&[*last, word])) {
                Some(pair) => pair.0,
                None => self.words[*last as usize].1 + self.log(&[], word),
            },
            [.., before, last] => match self.triples.get(&key(&[*before, *last, word])) {
                Some(&triple) => triple,
                None => {
                    let back_off = self.pairs.get(&key(&[*before, *last])).map_or(0.0, |p| p.1);
                    back_off + self.log(&[*last], word)
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "\\data\\\nngram 1=3\nngram 2=1\nngram 3=1\n\n\\1-grams:\n\
        -1.0\tA\t-0.5\n-2.0\tb\t0.0\n-3.0\tc\n\n\\2-grams:\n-0.25\ta b\t-0.125\n\n\
        \\3-grams:\n-0.1\ta b c\n\n\\end\\\n";

    fn read(text: &str) -> Result<Arpa, TrainError> {
        let name = format!("unspin-arpa-{}-{}.arpa", std::process::id(), text.len());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        let arpa = Arpa::read(&path);
        std::fs::remove_file(&path).unwrap();
        arpa
    }

    #[test]
    fn backs_off_as_told() {
        let arpa = read(SAMPLE).unwrap();
        let [a, b, c] = ["a", "b", "c"].map(|text| arpa.find(text).unwrap());
        let log10 = |history: &[Name], word| arpa.probability(history, word).log10();
        let close = |x: f32, y: f32| assert!((x - y).abs() < 1e-4, "{x} {y}");
        close(log10(&[a, b], c), -0.1);
        close(log10(&[a, b], a), -0.125 - 1.0);
        close(log10(&[c, a], b), -0.25);
        close(log10(&[a], c), -0.5 - 3.0);
        assert_eq!(names(key(&[7, 8, 9])), [9, 8, 7]);
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = read("\\data\\\n\\1-grams:\n-1.0 a 0\nhuh b\n").unwrap_err();
        assert!(matches!(error, TrainError::Arpa { line: 4, .. }), "{error}");
    }
}
