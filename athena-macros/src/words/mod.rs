//! The words of the language, in one table: errors, documentation and lowering are made from it.

pub mod absent;
pub mod foreign;
pub mod reference;
mod spelling;
pub mod suggest;
pub mod translate;

pub use crate::layers::activation::NAMES as ACTIVATIONS;
pub use crate::layers::word::{Argument, Default, Kind, Word};
pub use crate::layers::{find, words as all};

/// Rust's keywords. They cannot be names.
const KEYWORDS: &[&str] = &[
    "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "Self", "self", "static", "struct",
    "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while",
    "yield",
];

/// In the arguments of a repeated step: the number of the round, from 0.
pub const ROUND: &str = "round";

/// Whether a word is a keyword of Rust.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// A value that an argument of this name usually has; `None` if no layer has such an argument.
pub fn argument_default(name: &str) -> Option<String> {
    let argument = all().find_map(|word| word.argument(name))?;
    Some(argument.sample())
}

/// Every word that can stand for a value: `same`, `relu`, `he_normal`...
pub fn value_words() -> impl Iterator<Item = &'static str> {
    all().flat_map(|word| word.args).flat_map(|argument| argument.kind.words()).copied()
}
