//! The rules of parameter paths, as one table.

use super::{body, network};
use crate::ir::Op;

/// The paths of all values except for the image and the classifier, in order.
fn paths(program: &str) -> Vec<String> {
    let network = body(program);
    let classifier = network.nodes.len() - 3;
    network.nodes[1..classifier].iter().map(|node| node.path.clone()).collect()
}

#[test]
fn rules() {
    let table: &[(&str, &str, &[&str])] = &[
        (
            "a word and its ordinal",
            "input -> conv(8, 3x3) -> relu -> conv(8, 3x3) -> relu",
            &["conv1", "relu1", "conv2", "relu2"],
        ),
        ("a label", "input -> stem: conv(8, 3x3) -> conv(8, 3x3)", &["stem", "conv1"]),
        (
            "ordinals pass over labels",
            "input -> conv(8, 3x3) -> conv2: conv(8, 3x3) -> conv(8, 3x3)",
            &["conv1", "conv2", "conv3"],
        ),
        ("also over later labels", "input -> conv(8, 3x3) -> conv1: conv(8, 3x3)", &["conv2", "conv1"]),
        (
            "an unlabelled block",
            "input -> basic(8) -> basic(8)",
            &["basic1.conv1", "basic1.batch_norm1", "basic2.conv1", "basic2.batch_norm1"],
        ),
        ("a labelled block", "input -> stem: basic(8)", &["stem.conv1", "stem.batch_norm1"]),
        ("a repeat indexes", "input -> 2 * conv(8, 3x3)", &["conv1.0", "conv1.1"]),
        ("a repeat of one round, too", "input -> 1 * conv(8, 3x3) -> conv(8, 3x3)", &["conv1.0", "conv2"]),
        ("a labelled repeat", "input -> layer1: 2 * conv(8, 3x3)", &["layer1.0", "layer1.1"]),
        (
            "a repeated block",
            "input -> layer1: 2 * basic(8)",
            &["layer1.0.conv1", "layer1.0.batch_norm1", "layer1.1.conv1", "layer1.1.batch_norm1"],
        ),
        ("an unlabelled repeated block", "input -> 1 * basic(8)", &["basic1.0.conv1", "basic1.0.batch_norm1"]),
        ("a list", "input -> stem: [conv(8, 1x1), batch_norm]", &["stem.0", "stem.1"]),
        ("an unlabelled list", "input -> [conv(8, 1x1), batch_norm] -> [relu]", &["list1.0", "list1.1", "list2.0"]),
        (
            "a repeat in a list takes its rounds",
            "input -> l: [conv(8, 1x1), 2 * relu, tanh]",
            &["l.0", "l.1", "l.2", "l.3"],
        ),
        (
            "a label in a list replaces the index, which still counts",
            "input -> l: [conv(8, 1x1), norm: batch_norm, relu]",
            &["l.0", "l.norm", "l.2"],
        ),
        (
            "a labelled repeat in a list takes one index",
            "input -> l: [acts: 2 * relu, tanh]",
            &["l.acts.0", "l.acts.1", "l.1"],
        ),
        ("a repeat whose label has numbers", r#"input -> "unit{1..}": 2 * conv(8, 3x3)"#, &["unit1", "unit2"]),
        (
            "a list whose label has numbers",
            r#"input -> block: ["block-{0..}": [conv(8, 1x1), 2 * relu, norm: batch_norm, tanh], selu]"#,
            &["block.block-0", "block.block-1", "block.block-2", "block.norm", "block.block-4", "block.1"],
        ),
        (
            "a labelled block in a repeat whose label has numbers",
            r#"input -> l: [tanh, "unit{1..}": 2 * basic(8)]"#,
            &["l.0", "l.unit1.conv1", "l.unit1.batch_norm1", "l.unit2.conv1", "l.unit2.batch_norm1"],
        ),
        (
            "a repeated list whose label has numbers",
            r#"input -> "unit{0..}": 2 * [relu, tanh]"#,
            &["unit0.0", "unit0.1", "unit1.0", "unit1.1"],
        ),
        ("a list in a list", "input -> l: [[conv(8, 1x1), relu], tanh]", &["l.0.0", "l.0.1", "l.1"]),
        ("a repeated list", "input -> l: 2 * [conv(8, 1x1), relu]", &["l.0.0", "l.0.1", "l.1.0", "l.1.1"]),
        (
            "a repeated list in a list",
            "input -> l: [2 * [relu, tanh], gelu]",
            &["l.0.0", "l.0.1", "l.1.0", "l.1.1", "l.2"],
        ),
        (
            "blocks in a list",
            "input -> l: [basic(8), basic(8)]",
            &["l.0.conv1", "l.0.batch_norm1", "l.1.conv1", "l.1.batch_norm1"],
        ),
        (
            "a let names no parameters",
            "let side = input -> conv(8, 3x3); input -> conv(8, 3x3) -> + side",
            &["conv1", "conv2", "add1"],
        ),
        ("a let takes no ordinal", "let conv1 = input -> conv(8, 3x3); conv1 -> relu", &["conv1", "relu1"]),
        ("joins", "input + input -> + input -> || input", &["add1", "add2", "concat1"]),
        ("labelled joins", "input -> sum: + input", &["sum"]),
        (
            "chains in parentheses",
            "input -> conv(3, 3x3) -> + (input -> conv(3, 1x1)) -> relu",
            &["conv1", "conv2", "add1", "relu1"],
        ),
        (
            "an activation argument",
            "input -> conv(8, 3x3, activation = relu) -> stem: conv(8, 3x3, activation = gelu)",
            &["conv1", "conv1.relu", "stem", "stem.gelu"],
        ),
        ("a projection", "input -> shortcut(8)", &["shortcut1.0", "shortcut1.1"]),
        ("a labelled projection", "input -> downsample: shortcut(8, 2)", &["downsample.0", "downsample.1"]),
        ("a shortcut that is the identity", "input -> conv(8, 3x3) -> shortcut(8) -> relu", &["conv1", "relu1"]),
        (
            "shortcut c always projects",
            "input -> conv(8, 3x3) -> shortcut(8, option = c)",
            &["conv1", "shortcut1.0", "shortcut1.1"],
        ),
        ("shortcut a owns nothing", "input -> shortcut(8, 2, option = a)", &["shortcut1"]),
    ];
    for (rule, program, expected) in table {
        // A sum is in the order in which its operands are made.
        let mut found = paths(program);
        let mut expected: Vec<String> = expected.iter().map(|path| path.to_string()).collect();
        if rule.contains("parentheses") {
            found.sort();
            expected.sort();
        }
        assert_eq!(found, expected, "{rule}: {program}");
    }
}

#[test]
fn nested_blocks_continue_the_path() {
    let network = network(
        "struct Net(3x8x8) -> 10 { input -> trunk: outer(8) -> global_avg_pool -> flatten -> linear(10) }
         block outer(n) { input -> conv(n, 3x3) -> 2 * inner(n * 2) }
         block inner(n) { input -> one: conv(n, 3x3) }",
    );
    let convs: Vec<&str> =
        network.nodes.iter().filter(|node| matches!(node.op, Op::Conv(_))).map(|node| node.path.as_str()).collect();
    assert_eq!(convs, ["trunk.conv1", "trunk.inner1.0.one", "trunk.inner1.1.one"]);
}

#[test]
fn paths_are_unique() {
    let network = body(
        "let a = input -> conv(8, 3x3) -> l: [conv(8, 3x3), x: conv(8, 3x3), 2 * conv(8, 3x3)];
         a -> conv3: conv(8, 3x3) -> conv(8, 3x3) -> 2 * basic(8) -> basic(8) -> + a -> || a",
    );
    let mut paths: Vec<&str> = network.nodes.iter().map(|node| node.path.as_str()).collect();
    let all = paths.len();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), all);
}
