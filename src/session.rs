//! Sessions: what is known of a document after some of its blocks.

use crate::cost::{exp_neg, NAT};
use crate::dict::{Lexicon, PhraseId};
use crate::document::{tells, Carry, Verdict, THRESHOLD};
use crate::matches::Match;
use crate::report::{Spin, Tell};

/// What is known of a document after some of its blocks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Session {
    pub(crate) carry: Carry,
    log_odds: Option<i32>,
    /// Whether it was spun, as far as that is known.
    pub(crate) spun: Option<bool>,
    /// The phrases that stand in the document, where that is asked for.
    phrases: Option<Vec<PhraseId>>,
}

impl Session {
    /// A session that can tell which phrases spoke for spinning.
    pub(crate) fn telling() -> Session {
        Session {
            phrases: Some(Vec::new()),
            ..Session::default()
        }
    }

    pub(crate) fn is_telling(&self) -> bool {
        self.phrases.is_some()
    }

    /// Takes in the verdict on a block, and the leading matches in it.
    pub(crate) fn add(&mut self, verdict: &Verdict, matches: &[Match]) {
        if let Some(phrases) = &mut self.phrases {
            phrases.extend(matches.iter().map(|found| found.phrase));
        }
        self.log_odds = self.log_odds.max(Some(verdict.log_odds));
        self.spun = match (self.spun, verdict.spun) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), _) | (_, Some(false)) => Some(false),
            _ => None,
        };
    }

    /// Takes in a block that is clean at a glance.
    pub(crate) fn add_clean(&mut self) {
        self.spun = self.spun.or(Some(false));
    }

    /// How strongly the document looks spun.
    pub(crate) fn spin(self, lexicon: &Lexicon) -> Spin {
        let Some(log_odds) = self.log_odds else {
            return Spin::default();
        };
        let tells = self.phrases.map(|phrases| tells(phrases, lexicon));
        let tell = |(phrase, count, weight)| Tell {
            phrase: lexicon.text(phrase).to_string(),
            count,
            weight: f64::from(weight) / f64::from(NAT),
        };
        Spin {
            score: logistic(log_odds - THRESHOLD),
            log_odds: f64::from(log_odds) / f64::from(NAT),
            spun: self.spun,
            tells: tells.into_iter().flatten().map(tell).collect(),
        }
    }
}

/// Probability of log odds in cost units.
fn logistic(log_odds: i32) -> f64 {
    let rare = f64::from(exp_neg(log_odds.abs())) / 65_536.0;
    let likely = 1.0 / (1.0 + rare);
    if log_odds >= 0 {
        likely
    } else {
        1.0 - likely
    }
}
