//! Layers of the user's own: functions that give them, and the check of what they make.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::layers::Handles;
use super::names::Namer;
use super::number;
use crate::ir::{Network, NodeId, Op, UserLayer};
use crate::plan::node_name;

/// The user's layer, if it is one.
pub fn layer(op: &Op) -> Option<&UserLayer> {
    match op {
        Op::Pointwise(layer) | Op::User { layer, .. } => Some(layer),
        _ => None,
    }
}

/// The name of the function that gives a layer.
pub fn function(network: &Network, node: NodeId, namer: &mut Namer) -> Ident {
    let constant = namer.constant("LAYER_", &node_name(network, node));
    Ident::new(&constant.to_string().to_ascii_lowercase(), Span::call_site())
}

/// A function for each layer, and where it says what it makes, a check that its type says the same. The tokens stand where the
/// user's do, so that rustc's errors do, too.
///
/// ```text
/// fn layer_mish1() -> &'static impl athena::__private::Pointwise { const { &crate::Mish } }
///
/// fn layer_upsample1() -> &'static impl athena::__private::Layer<16, 8, 8> { const { &crate::Upsample } }
/// const _: () = athena::__private::check_output(
///     [16, 8, 8], athena::__private::output_of::<_, 16, 8, 8>(&crate::Upsample), [16, 16, 16],
/// );
/// ```
pub fn functions(private: &TokenStream, network: &Network, handles: &Handles) -> TokenStream {
    let nodes = network.nodes.iter().enumerate();
    let functions = nodes.filter_map(|(id, node)| {
        let UserLayer { expression, declared } = layer(&node.op)?;
        let name = handles.of(NodeId(id));
        let at = Span::call_site().located_at(node.span);
        let Op::User { input, output, .. } = &node.op else {
            return Some(quote_spanned! {at=>
                fn #name() -> &'static impl #private::Pointwise {
                    const { &#expression }
                }
            });
        };
        let (input, output) = (input.map(number), output.map(number));
        let declared = Span::call_site().located_at(*declared);
        let made = quote_spanned!(at=> #private::output_of::<_, #(#input),*>(&#expression));
        let check = quote_spanned!(declared=> #private::check_output([#(#input),*], #made, [#(#output),*]));
        Some(quote_spanned! {at=>
            fn #name() -> &'static impl #private::Layer<#(#input),*> {
                const { &#expression }
            }
            const _: () = #check;
        })
    });
    let functions: Vec<TokenStream> = functions.collect();
    quote!(#(#functions)*)
}
