//! Values and arguments: `16`, `3x3`, `filters * 4`, `stride = 2`.

use super::Parser;
use super::cursor::Cursor;
use super::recover::values;
use super::tokens::{Kind, Token};
use crate::ast::{Arg, Expr, ExprKind, Name};
use crate::loc::Loc;
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// The arguments between a pair of parentheses.
    pub fn arguments(&mut self, tokens: &[Token], close: Loc) -> Vec<Arg> {
        let mut cursor = Cursor::new(tokens, close);
        let mut args = Vec::new();
        while self.goes_on(&mut cursor) {
            let arg = self.argument(&mut cursor);
            // Between two commas there is no argument that could be counted.
            let is_gap = arg.name.is_none() && arg.value.text.is_empty() && matches!(arg.value.kind, ExprKind::Broken);
            args.extend((!is_gap).then_some(arg));
            if cursor.eat(",").is_none() && !self.other_comma(&mut cursor) {
                break;
            }
        }
        args
    }

    fn argument(&mut self, cursor: &mut Cursor) -> Arg {
        if let Some(Token { kind: Kind::Group { delimiter: Delimiter::None, tokens, close, .. }, .. }) = cursor.peek()
            && let [name, sign, ..] = &tokens[..]
            && name.is_name()
            && sign.is("=")
        {
            // `stride = 2` as one `$e:expr`.
            cursor.take();
            return self.argument(&mut Cursor::new(tokens, *close));
        }
        let mark = cursor.mark();
        let name = if values::compares(cursor) { None } else { self.argument_name(cursor) };
        let value = match values::condition(cursor) {
            Some(value) => value,
            None if cursor.ends_at(0, &[","]) => self.missing_argument(cursor, mark, name.as_ref()),
            None => self.expression(cursor),
        };
        Arg { name, value, loc: cursor.span_since(mark).0 }
    }

    /// `stride =`, if the argument has a name.
    fn argument_name(&mut self, cursor: &mut Cursor) -> Option<Name> {
        let name = cursor.name_at(0)?;
        if cursor.is_at(1, "=") && !cursor.is_any_at(2, &["=", ">"]) {
            cursor.take_all(2);
            return Some(name);
        }
        self.other_equals(&name, cursor).then_some(name)
    }

    /// Integer arithmetic, or a single value.
    pub fn expression(&mut self, cursor: &mut Cursor) -> Expr {
        self.arithmetic(cursor, &["+", "-"], &mut |parser, cursor| {
            parser.arithmetic(cursor, &["*", "/"], &mut |parser, cursor| parser.factor(cursor))
        })
    }

    fn arithmetic(
        &mut self,
        cursor: &mut Cursor,
        operators: &[&str],
        operand: &mut dyn FnMut(&mut Self, &mut Cursor) -> Expr,
    ) -> Expr {
        let mark = cursor.mark();
        let first = operand(self, cursor);
        let mut rest = Vec::new();
        while let Some(sign) = operators.iter().find_map(|operator| cursor.eat(operator)) {
            let symbol = sign.text().chars().next().unwrap_or('+');
            rest.push((symbol, sign.loc, operand(self, cursor)));
        }
        if rest.is_empty() {
            return first;
        }
        let (loc, text) = cursor.span_since(mark);
        Expr { kind: ExprKind::Arithmetic(Box::new(first), rest), loc, text }
    }

    fn factor(&mut self, cursor: &mut Cursor) -> Expr {
        let mark = cursor.mark();
        let negative = cursor.eat("-").is_some();
        let kind = self.primary(cursor);
        let (loc, text) = cursor.span_since(mark);
        if !negative {
            return Expr { kind, loc, text };
        }
        let inner = Expr { kind, loc, text: text.trim_start_matches('-').to_string() };
        Expr { kind: ExprKind::Negative(Box::new(inner)), loc, text }
    }

    fn primary(&mut self, cursor: &mut Cursor) -> ExprKind {
        let Some(token) = cursor.peek().filter(|token| !token.is(",")) else { return self.missing_factor(cursor) };
        cursor.take();
        match &token.kind {
            Kind::Literal(text) => values::literal(text, token.loc, cursor),
            Kind::Ident(_) => match token.name() {
                Some(name) if name.text == "true" => ExprKind::Bool(true),
                Some(name) if name.text == "false" => ExprKind::Bool(false),
                Some(name) => ExprKind::Name(values::with_call(name, cursor)),
                None => ExprKind::Broken,
            },
            Kind::Group { delimiter: Delimiter::Parenthesis | Delimiter::None, tokens, close, .. } => {
                if let Some(wrong) = values::malformed_parentheses(token) {
                    return wrong;
                }
                let mut inner = Cursor::new(tokens, *close);
                let value = self.expression(&mut inner);
                values::behind_value(&value, &inner).unwrap_or_else(|| ExprKind::Paren(Box::new(value)))
            }
            _ => self.no_factor(token, cursor),
        }
    }
}
