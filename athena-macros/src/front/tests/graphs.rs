//! The meaning of programs: operations, shapes, defaults, names.

use super::{body, front, messages, network};
use crate::ide_hints::Mention;
use crate::ir::{Activation, BatchNorm, CheckedStruct, Conv, Init, Linear, Network, Op, Pool, Port, Shape, Window};
use crate::layers::checked::{AvgPool, Dropout, DropoutUnit, MaxPool, Pad, PadMode};

fn op(program: &str) -> Op {
    body(program).nodes[1].op.clone()
}

fn shape(program: &str) -> [usize; 3] {
    let network = body(program);
    let value = network.nodes[network.nodes.len() - 4].shape;
    [value.channels, value.height, value.width]
}

fn inputs(network: &Network, node: usize) -> Vec<usize> {
    network.nodes[node].inputs.iter().map(|input| input.0).collect()
}

fn only(ports: &[Port]) -> Shape {
    let [Port { name: None, shape }] = ports else { panic!("one without a name, but there are {ports:?}") };
    *shape
}

#[test]
fn a_round_is_a_number_of_its_body() {
    let channels = |steps: &str, block: &str| {
        let ending = "global_avg_pool -> flatten -> linear(10)";
        let network = network(&format!("struct Net(3x32x32) -> 10 {{ {steps} -> {ending} }} {block}"));
        let values = &network.nodes[1..network.nodes.len() - 3];
        values.iter().map(|node| node.shape.channels).collect::<Vec<_>>()
    };
    assert_eq!(channels("input -> 3 * conv(8 + 4 * round, 1x1)", ""), [8, 12, 16]);
    let nested = "input -> 2 * [conv(8 + round, 1x1), 2 * conv(16 + round, 1x1)]";
    assert_eq!(channels(nested, ""), [8, 16, 17, 9, 16, 17]);
    let passed = "block unit(n) { input -> n * conv(n * 8 + round, 1x1) }";
    assert_eq!(channels("input -> 2 * unit(round + 1)", passed), [8, 16, 17]);
    let shadowed = "block unit(round) { input -> 2 * conv(round, 1x1) }";
    assert_eq!(channels("input -> 2 * unit(8)", shadowed), [8, 8, 8, 8]);
}

#[test]
fn places_share_the_probability_of_a_dropped_path() {
    let p = |program: &str| match op(program) {
        Op::PerImage(layer) => format!("{layer:?}"),
        op => format!("{op:?}"),
    };
    assert_eq!(p("input -> drop_path(0.2)"), "Dropout { unit: Image, p: 0.2 }");
    assert_eq!(p("input -> drop_path(0.2, 3, of = 12)"), "Dropout { unit: Image, p: 0.05 }");
    assert_eq!(p("input -> drop_path(0.2, 0, of = 12)"), "Dropout { unit: Image, p: 0.0 }");
}

#[test]
fn defaults_are_pytorchs() {
    let window = Window { kernel: [3, 3], stride: [1, 1], padding: [1, 1], dilation: [1, 1] };
    assert_eq!(
        op("input -> conv(8, 3x3)"),
        Op::Conv(Conv { window, groups: 1, bias: true, init: Init::HeNormal, flat: false })
    );
    assert_eq!(
        op("input -> batch_norm"),
        Op::BatchNorm(BatchNorm { momentum: 0.1, eps: 1e-5, scale: true, shift: true })
    );
    assert_eq!(op("input -> leaky_relu"), Op::Activation(Activation::LeakyRelu(0.01)));
    let pool = Pool { kernel: [2, 2], stride: [2, 2], padding: [0, 0], ceil: false };
    assert_eq!(op("input -> max_pool(2)"), Op::per_image(MaxPool(pool)));
    assert_eq!(op("input -> avg_pool(2x2)"), Op::per_image(AvgPool { pool, count_padding: true }));
    assert_eq!(op("input -> pad(1x2)"), Op::per_image(Pad { amount: [1, 2], mode: PadMode::Zeros }));
    assert_eq!(op("input -> dropout(0.5)"), Op::per_image(Dropout::of(DropoutUnit::Number, 0.5)));
    let network = body("input -> relu");
    let linear = Op::Linear(Linear { outputs: 10, bias: true, init: Init::LecunUniform });
    assert_eq!(network.nodes.last().map(|node| node.op.clone()), Some(linear));
}

#[test]
fn arguments_by_place_and_by_name() {
    let window = Window { kernel: [1, 7], stride: [2, 1], padding: [0, 3], dilation: [1, 1] };
    let conv = Op::Conv(Conv { window, groups: 3, bias: false, init: Init::Zeros, flat: false });
    assert_eq!(op("input -> conv(6, 1x7, 2x1, groups = 3, bias = false, init = zeros)"), conv);
    // `0x3` lexes as a hexadecimal number and means no rows and three columns.
    assert_eq!(
        op("input -> conv(6, kernel = 1x7, stride = 2x1, padding = 0x3, groups = 3, bias = false, init = zeros)"),
        conv
    );
    let dilated = Window { kernel: [3, 3], stride: [1, 1], padding: [2, 2], dilation: [2, 2] };
    assert_eq!(
        op("input -> conv(6, 3, dilation = 2)"),
        Op::Conv(Conv { window: dilated, groups: 1, bias: true, init: Init::HeNormal, flat: false })
    );
}

