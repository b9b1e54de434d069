//! Paragraphs: the spun stretches of a block, decoded some paragraphs at a time.

use std::ops::Range;

use super::Worker;
use crate::block::blocks;
use crate::choices::Rivals;
use crate::context::Word;
use crate::decide::{Decoder, Task};
use crate::document::Verdict;
use crate::lattice::Stretch;
use crate::rerank::{Instance, InstanceReading, Reranker};
use crate::search::Problem;
use crate::sentence::ends_sentence;
use crate::session::Session;
use crate::token::{Gap, Token};

/// Tokens that are decoded together, at most, so that memory has its bounds whatever the text,
/// and what is written down of them stays near the processor.
const LONGEST: usize = 384;

/// Tokens that are decoded together where each paragraph is by itself.
const ALONE: usize = 0;

/// How many of some tokens make up a paragraph, or as many sentences of a very long one as
/// are decoded together.
fn paragraph(text: &str, tokens: &[Token]) -> usize {
    let begins = |token: &Token| token.gap == Gap::Break;
    let next = tokens.iter().skip(1).take(LONGEST).position(begins);
    let length = next.map_or(tokens.len(), |next| next + 1);
    if length <= LONGEST {
        return length;
    }
    let ends = |at: &usize| ends_sentence(text, &tokens[*at], tokens.get(at + 1));
    let end = (0..LONGEST).rev().find(ends);
    end.map_or(LONGEST, |end| end + 1)
}

/// Where the first paragraphs of some tokens end: those that have no more of them together than
/// told, or the first one, if that has more.
fn group(text: &str, tokens: &[Token], together: usize, ends: &mut Vec<usize>) {
    ends.clear();
    let mut end = paragraph(text, tokens);
    ends.push(end);
    while tokens.get(end).is_some_and(|next| next.gap == Gap::Break) {
        end += paragraph(text, &tokens[end..]);
        if end > together {
            break;
        }
        ends.push(end);
    }
}

/// The two words before a token, as they stand: breaks where its paragraph begins.
fn words_before(text: &str, tokens: &[Token], at: usize) -> [Word; 2] {
    let mut words = [Word::BREAK; 2];
    for (word, pair) in words.iter_mut().rev().zip(tokens[..=at].windows(2).rev()) {
        if pair[1].gap == Gap::Break {
            break;
        }
        *word = Word::of(&pair[0], text);
    }
    words
}

impl Worker {
    /// Decodes the spun stretches of the block that was just judged, and once
    /// more where a name could be what it is elsewhere in it.
    pub(super) fn choose(&mut self, text: &str, verdict: &Verdict, rivals: Rivals) {
        let mut choices = std::mem::take(&mut self.choices);
        let mut names = std::mem::take(&mut self.names);
        choices.clear();
        names.clear();
        let mut number = 0;
        self.paragraphs(text, verdict, rivals, LONGEST, |decoder, task| {
            decoder.decode(task, &mut choices);
            decoder.name(task, number, &mut names);
            number += task.problem.paragraphs.len() as u32;
        });
        let again = names.missed_in();
        if !again.is_empty() {
            let mut earlier = std::mem::take(&mut self.earlier);
            std::mem::swap(&mut choices, &mut earlier);
            choices.clear();
            number = 0;
            self.paragraphs(text, verdict, rivals, ALONE, |decoder, task| {
                if again.binary_search(&number).is_ok() {
                    let names = Some(&names);
                    decoder.decode(&Task { names, ..*task }, &mut choices);
                } else {
                    let end = task.first + task.problem.tokens.len();
                    choices.extend(earlier.within(task.first..end));
                }
                number += 1;
            });
            self.earlier = earlier;
        }
        (self.choices, self.names) = (choices, names);
    }

