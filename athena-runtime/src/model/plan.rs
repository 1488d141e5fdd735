//! The plan of a network: the constants that the macro computes.

use crate::exec::Sizes;
use crate::layers::{ConvInfo, NormInfo, Parameter};
use crate::layout::Port;
use crate::layout::Slot;

/// Sizes of memory, tables of parameters, and places of values of one network.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Memory of a training step.
    pub training: Sizes,
    /// Memory of inference.
    pub inference: Sizes,
    /// Floats of the parameter buffer that training changes. The frozen ones come after them.
    pub trainable: usize,
    /// Floats of the parameter buffer.
    pub parameters: usize,
    /// Floats of the running statistics.
    pub running: usize,
    /// Floats of the transposed weights, which backward-data reads.
    pub transposed: usize,
    /// Number of batch norms.
    pub norms: usize,
    /// The tensors of the state dict, in order.
    pub table: &'static [Parameter],
    /// All batch norms.
    pub norm_table: &'static [NormInfo],
    /// The frozen batch norms, which use their running statistics in training, too.
    pub frozen_norms: &'static [NormInfo],
    /// A batch norm that is trained on maps of 1x1, for which a batch of one image has a single value per channel.
    pub single_pixel_norm: Option<&'static str>,
    /// All convolutions.
    pub conv_table: &'static [ConvInfo],
    /// What it takes.
    pub input_ports: &'static [Port],
    /// What it promises.
    pub output_ports: &'static [Port],
    /// The values that are promised, with the numbers that [`LayerInfo::inputs`](super::LayerInfo::inputs) has.
    pub output_values: &'static [usize],
    /// Which outputs end with softmax, which the loss and `predict` compute.
    pub softmax: &'static [bool],
    /// The outputs (before a softmax at their end) of a training step. One value may be several outputs.
    pub outputs: &'static [Slot],
    /// Their gradients. A value that is several outputs has one gradient, the sum of theirs.
    pub output_gradients: &'static [Slot],
    /// The outputs (before a softmax at their end) of inference.
    pub inference_outputs: &'static [Slot],
}

impl Plan {
    /// Whether training changes a parameter by gradients.
    #[must_use]
    pub fn learns(&self, parameter: &Parameter) -> bool {
        parameter.storage.in_parameters().is_some_and(|offset| offset < self.trainable)
    }
}
