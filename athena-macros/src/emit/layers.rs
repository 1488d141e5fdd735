//! Layer handles, the parameter table made of them, and what can be counted before anything runs.

use std::collections::HashMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::names::Namer;
use super::{number, real, user, words};
use crate::ir::{Init, Network, Node, NodeId, Op, Shape};
use crate::plan::node_name;

/// The handles of a network, by node.
pub struct Handles {
    names: HashMap<NodeId, Ident>,
}

impl Handles {
    /// Names every layer that has parameters, and the functions that give the user's own.
    pub fn new(network: &Network, namer: &mut Namer) -> Self {
        let layers = (0..network.nodes.len()).map(NodeId).filter(|node| has_handle(&network.nodes[node.0].op));
        let name = |node: NodeId| {
            let mut name = namer.constant("", &node_name(network, node));
            // Should a layer's own checks ever fail, rustc points at the user's word.
            name.set_span(Span::call_site().located_at(network.nodes[node.0].span));
            (node, name)
        };
        let mut names: HashMap<NodeId, Ident> = layers.map(name).collect();
        let users =
            (0..network.nodes.len()).map(NodeId).filter(|node| user::layer(&network.nodes[node.0].op).is_some());
        names.extend(users.map(|node| (node, user::function(network, node, namer))));
        Self { names }
    }

    /// The handle of a layer with parameters, the function of a user's.
    pub fn of(&self, node: NodeId) -> &Ident {
        &self.names[&node]
    }
}

fn has_handle(op: &Op) -> bool {
    matches!(op, Op::Conv { .. } | Op::BatchNorm { .. } | Op::Linear { .. })
}

/// What the buffers of parameters, running statistics, derived weights and counters have grown to.
pub struct Ends {
    /// Of the parameters that learn; the frozen ones lie behind them.
    pub learnable: TokenStream,
    pub parameters: TokenStream,
    pub running: TokenStream,
    pub derived: TokenStream,
    pub norms: usize,
}

/// The layers with parameters, in the order in which they lie in the buffers: first those that learn, then the frozen ones.
fn in_order(network: &Network) -> Vec<NodeId> {
    let layers = (0..network.nodes.len()).map(NodeId).filter(|node| has_handle(&network.nodes[node.0].op));
    let (frozen, mut layers): (Vec<NodeId>, Vec<NodeId>) = layers.partition(|node| network.nodes[node.0].frozen);
    layers.extend(frozen);
    layers
}

