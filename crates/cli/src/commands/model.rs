//! `unspin model`.

use std::path::Path;

use anyhow::Result;
use unspin_train::model::{model, Options, Source};

use crate::args::ModelCommand;
use crate::report::tell;

/// Works on context models; gives whether all went well.
pub(crate) fn run(command: ModelCommand) -> Result<bool> {
    let ModelCommand::Train {
        texts,
        output,
        arpa,
        exclude,
        bytes,
        least,
        quiet,
    } = command;
    let options = Options {
        sources: texts.iter().map(|text| Source::parse(text)).collect(),
        arpa: arpa.map(|argument| arpa_source(&argument)),
        exclude,
        bytes,
        least,
        ..Options::default()
    };
    let trained = model(&options, &mut |what| {
        if !quiet {
            tell(what);
        }
    })?;
    super::dict::write(&output, &trained.bytes)?;
    if !quiet {
        let [words, pairs, triples] = trained.kept;
        tell(&format!(
            "{} tokens counted; {words} words, {pairs} pairs, {triples} triples in {} bytes",
            trained.tokens,
            trained.bytes.len(),
        ));
    }
    Ok(true)
}

/// `FILE` or `FILE@SHARE`; half without a share.
fn arpa_source(argument: &str) -> Source {
    let source = Source::parse(argument);
    if source.path == Path::new(argument) {
        return Source {
            weight: 0.5,
            ..source
        };
    }
    source
}
