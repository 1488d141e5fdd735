//! Random programs: the macro does not panic or hang, its output is valid Rust, and all shapes of a network are known.

use super::clock;
use crate::expand;
use crate::front::Author;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

const PROGRAMS: &[&str] = &[
    "pub struct Ward(scan: 1x16x16, history: 12) -> (class: 5, corners: 4, stem: 8x16x16) {
         let image = scan -> stem: conv(8, 3x3) -> 2 * trunk(8) -> global_avg_pool -> flatten;
         let both = image || (history -> linear(8, activation = relu));
         let class = both -> linear(5) -> softmax;
         both -> corners: linear(4)
     }
     #[freeze(conv1)] struct Map(3x8x8) -> 4x4x4 { input -> conv(4, 3x3, 2) -> batch_norm -> conv(4, 1) }
     struct Table(9) -> (only: 3,) { let only = input -> linear(3); }
     block trunk(filters) { input -> conv(filters, 3x3) -> batch_norm -> relu }",
    "/// Docs.
     #[derive(Clone)] pub struct Net(3x16x16) -> 10 {
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
    "#[freeze(conv1, layer*.**.bn1, not(fc))] #[cfg(all())]
     pub(crate) struct Own(3x16x16) -> 10 {
         let gate = input -> global_avg_pool -> conv(4, 1) -> own::Scaled(-0.5 * (1.0 + f32::EPSILON), [1, 2], \"same\", true) -> conv(3, 1) -> sigmoid;
         input * gate -> conv1: conv(8, 5x3, padding = 2x1) -> crate::Mish -> self::Swish { beta: -1.5, shape: [3, 3], ..crate::own::DEFAULT }
             -> layer1: (1 + 1) * unit(8) -> my::Up::new(2, &NAMES, 'c', !false, 1 << 3) -> own::Grow(crate::own::size(8, 2) as usize) as 4x8x8
             -> * (input -> global_avg_pool -> conv(4, 1) -> sigmoid) -> my::Mean as 4 -> fc: linear(10)
     }
     block unit(width, scale = width * 2 / 2) { input -> conv(scale, 3x3) -> bn1: batch_norm(eps = 1e-3) -> + (input -> super::own::Scaled(0.1)) -> relu }",
    "#[budget(parameters <= 300_000, macs <= 41_000_000, inference <= 2 MiB, training <= 64MB)]
     struct UNet(scan: 3x17x16, table: 6) -> (mask: 4x17x16, kind: 5) {
         let wide = scan -> conv(8, 3x3, init = dirac) -> batch_norm(eps = 1e-3, scale = false) -> prelu;
         let deep = wide -> max_pool(2, ceil = true) -> next(8) -> channel_shuffle(2) -> slice(0, 8 / 2) -> upsample(2, mode = bilinear);
         let up = deep -> conv_transpose(8, 2x1, padding = 1x0, output_padding = 0x1, dilation = 2x2, groups = 4, bias = false) -> instance_norm(affine = true);
         let mask = wide -> || wide -> group_norm(4) -> mish -> conv(4, 1);
         up -> adaptive_avg_pool(2x3) -> avg_pool(2, padding = 1, count_padding = false) -> flatten -> || (deep -> global_max_pool -> flatten)
             -> || (table -> layer_norm -> elu(0.5)) -> kind: linear(5)
     }
     block next(c) {
         input -> conv(c, 7x7, groups = c) -> layer_norm(eps = 1e-6) -> conv(4 * c, 1) -> hard_sigmoid -> conv(c, 1) -> scale(-1) -> drop_path(0.1) -> + input
     }",
];

/// A small random number generator (xorshift), so that every run has the same mutations.
struct Random {
    state: u64,
    /// Tokens of correct programs, which mutations insert.
    donors: Vec<TokenTree>,
}

impl Random {
    /// A generator that depends only on `seed`. `programs` are the donors.
    fn new(seed: u64, programs: &[TokenStream]) -> Random {
        let mut random = Random { state: 0, donors: Vec::new() };
        programs.iter().for_each(|program| random.collect(program.clone()));
        random.reset(seed);
        random
    }

    fn collect(&mut self, stream: TokenStream) {
        for tree in stream {
            if let TokenTree::Group(group) = &tree {
                self.collect(group.stream());
            }
            self.donors.push(tree);
        }
    }

