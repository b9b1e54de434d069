//! From files to figures.

use std::path::{Path, PathBuf};

use unspin::{Assume, Dictionary, Error, Model, Restorer, Worker};
use unspin_train::align::{Lexicon, Segmenter};
use unspin_train::from_pairs::{find_substitutions, learn_lexicon, Options};
use unspin_train::pairs::Pair;
use unspin_train::records::{PairFiles, ReadReport, RecordsError};

use crate::clean::CleanTally;
use crate::documents::{has_records, read, Document};
use crate::pairs::PairTally;
use crate::report::Coverage;
use crate::spun::SpunTally;
use crate::table::Table;

/// What is measured, and how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What the dictionary is called in the report.
    pub name: String,
    /// What texts that are no pairs are taken for; by default each decides.
    pub assume: Assume,
    /// Field of records that holds a text.
    pub field: String,
    /// Phrases that each list holds at most.
    pub most: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            name: "dictionary".to_string(),
            assume: Assume::Auto,
            field: "text".to_string(),
            most: 1000,
        }
    }
}

/// Measures a dictionary on files, one after the other.
#[derive(Debug)]
pub struct Measurer {
    settings: Settings,
    table: Table,
    model: Model,
    deciding: Worker,
    taking_for_spun: Worker,
    pairs: Option<PairTally>,
    spun: Option<SpunTally>,
    clean: Option<CleanTally>,
    /// Files with pairs that do not say what was substituted.
    unaligned: Vec<PathBuf>,
}

impl Measurer {
    /// A measurer of `dictionary`, which restores by `model`.
    ///
    /// # Errors
    ///
    /// The dictionary is too large.
    pub fn new(
        dictionary: &Dictionary,
        model: Model,
        settings: Settings,
    ) -> Result<Measurer, Error> {
        let worker = |assume| -> Result<Worker, Error> {
            let builder = Restorer::builder()
                .dictionary(dictionary.clone())
                .model(model.clone());
            Ok(builder.assume(assume).build()?.worker())
        };
        Ok(Measurer {
            table: Table::new(&dictionary.to_source()),
            deciding: worker(Assume::Auto)?,
            taking_for_spun: worker(Assume::Spun)?,
            settings,
            model,
            pairs: None,
            spun: None,
            clean: None,
            unaligned: Vec::new(),
        })
    }

    /// Measures on the documents of a file and gives those pairs whose
    /// substitutions are known to `keep`.
    ///
    /// # Errors
    ///
    /// The file cannot be read to its end.
    pub fn file(
        &mut self,
        path: &Path,
        report: &mut ReadReport,
        mut each: impl FnMut(Option<(&str, &Pair)>),
    ) -> Result<(), RecordsError> {
        let field = self.settings.field.clone();
        let mut unaligned = false;
        read(path, &field, report, |document| match document {
            Document::Text(text) => {
                self.text(&text);
                each(None);
            }
            Document::Pair { pair, .. } if pair.edits.is_empty() && pair.spun != pair.original => {
                unaligned = true;
            }
            Document::Pair { source, pair } => {
                self.pair(&source, &pair);
                each(Some((&source, &pair)));
            }
        })?;
        if unaligned {
            self.unaligned.push(path.to_owned());
        }
        Ok(())
    }

    /// Aligns the pairs that did not say what was substituted, all together,
    /// and measures on them.
    ///
    /// # Errors
    ///
    /// A file cannot be read to its end.
    pub fn align(
        &mut self,
        mut each: impl FnMut(Option<(&str, &Pair)>),
    ) -> Result<(), RecordsError> {
        let files = std::mem::take(&mut self.unaligned);
        if files.is_empty() {
            return Ok(());
        }
        let lexicon: Lexicon = learn_lexicon(
            &PairFiles::new(files.clone()),
            &Options::default(),
            &mut |_| (),
        )?;
        let mut segmenter = Segmenter::new(&lexicon);
        let field = self.settings.field.clone();
        for path in files.iter().filter(|path| has_records(path)) {
            // What is wrong with the records was reported the first time.
            read(path, &field, &mut ReadReport::default(), |document| {
                let Document::Pair { source, mut pair } = document else {
                    return;
                };
                if !pair.edits.is_empty() || pair.spun == pair.original {
                    return;
                }
                let least = Options::default().min_fit;
                match find_substitutions(&mut segmenter, &pair.spun, &pair.original, least) {
                    Some(edits) => {
                        pair.edits = edits;
                        self.pair(&source, &pair);
                        each(Some((&source, &pair)));
                    }
                    None => {
                        self.pairs.get_or_insert_default().set_aside += 1;
                        each(None);
                    }
                }
            })?;
        }
        Ok(())
    }

    fn pair(&mut self, source: &str, pair: &Pair) {
        if pair.edits.is_empty() {
            self.clean_text(&pair.original);
        } else {
            let tally = self.pairs.get_or_insert_default();
            tally.count(&self.table, source, pair);
        }
    }

    fn text(&mut self, text: &str) {
        let spun = match self.settings.assume {
            Assume::Spun => true,
            Assume::Clean => false,
            Assume::Auto => self.deciding.detect(text).spun == Some(true),
        };
        if !spun {
            return self.clean_text(text);
        }
        let edits = self.taking_for_spun.edits(text);
        let changed: Vec<_> = edits.iter().map(|edit| edit.start..edit.end).collect();
        let tally = self.spun.get_or_insert_default();
        tally.count(&self.table, &self.model, text, &changed);
    }

    fn clean_text(&mut self, text: &str) {
        let edits = self.deciding.edits(text);
        let if_spun = self.taking_for_spun.edits(text);
        let tally = self.clean.get_or_insert_default();
        tally.count(&self.table, text, &edits, &if_spun);
    }

    /// All figures.
    #[must_use]
    pub fn finish(self) -> Coverage {
        let most = self.settings.most;
        let mut coverage = Coverage::new(&self.settings.name, &self.table);
        coverage.pairs = self.pairs.map(|tally| tally.finish(&self.table, most));
        coverage.spun = self.spun.map(|tally| tally.finish(most));
        coverage.clean = self.clean.map(|tally| tally.finish(most));
        coverage
    }
}
