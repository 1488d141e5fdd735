//! Other tokens instead of the `->` between two steps.

use crate::ast::Stage;
use crate::errors::Error;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token};
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// Something else than `->` between two steps. Returns whether a stage follows.
    pub fn instead_of_arrow(&mut self, cursor: &mut Cursor, stages: &[Stage]) -> bool {
        let Some(token) = cursor.peek() else { return false };
        if token.starts_item() && cursor.peek_at(1).is_none() {
            self.report(token.loc, format!("`{}` stands before an item, not in a body", token.text()), "remove it");
            cursor.take();
            return false;
        }
        if token.is_word("let") || token.is_word("input") && !cursor.previous().is_some_and(|before| before.is("->")) {
            // A missing `;`: the caller says so.
            return false;
        }
        if let Some(fact) = suffix(token, cursor) {
            self.report(token.loc, fact, "remove it");
            cursor.take();
            self.goes_on(cursor);
            return match cursor.ends_at(0, &[";", "->"]) {
                true => cursor.eat("->").is_some(),
                false => self.instead_of_arrow(cursor, &[]),
            };
        }
        let is_join = token.is_any(&["+", "*", "||"]);
        if is_join && cursor.is_at(1, "=") && !cursor.is_at(2, ">") {
            return self.compound_sign(token, cursor);
        }
        let is_times = match &token.kind {
            Kind::Op(op) => ["*", "^"].contains(&op.as_str()) && cursor.peek_at(1).is_none_or(Token::is_literal),
            Kind::Ident(word) => (*word == "x" || *word == "times") && cursor.peek_at(1).is_some_and(Token::is_literal),
            _ => false,
        };
        match stages.last().filter(|_| is_times) {
            Some(last) => self.trailing_repeat(cursor, last),
            None if matches!(token.kind, Kind::Op(_)) && !is_join => return self.other_arrow(cursor, &token.text()),
            None => self.report(token.loc, format!("expected `->` before `{}`", token.text()), "put `->` before it"),
        }
        true
    }

    /// `conv(16, 3x3) += input`. Returns whether a step follows.
    fn compound_sign(&mut self, sign: &Token, cursor: &mut Cursor) -> bool {
        let (mark, symbol) = (cursor.mark(), sign.text());
        cursor.take_all(2);
        let fact = format!("values never change: `{symbol}` makes a new one");
        self.report(cursor.span_since(mark).0, fact, format!("write `-> {symbol}`"));
        self.operand(cursor);
        cursor.skip_to(&["->", ";"]);
        cursor.eat("->").is_some()
    }

    /// Another sign. Returns whether a step follows.
    fn other_arrow(&mut self, cursor: &mut Cursor, op: &str) -> bool {
        let mark = cursor.mark();
        cursor.take();
        if !["=", "-", ">", "|", "~", "<"].contains(&op) && cursor.is("->") {
            self.report(cursor.before(), format!("expected `->`, found `{op}`"), "remove it");
            cursor.take();
            return true;
        }
        cursor.take_while(|next| next.is_any(&[">", "-", "->", "=", op]));
        let (loc, _) = cursor.span_since(mark);
        if cursor.ends_at(0, &[";"]) {
            self.report(loc, format!("nothing follows this `{op}`"), "remove it");
            return false;
        }
        let is_arrow = ["=", "-", ">", ".", ",", "|", ":", "~"].contains(&op);
        let fact = if is_arrow { "expected `->` between steps" } else { &format!("expected `->`, found `{op}`") };
        self.report_local(loc, fact, "write `->`");
        true
    }

    /// `basic(16) * 3`, where `3 * basic(16)` is meant.
    fn trailing_repeat(&mut self, cursor: &mut Cursor, last: &Stage) {
        cursor.take();
        let count = if cursor.ends_at(0, &["->", ";"]) { None } else { cursor.take() };
        let loc = last.loc.to(cursor.before());
        let help = format!("write `{} * {}`", count.map_or("3".to_string(), Token::text), last.text);
        self.report_local(loc, "the number of rounds stands before the step", help);
        cursor.skip_to(&["->", ";"]);
        cursor.eat("->");
    }

    /// Doc comments, attributes and comments of other languages: `/// stage 1`, `#[cfg(test)]`, `# stage 1`.
    pub fn comments(&mut self, cursor: &mut Cursor) {
        while cursor.is("#") {
            let mark = cursor.mark();
            cursor.take();
            let brackets = cursor.peek().filter(|token| token.is_group(Delimiter::Bracket));
            match brackets {
                Some(_) => drop(cursor.take()),
                None => drop(cursor.skip_to(&["->", ";"])),
            }
            let (loc, _) = cursor.span_since(mark);
            match brackets.map(Token::inner) {
                Some([word, sign, doc]) if word.is_word("doc") && sign.is("=") && doc.is_literal() => {
                    let doc = doc.text();
                    let help = format!("write `// {}`", doc.trim_start_matches('r').trim_matches(['#', '"']).trim());
                    self.report(loc, "a doc comment describes an item, not a part of a body", help);
                }
                Some(inside) => {
                    let error = Error::new(loc, "an attribute must stand before a `struct`, not in a body");
                    let error = match inside.first() {
                        Some(word) if word.is_word("freeze") => error.note(
                            "to freeze layers, write `#[freeze(conv1)]` before the `struct`, with the labels of the layers",
                        ),
                        _ => error,
                    };
                    self.errors.push(error.help("remove it"));
                }
                None => self.report(loc, "a comment starts with `//`", "remove it"),
            }
        }
    }
}

/// The message for `(x)` in `conv(16, 3x3)(x)` and for `[0]`, after a step or a value.
fn suffix(token: &Token, cursor: &Cursor) -> Option<&'static str> {
    let is_call = token.is_group(Delimiter::Parenthesis);
    if is_call && cursor.previous().is_some_and(|before| before.is_group(Delimiter::Parenthesis)) {
        return Some("a step gets its value from the `->` before it");
    }
    let is_index = token.is_group(Delimiter::Bracket) && token.inner().iter().all(|token| !token.is_name());
    is_index.then_some("maps and steps have no parts to choose from")
}
