//! Proposals without pairs: phrases that spun text has far too often, and what
//! they may stand for.
//!
//! Phrases are ranked by the log-likelihood ratio of their rates in spun and in
//! clean text (Dunning 1993). Originals are phrases of the reverse kind, rare
//! in spun text, that stand between the same words (the distributional
//! hypothesis, Harris 1954; cosine of context counts), or that a thesaurus
//! names. A proposal is for a person to review, never a fact.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use rustc_hash::FxHashMap;
use unspin::dict::{COLUMNS, SOURCE_VERSION};
use unspin::token::{fold, tokenize, Gap, Kind};

use crate::significance::rate_ratio;

/// How phrases are proposed.
#[derive(Debug, Clone)]
pub struct Options {
    /// Longest phrase, in tokens.
    pub longest: usize,
    /// Occurrences that a phrase needs in its kind of text.
    pub least: u32,
    /// Log-likelihood ratio that a phrase needs.
    pub significance: f64,
    /// How many times more frequent than in the other kind of text it must be.
    pub times: f64,
    /// Phrases proposed at most.
    pub most: usize,
    /// Originals proposed for each at most.
    pub originals: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            longest: 3,
            least: 5,
            significance: 10.83,
            times: 3.0,
            most: 2000,
            originals: 5,
        }
    }
}

/// A proposed original.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Guess {
    /// The phrase.
    pub original: String,
    /// Similarity of the contexts, `0.0..=1.0`.
    pub similarity: f64,
    /// Whether the thesaurus names the two together.
    pub thesaurus: bool,
}

/// A phrase that spun text has far too often.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Proposal {
    /// The phrase.
    pub spun: String,
    /// Occurrences in spun text.
    pub in_spun: u32,
    /// Occurrences in clean text.
    pub in_clean: u32,
    /// Log-likelihood ratio of the two rates.
    pub significance: f64,
    /// What it may stand for, best first.
    pub guesses: Vec<Guess>,
}

/// A thesaurus: words that may stand for each other.
#[derive(Debug, Clone, Default)]
pub struct Thesaurus {
    groups: HashMap<String, BTreeSet<String>>,
}

impl Thesaurus {
    /// Reads rows of words separated by `|`, `,` or tabs; the first word goes
    /// with each of the others. Empty rows and rows that begin with `#` are passed over.
    #[must_use]
    pub fn parse(text: &str) -> Thesaurus {
        let mut thesaurus = Thesaurus::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(['|', ',', '\t']).map(|word| fold(word.trim()));
            let Some(head) = words.next().filter(|head| !head.is_empty()) else {
                continue;
            };
            for word in words.filter(|word| !word.is_empty()) {
                thesaurus
                    .groups
                    .entry(head.clone())
                    .or_default()
                    .insert(word.clone());
                thesaurus
                    .groups
                    .entry(word)
                    .or_default()
                    .insert(head.clone());
            }
        }
        thesaurus
    }

    fn names(&self, first: &str, second: &str) -> bool {
        self.groups
            .get(first)
            .is_some_and(|group| group.contains(second))
    }
}

/// Occurrences held at most; rarer phrases make room.
const CAPACITY: usize = 4_000_000;

/// Counts of the phrases of one kind of text.
#[derive(Debug, Default)]
struct Counts {
    phrases: FxHashMap<String, u32>,
    words: u64,
}

impl Counts {
    fn add(&mut self, text: &str, longest: usize) {
        each_phrase(text, longest, |phrase, _, _| {
            if let Some(count) = self.phrases.get_mut(phrase) {
                *count += 1;
            } else {
                self.phrases.insert(phrase.to_string(), 1);
            }
        });
        self.words += tokenize(text).len() as u64;
        let mut least = 1;
        while self.phrases.len() > CAPACITY {
            least += 1;
            self.phrases.retain(|_, count| *count >= least);
        }
    }

    fn rate(&self, phrase: &str) -> (f64, f64) {
        (
            f64::from(self.phrases.get(phrase).copied().unwrap_or(0)),
            self.words as f64,
        )
    }
}

