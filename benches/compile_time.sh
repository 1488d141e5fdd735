#!/usr/bin/env bash
# How long a user's crate takes to compile, its dependencies being built: `cargo check` with ResNet-152, and a release build
# with ResNet-50. Prints seconds, and fails where they are over the limits.
#
#   benches/compile_time.sh [FOLDER]      FOLDER: where the crates are made (a temporary one otherwise)
set -euo pipefail
export LC_ALL=C

readonly CHECK_LIMIT=10 RELEASE_LIMIT=30
readonly REPOSITORY=$(cd "$(dirname "$0")/.." && pwd)
FOLDER=${1:-}
if [[ -z $FOLDER ]]; then
    FOLDER=$(mktemp -d)
    trap 'rm -rf "$FOLDER"' EXIT
fi
export CARGO_TARGET_DIR=$FOLDER/target
# The whole crate each time, as the first time: a source that was only touched would be found in the incremental cache.
export CARGO_INCREMENTAL=0

# make_crate NAME DEFINITION: a program with one network of athena::models.
make_crate() {
    local name=$1 folder=$FOLDER/$1
    mkdir -p "$folder/src"
    cp "$REPOSITORY/Cargo.lock" "$folder/Cargo.lock"
    cat >"$folder/Cargo.toml" <<TOML
[package]
name = "$name"
version = "0.0.0"
edition = "2024"

[dependencies]
athena = { path = "$REPOSITORY" }

[workspace]
TOML
    cat >"$folder/src/main.rs" <<RUST
use athena::Model;

athena::models::$2! { struct ResNet }

fn main() {
    println!("{}", ResNet::summary());
    println!("{:?}", ResNet::new(1).predict(&[0.0; 3 * 224 * 224]).map(|scores| scores.len()));
}
RUST
}

# timed COMMAND...: its seconds, on stdout; what it says goes to stderr.
timed() {
    local start=$EPOCHREALTIME
    "$@" >&2
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }'
}

# measure NAME CARGO-ARGUMENTS...: seconds of the crate alone, the fastest of three.
measure() {
    local crate=$1 best="" seconds
    shift
    (cd "$FOLDER/$crate" && cargo "$@" -q)
    for _ in 1 2 3; do
        touch "$FOLDER/$crate/src/main.rs"
        seconds=$(cd "$FOLDER/$crate" && timed cargo "$@" -q)
        best=$(awk -v a="${best:-$seconds}" -v b="$seconds" 'BEGIN { print (a < b ? a : b) }')
    done
    echo "$best"
}

# report WHAT SECONDS LIMIT
report() {
    printf '%-44s %6.2f s (limit %s s)\n' "$1" "$2" "$3"
    awk -v s="$2" -v l="$3" 'BEGIN { exit !(s < l) }'
}

make_crate resnet152 resnet152
make_crate resnet50 resnet50
check=$(measure resnet152 check)
release=$(measure resnet50 build --release)
failed=0
report "cargo check, ResNet-152" "$check" "$CHECK_LIMIT" || failed=1
report "cargo build --release, ResNet-50" "$release" "$RELEASE_LIMIT" || failed=1
exit "$failed"
