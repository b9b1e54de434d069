//! The document first: was it spun, where, and how?
//!
//! Spun text never (or hardly ever) has the spinner's triggers and is full of
//! what it writes instead. Each phrase of the dictionary that stands in a text
//! is therefore evidence, and how much depends on the share of chances that
//! the spinner leaves unused. Sentences add up their evidence; a two-state
//! hidden Markov model (clean, spun) over the sentences finds the stretches
//! that were spun, so that a spun paragraph in a clean document is found and
//! the rest is left alone.

use crate::channel::{add, Channel, Evidence, Settings, SETTINGS};
use crate::cost::{log_ratio, NAT};
use crate::damping::{damp, LAST};
use crate::dict::{Lexicon, PhraseId, KEEP_GRID, MIDDLING};
use crate::matches::Match;
use crate::sentence::ends_sentence;
use crate::token::{Gap, Token};

/// What it costs to enter a spun stretch or to leave one.
const SWITCH: i32 = 3 * NAT;

/// Tokens after which, at a sentence's end, repetitions are counted anew: in a
/// long document every phrase comes again.
const TOPIC: usize = 1000;

/// Log odds of what cannot be.
const NEVER: i32 = i32::MIN / 2;

/// Share of a text, in per cent, from which on it may have been spun as a whole.
const WHOLE: usize = 70;

/// Tells that are reported at most.
const TELLS: usize = 12;

/// Log odds from which a text counts as spun.
pub(crate) const THRESHOLD: i32 = 3 * NAT;

/// Log odds below which a text counts as clean although it is short.
const CLEAR: i32 = -3 * NAT;

#[derive(Debug, Clone)]
struct Sentence {
    /// One past its last token.
    end: u32,
    /// Whether it begins a paragraph.
    opens: bool,
    /// Its tokens.
    length: u32,
    /// Its evidence, where phrases that came before tell less.
    evidence: Evidence,
    /// Its evidence as if nothing came before.
    alone: Evidence,
}

/// What earlier blocks of the same document showed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Carry {
    evidence: Evidence,
    spun: bool,
}

/// What was found out about a text.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    /// `ln P(text | some of it spun) / P(text | clean)`, damped, in cost units.
    pub(crate) log_odds: i32,
    /// The verdict; `None` where the text is too short to say.
    pub(crate) spun: Option<bool>,
    /// How the spinner worked.
    pub(crate) channel: Channel,
}

/// What it costs to enter a spun stretch or to leave one.
#[derive(Debug, Clone, Copy)]
struct Switches {
    /// Inside a paragraph.
    within: i32,
    /// Between two paragraphs.
    between: i32,
    /// Whether repetitions tell less.
    damped: bool,
    /// What each token of a spun stretch costs: phrases are not independent of
    /// each other, so that odd but clean prose adds up evidence too, only slowly.
    tax: i32,
}

impl Switches {
    /// For a text of which parts at least were spun: whole paragraphs are.
    const IN_SPUN: Switches = Switches {
        within: 10 * NAT,
        between: NAT,
        damped: false,
        tax: NAT / 21,
    };

    /// For a text of so many sentences of which nothing is known: the longer it
    /// is, the more places there are where chance could make a few look spun.
    fn anywhere(sentences: usize) -> Switches {
        let switch = SWITCH + log_ratio(sentences as u64, 1);
        Switches {
            within: switch,
            between: switch,
            damped: true,
            tax: NAT / 32,
        }
    }

    /// What it costs before a sentence.
    fn before(&self, sentence: &Sentence) -> i32 {
        if sentence.opens {
            self.between
        } else {
            self.within
        }
    }

    /// The evidence of a sentence that counts.
    fn evidence<'s>(&self, sentence: &'s Sentence) -> &'s Evidence {
        if self.damped {
            &sentence.evidence
        } else {
            &sentence.alone
        }
    }
}

/// Judges documents; holds the scratch memory for that.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    sentences: Vec<Sentence>,
    /// Per sentence, whether it was spun.
    spun: Vec<bool>,
    seen: Vec<u16>,
    touched: Vec<PhraseId>,
    back: Vec<[bool; 2]>,
}

