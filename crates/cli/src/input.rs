//! Inputs: files, compressed or not, and standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use indicatif::ProgressBar;

use crate::args::Format;

/// Where documents come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    Stdin,
    File(PathBuf),
}

/// How bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl Packing {
    /// By the end of the file's name.
    pub(crate) fn of(path: &Path) -> Packing {
        match path.extension().map(|end| end.to_ascii_lowercase()) {
            Some(end) if end == "gz" => Packing::Gzip,
            Some(end) if end == "zst" => Packing::Zstd,
            _ => Packing::Plain,
        }
    }
}

impl Input {
    /// The inputs that arguments name: `-` or nothing is standard input.
    pub(crate) fn all(arguments: &[PathBuf]) -> Vec<Input> {
        if arguments.is_empty() {
            return vec![Input::Stdin];
        }
        let input = |path: &PathBuf| match path.to_str() {
            Some("-") => Input::Stdin,
            _ => Input::File(path.clone()),
        };
        arguments.iter().map(input).collect()
    }

    /// The name for messages.
    pub(crate) fn name(&self) -> String {
        match self {
            Input::Stdin => "<stdin>".to_string(),
            Input::File(path) => path.display().to_string(),
        }
    }

    /// The format that the name of the file tells.
    pub(crate) fn format(&self) -> Format {
        let Input::File(path) = self else {
            return Format::Text;
        };
        let unpacked = match Packing::of(path) {
            Packing::Plain => path.clone(),
            Packing::Gzip | Packing::Zstd => path.with_extension(""),
        };
        match unpacked.extension().map(|end| end.to_ascii_lowercase()) {
            Some(end) if end == "jsonl" || end == "ndjson" => Format::Jsonl,
            _ => Format::Text,
        }
    }

    /// Size on disk, where it is known.
    pub(crate) fn size(&self) -> Option<u64> {
        match self {
            Input::Stdin => None,
            // Pipes have none.
            Input::File(path) => {
                let data = std::fs::metadata(path).ok().filter(|data| data.is_file());
                data.map(|data| data.len())
            }
        }
    }

    /// Opens the input; what is read from the disk moves the bar.
    pub(crate) fn open(&self, bar: &ProgressBar) -> Result<Box<dyn Read + Send>> {
        let path = match self {
            Input::Stdin => return Ok(Box::new(bar.wrap_read(io::stdin()))),
            Input::File(path) => path,
        };
        let cannot = || format!("{}: cannot be opened", path.display());
        if path.is_dir() {
            anyhow::bail!("{}: is a directory; name the files in it", path.display());
        }
        let file = bar.wrap_read(File::open(path).with_context(cannot)?);
        Ok(match Packing::of(path) {
            Packing::Plain => Box::new(file),
            Packing::Gzip => {
                let buffered = io::BufReader::with_capacity(1 << 16, file);
                Box::new(flate2::bufread::MultiGzDecoder::new(buffered))
            }
            Packing::Zstd => Box::new(zstd::Decoder::new(file).with_context(cannot)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_format_and_packing() {
        for (name, format, packing) in [
            ("a.txt", Format::Text, Packing::Plain),
            ("a.jsonl", Format::Jsonl, Packing::Plain),
            ("a.b/c.NDJSON.GZ", Format::Jsonl, Packing::Gzip),
            ("a.txt.zst", Format::Text, Packing::Zstd),
            ("jsonl", Format::Text, Packing::Plain),
        ] {
            let input = Input::File(name.into());
            assert_eq!(input.format(), format, "{name}");
            assert_eq!(Packing::of(Path::new(name)), packing, "{name}");
        }
    }

    /// What a pipe gives is of any length.
    #[cfg(unix)]
    #[test]
    fn only_files_have_a_size() {
        assert_eq!(Input::File("/dev/null".into()).size(), None);
        assert_eq!(Input::Stdin.size(), None);
        assert!(Input::File("Cargo.toml".into()).size().is_some());
    }
}
