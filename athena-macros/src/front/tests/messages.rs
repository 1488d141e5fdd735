//! Snapshots of messages. `messages.txt` has programs, each followed by its errors and the underlined tokens.
//! `ATHENA_UPDATE_SNAPSHOTS=1` rewrites the file.

use super::{front, help, messages};
use crate::errors::Error;
use crate::snapshot;

const FILE: &str = "src/front/tests/messages.txt";

#[test]
fn messages_are_as_reviewed() {
    let text = include_str!("messages.txt");
    let cases = text.split("=== ").skip(1);
    let mut written = String::new();
    for case in cases {
        let (name, rest) = case.split_once('\n').unwrap_or((case, ""));
        let program = rest.split("\n---\n").next().unwrap_or(rest).trim_matches('\n');
        let said = messages(&wrapped(program));
        written.push_str(&format!("=== {name}\n{program}\n---\n{said}\n"));
    }
    snapshot::compare(FILE, &written);
}

/// Every program of the file, with its name.
pub fn programs() -> impl Iterator<Item = (&'static str, String)> {
    include_str!("messages.txt").split("=== ").skip(1).map(|case| {
        let (name, rest) = case.split_once('\n').unwrap_or((case, ""));
        (name, wrapped(rest.split("\n---\n").next().unwrap_or(rest).trim_matches('\n')))
    })
}

/// Mistakes that no help can fix.
const BEYOND_HELP: &[&str] = &[];

/// If the help of the first error is carried out again and again, the program compiles in the end.
#[test]
fn every_help_mends_its_mistake() {
    let mut failures = String::new();
    for (name, program) in programs() {
        if let Err(reason) = mended(&program)
            && !BEYOND_HELP.contains(&name)
        {
            failures.push_str(&format!("=== {name}\n{reason}\n"));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn mended(program: &str) -> Result<(), String> {
    const MOST_ROUNDS: usize = 60;
    let mut program = program.to_string();
    for _ in 0..MOST_ROUNDS {
        let errors = front(&program).errors;
        let Some(error) = errors.first() else { return Ok(()) };
        let context = |reason: String| format!("{program}\n{}\n{reason}\n", error.message());
        let fixed = apply(&program, error).map_err(context)?;
        let unlexed = fixed.parse::<proc_macro2::TokenStream>().is_err();
        // An unknown name is reported at its first use. After that is fixed, the next use is the first one.
        let same = |after: &Error| {
            after.message() == error.message() && after.at.start.byte_range().start <= error.at.start.byte_range().start
        };
        let after = front(&fixed).errors;
        if unlexed || after.iter().any(same) && errors.len() <= after.len() {
            return Err(context(format!("does not help: {fixed}")));
        }
        program = fixed;
    }
    Err(format!("more and more mistakes: {program}"))
}

pub(super) fn apply(program: &str, error: &Error) -> Result<String, String> {
    let help = error.help.as_deref().ok_or("there is no help")?;
    let underlined = error.at.start.byte_range().start..error.at.end.byte_range().end;
    help::apply(program, help::edits(program, underlined, help)?)
}

/// A case may leave out the struct around a body.
fn wrapped(program: &str) -> String {
    if program.contains("struct") || program.starts_with('!') {
        return program.trim_start_matches('!').to_string();
    }
    let (body, blocks) = match program.find("block ") {
        Some(at) => program.split_at(at),
        None => (program, ""),
    };
    let body = body.trim();
    let ending = if body.contains("linear") { "" } else { " -> global_avg_pool -> flatten -> linear(10)" };
    format!("struct Net(3x32x32) -> 10 {{ {body}{ending} }} {blocks}")
}