impl Judge {
    /// Judges a text, or a block of one after others, by the leading matches in it.
    pub(crate) fn judge(
        &mut self,
        text: &str,
        tokens: &[Token],
        matches: &[Match],
        lexicon: &Lexicon,
        carry: &mut Carry,
        known_spun: bool,
    ) -> Verdict {
        self.collect(text, tokens, matches, lexicon);
        let anywhere = Switches::anywhere(self.sentences.len());
        // First with the spinner of a few typical ones that explains the text
        // best, then with the one that the spun sentences show.
        let typical = self.typical_odds(carry.spun, anywhere);
        let best = Settings::typical()
            .zip(typical)
            .max_by_key(|(_, odds)| *odds);
        let (mut settings, _) = best.unwrap_or_default();
        let mut log_odds = 0;
        for _ in 0..2 {
            log_odds = self.segment(&settings, carry.spun, anywhere);
            if known_spun {
                self.spun.iter_mut().for_each(|spun| *spun = true);
            }
            let mut total = carry.evidence;
            self.spun_sentences()
                .for_each(|sentence| add(&mut total, &sentence.evidence));
            settings = Settings::fit(&total);
        }
        if !known_spun && log_odds >= THRESHOLD {
            // Somebody else's paragraphs stand among the spun ones, or none do.
            let _ = self.segment(&settings, carry.spun, Switches::IN_SPUN);
        }
        self.fill(tokens.len(), &settings);
        self.spun_sentences()
            .for_each(|sentence| add(&mut carry.evidence, &sentence.evidence));
        let spun = match log_odds {
            odds if odds >= THRESHOLD => Some(true),
            odds if odds <= CLEAR || tokens.len() >= 120 => Some(false),
            _ => None,
        };
        carry.spun |= spun == Some(true);
        Verdict {
            log_odds,
            spun,
            channel: settings.channel(),
        }
    }

    /// Takes other paragraphs for spun too where most of the text was, unless
    /// their evidence outweighs that: they may only have given the spinner
    /// little to do.
    fn fill(&mut self, tokens: usize, settings: &Settings) {
        let spun: usize = self
            .spun_sentences()
            .map(|sentence| sentence.length as usize)
            .sum();
        if spun * 100 < tokens * WHOLE {
            return;
        }
        let odds = log_ratio(spun as u64, (tokens - spun) as u64 + 10);
        let mut from = 0;
        while from < self.sentences.len() {
            let rest = &self.sentences[from + 1..];
            let to = from + 1 + rest.iter().take_while(|sentence| !sentence.opens).count();
            let evidence: i32 = self.sentences[from..to]
                .iter()
                .map(|sentence| settings.evidence(&sentence.alone))
                .sum();
            if evidence > -odds * 5 / 2 {
                self.spun[from..to].fill(true);
            }
            from = to;
        }
    }

    fn spun_sentences(&self) -> impl Iterator<Item = &Sentence> {
        let sentences = self.sentences.iter().zip(&self.spun);
        sentences
            .filter(|(_, spun)| **spun)
            .map(|(sentence, _)| sentence)
    }

