//! The forward pass. See [`super`] for the algorithm.

use super::dense::Dense;
use super::epilogue::Epilogue;
use super::grouped::Grouped;
use super::loop_nest::LoopNest;
use super::shape::{ConvShape, Kind};
use crate::isa::Isa;
use crate::layout::{MapMut, MapRef};

/// Computes `y = epilogue(conv(x))` for one image. Zeros are written to the halo and the padding lanes of `y`. `y` may be a range of the
/// output's rows, which starts at the output's row `first_row`.
///
/// # Panics
/// If maps, halos or lengths do not fit the shape.
pub fn forward(
    isa: Isa,
    shape: &ConvShape,
    weights: &[f32],
    x: MapRef<'_>,
    y: MapMut<'_>,
    first_row: usize,
    epilogue: &Epilogue,
) {
    shape.check_rows(&x.extent(), &y.extent(), first_row);
    let nest = LoopNest::forward(shape).rows(first_row, y.extent().height);
    compute(isa, shape, weights, x, y, nest, Some(epilogue));
}

/// Computes `y += conv(x)` for one image. Zeros are written to the halo and the padding lanes of `y`.
///
/// # Panics
/// If maps, halos or lengths do not fit the shape.
pub fn forward_add(isa: Isa, shape: &ConvShape, weights: &[f32], x: MapRef<'_>, y: MapMut<'_>) {
    shape.check_maps(&x.extent(), &y.extent());
    compute(isa, shape, weights, x, y, LoopNest::forward(shape), None);
}

/// Sets the pixels of a loop nest and finishes them by the epilogue, or adds to them where there is none.
fn compute(
    isa: Isa,
    shape: &ConvShape,
    weights: &[f32],
    source: MapRef<'_>,
    mut dest: MapMut<'_>,
    nest: LoopNest,
    epilogue: Option<&Epilogue>,
) {
    assert_eq!(weights.len(), shape.weight_len(), "stored weights");
    let (inputs, outputs) = (shape.group_inputs(), shape.group_outputs());
    let (add, epilogue) = (epilogue.is_none(), epilogue.copied().unwrap_or_default());
    match shape.kind() {
        Kind::Dense => isa.call(Dense {
            nest,
            window: &shape.window,
            groups: shape.groups,
            inputs,
            outputs,
            weights,
            source,
            dest: dest.reborrow(),
            add,
            epilogue: &epilogue,
        }),
        Kind::Grouped | Kind::Depthwise => isa.call(Grouped {
            nest,
            window: &shape.window,
            inputs,
            outputs,
            weights,
            source,
            dest: dest.reborrow(),
            add,
            epilogue: &epilogue,
        }),
    }
    dest.clear_halo();
}
