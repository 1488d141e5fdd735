//! What is Rust's, or another language's, within a body: `return x;`, `for _ in 0..3 { ... }`, `const F: usize = 16;`.
//! Each is one mistake, however long; its fix keeps the steps that stand in its braces.

use crate::ast::{Block, Body, Chain, Let, Name, Param};
use crate::errors::Error;
use crate::loc::Loc;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token, as_step, text};
use crate::words;
use proc_macro2::{Delimiter, TokenStream};

/// Words that start a statement with braces.
const CONTROL: [&str; 6] = ["for", "while", "loop", "if", "match", "unsafe"];
/// Words that start an item.
const ITEMS: [&str; 9] = ["const", "static", "use", "type", "mod", "enum", "trait", "impl", "struct"];

/// Whether a word starts something of Rust's that a body does not have.
pub fn is_statement(word: &str) -> bool {
    CONTROL.contains(&word) || ITEMS.contains(&word) || ["return", "fn"].contains(&word)
}

/// A statement that was read.
struct Statement {
    /// Its first word.
    at: Loc,
    word: String,
    /// All of it.
    written: String,
    /// The steps in its first braces, without the value that they start from.
    steps: Vec<String>,
    /// That value.
    head: Option<String>,
    /// The name that the steps' result is given, as in `x = x -> relu`.
    result: Option<String>,
    /// How often a `for` repeats them.
    rounds: String,
}

impl Statement {
    fn error(&self) -> Error {
        let error = Error::new(self.at, format!("`{}` is Rust's, and no part of a network", self.word));
        match self.word.as_str() {
            "const" | "static" | "fn" => {
                error.note("the network is built before Rust's constants and functions have values")
            }
            "for" | "while" | "loop" => {
                error.note("`3 * step` repeats a step, and a block's parameters are where its calls differ")
            }
            "if" | "match" => error.note(
                "the network is built before anything has a value: a block's parameters are where its calls differ",
            ),
            _ => error,
        }
    }

    /// Its steps as one: `relu`, `[conv(16, 3x3), relu]`, `3 * basic(16)`.
    fn step(&self) -> Option<String> {
        if self.steps.is_empty() {
            return None;
        }
        let step = as_step(&self.steps);
        Some(if self.word == "for" { format!("{} * {step}", self.rounds) } else { step })
    }

    /// Its steps as a chain, or only the value they start from.
    fn chain(&self) -> String {
        let head = self.head.as_deref().unwrap_or("input");
        match self.step() {
            Some(_) if self.word != "for" => format!("{head} -> {}", self.steps.join(" -> ")),
            Some(step) => format!("{head} -> {step}"),
            None => head.to_string(),
        }
    }
}

