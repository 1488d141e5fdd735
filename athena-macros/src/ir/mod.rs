//! The network between the passes: a flat graph of layers with every shape known.
//!
//! `lower`, `infer` and `check` make it; `plan` and `emit` read it. Nothing here knows the syntax it came from, except for
//! the spans that errors and generated tokens carry.

mod layer;
mod limit;
mod settings;

pub use layer::{
    BackwardMaps, CallSettings, Handle, Layer, Offsets, Own, PerImage, Reads, Tensor, TensorKind, UserLayer,
};
pub use limit::{Limit, Quantity, Unit, grouped, thousands};
pub use settings::{Activation, Init, Pool, Shape, Window};

use proc_macro2::{Ident, Span, TokenStream};
use std::rc::Rc;

/// Index of a node in [`Network::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub usize);

/// A checked network: `nodes` is in topological order.
#[derive(Clone, Debug)]
pub struct Network {
    /// Every value of the network, in the order in which it is computed.
    pub nodes: Vec<Node>,
    /// The `Op::Input` nodes in the order of the signature.
    pub inputs: Vec<NodeId>,
    /// The promised values, in the order of the signature. One that ends with softmax is the softmax's node. Any node may be one, also
    /// one that further layers read, and one node may be several.
    pub outputs: Vec<NodeId>,
}

impl Network {
    /// Whether a node is one of the values that the network takes.
    pub fn is_input(&self, node: NodeId) -> bool {
        self.nodes[node.0].op == Op::Input
    }

    /// Which of the network's inputs a node is.
    pub fn input_number(&self, node: NodeId) -> usize {
        self.inputs.iter().position(|input| *input == node).expect("every input node is listed")
    }

    /// What a layer's tensors and costs follow from: the shapes of its first input and of its output.
    fn input_and_output(&self, node: &Node) -> (Shape, Shape) {
        (node.inputs.first().map_or(node.shape, |input| self.nodes[input.0].shape), node.shape)
    }

    /// A node's tensors in the state dict.
    pub fn tensors(&self, node: &Node) -> Vec<Tensor> {
        let (from, to) = self.input_and_output(node);
        node.op.layer().map_or(Vec::new(), |layer| layer.tensors(from, to))
    }

    /// A node's scalars that learn unless they are frozen, as far as the macro knows them: not those of a layer of the user's own.
    pub fn parameters(&self, node: &Node) -> usize {
        self.tensors(node).iter().map(Tensor::parameters).sum()
    }

    /// Whether training changes a node's parameters. A layer of the user's own may have some.
    pub fn learns(&self, node: &Node) -> bool {
        !node.frozen && (node.has_tensors_of_its_type() || self.parameters(node) > 0)
    }

    /// Whether a node has, or may have, entries in the state dict.
    pub fn is_stateful(&self, node: &Node) -> bool {
        node.has_tensors_of_its_type() || !self.tensors(node).is_empty()
    }

    /// A node's multiply-adds of one image.
    pub fn macs(&self, node: &Node) -> u64 {
        let (from, to) = self.input_and_output(node);
        node.op.layer().map_or(0, |layer| layer.macs(from, to))
    }

    /// The zeros that the calls of a layer expect around its inputs, and around the gradient of its output.
    pub fn halos(&self, node: NodeId) -> [[usize; 2]; 2] {
        let node = &self.nodes[node.0];
        let (from, to) = self.input_and_output(node);
        node.op.as_per_image().map_or([[0, 0]; 2], |layer| layer.halos(from, to))
    }

    /// A node's handle, if it has one.
    pub fn handle(&self, node: &Node, at: &Offsets) -> Option<Handle> {
        let (from, to) = self.input_and_output(node);
        node.op.layer()?.handle(at, from, to)
    }
}

/// One value and the layer that makes it.
#[derive(Clone, Debug)]
pub struct Node {
    /// What is computed.
    pub op: Op,
    /// From which values; as many as the operation takes.
    pub inputs: Vec<NodeId>,
    /// The shape of the result.
    pub shape: Shape,
    /// Parameter path, such as `layer1.0.conv1`: the prefix of its state-dict keys and its name in the summary.
    pub path: String,
    /// The layer word the user wrote (`conv`, `+`, `shortcut`, ...), for the summary.
    pub word: String,
    /// The user's token for this step.
    pub span: Span,
    /// Its parameters and running statistics stay as they are in training.
    pub frozen: bool,
}

impl Node {
    /// Whether only its Rust type says which tensors it has: a layer of the user's own.
    pub fn has_tensors_of_its_type(&self) -> bool {
        self.op.layer().is_some_and(Layer::has_tensors_of_its_type)
    }
}

/// Maps that one step adds up at most. The runtime has the same constant.
pub const MOST_TERMS: usize = 64;

