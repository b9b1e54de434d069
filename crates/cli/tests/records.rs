//! JSON Lines: what is changed, and what keeps its bytes.
#![allow(missing_docs)]

mod common;

use common::Folder;

const JSONL: &[&str] = &["--format", "jsonl"];

#[test]
fn bytes_outside_the_value_are_kept() {
    let folder = Folder::new();
    for (line, expected) in [
        (
            r#" {"n" : 1.50e+03,"text": "hearken to caf\u00e9\/\ud83d\ude00" ,"a":[ ],"a":{"text":"hearken to"}} "#,
            r#" {"n" : 1.50e+03,"text": "listen to caf\u00e9\/\ud83d\ude00" ,"a":[ ],"a":{"text":"hearken to"}} "#,
        ),
        (
            r#"{"text":"hearken to","text":"hearken to"}"#,
            r#"{"text":"hearken to","text":"listen to"}"#,
        ),
        ("{\"text\":\"hearken to\"}\r", "{\"text\":\"listen to\"}\r"),
        (r#"{"text":"h\u0065arken to"}"#, r#"{"text":"listen to"}"#),
        (
            r#"{"te\u0078t":"They hearken to\tit."}"#,
            r#"{"te\u0078t":"They listen to\tit."}"#,
        ),
        ("", ""),
        (" \t", " \t"),
    ] {
        for end in ["\n", ""] {
            let input = format!("{line}{end}{line}{end}");
            let input = if end.is_empty() {
                line.to_string()
            } else {
                input
            };
            let wanted = if end.is_empty() {
                expected.to_string()
            } else {
                format!("{expected}\n{expected}\n")
            };
            assert_eq!(folder.restore(JSONL, &input).text(0), wanted, "{line}");
        }
    }
}

#[test]
fn byte_order_mark_is_kept() {
    let folder = Folder::new();
    let ran = folder.restore(JSONL, "\u{feff}{\"text\":\"hearken to\"}\n");
    assert_eq!(ran.text(0), "\u{feff}{\"text\":\"listen to\"}\n");
}

#[test]
fn bad_records_pass_and_are_told() {
    let folder = Folder::new();
    let bad = [
        (&b"{\"text\":"[..], "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"\x00\x01\xfe\xff", "invalid UTF-8 at byte 2"),
        (b"{\"other\":\"hearken to\"}", "no field `text`"),
        (b"{\"text\":null}", "is not a string"),
        (b"{\"text\":\"hearken to \\udc00\"}", "lone surrogate"),
        (
            b"{\"text\":\"hearken to \xff\"}",
            "invalid UTF-8 at byte 20",
        ),
    ];
    for (line, message) in bad {
        let input = [
            b"{\"text\":\"hearken to\"}\n",
            line,
            b"\n\n{\"text\":\"hearken to\"}",
        ]
        .concat();
        for threads in ["1", "3"] {
            let ran = folder.restore(&["--format", "jsonl", "--threads", threads], &input);
            assert_eq!(ran.status, 2);
            assert!(ran.told.starts_with("<stdin>:2: "), "{}", ran.told);
            assert!(ran.told.contains(message), "{}", ran.told);
            assert_eq!(ran.told.lines().count(), 1);
            let wanted = [
                b"{\"text\":\"listen to\"}\n",
                line,
                b"\n\n{\"text\":\"listen to\"}",
            ]
            .concat();
            assert_eq!(ran.out, wanted);
        }
        let strict = folder.restore(&["--format", "jsonl", "--strict"], &input);
        assert_eq!(strict.text(2), "{\"text\":\"listen to\"}\n");
    }
}

#[test]
fn lossy_replaces_invalid_utf8() {
    let folder = Folder::new();
    let ran = folder.restore(
        &["--format", "jsonl", "--lossy"],
        b"{\"text\":\"hearken to \xff\",\"n\":1}\n",
    );
    assert_eq!(ran.text(0), "{\"text\":\"listen to \u{fffd}\",\"n\":1}\n");
}

#[test]
fn edits_lead_from_input_to_output() {
    let folder = Folder::new();
    let input = "{\"text\":\"\\u00e9: hearken to colossal information\"}\n{\"text\":\"clean\" }\n{\"edits\":1,\"text\":\"hearken to\"}\n";
    let ran = folder.restore(&["--format", "jsonl", "--edits"], input);
    let out = ran.text(2);
    assert!(ran
        .told
        .contains("<stdin>:3: field `edits` is there already; name another with --edits-field"));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[1], "{\"text\":\"clean\" ,\"edits\":[]}");
    assert_eq!(lines[2], "{\"edits\":1,\"text\":\"hearken to\"}");

    let record: serde_json::Value = serde_json::from_str(lines[0]).expect("JSON");
    let source = "é: hearken to colossal information";
    let (mut restored, mut at) = (String::new(), 0);
    for edit in record["edits"].as_array().expect("edits") {
        let place = |name: &str| edit[name].as_u64().expect("an offset") as usize;
        assert_eq!(&source[place("start")..place("end")], edit["source"]);
        assert!(edit["score"]
            .as_f64()
            .is_some_and(|score| (0.0..=1.0).contains(&score)));
        restored += &source[at..place("start")];
        restored += edit["replacement"].as_str().expect("a replacement");
        at = place("end");
    }
    assert_eq!(restored + &source[at..], "é: listen to big data");
    assert_eq!(record["text"], "é: listen to big data");

    let named = folder.restore(
        &["--format", "jsonl", "--edits", "--edits-field", "repairs"],
        input,
    );
    assert!(named
        .text(0)
        .lines()
        .all(|line| line.contains(",\"repairs\":[")));
}

#[test]
fn other_field_and_scores() {
    let folder = Folder::new();
    let input = "{\"text\":\"hearken to\",\"body\":\"colossal information\"}\n";
    let ran = folder.restore(&["--format", "jsonl", "--field", "body"], input);
    assert_eq!(
        ran.text(0),
        "{\"text\":\"hearken to\",\"body\":\"big data\"}\n"
    );
    // The built-in dictionary leaves more to choose from than the small one.
    let input = "{\"text\":\"She hearkened for a second within the corridor.\"}\n";
    let restored = |score: &str| {
        let arguments = [
            "restore",
            "-q",
            "--assume",
            "spun",
            "--format",
            "jsonl",
            "--min-score",
            score,
        ];
        folder.run(&arguments, input).text(0)
    };
    assert_ne!(restored("0"), input);
    assert_eq!(restored("1"), input);
}

#[test]
fn too_long_records_stream_through() {
    let folder = Folder::new();
    let long = format!("{{\"text\":\"hearken to {}\"}}\n", "x ".repeat(1 << 20));
    let short = "{\"text\":\"hearken to\"}\n";
    let input = format!("{short}{long}{short}");
    for threads in ["1", "2"] {
        let arguments = [
            "--format",
            "jsonl",
            "--max-record-bytes",
            "1000",
            "--threads",
            threads,
        ];
        let ran = folder.restore(&arguments, &input);
        let restored = short.replace("hearken", "listen");
        assert_eq!(ran.text(2), format!("{restored}{long}{restored}"));
        assert_eq!(
            ran.told,
            "<stdin>:2: longer than 1000 bytes; raise --max-record-bytes\n"
        );
        let strict = folder.restore(&[&arguments[..], &["--strict"]].concat(), &input);
        assert_eq!(strict.text(2), restored);
    }
}

#[test]
fn a_line_of_30_megabytes() {
    let folder = Folder::new();
    let line = long_line(30_000_000);
    let ran = folder.restore(JSONL, &line);
    assert_eq!(ran.text(0), line.replacen("hearken", "listen", 1));
}

#[test]
fn long_lines_keep_their_place() {
    let folder = Folder::new();
    let input = [10, 8_500_000, 300_000, 300_000, 10]
        .map(long_line)
        .concat();
    for threads in ["1", "3"] {
        let ran = folder.restore(&[JSONL, &["--threads", threads]].concat(), &input);
        assert!(ran.text(0) == input.replace("hearken", "listen"));
    }
}

#[test]
fn long_texts_of_records_are_the_same_on_all_threads() {
    let folder = Folder::new();
    let part = [
        "Caf\\u00e9s, and a plain line.\\n".repeat(40_000),
        "They hearken to it.\\n".into(),
    ];
    let long = format!("{{\"text\":\"{}\",\"n\":1}}\n", part.concat().repeat(2));
    let short = "{\"text\":\"They hearken to it.\"}\n";
    let input = [short, &long, &long, short, short].concat();
    for threads in ["1", "2", "5"] {
        let ran = folder.restore(&[JSONL, &["--threads", threads]].concat(), &input);
        assert!(ran.text(0) == input.replace("hearken", "listen"));
    }
    let one = folder.restore(&[JSONL, &["--edits", "--threads", "1"]].concat(), &input);
    let five = folder.restore(&[JSONL, &["--edits", "--threads", "5"]].concat(), &input);
    assert!(one.text(0) == five.text(0));
}

/// A record of so many bytes, or a few more.
fn long_line(length: usize) -> String {
    let rest = "y".repeat(length);
    format!("{{\"text\":\"hearken to\",\"rest\":\"{rest}\"}}\n")
}

#[test]
fn threads_make_no_difference() {
    let folder = Folder::new();
    let mut input = String::new();
    for number in 0..100_000 {
        let text = ["hearken to", "fine", "caf\\u00e9 hearken to\\n"][number % 3];
        input += &format!("{{\"id\":{number},\"text\":\"{text}\"}}\n");
        if number % 1000 == 0 {
            input += "bad\n";
        }
    }
    folder.write("many.jsonl", &input);
    let one = folder.restore(&["--threads", "1", "--edits", "many.jsonl"], "");
    let five = folder.restore(&["--threads", "5", "--edits", "many.jsonl"], "");
    assert_eq!(one.status, 2);
    assert_eq!(one.out, five.out);
    assert_eq!(one.told, five.told);
    assert_eq!(one.told.lines().count(), 100);
}

#[test]
fn detect_adds_a_verdict() {
    let folder = Folder::new();
    let input = "{\"text\":\"Short.\", \"a\":1}\n{\"spin\":2,\"text\":\"x\"}\n";
    let ran = folder.run(&["detect", "--quiet", "--format", "jsonl"], input);
    let out = ran.text(2);
    let (first, second) = out.split_once('\n').expect("two lines");
    assert!(
        first.starts_with("{\"text\":\"Short.\", \"a\":1,\"spin\":{\"score\":0."),
        "{first}"
    );
    assert!(first.contains("\"tells\":["));
    assert_eq!(second, "{\"spin\":2,\"text\":\"x\"}\n");
    assert!(ran.told.contains("field `spin` is there already"));
}

#[test]
fn clean_is_a_pass_through() {
    let folder = Folder::new();
    let input = "{\"text\":\"hearken to\"}\n";
    let arguments = ["restore", "-q", "--assume", "clean", "--format", "jsonl"];
    assert_eq!(folder.run(&arguments, input).text(0), input);
}
