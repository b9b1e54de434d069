//! Options of the commands that make what restoring works with: dictionaries and models.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::EMBEDDED;

/// Work on dictionaries.
#[derive(Debug, Args)]
pub(crate) struct Dict {
    #[command(subcommand)]
    pub(crate) command: DictCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DictCommand {
    /// Compile a dictionary source
    #[command(after_help = "Example:\n  unspin dict build my.tsv -o my.unspin")]
    Build {
        /// The source, a table that people review
        source: PathBuf,
        /// The compiled dictionary
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Check that sources are well-formed and canonical, and harm no clean text
    ///
    /// Findings are printed as FILE:LINE:COLUMN; the exit status is then 1. They
    /// are: lines that are malformed, out of order or there twice, and phrases that
    /// the clean sample has far more often than the dictionary believes. Notes, as
    /// they are normal in spun text, are phrases that swap or lead round in a cycle.
    #[command(after_help = "Examples:
  unspin dict check my.tsv
  unspin dict check --clean news.jsonl.gz --notes my.tsv")]
    Check {
        /// The sources
        #[arg(required = true)]
        sources: Vec<PathBuf>,
        /// Rewrite sources that are well-formed but not canonical
        #[arg(long)]
        fix: bool,
        /// Clean texts that the entries must not harm; files or folders
        #[arg(long, value_name = "PATH")]
        clean: Vec<PathBuf>,
        /// Print notes too
        #[arg(long)]
        notes: bool,
    },
    /// Print what one dictionary has and the other has not
    ///
    /// One entry a line in the form of a source: `-` before those of OLD only,
    /// `+` before those of NEW only. The exit status is 1 if they differ.
    #[command(after_help = "Example:\n  unspin dict diff embedded my.tsv")]
    Diff {
        /// Dictionary, compiled or source; the word `embedded` is the built-in one
        old: PathBuf,
        /// Another one
        new: PathBuf,
    },
    /// Make a dictionary source of a list that exists
    ///
    /// Rows of synonyms `original|spun|spun`, spintax `{original|spun}`, tables
    /// with a header that names a spun and an original column, lists of tortured
    /// phrases (JSON, or CSV with their queries), and codespell's `wrong->right`.
    /// What cannot be taken goes to a file of rejects as FILE:LINE:COLUMN and the
    /// reason; the exit status is 2 if any row was malformed.
    #[command(after_help = "Example:
  unspin dict import phrases.csv --inflect -o my.tsv
  unspin dict build my.tsv -o my.unspin")]
    Import {
        /// The lists; .gz, .xz and .zst are unpacked
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The dictionary source to write
        #[arg(short, long, value_name = "FILE.tsv")]
        output: PathBuf,
        /// What the lists are; by default what their names and first bytes tell
        #[arg(long, value_enum)]
        format: Option<ListFormat>,
        /// Add inflected forms, both phrases in step
        #[arg(long)]
        inflect: bool,
        /// Count each row as so many uses at least; the context model knows of more
        #[arg(long, value_name = "N", default_value_t = 300)]
        uses: u32,
        /// Where rejects go; by default beside the output, with `.rejects` after its name
        #[arg(long, value_name = "FILE")]
        rejects: Option<PathBuf>,
        /// Print nothing but errors
        #[arg(short, long)]
        quiet: bool,
    },
    /// Print the figures of a dictionary as JSON
    Stats {
        /// Dictionary, compiled or source; the word `embedded` is the built-in one
        #[arg(default_value = EMBEDDED)]
        dictionary: PathBuf,
    },
    /// Print the entries of phrases as a table
    #[command(after_help = "Example:\n  unspin dict lookup \"hearken to\" second")]
    Lookup {
        /// Spun phrases
        #[arg(required = true, value_name = "PHRASE")]
        phrases: Vec<String>,
        /// Dictionary, compiled or source; the word `embedded` is the built-in one
        #[arg(long, value_name = "FILE", default_value = EMBEDDED)]
        dictionary: PathBuf,
    },
}

/// What a list is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ListFormat {
    /// Rows `original|spun|spun`
    Synonyms,
    /// Text with groups `{original|spun|spun}`
    Spintax,
    /// Comma-separated, with a header
    Csv,
    /// Tab-separated, with a header
    Tsv,
    /// JSON: {"phrases": [{"tortured", "correct"}]}
    Tortured,
    /// Rows `wrong->right`
    Codespell,
}

/// Learn a dictionary source from pairs of spun and original documents.
///
/// Where a record does not say what was substituted, its texts are aligned. Of
/// two folders, one of spun texts and one of originals, the partners are found
/// first. Without pairs, `--spun` and `--clean` propose entries: phrases that
/// spun text has far too often, with what may have stood there, to be reviewed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  unspin learn pairs.jsonl.gz -o my.tsv
  unspin learn spun-pages/ originals/ -o my.tsv
  unspin learn --spun pages/ --clean news.jsonl --thesaurus words.txt -o proposals.tsv
  unspin dict build my.tsv -o my.unspin
  unspin restore --dictionary my.unspin --dictionary embedded page.txt")]
pub(crate) struct Learn {
    /// Records {"spun", "original", "edits"?}; .gz, .xz and .zst are unpacked; or two
    /// folders, of spun texts and of originals
    #[arg(
        required_unless_present = "spun",
        conflicts_with = "spun",
        value_name = "PAIRS.jsonl"
    )]
    pub(crate) files: Vec<PathBuf>,
    /// The dictionary source to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Times that an entry must have been seen; by default once in fewer than 5,000
    /// documents, else twice
    #[arg(long, value_name = "N")]
    pub(crate) min_used: Option<u32>,
    /// Share of its phrase's uses that an entry must have, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub(crate) min_share: f64,
    /// Align the texts even where a record says what was substituted
    #[arg(long)]
    pub(crate) align: bool,
    /// Write what was learnt, how sure it is and how the spinner behaves to FILE as JSON
    #[arg(long, value_name = "FILE", conflicts_with = "spun")]
    pub(crate) report: Option<PathBuf>,
    /// Propose entries from spun texts: files, or folders of files
    #[arg(long, value_name = "PATH", requires = "clean")]
    pub(crate) spun: Vec<PathBuf>,
    /// Clean texts to compare them with
    #[arg(long, value_name = "PATH", requires = "spun")]
    pub(crate) clean: Vec<PathBuf>,
    /// Words that may stand for each other: rows `word|other|other`, also with `,` or tabs
    #[arg(long, value_name = "FILE", requires = "spun")]
    pub(crate) thesaurus: Vec<PathBuf>,
    /// Print nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Work on context models.