#[test]
fn output_sizes_round_down() {
    assert_eq!(shape("input -> conv(8, 3x3)"), [8, 32, 32]);
    assert_eq!(shape("input -> conv(8, 3x3, stride = 2)"), [8, 16, 16]);
    assert_eq!(shape("input -> conv(8, 3x3, padding = valid)"), [8, 30, 30]);
    assert_eq!(shape("input -> conv(8, 5x3, 3, padding = 1)"), [8, 10, 11]);
    assert_eq!(shape("input -> conv(8, 3x3, dilation = 2, padding = valid)"), [8, 28, 28]);
    assert_eq!(shape("input -> max_pool(3, stride = 2)"), [3, 15, 15]);
    assert_eq!(shape("input -> max_pool(3, stride = 2, padding = same)"), [3, 16, 16]);
    assert_eq!(shape("input -> pad(2x1)"), [3, 36, 34]);
    assert_eq!(shape("input || input -> || input"), [9, 32, 32]);
    assert_eq!(shape("input -> shortcut(8, 3, option = a)"), [8, 11, 11]);
    assert_eq!(shape("input -> conv(5, 1x1, stride = 5x7)"), [5, 7, 5]);
}

#[test]
fn automatic_bias_is_none_before_batch_norms_only() {
    let biases = |program: &str| -> Vec<bool> {
        let nodes = body(program).nodes;
        nodes.iter().filter_map(|node| if let Op::Conv(conv) = &node.op { Some(conv.bias) } else { None }).collect()
    };
    assert_eq!(biases("input -> conv(8, 3x3) -> batch_norm -> conv(8, 3x3)"), [false, true]);
    assert_eq!(biases("input -> conv(8, 3x3, bias = true) -> batch_norm"), [true]);
    assert_eq!(biases("input -> conv(8, 3x3, bias = false)"), [false]);
    // The value is also added without a norm, where a bias has an effect.
    assert_eq!(biases("input -> a: conv(8, 3x3) -> batch_norm -> + a"), [true]);
    assert_eq!(biases("input -> a: conv(8, 3x3) -> batch_norm -> + (a -> batch_norm)"), [false]);
    assert_eq!(biases("input -> conv(8, 3x3, activation = relu) -> batch_norm"), [true]);
}

#[test]
fn names_stand_for_values() {
    let network = body("input -> stem: conv(8, 3x3) -> relu -> + stem -> + stem");
    assert_eq!(inputs(&network, 3), [2, 1]);
    assert_eq!(inputs(&network, 4), [3, 1]);
    let network = body("let a = input -> conv(8, 3x3); let b = a -> relu; a + b + a");
    assert_eq!(inputs(&network, 3), [1, 2, 1]);
    // A label with an activation names the activated value, a block's label its result.
    let network = body("input -> a: conv(8, 3x3, activation = relu) -> tanh -> + a -> b: basic(8) -> relu -> + b");
    assert_eq!(inputs(&network, 4), [3, 2]);
    assert_eq!(inputs(&network, 8), [7, 6]);
}

#[test]
fn blocks_take_parameters_of_every_kind() {
    let program = "
        struct Net(3x16x16) -> 10 { input -> unit(8, 1x3, act = tanh) -> unit(8, bias = true, rate = 0.25) -> flatten -> linear(10) }
        block unit(filters, kernel = 3x3, wide = filters * 2 - 1, act = relu, bias = auto, rate = 0.5) {
            input -> conv(wide, kernel, bias = bias, activation = act) -> dropout(rate) -> conv(filters, 1x1)
        }";
    let network = network(program);
    assert_eq!(network.nodes[1].shape.channels, 15);
    assert!(matches!(&network.nodes[1].op, Op::Conv(conv) if conv.window.kernel == [1, 3]));
    assert_eq!(network.nodes[2].op, Op::Activation(Activation::Tanh));
    assert_eq!(network.nodes[3].op, Op::per_image(Dropout::of(DropoutUnit::Number, 0.5)));
    assert_eq!(network.nodes[6].op, Op::Activation(Activation::Relu));
    assert_eq!(network.nodes[7].op, Op::per_image(Dropout::of(DropoutUnit::Number, 0.25)));
}

#[test]
fn counts_may_be_parameters_and_arithmetic() {
    let network = network(
        "struct Net(3x8x8) -> 10 { input -> stage(8, 3) -> global_avg_pool -> flatten -> linear(10) }
         block stage(filters, n) { input -> n * conv((filters + 8) / 2, 3x3) -> (n - 1) * relu }",
    );
    assert_eq!(network.nodes.iter().filter(|node| matches!(node.op, Op::Conv(_))).count(), 3);
    assert_eq!(network.nodes.iter().filter(|node| matches!(node.op, Op::Activation(_))).count(), 2);
}

