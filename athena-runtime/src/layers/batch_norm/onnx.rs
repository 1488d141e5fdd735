//! Batch norms in ONNX: as nodes, or folded into the weight and bias of the layer before them.

use super::NormInfo;
use crate::onnx::graph::{Layer, Tensors, ToNodes, float};

impl ToNodes for NormInfo {
    fn add_to(&self, layer: &mut Layer<'_, '_>) {
        let mut inputs = layer.inputs.clone();
        // Ones or zeros where it has no scale or no shift.
        for (name, has, stands_in) in [("weight", self.scale, 1.0), ("bias", self.shift, 0.0)] {
            inputs.push(match has {
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
    let trained = [("weight", info.scale), ("bias", info.shift)].map(|(name, has)| has.then(|| read(name)));
    let (means, variances) = (read("running_mean"), read("running_var"));
    let row = weight.len() / info.channels;
    let outputs = weight.chunks_exact_mut(row).zip(means.iter().zip(&variances)).enumerate();
    outputs
        .map(|(output, (weights, (mean, variance)))| {
            let of = |part: usize, stands_in| trained[part].as_ref().map_or(stands_in, |part| f64::from(part[output]));
            let (gamma, beta) = (of(0, 1.0), of(1, 0.0));
            let scale: f64 = gamma / (f64::from(*variance) + f64::from(info.eps)).sqrt();
            weights.iter_mut().for_each(|weight| *weight = (f64::from(*weight) * scale) as f32);
            let bias = bias.map_or(0.0, |bias| f64::from(bias[output]));
            let shift: f64 = (bias - f64::from(*mean)) * scale + beta;
            shift as f32
        })
        .collect()
}
