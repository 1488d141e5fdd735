//! Whatever the tokens: no panic, no hang, an answer that parses as Rust, and no network without all of its shapes.

use crate::expand;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use std::str::FromStr;
use std::time::{Duration, Instant};

const PROGRAMS: &[&str] = &[
    "/// Docs. #[derive(Clone)] pub struct Net(3x16x16) -> 10 {
         let side = input -> conv(8, 1x1, stride = 2);
         input -> stem: conv(8, 3x3, 2) -> batch_norm -> relu -> + side -> 2 * basic(8)
             -> down: [basic(16, 2), 2 * basic(16)] -> || (stem -> pool: max_pool(2)) -> global_avg_pool -> flatten
             -> dropout(0.5) -> fc: linear(10) -> softmax
     }
     block basic(filters, stride = 1) {
         let projected = input -> shortcut(filters, stride);
         input -> conv(filters, 3x3, stride) -> batch_norm -> conv(filters * 4 / 4, 3x3) -> + projected -> relu
     }",
    "struct A(1x8x8) -> 2 { input + input + input -> pad(1, reflect) -> conv(4, 3x3, padding = 0x1, groups = 1) -> flatten -> linear(2) }
     struct B(2x4x4) -> 3 { let a = input -> leaky_relu(0.2); a || input -> outer(4) -> global_avg_pool -> flatten -> linear(3) }
     block outer(n) { input -> 2 * inner(n - 1) -> inner(n) }
     block inner(n, act = tanh) { input -> conv(n, 3x3, activation = act, dilation = 2) }",
];

/// A small generator of numbers (xorshift): the same mutations on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % bound.max(1)
    }

    fn tree(&mut self) -> TokenTree {
        const WORDS: &[&str] = &[
            "input", "struct", "block", "let", "conv", "basic", "relu", "same", "filters", "stem", "linear", "pub",
            "true", "Conv2d", "add", "x", "_", "self", "shortcut", "outer",
        ];
        const LITERALS: &[&str] = &[
            "0",
            "1",
            "3x3",
            "3x32x32",
            "0x3",
            "0.5",
            "1e3x3",
            "99999999999999999999",
            "\"same\"",
            "'c'",
            "3x",
            "1000000",
            "1u8",
            "b\"x\"",
            "1e400",
            "18446744073709551615",
        ];
        const SIGNS: &[char] = &['-', '>', '+', '|', '*', '/', '=', ':', ',', ';', '#', '.', '!', '<', '?', '$', '\''];
        match self.below(8) {
            0..=2 => TokenTree::from(Ident::new(WORDS[self.below(WORDS.len())], Span::call_site())),
            3..=4 => Literal::from_str(LITERALS[self.below(LITERALS.len())])
                .map_or_else(|_| Literal::usize_unsuffixed(7).into(), TokenTree::from),
            5..=6 => {
                let spacing = if self.below(2) == 0 { Spacing::Joint } else { Spacing::Alone };
                Punct::new(SIGNS[self.below(SIGNS.len())], spacing).into()
            }
            _ => {
                let delimiters = [Delimiter::Parenthesis, Delimiter::Bracket, Delimiter::Brace, Delimiter::None];
                let inner = (0..self.below(3)).map(|_| self.tree()).collect();
                Group::new(delimiters[self.below(4)], inner).into()
            }
        }
    }

    fn mutated(&mut self, stream: TokenStream, rate: usize) -> TokenStream {
        let mut trees: Vec<TokenTree> = Vec::new();
        for tree in stream {
            let tree = match tree {
                TokenTree::Group(group) => Group::new(group.delimiter(), self.mutated(group.stream(), rate)).into(),
                tree => tree,
            };
            match self.below(rate) {
                0 => {}
                1 => trees.extend([tree.clone(), tree]),
                2 => trees.push(self.tree()),
                3 => trees.extend([self.tree(), tree]),
                4 => trees.push(Group::new(Delimiter::None, tree.into()).into()),
                5 => {
                    trees.push(tree);
                    let other = self.below(trees.len());
                    let last = trees.len() - 1;
                    trees.swap(other, last);
                }
                _ => trees.push(tree),
            }
        }
        trees.into_iter().collect()
    }
}

