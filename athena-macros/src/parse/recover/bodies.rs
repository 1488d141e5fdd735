//! Errors in bodies: around a `let`, a `;` or the start of a chain.

use super::languages::in_place_of;
use crate::ast::{Chain, Let, Merge, Name};
use crate::errors::Error;
use crate::loc::Loc;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token};
use crate::parse::{Parser, Value};
use proc_macro2::Delimiter;

/// Signs that are written for `;` by mistake.
const OTHER_ENDS: [&str; 4] = [",", ":", "=", "."];

impl Parser<'_> {
    /// Tokens before a `let` or a chain that are neither. Returns whether a new statement follows.
    pub fn before_let(&mut self, cursor: &mut Cursor, lets: &mut Vec<Let>) -> bool {
        self.comments(cursor);
        if let Some(empty) = cursor.eat(";") {
            self.report(empty.loc, "nothing stands before this `;`", "remove it");
            return true;
        }
        if self.foreign_statement(cursor, lets) {
            return true;
        }
        if let [name, word, sign, ..] = cursor.rest()
            && name.is_name()
            && word.is_word("let")
            && sign.is("=")
        {
            // The name is unknown then.
            let help = format!("write `let {0}` instead of `{0} let`", name.text());
            self.report(word.loc, "`let` stands before the name", help);
            cursor.take();
        }
        false
    }

    pub fn empty_body(&mut self, lets: &[Let], close: Loc) {
        let Value { source, ending, .. } = &self.value;
        let name = lets.iter().rev().find_map(|binding| binding.name.as_ref());
        let value = name.map_or(source, |name| &name.text);
        let help = format!("put `{value}{ending}` before it");
        self.report(close, "the body has no value: its last chain is missing", help);
    }

    /// The end of a chain without a name. Returns whether the body ends there; if it goes on, the value of the chain is lost.
    pub fn behind_last_chain(&mut self, cursor: &mut Cursor, chain: &Chain) -> bool {
        let Some(token) = cursor.peek() else { return true };
        if cursor.eat(";").is_some() {
            if cursor.at_end() {
                let fact = "the last chain is the body's value and ends without `;`";
                self.report(token.loc, fact, "remove it");
                return true;
            }
        } else if token.is_word("let") {
            self.missing_semicolon(cursor);
        } else {
            let fact = format!("expected `->` or the end of the body, found `{}`", token.text());
            self.report(token.loc, fact, "put `-> +` before it");
            return true;
        }
        let fact = "the value of this chain is not used: a body's value is its last chain";
        self.report(chain.head.operands[0].loc, fact, "put `let value =` before it");
        false
    }

    /// Another sign where a `let` should end with `;`, or none.
    pub fn missing_semicolon(&mut self, cursor: &mut Cursor) {
        if self.other_end(cursor)
            && let Some(sign) = cursor.take()
        {
            let fact = format!("a `let` ends with `;`, not with `{}`", sign.text());
            return self.report(sign.loc, fact, "write `;`");
        }
        let fact = match cursor.peek() {
            Some(next) => format!("expected `;` before `{}`", next.text()),
            None => "expected `;` at the end of the `let`".to_string(),
        };
        self.report(cursor.before(), fact, "put `;` behind it");
    }

    /// `let mut a = ...` and `let = a input -> ...`: takes the word or the sign.
    pub fn before_name(&mut self, cursor: &mut Cursor) {
        if cursor.is_word("mut") {
            self.report(cursor.here(), "values never change", "remove it");
            cursor.take();
        }
        if let Some(name) = cursor.name_at(1).filter(|_| cursor.is("=") && cursor.name_at(2).is_some()) {
            let help = format!("write `{0} =` instead of `= {0}`", name.text);
            self.report(cursor.here(), "a name stands between `let` and `=`", help);
            cursor.take();
        }
    }

    /// No name behind `let`, or a pattern such as `(a, b)`, of which the first name is taken.
    pub fn missing_let_name(&mut self, cursor: &mut Cursor) -> Option<Name> {
        let is_missing = cursor.is("=") || cursor.at_end();
        let first = cursor.peek().and_then(|pattern| pattern.inner().iter().find_map(Token::name));
        self.lost_name |= first.is_none();
        let written = first.as_ref().map_or("value", |name| name.text.as_str());
        let help = if is_missing { "put `value` before it".to_string() } else { format!("write `{written}`") };
        self.report(cursor.here(), "expected a name after `let`", help);
        if !is_missing {
            cursor.take();
        }
        first
    }

    /// `:`, `->` and the like, a type, or a second name where the `=` of a `let` should be.
    pub fn other_equals_in_let(&mut self, cursor: &mut Cursor) {
        let mut mark = cursor.mark();
        let mut ahead = cursor.clone();
        ahead.skip_to(&["=", "->", ";"]);
        if cursor.is(":") && ahead.is("=") && !cursor.is_at(1, "=") {
            self.report_local(ahead.span_since(mark).0, "values have no types: they are inferred", "remove it");
            *cursor = ahead;
            mark = cursor.mark();
        } else if let Some(again) = cursor.name_at(0).filter(|_| cursor.is_at(1, "=")) {
            self.report(again.loc, format!("expected `=`, found `{}`", again.text), "remove it");
            cursor.take();
            mark = cursor.mark();
        }
        while cursor.is_any_at(0, &[":", "<", "-", "->", "="])
            && !(cursor.is("->") && cursor.previous().is_some_and(|sign| sign.is("=")))
        {
            cursor.take();
        }
        let (loc, found) = cursor.span_since(mark);
        match cursor.since(mark) {
            [sign] if sign.is("=") => {}
            [] if cursor.is(";") => {}
            [] => self.report(loc, "expected `=` after the name", "put `=` before it"),
            _ => self.report(loc, format!("expected `=` after the name, found `{found}`"), "write `=`"),
        }
    }

    /// `let filters;`, and `let filters = 16;`. The name is unknown then, which is not reported again.
    pub fn no_value(&mut self, cursor: &mut Cursor, name: &Name) -> bool {
        if cursor.eat(";").is_some() {
            let help = format!("put `= {}` behind it, or another chain", self.value.source);
            self.report(name.loc, format!("`{}` has no value", name.text), help);
            return true;
        }
        let number = cursor.until(&["->", ";"]);
        if !number.first().is_some_and(Token::is_literal) || !cursor.is_at(number.len(), ";") {
            return false;
        }
        let mark = cursor.mark();
        cursor.take_all(number.len());
        let (at, written) = cursor.span_since(mark);
        cursor.take();
        self.lost_name = true;
        let item = format!("let {} = {written};", name.text);
        let help = in_place_of(&item, &name.text, number).unwrap_or_else(|| format!("remove `{item}`"));
        let error = Error::new(at, format!("`let` names a map or a vector, and `{written}` is a number"));
        self.errors.push(error.note("only a block's parameters are numbers with a name").help(help));
        true
    }

    /// Whether a chain ends here: at a `;` behind which it does not go on, as in `input -> relu; -> tanh`, and in a `let` also
    /// where another chain starts.
    pub fn ends_chain(&mut self, cursor: &mut Cursor, in_let: bool) -> bool {
        if !in_let && cursor.is(";") && cursor.is_at(1, "->") {
            self.report(cursor.here(), "the chain goes on behind this `;`", "remove it");
            cursor.take();
        }
        cursor.is(";") || in_let && (self.other_end(cursor) || self.starts_chain(cursor, 0))
    }

    /// `conv(16, 3x3)` or `-> relu` at the start of a chain. The second value tells whether a step follows.
    pub fn step_as_head(&mut self, cursor: &mut Cursor) -> Option<(Merge, bool)> {
        let (is_arrow, is_step) = (cursor.is("->"), starts_step(cursor));
        if !is_arrow && !is_step {
            return None;
        }
        if let Some(head) = self.foreign_head(cursor) {
            return Some((head, false));
        }
        let arrow = if is_arrow { "" } else { " ->" };
        let help = format!("put `{}{arrow}` before it", self.value.source);
        self.report(cursor.here(), "a chain starts with a value, not with a step", help);
        Some((Merge::broken(cursor.here()), is_step))
    }

    /// `,` where a `let` should end with `;`, before `input -> ...` or another `let`.
    fn other_end(&self, cursor: &Cursor) -> bool {
        self.other_end_at(cursor, 0) || cursor.is_any_at(0, &OTHER_ENDS) && self.starts_chain(cursor, 1)
    }

    /// The same `ahead` tokens further on, but only before `input` or `let`.
    pub fn other_end_at(&self, cursor: &Cursor, ahead: usize) -> bool {
        let starts = |next: &Token| next.is_word("input") || next.is_word("let");
        cursor.is_any_at(ahead, &OTHER_ENDS) && cursor.peek_at(ahead + 1).is_some_and(starts)
    }

    /// Whether a value and a step start `ahead` tokens further on, after a `let` without its `;`.
    fn starts_chain(&self, cursor: &Cursor, ahead: usize) -> bool {
        cursor.peek_at(ahead).is_some_and(|name| name.is_name() && !self.is_step_word(name))
            && cursor.ends_at(ahead + 1, &["->", "+", "*", "||", "="])
    }
}

/// Whether a chain starts with something that can only be a step: `conv(16, 3x3)`, `3 * basic(16)`, `stem: ...`, `[...]`, `+ x`.
fn starts_step(cursor: &Cursor) -> bool {
    let is_call = |ahead| cursor.is_group_at(ahead, Delimiter::Parenthesis);
    cursor.peek().is_some_and(|token| match &token.kind {
        Kind::Ident(_) => {
            is_call(1) || cursor.is_at(1, ":") || cursor.is_at(1, "*") && cursor.name_at(2).is_some() && is_call(3)
        }
        Kind::Literal(_) => true,
        Kind::Group { delimiter, .. } => *delimiter == Delimiter::Bracket,
        Kind::Op(op) => ["+", "*", "||"].contains(&op.as_str()),
    })
}
