//! The lattice: for each token of a stretch of text, the readings that begin there.

use std::hint::select_unpredictable;
use std::ops::Range;

use crate::channel::Channel;
use crate::cost::NAT;
use crate::dict::Lexicon;
use crate::glue::Place;
use crate::matches::Match;
use crate::token::Token;
use crate::vocabulary::Vocabulary;

/// A reading of one or more tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arc {
    /// First token.
    pub(crate) start: u32,
    /// Tokens that it spans.
    pub(crate) length: u32,
    /// Index of the candidate in its lexicon, or [`Arc::IDENTITY`].
    pub(crate) candidate: u32,
    /// What the channel asks for it.
    pub(crate) cost: i32,
}

impl Arc {
    /// The token stands as the author wrote it.
    pub(crate) const IDENTITY: u32 = u32::MAX;
}

/// The readings of some tokens that are no identities: the candidates of a key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    /// First token.
    pub(crate) start: u32,
    /// Tokens.
    pub(crate) length: u32,
    /// The first arc and the one behind the last.
    pub(crate) first_arc: u32,
    pub(crate) end_arc: u32,
}

impl Slot {
    /// Its tokens.
    pub(crate) fn tokens(&self) -> Range<usize> {
        self.start as usize..(self.start + self.length) as usize
    }

    /// The indices of its arcs.
    pub(crate) fn arcs(&self) -> Range<usize> {
        self.first_arc as usize..self.end_arc as usize
    }
}

/// A phrase of several tokens that the spinner would have replaced, ending at
/// some token: leaving all of it alone costs this.
#[derive(Debug, Clone, Copy)]
struct Spared {
    /// Tokens that are looked at, the last [`LOOKED_AT`] at most.
    length: u32,
    /// What it costs that the spinner passed over it.
    cost: i32,
    /// The next that ends there, or [`NO_MORE`].
    next: u32,
}

/// Tokens of a spared phrase that are looked at, from its last one back: paths know as
/// many. Longer ones whose last tokens were left alone count as spared.
const LOOKED_AT: u32 = 3;

/// There is no further [`Spared`] that ends at a token.
const NO_MORE: u32 = u32::MAX;

/// Readings of a stretch of tokens.
#[derive(Debug, Default)]
pub(crate) struct Lattice {
    arcs: Vec<Arc>,
    slots: Vec<Slot>,
    spared: Vec<Spared>,
    /// Per token, the first of what was spared and ends there.
    spared_at: Vec<u32>,
    identity: Vec<i32>,
    longest: u32,
}

/// What a lattice is built of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch<'a> {
    pub(crate) text: &'a str,
    /// The tokens of the stretch.
    pub(crate) tokens: &'a [Token],
    /// The token of the text that is the first of the stretch.
    pub(crate) first: usize,
    /// The matches that begin in the stretch; they count the tokens of the text.
    pub(crate) matches: &'a [Match],
}

