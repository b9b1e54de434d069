//! Measures harper-core's full lint on documents read from standard input,
//! parted by NUL bytes, and prints one line: name, bytes, nanoseconds, answer.
//!
//! Lint groups keep a cache of sentences that they have seen, so that each
//! document is linted once and every measured call is a first one.

use std::io::Read;
use std::sync::Arc;
use std::time::Instant;

use harper_core::linting::{LintGroup, Linter};
use harper_core::spell::FstDictionary;
use harper_core::{Dialect, Document};

fn main() -> std::io::Result<()> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let documents: Vec<&str> = input.split('\0').filter(|d| !d.is_empty()).collect();

    let began = Instant::now();
    let dictionary = FstDictionary::curated();
    let mut linter = LintGroup::new_curated(Arc::clone(&dictionary), Dialect::American);
    let warm = linter
        .lint(&Document::new_plain_english("It is a test.", &dictionary))
        .len();
    println!("load\t0\t{}\t{warm}", began.elapsed().as_nanos());

    let (mut parsing, mut linting, mut tokens, mut lints) = (0, 0, 0, 0);
    for text in &documents {
        let began = Instant::now();
        let document = Document::new_plain_english(text, &dictionary);
        parsing += began.elapsed().as_nanos();
        tokens += document.get_tokens().len();
        lints += linter.lint(&document).len();
        linting += began.elapsed().as_nanos();
    }
    let bytes: usize = documents.iter().map(|d| d.len()).sum();
    println!("parse\t{bytes}\t{parsing}\t{tokens}");
    println!("lint\t{bytes}\t{linting}\t{lints}");
    Ok(())
}
