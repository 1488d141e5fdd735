//! The words of a schedule: what a phase does to one image, and what stands between phases.
//!
//! Everything that later passes ask of a step (which slots it reads and writes, how wide a halo it needs) is answered here,
//! from the step alone, so that halos, liveness and packing cannot disagree with what is emitted.

use crate::ir::{Activation, Network, NodeId};

/// A map in memory: one value or gradient, or a value computed a second time. Index into `Program::buffers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BufferId(pub usize);

/// A slot for two numbers a channel. Index into `Program::sums`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SumsId(pub usize);

/// Whether a gradient is the first for its slot, or is added to what lies there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// Overwrite.
    Set,
    /// Accumulate.
    Add,
}

/// One term of an elementwise unit: a map, normalised where `norm` names a batch norm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The batch norm, if any.
    pub norm: Option<NodeId>,
    /// The map.
    pub map: BufferId,
}

/// What is done to one image within a phase. `NodeId`s name layers.
#[derive(Clone, Debug, PartialEq)]
pub enum ImageStep {
    /// One of the network's inputs, by its number, from the caller's batch.
    Load { input: usize, y: BufferId },
    /// A convolution; with `sums`, also the statistics of its output.
    Conv { conv: NodeId, x: BufferId, y: BufferId, sums: Option<SumsId> },
    /// The statistics of a map.
    Sums { x: BufferId, sums: SumsId },
    /// `y = activations(norm(conv(x)) + adds)`, the norm being fixed: in inference, and in frozen parts.
    ConvFused {
        conv: NodeId,
        x: BufferId,
        norm: Option<NodeId>,
        adds: Vec<BufferId>,
        activations: Vec<Activation>,
        y: BufferId,
    },
    /// `y = activations(sum of terms)`.
    Elementwise { terms: Vec<Term>, activations: Vec<Activation>, y: BufferId },
    /// Any other layer that works image by image: pools, flatten, dropout, pad, concat, subsample, softmax, the user's.
    Layer { node: NodeId, inputs: Vec<BufferId>, y: BufferId },
    /// Adds to the gradient of a convolution's parameters.
    ConvBackwardWeights { conv: NodeId, x: BufferId, dy: BufferId },
    /// The gradient of a convolution's input.
    ConvBackwardData { conv: NodeId, dy: BufferId, dx: BufferId, write: Write },
    /// `g = dy * act'(z)`, and the sums that the batch norms of the terms need.
    ElementwiseBackward {
        terms: Vec<Term>,
        activations: Vec<Activation>,
        dy: BufferId,
        g: BufferId,
        sums: Vec<Option<SumsId>>,
    },
    /// The gradient of a normalised map `x`, from the unit's `g`.
    NormBackward { norm: NodeId, x: BufferId, g: BufferId, dx: BufferId, write: Write },
    /// The same for a frozen batch norm: `g` times its scale.
    FixedNormBackward { norm: NodeId, g: BufferId, dx: BufferId, write: Write },
    /// The gradient of a plain term, where it cannot share `g`'s slot.
    Add { g: BufferId, dx: BufferId, write: Write },
    /// Backward of a `Layer` towards its `operand`-th input. `value` is the map it has to see again: the input of a max pool
    /// or of a user's layer, the output of a softmax, the other operand of a product.
    /// With `learns` it also adds to the gradients of the layer's parameters; then, where its input needs none, there is no `dx`.
    LayerBackward {
        node: NodeId,
        operand: usize,
        value: Option<BufferId>,
        dy: BufferId,
        dx: Option<(BufferId, Write)>,
        learns: bool,
    },
}

/// What is done to the whole batch between phases.
#[derive(Clone, Debug, PartialEq)]
pub enum BatchStep {
    /// Batch statistics from the images' sums; running statistics move.
    Normalise { norm: NodeId, sums: SumsId },
    /// A linear layer.
    Linear { linear: NodeId, x: BufferId, y: BufferId },
    /// Gradients of a batch norm's parameters, and what `NormBackward` needs.
    NormaliseBackward { norm: NodeId, sums: SumsId },
    /// Gradients of a linear layer's parameters and, if requires_grad, of its input.
    LinearBackward { linear: NodeId, x: BufferId, dy: BufferId, dx: Option<(BufferId, Write)> },
    /// The gradient of a frozen linear layer's input.
    LinearBackwardData { linear: NodeId, dy: BufferId, dx: BufferId, write: Write },
}

/// One line of a schedule.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Image by image.
    Phase(Phase),
    /// The whole batch.
    Batch(BatchStep),
}

impl Item {
    /// The phase, if it is one.
    pub fn phase(&self) -> Option<&Phase> {
        match self {
            Item::Phase(phase) => Some(phase),
            Item::Batch(_) => None,
        }
    }

    /// The phase, if it is one, to complete it.
    pub fn phase_mut(&mut self) -> Option<&mut Phase> {
        match self {
            Item::Phase(phase) => Some(phase),
            Item::Batch(_) => None,
        }
    }
}