/// Calls `visit` with every phrase of words, folded, and the words before and after it.
fn each_phrase(text: &str, longest: usize, mut visit: impl FnMut(&str, &str, &str)) {
    let tokens = tokenize(text);
    let folded: Vec<String> = tokens.iter().map(|token| fold(token.text(text))).collect();
    let wordy = |at: usize| matches!(tokens[at].kind, Kind::Word | Kind::Clitic);
    let mut phrase = String::new();
    for from in 0..tokens.len() {
        if tokens[from].kind != Kind::Word {
            continue;
        }
        phrase.clear();
        for end in from..tokens.len().min(from + longest) {
            if !wordy(end) || (end > from && tokens[end].gap == Gap::Break) {
                break;
            }
            if end > from && tokens[end].gap != Gap::None {
                phrase.push(' ');
            }
            phrase.push_str(&folded[end]);
            let before = if from > 0 {
                folded[from - 1].as_str()
            } else {
                ""
            };
            visit(
                &phrase,
                before,
                folded.get(end + 1).map_or("", String::as_str),
            );
        }
    }
}

/// Texts of one kind: calls back with each of them, every time it is called.
pub type Texts<'a, E> = &'a dyn Fn(&mut dyn FnMut(&str)) -> Result<(), E>;

/// Proposes entries from spun and clean texts that are no pairs.
///
/// Each of `spun` and `clean` is called twice.
///
/// # Errors
///
/// What `spun` and `clean` return.
pub fn propose<E>(
    spun: Texts<E>,
    clean: Texts<E>,
    thesaurus: &Thesaurus,
    options: &Options,
) -> Result<Vec<Proposal>, E> {
    let (mut odd, mut plain) = (Counts::default(), Counts::default());
    spun(&mut |text| odd.add(text, options.longest))?;
    clean(&mut |text| plain.add(text, options.longest))?;
    let keys = rank(&odd, &plain, options);
    let missing = rank(&plain, &odd, options);

    let wanted = |ranked: &[(String, f64)]| -> FxHashMap<String, Context> {
        ranked
            .iter()
            .map(|(phrase, _)| (phrase.clone(), Context::default()))
            .collect()
    };
    let (mut left, mut right) = (wanted(&keys), wanted(&missing));
    spun(&mut |text| contexts(text, options.longest, &mut left))?;
    clean(&mut |text| contexts(text, options.longest, &mut right))?;

    let proposal = |(phrase, significance): &(String, f64)| Proposal {
        in_spun: odd.rate(phrase).0 as u32,
        in_clean: plain.rate(phrase).0 as u32,
        significance: *significance,
        guesses: guesses(phrase, &left[phrase], &right, thesaurus, options),
        spun: phrase.clone(),
    };
    Ok(keys.iter().map(proposal).collect())
}

/// Phrases that the first kind of text has far more often, most significant first.
fn rank(first: &Counts, second: &Counts, options: &Options) -> Vec<(String, f64)> {
    let mut ranked: Vec<(String, f64)> = first
        .phrases
        .iter()
        .filter(|(_, &count)| count >= options.least)
        .filter_map(|(phrase, _)| {
            let (here, there) = (first.rate(phrase), second.rate(phrase));
            let more = here.0 * there.1 > options.times * there.0 * here.1;
            let ratio = if more { rate_ratio(here, there) } else { 0.0 };
            (ratio >= options.significance).then(|| (phrase.clone(), ratio))
        })
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ranked.truncate(options.most);
    ranked
}

/// Words that stand beside a phrase, told apart by side, with counts.
type Context = BTreeMap<(bool, u64), f64>;

fn contexts(text: &str, longest: usize, wanted: &mut FxHashMap<String, Context>) {
    each_phrase(text, longest, |phrase, before, after| {
        if let Some(context) = wanted.get_mut(phrase) {
            for (side, word) in [(false, before), (true, after)] {
                *context
                    .entry((side, unspin::token::hash_folded(word)))
                    .or_default() += 1.0;
            }
        }
    });
}

