//! The layers of a network as constants: what the summary prints and the exporters read.

use crate::layers::{ConvInfo, LinearInfo, NormInfo};
use crate::ops::{Activation, PadMode, Pool};

/// One layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerInfo {
    /// Its path, such as `layer1.0.conv1`.
    pub name: &'static str,
    /// The word it was written with.
    pub word: &'static str,
    /// What it computes.
    pub operation: Operation,
    /// From which values: 0 is the image, `i` the output of layer `i - 1`.
    pub inputs: &'static [usize],
    /// The shape of its output: channels, height and width, or one number for a vector.
    pub shape: &'static [usize],
    /// Scalars of its parameters.
    pub parameters: usize,
    /// Multiply-adds of one image.
    pub macs: u64,
    /// Whether training leaves its parameters and running statistics alone.
    pub frozen: bool,
}

/// What a layer computes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operation {
    /// Convolution; parameters `weight` and, where it has one, `bias`.
    Conv(ConvInfo),
    /// Batch normalisation; parameters `weight` and `bias` where it is affine, `running_mean`, `running_var`.
    BatchNorm(NormInfo),
    /// Fully connected; parameters `weight` and, where it has one, `bias`.
    Linear(LinearInfo),
    /// A pointwise function.
    Activation(Activation),
    /// Largest value of each window; padding is never picked.
    MaxPool(Pool),
    /// Mean of each window.
    AvgPool {
        /// Its geometry.
        pool: Pool,
        /// Whether padding counts as zeros, or not at all.
        count_padding: bool,
    },
    /// Mean of each channel: C x 1 x 1.
    GlobalAvgPool,
    /// C x H x W as a vector, in that order.
    Flatten,
    /// The identity outside training.
    Dropout,
    /// A border on each side.
    Pad {
        /// Rows and columns.
        amount: [usize; 2],
        /// What fills it.
        mode: PadMode,
    },
    /// Sum of maps of one shape.
    Add,
    /// Product of two values; the second has the shape of the first or is one number a channel.
    Multiply,
    /// Maps joined along channels.
    Concat,
    /// He et al.'s shortcut A: every `stride`-th pixel, zero channels added half before and half behind (the odd one behind).
    Subsample {
        /// Rows and columns.
        stride: [usize; 2],
    },
    /// Softmax over a vector, or over a map's channels at each pixel.
    Softmax,
    /// A layer of the user's own.
    User,
    /// A vector as a map: the reverse of flatten.
    Unflatten,
}
