//! Compares the facade's documentation with the language: the table of mistakes, and a page with an example for each word.

use super::front;
use crate::words;
use std::path::{Path, PathBuf};

/// Words that are not layers and have pages, too.
const OTHERS: &[&str] = &["struct", "block", "let", "input", "freeze", "budget", "as", "activation", "init", "padding"];

fn source(path: &str) -> String {
    let path = facade().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn facade() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../src")
}

/// The program of a body in the table. The table leaves out the end that most networks have.
fn program(body: &str) -> String {
    let is_whole = ["linear(", "dense("].iter().any(|word| body.contains(word));
    let end = if is_whole { "" } else { " -> global_avg_pool -> flatten -> linear(10)" };
    format!("struct Net(3x32x32) -> 10 {{ {body}{end} }}")
}

#[test]
fn mistakes_have_the_errors_that_the_table_says() {
    let page = source("macros.rs");
    let (_, table) = page.split_once("| written | the error | instead |").expect("the table of mistakes");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with("/// |"));
    let mut wrong = Vec::new();
    let mut count = 0;
    for row in rows {
        let cells: Vec<String> =
            row.trim_start_matches("/// |").split(" | ").map(|cell| cell.replace("\\|", "|")).collect();
        let [written, message, instead] = &cells[..] else { panic!("not three cells: {row}") };
        let code = |cell: &str| cell.trim().trim_end_matches(" |").trim_matches('`').to_string();
        let errors = front(&program(&code(written))).errors;
        let found: Vec<String> = errors.iter().map(|error| error.message()).collect();
        let said: Vec<&str> = found.iter().filter_map(|message| message.lines().next()).collect();
        if said != [message.trim()] {
            wrong.push(format!("{written}: {found:#?}"));
        }
        let left = front(&program(&code(instead))).errors;
        wrong.extend(left.iter().map(|error| format!("{instead}: {}", error.message())));
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 12, "{count} rows");
}

#[test]
fn words_have_pages_with_examples() {
    for word in words::all().map(|word| word.name).chain(OTHERS.iter().copied()) {
        let page = source(&format!("words/{word}.rs"));
        let lines = page.lines().map(|line| line.strip_prefix("//! ").unwrap_or_default());
        let example: Vec<&str> = lines.skip_while(|line| *line != "```").collect();
        let program = example.join("\n");
        let (_, network) = program.split_once("resnet! {").unwrap_or_else(|| panic!("{word}: no example"));
        let (network, _) = network.split_once("\n}\n").expect("the end of `resnet!`");
        assert!(network.contains(word), "the example of `{word}` has none");
        let errors = front(network).errors;
        assert!(errors.is_empty(), "{word}: {}", errors[0].message());
        if crate::words::find(word).is_some() {
            let table = format!("#![doc = athena_macros::__reference!({word})]");
            assert!(page.contains(&table), "`{word}` without its table");
        }
    }
}
