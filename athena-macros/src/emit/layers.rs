//! Layers as constants, and what can be counted before anything runs.

use proc_macro2::TokenStream;
use quote::quote;

use super::handles::Handles;
use super::user;
use crate::ir::{Network, Node, NodeId, Offsets};
use crate::layers::tokens::number;

/// What the buffers of parameters, running statistics, transposed weights and counters have grown to.
pub struct Ends {
    /// Of the parameters that learn; the frozen ones lie behind them.
    pub trainable: TokenStream,
    pub parameters: TokenStream,
    pub running: TokenStream,
    pub transposed: TokenStream,
    pub norms: usize,
}

/// The handles as constants, each behind the one before, and where the last ones end. What is frozen lies behind all that
/// learns, so that an optimiser's pass ends before it.
///
/// ```text
/// const CONV1: athena::__private::Conv<athena::__private::Map<3, 8, 8>, athena::__private::Map<16, 8, 8>> =
///     athena::__private::Conv::at(0, 0, athena::__private::Window { kernel: [3, 3], ... }, 1, false);
/// const BATCH_NORM1: athena::__private::BatchNorm<16> =
///     athena::__private::BatchNorm::at(CONV1.end(), 0, 0, 0.1, 0.00001, [true, true]);
/// ```
pub fn constants(private: &TokenStream, network: &Network, handles: &Handles) -> (TokenStream, Ends) {
    let zero = || quote!(0);
    let mut ends = Ends { trainable: zero(), parameters: zero(), running: zero(), transposed: zero(), norms: 0 };
    let mut constants = TokenStream::new();
    for &id in handles.in_order() {
        let (name, node) = (handles.of(id), &network.nodes[id.0]);
        let Ends { parameters, running, transposed, norms, .. } = &ends;
        let own = handles.function(id);
        let at = Offsets { private, parameters, running, transposed, norms: *norms, own };
        let handle = network.handle(node, &at).expect("the layer says that it has a handle");
        let (kind, call) = (handle.kind, handle.call);
        constants.extend(quote!(const #name: #private::#kind = #private::#call;));
        ends.parameters = quote!(#name.end());
        if !node.frozen {
            ends.trainable = ends.parameters.clone();
        }
        if handle.transposed {
            ends.transposed = quote!(#name.transposed_end());
        }
        if handle.running {
            ends.running = quote!(#name.running_end());
            ends.norms += 1;
        }
    }
    constants.extend(user::buffers(private, network, handles, &mut ends.parameters));
    (constants, ends)
}

/// Parameters of a layer: what learns unless it is frozen.
///
/// ```text
/// 432
/// GATE1.scalars()
/// ```
pub fn parameters(network: &Network, handles: &Handles, id: NodeId) -> TokenStream {
    sum(network, handles, [id].into_iter())
}

/// Parameters of the whole network, layers that the output does not depend on included: `2970 + GATE1.scalars()`.
pub fn all_parameters(network: &Network, handles: &Handles) -> TokenStream {
    sum(network, handles, (0..network.nodes.len()).map(NodeId))
}

/// Those of them that training changes.
pub fn trainable_parameters(network: &Network, handles: &Handles) -> TokenStream {
    sum(network, handles, (0..network.nodes.len()).map(NodeId).filter(|id| !network.nodes[id.0].frozen))
}

fn sum(network: &Network, handles: &Handles, nodes: impl Iterator<Item = NodeId>) -> TokenStream {
    let (mut known, mut of_users) = (0, TokenStream::new());
    for id in nodes {
        let node = &network.nodes[id.0];
        known += network.parameters(node);
        if node.has_tensors_of_its_type() {
            let handle = handles.of(id);
            of_users.extend(quote!(+ #handle.scalars()));
        }
    }
    let known = number(known);
    quote!(#known #of_users)
}

/// `[CONV1.info(), ...]` of one kind of layer, in the order in which they lie in the buffers.
pub fn infos(network: &Network, handles: &Handles, is_kind: impl Fn(&Node) -> bool) -> TokenStream {
    let layers = handles.in_order().iter().filter(|node| is_kind(&network.nodes[node.0]));
    let names = layers.map(|node| handles.of(*node));
    quote!([#(#names.info()),*])
}
