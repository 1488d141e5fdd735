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

# make_crate NAME A B C D: a program with torchvision's bottleneck ResNet of A, B, C and D blocks.
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

athena::resnet! {
    struct ResNet(3x224x224) -> 1000 {
        input
            -> conv1: conv(64, 7x7, stride = 2) -> bn1: batch_norm -> relu -> max_pool(3x3, stride = 2, padding = 1)
            -> layer1: [widen(64), $(($2 - 1)) * bottleneck(64)]
            -> layer2: [widen(128, stride = 2), $(($3 - 1)) * bottleneck(128)]
            -> layer3: [widen(256, stride = 2), $(($4 - 1)) * bottleneck(256)]
            -> layer4: [widen(512, stride = 2), $(($5 - 1)) * bottleneck(512)]
            -> global_avg_pool -> flatten -> fc: linear(1000)
    }

    block bottleneck(width) {
        input
            -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
            -> conv2: conv(width, 3x3) -> bn2: batch_norm -> relu
            -> conv3: conv(4 * width, 1x1) -> bn3: batch_norm
            -> + input -> relu
    }

    block widen(width, stride = 1) {
        let shortcut = input -> downsample: [conv(4 * width, 1x1, stride), batch_norm];
        input
            -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
            -> conv2: conv(width, 3x3, stride) -> bn2: batch_norm -> relu
            -> conv3: conv(4 * width, 1x1) -> bn3: batch_norm
            -> + shortcut -> relu
    }
}

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

make_crate resnet152 3 8 36 3
make_crate resnet50 3 4 6 3
check=$(measure resnet152 check)
release=$(measure resnet50 build --release)
failed=0
report "cargo check, ResNet-152" "$check" "$CHECK_LIMIT" || failed=1
report "cargo build --release, ResNet-50" "$release" "$RELEASE_LIMIT" || failed=1
exit "$failed"
