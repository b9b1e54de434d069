//! Inflected forms of phrase pairs, both sides in step.
//!
//! The rules are those of any school grammar: sibilants take `-es`, a
//! consonant's `y` becomes `ie`, a final `e` is dropped, and a short stressed
//! vowel doubles its consonant. Irregular words that spinners' tables are full
//! of are listed. Words whose class is unknown get the forms of both noun and
//! verb; a form that nobody writes never matches and does no harm.

/// Irregular verbs: base, past, participle.
const VERBS: [(&str, &str, &str); 46] = [
    ("be", "was", "been"),
    ("become", "became", "become"),
    ("begin", "began", "begun"),
    ("break", "broke", "broken"),
    ("bring", "brought", "brought"),
    ("build", "built", "built"),
    ("buy", "bought", "bought"),
    ("catch", "caught", "caught"),
    ("choose", "chose", "chosen"),
    ("come", "came", "come"),
    ("cut", "cut", "cut"),
    ("do", "did", "done"),
    ("draw", "drew", "drawn"),
    ("drive", "drove", "driven"),
    ("fall", "fell", "fallen"),
    ("feel", "felt", "felt"),
    ("find", "found", "found"),
    ("get", "got", "got"),
    ("give", "gave", "given"),
    ("go", "went", "gone"),
    ("grow", "grew", "grown"),
    ("have", "had", "had"),
    ("hold", "held", "held"),
    ("keep", "kept", "kept"),
    ("know", "knew", "known"),
    ("lead", "led", "led"),
    ("leave", "left", "left"),
    ("let", "let", "let"),
    ("lose", "lost", "lost"),
    ("make", "made", "made"),
    ("mean", "meant", "meant"),
    ("meet", "met", "met"),
    ("pay", "paid", "paid"),
    ("put", "put", "put"),
    ("rise", "rose", "risen"),
    ("run", "ran", "run"),
    ("say", "said", "said"),
    ("see", "saw", "seen"),
    ("sell", "sold", "sold"),
    ("set", "set", "set"),
    ("show", "showed", "shown"),
    ("speak", "spoke", "spoken"),
    ("spend", "spent", "spent"),
    ("take", "took", "taken"),
    ("tell", "told", "told"),
    ("think", "thought", "thought"),
];
/// Irregular nouns: singular, plural.
const NOUNS: [(&str, &str); 14] = [
    ("analysis", "analyses"),
    ("basis", "bases"),
    ("child", "children"),
    ("crisis", "crises"),
    ("criterion", "criteria"),
    ("datum", "data"),
    ("foot", "feet"),
    ("half", "halves"),
    ("life", "lives"),
    ("man", "men"),
    ("matrix", "matrices"),
    ("person", "people"),
    ("phenomenon", "phenomena"),
    ("woman", "women"),
];
/// Words that only seem to be plurals, or have none.
const UNCOUNTED: [&str; 10] = [
    "data",
    "news",
    "information",
    "physics",
    "series",
    "species",
    "this",
    "its",
    "his",
    "was",
];

/// A form of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `-s` of a noun.
    Plural,
    /// `-s` of a verb.
    Third,
    /// `-ed`.
    Past,
    /// `-ing`.
    Gerund,
}

/// The form of a regular or listed word; nothing for words that have none.
///
/// # Examples
///
/// ```
/// use unspin_train::inflect::{form, Form};
///
/// assert_eq!(form("company", Form::Plural).as_deref(), Some("companies"));
/// assert_eq!(form("stop", Form::Gerund).as_deref(), Some("stopping"));
/// assert_eq!(form("take", Form::Past).as_deref(), Some("took"));
/// assert_eq!(form("news", Form::Plural), None);
/// ```
#[must_use]
pub fn form(word: &str, form: Form) -> Option<String> {
    let regular = word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    if !regular || UNCOUNTED.contains(&word) {
        return None;
    }
    match form {
        Form::Plural => {
            let listed = NOUNS.iter().find(|(singular, _)| *singular == word);
            Some(listed.map_or_else(|| with_s(word), |(_, plural)| (*plural).to_string()))
        }
        Form::Third => Some(match word {
            "be" => "is".to_string(),
            "have" => "has".to_string(),
            _ => with_s(word),
        }),
        Form::Past => {
            let listed = VERBS.iter().find(|(base, _, _)| *base == word);
            Some(listed.map_or_else(|| with_ed(word), |(_, past, _)| (*past).to_string()))
        }
        Form::Gerund => Some(with_ing(word)),
    }
}

/// Singular of a regular or listed plural.
fn singular(word: &str) -> Option<String> {
    if UNCOUNTED.contains(&word) {
        return None;
    }
    if let Some((singular, _)) = NOUNS.iter().find(|(_, plural)| *plural == word) {
        return Some((*singular).to_string());
    }
    let stem = word.strip_suffix('s')?;
    if stem.len() < 3 || stem.ends_with(['s', 'u', 'i']) {
        return None;
    }
    if let Some(stem) = stem.strip_suffix("ie") {
        return (stem.len() > 2).then(|| format!("{stem}y"));
    }
    let sibilant = stem
        .strip_suffix('e')
        .filter(|stem| hisses(stem) && (!stem.ends_with('s') || stem.ends_with("ss")));
    Some(sibilant.unwrap_or(stem).to_string())
}

