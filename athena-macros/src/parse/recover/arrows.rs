//! What stands between two steps where `->` should be.

use crate::ast::Stage;
use crate::errors::Error;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token, text};
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// Something else than `->` between two steps. Says whether a stage follows.
    pub fn instead_of_arrow(&mut self, cursor: &mut Cursor, stages: &[Stage]) -> bool {
        let Some(token) = cursor.peek() else { return false };
        if ["block", "struct", "pub"].iter().any(|word| token.is_word(word)) && cursor.peek_at(1).is_none() {
            let error = Error::new(token.loc, format!("`{}` stands before an item, not in a body", token.text()));
            self.errors.push(error.help("remove it"));
            cursor.take();
            return false;
        }
        if token.is_word("let") || (token.is_word("input") && !cursor.previous().is_some_and(|before| before.is("->")))
        {
            // A missing `;`: the caller says so.
            return false;
        }
        if token.is_group(Delimiter::Parenthesis)
            && cursor.previous().is_some_and(|before| before.is_group(Delimiter::Parenthesis))
        {
            self.applied_step(cursor, token);
            return self.after_removed(cursor);
        }
        if self.rust_suffix(cursor) {
            return self.after_removed(cursor);
        }
        if let Some(goes_on) = self.compound_sign(cursor) {
            return goes_on;
        }
        match &token.kind {
            Kind::Op(op) if ["*", "^"].contains(&op.as_str()) && !stages.is_empty() && is_count(cursor.peek_at(1)) => {
                self.trailing_repeat(cursor, stages);
                true
            }
            Kind::Op(op) if !["+", "*", "||"].contains(&op.as_str()) => self.other_arrow(cursor, op),
            Kind::Ident(word)
                if (*word == "x" || *word == "times") && !stages.is_empty() && is_number(cursor.peek_at(1)) =>
            {
                self.trailing_repeat(cursor, stages);
                true
            }
            _ => {
                let error = Error::new(token.loc, format!("expected `->` before `{}`", token.text()));
                self.errors.push(error.help("put `->` before it"));
                true
            }
        }
    }

    /// `conv(16, 3x3) += input`. Says whether a step follows.
    fn compound_sign(&mut self, cursor: &mut Cursor) -> Option<bool> {
        let (sign, equals) = (cursor.peek()?, cursor.peek_at(1).filter(|next| next.is("="))?);
        if !["+", "*", "||"].iter().any(|join| sign.is(join)) || cursor.peek_at(2).is_some_and(|next| next.is(">")) {
            return None;
        }
        let symbol = sign.text();
        let error = Error::new(sign.loc.to(equals.loc), format!("values never change: `{symbol}` makes a new one"));
        self.errors.push(error.help(format!("write `-> {symbol}`")));
        cursor.take();
        cursor.take();
        self.operand(cursor);
        while cursor.peek().is_some_and(|next| !next.is("->") && !next.is(";")) {
            cursor.take();
        }
        Some(cursor.eat("->").is_some())
    }

    /// `conv(16, 3x3)(x)`, as functions of functions are called.
    fn applied_step(&mut self, cursor: &mut Cursor, argument: &Token) {
        let error = Error::new(argument.loc, "a step gets its value from the `->` before it");
        self.errors.push(error.help("remove it"));
        cursor.take();
    }

    /// Behind something that does not belong there. Says whether a stage follows.
    fn after_removed(&mut self, cursor: &mut Cursor) -> bool {
        self.goes_on(cursor);
        if cursor.at_end() || cursor.is(";") || cursor.is("->") {
            return cursor.eat("->").is_some();
        }
        self.instead_of_arrow(cursor, &[])
    }

    fn other_arrow(&mut self, cursor: &mut Cursor, op: &str) -> bool {
        let mark = cursor.mark();
        let sign = cursor.take();
        if !["=", "-", ">", "|", "~", "<"].contains(&op) && cursor.is("->") {
            let at = sign.map_or(cursor.here(), |sign| sign.loc);
            self.errors.push(Error::new(at, format!("expected `->`, found `{op}`")).help("remove it"));
            cursor.take();
            return true;
        }
        let continues = |next: &Token| [">", "-", "->", "=", op].iter().any(|sign| next.is(sign));
        while cursor.peek().is_some_and(continues) {
            cursor.take();
        }
        let (loc, _) = cursor.span_since(mark);
        if cursor.at_end() || cursor.is(";") {
            self.errors.push(Error::new(loc, format!("nothing follows this `{op}`")).help("remove it"));
            return false;
        }
        let arrow = ["=", "-", ">", ".", ",", "|", ":", "~"].contains(&op);
        let fact = if arrow { "expected `->` between steps".into() } else { format!("expected `->`, found `{op}`") };
        self.errors.push_local(Error::new(loc, fact).help("write `->`"));
        true
    }

    /// `basic(16) * 3`, where `3 * basic(16)` is meant.
    fn trailing_repeat(&mut self, cursor: &mut Cursor, stages: &[Stage]) {
        let Some(star) = cursor.take() else { return };
        let step = stages.last().map(|stage| stage.text.clone()).unwrap_or_default();
        let mut loc = stages.last().map_or(star.loc, |stage| stage.loc.to(star.loc));
        let mut count = "3".to_string();
        if let Some(number) = cursor.peek().filter(|token| !token.is("->") && !token.is(";")) {
            loc = loc.to(number.loc);
            count = number.text();
            cursor.take();
        }
        let error = Error::new(loc, "the number of rounds stands before the step");
        self.errors.push_local(error.help(format!("write `{count} * {step}`")));
        cursor.skip_to(&["->", ";"]);
        cursor.eat("->");
    }

    /// Doc comments and comments of other languages, which are no comments here: `/// stage 1`, `# stage 1`.
    pub fn comments(&mut self, cursor: &mut Cursor) {
        while cursor.is("#") {
            let mark = cursor.mark();
            cursor.take();
            let doc = cursor.peek().and_then(doc_text);
            match doc {
                Some(doc) => {
                    cursor.take();
                    let (loc, _) = cursor.span_since(mark);
                    let error = Error::new(loc, "a doc comment describes an item, not a part of a body");
                    self.errors.push(error.help(format!("write `// {}`", doc.trim())));
                }
                None if cursor.is_group(Delimiter::Bracket) => {
                    cursor.take();
                    let (loc, _) = cursor.span_since(mark);
                    let error = Error::new(loc, "an attribute stands before a `struct`, not in a body");
                    self.errors.push(error.note("`#[freeze(stem)]` there freezes the step `stem`").help("remove it"));
                }
                None => {
                    cursor.skip_to(&["->", ";"]);
                    let (loc, _) = cursor.span_since(mark);
                    self.errors.push(Error::new(loc, "a comment starts with `//`").help("remove it"));
                }
            }
        }
    }
}

/// `3` in `basic(16) * 3`: a number of rounds, and no value.
fn is_count(token: Option<&Token>) -> bool {
    token.is_none_or(|token| matches!(token.kind, Kind::Literal(_)))
}

fn is_number(token: Option<&Token>) -> bool {
    token.is_some_and(|token| matches!(token.kind, Kind::Literal(_)))
}

/// The text of `[doc = "..."]`.
fn doc_text(token: &Token) -> Option<String> {
    let Kind::Group { delimiter: Delimiter::Bracket, tokens, .. } = &token.kind else { return None };
    match &tokens[..] {
        [word, sign, Token { kind: Kind::Literal(doc), .. }] if word.is_word("doc") && sign.is("=") => {
            Some(doc.trim_start_matches('r').trim_matches(['#', '"']).to_string())
        }
        _ => text(tokens).is_empty().then(String::new),
    }
}