fn survives(program: TokenStream) {
    let copy = program.clone();
    let start = Instant::now();
    let output = expand(&quote::quote!(::athena), program);
    assert!(start.elapsed() < Duration::from_secs(5), "too slow: {copy}");
    if let Err(error) = syn::parse2::<syn::File>(output.clone()) {
        panic!("{error} in {output}\nfrom {copy}");
    }
}

#[test]
fn mutated_programs() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..1500 {
        let program = TokenStream::from_str(PROGRAMS[round % PROGRAMS.len()]).unwrap_or_default();
        let rate = [12, 40, 150, 400][random.below(4)];
        let program = random.mutated(program, rate);
        survives(program);
    }
}

#[test]
fn random_tokens() {
    let mut random = Random(88_172_645_463_325_252);
    for _ in 0..1500 {
        let length = random.below(30);
        survives((0..length).map(|_| random.tree()).collect());
    }
}

#[test]
fn a_program_cut_anywhere() {
    for program in PROGRAMS {
        let trees: Vec<TokenTree> = TokenStream::from_str(program).unwrap_or_default().into_iter().collect();
        let Some(TokenTree::Group(body)) =
            trees.iter().find(|tree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace))
        else {
            continue;
        };
        let inner: Vec<TokenTree> = body.stream().into_iter().collect();
        for end in 0..inner.len() {
            let body: TokenStream = inner[..end].iter().cloned().collect();
            survives(quote::quote!(struct Net(3x16x16) -> 10 { #body }));
        }
        for end in 0..trees.len() {
            survives(trees[..end].iter().cloned().collect());
        }
    }
}

#[test]
fn deep_and_long_programs() {
    let nested = |open: &str, close: &str, depth: usize| format!("{}input{}", open.repeat(depth), close.repeat(depth));
    let programs = [
        format!("struct A(3x8x8) -> 10 {{ {} -> relu }}", nested("(", ")", 5000)),
        format!("struct A(3x8x8) -> 10 {{ input -> {} }}", nested("[", "]", 5000)),
        format!("struct A(3x8x8) -> 10 {{ input -> conv({}, 1) }}", nested("(", ")", 5000)),
        format!("struct A(3x8x8) -> 10 {{ input -> conv({}1, 1) }}", "-".repeat(50_000)),
        format!("struct A(3x8x8) -> 10 {{ input -> conv(1{}, 1) }}", "+1".repeat(50_000)),
        format!("struct A(3x8x8) -> 10 {{ input{} }}", "+input".repeat(20_000)),
        format!("struct A(3x8x8) -> 10 {{ input{} }}", "-> relu".repeat(30_000)),
        "struct A(3x8x8) -> 10 { input -> 400 * [conv(8, 3x3), batch_norm, relu] -> flatten -> linear(10) }"
            .to_string(),
        format!("struct A(3x8x8) -> 10 {{ input -> {}relu }}", "2 *".repeat(20_000)),
        format!("struct A(3x8x8) -> 10 {{ input -> b0() }} {}", blocks(3000, "{ input -> bNEXT() }")),
        format!("struct A(3x8x8) -> 10 {{ input -> b0() }} {}", blocks(60, "{ input -> bNEXT() -> bNEXT() }")),
        format!("struct A(3x8x8) -> 10 {{ input -> b0() }} {}", blocks(60, "{ input -> 9999999999 * bNEXT() }")),
    ];
    for program in programs {
        survives(TokenStream::from_str(&program).unwrap_or_else(|error| panic!("{error}")));
    }
}

/// Blocks that each call the next; the last does nothing.
fn blocks(count: usize, body: &str) -> String {
    let chain = (0..count).map(|at| format!("block b{at}() {}", body.replace("NEXT", &(at + 1).to_string())));
    chain.chain([format!("block b{count}() {{ input }}")]).collect()
}
