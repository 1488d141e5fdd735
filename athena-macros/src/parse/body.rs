//! Bodies and chains: `let a = input -> ...; a + input -> ...`.

use super::Parser;
use super::cursor::Cursor;
use super::tokens::Token;
use crate::ast::{Body, Chain, Let, Merge};
use crate::loc::Loc;

impl Parser<'_> {
    /// The inside of a struct's or a block's braces.
    pub fn body(&mut self, tokens: &[Token], close: Loc) -> Body {
        let before = self.errors.faults();
        let mut cursor = Cursor::new(tokens, close);
        let mut lets = Vec::new();
        self.lost_name = false;
        let chain = loop {
            self.goes_on(&mut cursor);
            if self.before_let(&mut cursor, &mut lets) {
                continue;
            }
            if cursor.is_word("let") {
                cursor.take();
                lets.push(self.binding(&mut cursor));
                continue;
            }
            if cursor.is_at(1, "=") && !cursor.is_at(2, ">") {
                self.report_local(cursor.here(), "a value gets its name from `let`", "put `let` before it");
                lets.push(self.binding(&mut cursor));
                continue;
            }
            if cursor.at_end() {
                // Outputs with names need no last chain.
                if !lets.is_empty() && !self.value.is_last_chain {
                    break None;
                }
                self.empty_body(&lets, close);
                break Some(Chain::broken(close));
            }
            let (chain, is_last) = match self.returned_chain(&mut cursor) {
                Some(chain) => (chain, cursor.at_end()),
                None => {
                    let chain = self.chain(&mut cursor);
                    let is_last = cursor.at_end() || self.behind_last_chain(&mut cursor, &chain);
                    (chain, is_last)
                }
            };
            if is_last {
                break Some(chain);
            }
            lets.push(Let { name: None, chain });
        };
        Body { lets, chain, lost_name: self.lost_name, is_sound: self.errors.faults() == before }
    }

    /// `let name = chain;`, behind its first word.
    fn binding(&mut self, cursor: &mut Cursor) -> Let {
        self.before_name(cursor);
        let name = match cursor.name_at(0) {
            Some(name) => {
                cursor.take();
                Some(name)
            }
            None => self.missing_let_name(cursor),
        };
        if cursor.is_at(0, "=") && !cursor.is_any_at(1, &[":", "<", "-", "->", "="]) {
            cursor.take();
        } else {
            self.other_equals_in_let(cursor);
        }
        if let Some(name) = &name
            && self.no_value(cursor, name)
        {
            return Let { name: None, chain: Chain::broken(name.loc) };
        }
        let chain = self.chain_of(cursor, true);
        if cursor.eat(";").is_none() {
            self.missing_semicolon(cursor);
        }
        Let { name, chain }
    }

    /// `merge -> stage -> stage`, up to `;` or the end.
    pub fn chain(&mut self, cursor: &mut Cursor) -> Chain {
        self.chain_of(cursor, false)
    }

    /// A chain. In a `let`, the start of another chain ends it too.
    fn chain_of(&mut self, cursor: &mut Cursor, in_let: bool) -> Chain {
        let (head, starts_with_stage) = self.head(cursor);
        let mut stages = Vec::new();
        if starts_with_stage {
            stages.push(self.stage(cursor));
        }
        loop {
            self.comments(cursor);
            if !self.goes_on(cursor) || self.ends_chain(cursor, in_let) {
                break;
            }
            if cursor.eat("->").is_none() && !self.instead_of_arrow(cursor, &stages) {
                break;
            }
            self.comments(cursor);
            stages.push(self.stage(cursor));
        }
        Chain { head, stages }
    }

    /// The start of a chain. The second value tells whether it is a step instead of a value: reported, and then read as a step.
    fn head(&mut self, cursor: &mut Cursor) -> (Merge, bool) {
        let here = cursor.here();
        if self.bracketed_operands(cursor, None) {
            return (Merge::broken(here), false);
        }
        self.scale(cursor);
        match self.step_as_head(cursor) {
            Some(head) => head,
            None => (self.merge(cursor), false),
        }
    }
}
