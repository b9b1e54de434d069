//! How cost grows: with the dictionary, the document, the density of spinning, the threads.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use unspin::bench::Matcher;
use unspin::{Dictionary, Restorer, Worker};

use crate::chart::{Chart, Curve};
use crate::groups::{check_matches, World};
use crate::peers;
use crate::phrases::{Made, Phrases, EMBEDDED_MIX};
use crate::report::{median, Options};
use crate::spinner::Spinner;
use crate::texts::{bytes, long};

/// Bytes of text that is restored with dictionaries of several sizes.
const WHOLE: usize = 200_000_000;

/// All curves.
pub(crate) fn charts(world: &World, options: &Options) -> Vec<Chart> {
    let mut charts = dictionary(options);
    charts.push(document(world, options));
    charts.push(density(world, options));
    charts.push(threads(world, options));
    charts
}

/// MB/s of some runs, the median.
fn speed(bytes: usize, options: &Options, run: impl FnMut()) -> f64 {
    // Long runs are steady enough to be measured fewer times.
    let rounds = if bytes > 20_000_000 {
        1
    } else {
        options.rounds()
    };
    let time = median(&mut times(rounds, run).collect::<Vec<_>>());
    bytes as f64 / time / 1e6
}

/// Seconds that each of some runs takes.
fn times(rounds: usize, mut run: impl FnMut()) -> impl Iterator<Item = f64> {
    (0..rounds).map(move |_| {
        let began = Instant::now();
        run();
        began.elapsed().as_secs_f64()
    })
}

/// Seconds that each of some cases takes, in turns, so that what else the machine does falls on
/// all of them: per case, those of each round.
fn in_turns<C>(rounds: usize, cases: &mut [C], run: impl Fn(&mut C) -> f64) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::new(); cases.len()];
    for _ in 0..rounds {
        for (case, times) in cases.iter_mut().zip(&mut times) {
            times.push(run(case));
        }
    }
    times
}

/// How many times as long one case takes as another, the median over the rounds.
fn ratio(times: &[f64], others: &[f64]) -> f64 {
    let ratios = times.iter().zip(others).map(|(time, other)| time / other);
    median(&mut ratios.collect::<Vec<_>>())
}

