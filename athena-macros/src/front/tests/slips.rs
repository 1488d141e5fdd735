//! Slips: all edits of one token of correct programs. A program that is no longer correct gets one error, and carrying out the
//! helps makes it correct again.

use super::messages::apply;
use super::{front, messages};
use crate::errors::{Error, Errors};
use crate::parse::tokens::{self, Kind, Token};
use proc_macro2::{Span, TokenStream};
use std::collections::BTreeMap;
use std::ops::Range;

/// Programs that together use the whole language.
const PROGRAMS: &[&str] = &[
    "pub struct Net(3x32x32) -> 10 {
    let side = input -> conv(16, 1x1, stride = 2) -> batch_norm;
    input -> stem: conv(16, 3x3, 2) -> batch_norm -> relu -> + side
        -> layer1: 3 * basic(16) -> layer2: [basic(32, stride = 2), 2 * basic(32)]
        -> || (stem -> pool: max_pool(2)) -> global_avg_pool -> flatten -> dropout(0.5) -> fc: linear(10) -> softmax
}
block basic(filters, stride = 1) {
    let projected = input -> shortcut(filters, stride);
    input -> conv(filters, 3x3, stride) -> batch_norm -> relu -> conv(filters, 3x3) -> + projected -> relu
}",
    "#[freeze(conv1, layer1.*.bn1, not(fc))]
struct Own(1x28x28) -> 10 {
    input -> conv1: conv(8, 5x3, padding = 1x0) -> crate::Mish -> gate: squeeze(8, 4) -> own::Scaled(0.5, -1.0)
        -> layer1: (1 + 1) * unit(8) -> self::Up as 8x26x28 -> global_avg_pool -> flatten -> fc: linear(10)
}
block squeeze(channels, ratio = 4) {
    let weights = input -> global_avg_pool -> conv(channels / ratio, 1) -> relu -> conv(channels, 1) -> sigmoid;
    input * weights
}
block unit(width) { input -> conv(width, 3x3) -> bn1: batch_norm(eps = 1e-3, momentum = 0.01) -> + input -> leaky_relu(0.2) }",
    "struct A(2x16x16) -> 4 {
    let a = input -> conv(4, 9x9, padding = valid, groups = 2, bias = true);
    let b = input -> pad(1, reflect) -> conv(4, 3x3, dilation = 5, activation = tanh, init = he_uniform, padding = valid);
    let c = a || (input -> avg_pool(9, 1)) -> conv(4, 1);
    a + c -> * (b -> sigmoid) -> [conv(8, 1x1), norm: batch_norm(affine = false), relu6] -> outer(2 * 4) -> flatten -> linear(4)
}
block outer(n, act = gelu) { (input + input) -> 2 * inner(n + 4 - 4) -> inner(n, act) -> max_pool(3, stride = 2, padding = 1) }
block inner(n, act = silu) { input -> conv(n, 3x3, activation = act) -> * input }",
    "struct Ward(scan: 1x32x32, history: 12) -> (class: 5, corners: 4) {
    let image = scan -> trunk(16) -> global_avg_pool -> flatten;
    let table = history -> linear(32, activation = relu);
    let both = image || table;
    let class = both -> linear(5);
    let corners = both -> dropout(0.5) -> linear(4);
}
struct Features(3x32x32) -> (fc: 10, layer2: 32x16x16) {
    input -> conv1: conv(16, 3x3) -> layer2: [trunk(32), relu] -> global_avg_pool -> flatten -> fc: linear(10)
}
block trunk(filters) { input -> conv(filters, 3x3, stride = 2) -> batch_norm -> relu }",
    "struct Whole(3x16x16) -> 4x8x8 { input -> conv(8, 3x3, 2) -> relu -> conv(4, 1x1) -> softmax }
struct Table(9) -> 3 { input -> linear(8, activation = tanh) -> linear(3) }
struct Both(left: 1x8x8, right: 1x8x8) -> (same: 2x8x8,) {
    left || right -> conv(4, 3x3) -> relu -> same: conv(2, 3x3)
}",
];

/// A program with one slip.
struct Slip {
    kind: &'static str,
    program: String,
    /// A description of the edit.
    what: String,
}

/// The results for slips of one kind.
#[derive(Default)]
struct Tally {
    unsound: usize,
    several: usize,
    endless: usize,
    wide: usize,
    rounds: usize,
}

