//! Conversions of weights: from and to PyTorch's layout, and to the transposed layout that backward-data reads.

use super::shape::{ConvShape, Kind};
use crate::layout::LANES;
use std::ops::Range;

/// Floats of one tap's weights between one input block and one output block.
pub(super) const BLOCK: usize = LANES * LANES;

/// Converts the weights of some output blocks from PyTorch's layout (`[outputs, inputs / groups, kh, kw]`) to that of the kernels. Padding
/// weights become zero. The weights of consecutive blocks are contiguous in both layouts.
///
/// # Panics
/// If the length of a slice is not that of the shape.
pub fn pack_blocks(shape: &ConvShape, blocks: Range<usize>, pytorch: &[f32], packed: &mut [f32]) {
    assert_eq!(pytorch.len(), shape.blocks_pytorch(blocks.clone()).len(), "weights in PyTorch's layout");
    let mut rest = pytorch;
    for (block, packed) in blocks.zip(packed.chunks_exact_mut(shape.block_len())) {
        let weights;
        (weights, rest) = rest.split_at(shape.blocks_pytorch(block..block + 1).len());
        match whole_taps(shape, weights.len()) {
            Some(1) => pack_whole::<1>(weights, packed),
            Some(9) => pack_whole::<9>(weights, packed),
            _ => {
                packed.fill(0.0);
                for_each_of_block(shape, weights.len(), |plain, stored| packed[stored] = weights[plain]);
            }
        }
    }
}

/// The inverse of [`pack_blocks`], for weights and for their gradients.
///
/// # Panics
/// As [`pack_blocks`].
pub fn unpack_blocks(shape: &ConvShape, blocks: Range<usize>, packed: &[f32], pytorch: &mut [f32]) {
    assert_eq!(pytorch.len(), shape.blocks_pytorch(blocks.clone()).len(), "weights in PyTorch's layout");
    let mut rest = pytorch;
    for (block, packed) in blocks.zip(packed.chunks_exact(shape.block_len())) {
        let weights;
        (weights, rest) = rest.split_at_mut(shape.blocks_pytorch(block..block + 1).len());
        match whole_taps(shape, weights.len()) {
            Some(1) => unpack_whole::<1>(packed, weights),
            Some(9) => unpack_whole::<9>(packed, weights),
            _ => for_each_of_block(shape, weights.len(), |plain, stored| weights[plain] = packed[stored]),
        }
    }
}

/// The number of taps, if an output block with `len` weights has no padding: it has 16 outputs, and its inputs are whole blocks.
fn whole_taps(shape: &ConvShape, len: usize) -> Option<usize> {
    let is_whole = shape.kind() == Kind::Dense && len == shape.block_len();
    is_whole.then_some(shape.taps())
}

/// Packs an output block without padding. With a constant number of taps it is three times as fast as [`for_each_of_block`]; most
/// kernels in networks have 1 or 9 taps.
fn pack_whole<const TAPS: usize>(plain: &[f32], packed: &mut [f32]) {
    let tiles = tiles::<TAPS>(packed.len());
    let (plain, packed) = (plain.as_chunks::<TAPS>().0.as_chunks::<LANES>().0, packed.as_chunks_mut::<LANES>().0);
    let packed = packed.as_chunks_mut::<LANES>().0.as_chunks_mut::<TAPS>().0;
    for (i, tile) in packed.iter_mut().enumerate() {
        for output in 0..LANES {
            let from = &plain[output * tiles + i];
            for input in 0..LANES {
                for tap in 0..TAPS {
                    tile[tap][input][output] = from[input][tap];
                }
            }
        }
    }
}

/// The inverse of [`pack_whole`].
fn unpack_whole<const TAPS: usize>(packed: &[f32], plain: &mut [f32]) {
    let tiles = tiles::<TAPS>(packed.len());
    let (plain, packed) = (plain.as_chunks_mut::<TAPS>().0.as_chunks_mut::<LANES>().0, packed.as_chunks::<LANES>().0);
    let packed = packed.as_chunks::<LANES>().0.as_chunks::<TAPS>().0;
    for (i, tile) in packed.iter().enumerate() {
        for output in 0..LANES {
            let to = &mut plain[output * tiles + i];
            for input in 0..LANES {
                for tap in 0..TAPS {
                    to[input][tap] = tile[tap][input][output];
                }
            }
        }
    }
}

/// Number of input blocks in an output block of `floats` weights.
const fn tiles<const TAPS: usize>(floats: usize) -> usize {
    floats / (TAPS * BLOCK)
}

/// Calls `each(offset in PyTorch's layout, offset in the stored layout)` for the `len` weights of an output block. It goes
/// through one input block after the other, so that both sides stay in the first-level cache.
#[inline(always)]
fn for_each_of_block(shape: &ConvShape, len: usize, mut each: impl FnMut(usize, usize)) {
    let (inputs, taps) = (shape.group_inputs(), shape.taps());
    let outputs = len / (inputs * taps);
    // Number of inputs whose weights for one tap are contiguous: those of an input block, or all inputs of a group.
    let together = if shape.kind() == Kind::Dense { LANES } else { inputs };
    for first in (0..inputs).step_by(together) {
        for output in 0..outputs {
            for input in first..inputs.min(first + together) {
                let plain = (output * inputs + input) * taps;
                let stored = (first * taps + input - first) * LANES + output;
                for tap in 0..taps {
                    each(plain + tap, stored + tap * together * LANES);
                }
            }
        }
    }
}

/// Makes the transposed weights that backward-data reads: inputs and outputs change places, both as blocks and as lanes. It has
/// to be called again after every change of the weights.
///
/// # Panics
/// If the length of a slice is not that of the shape.
pub fn transpose_weights(shape: &ConvShape, weights: &[f32], transposed: &mut [f32]) {
    assert_eq!(weights.len(), shape.weight_len(), "stored weights");
    assert_eq!(transposed.len(), shape.transposed_len(), "transposed weights");
    match shape.kind() {
        Kind::Dense => transpose_dense(shape, weights, transposed),
        Kind::Grouped => {
            transposed.fill(0.0);
            for_each_weight(shape, |output, input, tap| {
                let (group, within) = (output / shape.group_outputs(), output % shape.group_outputs());
                let at = shape.grouped_transposed_at(group * shape.group_inputs() + input, within, tap);
                transposed[at] = weights[shape.weight_at(output, input, tap)];
            });
        }
        Kind::Depthwise => {}
    }
}

/// `[group][output block][input block][tap][16 inputs][16 outputs]` to
/// `[group][input block][output block][tap][16 outputs][16 inputs]`.
fn transpose_dense(shape: &ConvShape, weights: &[f32], transposed: &mut [f32]) {
    let outputs = shape.group_outputs().div_ceil(LANES);
    let inputs = shape.group_inputs().div_ceil(LANES);
    let taps = shape.taps();
    for (i, from) in weights.as_chunks::<BLOCK>().0.iter().enumerate() {
        let (block, tap) = (i / taps, i % taps);
        let (group, output, input) = (block / (inputs * outputs), block / inputs % outputs, block % inputs);
        let to = ((group * inputs + input) * outputs + output) * taps + tap;
        transpose(from, &mut transposed.as_chunks_mut::<BLOCK>().0[to]);
    }
}

fn transpose(from: &[f32; BLOCK], to: &mut [f32; BLOCK]) {
    for row in 0..LANES {
        for column in 0..LANES {
            to[row * LANES + column] = from[column * LANES + row];
        }
    }
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
