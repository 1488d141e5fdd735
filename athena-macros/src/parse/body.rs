//! Bodies and chains: `let a = input -> ...; a + input -> ...`.

use super::Parser;
use super::merge::broken_merge;
use super::operand::merged_values;
use super::statement::in_place_of;
use super::tokens::{Cursor, Kind, Token, text};
use crate::ast::{Body, Chain, Let, Merge, Name};
use crate::errors::Error;
use crate::loc::Loc;
use crate::words::{self, foreign};
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
            if cursor.peek().is_some_and(|token| is_word(token, "let")) {
                cursor.take();
                lets.push(self.binding(&mut cursor));
                continue;
            }
            if cursor.peek_at(1).is_some_and(|token| token.is("="))
                && !cursor.peek_at(2).is_some_and(|token| token.is(">"))
            {
                let error = Error::new(cursor.here(), "a value gets its name from `let`");
                self.errors.push_sign(error.help("put `let` before it"));
                lets.push(self.binding(&mut cursor));
                continue;
            }
            if cursor.at_end() {
                self.empty_body(&lets, close, ending);
                return Body { lets, chain: broken_chain(close), lost_name: self.lost_name };
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

    /// `side let = input -> ...`: takes the name, which is then unknown.
    fn name_before_let(&mut self, cursor: &mut Cursor) {
        let (Some(name), Some(word)) = (cursor.peek().and_then(Token::name), cursor.peek_at(1)) else { return };
        if !is_word(word, "let") || !cursor.peek_at(2).is_some_and(|sign| sign.is("=")) {
            return;
        }
        let error = Error::new(word.loc, "`let` stands before the name");
        self.errors.push(error.help(format!("write `let {0}` instead of `{0} let`", name.text)));
        cursor.take();
    }

    fn empty_body(&mut self, lets: &[Let], close: Loc, ending: &str) {
        let name = lets.iter().rev().find_map(|binding| binding.name.as_ref());
        let value = name.map_or("input", |name| name.text.as_str());
        let error = Error::new(close, "the body has no value: its last chain is missing");
        self.errors.push(error.help(format!("put `{value}{ending}` before it")));
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
            if !is_word(token, "let") {
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

    /// A value where the end of the body or a step was expected.
    fn expected_arrow(&mut self, token: &Token) {
        let error = Error::new(token.loc, format!("expected `->` or the end of the body, found `{}`", token.text()));
        self.errors.push(error.help("put `-> +` before it"));
    }

    fn end_of_let(&mut self, cursor: &mut Cursor) {
        if self.other_end(cursor)
            && let Some(sign) = cursor.take()
        {
            let error = Error::new(sign.loc, format!("a `let` ends with `;`, not with `{}`", sign.text()));
            self.errors.push(error.help("write `;`"));
        } else if cursor.eat(";").is_none() {
            self.expected_semicolon(cursor);
        }
    }

    fn expected_semicolon(&mut self, cursor: &Cursor) {
        let at = cursor.previous().map_or(cursor.here(), |before| before.loc);
        let fact = match cursor.peek() {
            Some(next) => format!("expected `;` before `{}`", next.text()),
            None => "expected `;` at the end of the `let`".to_string(),
        };
        self.errors.push(Error::new(at, fact).help("put `;` behind it"));
    }

    fn binding(&mut self, cursor: &mut Cursor) -> Let {
        if let Some(token) = cursor.peek().filter(|token| is_word(token, "mut")) {
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
            return Let { name: Some(name.clone()), chain: broken_chain(end.loc) };
        }
        self.binding_sign(cursor);
        if let Some(name) = &name
            && self.named_number(cursor, name)
        {
            return Let { name: None, chain: broken_chain(name.loc) };
        }
        let chain = self.chain_of(cursor, true);
        self.end_of_let(cursor);
        Let { name, chain }
    }

    /// `let filters = 16;`: without it, the name is unknown, which is no further mistake.
    fn named_number(&mut self, cursor: &mut Cursor, name: &Name) -> bool {
        let mark = cursor.mark();
        let mut ahead = cursor.clone();
        ahead.skip_to(&["->", ";"]);
        let (value, written) = ahead.span_since(mark);
        let starts = ahead.since(mark).first().is_some_and(|token| matches!(token.kind, Kind::Literal(_)));
        if !starts || !ahead.is(";") {
            return false;
        }
        let number = ahead.since(mark);
        ahead.take();
        *cursor = ahead;
        self.lost_name = true;
        let item = format!("let {} = {written};", name.text);
        let help = in_place_of(&item, &name.text, number).unwrap_or_else(|| format!("remove `{item}`"));
        let error = Error::new(value, format!("`let` names a map or a vector, and `{written}` is a number"));
        self.errors.push(error.note("only a block's parameters are numbers with a name").help(help));
        true
    }

    /// `let = a input -> ...`: takes the sign.
    fn name_behind_sign(&mut self, cursor: &mut Cursor) -> bool {
        let is_name = |ahead| cursor.peek_at(ahead).and_then(Token::name);
        let (Some(sign), Some(name), Some(_)) = (cursor.peek().filter(|sign| sign.is("=")), is_name(1), is_name(2))
        else {
            return false;
        };
        let error = Error::new(sign.loc, "a name stands between `let` and `=`");
        self.errors.push(error.help(format!("write `{0} =` instead of `= {0}`", name.text)));
        cursor.take();
        true
    }

    /// `let (a, b) = ...`: a chain has one value.
    fn pattern_binding(&mut self, cursor: &mut Cursor) -> Let {
        let pattern = cursor.take();
        let first = pattern.and_then(|token| match &token.kind {
            Kind::Group { tokens, .. } => tokens.iter().find_map(Token::name),
            _ => None,
        });
        self.lost_name |= first.is_none();
        let at = pattern.map_or(cursor.here(), |token| token.loc);
        let written = first.as_ref().map_or("value", |name| name.text.as_str());
        self.errors.push(Error::new(at, "expected a name after `let`").help(format!("write `{written}`")));
        self.binding_sign(cursor);
        let chain = self.chain_of(cursor, true);
        self.end_of_let(cursor);
        Let { name: first, chain }
    }

    /// The `=` of a `let`, or what stands there instead.
    fn binding_sign(&mut self, cursor: &mut Cursor) {
        let mark = cursor.mark();
        let mut ahead = cursor.clone();
        ahead.skip_to(&["=", "->", ";"]);
        if cursor.is(":") && ahead.is("=") && !cursor.peek_at(1).is_some_and(|next| next.is("=")) {
            cursor.skip_to(&["="]);
            let (loc, _) = cursor.span_since(mark);
            self.errors.push_sign(Error::new(loc, "values have no types: they are inferred").help("remove it"));
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

    fn chain_of(&mut self, cursor: &mut Cursor, in_let: bool) -> Chain {
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

    /// `input -> relu; -> tanh`
    fn semicolon_in_chain(&mut self, cursor: &mut Cursor) -> bool {
        let goes_on = cursor.peek_at(1).is_some_and(|next| next.is("->"));
        if goes_on {
            self.errors.push(Error::new(cursor.here(), "the chain goes on behind this `;`").help("remove it"));
            cursor.take();
        }
        goes_on
    }

    /// Where a chain starts. The second value says that it starts with a step: reported, and to be read as one.
    fn head(&mut self, cursor: &mut Cursor) -> (Merge, bool) {
        let here = cursor.here();
        if self.bracketed_operands(cursor, None) {
            return (broken_merge(here), false);
        }
        self.scale(cursor);
        let (is_arrow, is_step) = (cursor.is("->"), starts_step(cursor));
        if !is_arrow && !is_step {
            return (self.merge(cursor), false);
        }
        if self.foreign_head(cursor) {
            return (broken_merge(here), false);
        }
        let error = Error::new(here, "a chain starts with a value, not with a step");
        self.errors.push(error.help(if is_arrow { "put `input` before it" } else { "put `input ->` before it" }));
        (broken_merge(here), is_step)
    }

    /// `add(a, b)`, `Add()([a, b])`, `Input(shape=(32, 32, 3))`
    fn foreign_head(&mut self, cursor: &mut Cursor) -> bool {
        let Some(word) = cursor.peek().and_then(Token::name) else { return false };
        if self.blocks.contains(&word.text) || words::find(&word.text).is_some() {
            return false;
        }
        let mut ahead = cursor.clone();
        ahead.take();
        let mark = ahead.mark();
        while ahead.is_group(Delimiter::Parenthesis) {
            ahead.take();
        }
        let written = text(ahead.since(mark));
        let groups = ahead.since(mark).iter().filter_map(|token| match &token.kind {
            Kind::Group { tokens, .. } => Some(merged_values(tokens)),
            _ => None,
        });
        let values: Vec<String> = groups.flatten().collect();
        let code = match foreign::merge(&word.text) {
            Some(sign) if values.len() > 1 => values.join(&format!(" {sign} ")),
            None if word.text.to_ascii_lowercase().contains("input") => "input".to_string(),
            _ => return false,
        };
        let error = Error::new(word.loc, format!("there is no layer or block `{}`", word.text));
        self.errors.push_sign(error.help(format!("write `{code}` instead of `{}{written}`", word.text)));
        *cursor = ahead;
        true
    }

    /// `,` where a `let` should end with `;`, before `input -> ...` or another `let`.
    fn other_end(&self, cursor: &Cursor) -> bool {
        let mut behind = cursor.clone();
        behind.take();
        let is_sign = [",", ":", "=", "."].iter().any(|sign| cursor.is(sign));
        self.other_end_at(cursor, 0) || is_sign && self.starts_chain(&behind)
    }

    /// The same, so many tokens further on, before `input` or `let` alone.
    pub(super) fn other_end_at(&self, cursor: &Cursor, ahead: usize) -> bool {
        let is_sign = |token: &Token| [",", ":", "=", "."].iter().any(|sign| token.is(sign));
        let starts = |next: &Token| is_word(next, "input") || is_word(next, "let");
        cursor.peek_at(ahead).is_some_and(is_sign) && cursor.peek_at(ahead + 1).is_some_and(starts)
    }

    /// A value and what happens to it, behind a `let` that lacks its `;`.
    fn starts_chain(&self, cursor: &Cursor) -> bool {
        let Some(name) = cursor.peek().and_then(Token::name) else { return false };
        let known = self.blocks.contains(&name.text) || words::find(&name.text).is_some();
        let goes_on = |next: &Token| ["->", "+", "*", "||", "="].iter().any(|sign| next.is(sign));
        !known && cursor.peek_at(1).is_none_or(goes_on)
    }
}

/// Whether a token is this very word.
pub fn is_word(token: &Token, word: &str) -> bool {
    matches!(&token.kind, Kind::Ident(ident) if *ident == word)
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

/// A chain whose value is unknown.
pub fn broken_chain(loc: Loc) -> Chain {
    Chain { head: broken_merge(loc), stages: Vec::new() }
}
