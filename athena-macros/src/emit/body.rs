//! Schedules as functions: one for each phase, and one that runs them. What is longer than a page is cut.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::calls::Calls;
use crate::plan::Item;

/// Lines of one function at most.
const PAGE: usize = 24;

/// A pass over the network as functions.
pub struct Body {
    /// The functions of its phases.
    pub functions: TokenStream,
    /// The lines that run it; `run` is in scope.
    pub lines: Vec<TokenStream>,
    /// The gradients that each phase adds up, as a slice of ranges.
    pub groups: Vec<TokenStream>,
}

/// The functions of one pass, named `forward_1` and so on.
///
/// ```text
/// fn forward_1(pass: &mut athena::__private::Pass<'_>) {
///     pass.load(X_INPUT);
///     pass.conv_sums(&CONV1, X_INPUT, X_CONV1, SUMS_CONV1);
/// }
/// ```
///
/// and the lines that run it:
///
/// ```text
/// run.phase(forward_1, &[]);
/// run.normalise(&BATCH_NORM1, SUMS_CONV1);
/// ```
pub fn body(calls: &Calls, pass: &str, items: &[Item]) -> Body {
    let private = calls.private;
    let argument = quote!(pass: &mut #private::Pass<'_>);
    let mut body = Body { functions: TokenStream::new(), lines: Vec::new(), groups: Vec::new() };
    let mut phases = 0;
    for item in items {
        match item {
            Item::Phase(phase) => {
                phases += 1;
                let name = format!("{pass}_{phases}");
                let steps: Vec<_> = phase.steps.iter().map(|step| calls.step(step)).collect();
                body.functions.extend(function(&name, &argument, &quote!(pass), steps));
                let ranges = phase.gradients.iter().map(|conv| calls.handles.of(*conv));
                let group = quote!(&[#(#ranges.parameters()),*]);
                let name = ident(&name);
                body.lines.push(quote!(run.phase(#name, #group);));
                if !phase.gradients.is_empty() {
                    body.groups.push(group);
                }
            }
            Item::Batch(step) => body.lines.push(calls.batch(step)),
        }
    }
    let argument = quote!(run: &mut #private::Run<'_>);
    let (functions, lines) = pages(&format!("{pass}_part"), &argument, &quote!(run), body.lines);
    body.functions.extend(functions);
    body.lines = lines;
    body
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

fn function(name: &str, argument: &TokenStream, passed: &TokenStream, lines: Vec<TokenStream>) -> TokenStream {
    let (parts, lines) = pages(name, argument, passed, lines);
    let name = ident(name);
    quote! {
        #parts
        fn #name(#argument) {
            #(#lines)*
        }
    }
}

/// Lines that fit a page as they are; else functions of a page each, and the lines that call these.
///
/// ```text
/// fn infer_1_1(pass: &mut athena::__private::Pass<'_>) { ... }
/// fn infer_1_2(pass: &mut athena::__private::Pass<'_>) { ... }
/// ```
fn pages(
    name: &str,
    argument: &TokenStream,
    passed: &TokenStream,
    lines: Vec<TokenStream>,
) -> (TokenStream, Vec<TokenStream>) {
    if lines.len() <= PAGE {
        return (TokenStream::new(), lines);
    }
    let mut functions = TokenStream::new();
    let mut calls = Vec::new();
    for (index, page) in lines.chunks(PAGE).enumerate() {
        let name = ident(&format!("{name}_{}", index + 1));
        functions.extend(quote! {
            fn #name(#argument) {
                #(#page)*
            }
        });
        calls.push(quote!(#name(#passed);));
    }
    (functions, calls)
}
