//! Outputs: standard output, or a file that appears only when it is whole.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::write::GzEncoder;
use tempfile::NamedTempFile;

use crate::input::Packing;

/// Where restored documents go.
pub(crate) struct Output {
    sink: Option<Sink>,
    file: Option<(NamedTempFile, PathBuf)>,
    /// Whether the last byte written ended a line, or nothing was written.
    at_line_start: bool,
    failed: bool,
}

enum Sink {
    Stdout(io::Stdout),
    Plain(BufWriter<File>),
    Gzip(GzEncoder<BufWriter<File>>),
    Zstd(zstd::Encoder<'static, BufWriter<File>>),
}

impl Output {
    /// Standard output.
    pub(crate) fn stdout() -> Output {
        Output::new(Sink::Stdout(io::stdout()), None)
    }

    /// A file, through a temporary one beside it; packed as its name says.
    pub(crate) fn file(path: &Path) -> Result<Output> {
        if path.is_dir() {
            anyhow::bail!("{}: is a directory; name a file with -o", path.display());
        }
        // What a link points to is replaced, not the link.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let folder = match target.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let cannot = || format!("{}: cannot be written", path.display());
        // Devices and pipes are written to, not replaced.
        if target.exists() && !target.is_file() {
            let file = File::options()
                .write(true)
                .open(&target)
                .with_context(cannot)?;
            return Ok(Output::new(pack(path, file).with_context(cannot)?, None));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".unspin-");
        #[cfg(unix)]
        {
            // The rights that a new file would get; those of an old one are kept.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let temporary = builder.tempfile_in(folder).with_context(cannot)?;
        if let Ok(old) = std::fs::metadata(&target) {
            temporary
                .as_file()
                .set_permissions(old.permissions())
                .with_context(cannot)?;
        }
        let file = temporary.as_file().try_clone().with_context(cannot)?;
        let sink = pack(path, file).with_context(cannot)?;
        Ok(Output::new(sink, Some((temporary, target))))
    }

    fn new(sink: Sink, file: Option<(NamedTempFile, PathBuf)>) -> Output {
        Output {
            sink: Some(sink),
            file,
            at_line_start: true,
            failed: false,
        }
    }

    /// Ends the line if one was begun.
    pub(crate) fn end_line(&mut self) -> io::Result<()> {
        if !self.at_line_start {
            self.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Whether writing, and not reading, was what failed.
    pub(crate) fn failed(&self) -> bool {
        self.failed
    }

    /// Writes what is left and puts the file in its place.
    pub(crate) fn finish(mut self) -> Result<()> {
        let name = match &self.file {
            Some((_, target)) => target.display().to_string(),
            None => "<stdout>".to_string(),
        };
        let cannot = || format!("{name}: cannot be written");
        let file = match self.sink.take() {
            None => return Ok(()),
            Some(Sink::Stdout(mut stdout)) => return stdout.flush().with_context(cannot),
            Some(Sink::Plain(file)) => file,
            Some(Sink::Gzip(encoder)) => encoder.finish().with_context(cannot)?,
            Some(Sink::Zstd(encoder)) => encoder.finish().with_context(cannot)?,
        };
        file.into_inner()
            .map_err(io::IntoInnerError::into_error)
            .with_context(cannot)?;
        if let Some((temporary, target)) = self.file.take() {
            temporary
                .persist(&target)
                .map_err(|error| error.error)
                .with_context(cannot)?;
        }
        Ok(())
    }

    fn try_write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.sink {
            // Blocks are large; whoever reads along gets each at once.
            Some(Sink::Stdout(stdout)) => {
                let mut lock = stdout.lock();
                lock.write_all(bytes)?;
                lock.flush()
            }
            Some(Sink::Plain(file)) => file.write_all(bytes),
            Some(Sink::Gzip(file)) => file.write_all(bytes),
            Some(Sink::Zstd(file)) => file.write_all(bytes),
            None => Ok(()),
        }
    }
}

/// The sink that the name asks for.
fn pack(path: &Path, file: File) -> io::Result<Sink> {
    let file = BufWriter::with_capacity(1 << 16, file);
    Ok(match Packing::of(path) {
        Packing::Plain => Sink::Plain(file),
        Packing::Gzip => Sink::Gzip(GzEncoder::new(file, flate2::Compression::default())),
        Packing::Zstd => Sink::Zstd(zstd::Encoder::new(file, 0)?),
    })
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(&last) = bytes.last() {
            self.at_line_start = last == b'\n';
            self.try_write(bytes).inspect_err(|_| self.failed = true)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
