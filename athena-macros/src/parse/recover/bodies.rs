//! Bodies: what stands around a `let`, a `;` or the start of a chain.

use crate::ast::{Let, Name};
use crate::errors::Error;
use crate::loc::Loc;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::recover::operands::merged_values;
use crate::parse::recover::statements::in_place_of;
use crate::parse::tokens::{Kind, Token, text};
use crate::words::{self, foreign};
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// `side let = input -> ...`: takes the name, which is then unknown.
    pub(in crate::parse) fn name_before_let(&mut self, cursor: &mut Cursor) {
        let (Some(name), Some(word)) = (cursor.peek().and_then(Token::name), cursor.peek_at(1)) else { return };
        if !word.is_word("let") || !cursor.peek_at(2).is_some_and(|sign| sign.is("=")) {
            return;
        }
        let error = Error::new(word.loc, "`let` stands before the name");
        self.errors.push(error.help(format!("write `let {0}` instead of `{0} let`", name.text)));
        cursor.take();
    }

    pub(in crate::parse) fn empty_body(&mut self, lets: &[Let], close: Loc, ending: &str) {
        let name = lets.iter().rev().find_map(|binding| binding.name.as_ref());
        let value = name.map_or("input", |name| name.text.as_str());
        let error = Error::new(close, "the body has no value: its last chain is missing");
        self.errors.push(error.help(format!("put `{value}{ending}` before it")));
    }

    /// A value where the end of the body or a step was expected.
    pub(in crate::parse) fn expected_arrow(&mut self, token: &Token) {
        let error = Error::new(token.loc, format!("expected `->` or the end of the body, found `{}`", token.text()));
        self.errors.push(error.help("put `-> +` before it"));
    }

    pub(in crate::parse) fn expected_semicolon(&mut self, cursor: &Cursor) {
        let at = cursor.previous().map_or(cursor.here(), |before| before.loc);
        let fact = match cursor.peek() {
            Some(next) => format!("expected `;` before `{}`", next.text()),
            None => "expected `;` at the end of the `let`".to_string(),
        };
        self.errors.push(Error::new(at, fact).help("put `;` behind it"));
    }

    /// `let filters = 16;`: without it, the name is unknown, which is no further mistake.
    pub(in crate::parse) fn named_number(&mut self, cursor: &mut Cursor, name: &Name) -> bool {
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
    pub(in crate::parse) fn name_behind_sign(&mut self, cursor: &mut Cursor) -> bool {
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
    pub(in crate::parse) fn pattern_binding(&mut self, cursor: &mut Cursor) -> Let {
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

    /// `input -> relu; -> tanh`
    pub(in crate::parse) fn semicolon_in_chain(&mut self, cursor: &mut Cursor) -> bool {
        let goes_on = cursor.peek_at(1).is_some_and(|next| next.is("->"));
        if goes_on {
            self.errors.push(Error::new(cursor.here(), "the chain goes on behind this `;`").help("remove it"));
            cursor.take();
        }
        goes_on
    }

    /// `add(a, b)`, `Add()([a, b])`, `Input(shape=(32, 32, 3))`
    pub(in crate::parse) fn foreign_head(&mut self, cursor: &mut Cursor) -> bool {
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
        self.errors.push_local(error.help(format!("write `{code}` instead of `{}{written}`", word.text)));
        *cursor = ahead;
        true
    }

    /// `,` where a `let` should end with `;`, before `input -> ...` or another `let`.
    pub(in crate::parse) fn other_end(&self, cursor: &Cursor) -> bool {
        let mut behind = cursor.clone();
        behind.take();
        let is_sign = [",", ":", "=", "."].iter().any(|sign| cursor.is(sign));
        self.other_end_at(cursor, 0) || is_sign && self.starts_chain(&behind)
    }

    /// The same, so many tokens further on, before `input` or `let` alone.
    pub(in crate::parse) fn other_end_at(&self, cursor: &Cursor, ahead: usize) -> bool {
        let is_sign = |token: &Token| [",", ":", "=", "."].iter().any(|sign| token.is(sign));
        let starts = |next: &Token| next.is_word("input") || next.is_word("let");
        cursor.peek_at(ahead).is_some_and(is_sign) && cursor.peek_at(ahead + 1).is_some_and(starts)
    }

    /// A value and what happens to it, behind a `let` that lacks its `;`.
    pub(in crate::parse) fn starts_chain(&self, cursor: &Cursor) -> bool {
        let Some(name) = cursor.peek().and_then(Token::name) else { return false };
        let known = self.blocks.contains(&name.text) || words::find(&name.text).is_some();
        let goes_on = |next: &Token| ["->", "+", "*", "||", "="].iter().any(|sign| next.is(sign));
        !known && cursor.peek_at(1).is_none_or(goes_on)
    }
}
