//! Learning a dictionary from pairs of texts.

use unspin::dict::Source;

use crate::align::{Alignment, Candidates, Lexicon, Segmenter, Totals, Uses};
use crate::behaviour::{Behaviour, Observer};
use crate::consistency::{drop_inconsistent, LEAST_SHARE};
use crate::learn::{Learner, Pruning};
use crate::pairs::{Pair, Substitution};
use crate::records::{Pairs, ReadReport, RecordsError};

/// How a dictionary is learnt.
#[derive(Debug, Clone)]
pub struct Options {
    /// Aligns the texts even where a record says what was substituted.
    pub ignore_edits: bool,
    /// Share of words in common below which two texts are no versions of each other.
    pub min_fit: f64,
    /// What keeps rare entries out.
    pub pruning: Pruning,
    /// Share of the usual rate at which an original must be replaced where it
    /// stands (see [`consistency`](crate::consistency)); 0 keeps all.
    pub least_rate: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            ignore_edits: false,
            min_fit: 0.4,
            pruning: Pruning::default(),
            least_rate: LEAST_SHARE,
        }
    }
}

/// How far the learning has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The pass over the documents, counted from 1.
    pub pass: usize,
    /// Passes in all.
    pub passes: usize,
    /// Documents read in this pass.
    pub documents: u64,
}

/// What was learnt, and from what.
#[derive(Debug, Clone, Default, serde::Serialize)]
#[non_exhaustive]
pub struct LearnReport {
    /// Documents that were learnt from.
    pub documents: u64,
    /// Of these, those whose records said what was substituted.
    pub with_edits: u64,
    /// Pairs set aside because the texts are no versions of each other.
    pub set_aside: u64,
    /// Records that could not be read.
    pub read: ReadReport,
    /// Entries of the dictionary.
    pub entries: usize,
    /// Substitutions found.
    pub substitutions: u64,
    /// Phrase pairs dropped because their originals are hardly ever replaced.
    pub inconsistent: usize,
    /// Entries seen only as often as the least that is kept: few of them are sure.
    pub rare: usize,
    /// How the spinner behaves.
    pub behaviour: Behaviour,
    /// Substitutions that no phrase can stand for: they begin or end inside a word.
    pub unaligned: u64,
}

/// Passes that find the phrases, and passes that count them.
const FINDING: usize = 5;
const COUNTING: usize = 2;

/// Learns a dictionary source from pairs of texts.
///
/// Reads them seven times (twice where all records say what was substituted),
/// in memory that depends on the number of phrases, not of documents.
///
/// # Errors
///
/// The pairs could not be read to their end.
///
/// # Examples
///
/// ```
/// use unspin_train::from_pairs::{learn_pairs, Options};
/// use unspin_train::pairs::Pair;
///
/// let towns = ["Ely", "Bath", "Ripon", "Wells", "Truro", "Derby"];
/// let pairs: Vec<Pair> = towns
///     .iter()
///     .map(|town| Pair {
///         spun: format!("The mayor of {town} will hearken to all 12 voters."),
///         original: format!("The mayor of {town} will listen to all 12 voters."),
///         edits: Vec::new(),
///     })
///     .collect();
/// let (source, report) = learn_pairs(&pairs, &Options::default(), &mut |_| ())?;
/// assert_eq!(report.documents, 6);
/// assert_eq!(source.entries[0].spun, "hearken");
/// assert_eq!(source.entries[0].used, 6);
/// # Ok::<(), unspin_train::records::RecordsError>(())
/// ```
pub fn learn_pairs(
    pairs: &(impl Pairs + ?Sized),
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Source, LearnReport), RecordsError> {
    let mut course = Course {
        pairs,
        options,
        progress,
        pass: 0,
        passes: FINDING + COUNTING,
    };
    let lexicon = course.lexicon()?;
    course.dictionary(&lexicon)
}

/// Learns only the phrase pairs; [`find_substitutions`] finds them in a pair of texts.
///
/// # Errors
///
/// The pairs could not be read to their end.
pub fn learn_lexicon(
    pairs: &(impl Pairs + ?Sized),
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Lexicon, RecordsError> {
    Course {
        pairs,
        options,
        progress,
        pass: 0,
        passes: FINDING,
    }
    .lexicon()
}

/// The substitutions of a pair by a lexicon, or nothing if its texts are no
/// versions of each other.
#[must_use]
pub fn find_substitutions(
    segmenter: &mut Segmenter,
    spun: &str,
    original: &str,
    min_fit: f64,
) -> Option<Vec<Substitution>> {
    let alignment = Alignment::new(spun, original);
    if alignment.fit() < min_fit {
        return None;
    }
    let pieces = segmenter.segment(&alignment);
    Some(alignment.substitutions(original, &pieces))
}

struct Course<'a, P: ?Sized> {
    pairs: &'a P,
    options: &'a Options,
    progress: &'a mut dyn FnMut(Progress),
    pass: usize,
    passes: usize,
}

