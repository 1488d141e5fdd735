//! The start of a chain, and the values that it combines: `a + input`, `a || (b -> relu)`.

use super::Parser;
use super::cursor::Cursor;
use super::tokens::{Kind, Token};
use crate::ast::{Join, Merge, Operand, OperandKind};
use crate::loc::Loc;
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// `a`, `a + b + c`, `a * b` or `a || b`.
    pub fn merge(&mut self, cursor: &mut Cursor) -> Merge {
        let mark = cursor.mark();
        let mut merge = Merge { is_broken: false, ..Merge::broken(cursor.here()) };
        merge.operands = vec![self.operand(cursor)];
        let mut signs: Vec<(Join, Loc)> = Vec::new();
        while self.goes_on(cursor) {
            if let Some(sign) = join_sign(cursor) {
                cursor.take();
                signs.push(sign);
            } else if self.foreign_sign(cursor) {
                merge.is_broken = true;
            } else {
                break;
            }
            merge.operands.push(self.operand(cursor));
        }
        (merge.loc, merge.text) = cursor.span_since(mark);
        if let Some((join, operator)) = signs.first() {
            (merge.join, merge.operator) = (Some(*join), *operator);
        }
        self.mixed_signs(&mut merge, &signs);
        merge
    }

    /// The operands of a stage such as `+ a` or `+ a + b`, after the first sign.
    pub fn stage_operands(&mut self, cursor: &mut Cursor, join: Join) -> Vec<Operand> {
        let here = cursor.here();
        if self.bracketed_operands(cursor, Some(join)) || self.number_as_operand(cursor) {
            return vec![Operand::broken(here)];
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
        self.before_operand(cursor);
        let Some(token) = cursor.peek().filter(|token| !token.is_any(&["->", ";", ","])) else {
            self.missing_value(cursor);
            return OperandKind::Broken;
        };
        if self.foreign_value(cursor) {
            return OperandKind::Broken;
        }
        cursor.take();
        match (&token.kind, token.name()) {
            (Kind::Group { delimiter: Delimiter::Parenthesis | Delimiter::None, tokens, close, .. }, _) => {
                self.operand_chain(tokens, *close, token)
            }
            (_, Some(name)) if !cursor.is_group(Delimiter::Parenthesis) => OperandKind::Name(name),
            _ if self.no_operand(token, cursor) => self.operand_kind(cursor),
            _ => OperandKind::Broken,
        }
    }

    fn operand_chain(&mut self, tokens: &[Token], close: Loc, whole: &Token) -> OperandKind {
        if self.no_chain(whole) {
            return OperandKind::Broken;
        }
        let mut inner = Cursor::new(tokens, close);
        let chain = self.chain(&mut inner);
        self.behind_chain(&inner);
        OperandKind::Chain(Box::new(chain))
    }
}

fn join_sign(cursor: &Cursor) -> Option<(Join, Loc)> {
    let join = [Join::Add, Join::Multiply, Join::Concat].into_iter().find(|join| cursor.is(join.symbol()))?;
    Some((join, cursor.here()))
}
