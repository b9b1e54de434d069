//! Files: compressed or not, in their place or elsewhere, whole or not at all.
#![allow(missing_docs, clippy::expect_used)]

mod common;

use std::io::{Read, Write};

use common::Folder;

const SPUN: &str = "Press play to hearken to this.\r\nNo end: colossal information";
const RESTORED: &str = "Press play to listen to this.\r\nNo end: big data";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .read_to_string(&mut text)
        .expect("gzip");
    text
}

fn unzstd(bytes: &[u8]) -> String {
    String::from_utf8(zstd::decode_all(bytes).expect("zstd")).expect("text")
}

#[test]
fn text_comes_from_files_and_standard_input() {
    let folder = Folder::new();
    assert_eq!(folder.restore(&[], SPUN).text(0), RESTORED);
    assert_eq!(folder.restore(&["-"], SPUN).text(0), RESTORED);
    assert_eq!(folder.restore(&[], "").text(0), "");
    folder.write("a.txt", SPUN);
    folder.write("empty.txt", "");
    let all = folder.restore(&["a.txt", "empty.txt", "a.txt"], "").text(0);
    assert_eq!(all, RESTORED.repeat(2));
}

#[test]
fn compressed_in_and_out() {
    let folder = Folder::new();
    folder.write("a.txt.gz", [gzip(SPUN), gzip("\nhearken to\n")].concat());
    folder.write(
        "a.txt.zst",
        zstd::encode_all(SPUN.as_bytes(), 1).expect("memory"),
    );
    assert_eq!(
        folder.restore(&["a.txt.gz"], "").text(0),
        format!("{RESTORED}\nlisten to\n")
    );
    assert_eq!(folder.restore(&["a.txt.zst"], "").text(0), RESTORED);

    folder.restore(&["a.txt.zst", "-o", "out.gz"], "").text(0);
    assert_eq!(gunzip(&folder.read("out.gz")), RESTORED);
    folder.restore(&["a.txt.zst", "-o", "out.zst"], "").text(0);
    assert_eq!(unzstd(&folder.read("out.zst")), RESTORED);

    folder
        .restore(&["--in-place", "a.txt.gz", "a.txt.zst"], "")
        .text(0);
    assert_eq!(
        gunzip(&folder.read("a.txt.gz")),
        format!("{RESTORED}\nlisten to\n")
    );
    assert_eq!(unzstd(&folder.read("a.txt.zst")), RESTORED);
}

#[test]
fn a_cut_off_gzip_is_told() {
    let folder = Folder::new();
    let whole = gzip(&"{\"text\":\"hearken to\"}\n".repeat(1000));
    folder.write("a.jsonl.gz", &whole[..whole.len() / 2]);
    let ran = folder.restore(&["a.jsonl.gz", "-o", "out.jsonl"], "");
    assert_eq!(ran.status, 2);
    assert!(ran.told.starts_with("a.jsonl.gz:"), "{}", ran.told);
    assert!(!folder.path("out.jsonl").exists());
}

#[test]
fn output_files_join_inputs() {
    let folder = Folder::new();
    folder.write("a.jsonl", "{\"text\":\"hearken to\"}");
    folder.write("b.jsonl", "{\"text\":\"b\"}\n");
    folder
        .restore(&["a.jsonl", "b.jsonl", "a.jsonl", "-o", "all.jsonl"], "")
        .text(0);
    let joined = "{\"text\":\"listen to\"}\n{\"text\":\"b\"}\n{\"text\":\"listen to\"}";
    assert_eq!(folder.read("all.jsonl"), joined.as_bytes());
    // The output may be one of the inputs.
    folder.restore(&["a.jsonl", "-o", "a.jsonl"], "").text(0);
    assert_eq!(folder.read("a.jsonl"), b"{\"text\":\"listen to\"}");
}

#[test]
fn invalid_utf8_leaves_no_partial_file() {
    let folder = Folder::new();
    let bad = b"Press play to hearken to this \xff\n";
    folder.write("bad.txt", bad);
    folder.write("good.txt", SPUN);
    let before = folder.names();
    let ran = folder.restore(&["good.txt", "bad.txt", "-o", "out.txt"], "");
    assert_eq!(ran.status, 2);
    assert!(
        ran.told.starts_with("bad.txt: invalid UTF-8 at byte 30; "),
        "{}",
        ran.told
    );
    assert!(ran.told.contains("--lossy"));
    let in_place = folder.restore(&["--in-place", "bad.txt", "good.txt"], "");
    assert_eq!(in_place.status, 2);
    assert_eq!(folder.read("bad.txt"), bad);
    assert_eq!(folder.read("good.txt"), RESTORED.as_bytes());
    assert_eq!(folder.names(), before);

    folder
        .restore(&["--lossy", "--in-place", "bad.txt"], "")
        .text(0);
    assert_eq!(
        folder.read("bad.txt"),
        "Press play to listen to this \u{fffd}\n".as_bytes()
    );
}

