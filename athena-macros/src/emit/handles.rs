//! What generated code calls its layers: handles of those with tensors, functions that give the user's own.

use std::collections::HashMap;

use proc_macro2::{Ident, Span};

use super::names::Namer;
use crate::ir::{Network, NodeId};
use crate::plan::node_name;

/// The handles of a network, by node.
pub struct Handles {
    names: HashMap<NodeId, Ident>,
}

impl Handles {
    /// Names every layer that has parameters, and the functions that give the user's own.
    pub fn new(network: &Network, namer: &mut Namer) -> Self {
        let layers = with_handles(network);
        let name = |node: NodeId| {
            let mut name = namer.constant("", &node_name(network, node));
            // Should a layer's own checks ever fail, rustc points at the user's word.
            name.set_span(Span::call_site().located_at(network.nodes[node.0].span));
            (node, name)
        };
        let mut names: HashMap<NodeId, Ident> = layers.map(name).collect();
        let users = (0..network.nodes.len()).map(NodeId).filter(|node| network.nodes[node.0].op.own().is_some());
        names.extend(users.map(|node| (node, function(network, node, namer))));
        Self { names }
    }

    /// The handle of a layer with parameters, the function of a user's.
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

/// The layers with handles.
pub fn with_handles(network: &Network) -> impl Iterator<Item = NodeId> + '_ {
    (0..network.nodes.len()).map(NodeId).filter(|node| network.has_handle(&network.nodes[node.0]))
}