/// The tokens of the source as a person sees them: `->`, `||` and `::` are one token, brackets are two.
fn pieces(program: &str) -> Vec<(Range<usize>, char)> {
    let stream: TokenStream = program.parse().expect("a sound program");
    let mut found = Vec::new();
    collect(&tokens::read(stream, &mut Errors::default()), &mut found);
    found.sort_by_key(|(range, _)| range.start);
    let mut pieces: Vec<(Range<usize>, char)> = Vec::new();
    for (range, kind) in found {
        match pieces.last_mut() {
            Some((last, _)) if &program[last.clone()] == ":" && &program[range.clone()] == ":" => last.end = range.end,
            _ => pieces.push((range, kind)),
        }
    }
    pieces
}

fn collect(tokens: &[Token], found: &mut Vec<(Range<usize>, char)>) {
    let bytes = |start: Span, end: Span| start.byte_range().start..end.byte_range().end;
    for token in tokens {
        let whole = bytes(token.loc.start, token.loc.end);
        match &token.kind {
            Kind::Ident(_) => found.push((whole, 'w')),
            Kind::Literal(_) => found.push((whole, 'n')),
            Kind::Op(_) => found.push((whole, 's')),
            Kind::Group { tokens, .. } => {
                found.push((whole.start..whole.start + 1, '('));
                found.push((whole.end - 1..whole.end, ')'));
                collect(tokens, found);
            }
        }
    }
}

/// Signs that are typed by mistake for a sign.
fn similar(sign: &str) -> &'static [&'static str] {
    match sign {
        "->" => &["-", ">", "=>", ".", ",", "", "|", "<-", "-->"],
        ":" => &["=", ";", "::", "."],
        "=" => &[":", "==", "->"],
        ";" => &[",", ":", "."],
        "," => &[";", ".", ":", ""],
        "||" => &["|", "&&", "|||"],
        "+" => &["+=", "-", "&", "++"],
        "*" => &["x", "**", "+", "/"],
        "/" => &["//", "%", "|"],
        "::" => &[":", ".", "->"],
        "-" => &["--", "+"],
        "." => &[",", ":", ".."],
        _ => &[],
    }
}

fn misspelt(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    let without = letters.iter().enumerate().filter(|(at, _)| *at != middle).map(|(_, letter)| letter).collect();
    let mut swapped = letters.clone();
    swapped.swap(middle, middle.saturating_sub(1));
    let doubled = letters[..=middle].iter().chain(&letters[middle..]).collect();
    let mut all: Vec<String> = vec![without, swapped.into_iter().collect(), doubled];
    all.retain(|other| !other.is_empty() && other != word);
    all
}

/// Every slip of a program that still lexes.
fn slips(program: &str) -> Vec<Slip> {
    let pieces = pieces(program);
    let text = |at: usize| &program[pieces[at].0.clone()];
    let mut slips = Vec::new();
    let mut add = |kind, range: Range<usize>, code: &str| {
        let mut edited = program.to_string();
        let what = format!("{} >>> {code}", &program[range.clone()]);
        edited.replace_range(range, code);
        if edited.parse::<TokenStream>().is_ok() {
            slips.push(Slip { kind, program: edited, what });
        }
    };
    for (at, (range, kind)) in pieces.iter().enumerate() {
        let code = text(at);
        add("delete", range.clone(), " ");
        add("double", range.clone(), &format!("{code} {code}"));
        if at + 1 < pieces.len() && text(at + 1) != code {
            let between = &program[range.end..pieces[at + 1].0.start];
            add("swap", range.start..pieces[at + 1].0.end, &format!(" {} {between}{code} ", text(at + 1)));
        }
        match kind {
            'w' => misspelt(code).iter().for_each(|other| add("misspell", range.clone(), other)),
            'n' => {
                for other in ["0", "1.5", "-1", &format!("\"{code}\""), &format!("{code}x"), "many"] {
                    add("number", range.clone(), other);
                }
            }
            's' => similar(code).iter().for_each(|other| add("sign", range.clone(), &format!(" {other} "))),
            '(' => {
                let close = closing(&pieces, at);
                let inner = &program[range.end..pieces[close].0.start];
                let whole = range.start..pieces[close].0.end;
                for [open, end] in [["(", ")"], ["[", "]"], ["{", "}"], [" ", " "]] {
                    add("bracket", whole.clone(), &format!("{open}{inner}{end}"));
                }
            }
            _ => {}
        }
    }
    slips.retain(|slip| slip.program != program);
    slips
}

