//! Convolutions in ONNX.

use super::ConvInfo;
use crate::onnx::graph::{Layer, ToNodes, int, ints, window};

impl ToNodes for ConvInfo {
    fn add_to(&self, layer: &mut Layer<'_, '_>) {
        let mut inputs = layer.inputs.clone();
        let tensors = layer.weight_and_bias(self.has_bias);
        inputs.extend(layer.with_kernel(tensors));
        let of = self.shape.window;
        let mut attributes = window(of.kernel, of.stride, of.padding, of.padding);
        if self.is_transposed {
            attributes.push(ints("output_padding", &self.output_padding()));
        }
        attributes.extend([ints("dilations", &of.dilation), int("group", self.shape.groups)]);
        layer.node(if self.is_transposed { "ConvTranspose" } else { "Conv" }, inputs, attributes);
    }
}

impl ConvInfo {
    /// The rows and columns of a transposed convolution's output that no window of its adjoint reaches.
    fn output_padding(&self) -> [usize; 2] {
        let (of, from, to) = (self.shape.window, self.shape.output, self.shape.input);
        [0, 1].map(|axis| {
            let reached = (from[axis + 1] - 1) * of.stride[axis] + (of.kernel[axis] - 1) * of.dilation[axis] + 1;
            to[axis + 1] + 2 * of.padding[axis] - reached
        })
    }
}
