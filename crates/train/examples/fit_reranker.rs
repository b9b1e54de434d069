//! Trains a reranker:
//! `fit_reranker OUT DICTIONARY.tsv [key=value]… (-m MODEL TEXT…)…`
//!
//! The texts behind a model are spun and decoded under it; the model must not
//! have counted them.

use std::path::{Path, PathBuf};
use std::time::Instant;

use unspin::dict::Source;
use unspin::Model;
use unspin_train::rerank::{Settings, Trainer};
use unspin_train::respin::Respinner;
use unspin_train::texts;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let start = Instant::now();
    let mut arguments = std::env::args().skip(1);
    let out = PathBuf::from(arguments.next().ok_or("name the output")?);
    let source = arguments.next().ok_or("name the dictionary source")?;
    let source = Source::parse(&source, &std::fs::read_to_string(&source)?)?;
    let dictionary = source.to_dictionary("dictionary")?;
    let mut spinner = Respinner::new(&source, 7);
    let mut settings = Settings::default();
    let mut trainer = Trainer::default();
    let mut model = None;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    while let Some(argument) = arguments.next() {
        if argument == "-m" {
            model = Some(Model::from_path(Path::new(
                &arguments.next().ok_or("name a model")?,
            ))?);
        } else if let Some((key, value)) = argument.split_once('=') {
            match key {
                "bits" => settings.bits = value.parse()?,
                "least" => settings.least = value.parse()?,
                "rate" => settings.rate = value.parse()?,
                "decay" => settings.decay = value.parse()?,
                "passes" => settings.passes = value.parse()?,
                _ => return Err(format!("unknown setting {key}").into()),
            }
        } else {
            let model = model.as_ref().ok_or("name a model before the texts")?;
            let (path, share) = argument.split_once('@').unwrap_or((&argument, "1"));
            let share: f64 = share.parse()?;
            let (mut pairs, mut sum) = (Vec::new(), 0.0);
            texts(Path::new(path), |text| {
                sum += share;
                if sum >= 1.0 && text.len() < 60_000 {
                    sum -= 1.0;
                    pairs.push(spinner.spin(text));
                }
            })?;
            let lessons = trainer.collect(&pairs, &dictionary, model, threads)?;
            eprintln!(
                "{:6.1} s  {path}: {} documents, {lessons} instances",
                start.elapsed().as_secs_f32(),
                pairs.len()
            );
        }
    }
    let bytes = trainer.train(&settings, |progress| {
        eprintln!("{:6.1} s  {progress:?}", start.elapsed().as_secs_f32());
    });
    let partial = out.with_extension("part");
    std::fs::write(&partial, bytes)?;
    std::fs::rename(&partial, &out)?;
    Ok(())
}
