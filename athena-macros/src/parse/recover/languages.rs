//! Networks as Rust and Python write them: `return x;`, `for _ in 0..3 { ... }`, `self.bn1(x)`, `conv(16, 3x3).stride(2)`.
//! Each construct is one error, and its fix keeps the steps in it.

use crate::ast::{Block, Call, Chain, Let, Name, Param};
use crate::errors::Error;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token, as_step, loc_of, text};
use crate::words::{self, foreign, translate};
use proc_macro2::{Delimiter, TokenStream};

/// The construct that a word of Rust or Python starts.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// A statement with braces, and every `else` behind them.
    Control,
    /// An item, up to its `;` or its braces.
    Item,
    /// `return`, with the value behind it.
    Return,
    /// A member, with what it is called with: `self.bn1(x)`.
    Member,
}

const CONSTANTS: &str = "the network is built before Rust's constants and functions have values";

/// The words of Rust and Python that start a construct, with the note on it.
const FORMS: &[(Form, &[&str], Option<&str>)] = &[
    (
        Form::Control,
        &["for", "while", "loop"],
        Some("`3 * step` repeats a step, and a block's parameters are where its calls differ"),
    ),
    (
        Form::Control,
        &["if", "match"],
        Some("the network is built before anything has a value: a block's parameters are where its calls differ"),
    ),
    (Form::Control, &["unsafe"], None),
    (Form::Control, &["fn"], Some(CONSTANTS)),
    (Form::Item, &["const", "static"], Some(CONSTANTS)),
    (Form::Item, &["use", "type", "mod", "enum", "trait", "impl", "struct"], None),
    (Form::Return, &["return"], Some("a body's last chain is its value")),
    (Form::Member, &["self", "nn", "F", "torch", "tf", "keras", "layers"], None),
];

/// The construct that the next word starts.
fn form(cursor: &Cursor) -> Option<Form> {
    let word = cursor.name_at(0)?.text;
    let (form, ..) = FORMS.iter().find(|(_, words, _)| words.contains(&word.as_str()))?;
    Some(*form).filter(|form| *form != Form::Member || cursor.is_at(1, "."))
}

/// The error for a word of Rust, without its help.
fn rusts(word: &Token) -> Error {
    let text = word.text();
    let note = FORMS.iter().find(|(_, words, _)| words.contains(&text.as_str())).and_then(|(.., note)| *note);
    let error = Error::new(word.loc, format!("`{text}` is a keyword of Rust, which a network cannot contain"));
    note.into_iter().fold(error, Error::note)
}

/// A statement that was read.
struct Statement {
    error: Error,
    /// All of it.
    written: String,
    /// The value that its first braces start from.
    head: Option<String>,
    /// The steps behind that.
    steps: Vec<String>,
    /// The name that their result is given, as in `x = x -> relu`.
    result: Option<String>,
    /// How often a `for` repeats them.
    rounds: Option<String>,
}

impl Statement {
    /// Its steps as one: `relu`, `[conv(16, 3x3), relu]`, `3 * basic(16)`.
    fn step(&self) -> Option<String> {
        let step = Some(as_step(&self.steps)).filter(|_| !self.steps.is_empty())?;
        Some(self.rounds.as_ref().map_or(step.clone(), |rounds| format!("{rounds} * {step}")))
    }

    /// Its steps as a chain, or only the value they start from.
    fn chain(&self) -> String {
        let steps = if self.rounds.is_some() { self.step().into_iter().collect() } else { self.steps.clone() };
        let head = self.head.clone().unwrap_or_else(|| "input".to_string());
        [vec![head], steps].concat().join(" -> ")
    }
}

