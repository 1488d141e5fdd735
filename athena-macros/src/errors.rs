//! The errors of an invocation: collected, each once, in source order, and written as `compile_error!`.
//!
//! A help is an edit that a person and a program can carry out (`front/tests/help.rs` does), in one of these forms. What
//! follows `, or` is another way, in words.
//!
//! * ``write `code` ``, ``did you mean `code`?``, ``such as `code` ``: the code takes the place of what is underlined. A step
//!   whose word, or something in whose arguments, is underlined is replaced as a whole where the code writes it anew,
//! * ``write `code` instead of `old` ``: `old` is around the underlined or near to it,
//! * ``put `code` before it``, ``put `code` behind it``, `remove it`, ``remove `old` ``,
//! * `` `let name = ...;` and add `name` ``: the first at the start of the body, the second in place of what is underlined,
//! * ``remove `item` and write `value` for `name` ``: wherever the name stands behind it in the body,
//! * ``remove `item` and define `block ...` ``: the block behind the item that the first stands in,
//! * ``move `block ...` behind this item``: out of the body that it stands in,
//! * ``define it, as in `block ...` ``: an item behind the one that has the error.

use crate::loc::Loc;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use std::cell::Cell;
use std::collections::HashMap;

/// Why the name of a constant is no size, and what is one from outside.
const NO_CONSTANTS: [&str; 2] = [
    "sizes are literals, since rustc expands macros before it knows constants",
    "a size comes from outside as in `macro_rules! net { ($n:literal) => { athena::resnet! { /* $n, where the size stands */ } } }`",
];
/// How many other calls of a block an error lists by name.
const LISTED_CALLS: usize = 3;
/// More errors than this help nobody.
pub const MOST_ERRORS: usize = 100;
/// After more mistakes of structure than this nothing more is read.
const MOST_FAULTS: usize = 200;
/// So many words are compared with misspelt ones; after that no word is suggested.
const MOST_COMPARED: usize = 20_000;
/// So many tokens around a mistake of structure a reader is out of step: what seems wrong there follows from it.
const NEAR: u32 = 3;

/// One mistake of the user's.
#[derive(Clone, Debug)]
pub struct Error {
    /// What to underline.
    pub at: Loc,
    /// The fact, lowercase, without a full stop.
    pub fact: String,
    /// Where it comes from.
    pub notes: Vec<String>,
    /// The fix.
    pub help: Option<String>,
    /// The block call that led here, if the mistake stands in a block.
    pub call: Option<String>,
    /// Further calls that led to the same mistake.
    other_calls: Vec<String>,
}

impl Error {
    /// A mistake at `at`.
    pub fn new(at: Loc, fact: impl Into<String>) -> Error {
        Error { at, fact: fact.into(), notes: Vec::new(), help: None, call: None, other_calls: Vec::new() }
    }

    /// Adds a `note:` line.
    pub fn note(mut self, note: impl Into<String>) -> Error {
        self.notes.push(note.into());
        self
    }

    /// Adds what is to be known where the name of a constant, `written`, stands for a size.
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

    /// Names the block call that led here, as written; other calls that lead to the same mistake are listed together.
    pub fn called(mut self, call: Option<String>) -> Error {
        self.call = call;
        self
    }

    /// The whole message: the fact, then `note:` lines, then the `help:` line.
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
    /// Where the structure was broken, which makes what is said about its surroundings doubtful.
    breaks: Vec<(Loc, u32)>,
    /// How many mistakes of structure there were, reported or not.
    faults: usize,
    /// Where items start: what is wrong in one makes nothing doubtful in the next.
    items: Vec<u32>,
    is_read: bool,
    /// How many words were compared with misspelt ones.
    compared: Cell<usize>,
}

impl Errors {
    /// Adds a mistake; another one at the same place only adds its call to the first. While the structure is read, a mistake
    /// makes doubtful what stands around it.
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

    /// Adds a mistake of structure that leaves the parser in step: what was meant is plain, and the parser goes on behind it.
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

    /// An item starts at this token.
    pub fn start_item(&mut self, at: Loc) {
        self.items.push(at.first);
    }

    /// Where the item that holds this token starts, if that was read.
    pub fn item_start(&self, token: u32) -> Option<u32> {
        self.items[..self.items.partition_point(|item| *item <= token)].last().copied()
    }

    /// From here on the mistakes are not of structure.
    pub fn structure_is_read(&mut self) {
        self.is_read = true;
    }

    /// Whether there were so many mistakes of structure that nothing more is read.
    pub fn is_hopeless(&self) -> bool {
        self.faults > MOST_FAULTS
    }

    /// Whether so many more words may be compared with a misspelt one.
    pub fn may_compare(&self, words: usize) -> bool {
        self.compared.set(self.compared.get().saturating_add(words));
        self.compared.get() <= MOST_COMPARED
    }

    /// Nothing more is read: what was reported says why.
    pub fn give_up(&mut self) {
        self.faults = usize::MAX;
    }

    /// How many mistakes of structure were found so far, also those that were not reported.
    pub fn faults(&self) -> usize {
        self.faults
    }

    /// Adds a mistake of structure behind which the parser goes on at `end`, not knowing what stands before that.
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

    /// Whether no further place would be reported: then no message has to be thought of.
    pub fn is_full(&self) -> bool {
        self.list.len() >= MOST_ERRORS
    }

    /// Adds a mistake, if there is one.
    pub fn extend(&mut self, error: Option<Error>) {
        error.into_iter().for_each(|error| self.push(error));
    }

    /// The first tokens of what is wrong so far.
    pub fn places(&self) -> Vec<u32> {
        self.list.iter().map(|error| error.at.first).collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// In source order.
    pub fn sorted(mut self) -> Vec<Error> {
        self.list.sort_by_key(|error| error.at.first);
        self.list
    }
}

/// The errors as `compile_error!` invocations.
pub fn emit(errors: &[Error]) -> TokenStream {
    errors.iter().map(Error::to_tokens).collect()
}
