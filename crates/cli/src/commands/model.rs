//! `unspin model`.

use std::path::Path;

use anyhow::{Context, Result};
use unspin::Model;
use unspin_train::model::{model, Options, Source};
use unspin_train::rerank::{Settings, Trainer};
use unspin_train::respin::Respinner;
use unspin_train::texts;

use crate::args::ModelCommand;
use crate::engine::read_source;
use crate::report::tell;

/// Works on context models and rerankers; gives whether all went well.
pub(crate) fn run(command: ModelCommand) -> Result<bool> {
    match command {
        ModelCommand::Train {
            texts,
            output,
            arpa,
            focus,
            exclude,
            bytes,
            least,
            quiet,
        } => {
            let options = Options {
                sources: texts.iter().map(|text| Source::parse(text)).collect(),
                arpa: arpa.map(|argument| arpa_source(&argument)),
                focus,
                exclude,
                bytes,
                least,
                ..Options::default()
            };
            train(&options, &output, quiet)
        }
        ModelCommand::Fit {
            pairs,
            dictionary,
            output,
            weights,
            least,
            quiet,
        } => {
            let settings = Settings {
                weights,
                least,
                ..Settings::default()
            };
            fit(&pairs, &dictionary, &settings, &output, quiet)
        }
    }
}

fn train(options: &Options, output: &Path, quiet: bool) -> Result<bool> {
    let trained = model(options, &mut |what| {
        if !quiet {
            tell(what);
        }
    })?;
    super::dict::write(output, &trained.bytes)?;
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

/// Documents longer than this, in bytes, are left out of the training.
const LONGEST: usize = 60_000;

fn fit(
    pairs: &[String],
    dictionary: &Path,
    settings: &Settings,
    output: &Path,
    quiet: bool,
) -> Result<bool> {
    let name = dictionary.display().to_string();
    let source = unspin::dict::Source::parse(&name, &read_source(dictionary)?)?;
    let dictionary = source.to_dictionary(&name)?;
    let mut spinner = Respinner::new(&source, 7);
    let mut trainer = Trainer::default();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    for pair in pairs {
        let (model, text) = pair
            .split_once('=')
            .with_context(|| format!("`{pair}`: write MODEL=TEXT"))?;
        let model = Model::from_path(Path::new(model))?;
        let text = Source::parse(text);
        let (mut documents, mut due) = (Vec::new(), 0.0);
        texts(&text.path, |text_of_document| {
            due += text.weight;
            if due >= 1.0 && text_of_document.len() < LONGEST {
                due -= 1.0;
                documents.push(spinner.spin(text_of_document));
            }
        })?;
        let instances = trainer.collect(&documents, &dictionary, &model, threads)?;
        if !quiet {
            let path = text.path.display();
            tell(&format!(
                "{path}: {} documents; {instances} instances in all",
                documents.len()
            ));
        }
    }
    let bytes = trainer.train(settings, |progress| {
        if !quiet {
            tell(&format!(
                "run {}: {:.4} nats, {:.4} right",
                progress.run + 1,
                progress.loss,
                progress.right
            ));
        }
    });
    super::dict::write(output, &bytes)?;
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