#[cfg(all(test, feature = "embedded"))]
impl<'a> Stretch<'a> {
    /// All of a text.
    pub(crate) fn whole(text: &'a str, tokens: &'a [Token], matches: &'a [Match]) -> Stretch<'a> {
        Stretch {
            text,
            tokens,
            first: 0,
            matches,
        }
    }
}

/// How much the cost of passing over a trigger counts, in units of 1/256: it is
/// surer than what the context model says.
const KEPT: i32 = 330;

/// What every substitution costs beside the channel: repairs must be worth it.
const SUBSTITUTION: i32 = NAT / 4;

/// Arcs of a slot, at most: the search compares all those of three slots with each other.
const MOST: usize = 16;

impl Lattice {
    /// Builds the lattice of a stretch from the matches in it.
    pub(crate) fn build(
        &mut self,
        stretch: &Stretch<'_>,
        lexicon: &Lexicon,
        vocabulary: &Vocabulary,
        channel: &Channel,
    ) {
        let Stretch {
            text,
            tokens,
            first,
            matches,
        } = *stretch;
        self.clear();
        self.identity.extend(
            (0..tokens.len()).map(|at| match Place::may_cost(tokens, at) {
                true => Place::of(text, tokens, at).glue(&tokens[at], text),
                false => 0,
            }),
        );
        self.spared_at.resize(tokens.len(), NO_MORE);
        for found in matches {
            let at = found.start as usize - first;
            let length = usize::from(found.length);
            if at + length > tokens.len() {
                continue;
            }
            let phrase = lexicon.phrase(found.phrase);
            self.longest = self.longest.max(length as u32);
            let kept = channel.kept(found.class) * KEPT / NAT;
            let kept = select_unpredictable(phrase.trigger, kept, 0);
            self.identity[at] += select_unpredictable(length == 1, kept, 0);
            self.spare(phrase.trigger & (length > 1), at, length, kept);
            let Range { start, end } = phrase.candidates;
            let used = channel.used(found.class) + SUBSTITUTION;
            let first_arc = self.arcs.len();
            lexicon.extend(&mut self.arcs, phrase, |index, candidate| Arc {
                start: at as u32,
                length: length as u32,
                candidate: index,
                cost: used + candidate.cost,
            });
            vocabulary.prefetch(start);
            vocabulary.prefetch(end);
            let place = Place::of(text, tokens, at);
            if place != Place::FREE {
                for arc in &mut self.arcs[first_arc..] {
                    let word = &lexicon.tokens(arc.candidate)[0];
                    arc.cost += place.glue(word, lexicon.original(arc.candidate));
                }
            }
            self.limit(first_arc, vocabulary);
            let slots = self.slots.len();
            self.slots.push(Slot {
                start: at as u32,
                length: length as u32,
                first_arc: first_arc as u32,
                end_arc: self.arcs.len() as u32,
            });
            // One without arcs is none, which processors could not foresee either.
            self.slots.truncate(slots + usize::from(start != end));
        }
    }

    fn clear(&mut self) {
        self.arcs.clear();
        self.slots.clear();
        self.spared.clear();
        self.spared_at.clear();
        self.identity.clear();
        self.longest = 1;
    }

    /// Drops the costlier arcs of the last slot, which begin with the given one, where there
    /// are too many.
    fn limit(&mut self, first: usize, vocabulary: &Vocabulary) {
        let arcs = &mut self.arcs[first..];
        if arcs.len() > MOST {
            let cost = |arc: &Arc| arc.cost + vocabulary.lone(arc.candidate);
            arcs.sort_unstable_by_key(|arc| (cost(arc), arc.candidate));
            arcs[..MOST].sort_unstable_by_key(|arc| arc.candidate);
            self.arcs.truncate(first + MOST);
        }
    }

    /// Takes in a phrase if the spinner would have replaced it and it has several tokens, without
    /// a branch: processors could not foresee it.
    #[inline(always)]
    fn spare(&mut self, is_spared: bool, at: usize, length: usize, cost: i32) {
        let last = &mut self.spared_at[at + length - 1];
        let count = self.spared.len();
        self.spared.push(Spared {
            length: (length as u32).min(LOOKED_AT),
            cost,
            next: *last,
        });
        *last = select_unpredictable(is_spared, count as u32, *last);
        self.spared.truncate(count + usize::from(is_spared));
    }

    /// The slots, by their first token, shorter before longer.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Those that begin with a token or after it.
    pub(crate) fn slots_from(&self, token: u32) -> &[Slot] {
        let before = self.slots.partition_point(|slot| slot.start < token);
        &self.slots[before..]
    }

    /// An arc by its index.
    pub(crate) fn arc(&self, index: u32) -> &Arc {
        &self.arcs[index as usize]
    }

    /// All arcs.
    pub(crate) fn all_arcs(&self) -> &[Arc] {
        &self.arcs
    }

