//! Values and arguments: `16`, `3x3`, `filters * 4`, `stride = 2`.

use super::Parser;
use super::cursor::Cursor;
use super::literal;
use super::recover::values::{condition, joins_member, method, pair, percentage, spaced_size, wrong};
use super::tokens::{Kind, Token};
use crate::ast::{Arg, Expr, ExprKind, Name};
use crate::errors::Error;
use crate::loc::Loc;
use crate::words;
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
            if !self.comma(&mut cursor) {
                break;
            }
        }
        args
    }

    /// Takes the comma behind an argument, or reports what stands there. Says whether another argument may follow.
    fn comma(&mut self, cursor: &mut Cursor) -> bool {
        if cursor.eat(",").is_some() {
            return true;
        }
        let Some(token) = cursor.peek() else { return false };
        let found = token.text();
        if found == "as" {
            let mark = cursor.mark();
            cursor.skip_to(&[","]);
            let (loc, _) = cursor.span_since(mark);
            self.errors.push_local(Error::new(loc, "values have no types: they are whole numbers").help("remove it"));
            return cursor.eat(",").is_some();
        }
        let Kind::Op(op) = &token.kind else {
            let error = Error::new(token.loc, format!("expected `,` before `{found}`"));
            self.errors.push(error.help("put `,` before it"));
            return true;
        };
        let error = Error::new(token.loc, format!("expected `,`, found `{found}`"));
        let mark = cursor.mark();
        cursor.skip_to(&[","]);
        let (_, rest) = cursor.span_since(mark);
        let arithmetic = "arithmetic has `+`, `-`, `*` and `/`";
        self.errors.push(match op.as_str() {
            ";" | ":" | "|" | "." => error.help("write `,`"),
            "%" => error.note(arithmetic).help("write `/`"),
            "^" => error.note(arithmetic).help("write `*`"),
            _ => error.note(arithmetic).help(format!("remove `{rest}`")),
        });
        cursor.eat(",").is_some()
    }

    fn argument(&mut self, cursor: &mut Cursor) -> Arg {
        if let Some(Token { kind: Kind::Group { delimiter: Delimiter::None, tokens, close, .. }, .. }) = cursor.peek()
            && tokens.first().is_some_and(|token| token.name().is_some())
            && tokens.get(1).is_some_and(|token| token.is("="))
        {
            // `stride = 2` as one `$e:expr`.
            cursor.take();
            return self.argument(&mut Cursor::new(tokens, *close));
        }
        let mark = cursor.mark();
        let compares = ["=", "!"].iter().any(|sign| cursor.peek_at(1).is_some_and(|next| next.is(sign)))
            && cursor.peek_at(2).is_some_and(|next| next.is("="));
        let is_condition = compares && condition(&mut cursor.clone()).is_some();
        let name = if is_condition { None } else { self.argument_name(cursor) };
        let value = if let Some(value) = condition(cursor) {
            value
        } else if cursor.at_end() || cursor.is(",") {
            self.missing_argument(cursor, mark, name.as_ref())
        } else {
            self.expression(cursor)
        };
        let (loc, _) = cursor.span_since(mark);
        Arg { name, value, loc }
    }

    /// `stride =`, if the argument has a name.
    fn argument_name(&mut self, cursor: &mut Cursor) -> Option<Name> {
        let name = cursor.peek()?.name()?;
        let next = cursor.peek_at(1)?;
        let is_path = cursor.peek_at(2).is_some_and(|after| after.is(":"));
        let is_left_arrow = next.is("<") && cursor.peek_at(2).is_some_and(|after| after.is("-"));
        if next.is("=") || is_left_arrow || (next.is(":") && !is_path) {
            cursor.take();
            self.equals_sign(cursor);
            return Some(name);
        }
        if matches!(next.kind, Kind::Literal(_)) && words::argument_default(&name.text).is_some() {
            let error = Error::new(next.loc, format!("expected `=` behind `{}`", name.text));
            self.errors.push(error.help("put `=` before it"));
            cursor.take();
            return Some(name);
        }
        None
    }

    /// Takes `=`, or something that other languages write for it.
    fn equals_sign(&mut self, cursor: &mut Cursor) {
        let mark = cursor.mark();
        cursor.take();
        let continues = |token: &Token| token.is("=") || token.is(">") || token.is("-");
        let is_negative =
            |cursor: &Cursor| cursor.since(mark).last().is_some_and(|sign| sign.is("=")) && cursor.is("-");
        while cursor.peek().is_some_and(continues) && !is_negative(cursor) {
            cursor.take();
        }
        if !matches!(cursor.since(mark), [sign] if sign.is("=")) {
            let (loc, _) = cursor.span_since(mark);
            self.errors.push(Error::new(loc, "an argument's name and value are joined by `=`").help("write `=`"));
        }
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
            let Kind::Op(symbol) = &sign.kind else { break };
            let symbol = symbol.chars().next().unwrap_or('+');
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
        let Some(token) = cursor.peek().filter(|token| !token.is(",")) else {
            let (at, help) = match cursor.previous() {
                Some(sign) => (sign.loc, "remove it, or write a value behind it"),
                None => (cursor.here(), "put `1` before it, or another value"),
            };
            self.errors.push(Error::new(at, "a value is missing here").help(help));
            return ExprKind::Broken;
        };
        cursor.take();
        match &token.kind {
            Kind::Literal(text) => self.literal(text, token.loc, cursor),
            Kind::Ident(_) => match token.name() {
                Some(name) if name.text == "true" => ExprKind::Bool(true),
                Some(name) if name.text == "false" => ExprKind::Bool(false),
                Some(name) => self.word(name, cursor),
                None => ExprKind::Broken,
            },
            Kind::Group { delimiter: Delimiter::Parenthesis | Delimiter::None, tokens, close, .. } => {
                self.bracketed(tokens, *close, token)
            }
            Kind::Group { delimiter: Delimiter::Bracket, tokens, .. } => pair(tokens, token),
            Kind::Op(op) if op == "." && matches!(cursor.peek(), Some(Token { kind: Kind::Literal(_), .. })) => {
                let digits = cursor.take();
                let (loc, written) = digits.map_or((token.loc, ".0".into()), |digits| {
                    (token.loc.to(digits.loc), format!("0.{}", digits.text()))
                });
                wrong(Error::new(loc, "a number starts with a digit").help(format!("write `{written}`")))
            }
            _ => {
                let error = Error::new(token.loc, format!("expected a value, found `{}`", token.text()));
                self.errors.push(error.help("remove it"));
                cursor.skip_to(&[","]);
                ExprKind::Broken
            }
        }
    }

    fn literal(&mut self, text: &str, at: Loc, cursor: &mut Cursor) -> ExprKind {
        if let Some(kind) = spaced_size(text, at, cursor) {
            return kind;
        }
        if let Some(kind) = percentage(text, at, cursor).or_else(|| method(text, at, cursor)) {
            return kind;
        }
        literal::read(text).unwrap_or_else(|malformed| {
            let mut error = Error::new(at, malformed.fact);
            error.help = Some(malformed.help);
            wrong(error)
        })
    }

    /// A name, or a call or path that only Rust or Python could compute: `config::WIDTH`, `max(8, n)`.
    fn word(&mut self, name: Name, cursor: &mut Cursor) -> ExprKind {
        let (mut loc, mut written) = (name.loc, name.text.clone());
        if words::is_keyword(&name.ident.to_string()) && cursor.peek().is_some_and(|next| !next.is(",")) {
            let mark = cursor.mark() - 1;
            cursor.skip_to(&[","]);
            (loc, written) = cursor.span_since(mark);
        }
        while let Some(token) = cursor.peek() {
            let is_member = token.is(".") && joins_member(cursor);
            let is_path = token.is(":") && !cursor.peek_at(1).is_some_and(|next| matches!(next.kind, Kind::Literal(_)));
            let goes_on = is_path || is_member || token.is("!") || token.is_group(Delimiter::Parenthesis);
            let after_path = cursor.previous().is_some_and(|before| before.is(":") || before.is("."));
            if !goes_on && !after_path {
                break;
            }
            written.push_str(&token.text());
            loc = loc.to(token.loc);
            cursor.take();
        }
        ExprKind::Name(Name { text: written, ident: name.ident, loc })
    }

    fn bracketed(&mut self, tokens: &[Token], close: Loc, whole: &Token) -> ExprKind {
        let mut inner = Cursor::new(tokens, close);
        if tokens.iter().any(|token| token.is(",")) {
            return pair(tokens, whole);
        }
        if tokens.is_empty() {
            return wrong(Error::new(whole.loc, "a value is missing in these parentheses").help("write `1`"));
        }
        let value = self.expression(&mut inner);
        if let Some(extra) = inner.peek()
            && !matches!(value.kind, ExprKind::Broken)
        {
            let rest = super::tokens::text(&tokens[inner.mark()..]);
            let error = Error::new(extra.loc, format!("expected `)`, found `{}`", extra.text()));
            return wrong(error.help(format!("remove `{rest}`")));
        }
        ExprKind::Paren(Box::new(value))
    }
}
