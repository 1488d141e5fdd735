//! What the macro knows about a network, as constants.

use crate::exec::Sizes;
use crate::layers::{ConvInfo, NormInfo, Parameter};
use crate::layout::Slot;

/// Sizes, tables and places of one network.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Memory of a training step.
    pub training: Sizes,
    /// Memory of inference.
    pub inference: Sizes,
    /// Floats of the parameter buffer that training changes; what is frozen lies behind them.
    pub trainable: usize,
    /// Floats of the parameter buffer.
    pub parameters: usize,
    /// Floats of the running statistics.
    pub running: usize,
    /// Floats of transposed weights: the weights in the order in which backward-data reads them.
    pub transposed: usize,
    /// Number of batch norms.
    pub norms: usize,
    /// The state dict, in its order.
    pub table: &'static [Parameter],
    /// Every batch norm.
    pub norm_table: &'static [NormInfo],
    /// The batch norms that use their running statistics in training, too.
    pub frozen_norms: &'static [NormInfo],
    /// A batch norm that learns and whose maps are 1x1, so that a batch of one image has one value a channel.
    pub single_pixel_norm: Option<&'static str>,
    /// Every convolution.
    pub conv_table: &'static [ConvInfo],
    /// Whether the network ends with softmax, which the loss and `predict` apply.
    pub softmax: bool,
    /// The outputs (before softmax) of a training step.
    pub outputs: Slot,
    /// Their gradient.
    pub output_gradient: Slot,
    /// The outputs (before softmax) of inference.
    pub inference_outputs: Slot,
}

impl Plan {
    /// Whether training changes a parameter by gradients.
    #[must_use]
    pub fn learns(&self, parameter: &Parameter) -> bool {
        parameter.storage.in_parameters().is_some_and(|offset| offset < self.trainable)
    }
}
