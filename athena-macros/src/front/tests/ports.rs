//! Signatures with several inputs and outputs: which values they are, and what depends on what is promised.

use super::{Author, front, messages};
use crate::ir::{Network, Shape};
use proc_macro2::TokenStream;

/// The only network of a sound program.
fn network(program: &str) -> Network {
    assert_eq!(messages(program), "", "{program}");
    front(program).structs.remove(0).network.expect("a network")
}

/// Paths and shapes of what comes in and of what is promised.
fn ends(program: &str) -> [Vec<(String, Shape)>; 2] {
    let network = network(program);
    [&network.inputs, &network.outputs].map(|ids| {
        let nodes = ids.iter().map(|id| &network.nodes[id.0]);
        nodes.map(|node| (node.path.clone(), node.shape)).collect()
    })
}

fn map(path: &str, sizes: [usize; 3]) -> (String, Shape) {
    (path.to_string(), Shape::map(sizes))
}

fn vector(path: &str, length: usize) -> (String, Shape) {
    (path.to_string(), Shape::vector(length))
}

#[test]
fn inputs_and_outputs_stand_in_the_signatures_order() {
    let [inputs, outputs] = ends(
        "struct Ward(scan: 1x8x8, history: 12) -> (class: 5, corners: 4,) {
            let both = (scan -> flatten) || history;
            let corners = both -> linear(4);
            let class = both -> head: linear(5);
        }",
    );
    assert_eq!(inputs, [map("scan", [1, 8, 8]), vector("history", 12)]);
    assert_eq!(outputs, [vector("head", 5), vector("linear1", 4)]);
}

#[test]
fn one_without_a_name_is_the_last_chains_value() {
    let [inputs, outputs] = ends("struct Map(3x8x8) -> 4x8x8 { input -> conv(4, 1x1) -> relu }");
    assert_eq!((inputs, outputs), (vec![map("input", [3, 8, 8])], vec![map("relu1", [4, 8, 8])]));
    let [inputs, outputs] = ends("struct Table(12) -> 2 { input -> linear(2) }");
    assert_eq!((inputs, outputs), (vec![vector("input", 12)], vec![vector("linear1", 2)]));
}

#[test]
fn a_label_is_the_value_of_its_step() {
    let [_, outputs] = ends(
        "struct Net(3x8x8) -> (twice: 4x8x8, second: 6x8x8, listed: 6x8x8, inner: 6x4x4, last: 2) {
            input -> twice: 2 * conv(4, 3x3) -> listed: [conv(6, 3x3), second: conv(6, 3x3), relu]
                -> || (listed -> inner: max_pool(2) -> conv(1, 1, 1, padding = 2)) -> flatten -> last: linear(2)
        }",
    );
    let paths: Vec<&str> = outputs.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["twice.1", "listed.second", "listed.2", "inner", "last"]);
}

const FEATURES: &str = "{
    input -> stem: conv(8, 3x3) -> batch_norm -> relu -> layer1: conv(8, 3x3) -> layer2: conv(16, 3x3)
        -> global_avg_pool -> flatten -> fc: linear(10)
}";

/// State-dict keys.
fn keys(network: &Network) -> Vec<String> {
    let mut keys = Vec::new();
    for node in &network.nodes {
        keys.extend(network.tensors(node).iter().map(|tensor| tensor.key(&node.path)));
    }
    keys
}

#[test]
fn what_no_output_needs_is_not_there() {
    let all = network(&format!("struct All(3x8x8) -> 10 {FEATURES}"));
    let some = network(&format!("struct Some(3x8x8) -> (layer1: 8x8x8) {FEATURES}"));
    let layers: Vec<&str> = some.nodes.iter().map(|node| node.path.as_str()).collect();
    assert_eq!(layers, ["input", "stem", "batch_norm1", "relu1", "layer1"]);
    assert!(
        all.nodes.iter().map(|node| all.macs(node)).sum::<u64>() > some.nodes.iter().map(|node| some.macs(node)).sum()
    );
}

