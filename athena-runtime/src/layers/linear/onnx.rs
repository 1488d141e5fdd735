//! Linear layers in ONNX.

use super::LinearInfo;
use crate::onnx::graph::{Layer, ToNodes, int};

impl ToNodes for LinearInfo {
    fn add_to(&self, layer: &mut Layer<'_, '_>) {
        let mut inputs = layer.inputs.clone();
        inputs.extend(layer.weight_and_bias(self.bias));
        layer.node("Gemm", inputs, vec![int("transB", 1)]);
    }
}