impl<P: Pairs + ?Sized> Course<'_, P> {
    fn each(&mut self, mut visit: impl FnMut(&Pair)) -> Result<ReadReport, RecordsError> {
        self.pass += 1;
        let (pass, passes) = (self.pass, self.passes);
        let mut documents = 0;
        self.pairs.each(&mut |pair| {
            visit(pair);
            documents += 1;
            (self.progress)(Progress {
                pass,
                passes,
                documents,
            });
        })
    }

    /// As [`each`](Self::each), with the alignments of pairs whose substitutions are to be found.
    fn each_alignment(&mut self, mut visit: impl FnMut(&Alignment)) -> Result<(), RecordsError> {
        let options = self.options;
        self.each(|pair| {
            if options.ignore_edits || pair.edits.is_empty() {
                let alignment = Alignment::new(&pair.spun, &pair.original);
                if alignment.fit() >= options.min_fit {
                    visit(&alignment);
                }
            }
        })?;
        Ok(())
    }

    /// The phrase pairs of all texts.
    fn lexicon(&mut self) -> Result<Lexicon, RecordsError> {
        let mut lexicon = Lexicon::default();
        let mut candidates = Candidates::default();
        self.each_alignment(|alignment| candidates.count(alignment))?;
        candidates.keep(2);
        if candidates.is_empty() {
            self.passes = self.pass + COUNTING;
            return Ok(lexicon);
        }
        let mut totals = Totals::new(&candidates);
        self.each_alignment(|alignment| totals.count(alignment))?;
        lexicon.learn(&candidates, &totals);

        let mut unknown = Candidates::default();
        let mut uses = Uses::default();
        let mut segmenter = Segmenter::new(&lexicon);
        self.each_alignment(|alignment| {
            for piece in segmenter.segment(alignment) {
                if piece.known {
                    uses.count(alignment, &piece);
                } else {
                    unknown.count_unknown(alignment, &piece);
                }
            }
        })?;
        lexicon.recount(&uses, 2);
        unknown.keep(2);
        let mut totals = Totals::new(&unknown);
        self.each_alignment(|alignment| totals.count(alignment))?;
        lexicon.learn(&unknown, &totals);

        let mut uses = Uses::default();
        let mut segmenter = Segmenter::new(&lexicon);
        self.each_alignment(|alignment| {
            for piece in segmenter
                .segment(alignment)
                .iter()
                .filter(|piece| piece.known)
            {
                uses.count(alignment, piece);
            }
        })?;
        lexicon.recount(&uses, 2);
        Ok(lexicon)
    }

    /// Counts the phrases of a lexicon, used and not.
    fn dictionary(&mut self, lexicon: &Lexicon) -> Result<(Source, LearnReport), RecordsError> {
        let options = self.options;
        let mut report = LearnReport::default();
        let mut learner = Learner::default();
        let mut segmenter = Segmenter::new(lexicon);
        report.read = self.each(|pair| {
            match resolve(pair, options, &mut segmenter) {
                Resolved::Given => report.with_edits += 1,
                Resolved::Stranger => {
                    report.set_aside += 1;
                    return;
                }
                Resolved::Found(found) => {
                    report.documents += 1;
                    report.substitutions += found.edits.len() as u64;
                    learner.count(&found);
                    return;
                }
            }
            report.documents += 1;
            report.substitutions += pair.edits.len() as u64;
            learner.count(pair);
        })?;
        report.unaligned = learner.unaligned;
        learner.prune(&options.pruning);
        let mut observer = Observer::default();
        self.each(|pair| match resolve(pair, options, &mut segmenter) {
            Resolved::Given => {
                observer.count(pair);
                learner.count_own(pair);
            }
            Resolved::Found(found) => {
                observer.count(&found);
                learner.count_own(&found);
            }
            Resolved::Stranger => {}
        })?;
        let mut source = learner.finish();
        report.inconsistent = drop_inconsistent(&mut source, options.least_rate);
        report.entries = source.entries.len();
        let least = options.pruning.least(report.documents);
        let rare = |used: u32| used <= least;
        report.rare = source
            .entries
            .iter()
            .filter(|entry| rare(entry.used))
            .count();
        report.behaviour = observer.behaviour(&source);
        Ok((source, report))
    }
}

enum Resolved {
    Given,
    Found(Pair),
    Stranger,
}

fn resolve(pair: &Pair, options: &Options, segmenter: &mut Segmenter) -> Resolved {
    if !options.ignore_edits && !pair.edits.is_empty() {
        return Resolved::Given;
    }
    let alignment = Alignment::new(&pair.spun, &pair.original);
    if alignment.fit() < options.min_fit {
        return Resolved::Stranger;
    }
    let pieces = segmenter.segment(&alignment);
    let edits = alignment.substitutions(&pair.original, &pieces);
    Resolved::Found(Pair {
        spun: pair.spun.clone(),
        original: pair.original.clone(),
        edits,
    })
}

#[cfg(test)]
mod tests;
