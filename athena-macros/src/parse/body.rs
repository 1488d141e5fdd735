//! Bodies, chains and operands: `let a = input -> ...; a + input -> ...`.

use super::Parser;
use super::tokens::{Cursor, Kind, Token, text};
use crate::ast::{Body, Chain, Join, Let, Merge, Operand, OperandKind, Stage};
use crate::errors::Error;
use crate::loc::Loc;
use crate::words;
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// The inside of a struct's or a block's braces.
    pub fn body(&mut self, tokens: &[Token], close: Loc) -> Body {
        let mut cursor = Cursor::new(tokens, close);
        let mut lets = Vec::new();
        loop {
            if cursor.peek().is_some_and(|token| is_word(token, "let")) {
                cursor.take();
                lets.push(self.binding(&mut cursor));
                continue;
            }
            if cursor.peek_at(1).is_some_and(|token| token.is("="))
                && !cursor.peek_at(2).is_some_and(|token| token.is(">"))
            {
                let here = cursor.here();
                let name = cursor.peek().map(|token| text(std::slice::from_ref(token))).unwrap_or_default();
                let error = Error::new(here, "a value gets its name from `let`").help(format!("write `let {name}`"));
                self.errors.push(error);
                lets.push(self.binding(&mut cursor));
                continue;
            }
            if cursor.at_end() {
                self.empty_body(&lets, close);
                return Body { lets, chain: broken_chain(close) };
            }
            let chain = self.chain(&mut cursor);
            match self.after_last_chain(&mut cursor, &chain) {
                true => return Body { lets, chain },
                false => lets.push(Let { name: None, chain }),
            }
        }
    }

    fn empty_body(&mut self, lets: &[Let], close: Loc) {
        let error = Error::new(close, "the body has no value: its last chain is missing");
        let name = lets.iter().rev().find_map(|binding| binding.name.as_ref());
        self.errors.push(error.help(match name {
            Some(name) => format!("end with `{}`, or with what follows from it", name.text),
            None => "start with `input -> `".to_string(),
        }));
    }

    /// Whether the body ends here; a chain that others follow is reported as lost.
    fn after_last_chain(&mut self, cursor: &mut Cursor, chain: &Chain) -> bool {
        let Some(semicolon) = cursor.eat(";") else {
            if let Some(token) = cursor.take() {
                let found = text(std::slice::from_ref(token));
                self.errors
                    .push(Error::new(token.loc, format!("expected `->` or the end of the body, found `{found}`")));
            }
            return true;
        };
        if cursor.at_end() {
            let error = Error::new(semicolon.loc, "the last chain is the body's value and ends without `;`");
            self.errors.push(error.help("remove the `;`"));
            return true;
        }
        let error = Error::new(chain.loc, "the value of this chain is lost: only a body's last chain is its value");
        self.errors.push(error.help(format!("give it a name: `let value = {}`", chain.text)));
        false
    }

    fn binding(&mut self, cursor: &mut Cursor) -> Let {
        if let Some(token) = cursor.peek().filter(|token| is_word(token, "mut")) {
            self.errors.push(Error::new(token.loc, "values never change").help("remove `mut`"));
            cursor.take();
        }
        let name = cursor.peek().and_then(Token::name).filter(|_| !cursor.is("="));
        match &name {
            Some(_) => drop(cursor.take()),
            None => self.errors.push(Error::new(cursor.here(), "expected a name after `let`")),
        }
        if cursor.eat("=").is_none() {
            let error = Error::new(cursor.here(), "expected `=` after the name");
            self.errors.push(error.help("write `let name = input -> ...;`"));
            cursor.skip_to(&["=", ";"]);
            cursor.eat("=");
        }
        let chain = self.chain_of(cursor, true);
        if cursor.eat(";").is_none() {
            let found = cursor.peek().map(|token| text(std::slice::from_ref(token)));
            let before = found.map_or("at the end".to_string(), |found| format!("before `{found}`"));
            self.errors
                .push(Error::new(cursor.here(), format!("expected `;` {before}")).help("end the `let` with `;`"));
        }
        Let { name, chain }
    }

    /// `merge -> stage -> stage`, up to `;` or the end.
    pub fn chain(&mut self, cursor: &mut Cursor) -> Chain {
        self.chain_of(cursor, false)
    }

    fn chain_of(&mut self, cursor: &mut Cursor, in_let: bool) -> Chain {
        let mark = cursor.mark();
        let (head, starts_with_stage) = self.head(cursor);
        let mut stages = Vec::new();
        if starts_with_stage {
            stages.push(self.stage(cursor));
        }
        while !cursor.at_end() && !cursor.is(";") {
            let arrow = cursor.eat("->").is_some();
            if !arrow && ((in_let && self.starts_chain(cursor)) || !self.instead_of_arrow(cursor, &stages)) {
                break;
            }
            stages.push(self.stage(cursor));
        }
        let (loc, text) = cursor.span_since(mark);
        Chain { head, stages, loc, text }
    }

    /// Where a chain starts. The second value says that it starts with a step: reported, and to be read as one.
    fn head(&mut self, cursor: &mut Cursor) -> (Merge, bool) {
        let here = cursor.here();
        let step = if cursor.is("->") {
            Some(String::new())
        } else if starts_step(cursor) {
            Some(text(&step_tokens(cursor)))
        } else {
            None
        };
        let Some(step) = step else { return (self.merge(cursor), false) };
        let error = Error::new(here, "a chain starts with a value, not with a step");
        let help = if step.is_empty() { "write `input ->`".to_string() } else { format!("write `input -> {step}`") };
        self.errors.push(error.help(help));
        (broken_merge(here), !cursor.is("->"))
    }

    /// A value and what happens to it, behind a `let` that lacks its `;`.
    fn starts_chain(&self, cursor: &Cursor) -> bool {
        let Some(name) = cursor.peek().and_then(Token::name) else { return false };
        let known = self.blocks.contains(&name.text) || words::find(&name.text).is_some();
        let goes_on = |next: &Token| ["->", "+", "||", "="].iter().any(|sign| next.is(sign));
        !known && cursor.peek_at(1).is_none_or(goes_on)
    }

    /// Something else than `->` between two steps. Says whether a stage follows.
    fn instead_of_arrow(&mut self, cursor: &mut Cursor, stages: &[Stage]) -> bool {
        let Some(token) = cursor.peek() else { return false };
        let found = text(std::slice::from_ref(token));
        if is_word(token, "let")
            || (is_word(token, "input") && !cursor.previous().is_some_and(|before| before.is("->")))
        {
            // A missing `;`: the caller says so.
            return false;
        }
        let Kind::Op(op) = &token.kind else {
            let error = Error::new(token.loc, format!("expected `->` before `{found}`"));
            self.errors.push(error.help(format!("write `-> {found}`")));
            return true;
        };
        match op.as_str() {
            "+" | "||" => {
                let operand = cursor.peek_at(1).map(|next| text(std::slice::from_ref(next))).unwrap_or_default();
                let error = Error::new(token.loc, format!("expected `->` before `{op}`"));
                self.errors.push(error.help(format!("write `-> {op} {operand}`")));
                true
            }
            "*" if !stages.is_empty() => {
                self.trailing_repeat(cursor, stages);
                true
            }
            _ => {
                let arrow = ["=", "-", ">", ".", ",", "|", ":", "~"].contains(&op.as_str());
                let mut loc = token.loc;
                cursor.take();
                while let Some(next) = cursor.peek().filter(|next| next.is(">") || next.is("-") || next.is(op)) {
                    loc = loc.to(next.loc);
                    cursor.take();
                }
                let fact = if arrow {
                    "expected `->` between steps".to_string()
                } else {
                    format!("expected `->`, found `{op}`")
                };
                self.errors.push(Error::new(loc, fact).help("write `->`"));
                if cursor.at_end() || cursor.is(";") {
                    return false;
                }
                true
            }
        }
    }

    /// `basic(16) * 3`, where `3 * basic(16)` is meant.
    fn trailing_repeat(&mut self, cursor: &mut Cursor, stages: &[Stage]) {
        let Some(star) = cursor.take() else { return };
        let step = stages.last().map(|stage| stage.text.clone()).unwrap_or_default();
        let mut loc = stages.last().map_or(star.loc, |stage| stage.loc.to(star.loc));
        let mut count = "3".to_string();
        if let Some(number) = cursor.peek().filter(|token| !token.is("->") && !token.is(";")) {
            loc = loc.to(number.loc);
            count = text(std::slice::from_ref(number));
            cursor.take();
        }
        let error = Error::new(loc, "the number of rounds stands before the step");
        self.errors.push(error.help(format!("write `{count} * {step}`")));
        cursor.skip_to(&["->", ";"]);
        cursor.eat("->");
    }

    /// `a`, `a + b + c` or `a || b`.
    fn merge(&mut self, cursor: &mut Cursor) -> Merge {
        let mark = cursor.mark();
        let here = cursor.here();
        let first = self.operand(cursor);
        let mut merge = Merge { join: None, operands: vec![first], operator: here, loc: here, text: String::new() };
        loop {
            if self.foreign_sign(cursor) {
                let operand = self.operand(cursor);
                merge.operands[0].kind = OperandKind::Broken;
                drop(operand);
                continue;
            }
            let Some((join, operator)) = join_sign(cursor) else { break };
            match merge.join {
                None => (merge.join, merge.operator) = (Some(join), operator),
                Some(first) if first != join => {
                    let (_, so_far) = cursor.span_since(mark);
                    self.mixed_joins(&so_far, join, operator, cursor);
                }
                Some(_) => {}
            }
            cursor.take();
            let operand = self.operand(cursor);
            if merge.join == Some(join) {
                merge.operands.push(operand);
            } else {
                let loc = operand.loc;
                merge.operands.push(Operand { kind: OperandKind::Broken, loc, text: operand.text });
            }
        }
        (merge.loc, merge.text) = cursor.span_since(mark);
        merge
    }

    /// `a * b`: says that values are added or joined, and takes the sign.
    fn foreign_sign(&mut self, cursor: &mut Cursor) -> bool {
        let Some(token) = cursor.peek() else { return false };
        let Kind::Op(op) = &token.kind else { return false };
        let arrow = cursor.peek_at(1).is_some_and(|next| next.is(">"));
        if !["*", "/", "-", "%", "&", "^", "|"].contains(&op.as_str()) || arrow {
            return false;
        }
        let error = Error::new(token.loc, format!("values cannot be combined with `{op}`"));
        let error = error.note("values are added with `+` and joined along channels with `||`");
        self.errors.push(error.help(if op == "|" { "write `||`" } else { "write `+`" }));
        cursor.take();
        true
    }

    fn mixed_joins(&mut self, so_far: &str, join: Join, operator: Loc, cursor: &Cursor) {
        let next = cursor.peek_at(1).map(|token| text(std::slice::from_ref(token))).unwrap_or_default();
        let symbol = join.symbol();
        let error = Error::new(operator, "`+` and `||` cannot be mixed without parentheses");
        self.errors.push(error.help(format!("write `({so_far}) {symbol} {next}`")));
    }

    /// The operands behind the first sign of a stage such as `+ a` or `+ a + b`.
    pub fn stage_operands(&mut self, cursor: &mut Cursor, join: Join) -> Vec<Operand> {
        let mut operands = vec![self.operand(cursor)];
        while let Some((next, operator)) = join_sign(cursor) {
            if next != join {
                let error = Error::new(operator, "`+` and `||` cannot be mixed in one step");
                self.errors.push(error.help(format!("make it a step of its own: `-> {}`", next.symbol())));
            }
            cursor.take();
            let mut operand = self.operand(cursor);
            if next != join {
                operand.kind = OperandKind::Broken;
            }
            operands.push(operand);
        }
        operands
    }

    /// A name or a chain in parentheses.
    fn operand(&mut self, cursor: &mut Cursor) -> Operand {
        let mark = cursor.mark();
        let kind = self.operand_kind(cursor);
        let (loc, text) = cursor.span_since(mark);
        Operand { kind, loc, text }
    }

    fn operand_kind(&mut self, cursor: &mut Cursor) -> OperandKind {
        let Some(token) = cursor.peek() else {
            let at = cursor.previous().map_or(cursor.here(), |before| before.loc);
            self.errors.push(Error::new(at, "a value is missing here").help("name one, such as `input`"));
            return OperandKind::Broken;
        };
        if let Kind::Group { delimiter: Delimiter::Parenthesis | Delimiter::None, tokens, close, .. } = &token.kind {
            cursor.take();
            return self.operand_chain(tokens, *close);
        }
        if let Some(name) = token.name() {
            cursor.take();
            if cursor.is_group(Delimiter::Parenthesis) {
                let loc = name.loc.to(cursor.here());
                let step = format!(
                    "{}{}",
                    name.text,
                    cursor.take().map(|group| text(std::slice::from_ref(group))).unwrap_or_default()
                );
                let error = Error::new(loc, format!("`{step}` is a step, not a value"));
                self.errors.push(error.help(format!("apply it to a value: `(input -> {step})`")));
                return OperandKind::Broken;
            }
            return OperandKind::Name(name);
        }
        let found = text(std::slice::from_ref(token));
        self.errors.push(
            Error::new(token.loc, format!("expected a value, found `{found}`")).help("name one, such as `input`"),
        );
        if !token.is("->") && !token.is(";") && !token.is(",") {
            cursor.take();
        }
        OperandKind::Broken
    }

    fn operand_chain(&mut self, tokens: &[Token], close: Loc) -> OperandKind {
        let mut inner = Cursor::new(tokens, close);
        if inner.at_end() {
            self.errors.push(Error::new(close, "a value is missing here").help("write `(input -> ...)`"));
            return OperandKind::Broken;
        }
        let chain = self.chain(&mut inner);
        if let Some(extra) = inner.peek() {
            let found = text(std::slice::from_ref(extra));
            self.errors.push(Error::new(extra.loc, format!("expected `)`, found `{found}`")));
        }
        OperandKind::Chain(Box::new(chain))
    }
}

