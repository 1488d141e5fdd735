//! The layers as a table: what the summary prints and the exporters read.

use proc_macro2::TokenStream;
use quote::quote;

use super::layers::{Handles, macs, parameters};
use super::{count, number, pair, words};
use crate::ir::{Network, Node, NodeId, Op};

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
    let nodes = network.nodes.iter().enumerate().filter(|(_, node)| node.op != Op::Input);
    let rows = nodes.map(|(id, node)| {
        let (name, word) = (&node.path, &node.word);
        let operation = operation(private, node, NodeId(id), handles);
        let inputs = node.inputs.iter().map(|input| number(input.0));
        let sizes = [node.shape.channels, node.shape.height, node.shape.width];
        let sizes = sizes[..if node.shape.flat { 1 } else { 3 }].iter().copied().map(number);
        let (parameters, macs) = (number(parameters(network, node)), count(macs(network, node, live[id])));
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

/// `Conv(CONV1.info())`.
fn operation(private: &TokenStream, node: &Node, id: NodeId, handles: &Handles) -> TokenStream {
    let info = || {
        let handle = handles.of(id);
        quote!(#handle.info())
    };
    let (word, settings) = match &node.op {
        Op::Conv { .. } => (quote!(Conv), info()),
        Op::BatchNorm { .. } => (quote!(BatchNorm), info()),
        Op::Linear { .. } => (quote!(Linear), info()),
        Op::Activation(activation) => (quote!(Activation), words::activation(private, activation)),
        Op::MaxPool(window) => (quote!(MaxPool), words::window(private, window)),
        Op::AvgPool(window) => (quote!(AvgPool), words::window(private, window)),
        Op::Pad { amount, mode } => {
            let (amount, mode) = (pair(*amount), words::pad_mode(private, *mode));
            return quote!(Pad { amount: #amount, mode: #mode });
        }
        Op::Subsample { stride } => {
            let stride = pair(*stride);
            return quote!(Subsample { stride: #stride });
        }
        Op::GlobalAvgPool => return quote!(GlobalAvgPool),
        Op::Flatten => return quote!(Flatten),
        Op::Dropout { .. } => return quote!(Dropout),
        Op::Add => return quote!(Add),
        Op::Multiply => return quote!(Multiply),
        Op::Concat => return quote!(Concat),
        Op::Softmax => return quote!(Softmax),
        Op::Pointwise(_) | Op::User { .. } => return quote!(User),
        Op::Unflatten => return quote!(Unflatten),
        Op::Input => unreachable!("the image is no layer"),
    };
    quote!(#word(#settings))
}
