//! Whether a word begins with a vowel sound, which decides between "a" and "an".

/// Consonant letters whose sound is a vowel at the start of a word.
const SILENT_H: [&str; 8] = [
    "hour", "honor", "honour", "honest", "heir", "herb", "hors", "hon",
];

/// Vowel letters whose sound is a consonant at the start of a word.
const CONSONANT_SOUND: [&str; 24] = [
    "uni", "use", "usa", "usu", "uti", "ubi", "ukr", "ura", "urin", "uter", "eu", "ewe", "one",
    "once", "oui", "u.s", "u.k", "u.n", "us-", "uk", "ufo", "usb", "uganda", "utopia",
];

/// Words with those beginnings that sound as they are written.
const VOWEL_AFTER_ALL: [&str; 9] = [
    "unin", "unim", "unid", "unil", "unint", "unir", "unis", "usher", "usurp",
];

/// Letters whose names begin with a vowel sound: "an FBI agent".
const VOWEL_NAMES: &[u8] = b"aefhilmnorsx";

/// Letters that take "a", whether they are spelt or spoken.
const CONSONANTS: &[u8] = b"bcdgjkpqtvwyz";

/// Whether a word takes "an" before it. `None` where it cannot be told (numbers in digits but for
/// the common ones, marks).
pub(crate) fn takes_an(word: &str) -> Option<bool> {
    let first = word.chars().next()?;
    if first.is_ascii_digit() {
        let vowel = first == '8'
            || word.starts_with("11") && !word.starts_with("110")
            || word.starts_with("18");
        return Some(vowel);
    }
    if !first.is_ascii_alphabetic() {
        return None;
    }
    let bytes = word.as_bytes();
    let letter = bytes[0] | 0x20;
    if CONSONANTS.contains(&letter) {
        return Some(false);
    }
    let vowel = |b: &u8| matches!(b | 0x20, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let initials = word.len() > 1 && word.len() <= 4 && bytes.iter().all(u8::is_ascii_uppercase);
    if initials || word.len() == 1 || !bytes.iter().any(vowel) {
        return Some(VOWEL_NAMES.contains(&letter));
    }
    let begins = |head: &&str| {
        let start = bytes.get(..head.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(head.as_bytes()))
    };
    Some(match letter {
        b'h' => {
            SILENT_H.iter().any(begins)
                && !begins(&"herber")
                && !begins(&"honk")
                && !begins(&"hone") | begins(&"honest")
        }
        b'a' | b'e' | b'i' | b'o' | b'u' => {
            !CONSONANT_SOUND.iter().any(begins) || VOWEL_AFTER_ALL.iter().any(begins)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::takes_an;

    #[test]
    fn articles() {
        for word in [
            "apple",
            "hour",
            "honest",
            "unimportant",
            "FBI",
            "NBA",
            "8",
            "18th",
            "usher",
            "uninsured",
            "umbrella",
            "uncle",
            "X",
        ] {
            assert_eq!(takes_an(word), Some(true), "{word}");
        }
        for word in [
            "TV", "BBC", "pdf", "union", "one", "European", "U", "user", "house", "UK", "100",
            "honey", "herbert", "ewe", "use",
        ] {
            assert_eq!(takes_an(word), Some(false), "{word}");
        }
        assert_eq!(takes_an("("), None);
    }
}
