//! Backward-data: the gradient of the input. See [`super`] for the algorithm.

use super::dense::Dense;
use super::epilogue::Epilogue;
use super::grouped::Grouped;
use super::loop_nest::LoopNest;
use super::shape::{ConvShape, Kind};
use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::rows;
use crate::layout::Extent;
use crate::ops::Write;

/// Computes the input's gradient of one image, and writes it to `dx` ([`Write::Set`]) or adds it to `dx` ([`Write::Add`]). `Set` also writes
/// zeros to the halo and the padding lanes of `dx`; `Add` expects zeros there. `transposed` holds the weights as
/// [`transpose_weights`](super::transpose_weights) makes them.
///
/// # Panics
/// Where extents, halos or lengths do not fit the shape.
#[allow(clippy::too_many_arguments)]
pub fn backward_data(
    isa: Isa,
    shape: &ConvShape,
    weights: &[f32],
    transposed: &[f32],
    dy: &[f32],
    dy_extent: &Extent,
    dx: &mut [f32],
    dx_extent: &Extent,
    write: Write,
    bias: Option<&[f32]>,
) {
    shape.check_maps(dx_extent, dy_extent);
    assert_eq!(weights.len(), shape.weight_len(), "stored weights");
    assert_eq!(transposed.len(), shape.transposed_len(), "transposed weights");
    let (inputs, outputs) = (shape.group_outputs(), shape.group_inputs());
    let add = write == Write::Add;
    let epilogue = &Epilogue { bias, ..Epilogue::default() };
    epilogue.check(dx_extent);
    for nest in LoopNest::backward(shape) {
        if nest.taps() == 0 {
            if write == Write::Set {
                isa.call(Fill { map: dx, extent: dx_extent, nest: &nest, bias });
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
                weights: transposed,
                source: dy,
                source_extent: dy_extent,
                dest: dx,
                dest_extent: dx_extent,
                add,
                epilogue,
            }),
            kind => isa.call(Grouped {
                nest,
                window: &shape.window,
                inputs,
                outputs,
                weights: if kind == Kind::Depthwise { weights } else { transposed },
                source: dy,
                source_extent: dy_extent,
                dest: dx,
                dest_extent: dx_extent,
                add,
                epilogue,
            }),
        }
    }
    if write == Write::Set {
        rows::clear_halo(dx, dx_extent);
    }
}

/// Writes the bias, or zero without one, to the pixels of a loop nest that has no taps.
struct Fill<'a> {
    map: &'a mut [f32],
    extent: &'a Extent,
    nest: &'a LoopNest,
    bias: Option<&'a [f32]>,
}

impl Kernel for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (rows, columns) = (&self.nest.rows, &self.nest.columns);
        for block in 0..self.extent.blocks() {
            let value = match self.bias {
                Some(bias) => rows::channels(s, bias, self.extent, block),
                None => s.zero(),
            };
            for row in 0..rows.pixels {
                let row = rows::row_mut(self.map, self.extent, block, rows.first + row * rows.step);
                for lanes in row.iter_mut().skip(columns.first).step_by(columns.step) {
                    s.store(value, lanes);
                }
            }
        }
    }
}
