//! The forward pass. See [`super`] for the algorithm.

use super::dense::Dense;
use super::epilogue::Epilogue;
use super::grouped::Grouped;
use super::loop_nest::LoopNest;
use super::shape::{ConvShape, Kind};
use crate::isa::Isa;
use crate::kernels::rows;
use crate::layout::Extent;
use crate::ops::Write;

/// Computes `y = epilogue(conv(x))` for one image. Zeros are written to the halo and the padding lanes of `y`. `y` may be a range
/// of the output's rows: it starts at the output's row `first_row` and has as many rows as `y_extent` says.
///
/// # Panics
/// Where extents, halos or lengths do not fit the shape, or an epilogue is to finish what is added to.
#[allow(clippy::too_many_arguments)]
pub fn forward(
    isa: Isa,
    shape: &ConvShape,
    weights: &[f32],
    x: &[f32],
    x_extent: &Extent,
    y: &mut [f32],
    y_extent: &Extent,
    first_row: usize,
    epilogue: &Epilogue,
    write: Write,
) {
    shape.check_rows(x_extent, y_extent, first_row);
    assert_eq!(weights.len(), shape.weight_len(), "stored weights");
    let add = write == Write::Add;
    assert!(!add || epilogue.is_empty(), "what is added to a map is not finished");
    let (inputs, outputs) = (shape.group_inputs(), shape.group_outputs());
    match shape.kind() {
        Kind::Dense => isa.call(Dense {
            nest: LoopNest::forward(shape).rows(first_row, y_extent.height),
            window: &shape.window,
            groups: shape.groups,
            inputs,
            outputs,
            weights,
            source: x,
            source_extent: x_extent,
            dest: y,
            dest_extent: y_extent,
            add,
            epilogue,
        }),
        Kind::Grouped | Kind::Depthwise => isa.call(Grouped {
            nest: LoopNest::forward(shape).rows(first_row, y_extent.height),
            window: &shape.window,
            inputs,
            outputs,
            weights,
            source: x,
            source_extent: x_extent,
            dest: y,
            dest_extent: y_extent,
            add,
            epilogue,
        }),
    }
    rows::clear_halo(y, y_extent);
}
