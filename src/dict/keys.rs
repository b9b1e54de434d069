//! Keys: the phrases of an artefact's `fst` with their values, in order.
//!
//! All of them are read at every start, so that it matters how: going down node by node
//! instead of taking a stream, which can begin and end anywhere, spares a quarter of the
//! instructions that reading a dictionary takes.

use fst::raw::{Fst, Node, Output};

/// Bytes of a key, at most.
const LONGEST: usize = 1 << 16;

/// A node on the way down.
struct Step<'a> {
    node: Node<'a>,
    /// The transition that is taken next.
    next: usize,
    /// What the transitions up to here add up to.
    output: Output,
}

/// Calls `found` with every key and its value, in the order of the bytes, until that gives
/// up. `false` if it does, or a key has no end.
pub(super) fn each_key<'a>(
    keys: &'a Fst<&'a [u8]>,
    mut found: impl FnMut(&[u8], u64) -> bool,
) -> bool {
    let mut key = Vec::new();
    let mut steps = vec![Step {
        node: keys.root(),
        next: 0,
        output: Output::zero(),
    }];
    while let Some(step) = steps.last_mut() {
        let Step { node, next, output } = step;
        if *next == 0 && node.is_final() && !found(&key, output.cat(node.final_output()).value()) {
            return false;
        }
        if *next == node.len() {
            steps.pop();
            key.pop();
            continue;
        }
        let transition = node.transition(*next);
        let output = output.cat(transition.out);
        *next += 1;
        key.push(transition.inp);
        if key.len() > LONGEST {
            return false;
        }
        steps.push(Step {
            node: keys.node(transition.addr),
            next: 0,
            output,
        });
    }
    true
}

#[cfg(test)]
mod tests {
    use fst::{IntoStreamer, Map, MapBuilder, Streamer};

    use super::*;

    fn map(keys: &[&str]) -> Map<Vec<u8>> {
        let mut builder = MapBuilder::memory();
        for (key, value) in keys.iter().zip(7..) {
            builder.insert(key, value << 16 | 3).unwrap();
        }
        builder.into_map()
    }

    #[test]
    fn keys_are_those_of_a_stream() {
        for keys in [
            &[][..],
            &[""],
            &["", "a", "ab", "abc", "b"],
            &[
                "a key",
                "a second",
                "key second",
                "second",
                "sécond",
                "sécondes",
            ],
        ] {
            let map = map(keys);
            let mut wanted = Vec::new();
            let mut stream = map.into_stream();
            while let Some((key, value)) = stream.next() {
                wanted.push((key.to_vec(), value));
            }
            let fst = Fst::new(map.as_fst().as_bytes()).unwrap();
            let mut found = Vec::new();
            assert!(each_key(&fst, |key, value| {
                found.push((key.to_vec(), value));
                true
            }));
            assert_eq!(found, wanted);
            assert_eq!(found.len(), keys.len());
        }
    }

    #[test]
    fn it_can_be_given_up() {
        let map = map(&["a", "b", "c"]);
        let fst = Fst::new(map.as_fst().as_bytes()).unwrap();
        let mut count = 0;
        assert!(!each_key(&fst, |_, _| {
            count += 1;
            count < 2
        }));
        assert_eq!(count, 2);
    }
}