#[test]
fn other_failures_name_the_file() {
    let folder = Folder::new();
    folder.write("a.txt", SPUN);
    let ran = folder.restore(&["none.txt", "a.txt"], "");
    assert_eq!(ran.text(2), RESTORED);
    assert!(
        ran.told.starts_with("none.txt: cannot be opened"),
        "{}",
        ran.told
    );
    assert_eq!(
        folder
            .restore(&["--strict", "none.txt", "a.txt"], "")
            .text(2),
        ""
    );
    let ran = folder.restore(&["."], "");
    assert!(
        ran.status == 2 && ran.told.contains("is a directory"),
        "{}",
        ran.told
    );
    let ran = folder.restore(&["a.txt", "-o", "no/such/folder.txt"], "");
    assert!(
        ran.status == 2 && ran.told.contains("no/such/folder.txt"),
        "{}",
        ran.told
    );
}

#[test]
fn unchanged_files_are_not_touched() {
    let folder = Folder::new();
    folder.write("clean.txt", "Nothing here.\n");
    let time = |name| {
        std::fs::metadata(folder.path(name))
            .and_then(|data| data.modified())
            .ok()
    };
    let before = time("clean.txt");
    folder.restore(&["--in-place", "clean.txt"], "").text(0);
    assert_eq!(time("clean.txt"), before);
}