/// Cosine of two contexts; counts are damped so that articles do not decide alone.
fn cosine(first: &Context, second: &Context) -> f64 {
    let weight = |count: f64| (1.0 + count).ln();
    let norm = |context: &Context| {
        context
            .values()
            .map(|&n| weight(n).powi(2))
            .sum::<f64>()
            .sqrt()
    };
    let (small, large) = if first.len() < second.len() {
        (first, second)
    } else {
        (second, first)
    };
    let shared = small
        .iter()
        .filter_map(|(key, &n)| Some(weight(n) * weight(*large.get(key)?)));
    shared.sum::<f64>() / (norm(first) * norm(second)).max(1e-9)
}

/// Similarity below which a phrase is no guess unless the thesaurus names it.
const ALIKE: f64 = 0.2;

fn guesses(
    phrase: &str,
    context: &Context,
    missing: &FxHashMap<String, Context>,
    thesaurus: &Thesaurus,
    options: &Options,
) -> Vec<Guess> {
    let mut found: Vec<Guess> = missing
        .iter()
        .map(|(original, other)| Guess {
            original: original.clone(),
            similarity: cosine(context, other),
            thesaurus: thesaurus.names(phrase, original),
        })
        .filter(|guess| guess.thesaurus || guess.similarity >= ALIKE)
        .collect();
    found.sort_by(|a, b| {
        let named = b.thesaurus.cmp(&a.thesaurus);
        named
            .then(b.similarity.total_cmp(&a.similarity))
            .then_with(|| a.original.cmp(&b.original))
    });
    found.truncate(options.originals);
    found
}

/// Proposals as a dictionary source to review: every entry is switched off by
/// the `# ` before it, until that is taken off. `words` is how many the spun texts have.
#[must_use]
pub fn to_review(proposals: &[Proposal], documents: u64, words: u64) -> String {
    let mut text = format!(
        "#unspin-dictionary\t{SOURCE_VERSION}\n#documents\t{documents}\n#words\t{words}\n\
         # Proposals, not facts. Take the `# ` off a line to accept it; what is left can be built.\n\
         {COLUMNS}\n"
    );
    for Proposal {
        spun,
        in_spun,
        in_clean,
        significance,
        guesses,
    } in proposals
    {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "#\n## {spun}: {in_spun} in spun text, {in_clean} in clean text, ratio {significance:.1}"
        );
        for Guess {
            original,
            similarity,
            thesaurus,
        } in guesses
        {
            let named = if *thesaurus { ", in the thesaurus" } else { "" };
            let _ = writeln!(text, "## similarity {similarity:.2}{named}");
            let _ = writeln!(text, "# {spun}\t{original}\t{in_spun}\t{in_clean}\t0\t0");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use unspin::dict::Source;

    use super::*;

    #[test]
    fn odd_phrases_get_the_words_that_are_missing() {
        let clean: Vec<String> = (0..20)
            .map(|n| format!("Farmer {n} sold a big cow today."))
            .collect();
        let spun: Vec<String> = (0..20)
            .map(|n| format!("Farmer {n} sold a colossal cow today."))
            .collect();
        let each = |texts: &[String], visit: &mut dyn FnMut(&str)| -> Result<(), ()> {
            texts.iter().for_each(|text| visit(text));
            Ok(())
        };
        let thesaurus = Thesaurus::parse("big|colossal|huge\n# no row\n");
        let options = Options {
            longest: 1,
            ..Options::default()
        };
        let found = propose(
            &|visit| each(&spun, visit),
            &|visit| each(&clean, visit),
            &thesaurus,
            &options,
        )
        .unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].spun.as_str(), found[0].in_spun), ("colossal", 20));
        assert_eq!(found[0].guesses[0].original, "big");
        assert!(found[0].guesses[0].thesaurus && found[0].guesses[0].similarity > 0.9);
        let review = to_review(&found, 20, 120);
        assert!(Source::parse("review.tsv", &review)
            .unwrap()
            .entries
            .is_empty());
        let accepted = review.replace("# colossal\tbig", "colossal\tbig");
        let source = Source::parse("review.tsv", &accepted).unwrap();
        assert_eq!(source.entries[0].original, "big");
    }
}
