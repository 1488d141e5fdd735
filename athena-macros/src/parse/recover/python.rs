//! Networks as Python writes them, functions of functions: `self.input`, `self.bn1(self.conv1(x))`, `F.relu(x)`.

use crate::errors::Error;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Token, text};
use crate::words::translate;
use proc_macro2::Delimiter;

/// What layers and functions are members of.
const OWNERS: [&str; 7] = ["self", "nn", "F", "torch", "tf", "keras", "layers"];

impl Parser<'_> {
    /// A member where a value is expected. Says whether one was read.
    pub fn member(&mut self, cursor: &mut Cursor) -> bool {
        let owner = cursor.peek().and_then(Token::name).filter(|name| OWNERS.contains(&name.text.as_str()));
        let Some(owner) = owner.filter(|_| cursor.peek_at(1).is_some_and(|next| next.is("."))) else { return false };
        let mark = cursor.mark();
        while let Some(token) = cursor.peek() {
            let goes_on = token.is(".") || token.name().is_some() && cursor.previous().is_none_or(|sign| sign.is("."));
            if cursor.mark() > mark && !goes_on && !token.is_group(Delimiter::Parenthesis) {
                break;
            }
            cursor.take();
        }
        let (loc, _) = cursor.span_since(mark);
        let chain = self.chain_text(cursor.since(mark));
        let is_value = !chain.contains("->");
        let fact = match is_value {
            true => format!("a body's values are no members of `{}`", owner.text),
            false => format!("layers stand in the chain where they work, not in `{}`", owner.text),
        };
        self.errors.push_local(Error::new(loc, fact).help(format!("write `{chain}`")));
        true
    }

    /// `self.bn1(self.conv1(x))` as `x -> conv(16, 3x3) -> batch_norm`.
    fn chain_text(&self, call: &[Token]) -> String {
        match call {
            [] => "input".to_string(),
            [value] => text(std::slice::from_ref(value)),
            [.., word, arguments] if arguments.is_group(Delimiter::Parenthesis) => {
                let crate::parse::tokens::Kind::Group { tokens, .. } = &arguments.kind else {
                    return "input".to_string();
                };
                let value = tokens.split(|token| token.is(",")).next().unwrap_or_default();
                format!("{} -> {}", self.chain_text(value), self.step_text(&word.text()))
            }
            [.., sign, word] if sign.is(".") => text(std::slice::from_ref(word)),
            _ => text(call),
        }
    }

    /// `bn1` as `batch_norm`.
    fn step_text(&self, word: &str) -> String {
        let bare = word.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '_');
        let step = [word, bare].into_iter().find_map(|word| translate::step(word, &[]));
        step.unwrap_or_else(|| "relu".to_string())
    }
}
