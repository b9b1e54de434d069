//! The report: every case measured in turns with those of its group, written as one page.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::case::Group;
use crate::chart::short;
use crate::groups::World;
use crate::growth;
use crate::texts::{bytes, sample};

/// How much to measure.
pub(crate) struct Options {
    /// Larger texts and more rounds.
    pub(crate) full: bool,
    /// Builds and runs harper-core's lint too.
    pub(crate) harper: bool,
}

impl Options {
    pub(crate) fn rounds(&self) -> usize {
        if self.full {
            15
        } else {
            5
        }
    }
}

/// The middle of some values.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Seconds that a case is run for in each round, at least: short runs are repeated.
const ROUND: f64 = 0.02;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Measures everything and writes the page and the curves.
pub(crate) fn write(world: &World, options: &Options) -> io::Result<()> {
    let mut page = head(world, options);
    for group in world.groups() {
        let group = group();
        eprintln!("{}", group.name);
        page.push_str(&section(group, options));
    }
    if options.harper {
        eprintln!("harper-core");
        page.push_str(&harper(world)?);
    }
    page.push_str("## How cost grows\n\n");
    let results = Path::new(ROOT).join("benches/results");
    std::fs::create_dir_all(&results)?;
    for chart in growth::charts(world, options) {
        std::fs::write(results.join(chart.file).with_extension("svg"), chart.svg())?;
        let (title, file, about) = (chart.title, chart.file, &chart.about);
        let _ = write!(
            page,
            "### {title}\n\n{about}\n\n![{title}](results/{file}.svg)\n\n{}\n",
            chart.table()
        );
    }
    let page = page.trim_end().to_string() + "\n";
    std::fs::write(Path::new(ROOT).join("benches/RESULTS.md"), page)
}

fn head(world: &World, options: &Options) -> String {
    let flags = [(options.harper, " --harper"), (options.full, " --full")];
    let flags: String = flags
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, flag)| *flag)
        .collect();
    let texts = &world.texts;
    format!(
        "# Speed\n\nWritten by `cargo bench --bench speed -- --report{flags}`; do not edit.\n\n\
         {}, {}, one thread unless said. Texts are {}: {} clean documents of {} bytes, {} spun ones \
         of {} bytes; slow cases go over a part of them.\n\n\
         The cases of a table run in turns, {} rounds. *MB/s* and *ms* are medians, the \
         ratios medians over the rounds of what two cases took in the same round: trust them more \
         than the figures themselves. Every run's answer is compared with one that \
         was worked out in a slower way, so that nothing is fast by being wrong.\n\n",
        processor(),
        compiler(),
        match texts.kind {
            "real" => "real (aligned news and other pages, spun and original)",
            _ => "made on the spot (see `benches/speed/made.rs`)",
        },
        texts.clean.len(),
        bytes(&texts.clean),
        texts.spun.len(),
        bytes(&texts.spun),
        options.rounds(),
    )
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model
        .and_then(|rest| rest.split_once(": "))
        .map_or("unknown processor", |m| m.1);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{model} ({}), {cores} cores", std::env::consts::ARCH)
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let version = version.unwrap_or_default();
    version
        .split(" (")
        .next()
        .unwrap_or("rustc")
        .trim()
        .to_string()
}

