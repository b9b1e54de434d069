//! Compiles the dictionary source into the artefact that the crate embeds.

// The modules are compiled here for a part of what they do.
#![allow(missing_docs, dead_code, unused_imports, unreachable_pub)]

#[path = "src/artefact.rs"]
mod artefact;
#[path = "src/error.rs"]
mod error;
#[path = "src/simd/mod.rs"]
mod simd;
#[path = "src/token/mod.rs"]
mod token;
#[path = "src/dict"]
mod dict {
    pub mod compile;
    pub mod source;
}

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    const SOURCE: &str = "data/dictionary.tsv";
    println!("cargo::rerun-if-changed={SOURCE}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/dict");
    println!("cargo::rerun-if-changed=src/artefact.rs");
    println!("cargo::rerun-if-changed=src/simd");
    println!("cargo::rerun-if-changed=src/token");
    if std::env::var_os("CARGO_FEATURE_EMBEDDED").is_none() {
        return Ok(());
    }
    let text = std::fs::read_to_string(SOURCE).map_err(|error| format!("{SOURCE}: {error}"))?;
    let source = dict::source::Source::parse(SOURCE, &text)?;
    let out = std::env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .ok_or("OUT_DIR is not set")?;
    std::fs::write(
        out.join("dictionary.unspin"),
        dict::compile::compile(&source),
    )?;
    Ok(())
}