fn hisses(word: &str) -> bool {
    ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| word.ends_with(end))
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// The word without its `y` if that follows a consonant.
fn consonant_y(word: &str) -> Option<&str> {
    let stem = word.strip_suffix('y')?;
    stem.bytes()
        .last()
        .is_some_and(|last| !is_vowel(last))
        .then_some(stem)
}

fn with_s(word: &str) -> String {
    match consonant_y(word) {
        Some(stem) => format!("{stem}ies"),
        None if hisses(word) || matches!(word, "go" | "do" | "hero" | "echo") => {
            format!("{word}es")
        }
        None => format!("{word}s"),
    }
}

fn with_ed(word: &str) -> String {
    match consonant_y(word) {
        Some(stem) => format!("{stem}ied"),
        None if word.ends_with('e') => format!("{word}d"),
        None => format!("{}ed", doubled(word)),
    }
}

fn with_ing(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ie") {
        return format!("{stem}ying");
    }
    match word.strip_suffix('e') {
        Some(stem) if word != "be" && !stem.ends_with(['e', 'o', 'y']) => format!("{stem}ing"),
        _ => format!("{}ing", doubled(word)),
    }
}

/// The word with its last consonant doubled where one short syllable is all it has.
fn doubled(word: &str) -> String {
    let bytes = word.as_bytes();
    let syllables = bytes
        .iter()
        .zip(std::iter::once(&b' ').chain(bytes))
        .filter(|(&here, &before)| is_vowel(here) && !is_vowel(before))
        .count();
    let short = matches!(bytes, [.., a, b, c]
        if !is_vowel(*a) && is_vowel(*b) && !is_vowel(*c) && !matches!(c, b'w' | b'x' | b'y'));
    let mut word = word.to_string();
    if syllables == 1 && short {
        word.extend(word.chars().last());
    }
    word
}

/// Inflected forms of a phrase pair, without the pair itself.
///
/// A phrase of several words is taken for a noun, whose last word changes; two
/// single words change as nouns and as verbs. Both sides change in step, so a
/// pair of plurals gives the pair of singulars.
///
/// # Examples
///
/// ```
/// use unspin_train::inflect::inflect;
///
/// let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
/// assert_eq!(inflect("bosom peril", "breast cancer"), [pair("bosom perils", "breast cancers")]);
/// assert!(inflect("utilize", "use").contains(&pair("utilizing", "using")));
/// assert_eq!(inflect("nervous webs", "neural networks"), [pair("nervous web", "neural network")]);
/// ```
#[must_use]
pub fn inflect(spun: &str, original: &str) -> Vec<(String, String)> {
    let split = |phrase: &str| -> (String, String) {
        match phrase.rsplit_once([' ', '-']) {
            Some((_, last)) => (
                phrase[..phrase.len() - last.len()].to_string(),
                last.to_string(),
            ),
            None => (String::new(), phrase.to_string()),
        }
    };
    let ((head, word), (other_head, other)) = (split(spun), split(original));
    let join = |word: String, other: String| (head.clone() + &word, other_head.clone() + &other);
    if let (Some(word), Some(other)) = (singular(&word), singular(&other)) {
        return vec![join(word, other)];
    }
    if singular(&word).is_some() || singular(&other).is_some() {
        return Vec::new();
    }
    let forms: &[Form] = if head.is_empty() && other_head.is_empty() {
        &[Form::Plural, Form::Third, Form::Past, Form::Gerund]
    } else {
        &[Form::Plural]
    };
    let mut pairs: Vec<(String, String)> = Vec::new();
    for &kind in forms {
        if let (Some(word), Some(other)) = (form(&word, kind), form(&other, kind)) {
            let pair = join(word, other);
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_follow_the_rules() {
        let cases = [
            ("box", Form::Plural, "boxes"),
            ("study", Form::Plural, "studies"),
            ("day", Form::Plural, "days"),
            ("try", Form::Past, "tried"),
            ("plan", Form::Past, "planned"),
            ("visit", Form::Past, "visited"),
            ("use", Form::Gerund, "using"),
            ("agree", Form::Gerund, "agreeing"),
            ("lie", Form::Gerund, "lying"),
            ("be", Form::Gerund, "being"),
            ("need", Form::Past, "needed"),
            ("show", Form::Past, "showed"),
        ];
        for (word, kind, expected) in cases {
            assert_eq!(form(word, kind).as_deref(), Some(expected), "{word}");
        }
        assert_eq!(form("U.S.", Form::Plural), None);
    }

    #[test]
    fn singulars_undo_plurals() {
        for word in ["box", "study", "house", "network", "child", "boss"] {
            let plural = form(word, Form::Plural).unwrap();
            let back = singular(&plural);
            assert!(
                back.as_deref() == Some(word) || back.is_none(),
                "{word} {plural} {back:?}"
            );
        }
        assert_eq!(singular("analysis"), None);
        assert_eq!(singular("glass"), None);
    }
}
