//! The texts: real ones where a corpus lies beside the checkout, else made ones.

use std::io::Read;
use std::path::Path;

use unspin::Dictionary;

use crate::made;
use crate::spinner::Spinner;

/// Aligned documents beside the checkout, as `spun` and `original` of each record.
const CORPUS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../shared/corpora/aligned/dev.jsonl.gz"
);

/// Bytes of made text.
const MADE: usize = 2_000_000;

pub(crate) struct Texts {
    /// `real` or `made`.
    pub(crate) kind: &'static str,
    pub(crate) clean: Vec<String>,
    pub(crate) spun: Vec<String>,
}

impl Texts {
    pub(crate) fn new(dictionary: &Dictionary) -> Texts {
        read(Path::new(CORPUS)).unwrap_or_else(|| {
            let clean = made::documents(MADE, 1);
            let (spun, _) = Spinner::new(dictionary).spin_all(&clean, 0.9);
            Texts {
                kind: "made",
                clean,
                spun,
            }
        })
    }
}

fn read(path: &Path) -> Option<Texts> {
    let file = std::fs::File::open(path).ok()?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .ok()?;
    let mut texts = Texts {
        kind: "real",
        clean: Vec::new(),
        spun: Vec::new(),
    };
    for line in text.lines() {
        let record: serde_json::Value = serde_json::from_str(line).ok()?;
        texts.clean.push(record["original"].as_str()?.to_string());
        texts.spun.push(record["spun"].as_str()?.to_string());
    }
    Some(texts)
}

/// Some of the documents, evenly picked, of about so many bytes together.
pub(crate) fn sample(documents: &[String], bytes: usize) -> Vec<String> {
    let total: usize = documents.iter().map(String::len).sum();
    let step = (total as f64 / bytes as f64).max(1.0);
    let count = (documents.len() as f64 / step) as usize;
    (0..count.max(1))
        .map(|at| documents[(at as f64 * step) as usize].clone())
        .collect()
}

/// One document of exactly so many bytes, or a few less, that repeats others as often as need be.
pub(crate) fn long(documents: &[String], bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 10_000);
    for document in documents.iter().cycle() {
        text.push_str(document);
        text.push_str("\n\n");
        if text.len() >= bytes {
            break;
        }
    }
    let mut end = bytes;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

pub(crate) fn bytes(documents: &[String]) -> usize {
    documents.iter().map(String::len).sum()
}
