//! Items in which a word or a bracket slipped, and what is plainly meant: `basic block(filters) { ... }`, a body in parentheses.

use crate::ast::{Body, File, Name, Param};
use crate::errors::Error;
use crate::loc::Loc;
use crate::parse::Parser;
use crate::parse::body::is_word;
use crate::parse::items::Lead;
use crate::parse::items::starts_item;
use crate::parse::tokens::{Cursor, Kind, Token, text};
use crate::words;
use crate::words::suggest;
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// `[freeze(stem)] struct Net ...`
    pub(in crate::parse) fn attribute_without_sign(&mut self, cursor: &mut Cursor) {
        while let Some(attribute) = cursor.peek().filter(|token| token.is_group(Delimiter::Bracket))
            && cursor.peek_at(1).is_some_and(starts_item)
        {
            cursor.take();
            let error = Error::new(attribute.loc, "an attribute starts with `#`");
            self.errors.push_sign(error.help("put `#` before it"));
        }
    }

    /// `basic block(filters) { ... }`: takes both words, and says whether it is a `struct`.
    pub(in crate::parse) fn keyword_behind_name(&mut self, cursor: &mut Cursor) -> Option<(Name, bool)> {
        let (name, keyword) = (cursor.peek()?.name()?, cursor.peek_at(1)?);
        let is_struct = is_word(keyword, "struct");
        let is_item = is_struct || is_word(keyword, "block");
        if !is_item
            || words::is_keyword(&name.ident.to_string())
            || !cursor.peek_at(2)?.is_group(Delimiter::Parenthesis)
        {
            return None;
        }
        cursor.take();
        cursor.take();
        let (name_text, keyword_text) = (&name.text, keyword.text());
        let error = Error::new(keyword.loc, format!("`{keyword_text}` stands before the name"));
        self.errors
            .push(error.help(format!("write `{keyword_text} {name_text}` instead of `{name_text} {keyword_text}`")));
        Some((name, is_struct))
    }

    /// A body in other brackets: as sound as one in braces.
    pub(in crate::parse) fn other_brackets(&mut self, cursor: &mut Cursor, ending: &str) -> Option<Body> {
        let Kind::Group { delimiter, tokens, close, original } = &cursor.peek()?.kind else { return None };
        let is_last = cursor.peek_at(1).is_none_or(starts_item);
        if *delimiter == Delimiter::Brace || !is_last {
            return None;
        }
        let open = Loc::token(original.span_open(), cursor.here().first);
        let written = cursor.take().map(Token::text).unwrap_or_default();
        let help = format!("write `{{ {} }}` instead of `{written}`", text(tokens));
        self.errors.push(Error::new(open, "a body stands in braces").help(help));
        Some(self.body(tokens, *close, ending))
    }

    /// `basic filters(, stride = 1)`
    pub(in crate::parse) fn parameter_before_parentheses(&mut self, name: &Name, cursor: &mut Cursor) {
        let (Some(first), Some(Token { kind: Kind::Group { delimiter: Delimiter::Parenthesis, tokens, .. }, .. })) =
            (cursor.peek().and_then(Token::name), cursor.peek_at(1))
        else {
            return;
        };
        let (block, param, rest) = (&name.text, &first.text, text(tokens));
        let all = format!("{param}, {}", rest.trim_start_matches([',', ' ']));
        let all = all.trim_end_matches([',', ' ']);
        let error = Error::new(first.loc, "a block's parameters stand in parentheses");
        self.errors.push(error.help(format!("write `{block}({all})` instead of `{block} {param}({rest})`")));
        cursor.take();
    }
}

impl Parser<'_> {
    /// Neither `struct` nor `block`: says so, and reads the item as what it was meant to be, or skips it.
    pub(in crate::parse) fn other_item(&mut self, lead: Lead, cursor: &mut Cursor, file: &mut File) {
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
    pub(in crate::parse) fn item_without_keyword(
        &mut self,
        error: Error,
        lead: Lead,
        cursor: &mut Cursor,
        file: &mut File,
    ) {
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
    pub(in crate::parse) fn no_item(&mut self, error: Error, cursor: &mut Cursor) {
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

    /// `<const F: usize>()`, where the parameters stand in angle brackets alone.
    pub(in crate::parse) fn generic_parameters(&mut self, cursor: &mut Cursor) -> Option<Vec<Param>> {
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
    pub(in crate::parse) fn generics(&mut self, cursor: &mut Cursor) {
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
    pub(in crate::parse) fn late_attributes(&mut self, cursor: &mut Cursor) {
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
}
