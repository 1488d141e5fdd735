//! Attributes and visibility before an item. They are Rust's, and are passed to rustc as they are.

use super::tokens::{Kind, MOST_NESTING, Token};
use crate::words::is_keyword;
use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// An attribute's brackets for the output; `None` if rustc could not parse them as an attribute.
pub fn attribute(token: &Token) -> Option<TokenStream> {
    handed_on(token, Delimiter::Bracket, is_attribute)
}

/// `(crate)`, `(super)` or `(in path)` after `pub`, for the output.
pub fn scope(token: &Token) -> Option<TokenStream> {
    handed_on(token, Delimiter::Parenthesis, is_scope)
}

fn handed_on(token: &Token, wanted: Delimiter, is_sound: fn(&[TokenTree]) -> bool) -> Option<TokenStream> {
    let Kind::Group { delimiter, original, .. } = &token.kind else { return None };
    let inner = opened(original.stream(), 0);
    (*delimiter == wanted && is_sound(&inner)).then(|| bracketed(original, inner))
}

/// Removes the invisible groups of `macro_rules!` fragments, which rustc does not accept everywhere.
/// Groups that are nested too deep are left out; they were reported when the tokens were read.
fn opened(stream: TokenStream, depth: usize) -> Vec<TokenTree> {
    if depth > MOST_NESTING {
        return Vec::new();
    }
    let open = |tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => opened(group.stream(), depth + 1),
        TokenTree::Group(group) => bracketed(&group, opened(group.stream(), depth + 1)).into_iter().collect(),
        tree => vec![tree],
    };
    stream.into_iter().flat_map(open).collect()
}

fn bracketed(like: &Group, inner: Vec<TokenTree>) -> TokenStream {
    let mut group = Group::new(like.delimiter(), inner.into_iter().collect());
    group.set_span(like.span());
    TokenTree::from(group).into()
}

/// `path`, `path(...)`, `path = value` or `path = name!(...)`.
fn is_attribute(trees: &[TokenTree]) -> bool {
    let is_brackets = |group: &Group| group.delimiter() != Delimiter::None;
    match path(trees).map(|length| &trees[length..]) {
        Some([]) => true,
        Some([TokenTree::Group(group)]) => is_brackets(group),
        Some([sign, TokenTree::Literal(_)]) => is_sign(sign, '='),
        Some([sign, TokenTree::Ident(name), bang, TokenTree::Group(group)]) => {
            is_sign(sign, '=') && !is_keyword(&name.to_string()) && is_sign(bang, '!') && is_brackets(group)
        }
        _ => false,
    }
}

fn is_scope(trees: &[TokenTree]) -> bool {
    match trees {
        [TokenTree::Ident(word)] => ["crate", "self", "super"].iter().any(|scope| word == scope),
        [TokenTree::Ident(word), rest @ ..] => word == "in" && path(rest) == Some(rest.len()),
        _ => false,
    }
}

/// The number of tokens of the path at the start.
fn path(trees: &[TokenTree]) -> Option<usize> {
    let mut length = 0;
    loop {
        let Some(TokenTree::Ident(name)) = trees.get(length) else { return None };
        let name = name.to_string();
        if is_keyword(&name) && !["crate", "self", "super"].contains(&name.as_str()) {
            return None;
        }
        match &trees[length + 1..] {
            [TokenTree::Punct(first), second, ..] if first.as_char() == ':' && first.spacing() == Spacing::Joint => {
                if !is_sign(second, ':') {
                    return None;
                }
                length += 3;
            }
            _ => return Some(length + 1),
        }
    }
}

fn is_sign(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}
