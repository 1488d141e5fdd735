//! Batch norms in ONNX: as nodes, or folded into the weight and bias of the layer before them.

use super::NormInfo;
use crate::onnx::graph::{Layer, Tensors, ToNodes, float};

impl ToNodes for NormInfo {
    fn add_to(&self, layer: &mut Layer<'_, '_>) {
        let mut inputs = layer.inputs.clone();
        // Ones and zeros if it has no scale and shift.
        for (name, stands_in) in [("weight", 1.0), ("bias", 0.0)] {
            inputs.push(match self.affine {
                true => layer.tensor(name),
                false => layer.vector(name, &vec![stands_in; self.channels]),
            });
        }
        inputs.extend(["running_mean", "running_var"].map(|name| layer.tensor(name)));
        layer.node("BatchNormalization", inputs, vec![float("epsilon", self.eps)]);
    }
}

/// Folds a batch norm into the weight and bias of the layer before it. The outputs of the layer are the first axis of the weight.
pub(crate) fn fold(
    tensors: &dyn Tensors,
    path: &str,
    info: NormInfo,
    weight: &mut [f32],
    bias: Option<&[f32]>,
) -> Vec<f32> {
    let read = |name: &str| tensors.of(&format!("{path}.{name}")).1;
    let affine = info.affine.then(|| (read("weight"), read("bias")));
    let (means, variances) = (read("running_mean"), read("running_var"));
    let row = weight.len() / info.channels;
    let outputs = weight.chunks_exact_mut(row).zip(means.iter().zip(&variances)).enumerate();
    outputs
        .map(|(output, (weights, (mean, variance)))| {
            let (gamma, beta) =
                affine.as_ref().map_or((1.0, 0.0), |(gamma, beta)| (gamma[output].into(), beta[output].into()));
            let scale: f64 = gamma / (f64::from(*variance) + f64::from(info.eps)).sqrt();
            weights.iter_mut().for_each(|weight| *weight = (f64::from(*weight) * scale) as f32);
            let bias = bias.map_or(0.0, |bias| f64::from(bias[output]));
            let shift: f64 = (bias - f64::from(*mean)) * scale + beta;
            shift as f32
        })
        .collect()
}
