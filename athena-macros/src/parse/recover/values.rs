//! Values as other languages write them: `3 x 3`, `(3, 3)`, `50%`, `16 if first else 32`.

use crate::ast::{Expr, ExprKind, Name};
use crate::errors::Error;
use crate::loc::Loc;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token, parts, text};
use crate::parse::{Parser, literal};
use crate::words;
use proc_macro2::Delimiter;

const ARITHMETIC: &str = "arithmetic has `+`, `-`, `*` and `/`";

impl Parser<'_> {
    /// Another sign instead of the comma after an argument, or none. Returns whether another argument may follow.
    pub fn other_comma(&mut self, cursor: &mut Cursor) -> bool {
        let Some(token) = cursor.peek() else { return false };
        let found = token.text();
        if found == "as" {
            let mark = cursor.mark();
            cursor.skip_to(&[","]);
            let (loc, _) = cursor.span_since(mark);
            self.report_local(loc, "values have no types: they are whole numbers", "remove it");
            return cursor.eat(",").is_some();
        }
        if !matches!(token.kind, Kind::Op(_)) {
            self.report(token.loc, format!("expected `,` before `{found}`"), "put `,` before it");
            return true;
        }
        if token.is(".") && cursor.is_at(1, ".") {
            // `0..8`
            let mark = cursor.mark();
            cursor.take_while(|token| token.is_any(&[".", "="]));
            let (loc, range) = cursor.span_since(mark);
            self.report_local(loc, format!("expected `,`, found `{range}`"), "write `,`");
            return true;
        }
        let error = Error::new(token.loc, format!("expected `,`, found `{found}`"));
        let rest = text(cursor.skip_to(&[","]));
        self.errors.push(match found.as_str() {
            ";" | ":" | "|" | "." => error.help("write `,`"),
            "%" => error.note(ARITHMETIC).help("write `/`"),
            "^" => error.note(ARITHMETIC).help("write `*`"),
            _ => error.note(ARITHMETIC).help(format!("remove `{rest}`")),
        });
        cursor.eat(",").is_some()
    }

    /// `stride: 2`, `stride => 2`, `stride <- 2` and `stride 2`. Returns whether this is a named argument, and takes name and sign.
    pub fn other_equals(&mut self, name: &Name, cursor: &mut Cursor) -> bool {
        let Some(next) = cursor.peek_at(1) else { return false };
        let is_sign = next.is("=") || next.is("<") && cursor.is_at(2, "-") || next.is(":") && !cursor.is_at(2, ":");
        if is_sign {
            cursor.take();
            let mark = cursor.mark();
            cursor.take();
            while cursor.is_any_at(0, &["=", ">"])
                || cursor.is("-") && !cursor.previous().is_some_and(|sign| sign.is("="))
            {
                cursor.take();
            }
            let (loc, _) = cursor.span_since(mark);
            self.report(loc, "an argument's name and value are joined by `=`", "write `=`");
            return true;
        }
        let is_missing = next.is_literal() && words::argument_default(&name.text).is_some();
        if is_missing {
            self.report(next.loc, format!("expected `=` behind `{}`", name.text), "put `=` before it");
            cursor.take();
        }
        is_missing
    }

    /// `stride = ` and `, ,`
    pub fn missing_argument(&mut self, cursor: &Cursor, mark: usize, name: Option<&Name>) -> Expr {
        let (loc, _) = cursor.span_since(mark);
        let help = match name {
            Some(name) => {
                let usual = words::argument_default(&name.text).unwrap_or_else(|| "1".to_string());
                format!("write `{} = {usual}`", name.text)
            }
            None => "remove it, or write a value before it".to_string(),
        };
        self.report(loc, "a value is missing here", help);
        Expr::broken(loc, "")
    }

    /// Nothing behind a sign of arithmetic.
    pub fn missing_factor(&mut self, cursor: &Cursor) -> ExprKind {
        let help = match cursor.previous() {
            Some(_) => "remove it, or write a value behind it",
            None => "put `1` before it, or another value",
        };
        self.report(cursor.before(), "a value is missing here", help);
        ExprKind::Broken
    }

    /// A token, already taken, that is not a value: `[3, 3]`, `.5`, `?`.
    pub fn no_factor(&mut self, token: &Token, cursor: &mut Cursor) -> ExprKind {
        if token.is_group(Delimiter::Bracket) {
            return pair(token);
        }
        if let Some(digits) = cursor.peek().filter(|digits| token.is(".") && digits.is_literal()) {
            cursor.take();
            let help = format!("write `0.{}`", digits.text());
            return wrong(token.loc.to(digits.loc), "a number starts with a digit", help);
        }
        self.report(token.loc, format!("expected a value, found `{}`", token.text()), "remove it");
        cursor.skip_to(&[","]);
        ExprKind::Broken
    }
}

/// An error that is reported later, when the argument is known.
fn wrong(at: Loc, fact: impl Into<String>, help: impl Into<String>) -> ExprKind {
    ExprKind::Wrong(Box::new(Error::new(at, fact).help(help)))
}

/// A number or a size, or tokens that start with one: `3 x 3`, `50%`, `16.max(8)`.
pub fn literal(written: &str, at: Loc, cursor: &mut Cursor) -> ExprKind {
    if let Some(size) = spaced_size(written, at, cursor) {
        return size;
    }
    if let Ok(number) = written.parse::<f64>()
        && cursor.is("%")
        && cursor.ends_at(1, &[","])
    {
        cursor.take();
        let loc = at.to(cursor.before());
        return wrong(loc, "a share is a number from 0 to 1", format!("write `{}`", number / 100.0));
    }
    if cursor.is(".") && joins_member(cursor) {
        let rest = text(cursor.skip_to(&[","]));
        let error = Error::new(at.to(cursor.before()), format!("cannot compute `{written}{rest}` here"))
            .note("the network is built before Rust's constants and functions have values")
            .help(format!("write the value itself, such as `{written}`"));
        return ExprKind::Wrong(Box::new(error));
    }
    literal::read(written).unwrap_or_else(|malformed| wrong(at, malformed.fact, malformed.help))
}

