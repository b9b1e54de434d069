use proptest::prelude::*;
use unspin::{apply, Edit};

use super::{decode, locate, write_escaped, Added, Fault, Splice};

fn value(line: &str) -> Result<String, Fault> {
    let record = locate(line, "text", None)?;
    assert_eq!(&line[record.close..=record.close], "}");
    let mut text = String::new();
    decode(&line[record.value], &mut text)?;
    Ok(text)
}

#[test]
fn finds_the_field() -> Result<(), Fault> {
    for (line, text) in [
        (r#"{"text":"a"}"#, "a"),
        (
            r#" { "a" : {"text":"no"} , "text" : "yes" , "z":[1,"]}",{}] } "#,
            "yes",
        ),
        (r#"{"text":"first","text":"last"}"#, "last"),
        (r#"{"t\u0065xt":"escaped key"}"#, "escaped key"),
        (
            r#"{"n":-1.50e+3,"text":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00","x":null}"#,
            "\"\\/\u{8}\u{c}\n\r\té😀",
        ),
        (
            r#"{"text":7,"text":"a string at last"}"#,
            "a string at last",
        ),
        (r#"{"":"","text":""}"#, ""),
    ] {
        assert_eq!(value(line)?, text, "{line}");
    }
    Ok(())
}

#[test]
fn says_what_is_wrong() {
    for (line, message) in [
        ("{", "not JSON (EOF while parsing an object at column 1)"),
        (r#"{"text":"a"} x"#, "not JSON (trailing characters"),
        ("[1]", "not a JSON object"),
        ("3", "not a JSON object"),
        ("{}", "no field `text`"),
        (r#"{"text":7}"#, "field `text` is not a string"),
        (
            r#"{"text":"x","text":["y"]}"#,
            "field `text` is not a string",
        ),
        (r#"{"text":"a\ud800b"}"#, "lone surrogate `\\ud800`"),
        (r#"{"text":"\udc00\ud800"}"#, "lone surrogate `\\udc00`"),
        (r#"{"text":"\ud800\ud800"}"#, "lone surrogate `\\ud800`"),
    ] {
        let fault = value(line).expect_err(line).to_string();
        assert!(fault.starts_with(message), "{line}: {fault}");
    }
    let added = Added {
        name: "edits".into(),
        option: "--edits-field",
    };
    let fault = locate(r#"{"edits":[],"text":"a"}"#, "text", Some(&added));
    assert!(matches!(fault, Err(Fault::Taken(..))));
}

/// A raw string with edits made in its decoded text.
fn splice(raw: &str, edits: &[Edit]) -> Vec<u8> {
    let (mut splice, mut out) = (Splice::new(raw), Vec::new());
    for edit in edits {
        splice.replace(edit.start..edit.end, &edit.replacement, &mut out);
    }
    splice.finish(&mut out);
    out
}

#[test]
fn new_text_follows_the_escapes_of_the_old() {
    for (raw, expected) in [
        (r"caf\u00e9 x", r"caf\u00e9 \u00e8\ud83d\ude00\n"),
        (r"café x", "café è😀\\n"),
        ("cafe/x", "cafe/è😀\\n"),
    ] {
        let mut text = String::new();
        decode(raw, &mut text).expect(raw);
        let edit = Edit::new(&text, text.len() - 1..text.len(), "è😀\n", 1.0);
        let out = splice(raw, &[edit]);
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}

/// A text, each character escaped or not.
fn raw() -> impl Strategy<Value = String> {
    let piece = (any::<char>(), 0..3_u8).prop_map(|(c, how)| {
        let mut out = Vec::new();
        match how {
            0 => write_escaped(&c.to_string(), false, &mut out),
            1 => write_escaped(&c.to_string(), true, &mut out),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.extend(format!("\\u{unit:04X}").bytes());
                }
            }
        }
        String::from_utf8(out).expect("escapes are text")
    });
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn splicing_equals_applying(raw in raw(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8), new in "\\PC{0,4}[\"\\\\\n]?") {
        let mut text = String::new();
        decode(&raw, &mut text).expect("valid");
        let parsed: String = serde_json::from_str(&format!("\"{raw}\"")).expect("valid");
        prop_assert_eq!(&parsed, &text);

        let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| *cut.get(&boundaries)).collect();
        cuts.sort_unstable();
        let edits: Vec<Edit> = cuts.chunks_exact(2).map(|cut| Edit::new(&text, cut[0]..cut[1], &new, 1.0)).collect();
        let out = splice(&raw, &edits);
        let out = String::from_utf8(out).expect("text");
        let restored: String = serde_json::from_str(&format!("\"{out}\"")).expect("valid");
        prop_assert_eq!(restored, apply(&text, &edits));
        if edits.is_empty() {
            prop_assert_eq!(out, raw);
        }
    }

    #[test]
    fn any_line_is_safe(line in "[\\[\\]{}:,\" \\\\a-u0-9]{0,60}") {
        let _ = value(&line);
    }
}