/// Dictionaries of 10,000 to 1,000,000 phrases.
fn dictionary(options: &Options) -> Vec<Chart> {
    let size = if options.full { 20_000_000 } else { 4_000_000 };
    let rates = [
        (0.0, "matcher, no phrase"),
        (1.0 / 12.0, "matcher, a phrase in 12 tokens"),
    ];
    let mut curves = rates.map(|(_, name)| Curve::new(name));
    let mut restoring = Curve::new("restore, 200 MB without a phrase");
    let mut workers = Vec::new();
    let mut walking = Curve::new("fst node walk, a phrase in 12 tokens");
    let (mut loading, mut building) = (
        Curve::new("Dictionary::from_bytes"),
        Curve::new("build fst::Map"),
    );
    let counts = [10_000, 100_000, 1_000_000];
    for count in counts {
        let x = count as f64;
        let made = Made::new(count, &EMBEDDED_MIX, 21);
        let compiled = made.dictionary();
        let artefact = compiled.as_bytes().to_vec();
        drop(compiled);
        let began = Instant::now();
        let dictionary = Dictionary::from_bytes("bench", artefact).expect("just compiled");
        loading
            .points
            .push((x, began.elapsed().as_secs_f64() * 1e3));
        let restorer = Restorer::builder().dictionary(dictionary.clone()).build();
        let restorer = restorer.expect("one dictionary");
        let phrases = Phrases::new(dictionary);
        let began = Instant::now();
        let map = fst::Map::from_iter(phrases.sorted.iter().zip(0..));
        building
            .points
            .push((x, began.elapsed().as_secs_f64() * 1e3));
        drop(map);
        let mut matcher = Matcher::default();
        for ((rate, _), curve) in rates.iter().zip(&mut curves) {
            let (text, planted) = made.text(size, *rate, 22);
            let text = [text];
            check_matches(&phrases, &text);
            let [text] = text;
            let answer = matcher.count_matches(&phrases.dictionary, &text);
            assert!(answer >= planted, "planted phrases are found");
            let run = || assert_eq!(matcher.count_matches(&phrases.dictionary, &text), answer);
            curve.points.push((x, speed(text.len(), options, run)));
            if *rate == 0.0 {
                workers.push((text, restorer.worker()));
            } else {
                let mut tokens = Vec::new();
                let run = || {
                    let mut count = 0;
                    peers::walk(&phrases, &text, &mut tokens, |_, _| count += 1);
                    assert_eq!(count, answer);
                };
                walking.points.push((x, speed(text.len(), options, run)));
            }
        }
    }
    let restore = |(text, worker): &mut (String, Worker)| {
        let mut whole = text.repeat(WHOLE / text.len() + 1);
        whole.truncate(WHOLE);
        let began = Instant::now();
        assert!(matches!(worker.restore(&whole), Cow::Borrowed(_)));
        began.elapsed().as_secs_f64()
    };
    // Once to get the memory of the workers ready.
    in_turns(1, &mut workers, restore);
    let mut times = in_turns(options.rounds(), &mut workers, restore);
    let slower = ratio(&times[2], &times[0]);
    for (count, times) in counts.into_iter().zip(&mut times) {
        let speed = WHOLE as f64 / median(times) / 1e6;
        restoring.points.push((count as f64, speed));
    }
    let [none, some] = curves;
    vec![
        Chart {
            file: "dictionary",
            title: "Speed by size of the dictionary",
            about: format!(
                "Made-up phrases, 1 to 5 tokens long in the mix of the embedded dictionary, in \
                 made-up text; each ends with a rare word, so that the rate of hits is the same \
                 for every size. With 1 M phrases restoring takes {slower:.2} times as long as \
                 with 10 k, the median of rounds in turns."
            ),
            x: "phrases",
            y: "MB/s",
            log: [true, false],
            curves: vec![none, some, restoring, walking],
        },
        Chart {
            file: "dictionary-load",
            title: "Load time by size of the dictionary",
            about: "The same dictionaries, from bytes in memory to ready for use; beside it what \
                    building an fst of the same phrases takes."
                .into(),
            x: "phrases",
            y: "ms",
            log: [true, true],
            curves: vec![loading, building],
        },
    ]
}

/// One document of 1 kB to 100 MB.
fn document(world: &World, options: &Options) -> Chart {
    let mut curves = Vec::new();
    let texts = [
        ("clean", &world.texts.clean, 100_000_000),
        (
            "spun",
            &world.texts.spun,
            if options.full {
                100_000_000
            } else {
                10_000_000
            },
        ),
    ];
    for (name, documents, limit) in texts {
        let mut curve = Curve::new(name);
        let mut output = Vec::new();
        let mut worker = world.restorer.worker();
        for size in (3..=8)
            .map(|power| 10_usize.pow(power))
            .take_while(|&size| size <= limit)
        {
            // Short documents differ from each other, or the processor learns them by heart.
            let pieces = cut(&long(documents, size.max(300_000)), size);
            let mut answer = None;
            let run = || {
                let mut edits = 0;
                for piece in &pieces {
                    output.clear();
                    let report = worker.restore_stream(piece.as_bytes(), &mut output);
                    edits += report.expect("a buffer in memory").edits;
                }
                assert_eq!(*answer.get_or_insert(edits), edits);
            };
            curve
                .points
                .push((size as f64, speed(bytes(&pieces), options, run)));
        }
        curves.push(curve);
    }
    Chart {
        file: "document",
        title: "Speed by size of the document",
        about: "`restore_stream` on one document after the other, with the same worker; long \
                documents are made of shorter ones."
            .into(),
        x: "bytes",
        y: "MB/s",
        log: [true, true],
        curves,
    }
}

/// A text in pieces of about the same size.
fn cut(text: &str, size: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = size.min(rest.len());
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        pieces.push(rest[..end].to_string());
        rest = &rest[end..];
    }
    pieces
}

