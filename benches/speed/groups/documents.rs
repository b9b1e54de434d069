//! Whole documents: judged, left alone, restored.

use std::borrow::Cow;

use unspin::{apply, Restorer};

use super::tokens::tokenizer;
use super::{Peers, World};
use crate::case::{Case, Group};
use crate::peers;
use crate::texts::bytes;

impl World {
    pub(super) fn detection(&self) -> Group<'_> {
        let spun_count = |texts: &[String]| -> u64 {
            let spun = texts
                .iter()
                .filter(|text| self.restorer.detect(text).spun == Some(true));
            spun.count() as u64
        };
        fn detect<'a>(
            restorer: &Restorer,
            name: &'static str,
            texts: &'a [String],
            answer: u64,
        ) -> Case<'a> {
            let mut worker = restorer.worker();
            Case::new(name, bytes(texts), answer, move || {
                let spun = texts
                    .iter()
                    .filter(|text| worker.detect(text).spun == Some(true));
                spun.count() as u64
            })
        }
        let (clean, spun): (&[String], &[String]) = (&self.clean_part, &self.spun_part);
        let (false_alarms, found) = (spun_count(clean), spun_count(spun));
        assert!(
            false_alarms <= clean.len() as u64 / 50,
            "{false_alarms} clean texts look spun"
        );
        assert!(
            found >= spun.len() as u64 * 9 / 10,
            "only {found} spun texts look spun"
        );
        Group {
            name: "detection",
            about: format!(
                "Whether each of {} documents ({} text) was spun, with its tells.",
                clean.len(),
                self.texts.kind
            ),
            baseline: "tokenizer alone",
            cases: vec![
                detect(&self.restorer, "clean", clean, false_alarms),
                detect(&self.restorer, "spun", spun, found),
                tokenizer(clean),
            ],
        }
    }

    pub(super) fn clean(&self) -> Group<'_> {
        let texts = &self.texts.clean;
        let size = bytes(texts);
        let changed = texts
            .iter()
            .filter(|t| !self.restorer.analyze(t).edits.is_empty())
            .count();
        let mut worker = self.restorer.worker();
        let words = texts
            .iter()
            .map(|text| text.split_ascii_whitespace().count() as u64)
            .sum();
        let mut stream = self.restorer.worker();
        let all = texts.join("\n\n");
        let mut output = Vec::new();
        Group {
            name: "end to end, clean",
            about: format!(
                "{} documents of clean {} text, unchanged.",
                texts.len(),
                self.texts.kind
            ),
            baseline: "split_ascii_whitespace",
            cases: vec![
                Case::new("restore", size, changed as u64, move || {
                    let changed = |text: &&String| matches!(worker.restore(text), Cow::Owned(_));
                    texts.iter().filter(changed).count() as u64
                }),
                Case::new(
                    "restore_stream, as one document",
                    all.len(),
                    all.len() as u64,
                    move || {
                        output.clear();
                        let report = stream.restore_stream(all.as_bytes(), &mut output);
                        report.map_or(0, |report| report.bytes)
                    },
                ),
                Case::new("split_ascii_whitespace", size, words, move || {
                    texts
                        .iter()
                        .map(|text| text.split_ascii_whitespace().count() as u64)
                        .sum()
                }),
                tokenizer(texts),
            ],
        }
    }

    pub(super) fn spun(&self) -> Group<'_> {
        let texts: &[String] = &self.spun_part;
        let size = bytes(texts);
        // The long way round: analysed afresh, and the edits applied.
        let restored = |text: &String| apply(text, &self.restorer.analyze(text).edits).len() as u64;
        let restored = texts.iter().map(restored).sum();
        let mut worker = self.restorer.worker();
        let Peers {
            phrases,
            automata,
            commonest,
        } = &self.embedded;
        let (mut buffer, mut output) = (String::new(), String::new());
        let mut replaced = |text: &String| {
            let matches = peers::leftmost_longest(phrases, peers::lower(text, &mut buffer));
            let matches = matches
                .into_iter()
                .map(|(start, end, phrase)| (start, end, phrase as usize));
            peers::replace(text, matches, commonest, &mut output);
            output.len() as u64
        };
        let replaced = texts.iter().map(&mut replaced).sum();
        let (mut buffer, mut output) = (String::new(), String::new());
        let aho_corasick = move || {
            let mut length = 0;
            for text in texts {
                let matches = automata
                    .aho_corasick
                    .find_iter(peers::lower(text, &mut buffer));
                let matches = matches.map(|m| (m.start(), m.end(), m.pattern().as_usize()));
                peers::replace(text, matches, commonest, &mut output);
                length += output.len() as u64;
            }
            length
        };
        let (mut buffer, mut output) = (String::new(), String::new());
        let daachorse = move || {
            let mut length = 0;
            for text in texts {
                let lower = peers::lower(text, &mut buffer);
                let matches = automata.daachorse.leftmost_find_iter(lower);
                let matches = matches.map(|m| (m.start(), m.end(), m.value() as usize));
                peers::replace(text, matches, commonest, &mut output);
                length += output.len() as u64;
            }
            length
        };
        Group {
            name: "end to end, spun",
            about: format!(
                "{} documents of spun {} text, restored. The automata replace each phrase by \
                 what it most often stood for, without looking at its context.",
                texts.len(),
                self.texts.kind
            ),
            baseline: "daachorse, replacing",
            cases: vec![
                Case::new("restore", size, restored, move || {
                    texts
                        .iter()
                        .map(|text| worker.restore(text).len() as u64)
                        .sum()
                }),
                Case::new("daachorse, replacing", size, replaced, daachorse),
                Case::new("aho-corasick, replacing", size, replaced, aho_corasick),
                tokenizer(texts),
            ],
        }
    }
}
