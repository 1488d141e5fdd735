//! A place in a run of tokens, and how a parser looks ahead from it and moves on.

use super::tokens::{Token, loc_of, text};
use crate::ast::Name;
use crate::loc::Loc;
use proc_macro2::Delimiter;

/// A place in a run of tokens.
#[derive(Clone)]
pub struct Cursor<'t> {
    tokens: &'t [Token],
    position: usize,
    /// What to underline when something is missing at the end.
    end: Loc,
}

impl<'t> Cursor<'t> {
    /// At the start of `tokens`; `end` is the closing bracket.
    pub fn new(tokens: &'t [Token], end: Loc) -> Cursor<'t> {
        Cursor { tokens, position: 0, end }
    }

    /// The next token.
    pub fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.position)
    }

    /// The token `ahead` places further on.
    pub fn peek_at(&self, ahead: usize) -> Option<&'t Token> {
        self.tokens.get(self.position + ahead)
    }

    /// The token before.
    pub fn previous(&self) -> Option<&'t Token> {
        self.position.checked_sub(1).and_then(|index| self.tokens.get(index))
    }

    /// Takes the next token.
    pub fn take(&mut self) -> Option<&'t Token> {
        let token = self.tokens.get(self.position)?;
        self.position += 1;
        Some(token)
    }

    /// Takes the next `count` tokens and returns them.
    pub fn take_all(&mut self, count: usize) -> &'t [Token] {
        let mark = self.position;
        self.position = self.tokens.len().min(mark + count);
        self.since(mark)
    }

    /// Takes the next token if it is this operator.
    pub fn eat(&mut self, op: &str) -> Option<&'t Token> {
        if self.is(op) { self.take() } else { None }
    }

    /// Takes tokens as long as they are so.
    pub fn take_while(&mut self, goes_on: impl Fn(&Token) -> bool) {
        while self.peek().is_some_and(&goes_on) {
            self.position += 1;
        }
    }

    /// Whether the next token is this operator.
    pub fn is(&self, op: &str) -> bool {
        self.is_at(0, op)
    }

    /// Whether the token `ahead` places further on is this operator.
    pub fn is_at(&self, ahead: usize, op: &str) -> bool {
        self.peek_at(ahead).is_some_and(|token| token.is(op))
    }

    /// Whether the token `ahead` places further on is one of these operators.
    pub fn is_any_at(&self, ahead: usize, ops: &[&str]) -> bool {
        self.peek_at(ahead).is_some_and(|token| token.is_any(ops))
    }

    /// Whether one of these operators or the end stands `ahead` places further on.
    pub fn ends_at(&self, ahead: usize, ops: &[&str]) -> bool {
        self.peek_at(ahead).is_none_or(|token| token.is_any(ops))
    }

    /// Whether the next token is this word.
    pub fn is_word(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is_word(word))
    }

    /// The word `ahead` places further on.
    pub fn name_at(&self, ahead: usize) -> Option<Name> {
        self.peek_at(ahead)?.name()
    }

    /// Whether the next token is a group in these brackets.
    pub fn is_group(&self, delimiter: Delimiter) -> bool {
        self.is_group_at(0, delimiter)
    }

    /// Whether the token `ahead` places further on is a group in these brackets.
    pub fn is_group_at(&self, ahead: usize, delimiter: Delimiter) -> bool {
        self.peek_at(ahead).is_some_and(|token| token.is_group(delimiter))
    }

    /// Whether nothing is left.
    pub fn at_end(&self) -> bool {
        self.position >= self.tokens.len()
    }

    /// The next token's place, or the end's.
    pub fn here(&self) -> Loc {
        self.peek().map_or(self.end, |token| token.loc)
    }

    /// The place of the token before, or the next one's if there is none.
    pub fn before(&self) -> Loc {
        self.previous().map_or(self.here(), |token| token.loc)
    }

    /// Where the next token stands in its run, for [`Cursor::since`].
    pub fn mark(&self) -> usize {
        self.position
    }

    /// The tokens taken since `mark`.
    pub fn since(&self, mark: usize) -> &'t [Token] {
        &self.tokens[mark..self.position]
    }

    /// Place and text of the tokens taken since `mark`.
    pub fn span_since(&self, mark: usize) -> (Loc, String) {
        let tokens = self.since(mark);
        (loc_of(tokens, self.here()), text(tokens))
    }

    /// All that is left.
    pub fn rest(&self) -> &'t [Token] {
        &self.tokens[self.position..]
    }

    /// What stands before the next of these operators.
    pub fn until(&self, ops: &[&str]) -> &'t [Token] {
        let rest = self.rest();
        &rest[..rest.iter().position(|token| token.is_any(ops)).unwrap_or(rest.len())]
    }

    /// Skips to the next of these operators, and returns what was skipped.
    pub fn skip_to(&mut self, ops: &[&str]) -> &'t [Token] {
        let skipped = self.until(ops);
        self.position += skipped.len();
        skipped
    }

    /// Skips to the braces of an item, or to the end of one that has none.
    pub fn skip_to_body(&mut self) {
        self.take_while(|token| !token.is_group(Delimiter::Brace) && !token.is(";") && !token.starts_item());
    }
}
