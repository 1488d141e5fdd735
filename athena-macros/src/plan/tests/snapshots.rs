//! Plans compared word by word with files beside this one. `ATHENA_UPDATE_SNAPSHOTS=1 cargo test -p athena-macros` rewrites them.

use super::build::small_resnet;
use crate::plan::display::Described;
use crate::plan::plan;
use crate::snapshot;

#[test]
fn resnet() {
    let network = small_resnet();
    let plan = plan(&network);
    snapshot::compare("src/plan/tests/resnet.txt", &Described { network: &network, plan: &plan }.to_string());
}
