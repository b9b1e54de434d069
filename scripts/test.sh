#!/usr/bin/env bash
# Everything that holds before a change lands: format, lints, tests, docs, size.
#
# Needs cargo and what Cargo.lock names. One test compares figures with those
# of a reference scorer where that and python3 are at hand, and skips elsewhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Crate registries refuse larger packages.
max_package_bytes=10000000

step() {
    printf '\n== %s\n' "$*"
    "$@"
}

component() {
    cargo "$1" --version >/dev/null 2>&1 || rustup component add "$2"
}

tests_log=$(mktemp)
trap 'rm -f "$tests_log"' EXIT

tests() {
    step cargo test --workspace "$@" 2>&1 | tee -a "$tests_log"
}

docs() {
    RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps
}

package() {
    cargo package --package unspin --allow-dirty --no-verify
    local target file bytes
    target=$(cargo metadata --no-deps --format-version 1 |
        sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
    file=$(ls -t "$target"/package/unspin-[0-9]*.crate | head -n 1)
    bytes=$(wc -c <"$file")
    echo "$(basename "$file"): $bytes bytes, at most $max_package_bytes"
    if ((bytes > max_package_bytes)); then
        echo "the package is too large: make the data smaller or leave files out of it" >&2
        return 1
    fi
}

component fmt rustfmt
component clippy clippy

step cargo fmt --all --check
step cargo clippy --workspace --all-targets -- -D warnings
step cargo check --package unspin --no-default-features
step docs
step package
tests --doc
tests --lib --bins --tests

awk '
    /^test result:/ {
        for (i = 2; i <= NF; i++) {
            if ($i == "passed;") passed += $(i - 1)
            if ($i == "failed;") failed += $(i - 1)
        }
    }
    END { printf "\ntests: %d passed, %d failed\n", passed, failed }
' "$tests_log"
