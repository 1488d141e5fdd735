//! Layers of the user's own: functions that give them, and the check of what they make.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use super::handles::Handles;
use crate::ir::{Network, NodeId, Own, UserLayer};
use crate::layers::tokens::number;

/// A function for each layer, and where it says what it makes, a check that its type says the same. The tokens stand where the
/// user's do, so that rustc's errors do, too.
///
/// ```text
/// const fn __layer_hard_tanh1() -> &'static impl athena::__private::Pointwise { const { &crate::HardTanh } }
///
/// const fn __layer_upsample1() -> &'static impl athena::__private::ParametricLayer<16, 8, 8> { const { &crate::Upsample } }
/// const _: () = athena::__private::check_output(
///     [16, 8, 8], athena::__private::output_of::<_, 16, 8, 8>(__layer_upsample1()), [16, 16, 16],
/// );
/// const _: () = athena::__private::check_tensors(
///     athena::__private::parameters_of::<_, 16, 8, 8>(__layer_upsample1()),
///     athena::__private::buffers_of::<_, 16, 8, 8>(__layer_upsample1()),
/// );
/// ```
pub fn functions(private: &TokenStream, network: &Network, handles: &Handles) -> TokenStream {
    let nodes = network.nodes.iter().enumerate();
    let functions = nodes.filter_map(|(id, node)| {
        let Own { layer: UserLayer { expression, end, declared }, sizes } = node.op.own()?;
        let (name, at) = (handles.function(NodeId(id))?, node.span);
        let (bound, check) = match sizes {
            Some([input, output]) => {
                let (input, output, private) = (input.map(number), output.map(number), standing_at(private, *declared));
                let check = quote_spanned! {*declared=>
                    const _: () = #private::check_output(
                        [#(#input),*], #private::output_of::<_, #(#input),*>(#name()), [#(#output),*],
                    );
                    const _: () = #private::check_tensors(
                        #private::parameters_of::<_, #(#input),*>(#name()),
                        #private::buffers_of::<_, #(#input),*>(#name()),
                    );
                };
                (quote_spanned!(*end=> ::ParametricLayer<#(#input),*>), check)
            }
            None => (quote_spanned!(*end=> ::Pointwise), TokenStream::new()),
        };
        let private = standing_at(private, at);
        Some(quote_spanned! {at=>
            const fn #name() -> &'static impl #private #bound {
                const { &#expression }
            }
            #check
        })
    });
    functions.collect()
}

/// The handles of the buffers of the user's layers, which lie behind all other parameters, where no optimiser comes.
///
/// ```text
/// const GATE1_BUFFERS: athena::__private::UserLayer =
///     athena::__private::UserLayer::at(LINEAR1.end(), 0, athena::__private::buffers_of::<_, 16, 8, 8>(__layer_gate1()));
/// ```
pub fn buffers(private: &TokenStream, network: &Network, handles: &Handles, end: &mut TokenStream) -> TokenStream {
    let mut constants = TokenStream::new();
    for (id, node) in network.nodes.iter().enumerate() {
        let own = node.op.own().and_then(|own| own.sizes);
        let (Some([input, _]), Some(name)) = (own, handles.buffers(NodeId(id))) else { continue };
        let (sizes, function) = (input.map(number), handles.function(NodeId(id)));
        constants.extend(quote! {
            const #name: #private::UserLayer =
                #private::UserLayer::at(#end, 0, #private::buffers_of::<_, #(#sizes),*>(#function()));
        });
        *end = quote!(#name.end());
    }
    constants
}

/// The same tokens, which mean what they meant, in another place.
fn standing_at(tokens: &TokenStream, place: Span) -> TokenStream {
    let there = |mut tree: TokenTree| {
        tree.set_span(tree.span().located_at(place));
        tree
    };
    tokens.clone().into_iter().map(there).collect()
}