    /// Starts again with another seed; the finaliser of splitmix64 spreads neighbouring seeds.
    fn reset(&mut self, seed: u64) {
        let mut state = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        self.state = (state ^ (state >> 31)) | 1;
    }

    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 33) as usize % bound.max(1)
    }

    fn tree(&mut self) -> TokenTree {
        const WORDS: &[&str] = &[
            "input",
            "struct",
            "block",
            "let",
            "conv",
            "basic",
            "relu",
            "same",
            "filters",
            "stem",
            "linear",
            "pub",
            "true",
            "Conv2d",
            "add",
            "x",
            "_",
            "self",
            "shortcut",
            "outer",
            "budget",
            "macs",
            "MiB",
            "upsample",
            "slice",
            "conv_transpose",
            "layer_norm",
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
        match self.below(10) {
            8..=9 if !self.donors.is_empty() => {
                let at = self.below(self.donors.len());
                self.donors[at].clone()
            }
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

/// All programs of the ui cases, correct or not.
fn ui_programs() -> Vec<TokenStream> {
    let mut programs = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui")];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                programs.extend(TokenStream::from_str(&text).ok().and_then(invocation));
            }
        }
    }
    programs
}

/// The tokens in the braces of `resnet! { ... }`.
fn invocation(file: TokenStream) -> Option<TokenStream> {
    let mut trees = file.into_iter();
    trees.find(|tree| matches!(tree, TokenTree::Ident(ident) if ident == "resnet"))?;
    trees.find_map(|tree| match tree {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    })
}

fn sound_programs() -> Vec<TokenStream> {
    PROGRAMS.iter().map(|program| TokenStream::from_str(program).unwrap_or_default()).collect()
}

/// Expands a program and parses the result; returns the time of the expansion.
pub fn survives(program: TokenStream) -> Duration {
    expansion(program).unwrap_or_else(|fault| panic!("{fault}"))
}

/// The time of the expansion, or the reason why it is wrong.
fn expansion(program: TokenStream) -> Result<Duration, String> {
    let copy = program.clone();
    let start = clock::now();
    let output = expand(&quote::quote!(::athena), program, Author::User);
    let time = clock::now() - start;
    if time >= clock::LIMIT {
        return Err(format!("{time:?}: {copy}"));
    }
    match syn::parse2::<syn::File>(output.clone()) {
        Ok(_) => Ok(time),
        Err(error) => Err(format!("{error} in {output}\nfrom {copy}")),
    }
}

/// One of `programs`, mutated with `seed`.
fn mutated(random: &mut Random, programs: &[TokenStream], seed: u64) -> TokenStream {
    random.reset(seed);
    let base = programs[random.below(programs.len())].clone();
    let rate = [12, 40, 150, 400][random.below(4)];
    random.mutated(base, rate)
}

#[test]
fn the_programs_are_sound() {
    for program in PROGRAMS {
        assert_eq!(super::messages(program), "");
    }
}

#[test]
fn mutated_programs() {
    let programs = sound_programs();
    let mut random = Random::new(0, &programs);
    for seed in 0..1500 {
        survives(mutated(&mut random, &programs, seed));
    }
}

/// The range of seeds is `ATHENA_MUTATIONS`, such as `0..50000`.
#[test]
#[ignore = "minutes: cargo test --release -p athena-macros --lib a_million -- --ignored --nocapture"]
fn a_million_mutated_programs() {
    let range = std::env::var("ATHENA_MUTATIONS").unwrap_or("0..1000000".into());
    let seeds = range.split_once("..").and_then(|(first, end)| Some(first.parse().ok()?..end.parse().ok()?));
    let seeds: std::ops::Range<u64> = seeds.unwrap_or_else(|| panic!("ATHENA_MUTATIONS is not a range: {range}"));
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let run = |thread: u64| {
        let mut programs = ui_programs();
        programs.extend(sound_programs());
        let mut random = Random::new(0, &programs);
        let mut slowest = (Duration::ZERO, 0);
        let (mut total, mut faults) = (Duration::ZERO, Vec::new());
        for seed in seeds.clone().skip(thread as usize).step_by(threads as usize) {
            match expansion(mutated(&mut random, &programs, seed)) {
                Ok(time) => {
                    slowest = slowest.max((time, seed));
                    total += time;
                }
                Err(fault) => faults.push(format!("seed {seed}: {fault}")),
            }
        }
        (slowest, total, faults)
    };
    let results: Vec<_> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|thread| scope.spawn(move || run(thread))).collect();
        handles.into_iter().map(|handle| handle.join().expect("an expansion failed: see above")).collect()
    });
    let (slowest, seed) = results.iter().map(|(slowest, ..)| *slowest).max().unwrap_or_default();
    let total: Duration = results.iter().map(|(_, total, _)| *total).sum();
    println!("{} programs, {total:?} of expansion, the slowest {slowest:?} (seed {seed})", seeds.end - seeds.start);
    let faults: Vec<_> = results.into_iter().flat_map(|(.., faults)| faults).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn random_tokens() {
    let mut random = Random::new(0, &[]);
    for seed in 0..1500 {
        random.reset(seed);
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