    /// All readings. They are numbered: first come the arcs, then leaving each
    /// token alone.
    pub(crate) fn reading_count(&self) -> usize {
        self.arcs.len() + self.len()
    }

    /// The number of the reading that leaves a token alone.
    pub(crate) fn alone(&self, at: usize) -> u32 {
        (self.arcs.len() + at) as u32
    }

    /// The number that no reading has, behind all others.
    pub(crate) fn nothing(&self) -> u32 {
        self.reading_count() as u32
    }

    /// What it costs to leave a token as it is, but for longer phrases.
    pub(crate) fn own(&self, at: usize) -> i32 {
        self.identity[at]
    }

    /// What phrases of several tokens cost that end with a token, if it is left as it
    /// is, given how many before it were left.
    #[inline]
    pub(crate) fn spared(&self, at: usize, run: u32) -> i32 {
        let mut cost = 0;
        let mut next = self.spared_at[at];
        while let Some(spared) = self.spared.get(next as usize) {
            if spared.length <= run + 1 {
                cost += spared.cost;
            }
            next = spared.next;
        }
        cost
    }

    /// Whether there are such phrases.
    #[inline]
    pub(crate) fn may_be_spared(&self, at: usize) -> bool {
        self.spared_at
            .get(at)
            .is_some_and(|first| *first != NO_MORE)
    }

    /// Tokens of the longest reading.
    pub(crate) fn longest(&self) -> u32 {
        self.longest
    }

    /// Tokens of the stretch.
    pub(crate) fn len(&self) -> usize {
        self.identity.len()
    }
}

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use super::*;
    use crate::channel::Settings;
    use crate::context::Model;
    use crate::dict::Dictionary;
    use crate::scan::scan;
    use crate::token::tokenize;

    /// Of forty originals of a key the likelier are arcs, by how the spinner draws and by what
    /// their words cost.
    #[test]
    fn of_very_many_originals_the_likelier_are_arcs() {
        let head = "#unspin-dictionary\t1\n#documents\t1\n#words\t1\n\
                    spun\toriginal\tused\town\tkept\tbias\n";
        let line = |n: u32| match n {
            7 => "zorp\tminister\t3\t1\t1\t0\n".to_string(),
            n => format!("zorp\tqx{n:02}\t{}\t1\t1\t0\n", 1 + n * 7 % 40),
        };
        let source: String = std::iter::once(head.to_string())
            .chain((0..40).map(line))
            .collect();
        let dictionary = Dictionary::from_source("many.tsv", &source).unwrap();
        let (lexicon, model) = (dictionary.lexicon(), Model::embedded());
        let text = "A zorp here and a zorp there.";
        let (tokens, mut matches) = (tokenize(text), Vec::new());
        scan(text, &tokens, lexicon, &mut matches);
        let stretch = Stretch::whole(text, &tokens, &matches);
        let vocabulary = Vocabulary::new(lexicon, &model);
        let channel = Settings::default().channel();
        let mut lattice = Lattice::default();
        lattice.build(&stretch, lexicon, &vocabulary, &channel);
        assert_eq!(lattice.slots().len(), 2);
        for slot in lattice.slots() {
            let arcs = &lattice.all_arcs()[slot.arcs()];
            assert_eq!(arcs.len(), MOST);
            assert!(arcs.is_sorted_by_key(|arc| arc.candidate));
            let original = |arc: &Arc| lexicon.original(arc.candidate);
            assert!(arcs.iter().any(|arc| original(arc) == "minister"));
            // The other words cost alike: the more often drawn are there.
            let dearest = arcs.iter().filter(|arc| original(arc) != "minister");
            let dearest = dearest.map(|arc| arc.cost).max();
            let used = channel.used(matches[0].class) + SUBSTITUTION;
            let all = lexicon.all_candidates().iter();
            let cheaper = all.filter(|each| Some(used + each.cost) < dearest);
            assert!(cheaper.count() < MOST);
        }
    }
}
