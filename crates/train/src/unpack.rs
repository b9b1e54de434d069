//! Files that may be compressed.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// Bytes read at once.
const BUFFER: usize = 1 << 18;

/// Opens a file, decompressed where its name ends in `.gz`, `.xz` or `.zst`,
/// and gives the name beneath that ending, in lower case.
pub(crate) fn open(path: &Path) -> io::Result<(BufReader<Box<dyn Read>>, String)> {
    let file = File::open(path)?;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let (reader, beneath): (Box<dyn Read>, &str) = if let Some(name) = name.strip_suffix(".gz") {
        (Box::new(flate2::read::MultiGzDecoder::new(file)), name)
    } else if let Some(name) = name.strip_suffix(".xz") {
        (
            Box::new(liblzma::read::XzDecoder::new_multi_decoder(file)),
            name,
        )
    } else if let Some(name) = name.strip_suffix(".zst") {
        (Box::new(zstd::Decoder::new(file)?), name)
    } else {
        (Box::new(file), &name)
    };
    Ok((
        BufReader::with_capacity(BUFFER, reader),
        beneath.to_string(),
    ))
}
