//! What a chain starts from and what is added or joined to it: `a + input`, `a || (b -> relu)`.

use super::Parser;
use super::cursor::Cursor;
use super::recover::merges::{bracketed_values, grouped, mixed};
use super::recover::statements::is_statement;
use super::tokens::{Kind, Token, text};
use crate::ast::{Join, Merge, Operand, OperandKind};
use crate::errors::Error;
use crate::loc::Loc;
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// `a`, `a + b + c`, `a * b` or `a || b`.
    pub fn merge(&mut self, cursor: &mut Cursor) -> Merge {
        let mark = cursor.mark();
        let mut merge = Merge::broken(cursor.here());
        merge.is_broken = false;
        merge.operands[0] = self.operand(cursor);
        let mut signs: Vec<(Join, Loc)> = Vec::new();
        while self.goes_on(cursor) {
            if self.foreign_sign(cursor) {
                merge.is_broken = true;
                merge.operands.push(self.operand(cursor));
                continue;
            }
            let Some(sign) = join_sign(cursor) else { break };
            cursor.take();
            signs.push(sign);
            merge.operands.push(self.operand(cursor));
        }
        (merge.loc, merge.text) = cursor.span_since(mark);
        if let Some((join, operator)) = signs.first() {
            (merge.join, merge.operator) = (Some(*join), *operator);
        }
        if let Some((_, operator)) = signs.iter().find(|(join, _)| Some(*join) != merge.join) {
            if !merge.is_broken {
                let [one, other] = mixed(&signs);
                let error = Error::new(*operator, format!("`{one}` and `{other}` cannot be mixed without parentheses"));
                let grouped = grouped(&merge.operands, &signs);
                self.errors.push(error.help(format!("write `{grouped}` instead of `{}`", merge.text)));
            }
            merge.is_broken = true;
        }
        merge
    }

    /// The operands behind the first sign of a stage such as `+ a` or `+ a + b`.
    pub fn stage_operands(&mut self, cursor: &mut Cursor, join: Join) -> Vec<Operand> {
        let here = cursor.here();
        if self.bracketed_operands(cursor, Some(join)) || self.number_as_operand(cursor) {
            return vec![Operand { kind: OperandKind::Broken, loc: here, text: String::new() }];
        }
        let mut operands = vec![self.operand(cursor)];
        while self.goes_on(cursor) {
            if join_sign(cursor).is_some_and(|(next, _)| next == join) {
                cursor.take();
            } else if !self.operand_behind_comma(cursor, join) {
                break;
            }
            operands.push(self.operand(cursor));
        }
        operands
    }

    /// A name or a chain in parentheses.
    pub fn operand(&mut self, cursor: &mut Cursor) -> Operand {
        let mark = cursor.mark();
        let kind = self.operand_kind(cursor);
        let (loc, text) = cursor.span_since(mark);
        Operand { kind, loc, text }
    }

    fn operand_kind(&mut self, cursor: &mut Cursor) -> OperandKind {
        self.goes_on(cursor);
        self.operand_label(cursor);
        self.scale(cursor);
        self.arrow_before_value(cursor);
        let ends = |token: &&Token| token.is("->") || token.is(";") || token.is(",");
        let Some(token) = cursor.peek().filter(|token| !ends(token)) else {
            self.missing_value(cursor);
            return OperandKind::Broken;
        };
        if let Kind::Group { delimiter: Delimiter::Parenthesis | Delimiter::None, tokens, close, .. } = &token.kind {
            cursor.take();
            return self.operand_chain(tokens, *close, token);
        }
        if let Some(name) = token.name() {
            if is_statement(&name.text) {
                self.statement_as_value(cursor);
                return OperandKind::Broken;
            }
            if self.member(cursor) {
                return OperandKind::Broken;
            }
            cursor.take();
            let Some(group) = cursor.peek().filter(|next| next.is_group(Delimiter::Parenthesis)) else {
                return OperandKind::Name(name);
            };
            cursor.take();
            let step = format!("{}{}", name.text, group.text());
            let error = Error::new(name.loc.to(group.loc), format!("`{step}` is a step, not a value"));
            self.errors.push(error.help(format!("apply it to a value: `(input -> {step})`")));
            return OperandKind::Broken;
        }
        cursor.take();
        let error = Error::new(token.loc, format!("expected a value, found `{}`", token.text()));
        if matches!(token.kind, Kind::Op(_)) && cursor.peek().is_some_and(|next| next.name().is_some()) {
            self.errors.push(error.help("remove it"));
            return self.operand_kind(cursor);
        }
        self.errors.push(match bracketed_values(token) {
            Some(sum) => error.help(format!("write `{sum}`")),
            None => error.help("write `input`, or another name of a value"),
        });
        OperandKind::Broken
    }

    fn operand_chain(&mut self, tokens: &[Token], close: Loc, whole: &Token) -> OperandKind {
        let mut inner = Cursor::new(tokens, close);
        if inner.at_end() {
            self.errors.push(Error::new(whole.loc, "a value is missing in these parentheses").help("write `input`"));
            return OperandKind::Broken;
        }
        if self.let_in_parentheses(tokens) {
            return OperandKind::Broken;
        }
        let chain = self.chain(&mut inner);
        if let Some(extra) = inner.peek() {
            let error = Error::new(extra.loc, format!("expected `)`, found `{}`", extra.text()));
            let rest = text(&tokens[inner.mark()..]);
            self.errors.push(error.help(format!("remove `{rest}`")));
        }
        OperandKind::Chain(Box::new(chain))
    }
}

fn join_sign(cursor: &Cursor) -> Option<(Join, Loc)> {
    let join = match () {
        () if cursor.is("+") => Join::Add,
        () if cursor.is("*") => Join::Multiply,
        () if cursor.is("||") => Join::Concat,
        () => return None,
    };
    Some((join, cursor.here()))
}
