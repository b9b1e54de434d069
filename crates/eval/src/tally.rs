//! Counts that add up over documents.

use std::collections::HashSet;

use crate::align::align_lines;
use crate::gold::Gold;
use crate::region::{gold_edits, regions};
use crate::scores::Scores;
use crate::sentence::sentences;
use crate::shingle::jaccard;
use crate::token::{fold, is_alphanumeric};
use crate::vocabulary::{Vocabulary, WordId};

/// Share of common shingles from which two texts count as near-duplicates.
const NEAR_DUPLICATE: f64 = 0.8;

/// What scoring counts, for one document or the sum of many.
///
/// # Examples
///
/// ```
/// use unspin_eval::{score_document, Gold, Tally};
///
/// let mut gold = Gold::default();
/// gold.spun = "a key second".to_string();
/// gold.original = "a key moment".to_string();
///
/// let mut sum = Tally::default();
/// for restored in ["a key moment", "a key second"] {
///     sum.merge(&score_document(&gold, restored));
/// }
/// assert_eq!(sum.scores().error_reduction, Some(0.5));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tally {
    documents: u64,
    missing: u64,
    words: u64,
    spun_distance: u64,
    restored_distance: u64,
    gold_edits: u64,
    gold_hits: u64,
    system_edits: u64,
    system_hits: u64,
    changed_tokens: u64,
    other_lines: u64,
    sentences: u64,
    sentences_restored: u64,
    sentences_spun: u64,
    jaccard_restored: f64,
    jaccard_spun: f64,
    near_duplicates: u64,
}

/// Compares a restored text with the gold document that it was restored from.
///
/// See the [crate documentation](crate) for an example and the cost.
pub fn score_document(gold: &Gold, restored: &str) -> Tally {
    let mut vocabulary = Vocabulary::default();
    let spun = Text::new(&gold.spun, &mut vocabulary);
    let original = Text::new(&gold.original, &mut vocabulary);
    let restored = Text::new(restored, &mut vocabulary);

    let damage = align_lines(&spun.lines, &original.lines);
    let damage_left = align_lines(&restored.lines, &original.lines);
    let system = align_lines(&spun.lines, &restored.lines).edits;
    let slots = match &gold.edits {
        Some(slots) => gold_edits(&gold.spun, slots, &mut vocabulary),
        None => damage.edits,
    };

    let likeness = jaccard(&restored.tokens, &original.tokens);
    let mut tally = Tally {
        documents: 1,
        words: original.words(&vocabulary),
        spun_distance: damage.distance,
        restored_distance: damage_left.distance,
        changed_tokens: system
            .iter()
            .map(|edit| (edit.end - edit.start).max(edit.tokens.len()) as u64)
            .sum(),
        other_lines: u64::from(spun.lines.len() != restored.lines.len()),
        jaccard_restored: likeness,
        jaccard_spun: jaccard(&spun.tokens, &original.tokens),
        near_duplicates: u64::from(likeness >= NEAR_DUPLICATE),
        ..Tally::default()
    };
    for region in regions(&slots, &system, &spun.tokens, &vocabulary) {
        tally.gold_edits += region.gold_edits;
        tally.system_edits += region.system_edits;
        if region.right {
            tally.gold_hits += region.gold_edits;
            tally.system_hits += region.system_edits;
        }
    }
    let in_restored: HashSet<_> = sentences(&restored.folded).into_iter().collect();
    let in_spun: HashSet<_> = sentences(&spun.folded).into_iter().collect();
    for sentence in sentences(&original.folded) {
        tally.sentences += 1;
        tally.sentences_restored += u64::from(in_restored.contains(sentence));
        tally.sentences_spun += u64::from(in_spun.contains(sentence));
    }
    tally
}

impl Tally {
    /// Adds the counts of other documents.
    pub fn merge(&mut self, other: &Tally) {
        self.documents += other.documents;
        self.missing += other.missing;
        self.words += other.words;
        self.spun_distance += other.spun_distance;
        self.restored_distance += other.restored_distance;
        self.gold_edits += other.gold_edits;
        self.gold_hits += other.gold_hits;
        self.system_edits += other.system_edits;
        self.system_hits += other.system_hits;
        self.changed_tokens += other.changed_tokens;
        self.other_lines += other.other_lines;
        self.sentences += other.sentences;
        self.sentences_restored += other.sentences_restored;
        self.sentences_spun += other.sentences_spun;
        self.jaccard_restored += other.jaccard_restored;
        self.jaccard_spun += other.jaccard_spun;
        self.near_duplicates += other.near_duplicates;
    }

    /// Counts a gold document that has no restored text.
    pub fn add_missing(&mut self) {
        self.missing += 1;
    }

    /// The figures of all documents so far.
    pub fn scores(&self) -> Scores {
        let precision = ratio(self.system_hits, self.system_edits);
        let recall = ratio(self.gold_hits, self.gold_edits);
        let f0_5 = if precision > 0.0 && recall > 0.0 {
            1.25 * precision * recall / (0.25 * precision + recall)
        } else {
            0.0
        };
        let documents = self.documents.max(1) as f64;
        Scores {
            documents: self.documents,
            words: self.words,
            wer_spun: ratio(self.spun_distance, self.words.max(1)),
            wer_restored: ratio(self.restored_distance, self.words.max(1)),
            error_reduction: (self.spun_distance > 0)
                .then(|| 1.0 - ratio(self.restored_distance, self.spun_distance)),
            precision,
            recall,
            f0_5,
            gold_edits: self.gold_edits,
            system_edits: self.system_edits,
            changed_words_per_10k: 1e4 * self.changed_tokens as f64 / self.words.max(1) as f64,
            sentences_exact: ratio(self.sentences_restored, self.sentences),
            sentences_exact_spun: ratio(self.sentences_spun, self.sentences),
            shingle5_jaccard: self.jaccard_restored / documents,
            shingle5_jaccard_spun: self.jaccard_spun / documents,
            documents_near_duplicate: self.near_duplicates as f64 / documents,
            documents_with_other_lines: self.other_lines,
            missing: self.missing,
        }
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    part as f64 / whole as f64
}

/// A text, folded and cut into tokens.
struct Text {
    folded: String,
    lines: Vec<Vec<WordId>>,
    tokens: Vec<WordId>,
}

impl Text {
    fn new(text: &str, vocabulary: &mut Vocabulary) -> Text {
        let folded = fold(text);
        // No token spans lines, so the tokens of the lines are those of the text.
        let lines: Vec<_> = folded
            .split('\n')
            .map(|line| vocabulary.tokens(line))
            .collect();
        let tokens = lines.concat();
        Text {
            folded,
            lines,
            tokens,
        }
    }

    /// Tokens that are words or numbers.
    fn words(&self, vocabulary: &Vocabulary) -> u64 {
        let is_word = |id: &&WordId| vocabulary.word(**id).starts_with(is_alphanumeric);
        self.tokens.iter().filter(is_word).count() as u64
    }
}