    /// The slots of a text that is known to be spun, as the reranker is trained on them.
    #[doc(hidden)]
    pub fn instances(&mut self, text: &str) -> Vec<Instance> {
        let mut instances = Vec::new();
        let mut session = Session::default();
        for block in blocks(text) {
            let base = block.start;
            let block = &text[block];
            let Some(verdict) = self.judge(block, &mut session) else {
                continue;
            };
            let rivals = Rivals::Ignored;
            self.paragraphs(block, &verdict, rivals, LONGEST, |decoder, task| {
                decoder.show(task, &mut |slot| {
                    let tokens = &task.problem.tokens[slot.start..slot.start + slot.length];
                    let candidate = |index: usize| {
                        let arc = task.problem.lattice.arc((slot.first_arc + index) as u32);
                        task.problem.lexicon.original(arc.candidate).to_string()
                    };
                    instances.push(Instance {
                        start: base + tokens[0].start as usize,
                        end: base + tokens[tokens.len() - 1].end as usize,
                        surroundings: slot.features,
                        readings: (0..slot.readings.len())
                            .map(|index| InstanceReading {
                                original: index.checked_sub(1).map(candidate),
                                name: slot.readings[index].name,
                                cost: slot.readings[index].cost,
                                support: slot.readings[index].support,
                            })
                            .collect(),
                    });
                });
            });
        }
        instances
    }

