//! Convolutions in ONNX.

use super::ConvInfo;
use crate::onnx::graph::{Layer, ToNodes, int, ints, window};

impl ToNodes for ConvInfo {
    fn add_to(&self, layer: &mut Layer<'_, '_>) {
        let mut inputs = layer.inputs.clone();
        inputs.extend(layer.weight_and_bias(self.has_bias));
        let of = self.shape.window;
        let mut attributes = window(of.kernel, of.stride, of.padding, of.padding);
        attributes.push(ints("dilations", &of.dilation));
        attributes.push(int("group", self.shape.groups));
        layer.node("Conv", inputs, attributes);
    }
}
