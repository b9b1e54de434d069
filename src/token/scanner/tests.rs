use proptest::prelude::*;

use super::*;

fn words(text: &str) -> Vec<&str> {
    tokenize(text).iter().map(|t| &text[t.range()]).collect()
}

#[test]
fn clitics_and_contractions() {
    assert_eq!(
        words("it's they\u{2019}ll don't O'Brien's"),
        ["it", "'s", "they", "\u{2019}ll", "don't", "O'Brien", "'s"]
    );
    assert_eq!(
        words("Truss's dogs' tails"),
        ["Truss", "'s", "dogs", "'", "tails"]
    );
}

#[test]
fn numbers_and_alphanumerics() {
    assert_eq!(
        words("$1.82 1,000,000. 3rd 5G 1000's"),
        ["$", "1.82", "1,000,000", ".", "3rd", "5G", "1000", "'s"]
    );
}

#[test]
fn glued_words() {
    assert_eq!(
        words("ninetypercent 50percent percent"),
        ["ninety", "percent", "50", "percent", "percent"]
    );
}

#[test]
fn opaque_stretches() {
    assert_eq!(
        words("see www.a.org, me.too@b.co.uk or @handle #tag <b class=\"x\">bold</b> &amp; a_b `in code` main.rs."),
        ["see", "www.a.org", ",", "me.too@b.co.uk", "or", "@handle", "#tag", "<b class=\"x\">", "bold", "</b>", "&amp;", "a_b", "`in code`", "main.rs", "."]
    );
    // They begin with their first letter and not behind the last one of ASCII.
    assert_eq!(
        words("at caf\u{e9}.com/menu, theElan.it and the\u{c9}lan.within."),
        [
            "at",
            "caf\u{e9}.com/menu",
            ",",
            "theElan.it",
            "and",
            "the\u{c9}lan.within",
            "."
        ]
    );
}

#[test]
fn gaps() {
    let gaps = |text: &str| tokenize(text).iter().map(|t| t.gap).collect::<Vec<_>>();
    assert_eq!(gaps("a b\nc"), [Gap::Break, Gap::Space, Gap::Space]);
    assert_eq!(gaps("a.\nb"), [Gap::Break, Gap::None, Gap::Break]);
    assert_eq!(
        gaps("a\r\n\r\nb\u{a0}c"),
        [Gap::Break, Gap::Break, Gap::Space]
    );
    assert_eq!(gaps("Headline\nNext"), [Gap::Break, Gap::Break]);
}

#[test]
fn cases() {
    let cases = |text: &str| tokenize(text).iter().map(|t| t.case).collect::<Vec<_>>();
    assert_eq!(
        cases("the The THE A iPhone \u{c9}t\u{e9}"),
        [
            Case::Lower,
            Case::First,
            Case::Upper,
            Case::First,
            Case::Mixed,
            Case::First
        ]
    );
}

/// The same tokens in every way that the machine has.
fn agree(text: &str) {
    let mut scalar = Vec::new();
    tokenize_scalar_into(text, &mut scalar);
    assert_eq!(tokenize(text), scalar, "{text:?}");
}

proptest! {
    #[test]
    fn any_text_has_the_same_tokens_in_every_way(text in "\\PC{0,300}") {
        agree(&text);
    }

    #[test]
    fn prose_has_the_same_tokens_in_every_way(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "a", "word", "The", "USA", "iPhone", "eightlet", "ninetypercent", "PERCENT",
                "sixteenletterss\u{e9}", "abcdefghijklmnopq", "isn't", "it\u{2019}s", "x1", "50",
                "1,000", "www", ".", ".", ",", ",", "com", "org", "...", " ", " ", " ", " ", "  ",
                "\n", "\n\n", "\t", "\u{a0}", "\u{201c}", "\"", "'", "(", ")", "-", "_", "@", "#",
                "&amp;", "<b>", "://", "/", ":", ";", "`", "$", "%", "\u{ad}", "\0", "s", "n't", "DON'T",
                "'s", "'S", "\u{2019}s", "\u{2019}d ", "'ll", "\u{2014}", "\u{201d}", "\u{2026}",
            ]),
            0..120,
        )
    ) {
        agree(&pieces.concat());
    }
}
