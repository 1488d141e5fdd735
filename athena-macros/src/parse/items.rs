//! Structs and blocks: `pub struct Net(3x32x32) -> 10 { ... }`, `block basic(filters) { ... }`.

use super::Parser;
use super::body::{broken_chain, is_word};
use super::rust;
use super::signature::{likely_classes, likely_shape, shape_text};
use super::tokens::{Cursor, Kind, Token, text};
use crate::ast::{Block, Body, File, Freeze, Name, Param, Struct};
use crate::errors::Error;
use crate::loc::Loc;
use crate::words::suggest;
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

    /// Neither `struct` nor `block`: says so, and reads the item as what it was meant to be, or skips it.
    fn other_item(&mut self, lead: Lead, cursor: &mut Cursor, file: &mut File) {
        let Some(token) = cursor.peek() else { return };
        let found = token.text();
        let error = Error::new(token.loc, format!("expected `struct` or `block`, found `{found}`"));
        let word = match found.as_str() {
            "fn" | "def" | "subroutine" | "macro" | "function" | "layer" | "module" => Some("block"),
            "network" | "net" | "model" | "class" | "program" | "enum" | "union" => Some("struct"),
            _ => suggest::nearest(&found, ["struct", "block"]),
        };
        let is_named = cursor.peek_at(1).is_some_and(|next| next.name().is_some());
        if token.name().is_some()
            && word.is_none()
            && cursor.peek_at(1).is_some_and(|next| next.is_group(Delimiter::Parenthesis))
        {
            return self.item_without_keyword(error, lead, cursor, file);
        }
        if let Some((name, is_struct)) = self.keyword_behind_name(cursor) {
            return match is_struct {
                true => file.structs.push(self.named_network(name, lead, cursor)),
                false => file.blocks.push(self.named_block(name, lead.docs, cursor)),
            };
        }
        match word.filter(|_| is_named) {
            Some(word) => {
                self.errors.push_sign(error.help(format!("write `{word}`")));
                cursor.take();
                match word {
                    "struct" => file.structs.extend(self.network(lead, cursor)),
                    _ => file.blocks.extend(self.block(lead.docs, cursor)),
                }
            }
            None => self.no_item(error, cursor),
        }
    }

    /// `Net(3x32x32) -> 10 { ... }`, `basic(filters) { ... }`
    fn item_without_keyword(&mut self, error: Error, lead: Lead, cursor: &mut Cursor, file: &mut File) {
        match cursor.peek_at(2).map(|next| (next.is("->"), next.is_group(Delimiter::Brace))) {
            Some((true, _)) => {
                self.errors.push(error.help("put `struct` before it"));
                file.structs.extend(self.network(lead, cursor));
            }
            Some((_, true)) => {
                self.errors.push(error.help("put `block` before it"));
                file.blocks.extend(self.block(lead.docs, cursor));
            }
            _ => self.no_item(error, cursor),
        }
    }

    /// A chain outside a network, or something of Rust's.
    fn no_item(&mut self, error: Error, cursor: &mut Cursor) {
        let mark = cursor.mark();
        let is_chain = ["input", "let"].iter().any(|word| cursor.peek().is_some_and(|token| is_word(token, word)))
            || cursor.peek_at(1).is_some_and(|next| next.is("->"));
        while let Some(token) = cursor.peek() {
            let starts_item = ["struct", "block", "pub"].iter().any(|word| is_word(token, word)) || token.is("#");
            if starts_item && cursor.mark() > mark {
                break;
            }
            cursor.take();
            if token.is_group(Delimiter::Brace) || (token.is(";") && !is_chain) {
                break;
            }
        }
        let (_, skipped) = cursor.span_since(mark);
        self.errors.push(match is_chain && skipped.contains("->") {
            true => error.help(format!(
                "put it into a network: `struct Net(3x32x32) -> 10 {{ {skipped} }}` instead of `{skipped}`"
            )),
            false => error
                .note("`resnet!` holds networks and blocks; everything else stands outside of it")
                .help(format!("remove `{skipped}`")),
        });
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

    fn network(&mut self, lead: Lead, cursor: &mut Cursor) -> Option<Struct> {
        let name = self.name(cursor, "struct")?;
        Some(self.named_network(name, lead, cursor))
    }

    fn named_network(&mut self, name: Name, lead: Lead, cursor: &mut Cursor) -> Struct {
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

    /// `<const F: usize>()`, where the parameters stand in angle brackets alone.
    fn generic_parameters(&mut self, cursor: &mut Cursor) -> Option<Vec<Param>> {
        let mut ahead = cursor.clone();
        let mark = ahead.mark();
        ahead.eat("<")?;
        ahead.skip_to(&[">"]);
        ahead.eat(">")?;
        let (loc, written) = ahead.span_since(mark);
        let names: Vec<Name> = ahead
            .since(mark)
            .windows(2)
            .filter(|pair| pair[1].is(":") || pair[1].is(",") || pair[1].is(">"))
            .filter_map(|pair| pair[0].name())
            .filter(|name| !["usize", "u32", "u64", "i32"].contains(&name.text.as_str()))
            .collect();
        let parentheses = ahead.peek().filter(|token| token.is_group(Delimiter::Parenthesis));
        let is_empty =
            parentheses.is_none_or(|token| matches!(&token.kind, Kind::Group { tokens, .. } if tokens.is_empty()));
        if names.is_empty() || !is_empty {
            return None;
        }
        let parentheses = parentheses.map_or(String::new(), Token::text);
        if !parentheses.is_empty() {
            ahead.take();
        }
        let texts: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
        let error = Error::new(loc, "a block's parameters stand in parentheses");
        self.errors.push(error.help(format!("write `({})` instead of `{written}{parentheses}`", texts.join(", "))));
        *cursor = ahead;
        Some(names.into_iter().map(|name| Param { name, default: None }).collect())
    }

    /// `<T>`, which nothing here has.
    fn generics(&mut self, cursor: &mut Cursor) {
        if !cursor.is("<") {
            return;
        }
        let mark = cursor.mark();
        let is_end = |token: &Token| {
            token.is_group(Delimiter::Parenthesis) || token.is_group(Delimiter::Brace) || token.is("->")
        };
        while cursor.peek().is_some_and(|token| !is_end(token)) {
            cursor.take();
        }
        let (loc, _) = cursor.span_since(mark);
        self.errors.push(Error::new(loc, "there are no generics here: sizes are numbers").help("remove it"));
    }

    /// `#[freeze(stem)]` between what an item promises and its braces.
    fn late_attributes(&mut self, cursor: &mut Cursor) {
        let mut ahead = cursor.clone();
        while ahead.is("#") && ahead.peek_at(1).is_some_and(|next| next.is_group(Delimiter::Bracket)) {
            let mark = ahead.mark();
            ahead.take();
            ahead.take();
            let (loc, written) = ahead.span_since(mark);
            if !ahead.is("#") && !ahead.is_group(Delimiter::Brace) {
                return;
            }
            let error = Error::new(loc, "an attribute stands before its item");
            self.errors.push(error.help(format!("remove it, or write it before the `struct`: `{written}`")));
            *cursor = ahead.clone();
        }
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

    fn named_block(&mut self, name: Name, docs: TokenStream, cursor: &mut Cursor) -> Block {
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
