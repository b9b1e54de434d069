//! Benchmarks of the road that a text takes, beside its peers and the floors of the machine.
//!
//! * `cargo bench --bench speed` runs them under criterion.
//! * `cargo bench --bench speed -- --report` measures the same cases in turns,
//!   and how cost grows, and writes `benches/RESULTS.md` with its curves.
//!   `--harper` adds harper-core's lint, which takes minutes to build;
//!   `--full` takes larger texts and more rounds.
//!
//! Every case asserts its answer in every run.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod case;
mod chart;
mod groups;
mod growth;
mod made;
mod peers;
mod phrases;
mod random;
mod report;
mod spinner;
mod texts;

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};

use crate::groups::{World, CHILD};

fn main() -> std::io::Result<()> {
    match std::env::var(CHILD).as_deref() {
        Ok("first-call") => {
            println!("{}", groups::first_call());
            return Ok(());
        }
        Ok(_) => {
            println!("0");
            return Ok(());
        }
        Err(_) => {}
    }
    let flag = |name: &str| std::env::args().any(|argument| argument == name);
    if flag("--report") {
        let options = report::Options {
            full: flag("--full"),
            harper: flag("--harper"),
        };
        report::write(&World::new(), &options)
    } else {
        under_criterion(&World::new());
        Ok(())
    }
}

fn under_criterion(world: &World) {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    for group in world.groups() {
        let group = group();
        let mut measured = criterion.benchmark_group(group.name);
        for mut case in group.cases {
            measured.throughput(Throughput::Bytes(case.bytes as u64));
            let id = BenchmarkId::new(case.name, world.texts.kind);
            measured.bench_function(id, |bencher| bencher.iter(|| case.run()));
        }
        measured.finish();
    }
    criterion.final_summary();
}
