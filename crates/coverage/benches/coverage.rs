//! What it costs to measure a dictionary: `cargo bench -p unspin-coverage`.

#![allow(missing_docs)]

use criterion::{criterion_group, criterion_main, Criterion, Throughput};
use unspin::{Dictionary, Model, Restorer};
use unspin_coverage::{CleanTally, PairTally, SpunTally, Table};
use unspin_train::respin::Respinner;

const TEXT: &str = "The council said on Monday that it would build a new school near the river, \
where many families live. The mayor told reporters that the work will begin in spring and that \
the city has enough money to pay for it. Some people are afraid of the noise, but most of them \
want the school to open as soon as possible.\n";

fn coverage(criterion: &mut Criterion) {
    let source = Dictionary::embedded().to_source();
    let mut spinner = Respinner::new(&source, 3);
    let pairs: Vec<_> = (0..50).map(|_| spinner.spin(TEXT)).collect();
    let bytes: usize = pairs.iter().map(|pair| pair.spun.len()).sum();
    let edits: usize = pairs.iter().map(|pair| pair.edits.len()).sum();
    let table = Table::new(&source);
    let mut worker = Restorer::new().worker();

    let mut group = criterion.benchmark_group("coverage");
    group.sample_size(20);
    group.bench_function("table", |bencher| {
        bencher.iter(|| {
            let table = Table::new(&source);
            assert_eq!(table.entries(), source.entries.len());
            table
        });
    });
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("pairs", |bencher| {
        bencher.iter(|| {
            let mut tally = PairTally::default();
            for pair in &pairs {
                tally.count(&table, "made up", pair);
            }
            let covered = tally.finish(&table, 100);
            assert_eq!(covered.all.substitutions, edits as u64);
            covered
        });
    });
    group.bench_function("spun", |bencher| {
        bencher.iter(|| {
            let mut tally = SpunTally::default();
            for pair in &pairs {
                tally.count(&table, &Model::embedded(), &pair.spun, &[]);
            }
            let covered = tally.finish(100);
            assert_eq!(covered.documents, pairs.len() as u64);
            covered
        });
    });
    group.bench_function("clean", |bencher| {
        bencher.iter(|| {
            let mut tally = CleanTally::default();
            for pair in &pairs {
                let edits = worker.edits(&pair.original);
                tally.count(&table, &pair.original, &edits, &edits);
            }
            let covered = tally.finish(100);
            assert_eq!(covered.taken_for_spun, 0);
            covered
        });
    });
    group.finish();
}

criterion_group!(benches, coverage);
criterion_main!(benches);
