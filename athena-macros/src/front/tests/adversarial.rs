//! Programs that are made to be slow: huge counts, deep nesting, long chains. Each is expanded within a second, and the result is valid Rust.

use super::mutation::survives;
use super::network;
use crate::ir::Op;
use proc_macro2::TokenStream;
use std::str::FromStr;

/// A network of this body.
fn net(body: &str) -> String {
    format!("struct A(3x8x8) -> 10 {{ {body} }}")
}

/// A network that classifies what this chain makes.
fn classified(chain: &str) -> String {
    net(&format!("{chain} -> flatten -> linear(10)"))
}

/// A network that calls the first of a number of blocks. Each block calls the next one; the last does nothing.
fn with_blocks(count: usize, body: &str) -> String {
    format!("{} {}", classified("input -> b0()"), blocks(count, body))
}

fn blocks(count: usize, body: &str) -> String {
    let chain = (0..count).map(|at| format!("block b{at}() {}", body.replace("NEXT", &(at + 1).to_string())));
    chain.chain([format!("block b{count}() {{ input }}")]).collect()
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("v{at}")).collect()
}

fn lets(count: usize) -> String {
    names(count).iter().map(|name| format!("let {name} = input -> relu;")).collect()
}

fn survive(programs: &[String]) {
    for program in programs {
        let start: String = program.chars().take(100).collect();
        let tokens = TokenStream::from_str(program).unwrap_or_else(|error| panic!("{error}: {start}"));
        println!("{:?}: {start}", survives(tokens));
    }
}

#[test]
fn deep_programs() {
    let nested = |open: &str, close: &str| format!("{}input{}", open.repeat(5_000), close.repeat(5_000));
    survive(&[
        net(&format!("{} -> relu", nested("(", ")"))),
        net(&format!("input -> {}", nested("[", "]"))),
        net(&format!("input -> conv({}, 1)", nested("(", ")"))),
        net(&format!("input -> conv({}1, 1)", "-".repeat(50_000))),
        with_blocks(3_000, "{ input -> bNEXT() }"),
        with_blocks(60, "{ input -> bNEXT() -> bNEXT() }"),
        with_blocks(60, "{ (input -> bNEXT()) + (input -> bNEXT()) }"),
        with_blocks(60, "{ let a = input -> bNEXT(); let b = a -> bNEXT(); a + b }"),
        with_blocks(60, "{ input -> 9999999999 * bNEXT() }"),
        with_blocks(60, "{ input -> + (input -> conv(8, 3x3, 2)) -> bNEXT() }"),
        format!("{} {}", classified("input"), blocks(3_000, "{ input -> bNEXT() -> bNEXT() }")),
    ]);
}

#[test]
fn many_rounds() {
    survive(&[
        classified("input -> 1000000000 * relu"),
        classified("input -> 1000000000 * [1000000000 * relu]"),
        classified("input -> 1000000000 * r") + "block r() { input }",
        net("input -> 1000000000 * []"),
        net(&format!("input -> {}relu", "2 *".repeat(20_000))),
        classified("input -> 60 * r") + "block r() { input || input }",
        classified("input -> 15 * r -> conv(8, 1)") + "block r() { input -> conv(1000000, 1) -> || input }",
        classified("input -> conv(8, 3x3) -> 1800 * r") + "block r() { input -> + (input -> conv(8, 3x3, 2)) }",
        net("input -> pad(1024) -> conv(8, 1023x1023, padding = 1024, dilation = 2) -> max_pool(1024, 1, 512)"),
        "struct A(65536x65536x65536) -> 10 { input -> conv(1048576, 1023x1023) -> flatten -> linear(10) }".to_string(),
    ]);
}

#[test]
fn large_maps() {
    let budget = "#[budget(parameters <= 1, macs <= 1, inference <= 1 B, training <= 1 B)]";
    survive(&[
        classified(&format!("input {}", "-> upsample(1024)".repeat(100))),
        classified(&format!(
            "input {}",
            "-> conv_transpose(8, 1024, stride = 1024, dilation = 1024, output_padding = 1023)".repeat(20)
        )),
        classified("input -> upsample(2x1) -> 900 * [upsample(2x1), max_pool(2x1)]"),
        classified("input -> conv(1048576, 1) -> channel_shuffle(1048576) -> slice(1048575, 1048576)"),
        classified("input -> 2000 * [adaptive_avg_pool(1024), global_max_pool]"),
        classified(
            "input -> conv(8, 1) -> 1000 * [slice(0, 4), conv_transpose(8, 2), channel_shuffle(4), layer_norm, scale(-1)]",
        ),
        classified("input -> conv(8, 3x3) -> 1000 * r")
            + "block r() { input -> + (input -> conv_transpose(8, 3, 2) -> drop_path(0.5)) }",
        classified("input -> slice(0, 0) -> slice(2, 1) -> slice(0, 99) -> channel_shuffle(2) -> group_norm(7)"),
        format!("{budget} {}", classified("input -> 1500 * [conv(8, 3x3), batch_norm, relu]")),
        format!(
            "{budget} {}",
            classified("input -> conv(8, 3x3) -> 300 * r") + "block r() { input -> || input -> slice(0, 8) }"
        ),
    ]);
}

