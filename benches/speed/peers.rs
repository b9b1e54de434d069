//! What else can find phrases: the plain look-up, the node walk, and the automata.
//!
//! The first two do what the matcher does: find all phrases on token
//! boundaries, overlapping ones among them. The automata find the leftmost
//! longest ones only, in a lower-cased copy, and miss a phrase where a longer
//! one that ends inside a word hides it; their reference here does the same.

use aho_corasick::{AhoCorasick, MatchKind};
use daachorse::{
    CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, DoubleArrayAhoCorasick,
    DoubleArrayAhoCorasickBuilder,
};
use fst::raw::{Fst, Node};
use unspin::token::{fold_char, tokenize_into, Case, Gap, Kind, Token};

use crate::phrases::Phrases;

/// Whether a phrase may begin with this token.
fn opens(token: &Token) -> bool {
    matches!(token.kind, Kind::Word | Kind::Number | Kind::Mark)
}

/// Whether a phrase in capitals throughout, which no spinner touches.
fn shouted(window: &[Token]) -> bool {
    window.iter().all(|token| token.case == Case::Upper)
}

/// The plain design and the slow reference: every window of tokens is written
/// into a buffer and looked up in the map.
pub(crate) fn look_up(
    phrases: &Phrases,
    text: &str,
    tokens: &mut Vec<Token>,
    key: &mut Vec<u8>,
    mut found: impl FnMut(usize, usize),
) {
    tokenize_into(text, tokens);
    for at in 0..tokens.len() {
        if !opens(&tokens[at]) {
            continue;
        }
        key.clear();
        for (index, token) in tokens[at..].iter().take(phrases.longest).enumerate() {
            if index > 0 && token.gap == Gap::Break {
                break;
            }
            if index > 0 && token.gap != Gap::None {
                key.push(b' ');
            }
            push_folded(token.text(text), key);
            if phrases.map.get(&key).is_some() && !shouted(&tokens[at..=at + index]) {
                found(at, index + 1);
            }
        }
    }
}

fn push_folded(token: &str, key: &mut Vec<u8>) {
    let from = key.len();
    key.extend_from_slice(token.as_bytes());
    if token.is_ascii() {
        key[from..].make_ascii_lowercase();
    } else {
        key.truncate(from);
        let mut buffer = [0; 4];
        for c in token.chars() {
            key.extend_from_slice(fold_char(c).encode_utf8(&mut buffer).as_bytes());
        }
    }
}

/// From each token the nodes of the fst as far as they go.
pub(crate) fn walk(
    phrases: &Phrases,
    text: &str,
    tokens: &mut Vec<Token>,
    mut found: impl FnMut(usize, usize),
) {
    tokenize_into(text, tokens);
    let fst = phrases.map.as_fst();
    for at in 0..tokens.len() {
        if !opens(&tokens[at]) {
            continue;
        }
        let mut node = fst.root();
        for (index, token) in tokens[at..].iter().enumerate() {
            if index > 0 && token.gap == Gap::Break {
                break;
            }
            let space = (index > 0 && token.gap != Gap::None).then_some(b' ');
            match step(fst, node, space, token.text(text)) {
                Some(next) => node = next,
                None => break,
            }
            if node.is_final() && !shouted(&tokens[at..=at + index]) {
                found(at, index + 1);
            }
        }
    }
}

fn step<'f>(
    fst: &'f Fst<Vec<u8>>,
    mut node: Node<'f>,
    space: Option<u8>,
    token: &str,
) -> Option<Node<'f>> {
    let mut follow = |byte: u8| {
        let next = node.transition_addr(node.find_input(byte)?);
        node = fst.node(next);
        Some(())
    };
    if let Some(space) = space {
        follow(space)?;
    }
    if token.is_ascii() {
        for byte in token.bytes() {
            follow(byte.to_ascii_lowercase())?;
        }
    } else {
        let mut buffer = [0; 4];
        for c in token.chars() {
            for byte in fold_char(c).encode_utf8(&mut buffer).bytes() {
                follow(byte)?;
            }
        }
    }
    Some(node)
}