/// The handles as constants, each behind the one before, and where the last ones end. What is frozen lies behind all that
/// learns, so that an optimiser's pass ends before it.
///
/// ```text
/// const CONV1: athena::__private::Conv<3, 8, 8, 16, 8, 8> =
///     athena::__private::Conv::at(0, 0, athena::__private::Window { kernel: [3, 3], ... }, 1, false);
/// const BATCH_NORM1: athena::__private::BatchNorm<16> =
///     athena::__private::BatchNorm::at(CONV1.end(), 0, 0, 0.1, 0.00001, true);
/// ```
pub fn constants(private: &TokenStream, network: &Network, handles: &Handles) -> (TokenStream, Ends) {
    let zero = || quote!(0);
    let mut ends = Ends { learnable: zero(), parameters: zero(), running: zero(), derived: zero(), norms: 0 };
    let mut constants = TokenStream::new();
    for id in in_order(network) {
        let (name, node) = (handles.of(id), &network.nodes[id.0]);
        let offset = &ends.parameters;
        let (kind, arguments) = match &node.op {
            Op::Conv { window: of, groups, bias, .. } => {
                let from = map_sizes(network.nodes[node.inputs[0].0].shape);
                let to = map_sizes(node.shape);
                let (window, groups, derived) = (words::window(private, of), number(*groups), &ends.derived);
                (quote!(Conv<#from, #to>), quote!(Conv::at(#offset, #derived, #window, #groups, #bias)))
            }
            Op::BatchNorm { momentum, eps, affine } => {
                let (channels, index, running) = (number(node.shape.channels), number(ends.norms), &ends.running);
                let (momentum, eps) = (real(*momentum), real(*eps));
                let arguments = quote!(BatchNorm::at(#offset, #running, #index, #momentum, #eps, #affine));
                (quote!(BatchNorm<#channels>), arguments)
            }
            Op::Linear { outputs, bias, .. } => {
                let (inputs, outputs) = (number(inputs(network, node)), number(*outputs));
                (quote!(Linear<#inputs, #outputs>), quote!(Linear::at(#offset, #bias)))
            }
            _ => unreachable!("has no handle"),
        };
        constants.extend(quote!(const #name: #private::#kind = #private::#arguments;));
        ends.parameters = quote!(#name.end());
        if !node.frozen {
            ends.learnable = ends.parameters.clone();
        }
        match &node.op {
            Op::Conv { .. } => ends.derived = quote!(#name.derived_end()),
            Op::BatchNorm { .. } => {
                ends.running = quote!(#name.running_end());
                ends.norms += 1;
            }
            _ => {}
        }
    }
    (constants, ends)
}

/// `16, 8, 8`.
pub fn map_sizes(shape: Shape) -> TokenStream {
    let (channels, height, width) = (number(shape.channels), number(shape.height), number(shape.width));
    quote!(#channels, #height, #width)
}

fn inputs(network: &Network, node: &Node) -> usize {
    network.nodes[node.inputs[0].0].shape.channels
}

/// One tensor of the state dict.
pub struct Tensor {
    /// Its key.
    pub key: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// The call on the layer's handle that gives its entry.
    call: TokenStream,
}

/// The state dict: layers in the order of the network, the tensors of each in PyTorch's.
pub fn tensors(private: &TokenStream, network: &Network, handles: &Handles) -> Vec<Tensor> {
    let mut tensors = Vec::new();
    for (index, node) in network.nodes.iter().enumerate() {
        let mut tensor = |name: &str, method: TokenStream, shape: Vec<usize>, init: Option<&Init>| {
            let key = format!("{}.{name}", node.path);
            let handle = handles.of(NodeId(index));
            let sizes = shape.iter().copied().map(number);
            let mut arguments = quote!(#key);
            if name != "num_batches_tracked" {
                arguments.extend(quote!(, &[#(#sizes),*]));
            }
            if let Some(init) = init {
                let init = words::init(private, *init);
                arguments.extend(quote!(, #init));
            }
            tensors.push(Tensor { key, shape, call: quote!(#handle.#method(#arguments)) });
        };
        match &node.op {
            Op::Conv { window, groups, bias, init } => {
                let filters = node.shape.channels;
                let [height, width] = window.kernel;
                let shape = vec![filters, inputs(network, node) / groups, height, width];
                tensor("weight", quote!(weight), shape, Some(init));
                if *bias {
                    tensor("bias", quote!(bias), vec![filters], Some(&Init::LecunUniform));
                }
            }
            Op::Linear { outputs, bias, init } => {
                tensor("weight", quote!(weight), vec![*outputs, inputs(network, node)], Some(init));
                if *bias {
                    tensor("bias", quote!(bias), vec![*outputs], Some(&Init::LecunUniform));
                }
            }
            Op::BatchNorm { affine, .. } => {
                let channels = || vec![node.shape.channels];
                if *affine {
                    tensor("weight", quote!(weight), channels(), None);
                    tensor("bias", quote!(bias), channels(), None);
                }
                tensor("running_mean", quote!(running_mean), channels(), None);
                tensor("running_var", quote!(running_var), channels(), None);
                tensor("num_batches_tracked", quote!(batches), Vec::new(), None);
            }
            _ => {}
        }
    }
    tensors
}

/// The state dict's entries.
///
/// ```text
/// const TABLE: &[athena::__private::Parameter] = &[
///     CONV1.weight("conv1.weight", &[16, 3, 3, 3], athena::__private::Init::HeNormal),
///     BATCH_NORM1.weight("batch_norm1.weight", &[16]),
///     ...
/// ];
/// ```
pub fn table(private: &TokenStream, tensors: &[Tensor]) -> TokenStream {
    let entries = tensors.iter().map(|tensor| &tensor.call);
    quote!(const TABLE: &[#private::Parameter] = &[#(#entries),*];)
}

/// Parameters of a layer: what learns unless it is frozen.
pub fn parameters(network: &Network, node: &Node) -> usize {
    let out = node.shape.channels;
    match &node.op {
        Op::Conv { window, groups, bias, .. } => {
            let weight = out * (inputs(network, node) / groups) * window.kernel[0] * window.kernel[1];
            weight + if *bias { out } else { 0 }
        }
        Op::BatchNorm { affine: true, .. } => 2 * out,
        Op::Linear { bias, .. } => out * inputs(network, node) + if *bias { out } else { 0 },
        _ => 0,
    }
}

/// Parameters of the whole network, layers that the output does not depend on included.
pub fn all_parameters(network: &Network) -> usize {
    network.nodes.iter().map(|node| parameters(network, node)).sum()
}

/// Those of them that are frozen.
pub fn frozen_parameters(network: &Network) -> usize {
    network.nodes.iter().filter(|node| node.frozen).map(|node| parameters(network, node)).sum()
}

/// Multiply-adds of one image: the products of convolutions and linear layers, padding counted, biases and everything
/// else not. A layer that the output does not depend on is not computed and counts nothing.
pub fn macs(network: &Network, node: &Node, live: bool) -> u64 {
    let size = |value: usize| value as u64;
    match &node.op {
        _ if !live => 0,
        Op::Conv { window, groups, .. } => {
            let taps = size(window.kernel[0]) * size(window.kernel[1]) * size(inputs(network, node) / groups);
            size(node.shape.channels) * size(node.shape.height) * size(node.shape.width) * taps
        }
        Op::Linear { outputs, .. } => size(*outputs) * size(inputs(network, node)),
        _ => 0,
    }
}

/// Multiply-adds of one image through the whole network.
pub fn all_macs(network: &Network, live: &[bool]) -> u64 {
    network.nodes.iter().zip(live).map(|(node, live)| macs(network, node, *live)).sum()
}

/// `[CONV1.info(), ...]` of one kind of layer, in the order in which they lie in the buffers.
pub fn infos(network: &Network, handles: &Handles, is_kind: impl Fn(&Node) -> bool) -> TokenStream {
    let layers = in_order(network).into_iter().filter(|node| is_kind(&network.nodes[node.0]));
    let names = layers.map(|node| handles.of(node));
    quote!([#(#names.info()),*])
}