impl Parser<'_> {
    /// A construct without a value, at the start of a statement. Returns whether there was one.
    pub fn foreign_statement(&mut self, cursor: &mut Cursor, lets: &mut Vec<Let>) -> bool {
        if cursor.is_word("block") && cursor.name_at(1).is_some() {
            self.block_in_body(cursor);
            return true;
        }
        match form(cursor) {
            Some(Form::Item) => self.rust_item(cursor),
            Some(Form::Control) if !cursor.is_word("fn") => return self.control_before_chain(cursor, lets),
            _ => return self.closure(cursor),
        }
        true
    }

    /// A construct instead of a value.
    pub fn foreign_value(&mut self, cursor: &mut Cursor) -> bool {
        let (Some(form), Some(word)) = (form(cursor), cursor.peek()) else { return false };
        match form {
            Form::Member => self.member(word, cursor),
            Form::Return => {
                cursor.take();
                self.errors.push_local(rusts(word).help("remove it"));
                drop(self.operand(cursor));
            }
            Form::Control | Form::Item => {
                let statement = self.statement(word, cursor);
                let help = format!("write `{}` instead of `{}`", statement.chain(), statement.written);
                self.errors.push_local(statement.error.help(help));
            }
        }
        true
    }

    /// A construct of Rust instead of a step.
    pub fn foreign_step(&mut self, cursor: &mut Cursor) -> bool {
        let Some(word) = cursor.peek().filter(|_| form(cursor).is_some_and(|form| form != Form::Member)) else {
            return false;
        };
        let statement = self.statement(word, cursor);
        let step = statement.step().unwrap_or_else(|| "relu".to_string());
        self.errors.push_local(statement.error.help(format!("write `{step}` instead of `{}`", statement.written)));
        true
    }

    /// `return x;` at the start of a body's last chain.
    pub fn returned_chain(&mut self, cursor: &mut Cursor) -> Option<Chain> {
        let word = cursor.peek().filter(|token| token.is_word("return"))?;
        cursor.take();
        let mark = cursor.mark();
        let chain = self.chain(cursor);
        let (_, value) = cursor.span_since(mark);
        self.errors.push_local(rusts(word).help(match cursor.eat(";") {
            Some(_) => format!("write `{value}` instead of `return {value};`"),
            None => "remove it".to_string(),
        }));
        Some(chain)
    }

    /// A loop or a condition as a statement. Its result needs a name.
    fn control_before_chain(&mut self, cursor: &mut Cursor, lets: &mut Vec<Let>) -> bool {
        let (Some(word), mut ahead) = (cursor.peek(), cursor.clone()) else { return false };
        let statement = self.statement(word, &mut ahead);
        if ahead.ends_at(0, &["->", "+", "*", "||", ";"]) {
            return false;
        }
        let (chain, written) = (statement.chain(), statement.written);
        let name = statement.result.or(statement.head).unwrap_or_else(|| "value".to_string());
        let note = format!("a value never changes: what comes out of this has a name of its own, `{name}2`");
        let help = format!("write `let {name}2 = {chain};` instead of `{written}`");
        self.errors.push_local(statement.error.note(note).help(help));
        *cursor = ahead;
        lets.push(Let { name: None, chain: Chain::broken(word.loc) });
        true
    }

    /// `const F: usize = 16;`. The name is unknown then, which is not reported again.
    fn rust_item(&mut self, cursor: &mut Cursor) {
        let (Some(word), mark) = (cursor.peek(), cursor.mark()) else { return };
        self.statement(word, cursor);
        cursor.eat(";");
        let (taken, (_, written)) = (cursor.since(mark), cursor.span_since(mark));
        self.lost_name = true;
        let mut value = taken.split(|token| token.is_any(&["=", ";"]));
        let name = taken.get(1).and_then(Token::name);
        let help = name.zip(value.nth(1)).and_then(|(name, value)| in_place_of(&written, &name.text, value));
        self.errors.push_local(rusts(word).help(help.unwrap_or_else(|| format!("remove `{written}`"))));
    }

    /// A block's definition within a body.
    fn block_in_body(&mut self, cursor: &mut Cursor) {
        let (mark, at, lost_name) = (cursor.mark(), cursor.here(), self.lost_name);
        cursor.take();
        let block = self.block(None, TokenStream::new(), cursor);
        self.lost_name = lost_name;
        let help = format!("move `{}` behind this item", cursor.span_since(mark).1);
        self.report_local(at, "a block stands beside the network, not in a body", help);
        self.inner_blocks.extend(block);
    }

    /// `let conv_relu = |f| input -> conv(f, 3x3) -> relu;`: a part with parameters.
    fn closure(&mut self, cursor: &mut Cursor) -> bool {
        let tokens = cursor.until(&[";"]);
        let [word, name, equals, bar, rest @ ..] = tokens else { return false };
        let end = rest.iter().position(|token| token.is("|"));
        let (Some(name), Some(end), true) = (name.name(), end, word.is_word("let") && equals.is("=") && bar.is("|"))
        else {
            return false;
        };
        let params: Vec<Name> =
            rest[..end].split(|token| token.is(",")).filter_map(|part| part.first()?.name()).collect();
        let (inner, close) = match &rest[end + 1..] {
            [Token { kind: Kind::Group { delimiter: Delimiter::Brace, tokens, close, .. }, .. }] => {
                (&tokens[..], *close)
            }
            chain => (chain, loc_of(tokens, bar.loc)),
        };
        let mark = cursor.mark();
        cursor.take_all(tokens.len());
        cursor.eat(";");
        let (_, written) = cursor.span_since(mark);
        let lost_name = self.lost_name;
        let outer = std::mem::take(&mut self.value);
        let body = self.body(inner, close);
        self.value = outer;
        self.lost_name = lost_name;
        let names: Vec<&str> = params.iter().map(|name| name.text.as_str()).collect();
        let block = format!("block {}({}) {{ {} }}", name.text, names.join(", "), text(inner));
        let fact = format!("`{}` has parameters: it is a block, not a value", name.text);
        self.report_local(word.loc, fact, format!("remove `{written}` and define `{block}`"));
        let params = params.into_iter().map(|name| Param { name, default: None }).collect();
        self.inner_blocks.push(Block { docs: TokenStream::new(), name, params, is_sound: true, body });
        true
    }

    /// From its first word to the end of its braces, with every `else`; without braces, to the next step or chain.
    fn statement(&self, word: &Token, cursor: &mut Cursor) -> Statement {
        let mark = cursor.mark();
        cursor.take();
        let mut inner = None;
        while let Some(token) = cursor.peek().filter(|token| !token.is(";") && (word.is_word("fn") || !token.is("->")))
        {
            cursor.take();
            if token.is_group(Delimiter::Brace) {
                inner = inner.or(Some(token.inner()));
                if !cursor.is_word("else") {
                    break;
                }
            }
        }
        let inner = inner.filter(|_| !word.is_word("match")).unwrap_or_default();
        let mut chain = inner.split(|token| token.is(";")).rfind(|chain| !chain.is_empty()).unwrap_or_default();
        let mut result = None;
        if let Some(equals) = chain.iter().position(|token| token.is("=")) {
            result = equals.checked_sub(1).and_then(|at| chain[at].name()).map(|name| name.text);
            chain = &chain[equals + 1..];
        }
        let is_value = |part: &&[Token]| match part {
            [word] => word.is_name() && !self.is_step_word(word),
            [_, sign, ..] => sign.is_any(&["+", "||"]),
            _ => false,
        };
        let mut parts = chain.split(|token| token.is("->")).filter(|part| !part.is_empty()).peekable();
        let head = parts.next_if(is_value).map(text);
        let steps = parts.map(text).collect();
        let rounds = word.is_word("for").then(|| rounds(cursor.since(mark)));
        Statement { error: rusts(word), written: cursor.span_since(mark).1, head, steps, result, rounds }
    }

    /// `self.input`, `self.bn1(self.conv1(x))`
    fn member(&mut self, owner: &Token, cursor: &mut Cursor) {
        let mark = cursor.mark();
        cursor.take();
        let is_member =
            |cursor: &Cursor| cursor.previous().is_some_and(|sign| sign.is(".")) && cursor.name_at(0).is_some();
        while cursor.is(".") || is_member(cursor) || cursor.is_group(Delimiter::Parenthesis) {
            cursor.take();
        }
        let (chain, owner) = (chain_text(cursor.since(mark)), owner.text());
        let fact = match chain.contains("->") {
            true => format!("layers stand in the chain where they work, not in `{owner}`"),
            false => format!("a body's values are no members of `{owner}`"),
        };
        self.report_local(cursor.span_since(mark).0, fact, format!("write `{chain}`"));
    }

    /// Methods on a step, as in the builder pattern. Returns whether they set arguments: without those, the step is not the one that
    /// was meant.
    pub fn methods(&mut self, call: &Call, cursor: &mut Cursor) -> bool {
        let mark = cursor.mark();
        let mut arguments = Vec::new();
        while let Some(method) = self.method_name(cursor) {
            cursor.take_all(2);
            let values = cursor.peek().and_then(Token::in_parentheses).filter(|_| cursor.take().is_some());
            arguments.push(values.and_then(|values| method_argument(call, &method, values)));
        }
        if arguments.is_empty() {
            return false;
        }
        let (loc, written) = cursor.span_since(mark);
        let Some(arguments) = arguments.into_iter().collect::<Option<Vec<String>>>() else {
            self.report_local(loc, "a step has no methods", "remove it");
            return false;
        };
        let step = call.text.strip_suffix(')').unwrap_or(&call.text);
        let comma = if step.ends_with('(') { "" } else { ", " };
        let help = format!("write `{step}{comma}{})` instead of `{}{written}`", arguments.join(", "), call.text);
        self.report_local(loc, format!("the arguments of `{}` stand in its parentheses", call.word.text), help);
        true
    }

    /// The method's name after a dot. A step is not a method: in `conv(16, 3x3).relu()` the dot was meant as `->`. Nor is a word before
    /// a `:` or an operator.
    fn method_name(&self, cursor: &Cursor) -> Option<String> {
        let word = cursor.name_at(1).filter(|_| cursor.is(".") && !self.other_end_at(cursor, 0))?.text;
        let is_step = self.is_foreign_step(&word) || foreign::merge(&word).is_some();
        (!is_step && !cursor.is_any_at(2, &[":", "+", "*", "||"])).then_some(word)
    }

    /// A block, or a layer of this or another library.
    pub fn is_foreign_step(&self, word: &str) -> bool {
        self.blocks.contains(word) || translate::step(word, &[]).is_some() || foreign::is_other(word)
    }
}

