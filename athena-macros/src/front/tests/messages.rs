//! Real messages. `messages.txt` holds programs, each followed by what is said about it and the tokens underlined;
//! `ATHENA_UPDATE_SNAPSHOTS=1` writes the file anew.

use super::messages;
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
