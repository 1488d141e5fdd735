//! Collects the errors of an invocation, removes duplicates, sorts them in source order, and writes them as `compile_error!`.
//!
//! A help is an edit that a person can carry out, and also a program (`front/tests/help.rs`). It has one of these forms. Text
//! after `, or` is another way, in words.
//!
//! * ``write `code` ``, ``did you mean `code`?``, ``such as `code` ``: the code replaces the underlined tokens. If the word or an
//!   argument of a step is underlined, and the code is the whole step, it replaces the whole step,
//! * ``write `code` instead of `old` ``: `old` is around the underlined tokens or near them,
//! * ``put `code` before it``, ``put `code` behind it``, `remove it`, ``remove `old` ``,
//! * `` `let name = ...;` and add `name` ``: the `let` goes to the start of the body, and the name replaces the underlined tokens,
//! * ``remove `item` and write `value` for `name` ``: everywhere after it in the body,
//! * ``remove `item` and define `block ...` ``: the block goes after the item that contains the removed one,
//! * ``move `block ...` behind this item``: out of the body that contains it,
//! * ``define it, as in `block ...` ``: an item after the one with the error.

use crate::loc::Loc;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use std::cell::Cell;
use std::collections::HashMap;

/// Notes that explain why the name of a constant is not a size, and how to write a size as a macro parameter.
const NO_CONSTANTS: [&str; 2] = [
    "sizes are literals, since rustc expands macros before it knows constants",
    "a size comes from outside as in `macro_rules! net { ($n:literal) => { athena::resnet! { /* $n, where the size stands */ } } }`",
];
/// The number of other calls of a block that an error lists by name.
const LISTED_CALLS: usize = 3;
/// The largest number of reported errors.
pub const MOST_ERRORS: usize = 100;
/// After this number of syntax errors, the rest of the program is not read.
const MOST_FAULTS: usize = 200;
/// The largest number of words that are compared with misspelt ones. After that, no word is suggested.
const MOST_COMPARED: usize = 20_000;
/// The radius, in tokens, around a syntax error in which follow-on errors are suppressed.
const NEAR: u32 = 3;

/// One error.
#[derive(Clone, Debug)]
pub struct Error {
    /// The tokens to underline.
    pub at: Loc,
    /// The message, in lower case and without a full stop.
    pub fact: String,
    /// Notes that explain where the error comes from.
    pub notes: Vec<String>,
    /// The help: how to fix it.
    pub help: Option<String>,
    /// The block call that led to the error, if it is in a block.
    pub call: Option<String>,
    /// Other calls that led to the same error.
    other_calls: Vec<String>,
}

impl Error {
    /// An error at `at`.
    pub fn new(at: Loc, fact: impl Into<String>) -> Error {
        Error { at, fact: fact.into(), notes: Vec::new(), help: None, call: None, other_calls: Vec::new() }
    }

    /// Adds a `note:` line.
    pub fn note(mut self, note: impl Into<String>) -> Error {
        self.notes.push(note.into());
        self
    }

    /// Adds the notes for a constant's name, `written`, in the place of a size.
    pub fn note_on_constants(self, written: &str) -> Error {
        let is_path = written.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && written.chars().all(|letter| letter.is_alphanumeric() || "_: ".contains(letter));
        let is_one = written.contains(':') || !written.contains(' ');
        match is_path && is_one {
            true => NO_CONSTANTS.into_iter().fold(self, Error::note),
            false => self.note("the network is built before Rust's constants and functions have values"),
        }
    }

    /// Sets the `help:` line.
    pub fn help(mut self, help: impl Into<String>) -> Error {
        self.help = Some(help.into());
        self
    }

    /// Sets the block call that led to the error, as written. Other calls that lead to the same error are listed together.
    pub fn called(mut self, call: Option<String>) -> Error {
        self.call = call;
        self
    }

    /// The whole text: the message, then `note:` lines, then the `help:` line.
    pub fn message(&self) -> String {
        let mut lines = vec![self.fact.clone()];
        lines.extend(self.notes.iter().map(|note| format!("note: {note}")));
        if let Some(line) = self.calls_line() {
            lines.push(line);
        }
        lines.extend(self.help.iter().map(|help| format!("help: {help}")));
        lines.join("\n")
    }

    fn calls_line(&self) -> Option<String> {
        let listed: Vec<String> = self.other_calls.iter().take(LISTED_CALLS).map(|call| format!("`{call}`")).collect();
        if listed.is_empty() {
            return None;
        }
        let rest = self.other_calls.len() - listed.len();
        let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        Some(format!("note: the same happens in {}{rest}", listed.join(", ")))
    }

    fn to_tokens(&self) -> TokenStream {
        let (start, end) = (self.at.start, self.at.end);
        let mut message = Literal::string(&self.message());
        message.set_span(end);
        let mut body = Group::new(Delimiter::Brace, TokenTree::from(message).into());
        body.set_span(end);
        let path = [":", ":", "core", ":", ":", "compile_error", "!"];
        let path = path.into_iter().enumerate().map(|(index, text)| match text {
            ":" => punct(':', if index % 3 == 0 { Spacing::Joint } else { Spacing::Alone }, start),
            "!" => punct('!', Spacing::Alone, start),
            name => TokenTree::from(Ident::new(name, start)),
        });
        path.chain([TokenTree::from(body)]).collect()
    }
}

