//! Values and arguments: `16`, `3x3`, `filters * 4`, `stride = 2`.

use super::Parser;
use super::literal;
use super::tokens::{Cursor, Kind, Token};
use crate::ast::{Arg, Expr, ExprKind};
use crate::errors::Error;
use crate::loc::Loc;
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// The arguments between a pair of parentheses.
    pub fn arguments(&mut self, tokens: &[Token], close: Loc) -> Vec<Arg> {
        let mut cursor = Cursor::new(tokens, close);
        let mut args = Vec::new();
        while !cursor.at_end() {
            args.push(self.argument(&mut cursor));
            if !self.comma(&mut cursor) {
                break;
            }
        }
        args
    }

    /// Takes the comma behind an argument, or reports what stands there and skips to the next comma.
    fn comma(&mut self, cursor: &mut Cursor) -> bool {
        if cursor.eat(",").is_some() {
            return true;
        }
        let Some(token) = cursor.peek() else { return false };
        let found = super::tokens::text(std::slice::from_ref(token));
        let mut error = Error::new(token.loc, format!("expected `,` before `{found}`"));
        if let Some(before) = cursor.previous() {
            let before = super::tokens::text(std::slice::from_ref(before));
            error = match &token.kind {
                Kind::Op(op) => error.help(format!("`{op}` is not arithmetic; `+`, `-`, `*` and `/` are")),
                _ => error.help(format!("separate the arguments: `{before}, {found}`")),
            };
        }
        self.errors.push(error);
        cursor.skip_to(&[","]);
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
        let name = cursor.peek().and_then(Token::name).filter(|_| {
            let is_path = cursor.peek_at(2).is_some_and(|next| next.is(":"));
            cursor.peek_at(1).is_some_and(|next| next.is("=") || next.is("<") || (next.is(":") && !is_path))
        });
        if name.is_some() {
            cursor.take();
            self.equals_sign(cursor);
        }
        let value = if cursor.at_end() || cursor.is(",") {
            let (loc, written) = cursor.span_since(mark);
            let loc = if written.is_empty() { cursor.here() } else { loc };
            self.errors.push(Error::new(loc, "a value is missing here").help("write one, or remove the comma"));
            Expr { kind: ExprKind::Broken, loc, text: String::new() }
        } else {
            self.expression(cursor)
        };
        let (loc, _) = cursor.span_since(mark);
        Arg { name, value, loc }
    }

    /// Takes `=`, or something that other languages write for it.
    fn equals_sign(&mut self, cursor: &mut Cursor) {
        let Some(sign) = cursor.take() else { return };
        let mut loc = sign.loc;
        let doubled = sign.is("=") && (cursor.is("=") || cursor.is(">"));
        if doubled {
            loc = loc.to(cursor.here());
            cursor.take();
        }
        if doubled || !sign.is("=") {
            if sign.is("<") && cursor.is("-") {
                loc = loc.to(cursor.here());
                cursor.take();
            }
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
        let Some(token) = cursor.peek() else {
            self.errors.push(Error::new(cursor.here(), "a value is missing here"));
            return ExprKind::Broken;
        };
        match &token.kind {
            Kind::Literal(text) => {
                cursor.take();
                self.literal(text, token.loc, cursor)
            }
            Kind::Ident(_) => {
                cursor.take();
                match token.name() {
                    Some(name) if name.text == "true" => ExprKind::Bool(true),
                    Some(name) if name.text == "false" => ExprKind::Bool(false),
                    Some(name) => self.word(name, cursor),
                    None => ExprKind::Broken,
                }
            }
            Kind::Group { delimiter: Delimiter::Parenthesis | Delimiter::None, tokens, close, .. } => {
                cursor.take();
                self.bracketed(tokens, *close, token)
            }
            Kind::Group { delimiter: Delimiter::Bracket, tokens, .. } => {
                cursor.take();
                self.pair(tokens, token);
                ExprKind::Broken
            }
            _ => {
                let found = super::tokens::text(std::slice::from_ref(token));
                self.errors.push(Error::new(token.loc, format!("expected a value, found `{found}`")));
                if !token.is(",") {
                    cursor.take();
                }
                ExprKind::Broken
            }
        }
    }

    fn literal(&mut self, text: &str, at: Loc, cursor: &mut Cursor) -> ExprKind {
        if let Some(kind) = self.spaced_size(text, at, cursor) {
            return kind;
        }
        literal::read(text).unwrap_or_else(|malformed| {
            let mut error = Error::new(at, malformed.fact);
            error.help = malformed.help;
            self.errors.push(error);
            ExprKind::Broken
        })
    }

    /// `3 x 3`: three tokens where one is meant.
    fn spaced_size(&mut self, text: &str, at: Loc, cursor: &mut Cursor) -> Option<ExprKind> {
        let is_times = |token: &Token| token.name().is_some_and(|name| name.text.starts_with(['x', 'X']));
        if !cursor.peek().is_some_and(is_times) {
            return None;
        }
        let mut loc = at;
        let mut written = text.to_string();
        while let Some(token) = cursor.peek() {
            let piece = super::tokens::text(std::slice::from_ref(token));
            let continues = is_times(token) || (matches!(token.kind, Kind::Literal(_)) && written.ends_with('x'));
            if !continues {
                break;
            }
            written.push_str(&piece.to_ascii_lowercase());
            loc = loc.to(token.loc);
            cursor.take();
        }
        self.errors.push(Error::new(loc, "a size is written without spaces").help(format!("write `{written}`")));
        Some(ExprKind::Broken)
    }

    /// A name, or a call or path that this language does not have.
    fn word(&mut self, name: crate::ast::Name, cursor: &mut Cursor) -> ExprKind {
        if cursor.is_group(Delimiter::Parenthesis) {
            let loc = name.loc.to(cursor.here());
            cursor.take();
            let error = Error::new(loc, format!("`{}(...)` is not a value", name.text));
            let error = error.note("a value is a number, a size such as `3x3`, a word, or arithmetic with parameters");
            self.errors.push(error.help("write the number"));
            return ExprKind::Broken;
        }
        if cursor.is(":") || cursor.is(".") || cursor.is("!") {
            let loc = name.loc.to(cursor.here());
            cursor.skip_to(&[","]);
            let fact = "only numbers, words and the block's own parameters can be used here";
            let error = Error::new(loc, fact).note("the network is built before Rust's own names have values");
            self.errors.push(error.help("write the number"));
            return ExprKind::Broken;
        }
        ExprKind::Name(name)
    }

    fn bracketed(&mut self, tokens: &[Token], close: Loc, whole: &Token) -> ExprKind {
        let mut inner = Cursor::new(tokens, close);
        if tokens.iter().any(|token| token.is(",")) {
            self.pair(tokens, whole);
            return ExprKind::Broken;
        }
        let value = self.expression(&mut inner);
        if let Some(extra) = inner.peek()
            && !matches!(value.kind, ExprKind::Broken)
        {
            let found = super::tokens::text(std::slice::from_ref(extra));
            self.errors.push(Error::new(extra.loc, format!("expected `)`, found `{found}`")));
            return ExprKind::Broken;
        }
        ExprKind::Paren(Box::new(value))
    }

    /// `(3, 3)` and `[3, 3]`, as Python writes sizes.
    fn pair(&mut self, tokens: &[Token], whole: &Token) {
        let sizes: Vec<String> =
            tokens.split(|token| token.is(",")).filter(|part| !part.is_empty()).map(super::tokens::text).collect();
        let error = Error::new(whole.loc, "a size is written with `x`, without brackets");
        let plain = sizes.iter().all(|size| size.bytes().all(|byte| byte.is_ascii_digit()));
        self.errors.push(match sizes.len() {
            1..=3 if plain => error.help(format!("write `{}`", sizes.join("x"))),
            _ => error.help("write height x width, such as `3x3`"),
        });
    }
}