/// What a node computes. Sugar is gone: `shortcut` b and c are `Conv` and `BatchNorm` nodes, `activation = relu` an `Activation`.
///
/// The first variants are what planning treats in ways of their own. Every other layer is computed image by image, and planning knows of
/// it what [`PerImage`] says.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// One of the values that the network takes.
    Input,
    /// Convolution.
    Conv(Conv),
    /// Batch normalisation: it needs the statistics of the whole batch.
    BatchNorm(BatchNorm),
    /// A pointwise function.
    Activation(Activation),
    /// Sum of two to [`MOST_TERMS`] maps of one shape.
    Add,
    /// Fully connected: computed for the whole batch at once.
    Linear(Linear),
    /// Any other layer.
    PerImage(Rc<dyn PerImage>),
}

/// Convolution; parameters `weight` [out, in / groups, kh, kw] and, with `bias`, `bias` [out].
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Conv {
    pub window: Window,
    pub groups: usize,
    pub bias: bool,
    pub init: Init,
    /// Whether it is a linear layer over the channels of each pixel, whose weight has two sizes.
    pub flat: bool,
}

/// Batch normalisation; parameters `weight` (with `scale`), `bias` (with `shift`), `running_mean`, `running_var`, `num_batches_tracked`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct BatchNorm {
    pub momentum: f32,
    pub eps: f32,
    pub scale: bool,
    pub shift: bool,
}

/// Fully connected; parameters `weight` [out, in] and, with `bias`, `bias` [out].
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Linear {
    pub outputs: usize,
    pub bias: bool,
    pub init: Init,
}

/// Sum of maps.
#[derive(Debug)]
pub struct Add;

impl Op {
    /// A layer that is computed image by image.
    pub fn per_image(layer: impl PerImage + 'static) -> Op {
        Op::PerImage(Rc::new(layer))
    }

    /// What is written down of it; the image is no layer.
    pub fn layer(&self) -> Option<&dyn Layer> {
        match self {
            Op::Input => None,
            Op::Conv(conv) => Some(conv),
            Op::BatchNorm(norm) => Some(norm),
            Op::Activation(activation) => Some(activation),
            Op::Add => Some(&Add),
            Op::Linear(linear) => Some(linear),
            Op::PerImage(layer) => Some(&**layer),
        }
    }

    /// The convolution, if it is one.
    pub fn as_conv(&self) -> Option<&Conv> {
        match self {
            Op::Conv(conv) => Some(conv),
            Op::Input | Op::BatchNorm(_) | Op::Activation(_) | Op::Add | Op::Linear(_) | Op::PerImage(_) => None,
        }
    }

    /// The layer, if it is one that is computed image by image without anything that planning treats in ways of its own.
    pub fn as_per_image(&self) -> Option<&dyn PerImage> {
        match self {
            Op::PerImage(layer) => Some(&**layer),
            Op::Input | Op::Conv(_) | Op::BatchNorm(_) | Op::Activation(_) | Op::Add | Op::Linear(_) => None,
        }
    }

    /// Whether it is a softmax.
    pub fn is_softmax(&self) -> bool {
        self.as_per_image().is_some_and(|layer| layer.is_softmax())
    }

    /// The user's own layer, if it is one.
    pub fn own(&self) -> Option<Own<'_>> {
        self.as_per_image()?.own()
    }
}

/// One of the values that a network takes or promises.
#[derive(Clone, Debug)]
pub struct Port {
    /// Its name in the signature; `None` for the only one, where it has none.
    pub name: Option<Ident>,
    /// A map, or a vector (`flat`).
    pub shape: Shape,
}

#[cfg(test)]
impl Port {
    /// The only one, without a name.
    pub fn unnamed(shape: Shape) -> Vec<Port> {
        vec![Port { name: None, shape }]
    }
}

/// One struct of an invocation after all checks: what `emit` turns into Rust.
#[derive(Clone, Debug)]
pub struct CheckedStruct {
    /// The user's outer attributes and doc comments, as written, for the struct itself.
    pub attrs: TokenStream,
    /// The `#[cfg(...)]` attributes among them, which every item beside the struct must repeat.
    pub cfgs: TokenStream,
    /// The user's visibility, as written (may be empty).
    pub vis: TokenStream,
    /// The struct's name, with the user's span.
    pub ident: Ident,
    /// What it takes, at least one; stand-ins where the user's shapes are malformed (then `network` is `None`).
    pub inputs: Vec<Port>,
    /// What it promises, at least one; stand-ins where that is malformed (then `network` is `None`).
    pub outputs: Vec<Port>,
    /// What it may cost at most.
    pub limits: Vec<Limit>,
    /// `None` after any error: the struct is still emitted, with a stub of the same methods and constants.
    pub network: Option<Network>,
}
