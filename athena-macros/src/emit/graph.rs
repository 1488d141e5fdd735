//! The layers as a table: what the summary prints and the exporters read.

use proc_macro2::TokenStream;
use quote::quote;

use super::count;
use super::handles::Handles;
use super::layers::parameters;
use crate::ir::{Network, NodeId};
use crate::layers::tokens::number;
use crate::plan::costs::macs;

/// The table. The image is value 0, so that a node's number is that of its value.
///
/// ```text
/// &[
///     athena::__private::LayerInfo {
///         name: "conv1", word: "conv", operation: athena::__private::Operation::Conv(CONV1.info()), inputs: &[0],
///         shape: &[16, 8, 8], parameters: 432, macs: 27648, frozen: false,
///     },
///     ...
/// ]
/// ```
pub fn layers(private: &TokenStream, network: &Network, handles: &Handles, live: &[bool]) -> TokenStream {
    let layers = network.nodes.iter().enumerate().filter_map(|(id, node)| Some((id, node, node.op.layer()?)));
    let rows = layers.map(|(id, node, layer)| {
        let (name, word) = (&node.path, &node.word);
        let operation = layer.operation(private, handles.find(NodeId(id)));
        let inputs = node.inputs.iter().map(|input| number(input.0));
        let sizes = node.shape.sizes().into_iter().take(if node.shape.flat { 1 } else { 3 }).map(number);
        let (parameters, macs) = (parameters(network, handles, NodeId(id)), count(macs(network, node, live[id])));
        let frozen = node.frozen;
        quote! {
            #private::LayerInfo {
                name: #name,
                word: #word,
                operation: #private::Operation::#operation,
                inputs: &[#(#inputs),*],
                shape: &[#(#sizes),*],
                parameters: #parameters,
                macs: #macs,
                frozen: #frozen,
            }
        }
    });
    quote!(&[#(#rows),*])
}