/// `self.bn1(self.conv1(x))` as `x -> conv(16, 3x3) -> batch_norm`.
fn chain_text(call: &[Token]) -> String {
    match call {
        [] => "input".to_string(),
        [.., word, arguments] if arguments.is_group(Delimiter::Parenthesis) => {
            let word = word.text();
            let bare = word.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '_');
            let step = [&word, bare].into_iter().find_map(|word| translate::step(word, &[]));
            let value = arguments.inner().split(|token| token.is(",")).next().unwrap_or_default();
            format!("{} -> {}", chain_text(value), step.unwrap_or_else(|| "relu".to_string()))
        }
        [.., sign, word] if sign.is(".") => word.text(),
        _ => text(call),
    }
}

/// `stride = 2` for `.with_stride(2)`.
fn method_argument(call: &Call, method: &str, values: &[Token]) -> Option<String> {
    let names: Vec<&str> = words::find(&call.word.text)?.args.iter().map(|argument| argument.name).collect();
    let bare = method.trim_start_matches("with_").trim_start_matches("set_");
    let name = names.iter().copied().find(|name| *name == bare).or_else(|| foreign::argument(bare, &names))?;
    let value = if values.is_empty() { "true".to_string() } else { text(values) };
    Some(format!("{name} = {value}"))
}

/// The help for a named number: it replaces the name.
pub fn in_place_of(item: &str, name: &str, value: &[Token]) -> Option<String> {
    let is_number = value.iter().all(|token| token.is_literal() || token.is_any(&["+", "-", "*", "/"]));
    let value = match value {
        [] => return None,
        [single] => single.text(),
        several => format!("({})", text(several)),
    };
    is_number.then(|| format!("remove `{item}` and write `{value}` for `{name}`"))
}

/// The number of rounds of `for i in 0..3`; 3 if it cannot be read.
fn rounds(tokens: &[Token]) -> String {
    let numbers: Vec<u32> =
        tokens.iter().filter(|token| token.is_literal()).filter_map(|token| token.text().parse().ok()).collect();
    let is_inclusive = tokens.windows(2).any(|pair| pair[0].is(".") && pair[1].is("="));
    let count = match numbers[..] {
        [first, end] => end.checked_sub(first).map(|count| count.saturating_add(is_inclusive.into())),
        _ => None,
    };
    count.filter(|count| *count > 0).unwrap_or(3).to_string()
}
