//! What of a network has to be computed: the layers that an output depends on.

use std::collections::HashSet;

use crate::ir::{Network, NodeId, Op};

/// A network as a schedule sees it: without the layers that lead nowhere, without a softmax at the end of an output and, in inference, without
/// dropout.
pub struct Graph<'a> {
    /// The whole network.
    pub network: &'a Network,
    /// What each node reads, dropped layers looked through.
    inputs: Vec<Vec<NodeId>>,
    /// Whether an output depends on the node.
    live: Vec<bool>,
    /// How often live nodes read the node; being an output counts as once, each time.
    uses: Vec<usize>,
    /// The values that are promised, in the order of the signature.
    pub outputs: Vec<NodeId>,
}

/// Whether an output ends with softmax, which the loss and `predict` apply.
pub fn ends_with_softmax(network: &Network, output: NodeId) -> bool {
    network.nodes[output.0].op.is_softmax()
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
        let before_softmax = |output: NodeId| match ends_with_softmax(network, output) {
            true => network.nodes[output.0].inputs[0],
            false => output,
        };
        let outputs: Vec<NodeId> = network.outputs.iter().map(|output| resolve(before_softmax(*output))).collect();

        let mut uses = vec![0; network.nodes.len()];
        outputs.iter().for_each(|output| uses[output.0] += 1);
        for id in (0..network.nodes.len()).rev() {
            if uses[id] > 0 {
                inputs[id].iter().for_each(|input| uses[input.0] += 1);
            }
        }
        let live = uses.iter().map(|uses| *uses > 0).collect();
        Self { network, inputs, live, uses, outputs }
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

    /// Whether an output depends on the node.
    pub fn is_live(&self, id: NodeId) -> bool {
        self.live[id.0]
    }

    /// How often the node is read, being an output included.
    pub fn uses(&self, id: NodeId) -> usize {
        self.uses[id.0]
    }

    /// Whether a node is one of the values that the network takes.
    pub fn is_input(&self, id: NodeId) -> bool {
        self.network.is_input(id)
    }

    /// The inputs that an output depends on.
    pub fn live_inputs(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.network.inputs.iter().copied().filter(|id| self.is_live(*id))
    }

    /// The values that the whole batch's steps or the caller read: these are stored from phase to phase.
    pub fn read_outside_phases(&self) -> HashSet<NodeId> {
        let linear = self.live_nodes().filter(|id| matches!(self.op(*id), Op::Linear(_)));
        linear.flat_map(|id| self.inputs(id)).chain(&self.outputs).copied().collect()
    }

    /// The nodes that are computed, in order.
    pub fn live_nodes(&self) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        (0..self.live.len()).map(NodeId).filter(|id| self.is_live(*id))
    }
}
