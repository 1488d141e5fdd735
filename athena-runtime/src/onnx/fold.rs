//! Batch norms that go into the layer before them.

use super::Source;
use crate::layers::NormInfo;
use crate::model::{LayerInfo, Operation};

/// For each value (0 the image, `i` the output of layer `i - 1`), the batch norm that goes into the layer behind it: the only
/// reader of a convolution or linear layer.
pub(super) fn norms(layers: &'static [LayerInfo]) -> Vec<Option<&'static LayerInfo>> {
    let mut readers = vec![0; layers.len() + 1];
    layers.iter().flat_map(|layer| layer.inputs).for_each(|input| readers[*input] += 1);
    let mut norms = vec![None; layers.len() + 1];
    for layer in layers.iter().filter(|layer| matches!(layer.operation, Operation::BatchNorm(_))) {
        let input = layer.inputs[0];
        let from = input.checked_sub(1).map(|index| layers[index].operation);
        if readers[input] == 1 && matches!(from, Some(Operation::Conv(_) | Operation::Linear(_))) {
            norms[input] = Some(layer);
        }
    }
    norms
}

/// Weight and bias of a layer whose outputs, the weight's first axis, are normalised afterwards.
pub(super) fn fold(source: &Source<'_>, norm: (&str, NormInfo), weight: &mut [f32], bias: Option<&[f32]>) -> Vec<f32> {
    let (path, info) = norm;
    let read = |name: &str| source.read(&format!("{path}.{name}"));
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
