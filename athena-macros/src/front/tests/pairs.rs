//! Independent mistakes of one invocation are all reported, in source order. Tested with pairs of programs of `messages.txt`.

use super::{front, messages};
use proc_macro2::TokenStream;
use std::str::FromStr;

/// Programs whose mistakes affect the whole invocation: a block with the name of a layer, a syntax error that ends the items, a
/// path that may be in the part that the other mistake hides, or a name that may not have been read.
const NOT_ALONE: &[&str] = &[
    "reserved blocks",
    "item: reserved conv called",
    "item: attribute at the end",
    "item: block no name",
    "item: block param x",
    "rust in a body: fn forward",
    "shortcut used as chain word without input",
    "a closure as a block",
    "a closure with braces",
    "a closure with a mistake",
    "freeze index beyond",
    "freeze layer of a single block with index",
    // What a network costs is known only if there are no other mistakes.
    "budget: parameters exceeded",
    "budget: multiply-adds exceeded",
    "budget: inference exceeded",
    "budget: inference exceeded, in bytes",
    "budget: training exceeded",
    "budget: all exceeded",
    "budget: two networks",
];

/// The largest number of mistakes in one invocation here, so that all are reported.
const FEW: usize = 45;

#[test]
fn two_mistakes_are_two_errors() {
    let programs: Vec<(&str, String)> = super::messages::programs()
        .filter(|(name, program)| !NOT_ALONE.contains(name) && TokenStream::from_str(program).is_ok())
        .collect();
    let mut failures = String::new();
    for (index, (name, program)) in programs.iter().enumerate() {
        for distance in [1, 17, 101] {
            let (other_name, other) = &programs[(index + distance) % programs.len()];
            let (first, second) = (renamed(program, "One"), renamed(other, "Two"));
            let (mut expected, more) = (facts(&first), facts(&second));
            if expected.len() > FEW || more.len() > FEW {
                continue;
            }
            expected.extend(more);
            let found = facts(&format!("{first}\n{second}"));
            if found != expected {
                failures.push_str(&format!("{name} + {other_name}: {expected:?} is {found:?}\n"));
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// A mistake in a block is one error, however many calls, repeats and levels contain it. It is reported together with one in the struct and one
/// in `#[freeze(...)]`.
#[test]
fn mistakes_on_all_levels_are_told_once() {
    let said = messages(
        "#[freeze(layer1.9, conv1)] struct Net(3x32x32) -> 10 {
             input -> conv1: conv(16, 3x3) -> layer1: 3 * outer(16) -> outer(32) -> max_pool(2, strid = 2)
                 -> global_avg_pool -> flatten -> linear(9)
         }
         block outer(n) { input -> 2 * middle(n) -> middle(n) }
         block middle(n) { input -> inner(n) -> inner(n) -> conv(n, 2x2) }
         block inner(n) { input -> conv(n, 3x3, padding = valid) -> + input -> dropout(2) }",
    );
    let is_fact = |line: &&str| !["note: ", "help: ", "  at "].iter().any(|start| line.starts_with(start));
    let facts: Vec<&str> = said.lines().filter(is_fact).collect();
    assert_eq!(
        facts,
        [
            "no layer with parameters has the path `layer1.9`",
            "`max_pool` has no argument `strid`",
            "`Net` promises 10 classes but ends in a vector of 9",
            "`same` padding needs an odd kernel, found `2x2`: an even one has no middle",
            "cannot add `input` to this map: 16x32x32 and 16x30x30 differ",
            "`p` of `dropout` must be from 0 to below 1, found `2`",
        ],
        "{said}"
    );
}

/// All messages, each with its underlined tokens.
fn facts(program: &str) -> Vec<String> {
    let place = |error: &crate::errors::Error| error.at.start.byte_range().start..error.at.end.byte_range().end;
    let facts = front(program).errors.into_iter();
    facts.map(|error| format!("{} at `{}`", error.fact, &program[place(&error)])).collect()
}

/// The program with other names for its structs and blocks.
fn renamed(program: &str, suffix: &str) -> String {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let words: Vec<&str> = program.split(|letter: char| !is_letter(letter)).filter(|word| !word.is_empty()).collect();
    let is_own = |word: &str| {
        let is_item = |pair: &[&str]| ["struct", "block"].contains(&pair[0]) && pair[1] == word;
        let is_taken = crate::words::find(word).is_some() || ["input", "struct", "block", "let"].contains(&word);
        words.windows(2).any(is_item) && !is_taken
    };
    let mut text = String::new();
    for part in program.split_inclusive(|letter: char| !is_letter(letter)) {
        let word = part.trim_end_matches(|letter: char| !is_letter(letter));
        text.push_str(word);
        text.push_str(if is_own(word) { suffix } else { "" });
        text.push_str(&part[word.len()..]);
    }
    text
}
