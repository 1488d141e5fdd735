//! Names of a signature in which something slipped: `scan 1x224x224; history = 12`.

use crate::ast::{Name, Port, extent};
use crate::errors::Error;
use crate::loc::Loc;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::extent::Side;
use crate::parse::tokens::{Kind, Token, loc_of, text};
use proc_macro2::Delimiter;

impl Side {
    /// What one of this side is called.
    fn one(self) -> &'static str {
        match self {
            Side::Inputs => "input",
            Side::Outputs => "output",
        }
    }

    /// A name that one of this side may have.
    fn usual(self) -> &'static str {
        match self {
            Side::Inputs => "image",
            Side::Outputs => "value",
        }
    }
}

fn is_sign(token: &Token) -> bool {
    matches!(&token.kind, Kind::Op(op) if op != ",")
}

impl Parser<'_> {
    /// Whether these are names with extents, and not the sizes of an image. Without a `:` the names must stand in the body.
    pub fn has_names(&self, tokens: &[Token], cursor: &Cursor) -> bool {
        let body = cursor.rest().iter().find(|token| token.is_group(Delimiter::Brace)).map_or(&[][..], Token::inner);
        let in_body = |name: &str| body.iter().any(|token| token.is_word(name));
        let is_literal = |at: usize| tokens.get(at).is_some_and(Token::is_literal);
        let is_colon = |at: usize| tokens.get(at).is_some_and(|token| token.is(":"));
        (0..tokens.len()).filter_map(|at| Some((at, tokens[at].name()?.text))).any(|(at, name)| {
            let has_colon = is_colon(at + 1) && (!is_colon(at + 2) || is_literal(at + 3));
            let has_sign = tokens.get(at + 1).is_some_and(is_sign) && is_literal(at + 2);
            has_colon || ((has_sign || is_literal(at + 1)) && in_body(&name))
        })
    }

    /// `, ,`
    pub fn empty_port(&mut self, cursor: &mut Cursor) -> bool {
        let comma = cursor.eat(",").map(|comma| comma.loc);
        comma.into_iter().for_each(|at| self.report(at, "nothing stands before this `,`", "remove it"));
        comma.is_some()
    }

    /// A name and its `:`, or what stands there instead.
    pub fn port_name(&mut self, side: Side, cursor: &mut Cursor) -> Option<Name> {
        let name = cursor.name_at(0);
        match &name {
            Some(_) => drop(cursor.take()),
            None => self.missing_name_of_port(side, cursor),
        }
        let mark = cursor.mark();
        if cursor.eat(":").is_none() {
            cursor.take_while(is_sign);
        }
        let (loc, written) = cursor.span_since(mark);
        match (&name, written.as_str()) {
            (None, _) | (_, ":") => {}
            (Some(name), "") if cursor.peek().is_some_and(Token::is_literal) => {
                self.report(name.loc, format!("expected `:` behind `{}`", name.text), "put `:` behind it");
            }
            (Some(_), "") => {}
            (Some(name), _) => {
                self.report(loc, format!("expected `:` behind `{}`, found `{written}`", name.text), "write `:`");
            }
        }
        name
    }

    fn missing_name_of_port(&mut self, side: Side, cursor: &Cursor) {
        let fact = format!("every {} needs a name where one has a name", side.one());
        let help = match cursor.peek() {
            Some(token) if token.is(":") => format!("put `{}` before it", side.usual()),
            Some(token) if token.is_literal() => format!("put `{}:` before it", side.usual()),
            _ => "remove it".to_string(),
        };
        self.report(cursor.here(), fact, help);
    }

    /// What stands where an extent should, and its place.
    pub fn malformed_extent(&mut self, name: Option<&Name>, side: Side, cursor: &mut Cursor) -> Loc {
        let mark = cursor.mark();
        let before = cursor.before();
        let is_next = cursor.name_at(0).is_some() && cursor.is_at(1, ":");
        match cursor.peek().filter(|token| token.is_literal()) {
            Some(_) => drop(cursor.take()),
            None if is_next => {}
            None => drop(cursor.skip_to(&[","])),
        }
        let (loc, written) = cursor.span_since(mark);
        let likely = extent(side.likely(&written));
        let Some(name) = name else { return loc };
        if written.is_empty() {
            let sign = if before.first == name.loc.first { ": " } else { "" };
            let fact = format!("`{}` has no size: a number, or channels x height x width", name.text);
            self.report(before, fact, format!("put `{sign}{likely}` behind it"));
            return before;
        }
        let error = Error::new(loc, format!("`{written}` is no size: a number, or channels x height x width"));
        let error = match cursor.since(mark).first().is_some_and(Token::is_name) {
            true => error.note_on_constants(&written),
            false => error,
        };
        self.errors.push(error.help(format!("write `{likely}`")));
        loc
    }

    /// What stands between two names where a comma should.
    pub fn missing_comma(&mut self, cursor: &mut Cursor) {
        let mark = cursor.mark();
        cursor.take_while(is_sign);
        let (loc, written) = cursor.span_since(mark);
        if !written.is_empty() {
            return self.report_local(loc, format!("expected `,`, found `{written}`"), "write `,`");
        }
        if let Some(next) = cursor.name_at(0) {
            return self.report(cursor.before(), format!("expected `,` before `{}`", next.text), "put `,` behind it");
        }
        cursor.skip_to(&[","]);
        let (loc, written) = cursor.span_since(mark);
        self.report(loc, format!("expected `,`, found `{written}`"), "remove it");
        cursor.eat(",");
    }

    /// `scan: 1x224x224, history: 12` or `[class: 5, corners: 4]` where parentheses should be.
    pub fn names_without_parentheses(&mut self, side: Side, cursor: &mut Cursor) -> Option<Vec<Port>> {
        let group = cursor.peek().filter(|token| matches!(token.kind, Kind::Group { .. }));
        let is_body = group.is_some_and(|group| group.is_group(Delimiter::Brace))
            && cursor.peek_at(1).is_none_or(Token::starts_item);
        let whole = match group {
            Some(group) => std::slice::from_ref(group),
            None => bare_names(cursor),
        };
        let tokens = group.map_or(whole, Token::inner);
        let close = loc_of(whole, cursor.here());
        if is_body || !tokens.first()?.is_name() || !self.has_names(tokens, cursor) {
            return None;
        }
        self.report(
            close,
            format!("names of {}s stand in parentheses", side.one()),
            format!("write `({})`", text(tokens)),
        );
        cursor.take_all(whole.len());
        Some(self.ports(tokens, close, side))
    }
}

/// What stands before the arrow or the body.
fn bare_names<'t>(cursor: &Cursor<'t>) -> &'t [Token] {
    let mut ahead = cursor.clone();
    ahead.take_while(|token| {
        !token.is("->") && !token.is_group(Delimiter::Brace) && !token.is(";") && !token.starts_item()
    });
    ahead.since(cursor.mark())
}
