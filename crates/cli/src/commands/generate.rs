//! The manual page and the completions of shells.

use std::io::Write;

use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::{Cli, Generate};
use crate::output::Output;

/// Prints what packagers install.
pub(crate) fn run(what: Generate) -> Result<()> {
    let mut command = Cli::command();
    let mut text = Vec::new();
    let shell = match what {
        Generate::Man => {
            command.build();
            clap_mangen::Man::new(command.clone()).render(&mut text)?;
            for sub in command
                .get_subcommands()
                .filter(|sub| sub.get_name() != "help")
            {
                clap_mangen::Man::new(sub.clone()).render(&mut text)?;
            }
            return Ok(Output::stdout().write_all(&text)?);
        }
        Generate::CompleteBash => Shell::Bash,
        Generate::CompleteZsh => Shell::Zsh,
        Generate::CompleteFish => Shell::Fish,
        Generate::CompletePowershell => Shell::PowerShell,
    };
    clap_complete::generate(shell, &mut command, "unspin", &mut text);
    Ok(Output::stdout().write_all(&text)?)
}
