//! The forward pass.

use super::dense::Dense;
use super::epilogue::Epilogue;
use super::grouped::Grouped;
use super::shape::{ConvShape, Kind};
use super::sweep::Sweep;
use crate::isa::Isa;
use crate::kernels::rows;
use crate::layout::Extent;

/// `y = conv(x)` of one image, finished by `epilogue`; halo and padding lanes of `y` are written too. `derived` are the weights
/// that [`derive`](super::derive) made.
///
/// # Panics
/// Where extents, halos or lengths do not fit the shape.
#[allow(clippy::too_many_arguments)]
pub fn forward(
    isa: Isa,
    shape: &ConvShape,
    weights: &[f32],
    derived: &[f32],
    x: &[f32],
    x_extent: &Extent,
    y: &mut [f32],
    y_extent: &Extent,
    epilogue: &Epilogue,
) {
    shape.check_maps(x_extent, y_extent);
    assert_eq!(weights.len(), shape.weight_len(), "stored weights");
    assert_eq!(derived.len(), shape.derived_len(), "derived weights");
    let (inputs, outputs) = (shape.group_inputs(), shape.group_outputs());
    match shape.kind() {
        Kind::Dense => isa.call(Dense {
            sweep: Sweep::forward(shape),
            window: &shape.window,
            groups: shape.groups,
            inputs,
            outputs,
            weights,
            source: x,
            source_extent: x_extent,
            dest: y,
            dest_extent: y_extent,
            add: false,
            epilogue,
        }),
        Kind::Grouped | Kind::Depthwise => isa.call(Grouped {
            sweep: Sweep::forward(shape),
            window: &shape.window,
            inputs,
            outputs,
            weights,
            source: x,
            source_extent: x_extent,
            dest: y,
            dest_extent: y_extent,
            add: false,
            epilogue,
        }),
    }
    rows::clear_halo(y, y_extent);
}
