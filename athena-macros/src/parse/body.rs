//! Bodies and chains: `let a = input -> ...; a + input -> ...`.

use super::Parser;
use super::cursor::Cursor;
use super::tokens::{Kind, Token};
use crate::ast::{Body, Chain, Let, Merge};
use crate::errors::Error;
use crate::loc::Loc;
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// The inside of a struct's or a block's braces. `ending` is what a struct without any value could end with.
    pub fn body(&mut self, tokens: &[Token], close: Loc, ending: &str) -> Body {
        let mut cursor = Cursor::new(tokens, close);
        let mut lets = Vec::new();
        self.lost_name = false;
        loop {
            self.goes_on(&mut cursor);
            self.comments(&mut cursor);
            if let Some(empty) = cursor.eat(";") {
                self.errors.push(Error::new(empty.loc, "nothing stands before this `;`").help("remove it"));
                continue;
            }
            if self.stray_item(&mut cursor, &mut lets) {
                continue;
            }
            self.name_before_let(&mut cursor);
            if cursor.peek().is_some_and(|token| token.is_word("let")) {
                cursor.take();
                lets.push(self.binding(&mut cursor));
                continue;
            }
            if cursor.peek_at(1).is_some_and(|token| token.is("="))
                && !cursor.peek_at(2).is_some_and(|token| token.is(">"))
            {
                let error = Error::new(cursor.here(), "a value gets its name from `let`");
                self.errors.push_local(error.help("put `let` before it"));
                lets.push(self.binding(&mut cursor));
                continue;
            }
            if cursor.at_end() {
                self.empty_body(&lets, close, ending);
                return Body { lets, chain: Chain::broken(close), lost_name: self.lost_name };
            }
            if let Some(chain) = self.returned_chain(&mut cursor) {
                if cursor.at_end() {
                    return Body { lets, chain, lost_name: self.lost_name };
                }
                lets.push(Let { name: None, chain });
                continue;
            }
            let chain = self.chain(&mut cursor);
            match self.after_last_chain(&mut cursor, &chain) {
                true => return Body { lets, chain, lost_name: self.lost_name },
                false => lets.push(Let { name: None, chain }),
            }
        }
    }

    /// Whether the body ends here; a chain that others follow is reported as lost.
    fn after_last_chain(&mut self, cursor: &mut Cursor, chain: &Chain) -> bool {
        if let Some(semicolon) = cursor.eat(";") {
            if cursor.at_end() {
                let error = Error::new(semicolon.loc, "the last chain is the body's value and ends without `;`");
                self.errors.push(error.help("remove it"));
                return true;
            }
        } else {
            let Some(token) = cursor.peek() else { return true };
            if !token.is_word("let") {
                self.expected_arrow(token);
                return true;
            }
            self.expected_semicolon(cursor);
        }
        let error =
            Error::new(chain.head.operands[0].loc, "the value of this chain is lost: only a body's last chain is kept");
        self.errors.push(error.help("put `let value =` before it"));
        false
    }

    pub(super) fn end_of_let(&mut self, cursor: &mut Cursor) {
        if self.other_end(cursor)
            && let Some(sign) = cursor.take()
        {
            let error = Error::new(sign.loc, format!("a `let` ends with `;`, not with `{}`", sign.text()));
            self.errors.push(error.help("write `;`"));
        } else if cursor.eat(";").is_none() {
            self.expected_semicolon(cursor);
        }
    }

    fn binding(&mut self, cursor: &mut Cursor) -> Let {
        if let Some(token) = cursor.peek().filter(|token| token.is_word("mut")) {
            self.errors.push(Error::new(token.loc, "values never change").help("remove it"));
            cursor.take();
        }
        let name = cursor.peek().and_then(Token::name);
        match &name {
            Some(_) => drop(cursor.take()),
            None if self.name_behind_sign(cursor) => return self.binding(cursor),
            None if cursor.is("=") || cursor.at_end() => {
                self.lost_name = true;
                self.errors
                    .push(Error::new(cursor.here(), "expected a name after `let`").help("put `value` before it"));
            }
            None => return self.pattern_binding(cursor),
        }
        if let (Some(name), Some(end)) = (&name, cursor.peek().filter(|next| next.is(";"))) {
            let error = Error::new(name.loc, format!("`{}` has no value", name.text));
            self.errors.push(error.help("put `= input` behind it, or another chain"));
            cursor.take();
            return Let { name: Some(name.clone()), chain: Chain::broken(end.loc) };
        }
        self.binding_sign(cursor);
        if let Some(name) = &name
            && self.named_number(cursor, name)
        {
            return Let { name: None, chain: Chain::broken(name.loc) };
        }
        let chain = self.chain_of(cursor, true);
        self.end_of_let(cursor);
        Let { name, chain }
    }

    /// The `=` of a `let`, or what stands there instead.
    pub(super) fn binding_sign(&mut self, cursor: &mut Cursor) {
        let mark = cursor.mark();
        let mut ahead = cursor.clone();
        ahead.skip_to(&["=", "->", ";"]);
        if cursor.is(":") && ahead.is("=") && !cursor.peek_at(1).is_some_and(|next| next.is("=")) {
            cursor.skip_to(&["="]);
            let (loc, _) = cursor.span_since(mark);
            self.errors.push_local(Error::new(loc, "values have no types: they are inferred").help("remove it"));
        }
        if let (Some(again), Some(sign)) = (cursor.peek(), cursor.peek_at(1))
            && again.name().is_some()
            && sign.is("=")
        {
            self.errors
                .push(Error::new(again.loc, format!("expected `=`, found `{}`", again.text())).help("remove it"));
            cursor.take();
        }
        let mark = cursor.mark();
        while cursor.peek().is_some_and(|token| [":", "<", "-", "->", "="].iter().any(|sign| token.is(sign))) {
            if cursor.is("->") && cursor.since(mark).last().is_some_and(|sign| sign.is("=")) {
                break;
            }
            cursor.take();
        }
        match cursor.since(mark) {
            [sign] if sign.is("=") => {}
            [] => {
                self.errors.push(Error::new(cursor.here(), "expected `=` after the name").help("put `=` before it"));
            }
            _ => {
                let (loc, found) = cursor.span_since(mark);
                let error = Error::new(loc, format!("expected `=` after the name, found `{found}`"));
                self.errors.push(error.help("write `=`"));
            }
        }
    }

    /// `merge -> stage -> stage`, up to `;` or the end.
    pub fn chain(&mut self, cursor: &mut Cursor) -> Chain {
        self.chain_of(cursor, false)
    }

    pub(super) fn chain_of(&mut self, cursor: &mut Cursor, in_let: bool) -> Chain {
        let (head, starts_with_stage) = self.head(cursor);
        let mut stages = Vec::new();
        if starts_with_stage {
            stages.push(self.stage(cursor));
        }
        loop {
            self.comments(cursor);
            if !self.goes_on(cursor) || (cursor.is(";") && (in_let || !self.semicolon_in_chain(cursor))) {
                break;
            }
            if in_let && self.other_end(cursor) {
                break;
            }
            let arrow = cursor.eat("->").is_some();
            if !arrow && ((in_let && self.starts_chain(cursor)) || !self.instead_of_arrow(cursor, &stages)) {
                break;
            }
            self.comments(cursor);
            stages.push(self.stage(cursor));
        }
        Chain { head, stages }
    }

    /// Where a chain starts. The second value says that it starts with a step: reported, and to be read as one.
    fn head(&mut self, cursor: &mut Cursor) -> (Merge, bool) {
        let here = cursor.here();
        if self.bracketed_operands(cursor, None) {
            return (Merge::broken(here), false);
        }
        self.scale(cursor);
        let (is_arrow, is_step) = (cursor.is("->"), starts_step(cursor));
        if !is_arrow && !is_step {
            return (self.merge(cursor), false);
        }
        if self.foreign_head(cursor) {
            return (Merge::broken(here), false);
        }
        let error = Error::new(here, "a chain starts with a value, not with a step");
        self.errors.push(error.help(if is_arrow { "put `input` before it" } else { "put `input ->` before it" }));
        (Merge::broken(here), is_step)
    }
}

/// Whether a chain starts with something that can only be a step: `conv(16, 3x3)`, `3 * basic(16)`, `stem: ...`, `[...]`, `+ x`.
fn starts_step(cursor: &Cursor) -> bool {
    let Some(token) = cursor.peek() else { return false };
    let next = cursor.peek_at(1);
    match &token.kind {
        Kind::Ident(_) => next.is_some_and(|next| {
            next.is_group(Delimiter::Parenthesis)
                || next.is(":")
                || next.is("*")
                    && cursor.peek_at(2).is_some_and(|after| matches!(after.kind, Kind::Ident(_)))
                    && cursor.peek_at(3).is_some_and(|after| after.is_group(Delimiter::Parenthesis))
        }),
        Kind::Literal(_) => true,
        Kind::Group { delimiter, .. } => *delimiter == Delimiter::Bracket,
        Kind::Op(op) => op == "+" || op == "*" || op == "||",
    }
}
