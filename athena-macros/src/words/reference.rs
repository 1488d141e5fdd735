//! The documentation of the layers, made from their table: for an editor, and for `docs/layers.md`.

use super::{Argument, Default, Kind, Word};

/// Characters in a line of a page.
const WIDTH: usize = 80;

/// What a word does and takes.
pub fn section(word: &Word) -> String {
    let arguments = if word.args.is_empty() { String::new() } else { format!("\n{}", arguments(word)) };
    format!("{}\n{arguments}", word.doc)
}

/// How a word is written and what it takes: the part of its page in the facade's documentation that the table knows.
pub fn page(word: &Word) -> String {
    let signature = format!("```text\n{}\n```\n", wrapped(&word.signature()));
    if word.args.is_empty() { signature } else { format!("{signature}\n{}", arguments(word)) }
}

/// A signature in lines that a page has room for, those behind the first below its first argument.
fn wrapped(signature: &str) -> String {
    let indent = signature.find('(').map_or(0, |bracket| bracket + 1);
    let mut lines = vec![String::new()];
    for argument in signature.split_inclusive(", ") {
        match lines.last_mut() {
            Some(line) if line.len() + argument.len() <= WIDTH => line.push_str(argument),
            _ => lines.push(format!("{:indent$}{argument}", "")),
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

fn arguments(word: &Word) -> String {
    let mut section = String::from("| argument | takes | default | meaning |\n|---|---|---|---|\n");
    for argument in word.args {
        let (takes, default) = (takes(argument.kind), default(argument));
        section.push_str(&format!("| `{}` | {takes} | {default} | {} |\n", argument.name, argument.doc));
    }
    section
}

/// What an argument of a word means and takes.
pub fn argument(word: &Word, argument: &Argument) -> String {
    let (takes, default) = (takes(argument.kind), default(argument));
    format!("`{}` of `{}`: {}\n\nTakes {takes}. Default: {default}.", argument.name, word.name, argument.doc)
}

fn default(argument: &Argument) -> String {
    match argument.default {
        Default::Required => "required".to_string(),
        Default::Nothing => "none".to_string(),
        given => given.text().map(|text| format!("`{text}`")).unwrap_or_default(),
    }
}

fn takes(kind: Kind) -> String {
    let bound = |open: bool, value: f64| if open { format!("{value} (exclusive)") } else { value.to_string() };
    match kind {
        Kind::Count { min, max } => format!("a whole number, {min} to {max}"),
        Kind::Pair { min, max } => format!("`HxW` or one number for both, {min} to {max}"),
        Kind::Real { min, max, open } => format!("a number, {} to {}", bound(open.0, min), bound(open.1, max)),
        kind => kind.expected(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::all;
    use super::{Word, section};
    use crate::snapshot;

    #[test]
    fn the_page_is_the_table() {
        let mut page = String::from(
            "# Layers\n\nEvery layer word of `resnet!`, its arguments in order, and their defaults. An argument without a default must be\n\
             given; arguments are positional first, then `name = value`. Made from the table in `athena-macros/src/layers`.\n",
        );
        for word in all() {
            page.push_str(&format!("\n## `{}`\n\n{}", word.signature(), section(word)));
        }
        snapshot::compare("../docs/layers.md", &page);
    }

    /// The layers in rows of a table: each with its arguments, and those without arguments that follow each other in one row.
    fn rows() -> String {
        let mut rows: Vec<(String, String)> = Vec::new();
        for word in all() {
            let name = format!("`{}`", word.name);
            match (arguments_of(word), rows.last_mut()) {
                (None, Some((names, arguments))) if arguments.is_empty() => names.push_str(&format!(", {name}")),
                (None, _) => rows.push((name, String::new())),
                (Some(arguments), _) => rows.push((name, format!("`{arguments}` "))),
            }
        }
        let rows = rows.into_iter().map(|(names, arguments)| format!("| {names} | {arguments}|\n"));
        format!("| layer | arguments |\n|---|---|\n{}", rows.collect::<String>())
    }

    /// What stands between a signature's parentheses.
    fn arguments_of(word: &Word) -> Option<String> {
        let signature = word.signature();
        let arguments = signature.strip_prefix(word.name)?.strip_prefix('(')?.strip_suffix(')')?;
        Some(arguments.to_string())
    }

    #[test]
    fn the_readmes_table_is_the_table() {
        let lines = [
            "<!-- layers: ATHENA_UPDATE_SNAPSHOTS=1 cargo test -p athena-macros --lib writes them -->",
            "<!-- layers end -->",
        ];
        snapshot::compare_between("../README.md", lines, &rows());
    }
}
