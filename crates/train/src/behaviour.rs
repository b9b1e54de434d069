//! How a spinner behaves, read off its substitutions.

use unspin::dict::Source;
use unspin::token::{fold, tokenize, Case, Gap, Kind};

use crate::consistency::usual_rate;
use crate::pairs::Pair;

/// Tokens of a kind that a document must have before it says anything.
const TELLING: u64 = 40;
/// A document spares a kind of token that it changes this much less often than the rest.
const SPARED: f64 = 0.1;

/// What a spinner does to documents.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Behaviour {
    /// Share of the spun texts' tokens that stand in substitutions, `0.0..=1.0`.
    pub density: f64,
    /// Share of chances that are not taken, `0.0..=1.0`, where a trigger stood.
    pub kept: f64,
    /// Alternatives per trigger, mean over the triggers.
    pub alternatives: f64,
    /// Most alternatives of one trigger.
    pub most_alternatives: usize,
    /// Share of documents whose text in quotation marks was spared, of those
    /// with enough of it to tell.
    pub quotes_spared: Option<f64>,
    /// Share of documents whose capitalised words inside sentences were
    /// spared, of those with enough of them to tell.
    pub capitals_spared: Option<f64>,
}

/// Counts for [`Behaviour`].
#[derive(Debug, Default)]
pub(crate) struct Observer {
    tokens: u64,
    changed: u64,
    quotes: Spared,
    capitals: Spared,
}

#[derive(Debug, Default)]
struct Spared {
    documents: u64,
    spared: u64,
}

impl Spared {
    fn count(&mut self, (changed, of): (u64, u64), density: f64) {
        if of >= TELLING {
            self.documents += 1;
            self.spared += u64::from((changed as f64) < SPARED * density * of as f64);
        }
    }

    fn share(&self) -> Option<f64> {
        (self.documents > 0).then(|| self.spared as f64 / self.documents as f64)
    }
}

impl Observer {
    /// Looks at one document whose substitutions are known.
    pub(crate) fn count(&mut self, pair: &Pair) {
        let tokens = tokenize(&pair.spun);
        let mut edits = pair.edits.iter().peekable();
        let (mut all, mut quoted, mut capital) = ((0, 0), (0, 0), (0, 0));
        let mut inside = false;
        let mut inner = false;
        for token in &tokens {
            while edits
                .next_if(|edit| edit.end <= token.start as usize)
                .is_some()
            {}
            let changed = u64::from(
                edits
                    .peek()
                    .is_some_and(|edit| edit.start < token.end as usize),
            );
            let text = token.text(&pair.spun);
            match text {
                "\u{201c}" => inside = true,
                "\u{201d}" => inside = false,
                "\"" => inside = !inside,
                _ => {}
            }
            if token.gap == Gap::Break {
                inner = false;
                inside &= text == "\"" || text == "\u{201c}";
            }
            let add = |counts: &mut (u64, u64)| {
                counts.0 += changed;
                counts.1 += 1;
            };
            if token.kind == Kind::Word {
                if token.case == Case::First && inner {
                    add(&mut capital);
                } else if inside {
                    add(&mut quoted);
                } else {
                    add(&mut all);
                }
            }
            inner = !matches!(text, "." | "!" | "?" | ":" | "\"" | "\u{201c}");
        }
        self.tokens += all.1 + quoted.1 + capital.1;
        self.changed += all.0 + quoted.0 + capital.0;
        let density = all.0 as f64 / (all.1 as f64).max(1.0);
        if all.0 > 0 {
            self.quotes.count(quoted, density);
            self.capitals.count(capital, density);
        }
    }

    /// The behaviour, with what the learnt entries say.
    pub(crate) fn behaviour(&self, source: &Source) -> Behaviour {
        let mut triggers: std::collections::HashMap<String, usize> = Default::default();
        for entry in &source.entries {
            *triggers.entry(fold(&entry.original)).or_default() += 1;
        }
        Behaviour {
            density: self.changed as f64 / self.tokens.max(1) as f64,
            kept: if source.entries.is_empty() {
                0.0
            } else {
                1.0 - usual_rate(source)
            },
            alternatives: source.entries.len() as f64 / triggers.len().max(1) as f64,
            most_alternatives: triggers.into_values().max().unwrap_or(0),
            quotes_spared: self.quotes.share(),
            capitals_spared: self.capitals.share(),
        }
    }
}