/// What is done to each image before the next barrier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Phase {
    /// In order.
    pub steps: Vec<ImageStep>,
    /// The layers whose parameters' gradients this phase adds up.
    pub gradients: Vec<NodeId>,
    /// Images that take each step together.
    pub micro_batch: usize,
    /// Floats of scratch of each of them.
    pub scratch: usize,
}

impl Phase {
    /// The convolutions that it computes in any direction, each once.
    pub fn convs(&self) -> Vec<NodeId> {
        each_once(self.steps.iter().filter_map(ImageStep::conv))
    }

    /// The layers of which a step needs working memory, each once.
    pub fn working(&self, network: &Network) -> Vec<NodeId> {
        let needs_work = |node: &NodeId| {
            let layer = network.nodes[node.0].op.as_per_image();
            layer.is_some_and(|layer| layer.needs_work())
        };
        let layers = self.steps.iter().filter_map(|step| step.conv().or(step.layer().filter(needs_work)));
        each_once(layers)
    }
}

fn each_once(nodes: impl Iterator<Item = NodeId>) -> Vec<NodeId> {
    let mut once = Vec::new();
    for node in nodes {
        if !once.contains(&node) {
            once.push(node);
        }
    }
    once
}

/// How a step touches a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reads it.
    Read,
    /// Overwrites it.
    Set,
    /// Reads and overwrites it.
    Update,
}

impl Write {
    fn access(self) -> Access {
        match self {
            Write::Set => Access::Set,
            Write::Add => Access::Update,
        }
    }
}

impl ImageStep {
    /// Every map it touches, and how.
    pub fn accesses(&self) -> Vec<(BufferId, Access)> {
        use Access::{Read, Set, Update};
        match self {
            ImageStep::Load { y, .. } => vec![(*y, Set)],
            ImageStep::Conv { x, y, .. } => vec![(*x, Read), (*y, Set)],
            ImageStep::Sums { x, .. } => vec![(*x, Read)],
            ImageStep::ConvFused { x, adds, y, .. } => {
                let mut all = vec![(*x, Read)];
                all.extend(adds.iter().map(|add| (*add, Read)));
                all.push((*y, Set));
                all
            }
            ImageStep::Elementwise { terms, y, .. } => {
                let mut all: Vec<_> = terms.iter().map(|term| (term.map, Read)).collect();
                all.push((*y, Set));
                all
            }
            ImageStep::Layer { inputs, y, .. } => {
                let mut all: Vec<_> = inputs.iter().map(|input| (*input, Read)).collect();
                all.push((*y, Set));
                all
            }
            ImageStep::ConvBackwardWeights { x, dy, .. } => vec![(*x, Read), (*dy, Read)],
            ImageStep::ConvBackwardData { dy, dx, write, .. }
            | ImageStep::FixedNormBackward { g: dy, dx, write, .. }
            | ImageStep::Add { g: dy, dx, write } => {
                vec![(*dy, Read), (*dx, write.access())]
            }
            ImageStep::ElementwiseBackward { terms, activations, dy, g, .. } => {
                let mut all: Vec<_> = terms.iter().map(|term| (term.map, Read)).collect();
                match (dy == g, activations.is_empty()) {
                    (true, true) => all.push((*dy, Read)),
                    (true, false) => all.push((*dy, Update)),
                    (false, _) => all.extend([(*dy, Read), (*g, Set)]),
                }
                all
            }
            ImageStep::NormBackward { x, g, dx, write, .. } => vec![(*x, Read), (*g, Read), (*dx, write.access())],
            ImageStep::LayerBackward { value, dy, dx, .. } => {
                let mut all: Vec<_> = value.iter().map(|value| (*value, Read)).collect();
                all.push((*dy, Read));
                all.extend(dx.map(|(dx, write)| (dx, write.access())));
                all
            }
        }
    }

    /// The convolution that it computes in any direction.
    pub fn conv(&self) -> Option<NodeId> {
        match self {
            ImageStep::Conv { conv, .. }
            | ImageStep::ConvFused { conv, .. }
            | ImageStep::ConvBackwardWeights { conv, .. }
            | ImageStep::ConvBackwardData { conv, .. } => Some(*conv),
            ImageStep::Load { .. }
            | ImageStep::Sums { .. }
            | ImageStep::Elementwise { .. }
            | ImageStep::Layer { .. }
            | ImageStep::ElementwiseBackward { .. }
            | ImageStep::NormBackward { .. }
            | ImageStep::FixedNormBackward { .. }
            | ImageStep::Add { .. }
            | ImageStep::LayerBackward { .. } => None,
        }
    }

