//! Items in which a word or a bracket slipped, and what is plainly meant: `basic block(filters) { ... }`, a body in parentheses.

use super::Parser;
use super::body::is_word;
use super::items::starts_item;
use super::tokens::{Cursor, Kind, Token, text};
use crate::ast::{Body, Name};
use crate::errors::Error;
use crate::loc::Loc;
use crate::words;
use proc_macro2::Delimiter;

impl Parser<'_> {
    /// `[freeze(stem)] struct Net ...`
    pub(super) fn attribute_without_sign(&mut self, cursor: &mut Cursor) {
        while let Some(attribute) = cursor.peek().filter(|token| token.is_group(Delimiter::Bracket))
            && cursor.peek_at(1).is_some_and(starts_item)
        {
            cursor.take();
            let error = Error::new(attribute.loc, "an attribute starts with `#`");
            self.errors.push_sign(error.help("put `#` before it"));
        }
    }

    /// `basic block(filters) { ... }`: takes both words, and says whether it is a `struct`.
    pub(super) fn keyword_behind_name(&mut self, cursor: &mut Cursor) -> Option<(Name, bool)> {
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
    pub(super) fn other_brackets(&mut self, cursor: &mut Cursor, ending: &str) -> Option<Body> {
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
    pub(super) fn parameter_before_parentheses(&mut self, name: &Name, cursor: &mut Cursor) {
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
