//! Measuring, learning and training.
#![allow(missing_docs)]

mod common;

use common::Folder;

const GOLD: &str = concat!(
    "{\"id\":\"1\",\"source\":\"a\",\"spun\":\"They hearken to it.\",\"original\":\"They listen to it.\",\"edits\":[[5,15,\"listen to\"]]}\n",
    "{\"id\":\"2\",\"source\":\"b\",\"spun\":\"Of colossal information.\",\"original\":\"Of big data.\"}\n",
);

#[test]
fn eval_prints_figures() {
    let folder = Folder::new();
    folder.write("gold.jsonl", GOLD);
    let base = [
        "eval",
        "-q",
        "--assume",
        "spun",
        "--dictionary",
        "small.unspin",
        "gold.jsonl",
    ];
    let ran = folder.run(
        &[&base[..], &["--by-source", "-o", "out.jsonl"]].concat(),
        "",
    );
    let figures: serde_json::Value = serde_json::from_str(&ran.text(0)).expect("JSON");
    assert_eq!(figures["documents"], 2);
    assert_eq!(figures["error_reduction"], 1.0);
    assert_eq!(figures["f0.5"], 1.0);
    assert_eq!(figures["missing"], 0);
    assert_eq!(figures["by_source"]["b"]["gold_edits"], 1);
    let restored = "{\"id\":\"1\",\"text\":\"They listen to it.\"}\n{\"id\":\"2\",\"text\":\"Of big data.\"}\n";
    assert_eq!(folder.read("out.jsonl"), restored.as_bytes());

    let more = [
        "eval",
        "-q",
        "--assume",
        "clean",
        "--errors",
        "--calibration",
        "gold.jsonl",
    ];
    let figures: serde_json::Value =
        serde_json::from_str(&folder.run(&more, "").text(0)).expect("JSON");
    assert_eq!(figures["errors"][0]["kind"], "missed");
    assert_eq!(figures["errors"][0]["spun"], "hearken to");
    assert_eq!(figures["error_kinds"][1]["kind"], "missed");
    assert_eq!(figures["calibration"]["edits"], 0);

    folder.write("bad.jsonl", format!("{GOLD}{{}}\n"));
    let ran = folder.run(&["eval", "-q", "bad.jsonl"], "");
    assert_eq!(ran.status, 2);
    assert!(
        ran.told.starts_with("bad.jsonl:3: no gold record"),
        "{}",
        ran.told
    );
}

#[test]
fn a_dictionary_is_learnt_and_used() {
    let folder = Folder::new();
    let pair = GOLD.lines().next().unwrap_or_default();
    folder.write("pairs.jsonl", format!("{pair}\n\n{{}}\n"));
    let learn = [
        "learn",
        "-q",
        "--min-used",
        "1",
        "pairs.jsonl",
        "-o",
        "my.tsv",
    ];
    let ran = folder.run(&learn, "");
    assert_eq!(ran.text(2), "");
    assert!(
        ran.told.starts_with("pairs.jsonl:3: left out "),
        "{}",
        ran.told
    );
    folder.run(&["dict", "check", "my.tsv"], "").text(0);
    folder
        .run(&["dict", "build", "my.tsv", "-o", "my.unspin"], "")
        .text(0);
    let arguments = [
        "restore",
        "-q",
        "--assume",
        "spun",
        "--dictionary",
        "my.unspin",
    ];
    assert_eq!(
        folder.run(&arguments, "We hearken to you.").text(0),
        "We listen to you."
    );
}

#[test]
fn a_model_is_counted_and_used() {
    let folder = Folder::new();
    folder.write(
        "clean.txt",
        "they listen to it and we listen to them\nlisten to the dog\n".repeat(5),
    );
    let ran = folder.run(
        &[
            "model",
            "train",
            "-q",
            "--least",
            "1",
            "clean.txt",
            "-o",
            "my.model",
        ],
        "",
    );
    assert_eq!(ran.text(0), "");
    let ran = folder.restore(&["--model", "my.model"], "They hearken to it.");
    assert_eq!(ran.text(0), "They listen to it.");
}

#[test]
fn packagers_get_pages_and_completions() {
    let folder = Folder::new();
    for (what, part) in [
        ("man", "unspin\\-restore"),
        ("complete-bash", "_unspin()"),
        ("complete-zsh", "#compdef unspin"),
        ("complete-fish", "complete -c unspin"),
        ("complete-powershell", "Register-ArgumentCompleter"),
    ] {
        let text = folder.run(&["--generate", what], "").text(0);
        assert!(text.contains(part), "{what}: {text}");
    }
}
