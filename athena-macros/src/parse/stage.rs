//! Stages: `label: 3 * basic(16)`, `+ shortcut`, `[down(32), basic(32)]`.

use super::Parser;
use super::tokens::{Cursor, Kind, Token, text};
use crate::ast::{Arg, Expr, ExprKind, Join, Layer, Name, Stage, Step};
use crate::errors::Error;
use crate::loc::Loc;
use crate::words::translate::{self, Written, written};
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
        let mark = cursor.mark();
        let mut label = self.label(cursor);
        let repeat = self.repeat(cursor);
        if let Some(late) = self.label(cursor) {
            let count = repeat.as_ref().map(|count| format!("{} * ", count.text)).unwrap_or_default();
            let mut ahead = cursor.clone();
            let start = ahead.mark();
            ahead.skip_to(&["->", ",", ";"]);
            let step = text(ahead.since(start));
            let error = Error::new(late.loc, "a label stands before everything else of its step");
            self.errors.push(error.help(format!("write `{}: {count}{step}`", late.text)));
            label = label.or(Some(late));
        }
        let step_mark = cursor.mark();
        let step = self.step(cursor);
        if matches!(step, Step::Broken) {
            cursor.skip_to(&["->", ",", ";"]);
        }
        let (_, text) = cursor.span_since(step_mark);
        let (loc, _) = cursor.span_since(mark);
        Stage { label, repeat, step, loc, text }
    }

    fn label(&mut self, cursor: &mut Cursor) -> Option<Name> {
        let name = cursor.peek()?.name()?;
        let sign = cursor.peek_at(1)?;
        let arrow_or_path = cursor.peek_at(2).is_some_and(|next| next.is(">") || next.is(":"));
        if !(sign.is(":") || sign.is("=")) || arrow_or_path {
            return None;
        }
        cursor.take();
        cursor.take();
        if sign.is("=") {
            self.errors
                .push(Error::new(sign.loc, "a label is followed by `:`").help(format!("write `{}:`", name.text)));
        }
        Some(name)
    }

    fn repeat(&mut self, cursor: &mut Cursor) -> Option<Expr> {
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
            self.second_count(cursor, &count);
            return Some(count);
        }
        let step_follows = next.is_some_and(|next| !matches!(next.kind, Kind::Op(_)) || next.is("+") || next.is("||"));
        if matches!(token.kind, Kind::Literal(_)) && step_follows {
            cursor.take();
            let digits: String = text(std::slice::from_ref(token)).chars().take_while(char::is_ascii_digit).collect();
            let error = Error::new(token.loc, "expected `*` between the number of rounds and the step");
            self.errors.push(error.help(format!("write `{digits} *`")));
            return Some(Expr { kind: ExprKind::Broken, loc: token.loc, text: digits });
        }
        None
    }

    /// `relu` in `relu * 3`.
    fn is_step_word(&self, token: &Token) -> bool {
        token.name().is_some_and(|name| self.blocks.contains(&name.text) || words::find(&name.text).is_some())
    }

    /// The one token before `*`.
    fn count(&mut self, cursor: &mut Cursor) -> Expr {
        let Some(token) = cursor.take() else {
            return Expr { kind: ExprKind::Broken, loc: cursor.here(), text: String::new() };
        };
        self.expression(&mut Cursor::new(std::slice::from_ref(token), token.loc))
    }

    /// `2 * 3 * basic(16)`.
    fn second_count(&mut self, cursor: &mut Cursor, first: &Expr) {
        while let (Some(token), Some(next)) = (cursor.peek(), cursor.peek_at(1)) {
            if !next.is("*") {
                return;
            }
            let written = text(std::slice::from_ref(token));
            let error = Error::new(token.loc, "a step is repeated by one number");
            self.errors.push(error.help(format!("write the product: `({} * {written}) *`", first.text)));
            cursor.take();
            cursor.take();
        }
    }

    fn step(&mut self, cursor: &mut Cursor) -> Step {
        let Some(token) = cursor.peek() else {
            let at = cursor.previous().map_or(cursor.here(), |before| before.loc);
            self.errors
                .push(Error::new(at, "a step is missing here").help("write one, such as `relu`, or remove the `->`"));
            return Step::Broken;
        };
        match &token.kind {
            Kind::Op(op) => self.sign(cursor, op, token.loc),
            Kind::Group { delimiter: Delimiter::Bracket, tokens, close, .. } => {
                cursor.take();
                self.list(tokens, *close)
            }
            Kind::Group { .. } => {
                cursor.take();
                self.grouped_steps(token);
                Step::Broken
            }
            Kind::Literal(literal) => {
                cursor.take();
                let error = Error::new(token.loc, format!("expected a layer or a block, found `{literal}`"));
                self.errors.push(error.help("write a step, such as `relu`"));
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
            "||" => Join::Concat,
            "->" | ";" | "," => {
                let at = cursor.previous().map_or(at, |before| before.loc);
                let error = Error::new(at, format!("a step is missing before `{op}`"));
                self.errors.push(error.help(format!("write one, or remove the `{op}`")));
                return Step::Broken;
            }
            _ => {
                cursor.take();
                let error = Error::new(at, format!("`{op}` is not a step"));
                let help = if op == "|" {
                    "write `||` to join along channels"
                } else {
                    "write `+` to add, `||` to join along channels"
                };
                self.errors.push(error.help(help));
                return Step::Broken;
            }
        };
        cursor.take();
        let operands = self.stage_operands(cursor, join);
        Step::Join(join, operands, at)
    }

    fn list(&mut self, tokens: &[Token], close: Loc) -> Step {
        let mut cursor = Cursor::new(tokens, close);
        let mut stages = Vec::new();
        if cursor.at_end() {
            self.errors
                .push(Error::new(close, "a list needs at least one step").help("write `[conv(16, 3x3), batch_norm]`"));
            return Step::Broken;
        }
        while !cursor.at_end() {
            stages.push(self.stage(&mut cursor));
            if cursor.eat(",").is_some() || cursor.at_end() {
                continue;
            }
            let Some(token) = cursor.peek() else { break };
            let found = text(std::slice::from_ref(token));
            let error = Error::new(token.loc, format!("expected `,` between the steps of a list, found `{found}`"));
            self.errors.push(error.help("write `,`"));
            if matches!(token.kind, Kind::Op(_)) && !token.is("+") && !token.is("||") {
                cursor.take();
            }
        }
        Step::List(stages)
    }

    /// `(conv(16, 3x3) -> relu)` as a step.
    fn grouped_steps(&mut self, token: &Token) {
        let Kind::Group { delimiter, tokens, .. } = &token.kind else { return };
        let steps: Vec<String> = tokens.split(|token| token.is("->") || token.is(",")).map(text).collect();
        let brackets = if *delimiter == Delimiter::Brace { "braces" } else { "parentheses" };
        let error = Error::new(token.loc, format!("a step does not stand in {brackets}"));
        self.errors.push(match &steps[..] {
            [step] => error.help(format!("write `{step}`")),
            steps => error.help(format!("write a list: `[{}]`", steps.join(", "))),
        });
    }

    fn layer(&mut self, word: Name, cursor: &mut Cursor) -> Step {
        let mut layer = Layer { loc: word.loc, text: word.text.clone(), word, args: Vec::new() };
        let Some(token) = cursor.peek() else { return Step::Layer(layer) };
        match &token.kind {
            Kind::Group { delimiter: Delimiter::Parenthesis, tokens, close, .. } => {
                cursor.take();
                layer.args = self.layer_arguments(&layer.word.text, tokens, *close);
                layer.loc = layer.loc.to(token.loc);
                layer.text.push_str(&text(std::slice::from_ref(token)));
                Step::Layer(layer)
            }
            Kind::Group { delimiter, tokens, .. } if *delimiter != Delimiter::None => {
                cursor.take();
                let error = Error::new(token.loc, "arguments stand in parentheses");
                self.errors.push(error.help(format!("write `{}({})`", layer.word.text, text(tokens))));
                Step::Broken
            }
            Kind::Op(op) if op == ":" || op == "!" || op == "." || op == "<" => self.path(layer.word, cursor),
            _ => Step::Layer(layer),
        }
    }

    /// Arguments of a word of another library are that library's: the word is the mistake, and its fix covers them.
    fn layer_arguments(&mut self, word: &str, tokens: &[Token], close: Loc) -> Vec<Arg> {
        let own = self.blocks.contains(word) || words::find(word).is_some();
        if own || (foreign::word(word).is_none() && foreign::merge(word).is_none()) {
            return self.arguments(tokens, close);
        }
        self.foreign_arguments(tokens, close)
    }

    fn foreign_arguments(&mut self, tokens: &[Token], close: Loc) -> Vec<Arg> {
        let before = std::mem::take(self.errors);
        let args = self.arguments(tokens, close);
        *self.errors = before;
        args
    }

    /// `nn::Conv2d(...)`, `net.conv(...)`, `conv!(...)`.
    fn path(&mut self, first: Name, cursor: &mut Cursor) -> Step {
        let mut loc = first.loc;
        let mut last = first.text;
        let mut args = Vec::new();
        while let Some(token) = cursor.peek().filter(|token| !token.is("->") && !token.is(",") && !token.is(";")) {
            loc = loc.to(token.loc);
            if let Some(name) = token.name() {
                last = name.text;
            }
            if let Kind::Group { tokens, close, .. } = &token.kind {
                args = self.foreign_arguments(tokens, *close);
            }
            cursor.take();
        }
        let written: Vec<Written> = args.iter().map(written).collect();
        let error = Error::new(loc, "a layer or a block is a single word");
        self.errors.push(match translate::step(&last, &written) {
            Some(step) => error.help(format!("write `{step}`")),
            None => error.help("write a single word, such as `relu`"),
        });
        Step::Broken
    }
}
