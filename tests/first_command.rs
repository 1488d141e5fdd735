//! README's first command, `cargo run --release --example digits`, compiles few crates.

use std::collections::BTreeSet;
use std::process::Command;

/// The most crates, the workspace's own among them.
const MOST: usize = 60;

#[test]
fn the_first_command_compiles_few_crates() {
    let tree = ["tree", "--offline", "--package", "athena-examples", "--edges", "normal,build,dev", "--prefix", "none"];
    let output = Command::new(env!("CARGO")).args(tree).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    // `name v1.2.3 (proc-macro) (*)`
    let crates: BTreeSet<Vec<&str>> = text.lines().map(|line| line.split(' ').take(2).collect()).collect();
    assert!(crates.len() > 10, "{text}");
    assert!(crates.len() <= MOST, "{} crates: {crates:?}", crates.len());
}
