//! The network after its blocks are written out: values, layers, and where each came from. Shapes are not known yet,
//! and whatever the user got wrong is `None` or [`Op::Unknown`].

use crate::ir::{Activation, Init, PadMode, Shape, UserLayer};
use crate::loc::Loc;
use std::rc::Rc;

/// Index of a node.
pub type NodeId = usize;
/// Index of a frame.
pub type FrameId = usize;

/// One network, flat.
#[derive(Debug)]
pub struct Graph {
    /// In the order in which they are computed; `nodes[0]` is the input.
    pub nodes: Vec<Node>,
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
pub struct Node {
    /// What is computed.
    pub op: Op,
    /// From which values.
    pub inputs: Vec<NodeId>,
    /// Parameter path.
    pub path: String,
    /// The word for the summary.
    pub word: &'static str,
    /// The body that it stands in.
    pub frame: FrameId,
    /// The step as written.
    pub step: Rc<Step>,
}

/// A step as written.
#[derive(Debug)]
pub struct Step {
    /// The layer word, or the sign of a join.
    pub word: Loc,
    /// The whole step.
    pub loc: Loc,
    /// Source text.
    pub text: String,
    /// The layer word.
    pub name: String,
    /// The arguments that were given, in the layer's order.
    pub args: Vec<Given>,
    /// A join's operands as written, without the value of the chain that a stage such as `+ a` continues.
    pub operands: Vec<(Loc, String)>,
    /// Whether the first input of a join is the chain's value.
    pub continues: bool,
    /// What to remove to be without this step; empty where it cannot be.
    pub removal: String,
}

/// An argument as written.
#[derive(Debug)]
pub struct Given {
    /// Which argument.
    pub name: &'static str,
    /// Its source text in this step.
    pub text: String,
    /// Where its value was written: in this step, or in the call or default that a parameter got it from.
    pub origin: Loc,
    /// Whether it was given as `name = value`.
    pub named: bool,
}

impl Step {
    /// No step, but a place.
    pub fn nowhere(at: Loc) -> Step {
        Step {
            word: at,
            loc: at,
            text: String::new(),
            name: String::new(),
            args: Vec::new(),
            operands: Vec::new(),
            continues: false,
            removal: String::new(),
        }
    }

    /// An argument that was given.
    pub fn arg(&self, name: &str) -> Option<&Given> {
        self.args.iter().find(|given| given.name == name)
    }

    /// The step with one argument replaced or added, as the user would write it.
    pub fn with(&self, name: &str, value: &str) -> String {
        let mut args: Vec<String> = Vec::new();
        let mut replaced = false;
        for given in &self.args {
            let here = given.name == name;
            replaced |= here;
            let text = if here { value } else { &given.text };
            args.push(if given.named { format!("{} = {text}", given.name) } else { text.to_string() });
        }
        if !replaced {
            args.push(format!("{name} = {value}"));
        }
        format!("{}({})", self.name, args.join(", "))
    }

    /// The help that gives an argument another value: in this step, or where a parameter got it from.
    pub fn mend(&self, name: &str, value: &str) -> String {
        let origin = self.origin(name);
        match self.loc.first <= origin.first && origin.last <= self.loc.last {
            true => format!("write `{}`", self.with(name, value)),
            false => format!("write `{value}`"),
        }
    }

    /// Where an argument's value was written; the layer word if it is the default.
    pub fn origin(&self, name: &str) -> Loc {
        self.arg(name).map_or(self.word, |given| given.origin)
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

/// Padding as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// dilation * (kernel - 1) / 2 on each side.
    Same,
    /// None.
    Valid,
    /// [height, width] on each side.
    Sizes([usize; 2]),
}

/// A window as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Window {
    pub kernel: Option<[usize; 2]>,
    pub stride: Option<[usize; 2]>,
    pub padding: Option<Padding>,
    pub dilation: Option<[usize; 2]>,
}

/// The ways of He et al. to make a shortcut fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortcutOption {
    /// Subsample and add zero channels.
    A,
    /// Project where the shape changes.
    B,
    /// Project always.
    C,
}

/// What a node computes; arguments that are wrong or unknown are `None`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Op {
    Input,
    /// The result of a mistake that was reported.
    Unknown,
    Conv {
        filters: Option<usize>,
        window: Window,
        groups: Option<usize>,
        bias: Option<bool>,
        init: Init,
    },
    BatchNorm {
        momentum: f32,
        eps: f32,
        affine: bool,
    },
    Activation(Activation),
    MaxPool(Window),
    AvgPool(Window),
    GlobalAvgPool,
    Flatten,
    Linear {
        outputs: Option<usize>,
        bias: bool,
        init: Init,
    },
    Dropout {
        p: f32,
    },
    Pad {
        amount: Option<[usize; 2]>,
        mode: PadMode,
    },
    Add,
    Multiply,
    Concat,
    Shortcut {
        filters: Option<usize>,
        stride: Option<[usize; 2]>,
        option: ShortcutOption,
    },
    Softmax,
    /// Keeps the shape.
    Pointwise(UserLayer),
    /// Makes the shape that was declared.
    User {
        layer: UserLayer,
        output: Shape,
    },
}

impl Graph {
    /// Whether every step is in it: no mistake hides one. A layer whose arguments are wrong is there with its word.
    pub fn is_whole(&self) -> bool {
        !self.nodes.iter().any(|node| matches!(node.op, Op::Unknown) && node.word.is_empty())
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
