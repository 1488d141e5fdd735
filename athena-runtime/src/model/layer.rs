//! The layers of a network as constants: what the summary prints and the exporters read.

use crate::layers::Operation;

/// One layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerInfo {
    /// Its path, such as `layer1.0.conv1`.
    pub name: &'static str,
    /// The word in the program, such as `conv`.
    pub word: &'static str,
    /// The operation, with its settings.
    pub operation: Operation,
    /// The values that it reads. First come the network's inputs, then the outputs of the layers in the order of computation: with one input, 0 is
    /// the image and `i` the output of layer `i - 1`.
    pub inputs: &'static [usize],
    /// The shape of its output: channels, height and width, or one length for a vector.
    pub shape: &'static [usize],
    /// Number of its scalar parameters.
    pub parameters: usize,
    /// Multiply-adds for one image.
    pub macs: u64,
    /// Whether its parameters and running statistics are frozen.
    pub frozen: bool,
}