impl Parser<'_> {
    /// What stands in a body before a chain and has no value. Says whether there was something.
    pub fn stray_item(&mut self, cursor: &mut Cursor, lets: &mut Vec<Let>) -> bool {
        let Some(word) = cursor.peek().and_then(Token::name).map(|name| name.text) else { return false };
        let is_named = cursor.peek_at(1).is_some_and(|next| next.name().is_some());
        match word.as_str() {
            "block" if is_named => self.block_in_body(cursor),
            "let" => return self.closure(cursor),
            _ if ITEMS.contains(&word.as_str()) => self.rust_item(cursor),
            _ if CONTROL.contains(&word.as_str()) => return self.control_before_chain(cursor, lets),
            _ => return false,
        }
        true
    }

    /// `return x;` at the start of a body's last chain.
    pub fn returned_chain(&mut self, cursor: &mut Cursor) -> Option<Chain> {
        let word = cursor.peek().filter(|token| token.is_word("return"))?;
        cursor.take();
        let mark = cursor.mark();
        let chain = self.chain(cursor);
        let (_, value) = cursor.span_since(mark);
        let error = match cursor.eat(";") {
            Some(_) => returned(word).help(format!("write `{value}` instead of `return {value};`")),
            None => returned(word).help("remove it"),
        };
        self.errors.push_local(error);
        Some(chain)
    }

    /// Where a value is expected: up to the braces' end it is one mistake.
    pub fn statement_as_value(&mut self, cursor: &mut Cursor) {
        if let Some(word) = cursor.peek().filter(|token| token.is_word("return")) {
            cursor.take();
            self.errors.push_local(returned(word).help("remove it"));
            drop(self.operand(cursor));
            return;
        }
        let statement = self.statement(cursor);
        let help = format!("write `{}` instead of `{}`", statement.chain(), statement.written);
        self.errors.push_local(statement.error().help(help));
    }

    /// Where a step is expected.
    pub fn statement_as_step(&mut self, cursor: &mut Cursor) {
        let statement = self.statement(cursor);
        let step = statement.step().unwrap_or_else(|| "relu".to_string());
        self.errors.push_local(statement.error().help(format!("write `{step}` instead of `{}`", statement.written)));
    }

    /// A loop or a condition that the body goes on behind: its result needs a name.
    fn control_before_chain(&mut self, cursor: &mut Cursor, lets: &mut Vec<Let>) -> bool {
        let mut ahead = cursor.clone();
        let statement = self.statement(&mut ahead);
        if ahead.at_end() || ["->", "+", "*", "||", ";"].iter().any(|sign| ahead.is(sign)) {
            return false;
        }
        let name = statement.result.clone().or(statement.head.clone()).unwrap_or_else(|| "value".to_string());
        let chain = statement.chain();
        self.errors.push_local(
            statement
                .error()
                .note(format!("a value never changes: what comes out of this has a name of its own, `{name}2`"))
                .help(format!("write `let {name}2 = {chain};` instead of `{}`", statement.written)),
        );
        *cursor = ahead;
        lets.push(Let { name: None, chain: Chain::broken(statement.at) });
        true
    }

    /// `const F: usize = 16;`: without it, its name is unknown, which is no further mistake.
    fn rust_item(&mut self, cursor: &mut Cursor) {
        let mark = cursor.mark();
        while let Some(token) = cursor.take() {
            if token.is(";") || token.is_group(Delimiter::Brace) {
                break;
            }
        }
        let (loc, written) = cursor.span_since(mark);
        let taken = cursor.since(mark);
        let first = taken.first();
        let word = first.map(Token::text).unwrap_or_default();
        self.lost_name = true;
        let at = first.map_or(loc, |token| token.loc);
        let value = taken.iter().position(|token| token.is("=")).map_or(&[][..], |equals| &taken[equals + 1..]);
        let name = taken.get(1).and_then(Token::name);
        let help = match (name, value.split_last()) {
            (Some(name), Some((_, value))) => in_place_of(&written, &name.text, value),
            _ => None,
        };
        let statement = Statement { at, word, written, ..Statement::empty(loc) };
        self.errors
            .push_local(statement.error().help(help.unwrap_or_else(|| format!("remove `{}`", statement.written))));
    }

    /// A block's definition within a body.
    fn block_in_body(&mut self, cursor: &mut Cursor) {
        let mark = cursor.mark();
        let lost_name = self.lost_name;
        let word = cursor.take().map_or(cursor.here(), |word| word.loc);
        let block = self.block(None, TokenStream::new(), cursor);
        self.lost_name = lost_name;
        let (_, written) = cursor.span_since(mark);
        let error = Error::new(word, "a block stands beside the network, not in a body");
        self.errors.push_local(error.help(format!("move `{written}` behind this item")));
        self.inner_blocks.extend(block);
    }

    /// `let conv_relu = |f| input -> conv(f, 3x3) -> relu;`: a part with parameters.
    fn closure(&mut self, cursor: &mut Cursor) -> bool {
        let mut ahead = cursor.clone();
        let mark = ahead.mark();
        let word = ahead.take();
        let name = ahead.take().and_then(Token::name);
        let (Some(name), true, true) = (name, ahead.eat("=").is_some(), ahead.eat("|").is_some()) else { return false };
        let start = ahead.mark();
        ahead.skip_to(&["|"]);
        let names: Vec<Name> =
            ahead.since(start).split(|token| token.is(",")).filter_map(|part| part.first()?.name()).collect();
        if ahead.eat("|").is_none() {
            return false;
        }
        let braces = ahead.peek().and_then(|token| match &token.kind {
            Kind::Group { delimiter: Delimiter::Brace, tokens, close, .. } => Some((tokens, *close)),
            _ => None,
        });
        let lost_name = self.lost_name;
        let start = ahead.mark();
        let (body, inner) = match braces {
            Some((tokens, close)) => {
                ahead.take();
                (self.body(tokens, close, ""), text(tokens))
            }
            None => {
                let chain = self.chain(&mut ahead);
                (Body { lets: Vec::new(), chain, lost_name: false }, ahead.span_since(start).1)
            }
        };
        self.lost_name = lost_name;
        ahead.eat(";");
        let (_, written) = ahead.span_since(mark);
        let params: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
        let block = format!("block {}({}) {{ {inner} }}", name.text, params.join(", "));
        let at = word.map_or(name.loc, |word| word.loc);
        let error = Error::new(at, format!("`{}` has parameters: it is a block, not a value", name.text));
        self.errors.push_local(error.help(format!("remove `{written}` and define `{block}`")));
        let params = names.into_iter().map(|name| Param { name, default: None }).collect();
        self.inner_blocks.push(Block { docs: TokenStream::new(), name, params, is_sound: true, body });
        *cursor = ahead;
        true
    }

    /// From its first word to the end of its braces, with every `else`; without braces, to the next step or chain.
    fn statement(&mut self, cursor: &mut Cursor) -> Statement {
        let mark = cursor.mark();
        let first = cursor.take();
        let at = first.map_or(cursor.here(), |word| word.loc);
        let mut inner = None;
        let is_function = first.is_some_and(|word| word.is_word("fn"));
        while let Some(token) = cursor.peek().filter(|token| !token.is(";") && (is_function || !token.is("->"))) {
            cursor.take();
            if let Kind::Group { delimiter: Delimiter::Brace, tokens, .. } = &token.kind {
                inner = inner.or(Some(tokens));
                if !cursor.peek().is_some_and(|next| next.is_word("else")) {
                    break;
                }
            }
        }
        let taken = cursor.since(mark);
        let (_, written) = cursor.span_since(mark);
        let mut statement = Statement {
            at,
            word: first.map(Token::text).unwrap_or_default(),
            written,
            rounds: rounds(taken),
            ..Statement::empty(at)
        };
        if statement.word != "match" {
            self.steps_of(inner.map_or(&[], Vec::as_slice), &mut statement);
        }
        statement
    }

    /// The last chain among `tokens`: `let y = x -> relu;` has the head `x`, the step `relu` and the result `y`.
    fn steps_of(&self, tokens: &[Token], statement: &mut Statement) {
        let mut chains = tokens.split(|token| token.is(";")).filter(|chain| !chain.is_empty());
        let Some(mut chain) = chains.next_back() else { return };
        let equals = chain.iter().position(|token| token.is("="));
        if let Some(equals) = equals.filter(|equals| !chain.get(equals + 1).is_some_and(|next| next.is(">"))) {
            statement.result = equals.checked_sub(1).and_then(|at| chain[at].name()).map(|name| name.text);
            chain = &chain[equals + 1..];
        }
        let mut parts = chain.split(|token| token.is("->")).filter(|part| !part.is_empty()).peekable();
        let is_value = |part: &&[Token]| match part {
            [word] => {
                word.name().is_some_and(|name| !self.blocks.contains(&name.text) && words::find(&name.text).is_none())
            }
            [_, sign, ..] => sign.is("+") || sign.is("||"),
            _ => false,
        };
        statement.head = parts.next_if(is_value).map(text);
        statement.steps = parts.map(text).collect();
    }
}