#[derive(Debug, Args)]
pub(crate) struct Model {
    #[command(subcommand)]
    pub(crate) command: ModelCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelCommand {
    /// Count a context model from clean text
    ///
    /// Plain text, or JSONL records with a field `text` or `original`; .gz, .xz
    /// and .zst are unpacked. Of lines that occur more than once the first counts.
    #[command(after_help = "Example:
  unspin model train --exclude test.jsonl clean.jsonl.gz news.txt@2 -o my.model
  unspin restore --model my.model page.txt")]
    Train {
        /// Texts; `@WEIGHT` after a name makes its words count more or less
        #[arg(required = true, value_name = "TEXT")]
        texts: Vec<String>,
        /// The model to write
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Mix with a model in the ARPA format, whose share is 0.5 or `@SHARE`
        #[arg(long, value_name = "FILE")]
        arpa: Option<String>,
        /// Prefer n-grams of words that are spun in these pairs
        #[arg(long, value_name = "PAIRS.jsonl")]
        focus: Vec<PathBuf>,
        /// Do not count lines that stand in FILE
        #[arg(long, value_name = "FILE")]
        exclude: Vec<PathBuf>,
        /// Size of the model, about
        #[arg(long, value_name = "BYTES", default_value_t = 7_200_000)]
        bytes: usize,
        /// How often a word must occur to be known
        #[arg(long, value_name = "N", default_value_t = 3)]
        least: u64,
        /// Print nothing but errors
        #[arg(short, long)]
        quiet: bool,
    },
    /// Train a reranker on clean texts that are spun for it
    ///
    /// Texts are spun by running a dictionary forwards, and decoded under a
    /// context model that must not have counted them.
    Fit {
        /// A context model and a text that it has not counted; `@SHARE` after
        /// the text takes that share of its documents
        #[arg(required = true, value_name = "MODEL=TEXT")]
        pairs: Vec<String>,
        /// The dictionary source of the spinner
        #[arg(long, value_name = "FILE.tsv")]
        dictionary: PathBuf,
        /// The reranker to write
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// How many weights to keep; there is room for most of a million
        #[arg(long, value_name = "N", default_value_t = unspin_train::rerank::WEIGHTS)]
        weights: usize,
        /// How often a feature must occur to count
        #[arg(long, value_name = "N", default_value_t = 3)]
        least: u16,
        /// Print nothing but errors
        #[arg(short, long)]
        quiet: bool,
    },
}
