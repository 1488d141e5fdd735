//! Layers of the user's own in the front end: their paths and errors.

use super::{body, messages};
use crate::ir::{Op, Shape};
use crate::layers::checked::Unflatten;

#[test]
fn paths_are_expressions_of_rust() {
    let network = body("input -> crate::HardTanh -> my::own::Scale(0.5, [1, 2]) -> c: self::Swish { beta: 1.5 }");
    let layers: Vec<(&str, &str, String)> = network
        .nodes
        .iter()
        .filter_map(|node| match &node.op {
            op if op.own()?.sizes.is_none() => Some((&*node.path, &*node.word, op.own()?.layer.expression.to_string())),
            _ => None,
        })
        .collect();
    let text = |text: &str| text.parse::<proc_macro2::TokenStream>().expect("tokens").to_string();
    assert_eq!(
        layers,
        [
            ("hard_tanh1", "crate::HardTanh", text("crate::HardTanh")),
            ("scale1", "my::own::Scale", text("my::own::Scale(0.5, [1, 2])")),
            ("c", "self::Swish", text("self::Swish { beta: 1.5 }")),
        ]
    );
}

#[test]
fn no_word_of_rusts_is_a_name() {
    for path in ["crate::struct", "crate::in::Mish", "my::_(0.5)", "pub::Mish"] {
        let said = messages(&format!("struct Net(1x8x8) -> 64 {{ input -> {path} -> flatten }}"));
        assert_eq!(said.matches("is a word of Rust's").count(), 1, "{path}: {said}");
    }
}

#[test]
fn shapes_are_declared() {
    let network = body("input -> my::Up as 3x64x64 -> 2 * my::Mix as 8x4x4");
    let shapes: Vec<Shape> =
        network.nodes.iter().filter(|node| node.op == Op::per_image(Unflatten)).map(|node| node.shape).collect();
    let map = |channels, height, width| Shape { channels, height, width, flat: false };
    assert_eq!(shapes, [map(3, 64, 64), map(8, 4, 4), map(8, 4, 4)]);
    let paths: Vec<&str> = network.nodes.iter().map(|node| &*node.path).collect();
    assert_eq!(paths[1..7], ["up1.in", "up1", "up1.out", "mix1.0.in", "mix1.0", "mix1.0.out"]);
}

#[test]
fn what_the_front_can_tell_it_tells() {
    let said =
        |steps: &str| messages(&format!("struct Net(3x32x32) -> 10 {{ input -> {steps} -> flatten -> linear(10) }}"));
    assert_eq!(
        said("my::Up as"),
        "the shape is missing behind `as`\n\
         help: put `16x8x8` behind it: channels x height x width, or one number for a vector\n  at as\n"
    );
    assert_eq!(
        said("my::Up as 8x9"),
        "expected the shape that the layer makes, found `8x9`\n\
         help: write `16x8x9`: channels x height x width, or one number for a vector\n  at 8x9\n"
    );
    assert_eq!(
        said("my::Scale::<3>"),
        "the path of your own layer has no `<`\n\
         help: write `my::Scale`, or outside `type Mine = Scale<...>;` and here its path\n  at my : : Scale : : < 3 >\n"
    );
    assert_eq!(
        said("nn::Conv2d(3, 16, 3)"),
        "a layer or a block is a single word\n\
         note: a layer of your own by this name starts with `crate::` or `self::`\n\
         help: write `conv(16, 3)`\n  at nn : : Conv2d ( 3 , 16 , 3 )\n"
    );
}

/// The path is not a misspelt word of the language, so it must be a layer of the user's own.
#[test]
fn another_function_in_a_module_is_the_users() {
    for path in
        ["layers::HardTanh", "nn::HardTanh", "nn::Celu", "layers::CELU(0.5)", "functional::Clamp { most: 0.25 }"]
    {
        let network = body(&format!("input -> conv(8, 3x3) -> {path} -> relu"));
        let own = network.nodes.iter().filter(|node| node.op.own().is_some()).count();
        assert_eq!(own, 1, "{path}");
    }
}
