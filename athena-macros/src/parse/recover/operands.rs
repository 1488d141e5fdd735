//! What stands where a value should: `+ (a, b)`, `+ a, b`, `+ skip: input`, `* 0.1`, `+ (let a = input; a)`.

use crate::ast::Join;
use crate::errors::Error;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token, text};
use crate::words::{self, foreign, translate};
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// Several values in brackets where one is expected: they are joined by the sign before them.
    pub fn bracketed_operands(&mut self, cursor: &mut Cursor, join: Option<Join>) -> bool {
        let Some(group) = cursor.peek() else { return false };
        let Kind::Group { delimiter: Delimiter::Parenthesis | Delimiter::Bracket, tokens, .. } = &group.kind else {
            return false;
        };
        let names: Vec<&[Token]> = tokens.split(|token| token.is(",")).filter(|part| !part.is_empty()).collect();
        let is_list = names.len() > 1 || group.is_group(Delimiter::Bracket);
        if !is_list || !names.iter().all(|part| matches!(part, [name] if self.is_value_name(name))) {
            return false;
        }
        cursor.take();
        let sign = join.unwrap_or(Join::Concat).symbol();
        let values: Vec<String> = names.into_iter().map(text).collect();
        let error = Error::new(group.loc, "values stand without brackets, joined by a sign");
        let error = error.note("`+` adds values, `*` multiplies them, `||` joins them along channels");
        self.errors.push_local(error.help(format!("write `{}`", values.join(&format!(" {sign} ")))));
        true
    }

    /// `, b` behind an operand: another one.
    pub fn operand_behind_comma(&mut self, cursor: &mut Cursor, join: Join) -> bool {
        let Some(comma) = cursor.peek().filter(|token| token.is(",")) else { return false };
        let is_value = cursor.peek_at(1).is_some_and(|name| self.is_value_name(name));
        let ends = cursor.ends_at(2, &["->", ";", ","]);
        if !is_value || !ends {
            return false;
        }
        cursor.take();
        let error = Error::new(comma.loc, "values are joined by a sign");
        self.errors.push_local(error.help(format!("write `{}`", join.symbol())));
        true
    }

    /// `skip:` before an operand.
    pub fn operand_label(&mut self, cursor: &mut Cursor) {
        let is_label = cursor.peek().is_some_and(|token| token.name().is_some())
            && cursor.peek_at(1).is_some_and(|sign| sign.is(":"))
            && cursor.peek_at(2).is_some_and(|next| next.name().is_some() || next.is_group(Delimiter::Parenthesis));
        if !is_label {
            return;
        }
        let mark = cursor.mark();
        cursor.take();
        cursor.take();
        let (loc, _) = cursor.span_since(mark);
        let error = Error::new(loc, "a label names a step, and this is a value");
        self.errors.push_local(error.help("remove it"));
    }

    /// `0.1 *` before a value: there is no product with a number.
    pub fn scale(&mut self, cursor: &mut Cursor) {
        let Some(number) = cursor.peek().filter(|token| matches!(token.kind, Kind::Literal(_))) else { return };
        let is_value = cursor.peek_at(2).is_some_and(|next| self.is_value_name(next))
            && !cursor.peek_at(3).is_some_and(|next| next.is_group(Delimiter::Parenthesis));
        if !cursor.peek_at(1).is_some_and(|sign| sign.is("*")) || !is_value {
            return;
        }
        cursor.take();
        let star = cursor.take().map_or(number.loc, |star| star.loc);
        let error = Error::new(number.loc.to(star), "values are not multiplied by numbers");
        self.errors.push_local(error.note("a layer of your own can scale: `crate::Scale(0.1)`").help("remove it"));
    }

    /// `+ 1`, `* 0.1`: a whole step that a number makes meaningless.
    pub fn number_as_operand(&mut self, cursor: &mut Cursor) -> bool {
        let sign = cursor.previous().filter(|sign| matches!(sign.kind, Kind::Op(_)));
        let Some((sign, number)) = sign.zip(cursor.peek()) else { return false };
        let ends = cursor.ends_at(1, &["->", ";"]);
        if !matches!(number.kind, Kind::Literal(_)) || !ends {
            return false;
        }
        cursor.take();
        let error = Error::new(number.loc, format!("expected a value, found the number `{}`", number.text()))
            .note("a layer of your own can compute with numbers: `crate::Scale(0.1)`");
        self.errors.push_local(error.help(format!(
            "remove `-> {} {}`, or write the name of a value",
            sign.text(),
            number.text()
        )));
        true
    }

    /// `(let a = input -> relu; a)`: one chain stands in parentheses.
    pub fn let_in_parentheses(&mut self, tokens: &[Token]) -> bool {
        let Some(word) = tokens.first().filter(|token| token.is_word("let")) else { return false };
        let chain = tokens.split(|token| token.is("=") || token.is(";")).nth(1).unwrap_or_default();
        let error = Error::new(word.loc, "a `let` stands in the body, not in parentheses");
        let chain = if chain.is_empty() { "input".to_string() } else { text(chain) };
        self.errors.push_local(error.help(format!("write `({chain})` instead of `({})`", text(tokens))));
        true
    }

    /// A word that is no step and no keyword.
    pub fn is_value_name(&self, token: &Token) -> bool {
        token.name().is_some_and(|name| {
            let is_step = self.blocks.contains(&name.text)
                || translate::step(&name.text, &[]).is_some()
                || foreign::is_other(&name.text);
            !is_step && (name.text == "input" || !words::is_keyword(&name.text))
        })
    }
}

/// The values among the arguments of a foreign merge: `[a, b], axis = 1` has `a` and `b`.
pub fn merged_values(tokens: &[Token]) -> Vec<String> {
    let mut values = Vec::new();
    for part in tokens.split(|token| token.is(",")) {
        match part {
            [Token { kind: Kind::Group { tokens, .. }, .. }] => values.extend(merged_values(tokens)),
            [Token { kind: Kind::Ident(name), .. }] => values.push(name.to_string()),
            part if part.iter().any(|token| token.is("->")) => values.push(format!("({})", text(part))),
            _ => {}
        }
    }
    values
}
