//! Values as other languages write them: `3 x 3`, `(3, 3)`, `50%`, `16 if first else 32`.

use crate::ast::{Expr, ExprKind, Name};
use crate::errors::Error;
use crate::loc::Loc;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token};
use crate::words;

impl Parser<'_> {
    /// `stride = ` and `, ,`
    pub(in crate::parse) fn missing_argument(&mut self, cursor: &Cursor, mark: usize, name: Option<&Name>) -> Expr {
        let (loc, written) = cursor.span_since(mark);
        let loc = if written.is_empty() { cursor.here() } else { loc };
        let error = Error::new(loc, "a value is missing here");
        self.errors.push(match name {
            Some(name) => {
                let usual = words::argument_default(&name.text).unwrap_or_else(|| "1".to_string());
                error.help(format!("write `{} = {usual}`", name.text))
            }
            None => error.help("remove it, or write a value before it"),
        });
        Expr { kind: ExprKind::Broken, loc, text: String::new() }
    }
}

pub(in crate::parse) fn wrong(error: Error) -> ExprKind {
    ExprKind::Wrong(Box::new(error))
}

/// `3 x 3`: three tokens where one is meant.
pub(in crate::parse) fn spaced_size(text: &str, at: Loc, cursor: &mut Cursor) -> Option<ExprKind> {
    let is_times = |token: &Token| {
        token.name().is_some_and(|name| {
            let rest = name.text.trim_start_matches(['x', 'X']);
            rest.len() < name.text.len() && rest.bytes().all(|byte| byte.is_ascii_digit()) || name.text == "by"
        })
    };
    let is_number = |token: &Token| matches!(token.kind, Kind::Literal(_));
    let mut loc = at;
    let mut written = text.to_ascii_lowercase();
    while let Some(token) = cursor.peek() {
        let continues = is_times(token) || is_number(token) && written.ends_with('x');
        if !continues {
            break;
        }
        written.push_str(&token.text().to_ascii_lowercase().replace("by", "x"));
        loc = loc.to(token.loc);
        cursor.take();
    }
    (loc.last > at.last)
        .then(|| wrong(Error::new(loc, "a size is written without spaces").help(format!("write `{written}`"))))
}

/// `stride == 1 ? 16 : 32` and `16 if first else 32`, up to the comma.
pub(in crate::parse) fn condition(cursor: &mut Cursor) -> Option<Expr> {
    let mark = cursor.mark();
    let mut ahead = cursor.clone();
    ahead.skip_to(&[","]);
    let tokens = ahead.since(mark);
    let question = tokens.iter().position(|token| token.is("?"));
    let python = tokens.iter().skip(1).position(|token| token.name().is_some_and(|name| name.text == "if"));
    let value = match (question, python) {
        (Some(question), _) => tokens[question + 1..].split(|token| token.is(":")).next().unwrap_or_default(),
        (None, Some(before)) => &tokens[..=before],
        (None, None) => return None,
    };
    let value = if value.is_empty() { "16".to_string() } else { crate::parse::tokens::text(value) };
    let (loc, written) = ahead.span_since(mark);
    *cursor = ahead;
    let error = Error::new(loc, format!("cannot compute `{written}` here"))
        .note("the network is built before anything has a value: a `block`'s parameters are where its calls differ");
    Some(Expr { kind: wrong(error.help(format!("write `{value}`"))), loc, text: written })
}

/// Whether the dot ahead is followed by a member, and does not stand for a comma: `16 . 3x3`, `16 . stride = 2`.
pub(in crate::parse) fn joins_member(cursor: &Cursor) -> bool {
    cursor.peek_at(1).is_some_and(|member| member.name().is_some())
        && !cursor.peek_at(2).is_some_and(|sign| sign.is("="))
}

/// `16.max(8)`
pub(in crate::parse) fn method(text: &str, at: Loc, cursor: &mut Cursor) -> Option<ExprKind> {
    let mark = cursor.mark();
    if !joins_member(cursor) {
        return None;
    }
    cursor.eat(".")?;
    cursor.skip_to(&[","]);
    let (rest, written) = cursor.span_since(mark);
    let error = Error::new(at.to(rest), format!("cannot compute `{text}{written}` here"));
    let error = error.note("the network is built before Rust's constants and functions have values");
    Some(wrong(error.help(format!("write the value itself, such as `{text}`"))))
}

/// `50%`
pub(in crate::parse) fn percentage(text: &str, at: Loc, cursor: &mut Cursor) -> Option<ExprKind> {
    let number = text.parse::<f64>().ok()?;
    let sign = cursor.peek().filter(|sign| sign.is("%") && cursor.peek_at(1).is_none_or(|next| next.is(",")))?;
    cursor.take();
    let error = Error::new(at.to(sign.loc), "a share is a number from 0 to 1");
    Some(wrong(error.help(format!("write `{}`", number / 100.0))))
}

/// `(3, 3)` and `[3, 3]`, as Python writes sizes.
pub(in crate::parse) fn pair(tokens: &[Token], whole: &Token) -> ExprKind {
    let sizes: Vec<String> =
        tokens.split(|token| token.is(",")).filter(|part| !part.is_empty()).map(crate::parse::tokens::text).collect();
    let error = Error::new(whole.loc, "a size is written with `x`, without brackets");
    let plain = sizes.iter().all(|size| size.bytes().all(|byte| byte.is_ascii_digit()));
    wrong(match &sizes[..] {
        [side] => error.help(format!("write `{side}`: one number serves both sides")),
        [height, width] if plain => error.help(format!("write `{height}x{width}`: height x width")),
        [channels, height, width] if plain => error.help(format!("write `{channels}x{height}x{width}`")),
        [side, ..] if plain => error.help(format!("write `{side}x{side}`: height x width")),
        _ => error.help("write height x width, such as `3x3`"),
    })
}