fn punct(character: char, spacing: Spacing, span: Span) -> TokenTree {
    let mut punct = Punct::new(character, spacing);
    punct.set_span(span);
    punct.into()
}

/// All errors of an invocation.
#[derive(Default, Debug)]
pub struct Errors {
    list: Vec<Error>,
    seen: HashMap<(u32, u32), usize>,
    /// The places of syntax errors, around which other errors are suppressed.
    breaks: Vec<(Loc, u32)>,
    /// The number of syntax errors, reported or not.
    faults: usize,
    /// The first tokens of items. A syntax error in one item suppresses nothing in the next.
    items: Vec<u32>,
    is_read: bool,
    /// The number of words that were compared with misspelt ones.
    compared: Cell<usize>,
}

impl Errors {
    /// Adds an error. A second error at the same place only adds its call to the first one. While the syntax is read, an error suppresses others
    /// around it.
    pub fn push(&mut self, error: Error) {
        match self.is_read {
            true => self.add(error),
            false => self.push_reaching(error, NEAR),
        }
    }

    fn add(&mut self, error: Error) {
        if self.is_doubtful(error.at) {
            return;
        }
        let key = (error.at.first, error.at.last);
        if let Some(&index) = self.seen.get(&key) {
            let first = &mut self.list[index];
            if let Some(call) = error.call
                && first.call.as_ref() != Some(&call)
                && !first.other_calls.contains(&call)
            {
                first.other_calls.push(call);
            }
        } else if !self.is_full() {
            self.seen.insert(key, self.list.len());
            self.list.push(error);
        }
    }

    /// Adds a syntax error that suppresses no others, because it is clear what was meant.
    pub fn push_local(&mut self, error: Error) {
        self.push_reaching(error, 0);
    }

    fn push_reaching(&mut self, error: Error, reach: u32) {
        self.faults = self.faults.saturating_add(1);
        if self.is_hopeless() {
            return;
        }
        let at = error.at;
        self.add(error);
        self.breaks.push((at, reach));
    }

    /// Records that an item starts at this token.
    pub fn start_item(&mut self, at: Loc) {
        self.items.push(at.first);
    }

    /// The first token of the item that contains this token, if that item was read.
    pub fn item_start(&self, token: u32) -> Option<u32> {
        self.items[..self.items.partition_point(|item| *item <= token)].last().copied()
    }

    /// Ends the reading of the syntax. Later errors are not syntax errors.
    pub fn structure_is_read(&mut self) {
        self.is_read = true;
    }

    /// Whether there were so many syntax errors that nothing more is read.
    pub fn is_hopeless(&self) -> bool {
        self.faults > MOST_FAULTS
    }

    /// Whether `words` more words may be compared with a misspelt one.
    pub fn may_compare(&self, words: usize) -> bool {
        self.compared.set(self.compared.get().saturating_add(words));
        self.compared.get() <= MOST_COMPARED
    }

    /// Stops the reading of the program. The reason was reported.
    pub fn give_up(&mut self) {
        self.faults = usize::MAX;
    }

    /// The number of syntax errors so far, including those that were not reported.
    pub fn faults(&self) -> usize {
        self.faults
    }

    /// Adds a syntax error after which the parser continues at `end`. The tokens before `end` were not understood.
    pub fn push_until(&mut self, error: Error, end: Loc) {
        if self.is_hopeless() {
            return;
        }
        let whole = if end.last > error.at.last { error.at.to(end) } else { error.at };
        self.push(error);
        self.breaks.push((whole, NEAR));
    }

    fn is_doubtful(&self, at: Loc) -> bool {
        let most = if self.is_read { NEAR - 1 } else { NEAR };
        self.breaks.iter().any(|(broken, reach)| {
            let (first, second) = if broken.first < at.first { (*broken, at) } else { (at, *broken) };
            at.distance(*broken) <= *reach.min(&most) && {
                let next = self.items.partition_point(|item| *item <= first.last);
                self.items.get(next).is_none_or(|item| *item > second.first)
            }
        })
    }

    /// Whether the largest number of errors is reached. Then no further messages need to be made.
    pub fn is_full(&self) -> bool {
        self.list.len() >= MOST_ERRORS
    }

    /// Adds an error, if there is one.
    pub fn extend(&mut self, error: Option<Error>) {
        error.into_iter().for_each(|error| self.push(error));
    }

    /// The first tokens of all errors so far.
    pub fn places(&self) -> Vec<u32> {
        self.list.iter().map(|error| error.at.first).collect()
    }

    /// The number of errors.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are no errors.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The errors in source order.
    pub fn sorted(mut self) -> Vec<Error> {
        self.list.sort_by_key(|error| error.at.first);
        self.list
    }
}

/// The errors as `compile_error!` invocations.
pub fn emit(errors: &[Error]) -> TokenStream {
    errors.iter().map(Error::to_tokens).collect()
}