/// `3 x 3`: a size in three tokens.
fn spaced_size(first: &str, at: Loc, cursor: &mut Cursor) -> Option<ExprKind> {
    let is_times = |token: &Token| {
        let word = token.text();
        let digits = word.trim_start_matches(['x', 'X']);
        token.is_name()
            && (word == "by" || digits.len() < word.len() && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mark = cursor.mark();
    let mut written = first.to_ascii_lowercase();
    while let Some(token) = cursor.peek()
        && (is_times(token) || token.is_literal() && written.ends_with('x'))
    {
        written.push_str(&token.text().to_ascii_lowercase().replace("by", "x"));
        cursor.take();
    }
    let loc = at.to(cursor.before());
    let help = format!("write `{written}`");
    (cursor.mark() > mark).then(|| wrong(loc, "a size is written without spaces", help))
}

/// Whether an argument is a comparison in a condition, and has no name: `stride == 1 ? 16 : 32`.
pub fn compares(cursor: &Cursor) -> bool {
    cursor.is_any_at(1, &["=", "!"]) && cursor.is_at(2, "=") && condition(&mut cursor.clone()).is_some()
}

/// `stride == 1 ? 16 : 32` and `16 if first else 32`, up to the comma.
pub fn condition(cursor: &mut Cursor) -> Option<Expr> {
    let tokens = cursor.until(&[","]);
    let value = match tokens.iter().position(|token| token.is("?")) {
        Some(question) => tokens[question + 1..].split(|token| token.is(":")).next().unwrap_or_default(),
        None => &tokens[..tokens.iter().skip(1).position(|token| token.is_word("if"))? + 1],
    };
    let value = if value.is_empty() { "16".to_string() } else { text(value) };
    let mark = cursor.mark();
    cursor.take_all(tokens.len());
    let (loc, written) = cursor.span_since(mark);
    let error = Error::new(loc, format!("cannot compute `{written}` here"))
        .note("the network is built before anything has a value: a `block`'s parameters are where its calls differ")
        .help(format!("write `{value}`"));
    Some(Expr { kind: ExprKind::Wrong(Box::new(error)), loc, text: written })
}

/// Whether a member follows the dot. If not, the dot was meant as a comma: `16 . 3x3`, `16 . stride = 2`.
fn joins_member(cursor: &Cursor) -> bool {
    cursor.name_at(1).is_some() && !cursor.is_at(2, "=")
}

/// A name with the path or call after it, which only Rust or Python could evaluate: `config::WIDTH`, `max(8, n)`.
pub fn with_call(name: Name, cursor: &mut Cursor) -> Name {
    let mark = cursor.mark();
    let is_keyword = words::is_keyword(&name.ident.to_string());
    while let Some(token) = cursor.peek() {
        let is_member = token.is(".") && joins_member(cursor);
        let is_path = token.is(":") && !cursor.peek_at(1).is_some_and(Token::is_literal);
        let goes_on = is_path || is_member || token.is("!") || token.is_group(Delimiter::Parenthesis);
        let behind_sign = cursor.previous().is_some_and(|before| before.is_any(&[":", "."]));
        if token.is(",") || !is_keyword && !goes_on && !behind_sign {
            break;
        }
        cursor.take();
    }
    let rest = cursor.since(mark);
    let space = if is_keyword && !rest.is_empty() { " " } else { "" };
    let rest_text: String = if is_keyword { text(rest) } else { rest.iter().map(Token::text).collect() };
    Name { text: format!("{}{space}{rest_text}", name.text), loc: name.loc.to(cursor.before()), ident: name.ident }
}

/// Parentheses without a value: `()` and `(3, 3)`.
pub fn malformed_parentheses(group: &Token) -> Option<ExprKind> {
    if group.inner().is_empty() {
        return Some(wrong(group.loc, "a value is missing in these parentheses", "write `1`"));
    }
    group.inner().iter().any(|token| token.is(",")).then(|| pair(group))
}

/// Tokens after the value in parentheses.
pub fn behind_value(value: &Expr, inner: &Cursor) -> Option<ExprKind> {
    let extra = inner.peek().filter(|_| !matches!(value.kind, ExprKind::Broken))?;
    let fact = format!("expected `)`, found `{}`", extra.text());
    Some(wrong(extra.loc, fact, format!("remove `{}`", text(inner.rest()))))
}

/// `(3, 3)` and `[3, 3]`, as Python writes sizes.
fn pair(group: &Token) -> ExprKind {
    let sizes = parts(group.inner(), &[","]);
    let plain = sizes.iter().all(|size| size.bytes().all(|byte| byte.is_ascii_digit()));
    let help = match &sizes[..] {
        [side] => format!("write `{side}`: one number serves both sides"),
        [height, width] if plain => format!("write `{height}x{width}`: height x width"),
        [channels, height, width] if plain => format!("write `{channels}x{height}x{width}`"),
        [side, ..] if plain => format!("write `{side}x{side}`: height x width"),
        _ => "write height x width, such as `3x3`".to_string(),
    };
    wrong(group.loc, "a size is written with `x`, without brackets", help)
}
