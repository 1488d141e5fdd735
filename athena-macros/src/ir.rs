//! The network between the passes: a flat graph of layers with every shape known.
//!
//! `lower`, `infer` and `check` make it; `plan` and `emit` read it. Nothing here knows the syntax it came from, except for
//! the spans that errors and generated tokens carry.

use proc_macro2::{Ident, Span, TokenStream};

/// Channels x height x width. A vector of `n` numbers is `n x 1 x 1` with `flat` set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Channels.
    pub channels: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// A vector (after `flatten` or `linear`), not a map.
    pub flat: bool,
}

/// Index of a node in [`Network::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub usize);

/// A checked network: `nodes` is in topological order, `nodes[0]` is the input.
#[derive(Clone, Debug)]
pub struct Network {
    /// Every value of the network, in the order in which it is computed.
    pub nodes: Vec<Node>,
    /// The network's last value: a vector of as many numbers as there are classes (the `Softmax` node where the network ends with
    /// one).
    pub output: NodeId,
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

/// Kernel geometry of a convolution or a pool, as [height, width].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Kernel size.
    pub kernel: [usize; 2],
    /// Step between windows.
    pub stride: [usize; 2],
    /// Zeros on each side.
    pub padding: [usize; 2],
    /// Distance between the kernel's taps; 1 for pools.
    pub dilation: [usize; 2],
}

/// How parameters start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// Normal with variance 2 / fan-in (He et al. 2015).
    HeNormal,
    /// Uniform with the same variance.
    HeUniform,
    /// Normal with variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010).
    XavierNormal,
    /// Uniform with the same variance.
    XavierUniform,
    /// Uniform in +-1 / sqrt(fan-in): PyTorch's default for linear layers, and for biases.
    LecunUniform,
    /// Zeros.
    Zeros,
}

/// A pointwise function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// max(x, 0)
    Relu,
    /// x where positive, else slope * x
    LeakyRelu(f32),
    /// 1 / (1 + exp(-x))
    Sigmoid,
    /// tanh x
    Tanh,
    /// x * sigmoid(x)
    Silu,
    /// x * Phi(x), the exact form
    Gelu,
    /// Klambauer et al. (2017)
    Selu,
    /// ln(1 + exp x)
    Softplus,
    /// min(max(x, 0), 6)
    Relu6,
    /// x * relu6(x + 3) / 6
    HardSwish,
}

/// What fills the border of `pad`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PadMode {
    /// Zeros.
    Zeros,
    /// The map mirrored at its edge, the edge itself not repeated (PyTorch's `reflect`).
    Reflect,
    /// The edge repeated (PyTorch's `replicate`).
    Replicate,
}

/// The runtime adds up at most this many maps in one step (`layers::MOST_TERMS` there).
pub const MOST_TERMS: usize = 64;

/// What a node computes. Sugar is gone: `shortcut` b and c are `Conv` and `BatchNorm` nodes, `activation = relu` an `Activation`.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// The network's image.
    Input,
    /// Convolution; parameters `weight` [out, in / groups, kh, kw] and, with `bias`, `bias` [out].
    Conv { window: Window, groups: usize, bias: bool, init: Init },
    /// Batch normalisation; parameters `weight`, `bias` (if affine), `running_mean`, `running_var`, `num_batches_tracked`.
    BatchNorm { momentum: f32, eps: f32, affine: bool },
    /// A pointwise function.
    Activation(Activation),
    /// Largest value of each window; padding is never picked.
    MaxPool(Window),
    /// Mean of each window; padding counts as zeros.
    AvgPool(Window),
    /// Mean of each channel: C x 1 x 1.
    GlobalAvgPool,
    /// C x H x W as a vector, in that order.
    Flatten,
    /// Fully connected; parameters `weight` [out, in] and, with `bias`, `bias` [out].
    Linear { outputs: usize, bias: bool, init: Init },
    /// Zeroes with probability `p` in training and scales the rest by 1 / (1 - p).
    Dropout { p: f32 },
    /// A border of `amount` ([height, width]) on each side.
    Pad { amount: [usize; 2], mode: PadMode },
    /// Sum of two to [`MOST_TERMS`] maps of one shape.
    Add,
    /// Product of two values; the second has the shape of the first or is one number a channel: C x 1 x 1.
    Multiply,
    /// Two or more maps joined along channels.
    Concat,
    /// He et al.'s shortcut A: every `stride`-th pixel, zero channels added half before and half behind (the odd one behind).
    Subsample { stride: [usize; 2] },
    /// Softmax over a vector, or over a map's channels at each pixel.
    Softmax,
    /// A pointwise function of the user's.
    Pointwise(UserLayer),
    /// A layer of the user's: from a vector, which is a map of `input` as plain numbers, to another vector.
    User { layer: UserLayer, input: [usize; 3], output: [usize; 3] },
    /// A vector as a map: the reverse of flatten.
    Unflatten,
}

/// A layer that the user wrote as a Rust type.
#[derive(Clone, Debug)]
pub struct UserLayer {
    /// The expression for it, as written.
    pub expression: TokenStream,
    /// The last token of its path.
    pub end: Span,
    /// Where its shape was declared; the expression's own place where it keeps the shape.
    pub declared: Span,
}

impl PartialEq for UserLayer {
    fn eq(&self, other: &Self) -> bool {
        self.expression.to_string() == other.expression.to_string()
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
    /// Channels, height and width of the image; a stand-in where the user's shape is malformed (then `network` is `None`).
    pub input: [usize; 3],
    /// The promised number of classes; a stand-in where it is malformed (then `network` is `None`).
    pub classes: usize,
    /// `None` after any error: the struct is still emitted, with a stub of the same methods and constants.
    pub network: Option<Network>,
}
