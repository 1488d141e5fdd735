//! The layers that `#[freeze(...)]` freezes, and the errors for patterns that freeze nothing.

use super::{messages, network};

const BODY: &str = "pub struct Net(3x32x32) -> 10 {
        input
            -> conv1: conv(16, 3x3) -> bn1: batch_norm -> relu
            -> layer1: 2 * basic(16)
            -> layer2: [basic(16), basic(16)]
            -> global_avg_pool -> flatten -> fc: linear(10)
    }
    block basic(filters) {
        input -> conv1: conv(filters, 3x3) -> bn1: batch_norm -> + (input -> shortcut(filters, option = c)) -> relu
    }";

fn frozen(attributes: &str) -> Vec<String> {
    let network = network(&format!("{attributes} {BODY}"));
    network.nodes.into_iter().filter(|node| node.frozen).map(|node| node.path).collect()
}

#[test]
fn patterns_freeze_layers_by_path() {
    assert_eq!(frozen(""), [""; 0]);
    assert_eq!(frozen("#[freeze(conv1, bn1)]"), ["conv1", "bn1"]);
    let block = ["conv1", "bn1", "shortcut1.0", "shortcut1.1"];
    let all = |path: &str| block.map(|layer| format!("{path}.{layer}")).to_vec();
    assert_eq!(frozen("#[freeze(layer1.0)]"), all("layer1.0"));
    assert_eq!(frozen("#[freeze(layer1.0.*)]"), all("layer1.0"));
    assert_eq!(frozen("#[freeze(\"layer1\")]"), [all("layer1.0"), all("layer1.1")].concat());
    assert_eq!(frozen("#[freeze(layer*.0)]"), [all("layer1.0"), all("layer2.0")].concat());
    assert_eq!(frozen("#[freeze(**.shortcut1.0)] #[freeze(fc)]").len(), 5);
    assert_eq!(frozen("#[freeze(not(layer*, fc))]"), ["conv1", "bn1"]);
    assert_eq!(frozen("#[freeze(bn1, not(layer*, bn1, fc))]"), ["conv1", "bn1"]);
}

#[test]
fn a_pattern_without_layers_is_a_mistake() {
    let said = messages(&format!("#[freeze(layr2, conv1)] {BODY}"));
    assert_eq!(
        said,
        "no layer with parameters has the path `layr2`\n\
         note: there are `conv1`, `bn1`, `layer1`, `layer2`, `fc`\n\
         help: did you mean `layer2`?\n  at layr2\n"
    );
    let said = messages(&format!("#[freeze(not(fc.weight), relu1)] {BODY}"));
    assert_eq!(
        said,
        "no layer with parameters has the path `fc.weight`\nnote: a layer is frozen as a whole\nhelp: write `fc`\n  at fc . weight\n\
         `relu1` has no parameters\nhelp: remove it\n  at relu1\n"
    );
}

#[test]
fn something_is_left_to_learn() {
    let said = messages(&format!("#[freeze(*)] {BODY}"));
    assert_eq!(
        said,
        "nothing is left to learn\nhelp: write `#[freeze(not(fc))]`: the last layer alone learns\n  at # [ freeze ( * ) ]\n"
    );
}

#[test]
fn malformed_attributes_are_explained() {
    for attribute in ["#[freeze]", "#[freeze()]", "#[freeze = \"conv1\"]"] {
        let said = messages(&format!("{attribute} {BODY}"));
        assert!(
            said.starts_with("`freeze` lacks the layers that are not to learn\nhelp: remove it, or write the path"),
            "{said}"
        );
    }
    for attribute in ["#[freeze(conv1 + bn1)]", "#[freeze(,)]", "#[freeze(\"\")]", "#[freeze(no(fc))]"] {
        let said = messages(&format!("{attribute} {BODY}"));
        assert!(said.contains("the path of a layer\nhelp: "), "{said}");
    }
    let said = messages(&BODY.replace("block basic", "#[freeze(conv1)] block basic"));
    assert!(said.starts_with("a block is frozen where it is called, by the struct\nhelp: "), "{said}");
}