#[cfg(unix)]
#[test]
fn links_and_rights_are_kept() {
    use std::os::unix::fs::{symlink, PermissionsExt};
    let folder = Folder::new();
    folder.write("a.txt", SPUN);
    let rights = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(folder.path("a.txt"), rights).expect("rights");
    symlink("a.txt", folder.path("link.txt")).expect("a link");
    folder.restore(&["--in-place", "link.txt"], "").text(0);
    assert_eq!(folder.read("a.txt"), RESTORED.as_bytes());
    assert!(folder.path("link.txt").is_symlink());
    let data = std::fs::metadata(folder.path("a.txt")).expect("data");
    assert_eq!(data.permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = Folder::new();
    folder.write("many.jsonl", "{\"text\":\"hearken to\"}\n".repeat(200_000));
    for threads in ["1", "2"] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_unspin"));
        command
            .current_dir(folder.path(""))
            .args(["restore", "--threads", threads, "many.jsonl"]);
        command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        let mut child = command.spawn().expect("unspin runs");
        let mut pipe = child.stdout.take().expect("a pipe");
        pipe.read_exact(&mut [0; 10]).expect("some output");
        drop(pipe);
        let output = child.wait_with_output().expect("an end");
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

#[test]
fn damaged_artefacts_are_refused() {
    let folder = Folder::new();
    let mut damaged = folder.read("small.unspin");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    folder.write("damaged.unspin", &damaged);
    folder.write("short.unspin", &damaged[..middle]);
    folder.write("other.unspin", "not a dictionary");
    for name in [
        "damaged.unspin",
        "short.unspin",
        "other.unspin",
        "none.unspin",
    ] {
        for option in ["--dictionary", "--model"] {
            let ran = folder.run(&["restore", option, name], "text");
            assert_eq!(ran.text(2), "");
            assert!(ran.told.starts_with(name), "{}", ran.told);
        }
    }
    let ran = folder.run(
        &[
            "restore",
            "--dictionary",
            "embedded",
            "--dictionary",
            "small.unspin",
        ],
        "x",
    );
    assert_eq!(ran.text(0), "x");
}

#[test]
fn many_texts_keep_their_order() {
    let folder = Folder::new();
    let names: Vec<String> = (0..40).map(|number| format!("{number}.txt")).collect();
    let mut wanted = String::new();
    for (number, name) in names.iter().enumerate() {
        let padding = "A plain line.\n".repeat(number * 97 % 400);
        folder.write(name, format!("{padding}{number}: They hearken to it.\n"));
        wanted += &format!("{padding}{number}: They listen to it.\n");
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for threads in ["1", "4"] {
        let ran = folder.restore(&[&["--threads", threads], &names[..]].concat(), "");
        assert!(ran.text(0) == wanted, "{threads} threads");
    }
    let in_place = [&["--in-place", "--threads", "3", "none.txt"], &names[..]].concat();
    let ran = folder.restore(&in_place, "");
    assert_eq!(ran.text(2), "");
    assert_eq!(ran.told, "none.txt: no such file; check the name\n");
    let all: String = names
        .iter()
        .map(|name| String::from_utf8_lossy(&folder.read(name)).into_owned())
        .collect();
    assert!(all == wanted);
}

#[test]
fn long_texts_are_the_same_on_all_threads() {
    let folder = Folder::new();
    let text = [
        "A plain line.\n".repeat(90_000),
        "They hearken to it.\n".into(),
    ]
    .concat()
    .repeat(2);
    // The longest one is not held in memory.
    let texts = [&text, "They hearken to it.\n", &text.repeat(2)];
    let names = ["long.txt", "short.txt", "longer.txt"];
    for (name, text) in names.iter().zip(texts) {
        folder.write(name, text);
    }
    let put_right = |text: &str| text.replace("hearken", "listen");
    // Fewer threads than texts, and more.
    for threads in ["1", "2", "5"] {
        let ran = folder.restore(&[&["--threads", threads], &names[..]].concat(), "");
        assert!(ran.text(0) == put_right(&texts.concat()), "{threads}");
    }
    for threads in ["2", "5"] {
        for (name, text) in names.iter().zip(texts) {
            folder.write(name, text);
        }
        let in_place = ["--in-place", "--threads", threads];
        let ran = folder.restore(&[&in_place, &names[..]].concat(), "");
        assert_eq!(ran.text(0), "");
        for (name, text) in names.iter().zip(texts) {
            assert!(folder.read(name) == put_right(text).into_bytes(), "{name}");
        }
    }
}

/// Of a text that may be held in memory nothing is written unless all of it is good.
#[test]
fn a_text_with_a_fault_behind_its_first_part_is_not_written() {
    let folder = Folder::new();
    let mut text = "A plain line.\n".repeat(180_000).into_bytes();
    let fault = text.len() - 100;
    text[fault] = 0xff;
    folder.write("faulty.txt", &text);
    folder.write("short.txt", "They hearken to it.\n");
    for threads in ["1", "2", "5"] {
        let arguments = ["--threads", threads, "faulty.txt", "short.txt"];
        let ran = folder.restore(&arguments, "");
        assert_eq!(ran.text(2), "They listen to it.\n");
        assert!(
            ran.told.contains(&format!("at byte {fault};")),
            "{}",
            ran.told
        );
    }
}

#[test]
fn there_may_be_more_threads_than_make_sense() {
    let folder = Folder::new();
    let many = usize::MAX.to_string();
    let ran = folder.restore(&["--threads", &many], "They hearken to it.\n");
    assert_eq!(ran.text(0), "They listen to it.\n");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_is_full_is_told_once() {
    let folder = Folder::new();
    folder.write("short.txt", SPUN);
    for threads in ["1", "2"] {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_unspin"))
            .current_dir(folder.path(""))
            .args(["restore", "--quiet", "--threads", threads])
            .args(["short.txt", "short.txt"])
            .stdout(full.expect("a full device"))
            .output()
            .expect("unspin runs");
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(told.matches("os error").count(), 1, "{told}");
    }
}

#[test]
fn binary_data_is_refused() {
    let folder = Folder::new();
    let binary: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    for arguments in [&["-"][..], &["--format", "jsonl"]] {
        let ran = folder.restore(arguments, &binary);
        assert_eq!(ran.status, 2);
        assert!(ran.told.starts_with("<stdin>:"), "{}", ran.told);
    }
    let lossy = folder.restore(&["--lossy"], &binary);
    assert_eq!(lossy.text(0), String::from_utf8_lossy(&binary));
}

#[cfg(unix)]
#[test]
fn devices_are_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let folder = Folder::new();
    folder.restore(&["-o", "/dev/null"], SPUN).text(0);
    let null = std::fs::metadata("/dev/null").expect("there is one");
    assert!(null.file_type().is_char_device());
    assert_eq!(
        folder.restore(&["-o", "/dev/stdout"], SPUN).text(0),
        RESTORED
    );
}
