//! The `resnet!` language: `parse -> resolve -> lower -> infer -> check -> plan -> budget -> emit`.
#![deny(unsafe_code)]

mod ast;
mod budget;
mod check;
mod desugar;
mod emit;
mod errors;
mod freeze;
mod front;
mod graph;
mod ide_hints;
mod infer;
mod ir;
mod layers;
mod loc;
mod lower;
mod parse;
mod plan;
mod resolve;
#[cfg(test)]
mod snapshot;
mod words;

use front::Author;
use proc_macro2::{TokenStream, TokenTree};

/// What `athena::resnet!` expands to: `__resnet! { path of the facade; the user's tokens }`. Before the path, `ready` says that
/// the facade wrote the body.
#[doc(hidden)]
#[cfg(not(fuzzing))]
#[proc_macro]
pub fn __resnet(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let (krate, program, author) = split(input.into());
    expand(&krate, program, author).into()
}

/// The same as a function, for `fuzz/`, which builds this file as a library, because only rustc can call a macro.
#[cfg(fuzzing)]
pub fn expansion(input: TokenStream) -> TokenStream {
    let (krate, program, author) = split(input);
    expand(&krate, program, author)
}

/// Splits the input into the facade's path, the program, and its author.
fn split(input: TokenStream) -> (TokenStream, TokenStream, Author) {
    let mut trees = input.into_iter().peekable();
    let is_ready = |tree: &TokenTree| matches!(tree, TokenTree::Ident(word) if *word == "ready");
    let author = if trees.next_if(is_ready).is_some() { Author::Facade } else { Author::User };
    let is_end = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ';');
    let krate = trees.by_ref().take_while(|tree| !is_end(tree)).collect();
    (krate, trees.collect(), author)
}

fn expand(krate: &TokenStream, program: TokenStream, author: Author) -> TokenStream {
    let front = front::read(program, author);
    let mut output = emit::ide_hints::completions(krate, &front.ide_hints.completions);
    output.extend(errors::emit(&front.errors));
    output.extend(
        front.structs.iter().zip(&front.plans).map(|(checked, plan)| emit::emit(krate, checked, plan.as_ref())),
    );
    output.extend(emit::ide_hints::hints(krate, &front.ide_hints));
    output
}

/// The words of the language as documented items, for the facade.
#[doc(hidden)]
#[cfg(not(fuzzing))]
#[proc_macro]
pub fn __words(_: proc_macro::TokenStream) -> proc_macro::TokenStream {
    emit::ide_hints::words().into()
}

/// Statements that compile only if the runtime has the constants and rules that plans are made with, for the facade:
/// `__planning_checks!(athena_runtime::planning)`.
#[doc(hidden)]
#[cfg(not(fuzzing))]
#[proc_macro]
pub fn __planning_checks(planning: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let checks = emit::checks::checks(&planning.into());
    quote::quote!({ #checks }).into()
}

/// The table's entry of a word, as Markdown, for the facade's documentation: `__reference!(conv)`.
#[doc(hidden)]
#[cfg(not(fuzzing))]
#[proc_macro]
pub fn __reference(word: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let page = words::find(word.to_string().trim()).map(words::reference::page);
    let literal = page.map(|page| proc_macro2::Literal::string(&page));
    let literal = literal.map_or_else(
        || quote::quote!(::core::compile_error! { "expected a word of the language" }),
        |literal| quote::quote!(#literal),
    );
    literal.into()
}
