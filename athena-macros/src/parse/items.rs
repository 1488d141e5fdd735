//! Structs and blocks: `pub struct Net(3x32x32) -> 10 { ... }`, `block basic(filters) { ... }`.

use super::Parser;
use super::body::{broken_chain, is_word};
use super::literal;
use super::tokens::{Cursor, Kind, Token, text};
use crate::ast::{Block, Body, ExprKind, File, Freeze, Name, Param, Struct};
use crate::errors::Error;
use crate::infer::MOST_NUMBERS;
use crate::loc::Loc;
use crate::words::suggest;
use proc_macro2::{Delimiter, Span, TokenStream};
use std::collections::HashSet;

/// Attributes and visibility before an item.
#[derive(Default)]
struct Lead {
    attrs: TokenStream,
    cfgs: TokenStream,
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
        while !cursor.at_end() {
            let lead = self.lead(&mut cursor);
            let Some(token) = cursor.peek() else {
                self.errors.push(Error::new(cursor.here(), "expected `struct` or `block` here"));
                break;
            };
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
                    self.errors
                        .push(error.help("write `#[freeze(...)]` before the `struct`, with the path of the call"));
                }
                file.blocks.extend(self.block(&mut cursor));
            } else {
                self.other_item(&mut cursor);
            }
        }
        file
    }

    fn lead(&mut self, cursor: &mut Cursor) -> Lead {
        let mut lead = Lead::default();
        while cursor.is("#") && cursor.peek_at(1).is_some_and(|next| next.is_group(Delimiter::Bracket)) {
            let mark = cursor.mark();
            cursor.take();
            let Some(attribute) = cursor.take() else { break };
            let Kind::Group { tokens: inner, .. } = &attribute.kind else { break };
            let is = |word| inner.first().is_some_and(|token| is_word(token, word));
            if is("freeze") {
                let loc = cursor.span_since(mark).0;
                lead.freezes.extend(self.freeze(inner, loc));
                continue;
            }
            let is_cfg = is("cfg");
            let tokens: TokenStream = cursor.since(mark).iter().map(Token::trees).collect();
            if is_cfg {
                lead.cfgs.extend(tokens.clone());
            }
            lead.attrs.extend(tokens);
        }
        if cursor.peek().is_some_and(|token| is_word(token, "pub")) {
            let mark = cursor.mark();
            cursor.take();
            let named = cursor.peek_at(1).is_some_and(|next| !matches!(next.kind, Kind::Op(_)));
            if cursor.is_group(Delimiter::Parenthesis) && named {
                cursor.take();
            }
            lead.vis = cursor.since(mark).iter().map(Token::trees).collect();
            lead.vis_loc = Some(cursor.span_since(mark).0);
        }
        lead
    }

    /// Neither `struct` nor `block`: says so, and skips the item.
    fn other_item(&mut self, cursor: &mut Cursor) {
        let Some(token) = cursor.take() else { return };
        let found = text(std::slice::from_ref(token));
        let error = Error::new(token.loc, format!("expected `struct` or `block`, found `{found}`"));
        let word = match found.as_str() {
            "fn" | "def" | "subroutine" | "macro" | "mod" | "impl" | "trait" => Some("block"),
            "network" | "net" | "model" | "class" | "type" | "enum" | "program" => Some("struct"),
            "input" | "let" => None,
            _ => suggest::nearest(&found, ["struct", "block"]),
        };
        self.errors.push(match (word, found.as_str()) {
            (Some(word), _) => error.help(format!("write `{word}`")),
            (None, "input" | "let") => error.help("put it into a network: `struct Net(3x32x32) -> 10 { ... }`"),
            (None, _) => error,
        });
        while let Some(token) = cursor.peek() {
            if is_word(token, "struct") || is_word(token, "block") || is_word(token, "pub") || token.is("#") {
                return;
            }
            cursor.take();
            if token.is_group(Delimiter::Brace) {
                return;
            }
        }
    }

    fn name(&mut self, cursor: &mut Cursor, what: &str) -> Option<Name> {
        match cursor.peek().and_then(Token::name) {
            Some(name) if !crate::words::is_keyword(&name.ident.to_string()) => {
                cursor.take();
                Some(name)
            }
            found => {
                let error = Error::new(cursor.here(), format!("expected the {what}'s name"));
                self.errors.push(match found {
                    Some(name) => {
                        error.note(format!("`{}` is a word of Rust's", name.text)).help("write a name of your own")
                    }
                    None => error.help(format!("write one behind `{what}`")),
                });
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
        if cursor.is("<") {
            let at = cursor.here();
            self.errors.push(Error::new(at, "a network has no generics: its sizes are numbers"));
            while cursor
                .peek()
                .is_some_and(|token| !token.is_group(Delimiter::Parenthesis) && !token.is_group(Delimiter::Brace))
            {
                cursor.take();
            }
        }
        let shape = self.shape(&name, cursor);
        let classes = self.classes(&name, cursor);
        let body = self.braces(&name, cursor);
        let Lead { attrs, cfgs, vis, freezes, .. } = lead;
        Some(Struct { attrs, cfgs, vis, freezes, name, shape, classes, body })
    }

    /// `(3x32x32)`
    fn shape(&mut self, name: &Name, cursor: &mut Cursor) -> Option<[usize; 3]> {
        let Some(Token { kind: Kind::Group { delimiter: Delimiter::Parenthesis, tokens, .. }, loc }) = cursor.peek()
        else {
            let error = Error::new(name.loc, "the shape of the network's image is missing");
            self.errors.push(error.help(format!("write `{}(3x32x32)`: channels x height x width", name.text)));
            if cursor.is_group(Delimiter::Bracket) {
                cursor.take();
            }
            return None;
        };
        cursor.take();
        let written = text(tokens);
        let (at, fact) = match &tokens[..] {
            [Token { kind: Kind::Literal(literal), loc }] => match literal::read(literal) {
                Ok(ExprKind::Dims(sizes)) if sizes.len() == 3 => return self.sizes(&sizes, *loc),
                Err(malformed) if !malformed.fact.starts_with('`') || malformed.help.is_none() => {
                    (*loc, malformed.fact)
                }
                _ => (*loc, format!("`{written}` is not the shape of an image: channels x height x width")),
            },
            [first, .., last] => {
                (first.loc.to(last.loc), "the shape of an image is written as one: channels x height x width".into())
            }
            [only] => (only.loc, format!("`{written}` is not the shape of an image: channels x height x width")),
            [] => (*loc, "the shape of the network's image is missing".to_string()),
        };
        self.errors.push(Error::new(at, fact).help(format!("write `{}`", likely_shape(&written))));
        None
    }

    fn sizes(&mut self, sizes: &[u64], at: Loc) -> Option<[usize; 3]> {
        const MOST: u64 = 1 << 16;
        let names = ["channels", "rows", "columns"];
        if let Some((_, name)) = sizes.iter().zip(names).find(|(size, _)| **size == 0) {
            let fixed: Vec<String> = sizes.iter().map(|size| size.max(&1).to_string()).collect();
            self.errors
                .push(Error::new(at, format!("an image with no {name}")).help(format!("write `{}`", fixed.join("x"))));
            return None;
        }
        if let Some((_, name)) = sizes.iter().zip(names).find(|(size, _)| **size > MOST) {
            let fixed: Vec<String> = sizes.iter().map(|size| size.min(&MOST).to_string()).collect();
            let error = Error::new(at, format!("an image with more than {MOST} {name}"));
            self.errors.push(error.help(format!("write at most `{}`", fixed.join("x"))));
            return None;
        }
        let values: u128 = sizes.iter().map(|size| u128::from(*size)).product();
        if values > MOST_NUMBERS {
            let error = Error::new(at, format!("an image of {values} values, more than {MOST_NUMBERS}"));
            self.errors.push(error.help("write fewer rows and columns, such as `3x224x224`"));
            return None;
        }
        Some([sizes[0] as usize, sizes[1] as usize, sizes[2] as usize])
    }

    /// `-> 10`
    fn classes(&mut self, name: &Name, cursor: &mut Cursor) -> Option<usize> {
        const MOST: u64 = 1 << 20;
        if cursor.eat("->").is_none() {
            let error = Error::new(name.loc, "the number of classes is missing");
            self.errors.push(error.help("write it behind the shape: `-> 10`"));
            skip_to_body(cursor);
            return None;
        }
        let mark = cursor.mark();
        skip_to_body(cursor);
        let (loc, written) = cursor.span_since(mark);
        if written.is_empty() {
            self.errors
                .push(Error::new(name.loc, "the number of classes is missing").help("write it behind `->`: `-> 10`"));
            return None;
        }
        let value = match cursor.since(mark) {
            [Token { kind: Kind::Literal(literal), .. }] => literal::read(literal).ok(),
            _ => None,
        };
        match value {
            Some(ExprKind::Int(classes @ 1..=MOST)) => Some(classes as usize),
            Some(ExprKind::Int(0)) => {
                self.errors.push(Error::new(loc, "a network needs at least one class").help("write `1` or more"));
                None
            }
            Some(ExprKind::Int(_)) => {
                self.errors
                    .push(Error::new(loc, format!("more than {MOST} classes")).help(format!("write at most `{MOST}`")));
                None
            }
            _ => {
                let error = Error::new(loc, format!("expected the number of classes, found `{written}`"));
                self.errors.push(error.help("write a whole number, such as `10`"));
                None
            }
        }
    }

    fn braces(&mut self, name: &Name, cursor: &mut Cursor) -> Body {
        match cursor.peek() {
            Some(Token { kind: Kind::Group { delimiter: Delimiter::Brace, tokens, close, .. }, .. }) => {
                cursor.take();
                self.body(tokens, *close)
            }
            _ => {
                let error = Error::new(name.loc, format!("the body of `{}` is missing", name.text));
                self.errors.push(error.help("write it in braces: `{ input -> ... }`"));
                cursor.eat(";");
                Body { lets: Vec::new(), chain: broken_chain(name.loc) }
            }
        }
    }

    fn block(&mut self, cursor: &mut Cursor) -> Option<Block> {
        let name = self.name(cursor, "block")?;
        let mut params = Vec::new();
        match cursor.peek() {
            Some(Token { kind: Kind::Group { delimiter: Delimiter::Parenthesis, tokens, close, .. }, .. }) => {
                cursor.take();
                params = self.params(tokens, *close);
            }
            _ => {
                let error = Error::new(name.loc, "a block's parameters stand in parentheses, also if there are none");
                self.errors.push(error.help(format!("write `{}()`", name.text)));
            }
        }
        if let Some(arrow) = cursor.peek().filter(|token| token.is("->")) {
            self.errors
                .push(Error::new(arrow.loc, "a block's result is inferred").help("remove `->` and what follows it"));
        }
        skip_to_body(cursor);
        let body = self.braces(&name, cursor);
        Some(Block { name, params, body })
    }

    fn params(&mut self, tokens: &[Token], close: Loc) -> Vec<Param> {
        let mut cursor = Cursor::new(tokens, close);
        let mut params: Vec<Param> = Vec::new();
        while let Some(token) = cursor.peek() {
            let Some(name) = token.name() else {
                let found = text(std::slice::from_ref(token));
                self.errors.push(Error::new(token.loc, format!("expected a parameter's name, found `{found}`")));
                cursor.skip_to(&[","]);
                cursor.eat(",");
                continue;
            };
            cursor.take();
            if cursor.is(":") {
                let error = Error::new(cursor.here(), "parameters have no types; `=` gives a default");
                self.errors.push(error.help(format!("write `{}`", name.text)));
                cursor.skip_to(&[",", "="]);
            }
            let default = cursor.eat("=").map(|_| self.expression(&mut cursor));
            if default.is_none()
                && let Some(before) = params.last().filter(|before| before.default.is_some())
            {
                let fact = format!("`{}` has no default but follows `{}`, which has one", name.text, before.name.text);
                self.errors.push(
                    Error::new(name.loc, fact).help(format!("put `{}` before `{}`", name.text, before.name.text)),
                );
            }
            params.push(Param { name, default });
            if cursor.eat(",").is_none()
                && let Some(token) = cursor.peek()
            {
                let found = text(std::slice::from_ref(token));
                self.errors.push(
                    Error::new(token.loc, format!("expected `,` between parameters, found `{found}`"))
                        .help("write `,`"),
                );
                cursor.skip_to(&[","]);
                cursor.eat(",");
            }
        }
        params
    }
}

/// Up to the braces, or to the end of an item that has none.
fn skip_to_body(cursor: &mut Cursor) {
    let is_item = |token: &Token| ["struct", "block", "pub"].iter().any(|word| is_word(token, word));
    while cursor
        .peek()
        .is_some_and(|token| !token.is_group(Delimiter::Brace) && !token.is(";") && !token.is("#") && !is_item(token))
    {
        cursor.take();
    }
}

/// The blocks of an invocation, before anything else is known of them.
pub fn block_names(tokens: &[Token]) -> HashSet<String> {
    let named = tokens.windows(2).filter(|pair| is_word(&pair[0], "block"));
    named.filter_map(|pair| pair[1].name()).map(|name| name.text).collect()
}

/// What `[3, 32, 32]`, `3X32X32` or `28x28` was meant to be.
fn likely_shape(written: &str) -> String {
    let sizes: Vec<&str> =
        written.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    match sizes[..] {
        [side] => format!("3x{side}x{side}"),
        [height, width] => format!("1x{height}x{width}"),
        [channels, height, width] => format!("{channels}x{height}x{width}"),
        _ => "3x32x32".to_string(),
    }
}