/// Measures a group and writes its table.
fn section(mut group: Group<'_>, options: &Options) -> String {
    let repeats: Vec<usize> = group
        .cases
        .iter_mut()
        .map(|case| {
            let began = Instant::now();
            case.run();
            ((ROUND / began.elapsed().as_secs_f64()) as usize).clamp(1, 1_000_000)
        })
        .collect();
    // Per case, the time of one run in each round.
    let mut times = vec![Vec::new(); group.cases.len()];
    for _ in 0..options.rounds() {
        for ((case, repeat), times) in group.cases.iter_mut().zip(&repeats).zip(&mut times) {
            let began = Instant::now();
            (0..*repeat).for_each(|_| case.run());
            times.push(began.elapsed().as_secs_f64() / *repeat as f64);
        }
    }
    let baseline = group
        .cases
        .iter()
        .position(|case| case.name == group.baseline);
    let baseline = baseline.expect("the baseline is one of the cases");
    let speeds: Vec<Vec<f64>> = times
        .iter()
        .zip(&group.cases)
        .map(|(times, case)| times.iter().map(|time| case.bytes as f64 / time).collect())
        .collect();
    // Where cases do not go over the same text, time says more than speed.
    let timed = matches!(group.name, "dictionary load" | "first call");
    let mut table = format!("## {}\n\n{}\n\n", group.name, group.about);
    let unit = if timed { "ms" } else { "MB/s" };
    let first = group.cases[0].name;
    let _ = writeln!(
        table,
        "| | {unit} | ÷ {} | {first} ÷ it |\n|---|---:|---:|---:|",
        group.baseline
    );
    for (index, case) in group.cases.iter().enumerate() {
        let ratio = |above: usize, below: usize| {
            let ratio = |round: usize| {
                if timed {
                    times[above][round] / times[below][round]
                } else {
                    speeds[above][round] / speeds[below][round]
                }
            };
            precise(median(
                &mut (0..options.rounds()).map(ratio).collect::<Vec<_>>(),
            ))
        };
        let figure = if timed {
            median(&mut times[index].clone()) * 1e3
        } else {
            median(&mut speeds[index].clone()) / 1e6
        };
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} |",
            case.name,
            precise(figure),
            ratio(index, baseline),
            ratio(0, index)
        );
    }
    table.push('\n');
    table
}

/// A figure with three digits that count.
fn precise(value: f64) -> String {
    if value < 0.1 {
        format!("{value:.4}")
    } else {
        short(value)
    }
}

/// Bytes that harper-core reads: it is slow.
const HARPER: usize = 100_000;

/// Builds the peer that is too heavy to be built with the others, and runs it.
fn harper(world: &World) -> io::Result<String> {
    let documents = sample(&world.texts.clean, HARPER);
    let mut child = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["run", "--release", "--quiet", "--manifest-path"])
        .arg(Path::new(ROOT).join("crates/peers/Cargo.toml"))
        .arg("--target-dir")
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("peers"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().expect("it was piped");
    input.write_all(documents.join("\0").as_bytes())?;
    drop(input);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(io::Error::other("harper-core's lint failed"));
    }
    let mut worker = world.restorer.worker();
    let began = Instant::now();
    let changed = documents
        .iter()
        .filter(|text| worker.restore(text) != **text)
        .count();
    let own = bytes(&documents) as f64 / began.elapsed().as_secs_f64() / 1e6;
    let mut table = format!(
        "## harper-core\n\nAll its curated lints over {} documents of clean {} text ({} bytes), each \
         read once: another job, and the nearest that people would think of. {changed} of the \
         documents were changed by `restore`.\n\n| | MB/s | ÷ harper-core |\n|---|---:|---:|\n\
         | restore | {} | {} |\n",
        documents.len(),
        world.texts.kind,
        bytes(&documents),
        short(own),
        "RATIO",
    );
    let (mut load, mut lint) = (0.0, 1.0);
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let number = |at: usize| {
            fields
                .get(at)
                .and_then(|f| f.parse::<f64>().ok())
                .unwrap_or(1.0)
        };
        let speed = number(1) * 1e3 / number(2);
        match fields.first() {
            Some(&"load") => load = number(2) / 1e6,
            Some(&"lint") => lint = speed,
            _ => {}
        }
    }
    table = table.replace("RATIO", &short(own / lint));
    let _ = writeln!(
        table,
        "| harper-core, full lint | {lint:.3} | 1 |\n\nIt is ready for its first document after {} ms.\n",
        short(load)
    );
    Ok(table)
}
