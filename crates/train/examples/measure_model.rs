//! Measures a context model on aligned records and on clean texts it was not counted from:
//! `measure_model MODEL ALIGNED.jsonl.gz [TEXT_OR_ALIGNED.jsonl.gz]…`
//!
//! The first aligned records also say which originals each spun phrase may have.
//! Perplexity counts every token and paragraph end. A decision is right when
//! the original phrase costs less than the spun one in the original's context.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::time::Instant;

use serde::Deserialize;
use unspin::context::Word;
use unspin::token::{fold, tokenize, Gap};
use unspin::Model;

#[derive(Deserialize)]
struct Record {
    #[serde(alias = "text")]
    original: String,
    #[serde(default)]
    spun: String,
    #[serde(default)]
    edits: Vec<(usize, usize, String)>,
}

/// Every how many records of the aligned ones are measured.
const STEP: usize = 4;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let model = Model::from_path(Path::new(&arguments.next().ok_or("name a model")?))?;
    let aligned = read(&arguments.next().ok_or("name aligned records")?)?;
    let mut known = Known::new();
    for record in &aligned {
        let spun = offsets(&record.spun);
        for (start, end, original) in &record.edits {
            let originals = known
                .entry(fold(&record.spun[spun[*start]..spun[*end]]))
                .or_default();
            let original = fold(original);
            match originals.iter_mut().find(|(known, _)| *known == original) {
                Some((_, count)) => *count += 1,
                None => originals.push((original, 1)),
            }
        }
    }
    measure(&model, "aligned", &known, aligned.iter().step_by(STEP));
    for path in arguments {
        measure(&model, &path, &known, read(&path)?.iter());
    }
    Ok(())
}

type Known = HashMap<String, Vec<(String, u32)>>;

fn measure<'a>(
    model: &Model,
    name: &str,
    known: &Known,
    records: impl Iterator<Item = &'a Record> + Clone,
) {
    perplexity(model, name, records.clone());
    let (mut slots, mut against_spun, mut best) = (0u32, 0u32, 0u32);
    let (mut several, mut best_of_several, mut channel_best) = (0u32, 0u32, 0u32);
    for record in records {
        let spun = offsets(&record.spun);
        // Where each edit's original begins in the original text.
        let (mut at, mut from) = (0, 0);
        for (start, end, original) in &record.edits {
            let (start, end) = (spun[*start], spun[*end]);
            at += start - from;
            from = end;
            let range = at..at + original.len();
            at = range.end;
            if record.original.get(range.clone()) != Some(original.as_str()) {
                break;
            }
            let key = &record.spun[start..end];
            let cost = |phrase: &str| phrase_cost(model, &record.original, &range, phrase);
            let right = cost(original);
            slots += 1;
            against_spun += u32::from(right < cost(key));
            let folded = fold(original);
            let Some(originals) = known.get(&fold(key)) else {
                continue;
            };
            let channel = |count: u32| (f64::from(count).ln() * -256.0) as i32;
            let costs: Vec<(i32, i32, bool)> = originals
                .iter()
                .map(|(other, count)| (cost(other), channel(*count), *other == folded))
                .collect();
            let first = costs
                .iter()
                .min_by_key(|cost| cost.0)
                .is_some_and(|cost| cost.2);
            let blend = costs.iter().min_by_key(|c| c.0 + c.1).is_some_and(|c| c.2);
            best += u32::from(first);
            if originals.len() > 1 {
                several += 1;
                best_of_several += u32::from(first);
                channel_best += u32::from(blend);
            }
        }
    }
    if slots == 0 {
        return;
    }
    let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
    println!(
        "  {slots} slots: original before spun {:.4}, first of all known originals {:.4}; \
         of {several} with several: {:.4}, with channel {:.4}",
        share(against_spun, slots),
        share(best, slots),
        share(best_of_several, several),
        share(channel_best, several),
    );
}

fn read(path: &str) -> Result<Vec<Record>, Box<dyn std::error::Error>> {
    let file = std::fs::File::open(path)?;
    let reader: Box<dyn Read> = if path.ends_with(".gz") {
        Box::new(flate2::read::MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let lines = BufReader::new(reader).lines();
    lines
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect()
}

/// Byte offset of each code point, and the length.
fn offsets(text: &str) -> Vec<usize> {
    text.char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect()
}

fn perplexity<'a>(model: &Model, name: &str, records: impl Iterator<Item = &'a Record>) {
    let mut stream = Vec::new();
    for record in records {
        for token in tokenize(&record.original) {
            if token.gap == Gap::Break {
                stream.push(Word::BREAK);
            }
            stream.push(Word::of(&token, &record.original));
        }
    }
    let (mut total, mut count, mut unknown) = (0i64, 0u64, 0u64);
    let (mut before, mut last) = (Word::BREAK, Word::BREAK);
    let start = Instant::now();
    for &word in &stream {
        if word == Word::BREAK {
            total += i64::from(model.cost(before, last, word));
            count += 1;
            (before, last) = (Word::BREAK, Word::BREAK);
        } else {
            if model.knows(word) {
                total += i64::from(model.cost(before, last, word));
                count += 1;
            } else {
                unknown += 1;
            }
            (before, last) = (last, word);
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let name = name.rsplit('/').next().unwrap_or(name);
    println!(
        "{name}: {count} tokens, perplexity {:.2}, {:.3} % unknown, {:.2} M/s",
        (total as f64 / 256.0 / count as f64).exp(),
        unknown as f64 * 100.0 / (count + unknown) as f64,
        count as f64 / seconds / 1e6
    );
}

/// Cost of a phrase in place of a range, with the two tokens after it.
fn phrase_cost(model: &Model, text: &str, range: &std::ops::Range<usize>, phrase: &str) -> i32 {
    let floor = |at: usize| {
        (0..=at)
            .rev()
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(0)
    };
    let ceiling = |at: usize| {
        (at..text.len())
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(text.len())
    };
    let left = &text[floor(range.start.saturating_sub(60))..range.start];
    let left = &left[left.rfind('\n').map_or(0, |at| at + 1)..];
    let right = &text[range.end..ceiling((range.end + 60).min(text.len()))];
    let right = right.lines().next().unwrap_or("");
    let words = |text: &str| -> Vec<Word> {
        tokenize(text)
            .iter()
            .map(|token| Word::of(token, text))
            .collect()
    };
    let mut row = vec![Word::BREAK, Word::BREAK];
    row.extend(words(left));
    let from = row.len();
    row.extend(words(phrase));
    row.extend(words(right).into_iter().take(2));
    (from..row.len())
        .map(|at| model.cost(row[at - 2], row[at - 1], row[at]))
        .sum()
}
