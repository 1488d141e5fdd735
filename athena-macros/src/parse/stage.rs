//! Stages: `label: 3 * basic(16)`, `+ shortcut`, `[down(32), basic(32)]`.

use super::Parser;
use super::cursor::Cursor;
use super::own::is_own;
use super::recover::statements::is_statement;
use super::tokens::{Kind, Token, text};
use crate::ast::{Arg, Call, Expr, ExprKind, Join, Name, Stage, Step};
use crate::errors::Error;
use crate::loc::Loc;
use crate::words::translate::{self};
use crate::words::{self, foreign};
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// One stage. On a mistake it skips to the next `->`, `,` or `;`.
    pub fn stage(&mut self, cursor: &mut Cursor) -> Stage {
        if let Some(Token { kind: Kind::Group { delimiter: Delimiter::None, tokens, close, .. }, .. }) = cursor.peek()
            && !cursor.peek_at(1).is_some_and(|next| next.is("*"))
        {
            // A whole step as one `$e:expr`.
            cursor.take();
            return self.stage(&mut Cursor::new(tokens, *close));
        }
        if let Some(stage) = self.slipped_stage(cursor) {
            return stage;
        }
        let mark = cursor.mark();
        self.nameless_label(cursor);
        self.odd_label(cursor);
        let mut label = self.label(cursor);
        let repeat = match self.slipped_repeat(cursor) {
            Some(count) => Some(count),
            None => self.repeat(cursor),
        };
        if let Some(late) = self.label(cursor) {
            self.late_label(cursor, mark, &late);
            label = label.or(Some(late));
        }
        let step_mark = cursor.mark();
        let mut step = self.step(cursor);
        if matches!(step, Step::Broken) {
            cursor.skip_to(&["->", ",", ";"]);
        }
        let (_, text) = cursor.span_since(step_mark);
        let (loc, whole) = cursor.span_since(mark);
        if let Step::Call(call) = &mut step {
            call.removal = format!("-> {whole}");
        }
        Stage { label, repeat, step, loc, text }
    }

    fn repeat(&mut self, cursor: &mut Cursor) -> Option<Expr> {
        if let Some(count) = self.bare_arithmetic(cursor) {
            return Some(count);
        }
        let token = cursor.peek()?;
        let next = cursor.peek_at(1);
        let counts = match &token.kind {
            Kind::Literal(_) | Kind::Ident(_) => true,
            Kind::Group { delimiter, .. } => matches!(delimiter, Delimiter::Parenthesis | Delimiter::None),
            Kind::Op(_) => false,
        };
        if !counts {
            return None;
        }
        if next.is_some_and(|next| next.is("*")) && !self.is_step_word(token) {
            let count = self.count(cursor);
            cursor.take();
            return Some(self.product(cursor, count));
        }
        let step_follows = next.is_some_and(|next| !matches!(next.kind, Kind::Op(_)) || next.is("+") || next.is("||"));
        if matches!(token.kind, Kind::Literal(_)) && step_follows {
            cursor.take();
            let digits: String = token.text().chars().take_while(char::is_ascii_digit).collect();
            let error = Error::new(token.loc, "expected `*` between the number of rounds and the step");
            self.errors.push(error.help(format!("write `{digits} *`")));
            return Some(Expr { kind: ExprKind::Broken, loc: token.loc, text: digits });
        }
        None
    }

    /// `relu` in `relu * 3`.
    pub(super) fn is_step_word(&self, token: &Token) -> bool {
        token.name().is_some_and(|name| self.is_step_word_text(&name.text))
    }

    pub(super) fn is_step_word_text(&self, word: &str) -> bool {
        self.blocks.contains(word) || words::find(word).is_some()
    }

    /// The one token before `*`, or behind `as`.
    pub(super) fn count(&mut self, cursor: &mut Cursor) -> Expr {
        let Some(token) = cursor.take() else {
            return Expr { kind: ExprKind::Broken, loc: cursor.here(), text: String::new() };
        };
        self.expression(&mut Cursor::new(std::slice::from_ref(token), token.loc))
    }

    fn step(&mut self, cursor: &mut Cursor) -> Step {
        let Some(token) = cursor.peek() else { return self.missing_step(cursor) };
        match &token.kind {
            Kind::Op(op) => self.sign(cursor, op, token.loc),
            Kind::Group { delimiter: Delimiter::Bracket, tokens, close, .. } => {
                cursor.take();
                self.list(tokens, *close, token.loc)
            }
            Kind::Group { .. } => {
                cursor.take();
                if !self.wordless_arguments(cursor, token) {
                    self.grouped_steps(token);
                }
                Step::Broken
            }
            Kind::Literal(literal) => {
                cursor.take();
                let error = Error::new(token.loc, format!("expected a layer or a block, found `{literal}`"));
                let bare = literal.trim_matches('"');
                let step = translate::step(bare, &[]).unwrap_or_else(|| "relu".to_string());
                self.errors.push(error.help(format!("write a step, such as `{step}`")));
                Step::Broken
            }
            Kind::Ident(word) if is_statement(&word.to_string()) => {
                self.statement_as_step(cursor);
                Step::Broken
            }
            Kind::Ident(_) => {
                cursor.take();
                match token.name() {
                    Some(word) => self.layer(word, cursor),
                    None => Step::Broken,
                }
            }
        }
    }

    fn sign(&mut self, cursor: &mut Cursor, op: &str, at: Loc) -> Step {
        let join = match op {
            "+" => Join::Add,
            "*" => Join::Multiply,
            "||" => Join::Concat,
            "->" | ";" | "," => return self.missing_step(cursor),
            ":" if cursor.peek_at(1).is_some_and(|next| next.is(":")) => {
                let mut colons = at;
                while let Some(colon) = cursor.eat(":") {
                    colons = colons.to(colon.loc);
                }
                let error = Error::new(colons, "the path of your own layer starts with a name");
                self.errors.push(error.help("remove it"));
                return self.step(cursor);
            }
            _ => {
                cursor.take();
                if op == "-" && cursor.peek_at(1).is_some_and(|next| next.is("*")) {
                    let error = Error::new(at, "a step is repeated once or more, not less than no times");
                    self.errors.push(error.help("remove it"));
                    return Step::Broken;
                }
                let error = Error::new(at, format!("`{op}` is not a step"));
                self.errors.push(match op {
                    "|" => error.note("`||` joins values along channels").help("write `||`"),
                    "-" | "/" | "&" | "^" | "%" => error
                        .note("`+` adds a value, `*` multiplies by it, `||` joins it along channels")
                        .help("write `+`"),
                    _ => error.help("remove it"),
                });
                return Step::Broken;
            }
        };
        cursor.take();
        let operands = self.stage_operands(cursor, join);
        Step::Join(join, operands, at)
    }

    fn list(&mut self, tokens: &[Token], close: Loc, whole: Loc) -> Step {
        let mut cursor = Cursor::new(tokens, close);
        let mut stages = Vec::new();
        if cursor.at_end() {
            self.errors.push_local(
                Error::new(whole, "a list needs at least one step").help("write `[conv(16, 3x3), batch_norm]`"),
            );
            return Step::Broken;
        }
        if self.array(tokens) {
            return Step::Broken;
        }
        while self.goes_on(&mut cursor) {
            self.comments(&mut cursor);
            let first = stages.is_empty();
            let mut stage = self.stage(&mut cursor);
            if let Step::Call(call) = &mut stage.step {
                let step = call.removal.trim_start_matches("-> ");
                call.removal = if first { format!("{step},") } else { format!(", {step}") };
            }
            stages.push(stage);
            if cursor.eat(",").is_some() || cursor.at_end() {
                continue;
            }
            let Some(token) = cursor.peek() else { break };
            let error =
                Error::new(token.loc, format!("expected `,` between the steps of a list, found `{}`", token.text()));
            if matches!(token.kind, Kind::Op(_)) && !token.is("+") && !token.is("*") && !token.is("||") {
                match token.is("->") {
                    true => self.errors.push_local(error.help("write `,`")),
                    false => self.errors.push(error.help("write `,`")),
                }
                cursor.take();
            } else {
                self.errors.push(error.help("put `,` before it"));
            }
        }
        Step::List(stages)
    }

    fn layer(&mut self, word: Name, cursor: &mut Cursor) -> Step {
        let (loc, written) = (word.loc, word.text.clone());
        let mut call = Call { loc, text: written, removal: String::new(), in_doubt: false, word, args: Vec::new() };
        let Some(token) = cursor.peek() else { return Step::Call(call) };
        match &token.kind {
            Kind::Group { delimiter: Delimiter::Parenthesis, tokens, close, .. } => {
                cursor.take();
                call.text.push_str(&token.text());
                call.loc = call.loc.to(token.loc);
                if self.nested_step(&call, tokens) {
                    return Step::Broken;
                }
                if self.methods(&call, cursor) || self.foreign_merge(&call, tokens, cursor) {
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
            Kind::Group { delimiter, tokens, .. } if *delimiter != Delimiter::None => {
                cursor.take();
                let (word, written) = (&call.word.text, token.text());
                let error = Error::new(token.loc, "arguments stand in parentheses");
                self.errors.push(error.help(format!("write `{word}({})` instead of `{word}{written}`", text(tokens))));
                Step::Broken
            }
            Kind::Op(_) if self.other_end_at(cursor, 0) => Step::Call(call),
            Kind::Op(op) if op == ":" && is_own(&call.word, cursor) => self.own_layer(call.word, cursor),
            Kind::Op(op) if op == ":" || op == "!" || op == "." || op == "<" => self.path(call.word, cursor),
            _ if self.bare_arguments(&call, cursor) => Step::Broken,
            _ if self.arrow_before_arguments(&call.word.text, cursor) => self.layer(call.word, cursor),
            _ => Step::Call(call),
        }
    }

    /// Arguments of a word of another library are that library's: the word is the mistake, and its fix covers them.
    fn layer_arguments(&mut self, word: &str, tokens: &[Token], close: Loc) -> Vec<Arg> {
        let own = self.blocks.contains(word) || words::find(word).is_some();
        if own || (translate::step(word, &[]).is_none() && !foreign::is_other(word)) {
            return self.arguments(tokens, close);
        }
        self.foreign_arguments(tokens, close)
    }
}
