#!/usr/bin/env bash
# How long a user's crate takes to compile, its dependencies being built: `cargo check` with ResNet-152, what an error in it
# adds, and a release build with ResNet-50. Prints seconds, and fails where they are over the limits.
#
#   benches/compile_time.sh [FOLDER]      FOLDER: where the crates are made (a temporary one otherwise)
set -euo pipefail
export LC_ALL=C

readonly CHECK_LIMIT=1.5 MISTAKE_LIMIT=1 RELEASE_LIMIT=30
readonly REPOSITORY=$(cd "$(dirname "$0")/.." && pwd)
FOLDER=${1:-}
if [[ -z $FOLDER ]]; then
    FOLDER=$(mktemp -d)
    trap 'rm -rf "$FOLDER"' EXIT
fi
export CARGO_TARGET_DIR=$FOLDER/target
# The whole crate each time, as the first time: a source that was only touched would be found in the incremental cache.
export CARGO_INCREMENTAL=0

# make_crate NAME ROUNDS SHORTCUT: a program with a ResNet of bottlenecks, so many behind the first one of each of four stages,
# whose first ones add SHORTCUT.
make_crate() {
    local name=$1 shortcut=$3 folder=$FOLDER/$1
    local -a rounds=($2)
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
use athena::{Model, resnet};

resnet! {
    struct ResNet(3x224x224) -> 1000 {
        input
            -> conv(64, 7x7, stride = 2) -> batch_norm -> relu -> max_pool(3, stride = 2, padding = 1)
            -> first(64, 1) -> ${rounds[0]} * bottleneck(64)
            -> first(128, 2) -> ${rounds[1]} * bottleneck(128)
            -> first(256, 2) -> ${rounds[2]} * bottleneck(256)
            -> first(512, 2) -> ${rounds[3]} * bottleneck(512)
            -> global_avg_pool -> flatten -> linear(1000)
    }

    block first(width, stride) {
        let shortcut = input -> conv(width * 4, 1x1, stride) -> batch_norm;
        input
            -> conv(width, 1x1) -> batch_norm -> relu
            -> conv(width, 3x3, stride) -> batch_norm -> relu
            -> conv(width * 4, 1x1) -> batch_norm
            -> + $shortcut -> relu
    }

    block bottleneck(width) {
        input
            -> conv(width, 1x1) -> batch_norm -> relu
            -> conv(width, 3x3) -> batch_norm -> relu
            -> conv(width * 4, 1x1) -> batch_norm
            -> + input -> relu
    }
}

fn main() {
    println!("{}", ResNet::summary());
    println!("{:?}", ResNet::new(1).predict(&[0.0; 3 * 224 * 224]).map(|scores| scores.len()));
}
RUST
}

# timed EXIT COMMAND...: its seconds, on stdout; what it says goes to stderr. Fails where it does not end with EXIT.
timed() {
    local expected=$1 start=$EPOCHREALTIME exit=0
    shift
    "$@" >&2 || exit=$?
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }'
    ((exit == expected))
}

# measure NAME EXIT CARGO-ARGUMENTS...: seconds of the crate alone, the fastest of three.
measure() {
    local crate=$1 expected=$2 best="" seconds
    shift 2
    cd "$FOLDER/$crate"
    timed "$expected" cargo "$@" -q >/dev/null
    for _ in 1 2 3; do
        touch src/main.rs
        seconds=$(timed "$expected" cargo "$@" -q)
        best=$(awk -v a="${best:-$seconds}" -v b="$seconds" 'BEGIN { print (a < b ? a : b) }')
    done
    echo "$best"
}

# report WHAT SECONDS LIMIT
report() {
    printf '%-44s %6.2f s (limit %s s)\n' "$1" "$2" "$3"
    awk -v s="$2" -v l="$3" 'BEGIN { exit !(s < l) }'
}

make_crate resnet152 "2 7 35 2" shortcut
make_crate mistaken152 "2 7 35 2" input
make_crate resnet50 "2 3 5 2" shortcut
check=$(measure resnet152 0 check)
mistaken=$(measure mistaken152 101 check)
release=$(measure resnet50 0 build --release)
failed=0
report "cargo check, ResNet-152" "$check" "$CHECK_LIMIT" || failed=1
printf '%-44s %6.2f s\n' "the same with a skip that does not fit" "$mistaken"
added=$(awk -v a="$check" -v b="$mistaken" 'BEGIN { print b - a }')
report "what the error adds" "$added" "$MISTAKE_LIMIT" || failed=1
report "cargo build --release, ResNet-50" "$release" "$RELEASE_LIMIT" || failed=1
exit "$failed"