    /// The stretches of tokens that were spun, after [`judge`](Self::judge).
    pub(crate) fn stretches(&self) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        let mut at = 0;
        let mut start = 0;
        std::iter::from_fn(move || {
            while at < self.sentences.len() && !self.spun[at] {
                start = self.sentences[at].end as usize;
                at += 1;
            }
            if at == self.sentences.len() {
                return None;
            }
            let from = start;
            while at < self.sentences.len() && self.spun[at] {
                start = self.sentences[at].end as usize;
                at += 1;
            }
            Some(from..start)
        })
    }

    /// Cuts the text into sentences and adds up the evidence of each.
    fn collect(&mut self, text: &str, tokens: &[Token], matches: &[Match], lexicon: &Lexicon) {
        self.sentences.clear();
        self.seen.resize(lexicon.len(), 0);
        let mut matches = matches.iter().peekable();
        let (mut from, mut counted) = (0, 0);
        let mut opens = true;
        for (at, token) in tokens.iter().enumerate() {
            let next = tokens.get(at + 1);
            let ends_paragraph = next.is_none_or(|next| next.gap == Gap::Break);
            let ends = ends_paragraph || ends_sentence(text, token, next);
            if !ends {
                continue;
            }
            let end = at as u32 + 1;
            let mut sentence = Sentence {
                end,
                opens,
                length: end - from,
                evidence: Evidence::default(),
                alone: Evidence::default(),
            };
            while let Some(found) = matches.next_if(|found| found.start < end) {
                self.count(found, lexicon, &mut sentence);
            }
            self.sentences.push(sentence);
            from = end;
            opens = ends_paragraph;
            if at >= counted + TOPIC {
                counted = at;
                self.forget();
            }
        }
        self.forget();
    }

    /// Adds the evidence of a phrase to that of its sentence.
    fn count(&mut self, found: &Match, lexicon: &Lexicon, sentence: &mut Sentence) {
        let seen = &mut self.seen[found.phrase.0 as usize];
        *seen = seen.saturating_add(1);
        self.touched.push(found.phrase);
        let phrase = lexicon.phrase(found.phrase);
        lexicon.prefetch_candidates(phrase);
        let each = phrase.evidence.map(i32::from);
        let class = found.class.index();
        let damped = damp(phrase.evidence, (*seen).into());
        let add = |sums: &mut [i32], more: [i32; KEEP_GRID.len()]| {
            sums.iter_mut()
                .zip(more)
                .for_each(|(sum, more)| *sum += more);
        };
        add(&mut sentence.evidence[class], damped);
        add(&mut sentence.alone[class], each);
    }

    /// Forgets which phrases were seen.
    fn forget(&mut self) {
        for phrase in self.touched.drain(..) {
            self.seen[phrase.0 as usize] = 0;
        }
    }

    /// As [`segment`](Self::segment) for all typical settings at once, but for the
    /// path itself.
    fn typical_odds(&self, began_spun: bool, switches: Switches) -> [i32; SETTINGS] {
        let mut clean = [0; SETTINGS];
        let mut spun = [if began_spun { 0 } else { NEVER }; SETTINGS];
        let mut best = [NEVER; SETTINGS];
        for sentence in &self.sentences {
            let switch = switches.before(sentence);
            let tax = sentence.length as i32 * switches.tax;
            let evidence = Settings::typical_evidence(switches.evidence(sentence));
            for index in 0..SETTINGS {
                let (from_clean, from_spun) = (clean[index] - switch, spun[index] - switch);
                spun[index] = spun[index].max(from_clean) + evidence[index] - tax;
                clean[index] = clean[index].max(from_spun);
                best[index] = best[index].max(spun[index]);
            }
        }
        best.map(limited)
    }

    /// Viterbi over the sentences. Returns the log odds of the best path that
    /// has a spun sentence against the path that has none.
    fn segment(&mut self, settings: &Settings, began_spun: bool, switches: Switches) -> i32 {
        self.back.clear();
        self.spun.clear();
        // Before the first sentence the text is clean, unless it went on spun.
        let (mut clean, mut spun) = (0, if began_spun { 0 } else { NEVER });
        let mut best = NEVER;
        for sentence in &self.sentences {
            let switch = switches.before(sentence);
            let (from_clean, from_spun) = (clean - switch, spun - switch);
            let stays = spun >= from_clean;
            let evidence = switches.evidence(sentence);
            let next_spun = spun.max(from_clean) + settings.evidence(evidence)
                - sentence.length as i32 * switches.tax;
            let back_to_clean = from_spun > clean;
            clean = clean.max(from_spun);
            spun = next_spun;
            self.back.push([back_to_clean, stays]);
            best = best.max(spun);
        }
        let mut state = spun > clean;
        for back in self.back.iter().rev() {
            self.spun.push(state);
            state = if state { back[1] } else { back[0] };
        }
        self.spun.reverse();
        limited(best)
    }
}

/// Log odds within what is worth telling apart.
fn limited(odds: i32) -> i32 {
    odds.clamp(-20 * NAT, 1000 * NAT)
}

/// The phrases that speak most strongly for spinning, of those that stand in a
/// document, in any order: phrase, count, evidence in cost units.
pub(crate) fn tells(mut found: Vec<PhraseId>, lexicon: &Lexicon) -> Vec<(PhraseId, u32, i32)> {
    let each = |phrase: PhraseId| lexicon.phrase(phrase).evidence[MIDDLING];
    found.retain(|phrase| each(*phrase) > 0);
    found.sort_unstable();
    let equal = found.chunk_by(|first, second| first == second);
    let total = |same: &[PhraseId]| {
        let (phrase, count) = (same[0], same.len() as u32);
        // Later repetitions add next to nothing.
        let total: i32 = (1..=count.min(LAST))
            .flat_map(|nth| damp([each(phrase)], nth))
            .sum();
        (phrase, count, total)
    };
    let mut tells: Vec<_> = equal.map(total).collect();
    tells.retain(|(_, _, total)| *total > NAT / 2);
    tells.sort_by_key(|(phrase, _, total)| (-total, *phrase));
    tells.truncate(TELLS);
    tells
}
