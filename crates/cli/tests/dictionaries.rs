//! Dictionaries from lists and from pairs, through the command line.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;

use assert_cmd::Command;
use tempfile::TempDir;

fn unspin(folder: &TempDir, arguments: &[&str]) -> std::process::Output {
    Command::cargo_bin("unspin")
        .unwrap()
        .current_dir(folder.path())
        .args(arguments)
        .output()
        .unwrap()
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

#[test]
fn lists_of_all_kinds_become_one_source() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("rows.txt", "listen to|hearken to|lend an ear to\n");
    write(
        "text.spintax",
        "The {big|colossal} cat {sat|was sitting}.\n",
    );
    write(
        "phrases.csv",
        "Fingerprint - Tortured Phrase,Expected Text,Remarks\n\
         \"\"\"bosom peril\"\" OR \"\"bosom malignancy\"\"\",breast cancer,\n\
         \"\"\"colossal information\"\" NOT \"\"library\"\"\",big data,\n",
    );
    write(
        "phrases.json",
        r#"{"phrases": [{"tortured": "irregular timberland", "correct": "random forest (rf)"}]}"#,
    );
    write("words.dict", "recieve->receive\nteh->the, ten,\n");
    let done = unspin(
        &folder,
        &[
            "dict",
            "import",
            "rows.txt",
            "text.spintax",
            "phrases.csv",
            "phrases.json",
            "words.dict",
            "--inflect",
            "-o",
            "my.tsv",
        ],
    );
    assert!(done.status.success(), "{done:?}");
    let source = read(&folder, "my.tsv");
    for pair in [
        "hearken to\tlisten to\t",
        "colossal\tbig\t",
        "bosom malignancy\tbreast cancer\t",
        "bosom perils\tbreast cancers\t",
        "irregular timberland\trandom forest\t",
        "irregular timberlands\trandom forests\t",
        "recieve\treceive\t",
        "teh\tten\t",
    ] {
        assert!(source.contains(pair), "{pair:?} in {source}");
    }
    let rejects = read(&folder, "my.tsv.rejects");
    assert!(
        rejects.starts_with("phrases.csv:3:1: `NOT` depends"),
        "{rejects}"
    );
    assert!(unspin(&folder, &["dict", "check", "my.tsv"])
        .status
        .success());
    let built = unspin(&folder, &["dict", "build", "my.tsv", "-o", "my.unspin"]);
    assert!(built.status.success());
}

#[test]
fn malformed_rows_are_listed_and_the_rest_is_used() {
    let folder = TempDir::new().unwrap();
    let rows = b"listen to|hearken to\nno row at all\n\xff|x\nbig|huge\n";
    fs::write(folder.path().join("rows.txt"), rows).unwrap();
    let done = unspin(
        &folder,
        &[
            "dict",
            "import",
            "rows.txt",
            "-o",
            "my.tsv",
            "--rejects",
            "bad.txt",
        ],
    );
    assert_eq!(done.status.code(), Some(2));
    let rejects = read(&folder, "bad.txt");
    assert!(rejects.contains("rows.txt:2:1: no `|`"), "{rejects}");
    assert!(rejects.contains("rows.txt:3:1: not UTF-8"), "{rejects}");
    assert!(read(&folder, "my.tsv").contains("huge\tbig\t"));
}

#[test]
fn an_imported_phrase_is_restored_and_clean_text_is_not_touched() {
    let folder = TempDir::new().unwrap();
    let list = "Spun,Original\nbosom peril,breast cancer\nyield layer,output layer\n\
                colossal information,big data\nprofound learning,deep learning\n";
    fs::write(folder.path().join("list.csv"), list).unwrap();
    unspin(&folder, &["dict", "import", "list.csv", "-o", "my.tsv"]);
    let restore = |text: &str| {
        fs::write(folder.path().join("text.txt"), text).unwrap();
        let done = unspin(
            &folder,
            &["restore", "-q", "--dictionary", "my.tsv", "text.txt"],
        );
        String::from_utf8(done.stdout).unwrap()
    };
    let spun = "We use profound learning to find bosom peril in images. The yield layer has two \
                units. Colossal information about bosom peril is needed for profound learning.";
    let clean = "We use deep learning to find breast cancer in images. The output layer has two \
                 units. Big data about breast cancer is needed for deep learning.";
    assert_eq!(restore(spun), clean);
    assert_eq!(restore(clean), clean);
}

#[test]
fn what_is_too_large_is_named() {
    let folder = TempDir::new().unwrap();
    let columns = "spun,original".to_string() + &",x".repeat(1_000_000) + "\n";
    fs::write(folder.path().join("wide.csv"), columns).unwrap();
    let done = unspin(&folder, &["dict", "import", "wide.csv", "-o", "my.tsv"]);
    assert_eq!(done.status.code(), Some(2));
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(
        told.contains("wide.csv:1: ") && told.contains("columns"),
        "{told}"
    );
    assert!(!folder.path().join("my.tsv").exists());
}

