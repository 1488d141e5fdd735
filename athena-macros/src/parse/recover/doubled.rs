//! Words that occur twice in a row.

use crate::errors::{Error, Errors};
use crate::parse::tokens::{Kind, Token};
use proc_macro2::Delimiter;

/// Reports words that stand twice in a row, which no rule of the language allows, and leaves out the second. Only a block may
/// be called `block`.
pub fn without_doubled(tokens: Vec<Token>, errors: &mut Errors) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(mut token) = tokens.next() {
        let before = kept.last();
        let is_attribute = before.is_some_and(|before| before.is("#")) && token.is_group(Delimiter::Bracket);
        if let (Some(word), Some(before)) = (token.name(), before.and_then(Token::name))
            && word.text == before.text
            && !(word.text == "block" && tokens.peek().is_some_and(|next| next.is_group(Delimiter::Parenthesis)))
        {
            let error = Error::new(token.loc, format!("`{}` is written twice here", word.text));
            errors.push(error.help("remove it"));
            continue;
        }
        if let Kind::Group { tokens, .. } = &mut token.kind
            && !is_attribute
        {
            *tokens = without_doubled(std::mem::take(tokens), errors);
        }
        kept.push(token);
    }
    kept
}