    /// Builds lattices of the paragraphs of the spun stretches, of each or of several that
    /// have no more tokens together than told, and hands them over.
    fn paragraphs(
        &mut self,
        text: &str,
        verdict: &Verdict,
        rivals: Rivals,
        together: usize,
        mut each: impl FnMut(&mut Decoder, &Task<'_>),
    ) {
        let inner = &self.restorer.inner;
        let lexicon = inner.dictionary.lexicon();
        self.support.count(self.leading.matches(), lexicon);
        for stretch in self.judge.stretches() {
            let Range { start, end } = stretch;
            self.words.clear();
            let mut from = start;
            while from < end {
                group(text, &self.tokens[from..end], together, &mut self.ends);
                let to = from + self.ends.last().copied().unwrap_or(end);
                let tokens = &self.tokens[from..to];
                let first = self.matches.partition_point(|m| (m.start as usize) < from);
                let last = self.matches.partition_point(|m| (m.start as usize) < to);
                let matches = &self.matches[first..last];
                let stretch = Stretch {
                    text,
                    tokens,
                    first: from,
                    matches,
                };
                let (vocabulary, channel) = (&inner.vocabulary, &verdict.channel);
                self.lattice.build(&stretch, lexicon, vocabulary, channel);
                let (all, places) = (&self.tokens[start..end], from - start..to - start);
                let known = self.words.of(places, text, all, &inner.model);
                let task = Task {
                    problem: Problem {
                        model: &inner.model,
                        lattice: &self.lattice,
                        paragraphs: &self.ends,
                        before: words_before(text, &self.tokens, from),
                        words: known.words,
                        unigrams: known.unigrams,
                        tokens,
                        text,
                        lexicon,
                        vocabulary: &inner.vocabulary,
                    },
                    first: from,
                    capitals: known.capitals,
                    proper: known.proper,
                    reranker: inner.reranker.as_ref().map(Reranker::table),
                    support: &self.support,
                    names: None,
                    rivals,
                };
                each(&mut self.decoder, &task);
                from = to;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(feature = "embedded")]
    use crate::names::Names;
    use crate::token::tokenize;

    #[test]
    fn very_long_paragraphs_are_cut_behind_their_sentences() {
        let length = |text: &str| paragraph(text, &tokenize(text));
        let sentence = "The minister said so, on Tuesday, at \"noon\". ";
        assert_eq!(length(&format!("{sentence}\n\nAnother one.")), 13);
        assert_eq!(length("One"), 1);
        let text = sentence.repeat(LONGEST);
        let tokens = tokenize(&text);
        let mut from = 0;
        while from < tokens.len() {
            let length = paragraph(&text, &tokens[from..]);
            assert!((1..=LONGEST).contains(&length));
            from += length;
            assert_eq!(tokens[from - 1].text(&text), ".");
        }
        assert_eq!(from, tokens.len());
        // Without any, wherever they have to be.
        let text = "word, ".repeat(LONGEST);
        let tokens = tokenize(&text);
        assert_eq!(paragraph(&text, &tokens), LONGEST);
        assert_eq!(paragraph(&text, &tokens[5..]), LONGEST);
        assert_eq!(paragraph(&text, &tokens[2 * LONGEST - 5..]), 5);
    }

    #[test]
    fn the_words_before_are_those_of_the_same_paragraph() {
        let text = "He left.\n\nShe stays.";
        let tokens = tokenize(text);
        let [stays, she] = ["stays", "she"].map(Word::of_folded);
        let wanted = [
            [Word::BREAK; 2],
            [Word::BREAK, Word::of_folded("he")],
            ["he", "left"].map(Word::of_folded),
            [Word::BREAK; 2],
            [Word::BREAK, she],
            [she, stays],
        ];
        assert_eq!(tokens.len(), wanted.len());
        for (at, wanted) in wanted.into_iter().enumerate() {
            assert_eq!(words_before(text, &tokens, at), wanted, "{at}");
        }
    }

    /// Neither the search nor the reranker sees beyond a paragraph, nor do names.
    #[cfg(feature = "embedded")]
    #[test]
    fn paragraphs_together_are_decided_as_each_by_itself() {
        use crate::choices::Choices;
        use crate::{Assume, Restorer};
        let restorer = Restorer::builder().assume(Assume::Spun).build().unwrap();
        let mut worker = restorer.worker();
        let text = "The White Home\nHome Secretary mentioned it in an\nstatement on the film that \
                    folks have been ready for\n\nA key second within the movie was extra than he \
                    advised\nreporters on the White\nHome. Nothing here.\n\nThat\nPress play to \
                    hearken to this text, in line with the corporate\nThe minister mentioned \
                    the White House, and the White House mentioned London\nFolks mentioned Movie\nLondon was like that "
            .repeat(3);
        let verdict = worker.judge(&text, &mut Session::default()).unwrap();
        let mut decided = |together: usize| {
            let (mut choices, mut names) = (Choices::default(), Names::default());
            let (mut lattices, mut number) = (0, 0);
            let rivals = Rivals::Compared;
            worker.paragraphs(&text, &verdict, rivals, together, |decoder, task| {
                decoder.decode(task, &mut choices);
                decoder.name(task, number, &mut names);
                number += task.problem.paragraphs.len() as u32;
                lattices += 1;
            });
            let missed = (names.missed_in(), names.misses());
            let decided = format!("{choices:?} {number} {missed:?}");
            (lattices, decided)
        };
        let ((few, together), (many, each)) = (decided(LONGEST), decided(ALONE));
        assert!(few < many);
        assert_eq!(together, each);
    }

    /// All pieces of a long paragraph are decided, with the words before them.
    #[cfg(feature = "embedded")]
    #[test]
    fn a_cut_paragraph_goes_on_where_it_was_cut() {
        use crate::{Assume, Restorer};
        let restorer = Restorer::builder().assume(Assume::Spun).build().unwrap();
        let mut worker = restorer.worker();
        let sentence = "The minister mentioned on Tuesday that this was right. ";
        let text = sentence.repeat(LONGEST / 4);
        let restored = sentence.replace("mentioned", "said").repeat(LONGEST / 4);
        assert_eq!(worker.restore(&text), restored);
        let verdict = worker.judge(&text, &mut Session::default()).unwrap();
        let mut before = Vec::new();
        worker.paragraphs(&text, &verdict, Rivals::Ignored, LONGEST, |_, task| {
            before.push(task.problem.before);
        });
        let behind_a_sentence = ["right", "."].map(Word::of_folded);
        assert!(before.len() > 2);
        assert_eq!(before[0], [Word::BREAK; 2]);
        assert!(before[1..].iter().all(|words| *words == behind_a_sentence));
    }
}