    /// The layer that it computes in any direction, if it is one of those that are computed image by image.
    fn layer(&self) -> Option<NodeId> {
        match self {
            ImageStep::Layer { node, .. } | ImageStep::LayerBackward { node, .. } => Some(*node),
            ImageStep::Load { .. }
            | ImageStep::Conv { .. }
            | ImageStep::Sums { .. }
            | ImageStep::ConvFused { .. }
            | ImageStep::Elementwise { .. }
            | ImageStep::ConvBackwardWeights { .. }
            | ImageStep::ConvBackwardData { .. }
            | ImageStep::ElementwiseBackward { .. }
            | ImageStep::NormBackward { .. }
            | ImageStep::FixedNormBackward { .. }
            | ImageStep::Add { .. } => None,
        }
    }

    /// The layer to whose parameters' gradients it adds.
    pub fn learning_layer(&self) -> Option<NodeId> {
        match self {
            ImageStep::ConvBackwardWeights { conv, .. } => Some(*conv),
            ImageStep::LayerBackward { node, learns, .. } => learns.then_some(*node),
            ImageStep::Load { .. }
            | ImageStep::Conv { .. }
            | ImageStep::Sums { .. }
            | ImageStep::ConvFused { .. }
            | ImageStep::Elementwise { .. }
            | ImageStep::Layer { .. }
            | ImageStep::ConvBackwardData { .. }
            | ImageStep::ElementwiseBackward { .. }
            | ImageStep::NormBackward { .. }
            | ImageStep::FixedNormBackward { .. }
            | ImageStep::Add { .. } => None,
        }
    }

    /// The statistics it writes.
    pub fn sums(&self) -> Vec<SumsId> {
        match self {
            ImageStep::Conv { sums, .. } => sums.iter().copied().collect(),
            ImageStep::Sums { sums, .. } => vec![*sums],
            ImageStep::ElementwiseBackward { sums, .. } => sums.iter().copied().flatten().collect(),
            ImageStep::Load { .. }
            | ImageStep::ConvFused { .. }
            | ImageStep::Elementwise { .. }
            | ImageStep::Layer { .. }
            | ImageStep::ConvBackwardWeights { .. }
            | ImageStep::ConvBackwardData { .. }
            | ImageStep::NormBackward { .. }
            | ImageStep::FixedNormBackward { .. }
            | ImageStep::Add { .. }
            | ImageStep::LayerBackward { .. } => Vec::new(),
        }
    }

    /// The zeros it expects around the maps that it reads, as [rows, columns].
    pub fn halos(&self, network: &Network) -> Vec<(BufferId, [usize; 2])> {
        let window = |conv: &NodeId| {
            let conv = network.nodes[conv.0].op.as_conv();
            conv.expect("only convolutions are scheduled as such").window
        };
        match self {
            ImageStep::Conv { conv, x, .. }
            | ImageStep::ConvFused { conv, x, .. }
            | ImageStep::ConvBackwardWeights { conv, x, .. } => {
                vec![(*x, window(conv).padding)]
            }
            ImageStep::ConvBackwardData { conv, dy, .. } => {
                let node = &network.nodes[conv.0];
                let input = network.nodes[node.inputs[0].0].shape;
                let window = window(conv);
                let rows = window.gradient_halo(0, input.height, node.shape.height);
                let columns = window.gradient_halo(1, input.width, node.shape.width);
                vec![(*dy, [rows, columns])]
            }
            ImageStep::Layer { node, inputs, .. } => {
                let [around_input, _] = network.halos(*node);
                inputs.iter().map(|input| (*input, around_input)).collect()
            }
            ImageStep::LayerBackward { node, dy, .. } => {
                let [_, around_gradient] = network.halos(*node);
                vec![(*dy, around_gradient)]
            }
            ImageStep::Load { .. }
            | ImageStep::Sums { .. }
            | ImageStep::Elementwise { .. }
            | ImageStep::ElementwiseBackward { .. }
            | ImageStep::NormBackward { .. }
            | ImageStep::FixedNormBackward { .. }
            | ImageStep::Add { .. } => Vec::new(),
        }
    }
}

impl BatchStep {
    /// Every map it touches, and how.
    pub fn accesses(&self) -> Vec<(BufferId, Access)> {
        match self {
            BatchStep::Normalise { .. } | BatchStep::NormaliseBackward { .. } => Vec::new(),
            BatchStep::Linear { x, y, .. } => vec![(*x, Access::Read), (*y, Access::Set)],
            BatchStep::LinearBackward { x, dy, dx, .. } => {
                let mut all = vec![(*x, Access::Read), (*dy, Access::Read)];
                all.extend(dx.map(|(dx, write)| (dx, write.access())));
                all
            }
            BatchStep::LinearBackwardData { dy, dx, write, .. } => vec![(*dy, Access::Read), (*dx, write.access())],
        }
    }

    /// The statistics it reads.
    pub fn sums(&self) -> Option<SumsId> {
        match self {
            BatchStep::Normalise { sums, .. } | BatchStep::NormaliseBackward { sums, .. } => Some(*sums),
            BatchStep::Linear { .. } | BatchStep::LinearBackward { .. } | BatchStep::LinearBackwardData { .. } => None,
        }
    }
}