fn closing(pieces: &[(Range<usize>, char)], open: usize) -> usize {
    let mut depth = 0;
    let is_last = |(_, kind): &(Range<usize>, char)| {
        depth += match kind {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    };
    open + pieces[open..].iter().position(is_last).expect("brackets in pairs")
}

const MOST_ROUNDS: usize = 8;
/// The largest number of underlined tokens, unless a chain in parentheses is underlined.
const MOST_TOKENS: u32 = 14;

/// The number of helps that have to be carried out, one after the other, until the program is correct.
fn rounds(program: &str) -> Result<usize, String> {
    let mut program = program.to_string();
    let mut seen = vec![program.clone()];
    for round in 0..=MOST_ROUNDS {
        let errors = front(&program).errors;
        let Some(error) = errors.first() else { return Ok(round) };
        let fixed = apply(&program, error).map_err(|reason| format!("{reason}\n{program}"))?;
        if fixed.parse::<TokenStream>().is_err() || seen.contains(&fixed) {
            return Err(format!("from {program}\n{}\nto {fixed}", error.message()));
        }
        seen.push(fixed.clone());
        program = fixed;
    }
    Err(format!("no end: {}", seen.join("\nthen ")))
}

fn is_wide(error: &Error) -> bool {
    error.at.last - error.at.first >= MOST_TOKENS
}

/// The percentage of incorrect programs with one error, and of those that the helps make correct.
fn judge(slips: impl Iterator<Item = Slip>) -> (f64, f64) {
    let show = std::env::var_os("ATHENA_SLIPS").is_some();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for slip in slips {
        let errors = front(&slip.program).errors;
        if errors.is_empty() {
            continue;
        }
        let tally = tallies.entry(slip.kind).or_default();
        let way = rounds(&slip.program);
        tally.unsound += 1;
        tally.several += usize::from(errors.len() > 1);
        tally.endless += usize::from(way.is_err());
        tally.rounds = tally.rounds.max(way.clone().unwrap_or_default());
        let wide = errors.iter().any(is_wide);
        tally.wide += usize::from(wide);
        if show && (errors.len() > 1 || way.is_err() || wide) {
            let reason = way.as_ref().err().map(String::as_str).unwrap_or_default();
            println!(
                "#### {} {} {}: {}\n{}\n{}{reason}",
                if errors.len() > 1 { "SEVERAL" } else { "" },
                if way.is_err() { "ENDLESS" } else { "" },
                if wide { "WIDE" } else { "" },
                slip.kind,
                slip.what,
                messages(&slip.program),
            );
        }
    }
    let mut total = Tally::default();
    println!("{:10} {:>8} {:>8} {:>8} {:>6} {:>6}", "slip", "unsound", "several", "endless", "wide", "rounds");
    for (kind, tally) in &tallies {
        print(kind, tally);
        total.unsound += tally.unsound;
        total.several += tally.several;
        total.endless += tally.endless;
        total.wide += tally.wide;
        total.rounds = total.rounds.max(tally.rounds);
    }
    print("all", &total);
    let share = |bad: usize| 100.0 * (1.0 - bad as f64 / total.unsound as f64);
    (share(total.several), share(total.endless))
}

fn print(kind: &str, tally: &Tally) {
    let Tally { unsound, several, endless, wide, rounds } = tally;
    println!("{kind:10} {unsound:>8} {several:>8} {endless:>8} {wide:>6} {rounds:>6}");
}

#[test]
fn the_programs_are_sound() {
    PROGRAMS.iter().for_each(|program| assert_eq!(messages(program), ""));
}

/// `cargo test` tests one of this number of slips.
const SAMPLE: usize = 5;

/// Checks that both percentages are at least `least`.
fn hold(slips: impl Iterator<Item = Slip>, least: f64) {
    let (single, mended) = judge(slips);
    assert!(single >= least && mended >= least, "{single:.1} % have one error, {mended:.1} % are mended");
}

#[test]
fn one_slip_is_one_error_and_its_help_mends_it() {
    hold(PROGRAMS.iter().flat_map(|program| slips(program)).step_by(SAMPLE), 98.0);
}

/// `ATHENA_SLIPS=1` prints the slips with several errors, whose helps do not end, or with an error on many tokens.
#[test]
#[ignore = "half a minute: cargo test -p athena-macros --lib every_slip -- --ignored --nocapture"]
fn every_slip() {
    hold(PROGRAMS.iter().flat_map(|program| slips(program)), 99.0);
}
