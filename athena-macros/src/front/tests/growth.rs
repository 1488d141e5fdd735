//! The time of an expansion grows linearly with the program, whatever it consists of. Programs of any size are expanded or refused quickly.

use super::clock;
use super::{front, messages, network};
use crate::expand;
use crate::front::Author;
use crate::ir::Shape;
use crate::lower::MOST_STEPS;
use crate::parse::MOST_PARAMS;
use crate::parse::tokens::{MOST_LETTERS, MOST_TOKENS};
use proc_macro2::{TokenStream, TokenTree};
use std::str::FromStr;
use std::time::Duration;

/// The error of a measurement.
const NOISE: Duration = Duration::from_millis(30);

/// A name, and a function that makes a program with a number of parts.
type Kind = (&'static str, fn(usize) -> String);

/// A network of this body.
fn net(body: &str) -> String {
    format!("struct A(3x8x8) -> 10 {{ {body} }}")
}

/// A network that classifies what this body makes.
fn classified(body: &str) -> String {
    net(&format!("{body} -> flatten -> linear(10)"))
}

/// Repeats a part. `@` stands for its number, `%` for the next number.
fn parts(count: usize, part: &str) -> String {
    (0..count).map(|at| part.replace('@', &at.to_string()).replace('%', &(at + 1).to_string())).collect()
}

const SOUND: &[Kind] = &[
    ("steps", |size| classified(&format!("input {}", "-> conv(8, 3x3) ".repeat(size.min(MOST_STEPS - 100))))),
    ("steps of one's own", |size| classified(&format!("input {}", "-> crate::Mish(0.5, f(1)) ".repeat(size / 2)))),
    ("a sum", |size| classified(&format!("input {}", "+ input ".repeat(size.min(MOST_STEPS - 100))))),
    ("joined channels", |size| classified(&format!("input {}", "|| input ".repeat(size.min(MOST_STEPS - 100))))),
    ("sums", |size| classified(&format!("input {}", "-> + input ".repeat(size / 2)))),
    ("labels", |size| classified(&format!("input {}", parts(size, "-> a@: relu ")))),
    ("values", |size| classified(&format!("{} input", parts(size, "let a@ = input -> relu; ")))),
    ("values that are used", |size| {
        classified(&format!("{} input {}", parts(size / 2, "let a@ = input; "), parts(size / 2, "+ a@ ")))
    }),
    ("parentheses", |size| classified(&format!("input {}", parts(size / 2, "+ (input -> relu) ")))),
    ("nested parentheses", |size| {
        let nested = format!("{}input{}", "(".repeat(50), " -> relu)".repeat(50));
        classified(&format!("input {}", format!("+ {nested} ").repeat(size / 100)))
    }),
    ("lists", |size| classified(&format!("input {}", parts(size / 2, "-> [relu, relu] ")))),
    ("a list", |size| classified(&format!("input -> [relu{}]", ", relu".repeat(size)))),
    ("calls", |size| {
        let blocks = parts(size, "block b@(n = 8) { input -> conv(n, 3x3) } ");
        format!("{} {blocks}", classified(&format!("input {}", parts(size, "-> b@ "))))
    }),
    ("calls in calls", |size| {
        let blocks = parts(size, "block b@() { input -> relu -> relu } ");
        let groups = (0..size / 50).map(|group| {
            format!("block g{group}() {{ input {} }} ", "-> b@ ".replace('@', &group.to_string()).repeat(50))
        });
        format!(
            "{} {blocks} {}",
            classified(&format!("input {}", parts(size / 50, "-> g@ "))),
            groups.collect::<String>()
        )
    }),
    ("blocks that nothing calls", |size| {
        format!("{} {}", classified("input"), parts(size, "block b@(n = 1) { input -> conv(n, 1) } "))
    }),
    ("networks", |size| parts(size / 2, "struct A@(3x8x8) -> 10 { input -> flatten -> linear(10) } ")),
    ("frozen networks", |size| {
        parts(size / 2, "#[freeze(fc)] struct A@(3x8x8) -> 10 { input -> flatten -> fc: linear(10) -> linear(10) } ")
    }),
    ("networks with budgets", |size| {
        parts(size / 2, "#[budget(macs <= 1_920)] struct A@(3x8x8) -> 10 { input -> flatten -> linear(10) } ")
    }),
    ("attributes", |size| format!("{}{}", "#[derive(Clone)] ".repeat(size), classified("input"))),
    ("documentation", |size| format!("{}{}", "/// A network.\n".repeat(size), classified("input"))),
    ("terms", |size| classified(&format!("input -> conv(8{}, 1)", "+1-1".repeat(size)))),
    ("a network of 60 steps with many letters", |size| {
        let name = "a".repeat(MOST_LETTERS);
        classified(&format!("input {}", format!("-> {name}: 60 * relu ").repeat(1) + &"-> relu ".repeat(size)))
    }),
];

/// Kinds of programs whose error is that of a limit.
const BOUNDED: &[Kind] = &[
    ("calls that double", |size| {
        format!(
            "{} {} block b{size}() {{ input }}",
            classified("input -> b0"),
            parts(size, "block b@() { input -> b% -> b% } ")
        )
    }),
    ("rounds of rounds", |size| {
        classified(&format!("input -> {}relu{}", "20 * [".repeat(60), "]".repeat(60)))
            + &parts(size, "block b@() { input } ")
    }),
    ("rounds of calls", |size| {
        format!(
            "{} {} block b{size}() {{ input }}",
            classified("input -> 20 * b0"),
            parts(size, "block b@() { input -> 20 * b% } ")
        )
    }),
    ("a product", |size| classified(&format!("input -> {}relu", "20 * ".repeat(size)))),
    ("rounds of arithmetic", |size| classified(&format!("input -> 6000 * conv(8{}, 1)", "+1-1".repeat(size)))),
    ("rounds of one's own", |size| classified(&format!("input -> 6000 * crate::Mish({})", "1, ".repeat(size)))),
    ("networks that are too large", |size| {
        parts(size / 2, "struct A@(3x8x8) -> 10 { input -> 7000 * relu -> flatten -> linear(10) } ")
    }),
    ("parameters", |size| {
        format!("{} block b({}) {{ input }}", classified("input -> 6000 * b"), parts(size, "a@ = 1, "))
    }),
    ("a number", |size| net(&format!("input -> conv({}, 1)", "9".repeat(size * 20)))),
    ("a string", |size| net(&format!("input -> conv(\"{}\", 1)", "a".repeat(size * 20)))),
    ("a name", |size| classified(&format!("input -> {}", "a".repeat(size * 20)))),
    ("a repeated name", |size| classified(&format!("input -> {}: 6000 * relu", "a".repeat(size * 20)))),
    ("brackets", |size| net(&format!("input -> {}relu{}", "[".repeat(size), "]".repeat(size)))),
];

const MISTAKES: &[Kind] = &[
    ("one unknown layer", |size| classified(&format!("input {}", "-> cnov(8, 3x3) ".repeat(size)))),
    ("unknown layers", |size| classified(&format!("input {}", parts(size, "-> nothing@ ")))),
    ("unknown layers beside blocks like them", |size| {
        let blocks = parts(size / 2, "block basic@() { input } ");
        format!("{} {blocks}", classified(&format!("input {}", parts(size / 2, "-> basci@ -> basci@ "))))
    }),
    ("one unknown name", |size| {
        classified(&format!("{} input {}", parts(size / 2, "let v@ = input; "), "+ w7 ".repeat(size / 2)))
    }),
    ("unknown names", |size| {
        classified(&format!("{} input {}", parts(size / 2, "let v@ = input; "), parts(size / 2, "+ w@ ")))
    }),
    ("unknown numbers", |size| {
        let params = parts(MOST_PARAMS, "a@, ");
        format!("{} block b({params}) {{ input {} }}", classified("input"), parts(size, "-> conv(b@, 3x3) "))
    }),
    ("one name for many labels", |size| classified(&format!("input {}", "-> a: relu ".repeat(size)))),
    ("names that are taken", |size| {
        classified(&format!("input {} {}", parts(size / 2, "-> a@: relu "), parts(size / 2, "-> a@: relu ")))
    }),
    ("one name for many values", |size| classified(&format!("{} input", "let a = input; ".repeat(size)))),
    ("one name for many blocks", |size| format!("{} {}", classified("input"), "block b() { input } ".repeat(size))),
    ("one name for many networks", |size| "struct A(3x8x8) -> 10 { input -> flatten -> linear(10) } ".repeat(size / 2)),
    ("arguments that are given twice", |size| net(&format!("input -> conv(8, 3x3 {})", ", stride = 1".repeat(size)))),
    ("arguments that there are not", |size| net(&format!("input -> conv(8, 3x3 {})", parts(size, ", a@ = 1")))),
    ("too many arguments", |size| net(&format!("input -> conv({})", "3x3, ".repeat(size)))),
    ("arguments of an unknown layer", |size| net(&format!("input -> nothing({})", parts(size, "a = @, ")))),
    ("names behind names", |size| net(&format!("input -> conv(8, stride = 1 {})", ", 3".repeat(size)))),
    ("parameters of one name", |size| format!("{} block b({}) {{ input }}", classified("input"), "a, ".repeat(size))),
    ("a circle of calls", |size| {
        format!(
            "{} {} block b{size}() {{ input -> b0 }}",
            classified("input -> b0"),
            parts(size, "block b@() { input -> b% } ")
        )
    }),
    ("circles of calls", |size| {
        format!(
            "{} {} block b{size}() {{ input }}",
            classified("input -> b0"),
            parts(size, "block b@() { input -> b@ -> b0 -> b% } ")
        )
    }),
    ("frozen networks with mistakes", |size| {
        parts(size / 2, "#[freeze(layer@)] struct A@(3x8x8) -> 10 { input -> cnov -> flatten -> fc: linear(10) } ")
    }),
    ("networks over their budgets", |size| {
        parts(size / 2, "#[budget(macs <= 5)] struct A@(3x8x8) -> 10 { input -> flatten -> linear(10) } ")
    }),
    ("budgets of a network", |size| {
        format!("{}{}", "#[budget(macs <= 5, macs <= 6)] ".repeat(size / 4), classified("input"))
    }),
    ("shapes that do not fit", |size| {
        classified(&format!("input {}", "-> + (input -> conv(8, 3x3, 2)) ".repeat(size / 2)))
    }),
    ("items without bodies", |size| parts(size, "struct A@(3x8x8) -> 10 ")),
    ("words between two values", |size| net(&format!("input -> conv({})", "3 ".repeat(size)))),
    ("names without a value", |size| net(&parts(size, "let a@ b "))),
    ("calls of calls", |size| net(&format!("(a){}", "(a)".repeat(size)))),
    ("indices", |size| net(&format!("input -> relu{}", "[0]".repeat(size)))),
    ("a frozen path", |size| {
        let blocks = parts(60, "block b@() { input -> a: b% } ");
        let freeze = format!("#[freeze({}c)]", "**.a.".repeat(size));
        format!("{freeze} {} {blocks} block b60() {{ input -> a: conv(8, 3x3) }}", classified("input -> a: b0"))
    }),
    ("returns", |size| net(&"* return ".repeat(size * 2))),
    ("colons", |size| net(&format!("input -> {} relu", ":: ".repeat(size)))),
    ("members", |size| net(&format!("{}input{}", "self.a(".repeat(50), ")".repeat(50))) + &".a".repeat(size)),
];

/// Words, signs and brackets that the parser looks at.
const WORDS: &[&str] = &[
    "relu",
    "a",
    "input",
    "let",
    "block",
    "struct",
    "pub",
    "conv",
    "3",
    "3x3",
    "\"s\"",
    "for",
    "if",
    "return",
    "fn",
    "const",
    "x",
    "not",
    "freeze",
    "nn",
    "add",
    "crate",
    "self",
    "Conv2d",
    "sequential",
    "times",
    "as",
    "mut",
    "else",
    "None",
    ",",
    ";",
    "->",
    "=",
    "|",
    "||",
    "#",
    "(a)",
    "(3)",
    "(3, 3x3)",
    "()",
    "[]",
    "[relu]",
    "[0]",
    "{}",
    "{relu}",
    "#[a]",
    "#[freeze(a)]",
    "budget",
    "macs <= 5",
    "2 MiB",
    "#[budget(macs <= 5)]",
    "upsample(2)",
    "slice(0, 2)",
    ":",
    "::",
    ".",
    "+",
    "*",
    "-",
    "/",
    "<",
    ">",
    "!",
    "?",
    "(a, b)",
    "= a",
    "let a = b;",
    "-> relu",
    ": relu",
    "x1: relu ->",
    "(input -> relu)",
    "[relu, relu]",
    "2 *",
    "block c() { input }",
];

/// Programs with a run of tokens at all places where it can stand.
fn places(run: &str) -> [String; 14] {
    [
        run.to_string(),
        net(run),
        net(&format!("let v = {run}; input")),
        classified(&format!("input -> {run}")),
        net(&format!("input -> conv({run})")),
        net(&format!("input + {run}")),
        net(&format!("input -> [{run}]")),
        net(&format!("({run})")),
        format!("{} block b({run}) {{ input }}", net("input -> b(1)")),
        format!("#[freeze({run})] {}", net("input")),
        format!("#[budget({run})] {}", net("input")),
        format!("struct A({run}) -> 10 {{ input }}"),
        format!("struct A(3x8x8) {run} {{ input }}"),
        net(&format!("input -> crate::Mish({run})")),
    ]
}

/// The time to expand a program: the shortest of some tries.
fn time(program: &str, tries: usize) -> Duration {
    let start: String = program.chars().take(100).collect();
    let tokens = TokenStream::from_str(program).unwrap_or_else(|error| panic!("{error}: {start}"));
    let once = |_| {
        let begin = clock::now();
        let output = expand(&quote::quote!(::athena), tokens.clone(), Author::User);
        let time = clock::now() - begin;
        drop(output);
        time
    };
    (0..tries).map(once).min().unwrap_or_default()
}

/// Checks that the time grows linearly for each kind of program, up to `size` parts.
fn grows_linearly(size: usize, limit: Duration) {
    for (kind, program) in [SOUND, BOUNDED, MISTAKES].concat() {
        let (half, whole) = (time(&program(size / 2), 2), time(&program(size), 2));
        println!("{kind}: {half:?}, {whole:?}");
        assert!(whole < limit, "{kind}: {whole:?}");
        assert!(whole <= half * 5 / 2 + NOISE, "{kind}: {half:?}, and twice of it {whole:?}");
    }
}

#[test]
fn sound_kinds_are_sound() {
    for (kind, program) in SOUND {
        assert_eq!(messages(&program(200)), "", "{kind}");
    }
}

#[test]
fn twice_the_program_takes_twice_as_long() {
    grows_linearly(1_000, clock::LIMIT);
}

#[test]
#[ignore = "a minute: cargo test --release -p athena-macros --lib growth -- --ignored --nocapture"]
fn twice_a_large_program_takes_twice_as_long() {
    // 6,000 convolutions are nearly the largest network; all other programs take a fraction of its time.
    grows_linearly(6_000, 3 * clock::LIMIT);
}

#[test]
fn any_word_may_stand_anywhere_any_number_of_times() {
    for word in WORDS {
        for program in places(&format!("{word} ").repeat(400)) {
            let time = time(&program, 1);
            assert!(time < clock::LIMIT / 10, "{word}: {time:?}");
        }
    }
}

#[test]
#[ignore = "minutes: cargo test --release -p athena-macros --lib growth -- --ignored --nocapture"]
fn any_two_words_may_stand_anywhere_any_number_of_times() {
    for first in WORDS {
        for second in WORDS {
            for program in places(&format!("{first} {second} ").repeat(2_000)) {
                let time = time(&program, 1);
                assert!(time < clock::LIMIT / 4, "{first} {second}: {time:?}");
            }
        }
    }
}

#[test]
fn what_is_bounded_says_so() {
    for (kind, fact) in [
        ("calls that double", "more than 64 blocks and brackets inside one another"),
        ("rounds of rounds", "the network has more than 6500 steps"),
        ("rounds of arithmetic", "the steps written out have more than 1000000 arguments and numbers"),
        ("rounds of one's own", "the steps written out have more than 1000000 arguments and numbers"),
        ("networks that are too large", "the network has more than 6500 steps"),
        ("parameters", "a block with more than 100 parameters"),
        ("a name", "a name of more than 256 letters"),
        ("brackets", "brackets nested more than 64 deep"),
    ] {
        let program =
            BOUNDED.iter().find(|(name, _)| *name == kind).map(|(_, program)| program(500)).unwrap_or_default();
        let errors = front(&program).errors;
        assert!(
            errors.iter().any(|error| error.fact == fact),
            "{kind}: {:?}",
            errors.iter().map(|error| &error.fact).collect::<Vec<_>>()
        );
    }
}

/// How many tokens a program has, brackets counted one by one.
fn count(stream: TokenStream) -> usize {
    let tokens = stream.into_iter().map(|tree| match tree {
        TokenTree::Group(group) => count(group.stream()) + 2,
        _ => 1,
    });
    tokens.sum()
}

#[test]
fn a_program_of_too_many_tokens_is_answered_at_once() {
    let body = classified(&format!("input {}", "-> relu ".repeat(MOST_TOKENS)));
    let error = "a `resnet!` of more than 100000 tokens
note: `3 * basic(16)` repeats a step, and a `block` is written once
help: put each network into a `resnet!` of its own";
    for program in [
        body.clone(),
        ", ".repeat(3 * MOST_TOKENS),
        format!("{}{body}", "block b() { input } ".repeat(MOST_TOKENS / 4)),
    ] {
        assert!(time(&program, 1) < clock::LIMIT);
        assert!(messages(&program).starts_with(error));
    }
    // The shape and classes of the network are still known, so that the rest of the crate compiles.
    let front = front(&body);
    let [network] = &front.structs[..] else { panic!("one struct") };
    let ([input], [output]) = (&network.inputs[..], &network.outputs[..]) else { panic!("one of each") };
    assert_eq!((input.shape, output.shape), (Shape::map([3, 8, 8]), Shape::vector(10)));
}

/// Every step of DenseNet-201 (Huang et al., 2017) on a line of its own, without blocks and repeats.
fn densenet201() -> String {
    let mut body = "input -> conv0: conv(64, 7x7, stride = 2) -> norm0: batch_norm -> relu0: relu -> pool0: max_pool(3, 2, padding = 1) ".to_string();
    let mut filters = 64;
    for (stage, layers) in [6, 12, 48, 32].into_iter().enumerate() {
        let mut steps = String::new();
        for layer in 0..layers {
            let norm = format!("s{stage}l{layer}");
            steps += &format!(
                "-> || ({norm}in -> {norm}n1: batch_norm -> {norm}r1: relu -> {norm}c1: conv(128, 1x1, stride = 1, bias = false)
                    -> {norm}n2: batch_norm -> {norm}r2: relu -> {norm}c2: conv(32, 3x3, stride = 1, padding = 1, bias = false)) "
            );
            steps = match layer {
                0 => steps.replace(&format!("{norm}in"), &format!("s{stage}")),
                _ => steps.replace(&format!("{norm}in"), &format!("s{stage}j{}", layer - 1)),
            };
            let end = steps.rfind("-> ||").unwrap_or_default();
            steps.replace_range(end..end + 5, &format!("-> s{stage}j{layer}: ||"));
        }
        filters += 32 * layers;
        body = format!("{body} -> s{stage}: relu {steps}");
        if stage < 3 {
            filters /= 2;
            body += &format!(
                "-> tn{stage}: batch_norm -> tr{stage}: relu -> tc{stage}: conv({filters}, 1x1) -> tp{stage}: avg_pool(2, 2) "
            );
        }
    }
    format!(
        "struct DenseNet201(3x224x224) -> 1000 {{ {body} -> norm5: batch_norm -> relu -> global_avg_pool -> flatten -> linear(1000) }}"
    )
}