#[test]
fn unused_values_are_no_part_of_the_network() {
    let program = "struct Net(3x8x8) -> 10 { let lost = input -> conv(8, 3x3); input -> flatten -> linear(10) }
        block never(n, m = 2) { input -> conv(n, 3x3) }";
    let read = front(program);
    assert!(read.errors.is_empty(), "{}", messages(program));
    let uses = |mentions: &[Mention], name: &str| {
        mentions.iter().any(|mention| matches!(mention, Mention::Use(_, definition) if definition == name))
    };
    // A block that is never called comes first, as a separate body.
    let (block, network) = (&read.ide_hints.networks[0], &read.ide_hints.networks[1]);
    assert_eq!(
        [uses(network, "lost"), uses(network, "never"), uses(block, "m"), uses(block, "n")],
        [false, false, false, true]
    );
    let network = read.structs[0].network.as_ref().map(|network| network.nodes.len());
    assert_eq!(network, Some(3));
}

#[test]
fn attributes_and_visibility_pass_through() {
    let read = front(
        "/// Docs.
         #[derive(Clone)] #[cfg(all())] pub(crate) struct A(3x8x8) -> 2 { input -> flatten -> linear(2) }
         struct B(1x4x4) -> 3 { input -> flatten -> linear(3) -> softmax }",
    );
    assert!(read.errors.is_empty());
    let [a, b] = &read.structs[..] else { panic!("two structs") };
    assert_eq!(a.vis.to_string(), "pub (crate)");
    assert_eq!(a.cfgs.to_string(), "# [cfg (all ())]");
    assert!(a.attrs.to_string().contains("Docs.") && a.attrs.to_string().contains("derive"));
    let ports = |checked: &CheckedStruct| (only(&checked.inputs), only(&checked.outputs));
    assert_eq!(ports(a), (Shape::map([3, 8, 8]), Shape::vector(2)));
    assert_eq!(ports(b), (Shape::map([1, 4, 4]), Shape::vector(3)));
    assert!(b.vis.is_empty() && b.attrs.is_empty());
}

#[test]
fn structs_survive_errors() {
    let read = front(
        "pub struct A(3x8x8) -> 2 { input -> cnov(3) } struct B(3x) -> { } struct C(1x8x8) -> 4 { input -> flatten -> linear(4) }",
    );
    assert_eq!(read.structs.len(), 3);
    assert!(read.structs.iter().all(|checked| checked.network.is_none()));
    assert_eq!(only(&read.structs[2].inputs), Shape::map([1, 8, 8]));
}

#[test]
fn fragments_of_macro_rules_arrive_in_invisible_groups() {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    let invisible = |text: &str| {
        let stream: TokenStream = text.parse().unwrap_or_else(|error| panic!("{error}"));
        TokenTree::from(Group::new(Delimiter::None, stream))
    };
    fn replace(stream: TokenStream, with: &dyn Fn(&str) -> Option<TokenTree>) -> TokenStream {
        let trees = stream.into_iter().map(|tree| match tree {
            TokenTree::Ident(ident) => with(&ident.to_string()).unwrap_or(TokenTree::Ident(ident)),
            TokenTree::Group(group) => TokenTree::from(Group::new(group.delimiter(), replace(group.stream(), with))),
            other => other,
        });
        trees.collect()
    }
    let program: TokenStream = "VIS struct NAME SHAPE -> CLASSES { input -> LABEL: conv(FILTERS * 2, KERNEL, STRIDE) -> ROUNDS * WORD -> STEP -> + OPERAND -> flatten -> linear(CLASSES) }"
        .parse()
        .unwrap_or_else(|error| panic!("{error}"));
    let with = |name: &str| {
        Some(invisible(match name {
            "VIS" => "pub(crate)",
            "NAME" => "Net",
            "CLASSES" => "10",
            "LABEL" | "OPERAND" => "stem",
            "FILTERS" => "4 + 4",
            "KERNEL" => "3x3",
            "STRIDE" => "stride = 2",
            "ROUNDS" => "2",
            "WORD" => "relu",
            "STEP" => "conv(16, 1x1)",
            "SHAPE" => "(3x32x32)",
            _ => return None,
        }))
    };
    let read = super::read(replace(program, &with));
    let facts: Vec<String> = read.errors.iter().map(|error| error.message()).collect();
    assert!(facts.is_empty(), "{facts:?}");
    let network =
        read.structs[0].network.as_ref().map(|network| (network.nodes[1].shape, network.nodes[1].path.clone()));
    let shape = crate::ir::Shape { channels: 16, height: 16, width: 16, flat: false };
    assert_eq!(network, Some((shape, "stem".to_string())));
}

#[test]
fn a_sum_of_more_maps_than_the_runtime_adds_at_once() {
    let network = body(&format!("let a = input -> conv(16, 3x3); {} -> relu", vec!["a"; 200].join(" + ")));
    let sums: Vec<usize> =
        network.nodes.iter().filter(|node| node.op == Op::Add).map(|node| node.inputs.len()).collect();
    assert_eq!(sums, [64, 64, 64, 11]);
    assert_eq!(sums.iter().sum::<usize>() - (sums.len() - 1), 200);
}
