//! Schedules as functions: one for each phase, and one that runs them. What is longer than a page is cut.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::calls::Calls;
use super::names::Namer;
use crate::layers::tokens::number;
use crate::plan::{Item, Phase};

/// Lines of one function at most.
const PAGE: usize = 24;

/// A pass over the network as functions.
pub struct Body {
    /// The functions of its phases.
    pub functions: TokenStream,
    /// The lines that run it; `__run` is in scope.
    pub lines: Vec<TokenStream>,
    /// The constants that tell how images go through its phases.
    pub phases: Vec<Ident>,
}

/// The functions of one pass, named `forward_1` and so on.
///
/// ```text
/// fn forward_1(__pass: &mut athena::__private::Pass<'_>) {
///     __pass.load(0, X_INPUT);
///     __pass.conv_sums(&CONV1, X_INPUT, X_CONV1, SUMS_CONV1);
/// }
/// ```
///
/// a constant for each that tells how images go through it:
///
/// ```text
/// const FORWARD_1: athena::__private::Phase =
///     athena::__private::Phase { micro_batch: 2, scratch: 1600, working: &[&CONV1.info()], gradients: &[] };
/// ```
///
/// and the lines that run it:
///
/// ```text
/// __run.phase(&FORWARD_1, forward_1);
/// __run.normalise(&BATCH_NORM1, SUMS_CONV1);
/// ```
pub fn body(calls: &Calls, pass: &str, items: &[Item], namer: &mut Namer) -> Body {
    let private = calls.private;
    let argument = quote!(__pass: &mut #private::Pass<'_>);
    let mut body = Body { functions: TokenStream::new(), lines: Vec::new(), phases: Vec::new() };
    let mut phases = 0;
    for item in items {
        match item {
            Item::Phase(phase) => {
                phases += 1;
                let name = format!("{pass}_{phases}");
                let steps: Vec<_> = phase.steps.iter().map(|step| calls.step(step)).collect();
                body.functions.extend(function(&name, &argument, &quote!(__pass), steps));
                let constant = namer.constant("", &name);
                body.functions.extend(phase_constant(calls, &constant, phase));
                let name = ident(&name);
                body.lines.push(quote!(__run.phase(&#constant, #name);));
                body.phases.push(constant);
            }
            Item::Batch(step) => body.lines.push(calls.batch(step)),
        }
    }
    let argument = quote!(__run: &mut #private::Run<'_>);
    let (functions, lines) = pages(&format!("{pass}_part"), &argument, &quote!(__run), body.lines);
    body.functions.extend(functions);
    body.lines = lines;
    body
}

fn phase_constant(calls: &Calls, name: &Ident, phase: &Phase) -> TokenStream {
    let private = calls.private;
    let (micro_batch, scratch) = (number(phase.micro_batch), number(phase.scratch));
    let working = phase.working(calls.network).into_iter().map(|layer| calls.handles.of(layer));
    let gradients = phase.gradients.iter().map(|conv| calls.handles.of(*conv));
    quote! {
        const #name: #private::Phase = #private::Phase {
            micro_batch: #micro_batch,
            scratch: #scratch,
            working: &[#(&#working.info()),*],
            gradients: &[#(#gradients.parameters()),*],
        };
    }
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
/// fn infer_1_1(__pass: &mut athena::__private::Pass<'_>) { ... }
/// fn infer_1_2(__pass: &mut athena::__private::Pass<'_>) { ... }
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
