//! Activations and sums in ONNX.

use super::{Activation, Add};
use crate::onnx::graph::{Layer, ToNodes, float, text};

impl ToNodes for Add {
    fn add_to(&self, layer: &mut Layer<'_, '_>) {
        let operator = if layer.inputs.len() == 2 { "Add" } else { "Sum" };
        layer.node(operator, layer.inputs.clone(), Vec::new());
    }
}

impl ToNodes for Activation {
    fn add_to(&self, layer: &mut Layer<'_, '_>) {
        let mut inputs = layer.inputs.clone();
        let (operator, attributes) = match *self {
            Activation::Relu => ("Relu", Vec::new()),
            Activation::LeakyRelu(slope) => ("LeakyRelu", vec![float("alpha", slope)]),
            Activation::Sigmoid => ("Sigmoid", Vec::new()),
            Activation::Tanh => ("Tanh", Vec::new()),
            Activation::Silu => {
                inputs.push(layer.step("sigmoid", "Sigmoid", inputs.clone(), layer.shape, Vec::new()));
                ("Mul", Vec::new())
            }
            Activation::Gelu => ("Gelu", vec![text("approximate", "none")]),
            Activation::Selu => ("Selu", Vec::new()),
            Activation::Softplus => ("Softplus", Vec::new()),
            Activation::Relu6 => {
                inputs.extend([("min", 0.0), ("max", 6.0)].map(|(end, value)| layer.scalar(end, value)));
                ("Clip", Vec::new())
            }
            Activation::HardSwish => ("HardSwish", Vec::new()),
            Activation::Elu(alpha) => ("Elu", vec![float("alpha", alpha)]),
            Activation::Mish => ("Mish", Vec::new()),
            Activation::HardSigmoid => ("HardSigmoid", vec![float("alpha", 1.0 / 6.0), float("beta", 0.5)]),
        };
        layer.node(operator, inputs, attributes);
    }
}