/// Every step of ResNet-152 (He et al., 2016), without blocks and repeats.
fn resnet152() -> String {
    let mut lets = "let v0 = input -> conv(64, 7x7, stride = 2) -> batch_norm -> relu -> max_pool(3, 2, padding = 1); "
        .to_string();
    let mut at = 0;
    for (stage, rounds) in [3, 8, 36, 3].into_iter().enumerate() {
        for round in 0..rounds {
            let (width, stride) = (64 << stage, if round == 0 && stage > 0 { 2 } else { 1 });
            let wide = 4 * width;
            let mut side = format!("v{at}");
            if round == 0 {
                lets +=
                    &format!("let s{at} = v{at} -> conv({wide}, 1x1, stride = {stride}, bias = false) -> batch_norm; ");
                side = format!("s{at}");
            }
            lets += &format!(
                "let v{} = v{at} -> conv({width}, 1x1, bias = false) -> batch_norm -> relu
                    -> conv({width}, 3x3, stride = {stride}, padding = 1, bias = false) -> batch_norm -> relu
                    -> conv({wide}, 1x1, bias = false) -> batch_norm -> + {side} -> relu; ",
                at + 1
            );
            at += 1;
        }
    }
    format!("struct ResNet152(3x224x224) -> 1000 {{ {lets} v{at} -> global_avg_pool -> flatten -> linear(1000) }}")
}

#[test]
fn large_networks_may_be_written_out() {
    for (program, layers) in [(resnet152(), 152 + 4), (densenet201(), 201)] {
        let tokens = count(TokenStream::from_str(&program).unwrap_or_default());
        println!("{tokens} tokens");
        assert!(tokens * 5 < MOST_TOKENS);
        let nodes = network(&program).nodes;
        let learns =
            nodes.iter().filter(|node| matches!(node.op, crate::ir::Op::Conv { .. } | crate::ir::Op::Linear { .. }));
        assert_eq!(learns.count(), layers);
    }
}
