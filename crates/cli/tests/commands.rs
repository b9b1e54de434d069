//! The cases under `tests/cmd`, one file each.

#[test]
fn commands() {
    trycmd::TestCases::new()
        .case("tests/cmd/*.toml")
        .case("tests/cmd/*.trycmd");
}