/// The automata, over a lower-cased copy that they share.
pub(crate) struct Automata {
    pub(crate) aho_corasick: AhoCorasick,
    pub(crate) daachorse: DoubleArrayAhoCorasick<u32>,
    pub(crate) charwise: CharwiseDoubleArrayAhoCorasick<u32>,
}

impl Automata {
    pub(crate) fn new(phrases: &Phrases) -> Automata {
        Automata {
            aho_corasick: aho_corasick(phrases),
            daachorse: daachorse(phrases),
            charwise: CharwiseDoubleArrayAhoCorasickBuilder::new()
                .match_kind(daachorse::MatchKind::LeftmostLongest)
                .build(&phrases.sorted)
                .expect("few enough phrases"),
        }
    }
}

pub(crate) fn aho_corasick(phrases: &Phrases) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(&phrases.sorted)
        .expect("few enough phrases")
}

pub(crate) fn daachorse(phrases: &Phrases) -> DoubleArrayAhoCorasick<u32> {
    DoubleArrayAhoCorasickBuilder::new()
        .match_kind(daachorse::MatchKind::LeftmostLongest)
        .build(&phrases.sorted)
        .expect("few enough phrases")
}

/// Copies a text in lower case, leaving every byte where it is.
pub(crate) fn lower<'b>(text: &str, buffer: &'b mut String) -> &'b str {
    buffer.clear();
    buffer.push_str(text);
    buffer.make_ascii_lowercase();
    buffer
}

/// Whether a match of bytes begins and ends at the edges of words.
pub(crate) fn on_edges(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let part = |at: usize| {
        bytes
            .get(at)
            .is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80)
    };
    let inside = |at: usize| at > 0 && part(at - 1) && part(at);
    !inside(start) && !inside(end)
}

/// What an automaton finds in a lower-cased text, by walking the fst from every byte.
pub(crate) fn leftmost_longest(phrases: &Phrases, lower: &str) -> Vec<(usize, usize, u64)> {
    let fst = phrases.map.as_fst();
    let mut matches = Vec::new();
    let mut start = 0;
    while start < lower.len() {
        let (mut node, mut output) = (fst.root(), fst::raw::Output::zero());
        let mut longest = None;
        for (index, byte) in lower.bytes().enumerate().skip(start) {
            let Some(input) = node.find_input(byte) else {
                break;
            };
            let transition = node.transition(input);
            output = output.cat(transition.out);
            node = fst.node(transition.addr);
            if node.is_final() {
                longest = Some((index + 1, output.cat(node.final_output()).value()));
            }
        }
        match longest {
            Some((end, phrase)) => {
                matches.push((start, end, phrase));
                start = end;
            }
            None => start += 1,
        }
    }
    matches.retain(|&(start, end, _)| on_edges(lower, start, end));
    matches
}

/// For each phrase what it most often stood for; nothing for one that is only replaced.
pub(crate) fn commonest(phrases: &Phrases) -> Vec<Option<String>> {
    let source = phrases.dictionary.to_source();
    let mut commonest = vec![None; phrases.sorted.len()];
    for group in source.entries.chunk_by(|a, b| a.spun == b.spun) {
        let best = group.iter().max_by_key(|entry| entry.used);
        let index = phrases.sorted.binary_search(&group[0].spun);
        if let (Ok(index), Some(best)) = (index, best) {
            commonest[index] = Some(best.original.clone());
        }
    }
    commonest
}

/// Writes a text with matches replaced by what they most often stood for.
pub(crate) fn replace(
    text: &str,
    matches: impl Iterator<Item = (usize, usize, usize)>,
    commonest: &[Option<String>],
    output: &mut String,
) {
    output.clear();
    let mut copied = 0;
    for (start, end, phrase) in matches {
        if let (true, Some(original)) = (on_edges(text, start, end), &commonest[phrase]) {
            output.push_str(&text[copied..start]);
            output.push_str(original);
            copied = end;
        }
    }
    output.push_str(&text[copied..]);
}
