//! The command line of unspin.

mod args;
mod chunks;
mod commands;
mod document;
mod engine;
mod input;
mod job;
mod output;
mod pipeline;
mod record;
mod report;
mod room;
mod show;
mod text;
mod window;

use std::io;
use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;
use crate::report::tell;

fn main() -> ExitCode {
    match commands::run(Cli::parse()) {
        Ok(status) => status,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

/// Whether the reader of the output went away, which is no error.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
