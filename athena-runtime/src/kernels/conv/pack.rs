//! Weights between PyTorch's layout, the stored one, and the one that backward-data reads.

use super::shape::{ConvShape, Kind};
use crate::layout::LANES;

/// Floats of one tap's weights between a block of inputs and a block of outputs.
pub(super) const BLOCK: usize = LANES * LANES;

/// Stores PyTorch's weights (`[outputs, inputs / groups, kh, kw]`) in the layout of the kernels; padding weights become zero.
///
/// # Panics
/// Where a slice has another length than the shape says.
pub fn pack(shape: &ConvShape, pytorch: &[f32], packed: &mut [f32]) {
    assert_eq!(pytorch.len(), pytorch_len(shape), "weights in PyTorch's layout");
    assert_eq!(packed.len(), shape.weight_len(), "stored weights");
    packed.fill(0.0);
    let mut next = pytorch.iter();
    for_each_weight(shape, |output, input, tap| {
        if let Some(&weight) = next.next() {
            packed[shape.weight_at(output, input, tap)] = weight;
        }
    });
}

/// The inverse of [`pack`], for weights and for their gradients.
///
/// # Panics
/// Where a slice has another length than the shape says.
pub fn unpack(shape: &ConvShape, packed: &[f32], pytorch: &mut [f32]) {
    assert_eq!(pytorch.len(), pytorch_len(shape), "weights in PyTorch's layout");
    assert_eq!(packed.len(), shape.weight_len(), "stored weights");
    let mut next = pytorch.iter_mut();
    for_each_weight(shape, |output, input, tap| {
        if let Some(weight) = next.next() {
            *weight = packed[shape.weight_at(output, input, tap)];
        }
    });
}

/// Makes the weights that backward-data reads: blocks and lanes of inputs and outputs change places. To be called whenever
/// the weights have changed.
///
/// # Panics
/// Where a slice has another length than the shape says.
pub fn derive(shape: &ConvShape, weights: &[f32], derived: &mut [f32]) {
    assert_eq!(weights.len(), shape.weight_len(), "stored weights");
    assert_eq!(derived.len(), shape.derived_len(), "derived weights");
    match shape.kind() {
        Kind::Dense => derive_dense(shape, weights, derived),
        Kind::Grouped => {
            derived.fill(0.0);
            for_each_weight(shape, |output, input, tap| {
                let (group, within) = (output / shape.group_outputs(), output % shape.group_outputs());
                let at = shape.grouped_derived_at(group * shape.group_inputs() + input, within, tap);
                derived[at] = weights[shape.weight_at(output, input, tap)];
            });
        }
        Kind::Depthwise => {}
    }
}

/// `[group][output block][input block][tap][16 inputs][16 outputs]` to
/// `[group][input block][output block][tap][16 outputs][16 inputs]`.
fn derive_dense(shape: &ConvShape, weights: &[f32], derived: &mut [f32]) {
    let outputs = shape.group_outputs().div_ceil(LANES);
    let inputs = shape.group_inputs().div_ceil(LANES);
    let taps = shape.taps();
    for (i, from) in weights.as_chunks::<BLOCK>().0.iter().enumerate() {
        let (block, tap) = (i / taps, i % taps);
        let (group, output, input) = (block / (inputs * outputs), block / inputs % outputs, block % inputs);
        let to = ((group * inputs + input) * outputs + output) * taps + tap;
        transpose(from, &mut derived.as_chunks_mut::<BLOCK>().0[to]);
    }
}

fn transpose(from: &[f32; BLOCK], to: &mut [f32; BLOCK]) {
    for row in 0..LANES {
        for column in 0..LANES {
            to[row * LANES + column] = from[column * LANES + row];
        }
    }
}

fn pytorch_len(shape: &ConvShape) -> usize {
    shape.output[0] * shape.group_inputs() * shape.taps()
}

/// Calls `each(output, input within the group, tap)` in the order of PyTorch's layout.
fn for_each_weight(shape: &ConvShape, mut each: impl FnMut(usize, usize, [usize; 2])) {
    for output in 0..shape.output[0] {
        for input in 0..shape.group_inputs() {
            for row in 0..shape.window.kernel[0] {
                for column in 0..shape.window.kernel[1] {
                    each(output, input, [row, column]);
                }
            }
        }
    }
}
