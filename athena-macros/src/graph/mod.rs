//! The network after blocks and repeats are expanded: values, layers, and where each came from. Shapes are not known yet.
//! Parts of the program with errors are `None` or [`WrittenOp::Unknown`].
//!
//! The passes before planning use a layer through the trait [`Written`], which the files of `layers` implement.

pub mod partial;
mod provenance;
pub mod step;
pub mod window;

pub use provenance::{ALL, CHANNELS, SPACE, Sizes, difference};
pub use step::{Given, WrittenStep};
pub use window::{Padding, WrittenWindow};

use crate::ast::Join;
use crate::errors::Error;
use crate::ir::{self, Shape};
use partial::Partial;
use std::fmt::Debug;
use std::rc::Rc;

/// Index of a node.
pub type NodeId = usize;
/// Index of a frame.
pub type FrameId = usize;

/// One network, flat.
#[derive(Debug)]
pub struct Graph {
    /// In the order in which they are computed; the first are the inputs.
    pub nodes: Vec<WrittenNode>,
    /// The body of the struct (index 0), and one frame per block call and repeat.
    pub frames: Vec<Frame>,
    /// The shapes of the inputs, as far as they are known.
    pub inputs: Vec<Partial>,
    /// The values that the signature promises, in its order.
    pub outputs: Vec<NodeId>,
    /// Whether the promised values are named, so that others of the same body may be promised instead.
    pub promises_names: bool,
}

/// A value, and the layer that computes it.
#[derive(Debug)]
pub struct WrittenNode {
    /// The operation.
    pub op: WrittenOp,
    /// The values that it reads.
    pub inputs: Vec<NodeId>,
    /// Parameter path.
    pub path: String,
    /// The word for the summary.
    pub word: &'static str,
    /// The frame that it is in.
    pub frame: FrameId,
    /// The step as written.
    pub step: Rc<WrittenStep>,
}

/// The operation of a node.
#[derive(Clone, Debug)]
pub enum WrittenOp {
    /// One of the network's inputs.
    Input,
    /// An operation with an error that was reported.
    Unknown,
    /// A layer or a join.
    Layer(Rc<dyn Written>),
}

impl WrittenOp {
    /// A layer or a join.
    pub fn layer(layer: impl Written + 'static) -> WrittenOp {
        WrittenOp::Layer(Rc::new(layer))
    }

    /// Whether it is one of the network's inputs.
    pub fn is_input(&self) -> bool {
        matches!(self, WrittenOp::Input)
    }

    /// The layer or join, if it is one.
    pub fn written(&self) -> Option<&dyn Written> {
        match self {
            WrittenOp::Layer(layer) => Some(&**layer),
            WrittenOp::Input | WrittenOp::Unknown => None,
        }
    }
}

/// A layer or a join as written in the program, with the methods that the passes before planning call. Wrong or unknown arguments are `None`.
pub trait Written: Debug {
    /// The shape of its output, and the problems.
    fn infer(&self, inputs: &[Partial]) -> Inferred;

    /// Adds the layer's operations to the network, and returns its value. All arguments and shapes are known.
    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId>;

    /// Number of scalars in its weights for this input; `None` if unknown.
    fn weights(&self, _input: Partial) -> Option<u128> {
        Some(0)
    }

    /// Its parts with parameters or running statistics, each as the suffix of its path: `[""]` is the layer itself.
    fn learning_parts(&self, _input: Partial, _output: Partial) -> &'static [&'static str] {
        &[]
    }

    /// The window that it slides over a map.
    fn window(&self) -> Option<&WrittenWindow> {
        None
    }

    /// The argument, and its value, with which it would make a map of this height and width: of layers that make maps larger.
    fn enlarging(&self, _input: Partial, _height: usize, _width: usize) -> Option<(&'static str, [usize; 2])> {
        None
    }

    /// Its stride.
    fn stride(&self) -> Option<[usize; 2]> {
        self.window()?.stride
    }

    /// The kind of join that it is.
    fn join(&self) -> Option<Join> {
        None
    }

    /// Whether the layer alone decides if its output is a vector or a map, whatever its input is.
    fn decides_rank(&self) -> bool {
        false
    }

    /// Whether it decides the number of channels, even if the number does not change.
    fn decides_channels(&self) -> bool {
        false
    }

    /// Whether it computes each pixel from all channels of that pixel only, like the projection of a shortcut.
    fn is_projection(&self) -> bool {
        false
    }

    /// Whether it is a batch norm.
    fn is_batch_norm(&self) -> bool {
        false
    }

    /// Whether its values are bounded, like those of a gate.
    fn is_bounded(&self) -> bool {
        false
    }

    /// Whether it is a softmax. At the end of a network, the loss and `predict` apply it.
    fn is_softmax(&self) -> bool {
        false
    }

    /// The help if its output has `fraction` times the largest number of elements; `None` for the general help.
    fn shrunk(
        &self,
        _checked: &Checked,
        _node: &WrittenNode,
        _fits: &dyn Fn(Option<usize>) -> Option<String>,
    ) -> Option<String> {
        None
    }
}