/// The same documents, less or more spun.
fn density(world: &World, options: &Options) -> Chart {
    let clean = &world.clean_part;
    let spinner = Spinner::new(world.restorer.dictionary());
    let (_, most) = spinner.spin_all(clean, 1.0);
    let mut curve = Curve::new("restore");
    for target in [0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3] {
        // Above what all chances together give there is nothing more to spin.
        let (spun, density) = spinner.spin_all(clean, (target / most).min(1.0));
        if curve
            .points
            .last()
            .is_some_and(|(before, _)| density * 100.0 < before + 0.5)
        {
            break;
        }
        let mut worker = world.restorer.worker();
        let restored: Vec<String> = spun
            .iter()
            .map(|text| worker.restore(text).into())
            .collect();
        let run = || {
            let same = spun
                .iter()
                .zip(&restored)
                .all(|(text, wanted)| worker.restore(text) == *wanted);
            assert!(same, "restoring twice differs");
        };
        curve
            .points
            .push((density * 100.0, speed(bytes(&spun), options, run)));
    }
    Chart {
        file: "density",
        title: "Speed by density of spinning",
        about: "The same documents with more and more of their tokens replaced, up to what the \
                embedded dictionary has replacements for."
            .into(),
        x: "% of tokens replaced",
        y: "MB/s",
        log: [false, true],
        curves: vec![curve],
    }
}

/// Documents shared out among threads, and the blocks of a long one.
fn threads(world: &World, options: &Options) -> Chart {
    let (restorer, texts) = (&world.restorer, &world.texts);
    // Texts pass so fast that starting threads would show: clean ones go round often.
    let (clean, spun) = (
        long(&texts.clean, 60_000_000),
        long(&texts.spun, 10_000_000),
    );
    // Whoever restores much keeps room for what comes out.
    let output = RefCell::new(Vec::new());
    let one = |text: &str, threads| {
        let mut output = output.borrow_mut();
        output.clear();
        let report = restorer.restore_stream_parallel(text.as_bytes(), &mut *output, threads);
        assert_eq!(report.map_or(0, |report| report.bytes), text.len() as u64);
        output.len()
    };
    let many = |texts: &[String], rounds, threads| restore_on(threads, restorer, texts, rounds);
    type Restore<'a> = &'a dyn Fn(usize) -> usize;
    let cases: [(_, _, Restore<'_>); 4] = [
        ("clean", bytes(&texts.clean) * 30, &|threads| {
            many(&texts.clean, 30, threads)
        }),
        ("spun", bytes(&texts.spun), &|threads| {
            many(&texts.spun, 1, threads)
        }),
        ("clean, one document", clean.len(), &|threads| {
            one(&clean, threads)
        }),
        ("spun, one document", spun.len(), &|threads| {
            one(&spun, threads)
        }),
    ];
    let mut faster = [0.0; 4];
    let mut curves = Vec::new();
    for ((name, bytes, restore), faster) in cases.into_iter().zip(&mut faster) {
        let answer = restore(1);
        let mut cases = [1, 2];
        let mut times = in_turns(options.rounds(), &mut cases, |threads| {
            let began = Instant::now();
            assert_eq!(restore(*threads), answer);
            began.elapsed().as_secs_f64()
        });
        *faster = ratio(&times[0], &times[1]);
        let mut curve = Curve::new(name);
        for (threads, times) in cases.into_iter().zip(&mut times) {
            let speed = bytes as f64 / median(times) / 1e6;
            curve.points.push((threads as f64, speed));
        }
        curves.push(curve);
    }
    let [clean, spun, clean_one, spun_one] = faster;
    Chart {
        file: "threads",
        title: "Speed by number of threads",
        about: format!(
            "Documents shared out among threads that have a worker each: two are {clean:.2} times \
             as fast as one with clean text and {spun:.2} times with spun text. The blocks of one \
             long document shared out: {clean_one:.2} and {spun_one:.2} times. Medians of rounds \
             in turns."
        ),
        x: "threads",
        y: "MB/s",
        log: [false, true],
        curves,
    }
}

/// Bytes of all restored documents, which are gone through some times.
fn restore_on(threads: usize, restorer: &Restorer, documents: &[String], rounds: usize) -> usize {
    let next = AtomicUsize::new(0);
    let total = AtomicUsize::new(0);
    let all = documents.len() * rounds;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut worker = restorer.worker();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= all {
                        break;
                    }
                    let restored = worker.restore(&documents[at % documents.len()]);
                    total.fetch_add(restored.len(), Ordering::Relaxed);
                }
            });
        }
    });
    total.into_inner()
}
