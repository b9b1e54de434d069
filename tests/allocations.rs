//! What a worker asks the allocator for once it has restored a few texts.
#![allow(missing_docs)]
#![cfg(feature = "embedded")]

use std::alloc::System;

use stats_alloc::{Region, StatsAlloc, INSTRUMENTED_SYSTEM};
use unspin::{Assume, Restorer, Worker};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CLEAN: &str = "He said that the people in the street were on the way to the park. ";
/// What is put right has an apostrophe, which is curved here.
const SPUN: &str = "A key second within the film was when folks mentioned it, in line with the \
    corporate. It is a option for them in the city\u{2019}s park.\n";

/// How often restoring a text asks for memory when that was done before.
fn asked(worker: &mut Worker, text: &str) -> usize {
    drop(worker.restore(text));
    let region = Region::new(ALLOCATOR);
    let restored = worker.restore(text);
    let change = region.change();
    drop(restored);
    change.allocations + change.reallocations
}

/// One test, since what other threads ask for counts, too.
#[test]
fn workers_keep_their_memory() {
    let mut worker = Restorer::new().worker();
    assert_eq!(asked(&mut worker, &CLEAN.repeat(100)), 0);
    let restorer = Restorer::builder().assume(Assume::Spun).build();
    let mut worker = restorer.map(|restorer| restorer.worker()).unwrap();
    let text = SPUN.repeat(300);
    // The longest first: what it takes is kept.
    let [many, few] = [&text, &text[..3 * SPUN.len()]].map(|text| asked(&mut worker, text));
    assert!(
        many <= 4 && few <= many,
        "{many} for many sentences, {few} for few"
    );
    assert!(worker.restore(&text).contains("It\u{2019}s a option"));
}