/// A convolution before a batch norm has no bias, also where the norm is not needed, or the convolution is promised.
#[test]
fn what_is_promised_changes_no_layer() {
    let all = keys(&network(&format!("struct All(3x8x8) -> 10 {FEATURES}")));
    for promised in ["stem: 8x8x8", "layer2: 16x8x8, stem: 8x8x8", "fc: 10, stem: 8x8x8, layer1: 8x8x8"] {
        let some = keys(&network(&format!("struct Some(3x8x8) -> ({promised}) {FEATURES}")));
        assert_eq!(some, all[..some.len()], "{promised}");
    }
}

#[test]
fn only_unused_lets_are_left_unused() {
    use crate::ide_hints::Mention;
    let read = front(
        "struct Net(scan: 3x8x8, table: 4) -> (kept: 4, sum: 4x8x8) {
            let kept = table -> linear(4);
            let lost = scan -> relu;
            scan -> sum: conv(4, 3x3)
        }",
    );
    assert!(read.errors.is_empty());
    let is_used = |name: &str| {
        let uses = |mention: &Mention| matches!(mention, Mention::Use(used, _) if used == name);
        read.ide_hints.networks[0].iter().any(uses)
    };
    let used = ["scan", "table", "kept", "sum", "lost"].map(is_used);
    assert_eq!(used, [true, true, true, true, false]);
}

/// What a network of the facade says to a signature.
fn preset(signature: &str) -> (String, Option<Network>) {
    let program = format!("struct Net{signature} {FEATURES}");
    let mut read = super::super::read(program.parse::<TokenStream>().expect("tokens"), Author::Facade);
    let said = read.errors.iter().map(|error| error.message()).collect::<Vec<_>>().join("\n");
    (said, read.structs.remove(0).network)
}

#[test]
fn networks_of_the_papers_promise_what_the_user_names() {
    let (said, network) = preset("(3x8x8) -> (layer1: 8x8x8, fc: 7)");
    assert_eq!(said, "");
    let network = network.expect("a network");
    let outputs: Vec<Shape> = network.outputs.iter().map(|id| network.nodes[id.0].shape).collect();
    assert_eq!(outputs, [Shape::map([8, 8, 8]), Shape::vector(7)]);
    for (signature, expected) in [
        (
            "(3x8x8) -> (layer3: 8x8x8)",
            "`Net` promises `layer3`, and its body has no value of this name\nhelp: did you mean `layer1`?",
        ),
        (
            "(scan: 3x8x8) -> 10",
            "the network of the paper takes one image, which has no name\nhelp: write `3x8x8` instead of `scan: 3x8x8`",
        ),
        (
            "(scan: 3x8x8, table: 3) -> 10",
            "the network of the paper takes one image, which has no name\nhelp: write `3x8x8` instead of `scan: 3x8x8, table: 3`",
        ),
        (
            "(12) -> 10",
            "the network of the paper takes an image, not a vector\nhelp: write `3x224x224`, or another image",
        ),
    ] {
        assert_eq!(preset(signature).0, expected, "{signature}");
    }
}

/// Types elsewhere are made of the names, also after mistakes: each once, and none that Rust keeps for itself.
#[test]
fn stubs_have_the_names_of_the_signature() {
    let read = front("struct Net(scan: 3x8x8, scan: 4, fn: 2) -> (a: 3, 5, b: 4x2x2) { }");
    assert!(!read.errors.is_empty());
    let checked = &read.structs[0];
    let names = [&checked.inputs, &checked.outputs].map(|ports| {
        let name = |port: &crate::ir::Port| port.name.as_ref().map(ToString::to_string).unwrap_or_default();
        ports.iter().map(name).collect::<Vec<_>>().join(" ")
    });
    assert_eq!(names, ["scan fn_", "a b"]);
    assert!(checked.network.is_none());
}
