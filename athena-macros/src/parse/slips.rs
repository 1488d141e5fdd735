//! Steps in which a sign, a bracket or a word slipped, and what is plainly meant: `stem; relu`, `conv 16, 3x3`, `basic() 16`.

use super::Parser;
use super::tokens::{Cursor, Kind, Token, text};
use crate::ast::{Expr, ExprKind, Layer, Name, Stage, Step};
use crate::errors::Error;
use crate::words::{self, foreign};
use proc_macro2::Delimiter;

/// What Rust's own paths start with.
const PATH_STARTS: [&str; 3] = ["crate", "self", "super"];

impl Parser<'_> {
    /// `stem: `, or something else where its sign should be.
    pub(super) fn label(&mut self, cursor: &mut Cursor) -> Option<Name> {
        let name = cursor.peek()?.name()?;
        let sign = cursor.peek_at(1)?;
        if self.starts_step(cursor, 1) && self.could_be_label(&name.text) {
            let error = Error::new(name.loc, "a label is followed by `:`");
            self.errors.push(error.help("put `:` behind it"));
            cursor.take();
            return Some(name);
        }
        let arrow_or_path = cursor.peek_at(2).is_some_and(|next| next.is(">") || next.is(":"));
        let slipped = [";", "."].iter().any(|slip| sign.is(slip))
            && self.starts_step(cursor, 2)
            && !foreign::is_library(&name.text)
            && self.could_be_label(&name.text);
        let is_end = self.other_end_at(cursor, 1) && !self.could_be_label(&name.text);
        if !(sign.is(":") || sign.is("=") || slipped) || arrow_or_path || is_end {
            return None;
        }
        cursor.take();
        cursor.take();
        if !sign.is(":") {
            self.errors.push_sign(Error::new(sign.loc, "a label is followed by `:`").help("write `:`"));
        }
        Some(name)
    }

    /// A word that is no step, and not nearly one.
    fn could_be_label(&self, word: &str) -> bool {
        let known = words::WORDS.iter().map(|word| word.name).chain(self.blocks.iter().map(String::as_str));
        words::suggest::nearest(word, known).is_none() && word != "input" && !words::is_keyword(word)
    }

    /// A step's word, a list of steps or `3 *`, so many tokens further on.
    fn starts_step(&self, cursor: &Cursor, ahead: usize) -> bool {
        let is_list = |token: &Token| match &token.kind {
            Kind::Group { delimiter: Delimiter::Bracket, tokens, .. } => {
                tokens.first().is_some_and(|first| first.name().is_some())
            }
            _ => false,
        };
        cursor.peek_at(ahead).is_some_and(|token| self.is_step_word(token) || is_list(token))
            || self.starts_repeat(cursor, ahead)
    }

    /// `3 *` or `(1 + 2) *`, so many tokens further on.
    pub(super) fn starts_repeat(&self, cursor: &Cursor, ahead: usize) -> bool {
        let is_count = |token: &Token| matches!(token.kind, Kind::Literal(_)) || token.is_group(Delimiter::Parenthesis);
        cursor.peek_at(ahead).is_some_and(is_count) && cursor.peek_at(ahead + 1).is_some_and(|sign| sign.is("*"))
    }

    /// `stem conv: (16, 3x3)`, `crate -> Mish`: read to the end, and reported.
    pub(super) fn slipped_stage(&mut self, cursor: &mut Cursor) -> Option<Stage> {
        let mark = cursor.mark();
        let first = cursor.peek()?.name()?;
        let (second, third) = (cursor.peek_at(1)?, cursor.peek_at(2)?);
        let (label, error) = if self.is_step_word(second) && third.is(":") && self.could_be_label(&first.text) {
            let (name, word) = (&first.text, second.text());
            let error = Error::new(third.loc, "`:` stands between the label and the step");
            (Some(first.clone()), error.help(format!("write `{name}: {word}` instead of `{name} {word}:`")))
        } else if PATH_STARTS.contains(&first.text.as_str())
            && (second.is("->") || second.is(":") || second.is(".") && first.text != "self")
            && third.name().is_some_and(|name| name.text.starts_with(char::is_uppercase))
        {
            (None, Error::new(second.loc, "the parts of a path are joined by `::`").help("write `::`"))
        } else {
            return None;
        };
        self.errors.push(error);
        for _ in 0..3 {
            cursor.take();
        }
        cursor.skip_to(&["->", ",", ";"]);
        let (loc, text) = cursor.span_since(mark);
        Some(Stage { label, repeat: None, step: Step::Broken, loc, text })
    }

    /// `: relu`: a label without its name, which may be used elsewhere.
    pub(super) fn nameless_label(&mut self, cursor: &mut Cursor) {
        let Some(sign) = cursor.peek().filter(|sign| sign.is(":")) else { return };
        if cursor.peek_at(1).is_some_and(|next| next.is(":")) {
            return;
        }
        cursor.take();
        self.lost_name = true;
        self.errors.push(Error::new(sign.loc, "a label's name is missing before `:`").help("remove it"));
    }

    /// `3 x basic(16)` and `{1 + 1} * basic(16)`, before the step.
    pub(super) fn slipped_repeat(&mut self, cursor: &mut Cursor) -> Option<Expr> {
        let (count, sign) = (cursor.peek()?, cursor.peek_at(1)?);
        let is_times = sign.name().is_some_and(|name| ["x", "X", "times"].contains(&name.text.as_str()));
        match &count.kind {
            Kind::Literal(_) if is_times && self.starts_step(cursor, 2) => {
                self.errors.push_sign(Error::new(sign.loc, "a step is repeated with `*`").help("write `*`"));
            }
            Kind::Group { delimiter: Delimiter::Brace | Delimiter::Bracket, tokens, .. }
                if sign.is("*") && self.starts_step(cursor, 2) =>
            {
                let error = Error::new(count.loc, "a number of rounds that is computed stands in parentheses");
                self.errors.push_sign(error.help(format!("write `({})`", text(tokens))));
            }
            _ => return None,
        }
        cursor.take();
        cursor.take();
        Some(Expr { kind: ExprKind::Broken, loc: count.loc, text: count.text() })
    }

    /// `(16, 3x3)` where a step should be. Says whether these are arguments.
    pub(super) fn wordless_arguments(&mut self, cursor: &Cursor, group: &Token) -> bool {
        let Kind::Group { delimiter: Delimiter::Parenthesis, tokens, .. } = &group.kind else { return false };
        let is_number = tokens.first().is_some_and(|first| matches!(first.kind, Kind::Literal(_)));
        let counts = tokens.get(1).is_some_and(|sign| sign.is("*"));
        if !is_number || counts || tokens.iter().any(|token| token.is("->")) {
            return false;
        }
        let is_last = cursor.peek().is_none_or(|next| next.is(";"));
        let word = match &tokens[..] {
            [Token { kind: Kind::Literal(number), .. }] if number.contains('.') => "dropout",
            [_] if is_last => "linear",
            _ => "conv",
        };
        let error = Error::new(group.loc, "these arguments have no layer or block before them");
        self.errors.push(error.help(format!("put `{word}` before it, or another word")));
        true
    }

    /// `basic() 16`, `pad(1,) reflect`
    pub(super) fn arguments_behind(&mut self, layer: &Layer, group: &Token, cursor: &mut Cursor) -> bool {
        let Some(argument) = cursor.peek() else { return false };
        let ends = cursor.peek_at(1).is_none_or(|next| ["->", ";", ","].iter().any(|sign| next.is(sign)));
        let Kind::Group { tokens, .. } = &group.kind else { return false };
        let (is_open, is_empty) = (tokens.last().is_some_and(|last| last.is(",")), tokens.is_empty());
        let is_argument = match &argument.kind {
            Kind::Literal(_) => !self.starts_repeat(cursor, 0),
            Kind::Ident(_) => (is_open || is_empty) && ends && !self.is_step_word(argument),
            _ => false,
        };
        if !is_argument {
            return false;
        }
        cursor.take();
        let (word, written) = (&layer.word.text, argument.text());
        let inner = text(tokens).trim_end_matches(',').to_string();
        let args = if inner.is_empty() { written.clone() } else { format!("{inner}, {written}") };
        let error = Error::new(argument.loc, format!("the arguments of `{word}` stand in its parentheses"));
        self.errors.push(error.help(format!("write `{word}({args})` instead of `{} {written}`", layer.text)));
        true
    }

    /// `conv 16, 3x3`. Says whether arguments without parentheses stood there.
    pub(super) fn bare_arguments(&mut self, layer: &Layer, cursor: &mut Cursor) -> bool {
        let Some(first) = cursor.peek().filter(|_| self.is_step_word_text(&layer.word.text)) else { return false };
        let joins = |sign: &Token| [",", "/", "="].iter().any(|join| sign.is(join));
        let starts = match &first.kind {
            Kind::Literal(_) => !self.starts_repeat(cursor, 0),
            Kind::Ident(_) => !self.is_step_word(first) && cursor.peek_at(1).is_some_and(joins),
            _ => false,
        };
        if !starts {
            return false;
        }
        let mark = cursor.mark();
        while cursor.peek().is_some_and(|token| !token.is("->") && !token.is(";")) {
            if cursor.is(",") && (cursor.peek_at(1).is_none() || self.starts_step(cursor, 1)) {
                break;
            }
            cursor.take();
        }
        let (loc, written) = cursor.span_since(mark);
        let error = Error::new(loc, format!("the arguments of `{}` stand in parentheses", layer.word.text));
        self.errors.push(error.help(format!("write `({written})`")));
        true
    }

    /// `conv -> (16, 3x3)`: takes the arrow.
    pub(super) fn arrow_before_arguments(&mut self, word: &str, cursor: &mut Cursor) -> bool {
        let takes_arguments = self.blocks.contains(word) || words::find(word).is_some_and(|word| !word.args.is_empty());
        let Some(arrow) = cursor.peek().filter(|arrow| arrow.is("->") && takes_arguments) else { return false };
        let Some(Token { kind: Kind::Group { delimiter: Delimiter::Parenthesis, tokens, .. }, .. }) = cursor.peek_at(1)
        else {
            return false;
        };
        let goes_on = |next: &Token| [",", "=", "*", "/", "+", "-"].iter().any(|sign| next.is(sign));
        let holds_arguments = tokens.first().is_some_and(|first| match first.kind {
            Kind::Literal(_) => !tokens.get(1).is_some_and(|next| next.is("*")),
            _ => tokens.get(1).is_none_or(goes_on),
        });
        if !holds_arguments || tokens.iter().any(|token| token.is("->")) {
            return false;
        }
        self.errors.push(Error::new(arrow.loc, "arguments stand directly behind their word").help("remove it"));
        cursor.take();
        true
    }
}
