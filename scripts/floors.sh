#!/usr/bin/env bash
# Measures the release binary against the floors in scripts/limits.py.
#
#     scripts/floors.sh [SHARED]
#
# SHARED holds corpora, seed and reference scorer; ../shared by default.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

shared=${1:-../shared}
command -v python3 >/dev/null || {
    echo "scripts/floors.sh needs python3 (standard library only)" >&2
    exit 2
}
cargo build --release --workspace --bins
target=$(cargo metadata --no-deps --format-version 1 |
    sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
exec python3 scripts/floors.py "$target/release/unspin" "$shared"
