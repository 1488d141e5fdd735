//! Whatever the text: the expansion does not panic, and what it answers is Rust.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use std::str::FromStr;

fuzz_target!(|text: &str| -> Corpus {
    let Ok(tokens) = TokenStream::from_str(text) else {
        return Corpus::Reject;
    };
    let program = invocation(tokens.clone()).unwrap_or(tokens);
    let output = expansion_under_test::expansion(quote!(::athena; #program));
    if let Err(error) = syn::parse2::<syn::File>(output.clone()) {
        panic!("{error} in {output}");
    }
    Corpus::Keep
});

/// What stands in the braces of `resnet! { ... }`, so that the ui cases serve as a corpus.
fn invocation(file: TokenStream) -> Option<TokenStream> {
    let mut trees = file.into_iter();
    trees.find(|tree| matches!(tree, TokenTree::Ident(ident) if ident == "resnet"))?;
    trees.find_map(|tree| match tree {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    })
}
