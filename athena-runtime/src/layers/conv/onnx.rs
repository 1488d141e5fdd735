//! Convolutions in ONNX.

use super::ConvInfo;
use crate::onnx::graph::{Layer, ToNodes, int, ints, window};

impl ToNodes for ConvInfo {
    fn add_to(&self, layer: &mut Layer<'_, '_>) {
        if self.is_transposed {
            return self.add_transposed_to(layer);
        }
        let mut inputs = layer.inputs.clone();
        let tensors = layer.weight_and_bias(self.has_bias);
        inputs.extend(layer.with_kernel(tensors));
        let of = self.shape.window;
        let mut attributes = window(of.kernel, of.stride, of.padding, of.padding);
        attributes.extend([ints("dilations", &of.dilation), int("group", self.shape.groups)]);
        layer.node("Conv", inputs, attributes);
    }
}

/// The rows, or columns, behind those that a transposed convolution reaches without output padding.
struct Behind {
    /// Those that the padding cuts off.
    padding: usize,
    /// Those that ONNX's `output_padding` adds.
    added: usize,
    /// Zeros behind those.
    zeros: usize,
}

impl ConvInfo {
    /// The last rows and columns of a transposed convolution. ONNX's `output_padding` is smaller than the stride, so a larger one cuts
    /// off less first, and adds zeros then.
    fn behind(&self) -> [Behind; 2] {
        let (of, from, to) = (self.shape.window, self.shape.output, self.shape.input);
        [0, 1].map(|axis| {
            let (stride, padding) = (of.stride[axis], of.padding[axis]);
            let reached = (from[axis + 1] - 1) * stride + (of.kernel[axis] - 1) * of.dilation[axis] + 1;
            let added = to[axis + 1] + 2 * padding - reached;
            if added < stride {
                return Behind { padding, added, zeros: 0 };
            }
            let uncut = added.min(padding);
            let rest = added - uncut;
            let added = rest.min(stride - 1);
            Behind { padding: padding - uncut, added, zeros: rest - added }
        })
    }

    fn add_transposed_to(&self, layer: &mut Layer<'_, '_>) {
        let (of, [rows, columns]) = (self.shape.window, self.behind());
        let mut attributes = window(of.kernel, of.stride, of.padding, [rows.padding, columns.padding]);
        attributes.push(ints("output_padding", &[rows.added, columns.added]));
        attributes.extend([ints("dilations", &of.dilation), int("group", self.shape.groups)]);
        let (x, [channels, height, width]) = (layer.inputs.clone(), self.shape.input);
        if rows.zeros + columns.zeros == 0 {
            let inputs = [x, layer.weight_and_bias(self.has_bias)].concat();
            return layer.node("ConvTranspose", inputs, attributes);
        }
        // The bias reaches the zeros, too.
        let inputs = [x, layer.weight_and_bias(false)].concat();
        let reached = [channels, height - rows.zeros, width - columns.zeros];
        let reached = layer.step("reached", "ConvTranspose", inputs, &reached, attributes);
        let pads = layer.whole_numbers("pads", &[0, 0, 0, 0, 0, 0, rows.zeros, columns.zeros]);
        if !self.has_bias {
            return layer.node("Pad", vec![reached, pads], Vec::new());
        }
        let padded = layer.step("padded", "Pad", vec![reached, pads], &[channels, height, width], Vec::new());
        let bias = layer.tensor_beside_maps("bias");
        layer.node("Add", vec![padded, bias], Vec::new());
    }
}
