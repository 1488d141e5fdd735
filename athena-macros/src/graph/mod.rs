//! The network after its blocks are written out: values, layers, and where each came from. Shapes are not known yet,
//! and whatever the user got wrong is `None` or [`WrittenOp::Unknown`].
//!
//! What a layer is to the passes before planning stands in the trait [`Written`], which the files of `layers` implement.

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
    /// In the order in which they are computed; `nodes[0]` is the input.
    pub nodes: Vec<WrittenNode>,
    /// The body of the struct (index 0) and one frame per block call and round.
    pub frames: Vec<Frame>,
    /// The last value.
    pub output: NodeId,
    /// Channels, height, width of the image, if known.
    pub input: Option<[usize; 3]>,
    /// The promised number of classes, if known.
    pub classes: Option<usize>,
}

/// A value and the layer that makes it.
#[derive(Debug)]
pub struct WrittenNode {
    /// What is computed.
    pub op: WrittenOp,
    /// From which values.
    pub inputs: Vec<NodeId>,
    /// Parameter path.
    pub path: String,
    /// The word for the summary.
    pub word: &'static str,
    /// The body that it stands in.
    pub frame: FrameId,
    /// The step as written.
    pub step: Rc<WrittenStep>,
}

/// What a node computes.
#[derive(Clone, Debug)]
pub enum WrittenOp {
    /// The network's image.
    Input,
    /// The result of a mistake that was reported.
    Unknown,
    /// A layer or a join.
    Layer(Rc<dyn Written>),
}

impl WrittenOp {
    /// A layer or a join.
    pub fn layer(layer: impl Written + 'static) -> WrittenOp {
        WrittenOp::Layer(Rc::new(layer))
    }

    /// Whether it is the network's image.
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

/// A layer or a join as the program has it: what the passes before planning ask of it. Arguments that are wrong or unknown are `None`.
pub trait Written: Debug {
    /// What it makes of its inputs, and what does not fit.
    fn infer(&self, inputs: &[Partial]) -> Inferred;

    /// Adds the layer's operations to the network, all arguments and shapes being known; returns its value.
    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId>;

    /// Scalars of its weights, where `input` comes in; `None` if unknown.
    fn weights(&self, _input: Partial) -> Option<u128> {
        Some(0)
    }

    /// Its parts that have parameters or running statistics, by what their paths add to the layer's: `[""]` is the layer itself.
    fn learning_parts(&self, _input: Partial, _output: Partial) -> &'static [&'static str] {
        &[]
    }

    /// The window that it slides over a map.
    fn window(&self) -> Option<&WrittenWindow> {
        None
    }

    /// Its step between windows.
    fn stride(&self) -> Option<[usize; 2]> {
        self.window()?.stride
    }

    /// Which join it is.
    fn join(&self) -> Option<Join> {
        None
    }

    /// Whether it decides by itself if a value is a vector, whatever comes in.
    fn decides_rank(&self) -> bool {
        false
    }

    /// Whether it decides how many channels there are, also where their number stays the same.
    fn decides_channels(&self) -> bool {
        false
    }

    /// Whether it sees each pixel by itself and all of its channels, as a projection of a shortcut does.
    fn is_projection(&self) -> bool {
        false
    }

    /// Whether a batch norm is what it is.
    fn is_batch_norm(&self) -> bool {
        false
    }

    /// Whether its values lie between two bounds, as those of a gate do.
    fn is_bounded(&self) -> bool {
        false
    }

    /// Whether it is a softmax, which the loss and `predict` apply at a network's end.
    fn is_softmax(&self) -> bool {
        false
    }

    /// The help where it makes `fraction` times as many numbers as there may be; `None` for that of any layer.
    fn shrunk(
        &self,
        _checked: &Checked,
        _node: &WrittenNode,
        _fits: &dyn Fn(Option<usize>) -> Option<String>,
    ) -> Option<String> {
        None
    }
}

/// The shape that a layer makes, and what does not fit.
pub type Inferred = (Partial, Vec<Problem>);

/// What does not fit.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// Operand `index` of a join does not fit operand `reference`.
    Operand { index: usize, reference: usize },
    /// A layer does not fit its input.
    Layer(Rc<dyn Misfit>),
}

/// Why a layer does not fit its input.
pub trait Misfit: Debug {
    /// The error, in the user's own words.
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

/// A node on its way into the checked network.
pub struct Expansion<'a> {
    /// The network so far.
    pub nodes: &'a mut Vec<ir::Node>,
    /// The node.
    pub node: &'a WrittenNode,
    /// From which values it is computed.
    pub inputs: Vec<ir::NodeId>,
    /// The shape of its value.
    pub shape: Shape,
    /// Whether batch norms alone read its value.
    pub only_norms_follow: bool,
}

impl Expansion<'_> {
    /// The node as one operation.
    pub fn op(&mut self, op: ir::Op) -> Option<ir::NodeId> {
        let (inputs, path) = (self.inputs.clone(), self.node.path.clone());
        Some(self.push(op, inputs, self.shape, path, self.node.word))
    }

    /// An operation of the node's.
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

/// One run through a body.
#[derive(Debug)]
pub struct Frame {
    /// The calling frame.
    pub parent: Option<FrameId>,
    /// The call as written; empty for a struct.
    pub call: String,
    /// The round and the number of rounds, if the call is repeated.
    pub round: Option<(u64, u64)>,
    /// Names that the body's values already have.
    pub taken: Rc<Vec<String>>,
    /// The parameters that are whole numbers.
    pub numbers: Vec<(String, u64)>,
    /// The values that `let` names.
    pub lets: Vec<(String, NodeId)>,
    /// What to do to be without this call or round, in the words of a help.
    pub without: Option<String>,
}

impl Graph {
    /// Whether every step is in it: no mistake hides one. A layer whose arguments are wrong is there with its word.
    pub fn is_whole(&self) -> bool {
        !self.nodes.iter().any(|node| matches!(node.op, WrittenOp::Unknown) && node.word.is_empty())
    }

    /// Whether a block of this name is called.
    pub fn calls(&self, block: &str) -> bool {
        self.frames.iter().any(|frame| frame.call.split('(').next() == Some(block))
    }

    /// The call that a frame is a run of, as written.
    pub fn site(&self, frame: FrameId) -> Option<String> {
        let call = &self.frames[frame].call;
        (!call.is_empty()).then(|| call.clone())
    }

    /// Where a frame was called, innermost call first: `` `basic(64)` in `stage(64, 3)` ``; `None` in a struct's body.
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