/// Whether a token is this very word.
pub fn is_word(token: &Token, word: &str) -> bool {
    matches!(&token.kind, Kind::Ident(ident) if *ident == word)
}

fn join_sign(cursor: &Cursor) -> Option<(Join, Loc)> {
    let join = match () {
        () if cursor.is("+") => Join::Add,
        () if cursor.is("||") => Join::Concat,
        () => return None,
    };
    Some((join, cursor.here()))
}

/// Whether a chain starts with something that can only be a step: `conv(16, 3x3)`, `3 * basic(16)`, `stem: ...`, `[...]`, `+ x`.
fn starts_step(cursor: &Cursor) -> bool {
    let Some(token) = cursor.peek() else { return false };
    let next = cursor.peek_at(1);
    match &token.kind {
        Kind::Ident(_) => next.is_some_and(|next| {
            next.is_group(Delimiter::Parenthesis)
                || next.is(":")
                || next.is("*")
                    && cursor.peek_at(2).is_some_and(|after| matches!(after.kind, Kind::Ident(_)))
                    && cursor.peek_at(3).is_some_and(|after| after.is_group(Delimiter::Parenthesis))
        }),
        Kind::Literal(_) => true,
        Kind::Group { delimiter, .. } => *delimiter == Delimiter::Bracket,
        Kind::Op(op) => op == "+" || op == "||",
    }
}

/// The tokens up to the next `->`.
fn step_tokens(cursor: &Cursor) -> Vec<Token> {
    let mut ahead = cursor.clone();
    let mark = ahead.mark();
    ahead.skip_to(&["->", ";"]);
    ahead.since(mark).to_vec()
}

/// A chain whose value is unknown.
pub fn broken_chain(loc: Loc) -> Chain {
    Chain { head: broken_merge(loc), stages: Vec::new(), loc, text: String::new() }
}

fn broken_merge(loc: Loc) -> Merge {
    let operand = Operand { kind: OperandKind::Broken, loc, text: String::new() };
    Merge { join: None, operands: vec![operand], operator: loc, loc, text: String::new() }
}
