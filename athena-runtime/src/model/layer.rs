//! The layers of a network as constants: what the summary prints and the exporters read.

use crate::layers::Operation;

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
