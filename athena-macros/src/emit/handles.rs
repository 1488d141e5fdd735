//! What generated code calls its layers: handles of those with tensors; of the user's own also the functions that give them and the
//! handles of their buffers.

use std::collections::HashMap;

use proc_macro2::{Ident, Span};

use super::names::Namer;
use crate::ir::{Layer, Network, NodeId};
use crate::plan::node_name;

/// The handles of a network.
pub struct Handles {
    /// By node.
    names: HashMap<NodeId, Ident>,
    functions: HashMap<NodeId, Ident>,
    buffers: HashMap<NodeId, Ident>,
    /// See [`Handles::in_order`].
    in_order: Vec<NodeId>,
}

impl Handles {
    /// Names every layer that has parameters, and the functions that give the user's own.
    pub fn new(network: &Network, namer: &mut Namer) -> Self {
        let has_handle = |node: &NodeId| network.nodes[node.0].op.layer().is_some_and(Layer::has_handle);
        let layers: Vec<NodeId> = (0..network.nodes.len()).map(NodeId).filter(has_handle).collect();
        let name = |node: NodeId| {
            let mut name = namer.constant("", &node_name(network, node));
            // Should a layer's own checks ever fail, rustc points at the user's word.
            name.set_span(Span::call_site().located_at(network.nodes[node.0].span));
            (node, name)
        };
        let names = layers.iter().copied().map(name).collect();
        let users = || (0..network.nodes.len()).map(NodeId).filter(|node| network.nodes[node.0].op.own().is_some());
        let functions = users().map(|node| (node, function(network, node, namer))).collect();
        let may_have_buffers = |node: &NodeId| network.nodes[node.0].has_tensors_of_its_type();
        let buffers = users()
            .filter(may_have_buffers)
            .map(|node| (node, namer.constant("", &format!("{}_buffers", node_name(network, node)))))
            .collect();
        let (frozen, mut in_order): (Vec<NodeId>, Vec<NodeId>) =
            layers.into_iter().partition(|node| network.nodes[node.0].frozen);
        in_order.extend(frozen);
        Self { names, functions, buffers, in_order }
    }

    /// The layers with handles, in the order in which their parameters lie in the buffers: first those that learn, then the frozen ones.
    pub fn in_order(&self) -> &[NodeId] {
        &self.in_order
    }

    /// The function that gives a layer of the user's own.
    pub fn function(&self, node: NodeId) -> Option<&Ident> {
        self.functions.get(&node)
    }

    /// The handle of the buffers of a layer of the user's own.
    pub fn buffers(&self, node: NodeId) -> Option<&Ident> {
        self.buffers.get(&node)
    }

    /// The handle of a layer with parameters.
    pub fn of(&self, node: NodeId) -> &Ident {
        &self.names[&node]
    }

    /// The same, if the layer has one.
    pub fn find(&self, node: NodeId) -> Option<&Ident> {
        self.names.get(&node)
    }
}

/// The name of the function that gives a layer.
fn function(network: &Network, node: NodeId, namer: &mut Namer) -> Ident {
    let constant = namer.constant("LAYER_", &node_name(network, node));
    Ident::new(&format!("__{}", constant.to_string().to_ascii_lowercase()), Span::call_site())
}
