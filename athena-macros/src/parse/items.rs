//! Structs and blocks: `pub struct Net(3x32x32) -> 10 { ... }`, `block basic(filters) { ... }`.

use super::cursor::Cursor;
use super::rust;
use super::tokens::{Kind, Token};
use super::{Parser, Value};
use crate::ast::{Block, Body, File, Freeze, Name, Struct};
use crate::ir::Limit;
use crate::loc::Loc;
use proc_macro2::{Delimiter, Span, TokenStream};
use std::collections::HashSet;

/// Attributes and visibility before an item.
#[derive(Default)]
struct Lead {
    attrs: TokenStream,
    cfgs: TokenStream,
    docs: TokenStream,
    vis: TokenStream,
    vis_loc: Option<Loc>,
    freezes: Vec<Freeze>,
    limits: Vec<Limit>,
    /// The places of the budgets.
    budgets: Vec<Loc>,
}

impl Parser<'_> {
    /// A whole invocation.
    pub fn file(&mut self, tokens: &[Token]) -> File {
        let end = tokens.last().map_or(Loc::token(Span::call_site(), 0), |token| token.loc);
        let mut cursor = Cursor::new(tokens, end);
        let mut file = File::default();
        while self.goes_on(&mut cursor) {
            let start = cursor.here();
            self.attribute_without_sign(&mut cursor);
            let lead = self.lead(&mut cursor);
            let (keyword, name) = match cursor.peek() {
                Some(token) if token.is_word("struct") || token.is_word("block") => {
                    self.errors.start_item(start);
                    cursor.take();
                    (token.text(), None)
                }
                _ => match self.meant_item(start, &mut cursor) {
                    Some((keyword, name)) => (keyword.to_string(), name),
                    None => continue,
                },
            };
            if keyword == "struct" {
                file.structs.extend(self.network(name, lead, &mut cursor));
            } else {
                self.only_before_structs(lead.vis_loc, &lead.freezes, &lead.budgets);
                let block = self.block(name, lead.docs, &mut cursor);
                file.lost_block |= block.is_none();
                file.blocks.extend(block);
            }
        }
        file.blocks.append(&mut self.inner_blocks);
        file
    }

    fn lead(&mut self, cursor: &mut Cursor) -> Lead {
        let mut lead = Lead::default();
        while cursor.is("#") && cursor.is_group_at(1, Delimiter::Bracket) {
            let [hash, brackets] = cursor.take_all(2) else { break };
            let (inner, loc) = (brackets.inner(), hash.loc.to(brackets.loc));
            let is = |word| inner.first().is_some_and(|token| token.is_word(word));
            if is("freeze") {
                lead.freezes.extend(self.freeze(inner, loc));
                continue;
            }
            if is("budget") {
                lead.budgets.push(loc);
                let limits = self.budget(inner, loc, &lead.limits);
                lead.limits.extend(limits);
                continue;
            }
            let Some(attribute) = rust::attribute(brackets) else {
                self.report(loc, "this is no attribute", "remove it, or write one such as `#[derive(Clone)]`");
                continue;
            };
            let tokens: TokenStream = [hash.trees(), attribute].into_iter().collect();
            if is("cfg") {
                lead.cfgs.extend(tokens.clone());
            }
            if is("doc") && inner.get(1).is_some_and(|token| token.is("=")) {
                lead.docs.extend(tokens.clone());
            }
            lead.attrs.extend(tokens);
        }
        if let Some(word) = cursor.peek().filter(|token| token.is_word("pub")) {
            let mark = cursor.mark();
            cursor.take();
            lead.vis = word.trees();
            if let Some(scope) = cursor.peek().and_then(rust::scope) {
                cursor.take();
                lead.vis.extend(scope);
            }
            lead.vis_loc = Some(cursor.span_since(mark).0);
        }
        lead
    }

    /// The name behind `struct` or `block`.
    fn name(&mut self, keyword: &str, cursor: &mut Cursor) -> Option<Name> {
        match cursor.name_at(0).filter(|name| !crate::words::is_keyword(&name.ident.to_string())) {
            Some(name) => {
                cursor.take();
                Some(name)
            }
            None => {
                self.missing_name(keyword, cursor);
                None
            }
        }
    }

    /// A struct behind its keyword; a name stands before that only by mistake.
    fn network(&mut self, name: Option<Name>, lead: Lead, cursor: &mut Cursor) -> Option<Struct> {
        let name = name.or_else(|| self.name("struct", cursor))?;
        self.generics(cursor, false);
        let [inputs, outputs] = self.signature(&name, cursor);
        self.value = Value::of(&inputs, &outputs);
        let body = self.braces(&name, cursor);
        let Lead { attrs, cfgs, vis, freezes, limits, .. } = lead;
        Some(Struct { attrs, cfgs, vis, freezes, limits, name, inputs, outputs, body })
    }

    /// A block behind its keyword; a name stands before that only by mistake.
    pub(super) fn block(&mut self, name: Option<Name>, docs: TokenStream, cursor: &mut Cursor) -> Option<Block> {
        let name = name.or_else(|| self.name("block", cursor))?;
        let mut params = self.generics(cursor, true);
        let before = self.errors.faults();
        if params.is_empty() {
            self.parameter_before_parentheses(&name, cursor);
            params = match cursor.peek() {
                Some(Token { kind: Kind::Group { delimiter: Delimiter::Parenthesis, tokens, close, .. }, .. }) => {
                    cursor.take();
                    self.params(tokens, *close)
                }
                _ => self.params_without_parentheses(&name, cursor),
            };
        }
        let is_sound = self.errors.faults() == before;
        self.result_of_block(cursor);
        let outer = std::mem::take(&mut self.value);
        let body = self.braces(&name, cursor);
        self.value = outer;
        Some(Block { docs, name, params, is_sound, body })
    }

    /// An item's body.
    fn braces(&mut self, name: &Name, cursor: &mut Cursor) -> Body {
        self.late_attributes(cursor);
        match cursor.peek() {
            Some(Token { kind: Kind::Group { delimiter: Delimiter::Brace, tokens, close, .. }, .. }) => {
                cursor.take();
                self.body(tokens, *close)
            }
            _ => self.body_without_braces(name, cursor),
        }
    }
}

/// The names of all blocks of an invocation, including blocks in a body, which are reported later.
pub fn block_names(tokens: &[Token]) -> HashSet<String> {
    let named = |tokens: &[Token]| -> Vec<String> {
        let pairs = tokens.windows(2).filter(|pair| pair[0].is_word("block"));
        let closures = tokens.windows(4).filter(|part| part[0].is_word("let") && part[2].is("=") && part[3].is("|"));
        let names = pairs.map(|pair| &pair[1]).chain(closures.map(|part| &part[1]));
        names.filter_map(Token::name).map(|name| name.text).collect()
    };
    let bodies = tokens.iter().filter(|token| token.is_group(Delimiter::Brace)).map(Token::inner);
    named(tokens).into_iter().chain(bodies.flat_map(named)).collect()
}