#[test]
fn long_programs() {
    let joined = |sign: &str, count: usize| vec!["input"; count].join(sign);
    survive(&[
        classified(&joined("+", 49_000)),
        classified(&joined("||", 49_000)),
        classified(&vec![format!("({})", joined("+", 100)); 64].join("+")),
        classified(&format!("input{}", "-> relu".repeat(30_000))),
        classified(&format!("input{}", "-> conv(8, 3x3)".repeat(10_000))),
        net(&format!("input -> conv(1{}, 1)", "+1".repeat(49_000))),
        net(&format!("input -> conv({}, 1)", "9".repeat(100_000))),
        classified(&format!("input -> {}", "x".repeat(100_000))),
        classified(&format!("{} {}", lets(3_000), names(3_000).join("+"))),
        classified(&format!("{} input", lets(3_000))),
    ]);
}

#[test]
fn many_mistakes() {
    let long = |letter: &str| letter.repeat(300);
    let long_lets: String = (0..1_000).map(|at| format!("let {}{at} = input;", long("x"))).collect();
    let far = format!("input -> stem: conv(8, 3x3) -> 2000 * relu -> conv(16, 3x3) {}", "-> + stem".repeat(1_200));
    let networks =
        (0..500).map(|at| format!("struct A{at}(3x8x8) -> 10 {{ input -> cnov -> + stme -> linear(1, 3, 4) }}"));
    let arguments: Vec<String> = names(4_000).iter().map(|name| format!("{name} = 1")).collect();
    survive(&[
        classified(&format!("{} {}", lets(300), vec!["w7"; 3_000].join("+"))),
        classified(&format!("{long_lets} {}", vec![long("y"); 1_000].join("+"))),
        classified(&format!("input{}", "-> cnov(8, 3x3)".repeat(5_000))),
        classified(&far),
        networks.collect(),
        format!("{} {}", classified("input"), "block b() { input }".repeat(1_000)),
        format!("{} block b({}) {{ input }}", classified("input"), vec!["a"; 4_000].join(",")),
        classified(&format!("input {}", "-> a: relu".repeat(4_000))),
        net(&format!("input -> conv({})", vec!["3x3"; 4_000].join(","))),
        net(&format!("input -> conv({})", arguments.join(","))),
        net(&"relu ".repeat(4_000)),
        net(&format!("input -> relu{}", "::relu".repeat(4_000))),
        net(&format!("input -> {}", "[relu]".repeat(4_000))),
        net(&format!("input -> {}", "+".repeat(4_000))),
        "fn input struct pub block # ( )".repeat(500),
    ]);
}

/// The largest programs that are accepted.
#[test]
#[ignore = "seconds, if optimised: cargo test --release -p athena-macros --lib large_networks -- --ignored --nocapture"]
fn large_networks() {
    let uncalled: String = (0..5_000).map(|at| format!("block c{at}(n = 1) {{ input -> conv(n, 1) }}")).collect();
    let networks = (0..1_000).map(|at| format!("struct A{at}(3x8x8) -> 10 {{ input -> flatten -> linear(10) }}"));
    survive(&[
        classified("input -> 6400 * conv(8, 3x3)"),
        classified("input -> 6400 * dropout(0.5)"),
        classified("input -> 1600 * [conv(8, 3x3), batch_norm, relu]"),
        classified("input -> 2300 * r") + "block r() { input -> + input }",
        classified("input -> 300 * r") + "block r() { input -> conv(8, 3x3) -> || input }",
        classified(&vec!["input"; 6_400].join("+")),
        classified(&vec!["input"; 6_400].join("||")),
        format!("{} {uncalled}", classified("input")),
        networks.collect(),
    ]);
}

/// ResNet-1202 of He et al. (2016), the deepest published network, is accepted.
#[test]
fn the_deepest_known_network_is_not_too_deep() {
    let program = "struct ResNet1202(3x32x32) -> 10 {
            input -> conv(16, 3x3) -> batch_norm -> relu
                -> 200 * basic(16) -> down(32) -> 199 * basic(32) -> down(64) -> 199 * basic(64)
                -> global_avg_pool -> flatten -> linear(10)
        }
        block basic(filters) {
            input -> conv(filters, 3x3) -> batch_norm -> relu -> conv(filters, 3x3) -> batch_norm -> + input -> relu
        }
        block down(filters) {
            let side = input -> shortcut(filters, 2, a);
            input -> conv(filters, 3x3, 2) -> batch_norm -> relu -> conv(filters, 3x3) -> batch_norm -> + side -> relu
        }";
    let network = network(program);
    let convolutions = network.nodes.iter().filter(|node| matches!(node.op, Op::Conv(_))).count();
    assert_eq!(convolutions, 1201);
}
