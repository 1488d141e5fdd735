//! Backward-data: the gradient of the input. See [`super`] for the algorithm.

use super::dense::Dense;
use super::epilogue::Epilogue;
use super::grouped::Grouped;
use super::loop_nest::LoopNest;
use super::shape::{ConvShape, Kind};
use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::rows::channels;
use crate::layout::{MapMut, MapRef};
use crate::ops::Write;

/// The weights that [`backward_data`] reads: the stored ones for depthwise convolutions, and the transposed ones for all others.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'a> {
    /// The weights that the forward pass reads.
    pub stored: &'a [f32],
    /// The weights that [`transpose_weights`](super::transpose_weights) makes.
    pub transposed: &'a [f32],
}

/// Computes the input's gradient of one image, and writes it to `dx` ([`Write::Set`]) or adds it to `dx` ([`Write::Add`]). `Set` also writes
/// zeros to the halo and the padding lanes of `dx`; `Add` expects zeros there. A `bias`, which transposed convolutions have, is added to what
/// `Set` writes; it has one float per channel, padded with zeros to whole blocks.
///
/// # Panics
/// If maps, halos or lengths do not fit the shape.
pub fn backward_data(
    isa: Isa,
    shape: &ConvShape,
    weights: Weights<'_>,
    dy: MapRef<'_>,
    mut dx: MapMut<'_>,
    write: Write,
    bias: Option<&[f32]>,
) {
    shape.check_maps(&dx.extent(), &dy.extent());
    assert_eq!(weights.stored.len(), shape.weight_len(), "stored weights");
    assert_eq!(weights.transposed.len(), shape.transposed_len(), "transposed weights");
    let (inputs, outputs) = (shape.group_outputs(), shape.group_inputs());
    let add = write == Write::Add;
    let epilogue = &Epilogue { bias, ..Epilogue::default() };
    epilogue.check(&dx.extent());
    for nest in LoopNest::backward(shape) {
        if nest.taps() == 0 {
            if write == Write::Set {
                isa.call(Fill { map: dx.reborrow(), nest: &nest, bias });
            }
            continue;
        }
        match shape.kind() {
            Kind::Dense => isa.call(Dense {
                nest,
                window: &shape.window,
                groups: shape.groups,
                inputs,
                outputs,
                weights: weights.transposed,
                source: dy,
                dest: dx.reborrow(),
                add,
                epilogue,
            }),
            kind => isa.call(Grouped {
                nest,
                window: &shape.window,
                inputs,
                outputs,
                weights: if kind == Kind::Depthwise { weights.stored } else { weights.transposed },
                source: dy,
                dest: dx.reborrow(),
                add,
                epilogue,
            }),
        }
    }
    dx.begin(write);
}

/// Writes the bias, or zero without one, to the pixels of a loop nest that has no taps.
struct Fill<'a> {
    map: MapMut<'a>,
    nest: &'a LoopNest,
    bias: Option<&'a [f32]>,
}

impl Kernel for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let (rows, columns) = (&self.nest.rows, &self.nest.columns);
        let extent = self.map.extent();
        for block in 0..extent.blocks() {
            let value = match self.bias {
                Some(bias) => channels(s, bias, &extent, block),
                None => s.zero(),
            };
            for row in 0..rows.pixels {
                let row = self.map.row_mut(block, rows.first + row * rows.step);
                for lanes in row.iter_mut().skip(columns.first).step_by(columns.step) {
                    s.store(value, lanes);
                }
            }
        }
    }
}
