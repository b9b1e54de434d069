//! The command line.

mod data;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use self::data::{Dict, DictCommand, Learn, ListFormat, Model, ModelCommand};

/// Restores the original English of text that went through an article spinner.
///
/// Spinners copy an article and swap its words for near-synonyms. unspin takes
/// the swaps back, and leaves text that was never spun alone, byte for byte.
#[derive(Debug, Parser)]
#[command(name = "unspin", version, max_term_width = 100)]
#[command(arg_required_else_help = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Print the manual page or the completions of a shell.
    #[arg(long, hide = true, value_name = "WHAT", exclusive = true)]
    pub(crate) generate: Option<Generate>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Restore(Restore),
    Detect(Detect),
    Eval(Eval),
    Coverage(Coverage),
    Dict(Dict),
    Learn(Learn),
    Model(Model),
}

/// What `--generate` prints.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Generate {
    Man,
    CompleteBash,
    CompleteZsh,
    CompleteFish,
    CompletePowershell,
}

/// Restore spun text.
///
/// Reads files or standard input and writes the restored text to standard
/// output. Documents that were never spun come back byte for byte.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  unspin restore page.txt > restored.txt
  unspin restore --diff page.txt
  unspin restore --in-place pages/*.txt
  unspin restore --field body --edits crawl.jsonl.zst -o restored.jsonl.zst
  unspin restore --dictionary my.unspin --dictionary embedded page.txt

Exit status: 0 done, 2 if any document or record failed.")]
pub(crate) struct Restore {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) engine: Engine,
    /// Drop edits whose probability lies below P, from 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    pub(crate) min_score: f32,
    /// Add the edits to each JSONL record
    #[arg(long)]
    pub(crate) edits: bool,
    /// Name of the field that --edits adds
    #[arg(long, value_name = "NAME", default_value = "edits", requires = "edits")]
    pub(crate) edits_field: String,
    /// Show what would change, word by word, instead of the text
    #[arg(long, conflicts_with_all = ["edits", "explain", "in_place"])]
    pub(crate) diff: bool,
    /// Show the candidates of each decision and their costs, instead of the text
    #[arg(long, conflicts_with_all = ["edits", "in_place"])]
    pub(crate) explain: bool,
    /// Write to FILE, through a temporary file; .gz and .zst are compressed
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replace each input file by what was restored from it
    #[arg(long, conflicts_with = "output")]
    pub(crate) in_place: bool,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    pub(crate) color: Color,
}

/// Say how strongly documents look spun, and by which tells.
///
/// Text gives one line a document: its name, the verdict, the probability and
/// the strongest tells, parted by tabs. JSONL records get a field `spin`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  unspin detect pages/*.txt
  unspin detect crawl.jsonl.gz -o judged.jsonl.gz
  unspin detect --format jsonl --field body < crawl.jsonl | jq 'select(.spin.spun)'")]
pub(crate) struct Detect {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) engine: Engine,
    /// Write to FILE, through a temporary file; .gz and .zst are compressed
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Measure restoring on documents whose original is known.
///
/// Restores the field `spun` of each record, compares it with `original` and
/// prints the figures as one JSON object.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  unspin eval gold.jsonl.gz
  unspin eval --by-source --dictionary my.unspin gold.jsonl -o restored.jsonl")]
pub(crate) struct Eval {
    /// Records {"id", "spun", "original", "edits"?}; `-` or nothing is standard input
    #[arg(value_name = "GOLD.jsonl")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) engine: Engine,
    /// Drop edits whose probability lies below P, from 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    pub(crate) min_score: f32,
    /// Give the figures of each `source` too
    #[arg(long)]
    pub(crate) by_source: bool,
    /// List the most frequent mistakes too, where records have `edits`
    #[arg(long)]
    pub(crate) errors: bool,
    /// Say how often edits are right, by their score, where records have `edits`
    #[arg(long)]
    pub(crate) calibration: bool,
    /// Stop at the first record that fails
    #[arg(long)]
    pub(crate) strict: bool,
    /// Write the restored texts to FILE as records {"id", "text"}
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Benchmark a dictionary: how much of what a spinner does it covers.
///
/// On pairs: the share of substitutions whose spun phrase is a key, whose
/// original is among the candidates and comes first, and what is missing. On
/// texts by themselves: how much of a spun one is explained and which phrases
/// are suspicious; what would be harmed in a clean one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  unspin coverage pairs.jsonl.gz
  unspin coverage --dictionary my.tsv --html coverage.html --gaps gaps.tsv pairs.jsonl
  unspin coverage --growth train.jsonl.gz --json dev.jsonl.gz > coverage.json
  unspin coverage --assume spun page.txt")]
pub(crate) struct Coverage {
    /// Pairs {"spun", "original", "edits"?, "source"?}, records with a text, or texts;
    /// .gz, .xz and .zst are unpacked
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Dictionary instead of the built-in one; repeated, they layer and the first wins;
    /// the word `embedded` names the built-in one
    #[arg(long, value_name = "FILE")]
    pub(crate) dictionary: Vec<PathBuf>,
    /// Context model instead of the built-in one
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// What to take texts for that are no pairs
    #[arg(long, value_enum, default_value_t)]
    pub(crate) assume: Assume,
    /// JSONL field that holds the text
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub(crate) field: String,
    /// Show how coverage of the pairs grows with the documents of these pairs learnt from
    #[arg(long, value_name = "PAIRS.jsonl")]
    pub(crate) growth: Vec<PathBuf>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
    /// Write a page with charts, too
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write what is missing as a dictionary source, too
    #[arg(long, value_name = "FILE.tsv")]
    pub(crate) gaps: Option<PathBuf>,
    /// List at most N phrases of a kind
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) most: usize,
    /// Write the table or the JSON to FILE
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Print nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// What is read, and how.
#[derive(Debug, Args)]
pub(crate) struct Inputs {
    /// Files; `-` or nothing is standard input; .gz and .zst are unpacked
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Format of the input; by default JSONL for .jsonl and .ndjson, else text
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// JSONL field that holds the text
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub(crate) field: String,
    /// Stop at the first document or record that fails
    #[arg(long)]
    pub(crate) strict: bool,
    /// Replace invalid UTF-8 instead of failing
    #[arg(long)]
    pub(crate) lossy: bool,
    /// Pass JSONL records of more than N bytes through as they are, and fail
    #[arg(long, value_name = "N", default_value_t = 256 << 20)]
    pub(crate) max_record_bytes: usize,
}

/// What restores, and how.
#[derive(Debug, Args)]
pub(crate) struct Engine {
    /// What to take for granted about the documents
    #[arg(long, value_enum, default_value_t)]
    pub(crate) assume: Assume,
    /// Dictionary instead of the built-in one; repeated, they layer and the first wins;
    /// the word `embedded` names the built-in one
    #[arg(long, value_name = "FILE")]
    pub(crate) dictionary: Vec<PathBuf>,
    /// Context model instead of the built-in one
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// Never edit the phrases of FILE, one a line; `#` begins a comment
    #[arg(long, value_name = "FILE")]
    pub(crate) keep_list: Vec<PathBuf>,
    /// Use this reranker; with `--model` alone there is none
    #[arg(long, value_name = "FILE")]
    pub(crate) reranker: Option<PathBuf>,
    /// Threads to use, 1024 at most; 0 for one for each processor
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) threads: usize,
    /// Print nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// More than any machine has use for: each comes with a worker.
const MOST_THREADS: usize = 1024;

/// The word that names the built-in dictionary.
pub(crate) const EMBEDDED: &str = "embedded";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One file is one document
    Text,
    /// One JSON object a line
    Jsonl,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Assume {
    /// The document decides
    #[default]
    Auto,
    /// The text is known to be spun
    Spun,
    /// The text is known to be clean and passes through
    Clean,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

fn probability(argument: &str) -> Result<f32, String> {
    match argument.parse() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("write a number from 0 to 1".to_string()),
    }
}

impl Engine {
    /// The number of threads to use.
    pub(crate) fn threads(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads.min(MOST_THREADS),
        }
    }
}
