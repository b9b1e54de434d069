//! Expected phrases as people write them, with glosses, made plain.

/// The phrases that an expected text means: acronyms in parentheses, optional
/// words in brackets and alternatives taken apart. Why not, if it cannot be used.
///
/// `spun` is the phrase that the text explains: what stands in both is no gloss.
pub(super) fn originals(expected: &str, spun: &str) -> Result<Vec<String>, &'static str> {
    let expected = expected.trim();
    if expected.is_empty() || expected.contains('?') {
        return Err("the original is not known");
    }
    // What follows "see" is where to read more.
    let expected = match expected.find("see http") {
        Some(at) => expected[..at].trim_end_matches([' ', ',', ';', '(']),
        None => expected,
    };
    let refers = ["http://", "https://", "10.1", "\u{2018}"];
    if expected.is_empty() || refers.iter().any(|mark| expected.contains(mark)) {
        return Err("the original is a reference, not a phrase");
    }
    let plain = without_glosses(expected, spun);
    if plain.contains(['(', ')', '[', ']']) && !spun.contains(['(', '[']) {
        return Err("parentheses that do not close");
    }
    let mut phrases = Vec::new();
    let split_commas = plain.contains([',', ';']) && !spun.contains([',', ';']);
    let parts: Vec<&str> = if split_commas {
        plain.split([',', ';']).collect()
    } else {
        vec![plain.as_str()]
    };
    for part in parts {
        for part in part.split(" or ") {
            expand_slash(part.trim(), spun, &mut phrases);
        }
    }
    phrases.retain(|phrase| phrase.chars().any(char::is_alphanumeric));
    phrases.dedup();
    if phrases.is_empty() {
        return Err("the original is not known");
    }
    Ok(phrases)
}

/// Drops `(…)` and `[…]` that the spun phrase lacks; where an acronym stands
/// before its meaning, the meaning remains.
fn without_glosses(expected: &str, spun: &str) -> String {
    let mut plain = String::with_capacity(expected.len());
    let mut rest = expected;
    while let Some(from) = rest.find(['(', '[']) {
        let close = if rest[from..].starts_with('(') {
            ')'
        } else {
            ']'
        };
        let Some(length) = rest[from..].find(close) else {
            break;
        };
        let group = &rest[from..=from + length];
        let inner = &group[1..group.len() - 1];
        let before = rest[..from].trim();
        plain.push_str(&rest[..from]);
        if spun.contains(group) {
            plain.push_str(group);
        } else if plain.trim() == before && is_acronym_of(before, inner) {
            plain = inner.to_string();
        }
        rest = &rest[from + length + 1..];
    }
    plain.push_str(rest);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether `short` is made of the first letters of the words of `long`.
fn is_acronym_of(short: &str, long: &str) -> bool {
    let letters: String = long
        .split(|c: char| !c.is_alphanumeric())
        .filter_map(|word| word.chars().next())
        .collect();
    letters.len() > 1 && letters.eq_ignore_ascii_case(short)
}

/// `android mobile/phone` is `android mobile` or `android phone`.
fn expand_slash(phrase: &str, spun: &str, into: &mut Vec<String>) {
    match phrase.split_whitespace().find(|word| word.contains('/')) {
        Some(word) if !spun.contains('/') => {
            for alternative in word.split('/').filter(|word| !word.is_empty()) {
                into.push(phrase.replacen(word, alternative, 1));
            }
        }
        _ => into.push(phrase.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glosses_are_taken_off() {
        let plain = |expected: &str, spun: &str| originals(expected, spun).unwrap();
        assert_eq!(
            plain("neural network (nn)", "nervous web"),
            ["neural network"]
        );
        assert_eq!(
            plain("state of health (soh)", "realm of health (soh)"),
            ["state of health (soh)"]
        );
        assert_eq!(
            plain("[deep] layer outputs", "layer yields"),
            ["layer outputs"]
        );
        assert_eq!(
            plain("ngs (next generation sequencing)", "latest sorting"),
            ["next generation sequencing"]
        );
        assert_eq!(
            plain("mobile/smart phone", "versatile telephone"),
            ["mobile phone", "smart phone"]
        );
        assert_eq!(
            plain("prevalence, sickness", "commonness ailment"),
            ["prevalence", "sickness"]
        );
        assert_eq!(plain("http requests", "http demands"), ["http requests"]);
        assert_eq!(
            plain(
                "performance expectancy, see https://example.org/a",
                "execution"
            ),
            ["performance expectancy"]
        );
        assert!(originals("???", "odd thing").is_err());
        assert!(originals("see https://example.org", "odd thing").is_err());
    }
}