/// The output shape of a layer, and the problems.
pub type Inferred = (Partial, Vec<Problem>);

/// A problem with shapes.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// Operand `index` of a join does not fit operand `reference`.
    Operand { index: usize, reference: usize },
    /// A layer does not fit its input.
    Layer(Rc<dyn Misfit>),
}

/// The reason why a layer does not fit its input.
pub trait Misfit: Debug {
    /// The error, in the words of the user's program.
    fn explain(&self, checked: &Checked, node: &WrittenNode) -> Error;
}

impl PartialEq for dyn Misfit {
    fn eq(&self, other: &dyn Misfit) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

impl<M: Misfit + 'static> From<M> for Problem {
    fn from(misfit: M) -> Problem {
        Problem::Layer(Rc::new(misfit))
    }
}

/// A graph with its shapes.
pub struct Checked<'g> {
    /// The graph.
    pub graph: &'g Graph,
    /// A shape for every node.
    pub shapes: &'g [Partial],
}

/// A node that is being added to the checked network.
pub struct Expansion<'a> {
    /// The network so far.
    pub nodes: &'a mut Vec<ir::Node>,
    /// The node.
    pub node: &'a WrittenNode,
    /// The values that it reads.
    pub inputs: Vec<ir::NodeId>,
    /// The shape of its value.
    pub shape: Shape,
    /// Whether only batch norms read its value.
    pub only_norms_follow: bool,
}

impl Expansion<'_> {
    /// Adds the node as one operation.
    pub fn op(&mut self, op: ir::Op) -> Option<ir::NodeId> {
        let (inputs, path) = (self.inputs.clone(), self.node.path.clone());
        Some(self.push(op, inputs, self.shape, path, self.node.word))
    }

    /// Adds one of the node's operations.
    pub fn push(&mut self, op: ir::Op, inputs: Vec<ir::NodeId>, shape: Shape, path: String, word: &str) -> ir::NodeId {
        let (word, span) = (word.to_string(), self.node.step.word.start);
        self.nodes.push(ir::Node { op, inputs, shape, path, word, span, frozen: false });
        ir::NodeId(self.nodes.len() - 1)
    }

    /// The shape of a value of the network.
    pub fn shape_of(&self, node: ir::NodeId) -> Shape {
        self.nodes[node.0].shape
    }
}

/// One expansion of a body.
#[derive(Debug)]
pub struct Frame {
    /// The calling frame.
    pub parent: Option<FrameId>,
    /// The call as written; empty for a struct.
    pub call: String,
    /// The number of this repeat and the number of repeats, if the call is repeated.
    pub round: Option<(u64, u64)>,
    /// The names that are used in the body.
    pub taken: Rc<Vec<String>>,
    /// The parameters that are whole numbers.
    pub numbers: Vec<(String, u64)>,
    /// The values that `let` names.
    pub lets: Vec<(String, NodeId)>,
    /// The help that removes this call or repeat.
    pub without: Option<String>,
}

impl Graph {
    /// Whether the graph has every step of the program. Steps with wrong arguments are in it, with their words.
    pub fn is_whole(&self) -> bool {
        !self.nodes.iter().any(|node| matches!(node.op, WrittenOp::Unknown) && node.word.is_empty())
    }

    /// Whether a block of this name is called.
    pub fn calls(&self, block: &str) -> bool {
        self.frames.iter().any(|frame| frame.call.split('(').next() == Some(block))
    }

    /// The call of a frame, as written.
    pub fn site(&self, frame: FrameId) -> Option<String> {
        let call = &self.frames[frame].call;
        (!call.is_empty()).then(|| call.clone())
    }

    /// The calls that led to a frame, innermost first: `` `basic(64)` in `stage(64, 3)` ``; `None` in a struct's body.
    pub fn call(&self, frame: FrameId) -> Option<String> {
        let mut calls = Vec::new();
        let mut at = Some(frame);
        while let Some(frame) = at.map(|index| &self.frames[index]) {
            if !frame.call.is_empty() {
                calls.push(match frame.round {
                    Some((round, rounds)) if round > 1 => format!("round {round} of `{rounds} * {}`", frame.call),
                    _ => format!("`{}`", frame.call),
                });
            }
            at = frame.parent;
        }
        (!calls.is_empty()).then(|| calls.join(" in "))
    }
}
