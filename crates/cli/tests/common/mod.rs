//! A folder with a small dictionary, and `unspin` run in it.
#![allow(dead_code, unreachable_pub, missing_docs, clippy::expect_used)] // Each test crate uses a part.

use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

const SOURCE: &str = "#unspin-dictionary\t1\n#documents\t40\n#words\t20000\n\
                      spun\toriginal\tused\town\tkept\tbias\n\
                      colossal information\tbig data\t12\t0\t0\t0\n\
                      hearken to\tlisten to\t7\t0\t0\t0\n";

pub struct Folder {
    folder: TempDir,
}

/// What a run gave.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: Vec<u8>,
    pub told: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        Ran {
            status: output.status.code().unwrap_or(-1),
            out: output.stdout,
            told: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// Checks the status and gives the output as text.
    #[track_caller]
    pub fn text(&self, status: i32) -> String {
        assert_eq!(self.status, status, "{}", self.told);
        String::from_utf8(self.out.clone()).expect("the output is text")
    }
}

impl Folder {
    /// A fresh folder with the compiled dictionary `small.unspin`.
    pub fn new() -> Folder {
        let folder = Folder {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        folder.write("small.tsv", SOURCE);
        folder
            .run(&["dict", "build", "small.tsv", "-o", "small.unspin"], "")
            .text(0);
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).expect("the file can be written");
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("the file can be read")
    }

    pub fn names(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path()).expect("the folder can be read");
        let name =
            |file: std::io::Result<std::fs::DirEntry>| file.ok()?.file_name().into_string().ok();
        let mut names: Vec<String> = files.filter_map(name).collect();
        names.sort();
        names
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unspin"));
        command.current_dir(self.folder.path());
        command
    }

    pub fn run(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Ran {
        let output = self
            .command()
            .args(arguments)
            .write_stdin(input.as_ref())
            .output();
        output.expect("unspin can be run").into()
    }

    /// Restores with the small dictionary text that is known to be spun.
    pub fn restore(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Ran {
        let fixed = [
            "restore",
            "--quiet",
            "--assume",
            "spun",
            "--dictionary",
            "small.unspin",
        ];
        self.run(&[&fixed, arguments].concat(), input)
    }
}
