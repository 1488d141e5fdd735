//! What of a network has to be computed: the layers that the output depends on.

use crate::ir::{Network, NodeId, Op};

/// A network as a schedule sees it: without the layers that lead nowhere, without the final softmax and, in inference, without
/// dropout.
pub struct Graph<'a> {
    /// The whole network.
    pub network: &'a Network,
    /// What each node reads, dropped layers looked through.
    inputs: Vec<Vec<NodeId>>,
    /// Whether the output depends on the node.
    live: Vec<bool>,
    /// How often live nodes read the node; being the output counts as once.
    uses: Vec<usize>,
    /// The last value that is computed.
    pub output: NodeId,
}

/// Whether the network ends with softmax, which the loss and `predict` apply.
pub fn ends_with_softmax(network: &Network) -> bool {
    network.nodes[network.outputs[0].0].op.is_softmax()
}

impl<'a> Graph<'a> {
    /// The graph of a training step.
    pub fn training(network: &'a Network) -> Self {
        Self::new(network, |_| false)
    }

    /// The graph of inference, where dropout is the identity.
    pub fn inference(network: &'a Network) -> Self {
        Self::new(network, |op| op.as_per_image().is_some_and(|layer| layer.is_identity_in_inference()))
    }

    fn new(network: &'a Network, is_identity: impl Fn(&Op) -> bool) -> Self {
        let resolve = |mut id: NodeId| {
            while is_identity(&network.nodes[id.0].op) {
                id = network.nodes[id.0].inputs[0];
            }
            id
        };
        let inputs: Vec<Vec<NodeId>> =
            network.nodes.iter().map(|node| node.inputs.iter().map(|id| resolve(*id)).collect()).collect();
        let last =
            if ends_with_softmax(network) { network.nodes[network.outputs[0].0].inputs[0] } else { network.outputs[0] };
        let output = resolve(last);

        let mut uses = vec![0; network.nodes.len()];
        uses[output.0] = 1;
        for id in (0..network.nodes.len()).rev() {
            if uses[id] > 0 {
                inputs[id].iter().for_each(|input| uses[input.0] += 1);
            }
        }
        let live = uses.iter().map(|uses| *uses > 0).collect();
        Self { network, inputs, live, uses, output }
    }

    /// The layer.
    pub fn op(&self, id: NodeId) -> &'a Op {
        &self.network.nodes[id.0].op
    }

    /// Whether the layer learns nothing; a frozen batch norm is a fixed scale and shift.
    pub fn is_frozen(&self, id: NodeId) -> bool {
        self.network.nodes[id.0].frozen
    }

    /// Whether training changes the layer's parameters.
    pub fn learns(&self, id: NodeId) -> bool {
        self.network.learns(&self.network.nodes[id.0])
    }

    /// What the layer reads.
    pub fn inputs(&self, id: NodeId) -> &[NodeId] {
        &self.inputs[id.0]
    }

    /// Whether the output depends on the node.
    pub fn is_live(&self, id: NodeId) -> bool {
        self.live[id.0]
    }

    /// How often the node is read, being the output included.
    pub fn uses(&self, id: NodeId) -> usize {
        self.uses[id.0]
    }

    /// The nodes that are computed, in order.
    pub fn live_nodes(&self) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        (0..self.live.len()).map(NodeId).filter(|id| self.is_live(*id))
    }
}
