//! Compiles the dictionary source into the artefact that the crate embeds, and derives from
//! that what every process would have to derive otherwise.

// The modules are compiled here for a part of what they do.
#![allow(missing_docs, dead_code, unused_imports, unreachable_pub)]

#[path = "src/artefact.rs"]
mod artefact;
#[path = "src/cost.rs"]
mod cost;
#[path = "src/error.rs"]
mod error;
#[path = "src/gate.rs"]
mod gate;
#[path = "src/image.rs"]
mod image;
#[path = "src/simd/mod.rs"]
mod simd;
#[path = "src/token/mod.rs"]
mod token;
#[path = "src/dict"]
mod dict {
    pub mod compile;
    pub mod content;
    mod keys;
    mod lexicon;
    mod prefix;
    mod prefixes;
    pub mod source;
    mod table;
    mod words;
}

use std::path::PathBuf;

use artefact::{Artefact, Origin};
use dict::compile::{compile, FORMAT};
use dict::content::Content;
use dict::source::Source;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    const SOURCE: &str = "data/dictionary.tsv";
    println!("cargo::rerun-if-changed={SOURCE}");
    for part in ["artefact", "cost", "error", "gate", "image"] {
        println!("cargo::rerun-if-changed=src/{part}.rs");
    }
    for part in ["build.rs", "src/dict", "src/simd", "src/token"] {
        println!("cargo::rerun-if-changed={part}");
    }
    if std::env::var_os("CARGO_FEATURE_EMBEDDED").is_none() {
        return Ok(());
    }
    let text = std::fs::read_to_string(SOURCE).map_err(|error| format!("{SOURCE}: {error}"))?;
    let bytes = compile(&Source::parse(SOURCE, &text)?);
    let out = std::env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .ok_or("OUT_DIR is not set")?;
    std::fs::write(out.join("dictionary.unspin"), &bytes)?;
    let artefact = Artefact::open(SOURCE, bytes.into(), FORMAT, Origin::Outside)?;
    let lexicon = Content::read(SOURCE, &artefact)?.to_lexicon();
    std::fs::write(out.join("dictionary.lexicon"), image::image(&lexicon))?;
    Ok(())
}
