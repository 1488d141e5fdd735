//! The identifiers of generated constants: paths in upper snake case, each used once.

use std::collections::HashSet;

use proc_macro2::{Ident, Span};

/// Hands out names.
pub struct Namer {
    used: HashSet<String>,
}

impl Namer {
    /// Nothing but these is taken.
    pub fn new(reserved: &[&str]) -> Self {
        Self { used: reserved.iter().map(|name| (*name).to_owned()).collect() }
    }

    /// `prefix` and `text` (a name in lower snake case) as the name of a constant; numbered if it is taken.
    pub fn constant(&mut self, prefix: &str, text: &str) -> Ident {
        let mut stem = format!("{prefix}{}", text.to_ascii_uppercase());
        if stem.starts_with(|first: char| first.is_ascii_digit()) {
            stem.insert(0, 'N');
        }
        let mut name = stem.clone();
        let mut count = 1;
        while !self.used.insert(name.clone()) {
            count += 1;
            name = format!("{stem}_{count}");
        }
        Ident::new(&name, Span::call_site())
    }
}

#[cfg(test)]
mod tests {
    use super::Namer;

    #[test]
    fn names_are_unique_identifiers() {
        let mut namer = Namer::new(&["TABLE"]);
        let names = [("", "conv1"), ("", "table"), ("X_", "conv1"), ("", "x_conv1"), ("", "x_conv1"), ("", "1_conv")];
        let names = names.map(|(prefix, text)| namer.constant(prefix, text).to_string());
        assert_eq!(names, ["CONV1", "TABLE_2", "X_CONV1", "X_CONV1_2", "X_CONV1_3", "N1_CONV"]);
    }
}