impl Statement {
    fn empty(at: Loc) -> Statement {
        let text = String::new;
        Statement { at, word: text(), written: text(), steps: Vec::new(), head: None, result: None, rounds: text() }
    }
}

/// What is said about `return`, its help aside.
fn returned(word: &Token) -> Error {
    Error::new(word.loc, "`return` is Rust's, and no part of a network").note("a body's last chain is its value")
}

/// The help for a number that was given a name: it takes the name's place.
pub fn in_place_of(item: &str, name: &str, value: &[Token]) -> Option<String> {
    let is_sign = |token: &Token| ["+", "-", "*", "/"].iter().any(|sign| token.is(sign));
    let is_number = value.iter().all(|token| matches!(token.kind, Kind::Literal(_)) || is_sign(token));
    let value = match value {
        [] => return None,
        [single] => single.text(),
        several => format!("({})", text(several)),
    };
    is_number.then(|| format!("remove `{item}` and write `{value}` for `{name}`"))
}

/// How many rounds `for i in 0..3` has; 3 if that cannot be seen.
fn rounds(tokens: &[Token]) -> String {
    let number = |token: &Token| match &token.kind {
        Kind::Literal(text) => text.parse::<u32>().ok(),
        _ => None,
    };
    let ends: Vec<u32> = tokens.iter().filter_map(number).collect();
    let inclusive = tokens.windows(2).any(|pair| pair[0].is(".") && pair[1].is("="));
    let count = match ends[..] {
        [first, end] => end.checked_sub(first).map(|count| count + u32::from(inclusive)),
        _ => None,
    };
    count.filter(|count| *count > 0).unwrap_or(3).to_string()
}
