//! Labels with numbers: `"layer{1..}": 3 * basic(16)`.

use super::Parser;
use super::cursor::Cursor;
use super::tokens::{Kind, MOST_LETTERS, Token};
use crate::ast::{Expr, Numbers, Step};

impl Parser<'_> {
    /// `"layer{1..}":`. Other quoted labels are mistakes that [`odd_label`](Parser::odd_label) reports.
    pub(super) fn numbers(&mut self, cursor: &mut Cursor) -> Option<Numbers> {
        let Some(Token { kind: Kind::Literal(text), loc }) = cursor.peek() else { return None };
        let text = text.strip_prefix('"')?.strip_suffix('"')?;
        if !text.contains('{') || !cursor.is_at(1, ":") || cursor.is_at(2, ":") {
            return None;
        }
        let read = Numbers::read(text, *loc).filter(|_| text.len() <= MOST_LETTERS);
        if read.is_none() {
            let help = "write `\"layer{1..}\"`, or another label";
            self.report(*loc, "a label with numbers has letters, digits, `_` and `-` around one `{0..}`", help);
        }
        cursor.take_all(2);
        read
    }

    /// Whether there is something to number; otherwise that is reported.
    pub(super) fn has_numbered(&mut self, numbers: &Numbers, repeat: Option<&Expr>, step: &Step) -> bool {
        let is_numbered = repeat.is_some() || matches!(step, Step::List(_) | Step::Broken);
        if !is_numbered {
            let fact = "a label with numbers is for the rounds of a repeat, or for the steps of a list";
            let label: String = numbers.label(0).replace('-', "_");
            let letter = if label.starts_with(|first: char| first.is_ascii_alphabetic()) { "" } else { "step" };
            self.report(numbers.loc, fact, format!("write `{letter}{label}`"));
        }
        is_numbered
    }
}
