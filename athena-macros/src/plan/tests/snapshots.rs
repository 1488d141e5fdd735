//! Plans compared word by word with files beside this one. `ATHENA_UPDATE_SNAPSHOTS=1 cargo test -p athena-macros` rewrites them.

use super::build::{resnet20, small_resnet};
use crate::ir::Network;
use crate::plan::display::Described;
use crate::plan::plan;
use crate::snapshot;

#[test]
fn a_small_resnet() {
    compare("src/plan/tests/resnet.txt", &small_resnet());
}

#[test]
fn resnet_20() {
    compare("src/plan/tests/resnet20.txt", &resnet20());
}

fn compare(path: &str, network: &Network) {
    let plan = plan(network);
    snapshot::compare(path, &Described { network, plan: &plan }.to_string());
}
