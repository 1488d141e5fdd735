//! Items with a wrong word or bracket, where it is clear what was meant: `basic block(filters) { ... }`, a body in parentheses.

use crate::ast::{Body, Chain, Freeze, Name, Param};
use crate::errors::Error;
use crate::loc::Loc;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token, text};
use crate::parse::{Parser, Value};
use crate::words::{self, suggest};
use proc_macro2::Delimiter;

/// Keywords of other languages for a block and for a struct.
const KEYWORDS: [(&str, &[&str]); 2] = [
    ("block", &["fn", "def", "subroutine", "macro", "function", "layer", "module"]),
    ("struct", &["network", "net", "model", "class", "program", "enum", "union"]),
];

impl Parser<'_> {
    /// `[freeze(stem)] struct Net ...`
    pub fn attribute_without_sign(&mut self, cursor: &mut Cursor) {
        while cursor.is_group(Delimiter::Bracket) && cursor.peek_at(1).is_some_and(Token::starts_item) {
            self.report_local(cursor.here(), "an attribute starts with `#`", "put `#` before it");
            cursor.take();
        }
    }

    /// Something else than `struct` or `block`. Returns the keyword that was meant, and the name if it came before the keyword.
    /// Tokens that are not an item are skipped. `start` is the start of the item's attributes.
    pub fn meant_item(&mut self, start: Loc, cursor: &mut Cursor) -> Option<(&'static str, Option<Name>)> {
        let Some(token) = cursor.peek() else {
            self.report(start.to(cursor.before()), "expected `struct` or `block` behind this", "remove it");
            return None;
        };
        let found = token.text();
        let fact = format!("expected `struct` or `block`, found `{found}`");
        let known = KEYWORDS.iter().find(|(_, others)| others.contains(&found.as_str())).map(|(keyword, _)| *keyword);
        let known = known.or_else(|| suggest::nearest(&found, ["struct", "block"]));
        let behind =
            ["struct", "block"].into_iter().find(|word| cursor.peek_at(1).is_some_and(|next| next.is_word(word)));
        if let (Some(name), Some(keyword)) = (token.name(), behind)
            && !words::is_keyword(&name.ident.to_string())
            && cursor.is_group_at(2, Delimiter::Parenthesis)
        {
            let help = format!("write `{keyword} {found}` instead of `{found} {keyword}`");
            let keyword_token = &cursor.take_all(2)[1];
            self.report(keyword_token.loc, format!("`{keyword}` stands before the name"), help);
            return Some((keyword, Some(name)));
        }
        if let Some(keyword) = known.filter(|_| cursor.name_at(1).is_some()) {
            self.report_local(token.loc, fact, format!("write `{keyword}`"));
            cursor.take();
            return Some((keyword, None));
        }
        // `Net(3x32x32) -> 10 { ... }`, `basic(filters) { ... }`
        let missing = match () {
            () if known.is_some() || !token.is_name() || !cursor.is_group_at(1, Delimiter::Parenthesis) => None,
            () if cursor.is_at(2, "->") => Some("struct"),
            () => cursor.is_group_at(2, Delimiter::Brace).then_some("block"),
        };
        match missing {
            Some(keyword) => self.report(token.loc, fact, format!("put `{keyword}` before it")),
            None => self.no_item(Error::new(token.loc, fact), cursor),
        }
        missing.map(|keyword| (keyword, None))
    }

    /// A chain outside a network, or Rust code.
    fn no_item(&mut self, error: Error, cursor: &mut Cursor) {
        let mark = cursor.mark();
        let is_chain = cursor.is_word("input") || cursor.is_word("let") || cursor.is_at(1, "->");
        while let Some(token) = cursor.take() {
            let ends = token.is_group(Delimiter::Brace) || (token.is(";") && !is_chain);
            if ends || cursor.peek().is_some_and(Token::starts_item) {
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

    /// Visibility, `#[freeze]` and `#[budget]`, which a struct may have and a block may not.
    pub fn only_before_structs(&mut self, vis: Option<Loc>, freezes: &[Freeze], budgets: &[Loc]) {
        if let Some(loc) = vis {
            self.report(loc, "a block is visible only in its own `resnet!`, so it takes no `pub`", "remove it");
        }
        let help = "remove it, or write `#[freeze(...)]` before the `struct`, with the path of the call";
        for freeze in freezes {
            self.report(freeze.loc, "a block is frozen where it is called, by the struct", help);
        }
        for budget in budgets {
            let help = "remove it, or write it before the `struct`";
            self.report(*budget, "a block has no budget of its own: the struct has", help);
        }
    }

    /// No name behind `struct` or `block`, or a word of Rust's: the item is skipped.
    pub fn missing_name(&mut self, keyword: &str, cursor: &mut Cursor) {
        let usual = if keyword == "struct" { "Net" } else { "basic" };
        match cursor.name_at(0).filter(|_| cursor.is_group_at(1, Delimiter::Parenthesis)) {
            Some(name) => {
                let fact = format!("`{}` is a word of Rust's and cannot be a name", name.text);
                self.report(name.loc, fact, format!("write `{usual}`"));
            }
            None => {
                let fact = format!("expected the {keyword}'s name behind `{keyword}`");
                self.report(cursor.before(), fact, format!("put `{usual}` behind it"));
            }
        }
        cursor.take_while(|token| !token.is_group(Delimiter::Brace));
        cursor.take();
    }

    /// `<const F: usize>`. If a block has parameters only there, they become its parameters.
    pub fn generics(&mut self, cursor: &mut Cursor, is_block: bool) -> Vec<Param> {
        if !cursor.is("<") {
            return Vec::new();
        }
        let mark = cursor.mark();
        let is_end = |token: &Token| matches!(&token.kind, Kind::Group { .. }) || token.is("->");
        cursor.take_while(|token| !is_end(token));
        let (loc, written) = cursor.span_since(mark);
        let is_name = |pair: &&[Token]| pair[1].is_any(&[":", ",", ">"]);
        let names = cursor.since(mark).windows(2).filter(is_name).filter_map(|pair| pair[0].name());
        let names: Vec<Name> =
            names.filter(|name| !["usize", "u32", "u64", "i32"].contains(&name.text.as_str())).collect();
        let parentheses = cursor.peek().and_then(Token::in_parentheses);
        if !is_block || names.is_empty() || parentheses.is_some_and(|inner| !inner.is_empty()) {
            self.report(loc, "there are no generics here: sizes are numbers", "remove it");
            return Vec::new();
        }
        let parentheses = if parentheses.is_some() && cursor.take().is_some() { "()" } else { "" };
        let texts: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
        let help = format!("write `({})` instead of `{written}{parentheses}`", texts.join(", "));
        self.report(loc, "a block's parameters stand in parentheses", help);
        names.into_iter().map(|name| Param { name, default: None }).collect()
    }

    /// `basic filters(, stride = 1)`
    pub fn parameter_before_parentheses(&mut self, name: &Name, cursor: &mut Cursor) {
        let inner = cursor.peek_at(1).and_then(Token::in_parentheses);
        let (Some(first), Some(inner)) = (cursor.name_at(0), inner) else { return };
        let (block, param, rest) = (&name.text, &first.text, text(inner));
        let all = format!("{param}, {}", rest.trim_start_matches([',', ' ']));
        let all = all.trim_end_matches([',', ' ']);
        let help = format!("write `{block}({all})` instead of `{block} {param}({rest})`");
        self.report(first.loc, "a block's parameters stand in parentheses", help);
        cursor.take();
    }

    /// `basic[filters] { ... }` and `basic { ... }`
    pub fn params_without_parentheses(&mut self, name: &Name, cursor: &mut Cursor) -> Vec<Param> {
        if let Some(token @ Token { kind: Kind::Group { delimiter, tokens, close, .. }, .. }) = cursor.peek()
            && (*delimiter != Delimiter::Brace || cursor.is_group_at(1, Delimiter::Brace))
        {
            cursor.take();
            let help = format!("write `({})`", text(tokens));
            self.report(token.loc, "a block's parameters stand in parentheses", help);
            return self.params(tokens, *close);
        }
        let fact = "a block's parameters stand in parentheses, also if there are none";
        self.report(name.loc, fact, format!("write `{}()`", name.text));
        cursor.skip_to_body();
        Vec::new()
    }

    /// `-> 16x8x8` behind a block's parameters.
    pub fn result_of_block(&mut self, cursor: &mut Cursor) {
        if cursor.is("->") {
            let mark = cursor.mark();
            cursor.skip_to_body();
            let (loc, result) = cursor.span_since(mark);
            let fact = "a block has no size of its own: its result is inferred";
            self.report(loc, fact, format!("remove `{result}`"));
        }
    }

    /// `#[freeze(stem)]` between an item's signature and its braces.
    pub fn late_attributes(&mut self, cursor: &mut Cursor) {
        while cursor.is("#") && cursor.is_group_at(1, Delimiter::Bracket) && cursor.is_group_at(2, Delimiter::Brace) {
            let mark = cursor.mark();
            cursor.take_all(2);
            let (loc, written) = cursor.span_since(mark);
            let help = format!("remove it, or write it before the `struct`: `{written}`");
            self.report(loc, "an attribute stands before its item", help);
        }
    }

    /// A body in other brackets, or without any, or behind something that does not belong there.
    pub fn body_without_braces(&mut self, name: &Name, cursor: &mut Cursor) -> Body {
        if let Some(Token { kind: Kind::Group { tokens, close, original, .. }, .. }) = cursor.peek()
            && cursor.peek_at(1).is_none_or(Token::starts_item)
        {
            let open = Loc::token(original.span_open(), cursor.here().first);
            let written = cursor.take().map(Token::text).unwrap_or_default();
            let help = format!("write `{{ {} }}` instead of `{written}`", text(tokens));
            self.report(open, "a body stands in braces", help);
            return self.body(tokens, *close);
        }
        let (before, mark) = (cursor.before(), cursor.mark());
        cursor.skip_to_body();
        if cursor.mark() > mark && cursor.is(";") {
            cursor.take_while(|token| !token.starts_item());
        }
        let (_, skipped) = cursor.span_since(mark);
        let first = cursor.since(mark).first().map(|token| token.loc);
        if let (Some(first), Some(Token { kind: Kind::Group { tokens, close, .. }, .. })) = (first, cursor.peek()) {
            cursor.take();
            let fact = format!("expected the body in braces, found `{skipped}`");
            self.report(first, fact, format!("remove `{skipped}`"));
            return self.body(tokens, *close);
        }
        let fact = format!("the body of `{}` is missing", name.text);
        let Value { source, ending, .. } = &self.value;
        let whole = format!("{{ {source}{ending} }}");
        match (first, cursor.peek().filter(|token| token.is(";"))) {
            (Some(first), _) => {
                let bare = skipped.trim_start_matches(['=', '>', ' ']).trim_end_matches(';');
                let help = format!("write `{{ {bare} }}` instead of `{skipped}`");
                self.report(first, "a body stands in braces", help);
            }
            (None, Some(end)) => self.report(end.loc, fact, format!("write `{whole}`")),
            (None, None) => self.report(before, fact, format!("put `{whole}` behind it")),
        }
        cursor.eat(";");
        Body { lets: Vec::new(), chain: Some(Chain::broken(name.loc)), lost_name: true, is_sound: false }
    }
}
