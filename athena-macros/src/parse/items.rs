//! Structs and blocks: `pub struct Net(3x32x32) -> 10 { ... }`, `block basic(filters) { ... }`.

use super::Parser;
use super::body::{broken_chain, is_word};
use super::recover::signatures::{likely_classes, likely_shape, shape_text};
use super::rust;
use super::tokens::{Cursor, Kind, Token, text};
use crate::ast::{Block, Body, File, Freeze, Name, Struct};
use crate::errors::Error;
use crate::loc::Loc;
use proc_macro2::{Delimiter, Span, TokenStream};
use std::collections::HashSet;

/// Attributes and visibility before an item.
#[derive(Default)]
pub(in crate::parse) struct Lead {
    pub attrs: TokenStream,
    pub cfgs: TokenStream,
    pub docs: TokenStream,
    pub vis: TokenStream,
    pub vis_loc: Option<Loc>,
    pub freezes: Vec<Freeze>,
}

impl Parser<'_> {
    /// A whole invocation.
    pub fn file(&mut self, tokens: &[Token]) -> File {
        let end = tokens.last().map_or(Loc::token(Span::call_site(), 0), |token| token.loc);
        let mut cursor = Cursor::new(tokens, end);
        let mut file = File::default();
        while self.goes_on(&mut cursor) {
            let mark = cursor.mark();
            let start = cursor.here();
            self.attribute_without_sign(&mut cursor);
            let lead = self.lead(&mut cursor);
            let Some(token) = cursor.peek() else {
                let (at, _) = cursor.span_since(mark);
                self.errors.push(Error::new(at, "expected `struct` or `block` behind this").help("remove it"));
                break;
            };
            if is_word(token, "struct") || is_word(token, "block") {
                self.errors.start_item(start);
            }
            if is_word(token, "struct") {
                cursor.take();
                file.structs.extend(self.network(lead, &mut cursor));
            } else if is_word(token, "block") {
                cursor.take();
                if let Some(loc) = lead.vis_loc {
                    let error = Error::new(loc, "a block is seen by its own `resnet!` alone and has no visibility");
                    self.errors.push(error.help("remove it"));
                }
                for freeze in &lead.freezes {
                    let error = Error::new(freeze.loc, "a block is frozen where it is called, by the struct");
                    self.errors.push(
                        error.help(
                            "remove it, or write `#[freeze(...)]` before the `struct`, with the path of the call",
                        ),
                    );
                }
                let block = self.block(lead.docs, &mut cursor);
                file.lost_block |= block.is_none();
                file.blocks.extend(block);
            } else {
                self.other_item(lead, &mut cursor, &mut file);
            }
        }
        file.blocks.append(&mut self.inner_blocks);
        file
    }

    fn lead(&mut self, cursor: &mut Cursor) -> Lead {
        let mut lead = Lead::default();
        while cursor.is("#") && cursor.peek_at(1).is_some_and(|next| next.is_group(Delimiter::Bracket)) {
            let mark = cursor.mark();
            let Some((hash, brackets)) = cursor.take().zip(cursor.take()) else { break };
            let Kind::Group { tokens: inner, .. } = &brackets.kind else { break };
            let is = |word| inner.first().is_some_and(|token| is_word(token, word));
            if is("freeze") {
                let loc = cursor.span_since(mark).0;
                lead.freezes.extend(self.freeze(inner, loc));
                continue;
            }
            let Some(attribute) = rust::attribute(brackets) else {
                let error = Error::new(cursor.span_since(mark).0, "this is no attribute");
                self.errors.push(error.help("remove it, or write one such as `#[derive(Clone)]`"));
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
        if let Some(word) = cursor.peek().filter(|token| is_word(token, "pub")) {
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

    fn name(&mut self, cursor: &mut Cursor, what: &str) -> Option<Name> {
        let usual = if what == "struct" { "Net" } else { "basic" };
        let found = cursor.peek().and_then(Token::name);
        match found {
            Some(name) if !crate::words::is_keyword(&name.ident.to_string()) => {
                cursor.take();
                Some(name)
            }
            Some(name) if cursor.peek_at(1).is_some_and(|next| next.is_group(Delimiter::Parenthesis)) => {
                let error = Error::new(name.loc, format!("`{}` is a word of Rust's and cannot be a name", name.text));
                self.errors.push(error.help(format!("write `{usual}`")));
                self.skip_item(cursor);
                None
            }
            _ => {
                let at = cursor.previous().map_or(cursor.here(), |before| before.loc);
                let error = Error::new(at, format!("expected the {what}'s name behind `{what}`"));
                self.errors.push(error.help(format!("put `{usual}` behind it")));
                self.skip_item(cursor);
                None
            }
        }
    }

    fn skip_item(&mut self, cursor: &mut Cursor) {
        while let Some(token) = cursor.take() {
            if token.is_group(Delimiter::Brace) {
                return;
            }
        }
    }

    pub(super) fn network(&mut self, lead: Lead, cursor: &mut Cursor) -> Option<Struct> {
        let name = self.name(cursor, "struct")?;
        Some(self.named_network(name, lead, cursor))
    }

    pub(super) fn named_network(&mut self, name: Name, lead: Lead, cursor: &mut Cursor) -> Struct {
        self.generics(cursor);
        let (written, likely_classes) = (cursor.clone(), likely_classes(cursor));
        if cursor.is_group(Delimiter::Brace) && !cursor.peek_at(1).is_some_and(|next| next.is("->")) {
            let error = Error::new(name.loc, "the shape of the image and the number of classes are missing");
            let help = format!("write `{}(3x32x32) -> {likely_classes}`: channels x height x width", name.text);
            self.errors.push(error.help(help));
        }
        let has_shape = cursor.peek_at(1).is_some_and(|next| next.is("->"));
        let is_bare = cursor.is_group(Delimiter::Brace) && !has_shape || self.classes_in_parentheses(cursor);
        let shape = if is_bare { None } else { self.shape(&name, cursor) };
        let classes = if is_bare { None } else { self.classes(&name, cursor, likely_classes) };
        let likely = (shape.unwrap_or_else(|| likely_shape(&shape_text(&written))), classes.unwrap_or(likely_classes));
        let ending = format!(" -> global_avg_pool -> flatten -> linear({})", likely.1);
        let body = self.braces(&name, cursor, &ending);
        let Lead { attrs, cfgs, vis, freezes, .. } = lead;
        Struct { attrs, cfgs, vis, freezes, name, shape, classes, likely, body }
    }

    fn braces(&mut self, name: &Name, cursor: &mut Cursor, ending: &str) -> Body {
        let before = cursor.previous().map_or(name.loc, |token| token.loc);
        self.late_attributes(cursor);
        if let Some(body) = self.other_brackets(cursor, ending) {
            return body;
        }
        let mark = cursor.mark();
        skip_to_body(cursor);
        if cursor.mark() > mark && cursor.is(";") {
            skip_to_item(cursor);
        }
        let (loc, skipped) = cursor.span_since(mark);
        let first = cursor.since(mark).first().map_or(loc, |token| token.loc);
        match cursor.peek() {
            Some(Token { kind: Kind::Group { delimiter: Delimiter::Brace, tokens, close, .. }, .. }) => {
                cursor.take();
                if !skipped.is_empty() {
                    let error = Error::new(first, format!("expected the body in braces, found `{skipped}`"));
                    self.errors.push(error.help(format!("remove `{skipped}`")));
                }
                self.body(tokens, *close, ending)
            }
            _ => {
                let fact = format!("the body of `{}` is missing", name.text);
                let bare = skipped.trim_start_matches(['=', '>', ' ']).trim_end_matches(';');
                self.errors.push(match (skipped.is_empty(), cursor.peek().filter(|token| token.is(";"))) {
                    (false, _) => Error::new(first, "a body stands in braces")
                        .help(format!("write `{{ {bare} }}` instead of `{skipped}`")),
                    (true, Some(end)) => Error::new(end.loc, fact).help(format!("write `{{ input{ending} }}`")),
                    (true, None) => Error::new(before, fact).help(format!("put `{{ input{ending} }}` behind it")),
                });
                cursor.eat(";");
                Body { lets: Vec::new(), chain: broken_chain(name.loc), lost_name: true }
            }
        }
    }

    pub fn block(&mut self, docs: TokenStream, cursor: &mut Cursor) -> Option<Block> {
        let name = self.name(cursor, "block")?;
        Some(self.named_block(name, docs, cursor))
    }

    pub(super) fn named_block(&mut self, name: Name, docs: TokenStream, cursor: &mut Cursor) -> Block {
        if let Some(params) = self.generic_parameters(cursor) {
            let body = self.braces(&name, cursor, "");
            return Block { docs, name, params, is_sound: true, body };
        }
        self.generics(cursor);
        let before = self.errors.faults();
        self.parameter_before_parentheses(&name, cursor);
        let mut params = Vec::new();
        match cursor.peek() {
            Some(token @ Token { kind: Kind::Group { delimiter, tokens, close, .. }, .. })
                if *delimiter != Delimiter::Brace
                    || cursor.peek_at(1).is_some_and(|next| next.is_group(Delimiter::Brace)) =>
            {
                cursor.take();
                if *delimiter != Delimiter::Parenthesis {
                    let error = Error::new(token.loc, "a block's parameters stand in parentheses");
                    self.errors.push(error.help(format!("write `({})`", text(tokens))));
                }
                params = self.params(tokens, *close);
            }
            _ => {
                let error = Error::new(name.loc, "a block's parameters stand in parentheses, also if there are none");
                self.errors.push(error.help(format!("write `{}()`", name.text)));
                skip_to_body(cursor);
            }
        }
        let is_sound = self.errors.faults() == before;
        if cursor.is("->") {
            let mark = cursor.mark();
            skip_to_body(cursor);
            let (loc, result) = cursor.span_since(mark);
            let error = Error::new(loc, "a block has no size of its own: its result is inferred");
            self.errors.push(error.help(format!("remove `{result}`")));
        }
        let body = self.braces(&name, cursor, "");
        Block { docs, name, params, is_sound, body }
    }
}

/// Up to the braces, or to the end of an item that has none.
pub(super) fn skip_to_body(cursor: &mut Cursor) {
    let is_item = |token: &Token| ["struct", "block", "pub"].iter().any(|word| is_word(token, word));
    while cursor
        .peek()
        .is_some_and(|token| !token.is_group(Delimiter::Brace) && !token.is(";") && !token.is("#") && !is_item(token))
    {
        cursor.take();
    }
}

pub(super) fn starts_item(token: &Token) -> bool {
    ["struct", "block", "pub"].iter().any(|word| is_word(token, word)) || token.is("#")
}

/// Up to the next item.
fn skip_to_item(cursor: &mut Cursor) {
    while cursor.peek().is_some_and(|token| !starts_item(token)) {
        cursor.take();
    }
}

/// The blocks of an invocation, before anything else is known of them; also those that stand in a body by mistake.
pub fn block_names(tokens: &[Token]) -> HashSet<String> {
    let named = |tokens: &[Token]| -> Vec<String> {
        let pairs = tokens.windows(2).filter(|pair| is_word(&pair[0], "block"));
        let closures = tokens.windows(4).filter(|part| is_word(&part[0], "let") && part[2].is("=") && part[3].is("|"));
        let names = pairs.map(|pair| &pair[1]).chain(closures.map(|part| &part[1]));
        names.filter_map(Token::name).map(|name| name.text).collect()
    };
    let bodies = tokens.iter().filter_map(|token| match &token.kind {
        Kind::Group { delimiter: Delimiter::Brace, tokens, .. } => Some(tokens),
        _ => None,
    });
    named(tokens).into_iter().chain(bodies.flat_map(|body| named(body))).collect()
}
