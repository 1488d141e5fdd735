//! The table of the layers as a page of documentation; a test keeps `docs/layers.md` equal to it.

use super::{Default, Kind, WORDS, Word};

/// The page.
fn page() -> String {
    let mut page = String::from(
        "# Layers\n\nEvery layer word of `resnet!`, its arguments in order, and their defaults. An argument without a default must be\n\
         given; arguments are positional first, then `name = value`. Made from the table in `athena-macros/src/words/table.rs`.\n",
    );
    WORDS.iter().for_each(|word| page.push_str(&section(word)));
    page
}

fn section(word: &Word) -> String {
    let mut section = format!("\n## `{}`\n\n{}\n", word.signature(), word.doc);
    if word.args.is_empty() {
        return section;
    }
    section.push_str("\n| argument | takes | default | meaning |\n|---|---|---|---|\n");
    for argument in word.args {
        let default = match argument.default {
            Default::Required => "required".to_string(),
            Default::Nothing => "none".to_string(),
            given => given.text().map(|text| format!("`{text}`")).unwrap_or_default(),
        };
        section.push_str(&format!(
            "| `{}` | {} | {default} | {} |\n",
            argument.name,
            takes(argument.kind),
            argument.doc
        ));
    }
    section
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

#[test]
fn the_page_is_the_table() {
    crate::snapshot::compare("../docs/layers.md", &page());
}
