//! The commands.

mod coverage;
mod detect;
mod dict;
mod eval;
mod generate;
mod import;
mod learn;
mod model;
mod progress;
mod propose;
mod records;
mod restore;

use std::process::ExitCode;

use anyhow::Result;
use clap::CommandFactory;

use crate::args::{Cli, Command};

/// Does what the command line says; the status is that of the process.
pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    if let Some(what) = cli.generate {
        generate::run(what)?;
        return Ok(ExitCode::SUCCESS);
    }
    match cli.command {
        Some(Command::Restore(options)) => restore::run(options).map(status),
        Some(Command::Detect(options)) => detect::run(options).map(status),
        Some(Command::Eval(options)) => eval::run(options).map(status),
        Some(Command::Coverage(options)) => coverage::run(options).map(status),
        Some(Command::Dict(options)) => dict::run(options.command),
        Some(Command::Learn(options)) => learn::run(options).map(status),
        Some(Command::Model(options)) => model::run(options.command).map(status),
        None => {
            Cli::command().print_help()?;
            Ok(ExitCode::from(2))
        }
    }
}

fn status(all_went_well: bool) -> ExitCode {
    if all_went_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    }
}
