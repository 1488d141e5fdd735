//! Stages: `label: 3 * basic(16)`, `+ shortcut`, `[down(32), basic(32)]`.

use super::Parser;
use super::cursor::Cursor;
use super::own::is_own;
use super::tokens::{Kind, Token};
use crate::ast::{Arg, Call, Expr, Join, Name, Stage, Step};
use crate::loc::Loc;
use crate::words::{self, foreign, translate};
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// One stage. After an error it skips to the next `->`, `,` or `;`.
    pub fn stage(&mut self, cursor: &mut Cursor) -> Stage {
        if let Some(Token { kind: Kind::Group { delimiter: Delimiter::None, tokens, close, .. }, .. }) = cursor.peek()
            && !cursor.is_at(1, "*")
        {
            // A whole step as one `$e:expr`.
            cursor.take();
            return self.stage(&mut Cursor::new(tokens, *close));
        }
        if let Some(stage) = self.slipped_stage(cursor) {
            return stage;
        }
        let mark = cursor.mark();
        let numbers = self.numbers(cursor);
        self.odd_label(cursor);
        let label = self.label(cursor);
        let repeat = self.repeat(cursor);
        let label = self.late_label(cursor, mark).filter(|_| label.is_none()).or(label);
        let step_mark = cursor.mark();
        let mut step = self.step(cursor);
        if matches!(step, Step::Broken) {
            cursor.skip_to(&["->", ",", ";"]);
        }
        let numbers = numbers.filter(|numbers| self.has_numbered(numbers, repeat.as_ref(), &step));
        let (_, text) = cursor.span_since(step_mark);
        let (loc, whole) = cursor.span_since(mark);
        if let Step::Call(call) = &mut step {
            call.removal = format!("-> {whole}");
        }
        Stage { label, numbers, repeat, step, loc, text }
    }

    /// `stem:`
    pub(super) fn label(&mut self, cursor: &mut Cursor) -> Option<Name> {
        let name = cursor.name_at(0)?;
        if !cursor.is_at(1, ":") || cursor.is_any_at(2, &[":", ">"]) || self.ends_let_behind(&name, cursor) {
            return self.slipped_label(name, cursor);
        }
        cursor.take_all(2);
        Some(name)
    }

    /// `3 *`, `depth *` or `(depth - 1) *`
    fn repeat(&mut self, cursor: &mut Cursor) -> Option<Expr> {
        if let Some(count) = self.slipped_repeat(cursor) {
            return Some(count);
        }
        let is_count = cursor.peek().is_some_and(|token| match &token.kind {
            Kind::Literal(_) => true,
            Kind::Ident(_) => !self.is_step_word(token),
            Kind::Group { delimiter, .. } => matches!(delimiter, Delimiter::Parenthesis | Delimiter::None),
            Kind::Op(_) => false,
        });
        if !is_count || !cursor.is_at(1, "*") {
            return None;
        }
        let count = self.count(cursor);
        cursor.take();
        Some(count)
    }

    /// The token before `*`, or after `as`.
    pub(super) fn count(&mut self, cursor: &mut Cursor) -> Expr {
        match cursor.take() {
            Some(token) => self.expression(&mut Cursor::new(std::slice::from_ref(token), token.loc)),
            None => Expr::broken(cursor.here(), ""),
        }
    }

    /// A layer, a block, a join or a list.
    pub(super) fn step(&mut self, cursor: &mut Cursor) -> Step {
        let Some(token) = cursor.peek() else { return self.missing_step(cursor) };
        match &token.kind {
            Kind::Op(op) => {
                let Some(join) = [Join::Add, Join::Multiply, Join::Concat].into_iter().find(|join| op == join.symbol())
                else {
                    return self.other_sign(cursor, op, token.loc);
                };
                cursor.take();
                Step::Join(join, self.stage_operands(cursor, join), token.loc)
            }
            Kind::Group { delimiter: Delimiter::Bracket, tokens, close, .. } => {
                cursor.take();
                match self.no_list(token) {
                    true => Step::Broken,
                    false => self.list(tokens, *close),
                }
            }
            Kind::Ident(_) if self.foreign_step(cursor) => Step::Broken,
            Kind::Ident(_) => {
                cursor.take();
                token.name().map_or(Step::Broken, |word| self.layer(word, cursor))
            }
            Kind::Group { .. } | Kind::Literal(_) => {
                cursor.take();
                self.no_step(token, cursor);
                Step::Broken
            }
        }
    }

    fn list(&mut self, tokens: &[Token], close: Loc) -> Step {
        let mut cursor = Cursor::new(tokens, close);
        let mut stages = Vec::new();
        while self.goes_on(&mut cursor) {
            self.comments(&mut cursor);
            let mut stage = self.stage(&mut cursor);
            if let Step::Call(call) = &mut stage.step {
                let step = call.removal.trim_start_matches("-> ");
                call.removal = if stages.is_empty() { format!("{step},") } else { format!(", {step}") };
            }
            stages.push(stage);
            if cursor.eat(",").is_none() {
                self.other_comma_in_list(&mut cursor);
            }
        }
        Step::List(stages)
    }

    /// A layer or a block, after its word.
    pub(super) fn layer(&mut self, word: Name, cursor: &mut Cursor) -> Step {
        let (loc, text) = (word.loc, word.text.clone());
        let mut call = Call { loc, text, removal: String::new(), in_doubt: false, word, args: Vec::new() };
        match cursor.peek() {
            Some(token @ Token { kind: Kind::Group { delimiter: Delimiter::Parenthesis, tokens, close, .. }, .. }) => {
                cursor.take();
                call.text.push_str(&token.text());
                call.loc = call.loc.to(token.loc);
                if self.foreign_call(&call, tokens, cursor) {
                    return Step::Broken;
                }
                let before = self.errors.faults();
                call.args = self.layer_arguments(&call.word.text, tokens, *close);
                call.in_doubt = self.errors.faults() > before;
                match self.arguments_behind(&call, token, cursor) {
                    true => Step::Broken,
                    false => Step::Call(call),
                }
            }
            Some(sign) if sign.is(":") && !self.other_end_at(cursor, 0) && is_own(&call.word, cursor) => {
                self.own_layer(call.word, cursor)
            }
            Some(next) => self.behind_word(call, next, cursor),
            None => Step::Call(call),
        }
    }

    /// The arguments of a layer. If its word is another library's, only the word is reported: its help replaces the arguments too.
    fn layer_arguments(&mut self, word: &str, tokens: &[Token], close: Loc) -> Vec<Arg> {
        let own = self.is_step_word_text(word);
        if own || (translate::step(word, &[]).is_none() && !foreign::is_other(word)) {
            return self.arguments(tokens, close);
        }
        self.foreign_arguments(tokens, close)
    }

    /// Whether a token is the word of a layer or of a block.
    pub(super) fn is_step_word(&self, token: &Token) -> bool {
        token.name().is_some_and(|name| self.is_step_word_text(&name.text))
    }

    /// Whether a word is that of a layer or of a block.
    pub(super) fn is_step_word_text(&self, word: &str) -> bool {
        self.blocks.contains(word) || words::find(word).is_some()
    }
}