#[test]
fn coverage_is_drawn_and_its_gaps_can_be_layered() {
    let folder = TempDir::new().unwrap();
    let pair = r#"{"spun": "A colossal cat sat.", "original": "A big cat sat.", "edits": [[2, 10, "big"]]}"#;
    fs::write(folder.path().join("pairs.jsonl"), pair).unwrap();
    let small = "#unspin-dictionary\t1\n#documents\t1\n#words\t9\n\
                 spun\toriginal\tused\town\tkept\tbias\nhuge\tbig\t3\t0\t1\t0\n";
    fs::write(folder.path().join("small.tsv"), small).unwrap();
    let done = unspin(
        &folder,
        &[
            "coverage",
            "--dictionary",
            "small.tsv",
            "--html",
            "page.html",
            "--gaps",
            "gaps.tsv",
            "--growth",
            "pairs.jsonl",
            "pairs.jsonl",
        ],
    );
    assert!(done.status.success(), "{done:?}");
    let page = read(&folder, "page.html");
    assert!(page.contains("<svg") && page.contains("colossal\tbig\t1\t0\t1\t0"));
    assert!(!page.contains("src=") && !page.contains("href="));
    assert!(
        unspin(&folder, &["dict", "build", "gaps.tsv", "-o", "gaps.unspin"])
            .status
            .success()
    );
    let covered = unspin(
        &folder,
        &[
            "coverage",
            "--json",
            "--dictionary",
            "small.tsv",
            "--dictionary",
            "gaps.unspin",
            "pairs.jsonl",
        ],
    );
    let figures: serde_json::Value = serde_json::from_slice(&covered.stdout).unwrap();
    assert_eq!(figures["pairs"]["all"]["candidate"], 1.0);
}

#[test]
fn folders_are_paired_and_learnt_from() {
    let folder = TempDir::new().unwrap();
    for name in ["spun", "originals"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    let towns = ["Ely", "Bath", "Ripon", "Wells", "Truro", "Derby"];
    for (at, town) in towns.iter().enumerate() {
        let text = |verb: &str| {
            format!("On {at} May 19{at}7 Mayor {town}-Jones {verb} all 12{at} voters of {town}shire in Room 4{at}.\n")
        };
        let write = |path: String, text: String| fs::write(folder.path().join(path), text).unwrap();
        write(format!("spun/page{at}.txt"), text("will hearken to"));
        write(format!("originals/{town}.txt"), text("will listen to"));
    }
    let arguments = [
        "learn",
        "spun",
        "originals",
        "-o",
        "my.tsv",
        "--report",
        "report.json",
    ];
    let done = unspin(&folder, &arguments);
    assert!(done.status.success(), "{done:?}");
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(told.contains("6 partners found"), "{told}");
    assert!(told.contains("the spinner: changes"), "{told}");
    assert!(read(&folder, "my.tsv").contains("hearken\tlisten\t6\t"));
    let report: serde_json::Value = serde_json::from_str(&read(&folder, "report.json")).unwrap();
    assert_eq!(report["partners"]["pairs"].as_array().unwrap().len(), 6);
    assert_eq!(report["documents"], 6);

    let alone = unspin(&folder, &["learn", "spun", "-o", "other.tsv"]);
    assert_eq!(alone.status.code(), Some(2));
}

#[test]
fn without_pairs_entries_are_proposed_for_review() {
    let folder = TempDir::new().unwrap();
    let text = |size: &str| -> String {
        let line = |n: usize| format!("Farmer {n} sold a {size} cow today.\n");
        (0..20).map(line).collect()
    };
    fs::write(folder.path().join("spun.txt"), text("colossal")).unwrap();
    fs::write(folder.path().join("clean.txt"), text("big")).unwrap();
    fs::write(folder.path().join("words.txt"), "big|colossal|huge\n").unwrap();
    let done = unspin(
        &folder,
        &[
            "learn",
            "--spun",
            "spun.txt",
            "--clean",
            "clean.txt",
            "--thesaurus",
            "words.txt",
            "-o",
            "proposals.tsv",
        ],
    );
    assert!(done.status.success(), "{done:?}");
    let proposals = read(&folder, "proposals.tsv");
    assert!(proposals.contains("\n# colossal\tbig\t20\t"), "{proposals}");
    // Nothing is taken for a fact until somebody accepts it.
    let entries = |folder: &TempDir| {
        let done = unspin(folder, &["dict", "stats", "proposals.tsv"]);
        let stats: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
        stats["entries"].as_u64()
    };
    assert_eq!(entries(&folder), Some(0));
    let accepted = proposals.replace("\n# colossal\tbig\t", "\ncolossal\tbig\t");
    fs::write(folder.path().join("proposals.tsv"), accepted).unwrap();
    assert_eq!(entries(&folder), Some(1));
    assert!(unspin(&folder, &["dict", "check", "proposals.tsv"])
        .status
        .success());
}

#[test]
fn entries_that_harm_clean_text_are_found_and_swaps_are_noted() {
    let folder = TempDir::new().unwrap();
    let source = "#unspin-dictionary\t1\n#documents\t9\n#words\t90000\n\
                  spun\toriginal\tused\town\tkept\tbias\n\
                  film\tmovie\t9\t9\t0\t0\nmovie\tfilm\t9\t9\t0\t0\nthe\tan\t9\t0\t0\t0\n";
    fs::write(folder.path().join("my.tsv"), source).unwrap();
    fs::write(
        folder.path().join("clean.txt"),
        "the cat, the dog and the hen saw the cow and the goat",
    )
    .unwrap();
    let done = unspin(
        &folder,
        &["dict", "check", "--clean", "clean.txt", "--notes", "my.tsv"],
    );
    assert_eq!(done.status.code(), Some(1));
    let told = String::from_utf8(done.stdout).unwrap();
    assert!(
        told.starts_with("my.tsv:7:1: clean text has `the` 5 times"),
        "{told}"
    );
    assert!(told.contains("note: `film` and `movie` swap"), "{told}");
    assert!(unspin(&folder, &["dict", "check", "my.tsv"])
        .status
        .success());

    let off = source.replace("the\tan", "# the\tan");
    fs::write(folder.path().join("my.tsv"), off).unwrap();
    let done = unspin(
        &folder,
        &["dict", "check", "--clean", "clean.txt", "my.tsv"],
    );
    assert!(done.status.success(), "{done:?}");
}
