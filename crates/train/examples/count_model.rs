//! Counts a context model without the command line's comforts:
//! `count_model OUT [key=value | -x EXCLUDE | -f ALIGNED | -a ARPA@WEIGHT | TEXT[@WEIGHT]]…`

use std::path::PathBuf;
use std::time::Instant;

use unspin_train::model::{model, Options, Source};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().ok_or("name the output")?;
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        if argument == "-x" {
            options
                .exclude
                .push(PathBuf::from(arguments.next().ok_or("name a file")?));
        } else if argument == "-f" {
            options
                .focus
                .push(PathBuf::from(arguments.next().ok_or("name a file")?));
        } else if argument == "-a" {
            options.arpa = Some(Source::parse(&arguments.next().ok_or("name a file")?));
        } else if let Some((key, value)) = argument.split_once('=') {
            match key {
                "bytes" => options.bytes = value.parse()?,
                "least" => options.least = value.parse()?,
                "bits" => {
                    let numbers = value.split(',').map(str::parse);
                    let numbers: Vec<u32> = numbers.collect::<Result<_, _>>()?;
                    for (bits, pair) in options.bits.iter_mut().zip(numbers.chunks_exact(2)) {
                        (bits.value, bits.fingerprint) = (pair[0], pair[1]);
                    }
                }
                _ => return Err(format!("unknown option {key}").into()),
            }
        } else {
            options.sources.push(Source::parse(&argument));
        }
    }
    let start = Instant::now();
    let trained = model(&options, &mut |what| {
        eprintln!("{:7.1} s  {what}", start.elapsed().as_secs_f32());
    })?;
    eprintln!(
        "{} tokens, {:?}, found {:?}, kept {:?}, {} bytes, {:.0} s",
        trained.tokens,
        trained.lines,
        trained.found,
        trained.kept,
        trained.bytes.len(),
        start.elapsed().as_secs_f32()
    );
    let partial = format!("{out}.part");
    std::fs::write(&partial, &trained.bytes)?;
    std::fs::rename(&partial, &out)?;
    Ok(())
}
