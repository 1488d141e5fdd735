//! Parameters of blocks: `(filters, stride = 1)`.

use super::Parser;
use super::cursor::Cursor;
use super::tokens::{Token, text};
use crate::ast::Param;
use crate::errors::Error;
use crate::loc::Loc;

/// The largest number of parameters of a block. Every call gives each of them a value.
pub const MOST_PARAMS: usize = 100;

impl Parser<'_> {
    /// The parameters between a block's parentheses.
    pub fn params(&mut self, tokens: &[Token], close: Loc) -> Vec<Param> {
        let mut cursor = Cursor::new(tokens, close);
        let mut params: Vec<Param> = Vec::new();
        while self.goes_on(&mut cursor)
            && let Some(token) = cursor.peek()
        {
            if params.len() == MOST_PARAMS {
                let help = format!("remove `{}`", text(cursor.rest()));
                self.report(token.loc, format!("a block with more than {MOST_PARAMS} parameters"), help);
                break;
            }
            let is_mut = token.name().is_some_and(|name| name.text == "mut")
                && !cursor.peek_at(1).is_none_or(|next| next.is(","));
            let Some(name) = token.name().filter(|_| !is_mut) else {
                self.report(token.loc, format!("expected a parameter's name, found `{}`", token.text()), "remove it");
                cursor.take();
                if cursor.is(",") && params.is_empty() {
                    cursor.take();
                }
                continue;
            };
            cursor.take();
            self.param_type(&mut cursor);
            let default = cursor.eat("=").map(|_| self.expression(&mut cursor));
            params.push(Param { name, default });
            self.param_end(&mut cursor);
        }
        self.order(&params, tokens);
        params
    }

    /// `: usize`
    fn param_type(&mut self, cursor: &mut Cursor) {
        if !cursor.is(":") {
            return;
        }
        let mark = cursor.mark();
        cursor.skip_to(&[",", "="]);
        let (loc, _) = cursor.span_since(mark);
        let error = Error::new(loc, "parameters have no types; `=` gives a default");
        let written =
            cursor.since(mark).get(1).filter(|value| value.text().starts_with(|first: char| first.is_ascii_digit()));
        self.errors.push_local(match written {
            Some(value) => error.help(format!("write `= {}`", value.text())),
            None => error.help("remove it"),
        });
    }

    fn param_end(&mut self, cursor: &mut Cursor) {
        if cursor.eat(",").is_some() {
            return;
        }
        let Some(token) = cursor.peek() else { return };
        let error = Error::new(token.loc, format!("expected `,` between parameters, found `{}`", token.text()));
        if token.name().is_some() {
            self.errors.push(error.help("put `,` before it"));
            return;
        }
        let mark = cursor.mark();
        cursor.skip_to(&[","]);
        let (_, rest) = cursor.span_since(mark);
        self.errors.push(error.help(format!("remove `{rest}`")));
        cursor.eat(",");
    }

    /// Reports a parameter without a default after one with a default.
    fn order(&mut self, params: &[Param], tokens: &[Token]) {
        let Some(late) = params.iter().enumerate().find_map(|(index, param)| {
            let before = params[..index].iter().find(|before| before.default.is_some())?;
            param.default.is_none().then_some((param, before))
        }) else {
            return;
        };
        let (param, before) = late;
        let written = |param: &Param| match &param.default {
            Some(default) => format!("{} = {}", param.name.text, default.text),
            None => param.name.text.clone(),
        };
        let (first, last): (Vec<&Param>, Vec<&Param>) = params.iter().partition(|param| param.default.is_none());
        let sorted: Vec<String> = first.into_iter().chain(last).map(written).collect();
        let fact = format!("`{}` has no default but follows `{}`, which has one", param.name.text, before.name.text);
        let help = format!("write `({})` instead of `({})`", sorted.join(", "), text(tokens));
        self.errors.push_local(Error::new(param.name.loc, fact).help(help));
    }
}
