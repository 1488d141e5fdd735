//! Option A of He et al.'s (2016) shortcuts: every `stride`-th pixel, with channels of zeros added, half of them (rounded down)
//! before and the rest after the others.

use super::Describe;
use crate::exec::Pass;
use crate::kernels::channels::Runs;
use crate::layout::{Extent, Map, MapMut, MapRef};
#[cfg(feature = "onnx")]
use crate::onnx::graph;
use crate::ops::Write;

/// He et al.'s option A: every `stride`-th pixel, with zero channels added, half before and half after the others (an odd one after them).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Subsample {
    /// Rows and columns.
    pub stride: [usize; 2],
}

impl Describe for Subsample {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> graph::Form<'_> {
        graph::Form::Nodes(self)
    }
}

#[cfg(feature = "onnx")]
impl graph::ToNodes for Subsample {
    fn add_to(&self, layer: &mut graph::Layer<'_, '_>) {
        // Every `stride`-th pixel, then zero channels, half before and half after the others.
        let [channels, rows, columns] = *layer.input_shapes[0] else { unreachable!("takes a map") };
        let mut inputs = layer.inputs.clone();
        for (suffix, numbers) in
            [("starts", [0, 0]), ("ends", [rows, columns]), ("axes", [2, 3]), ("steps", self.stride)]
        {
            inputs.push(layer.whole_numbers(suffix, &numbers));
        }
        let picked = [channels, layer.shape[1], layer.shape[2]];
        let picked = layer.step("slice", "Slice", inputs, &picked, Vec::new());
        let added = layer.shape[0] - channels;
        let borders = layer.whole_numbers("pads", &[0, added / 2, 0, 0, 0, added - added / 2, 0, 0]);
        layer.node("Pad", vec![picked, borders], vec![graph::text("mode", "constant")]);
    }
}

impl Pass<'_> {
    /// He et al.'s option A: every `stride`-th pixel, with zero channels added, half before and half after the others.
    pub fn subsample<
        const CI: usize,
        const HI: usize,
        const WI: usize,
        const CO: usize,
        const HO: usize,
        const WO: usize,
    >(
        &mut self,
        stride: [usize; 2],
        x: Map<CI, HI, WI>,
        y: Map<CO, HO, WO>,
    ) {
        self.each_map([x.slot()], y.slot(), &|_, [x], y| forward(stride, x, y));
    }

    /// The gradient of shortcut A's input.
    pub fn subsample_backward<
        const CI: usize,
        const HI: usize,
        const WI: usize,
        const CO: usize,
        const HO: usize,
        const WO: usize,
    >(
        &mut self,
        stride: [usize; 2],
        dy: Map<CO, HO, WO>,
        dx: Map<CI, HI, WI>,
        write: Write,
    ) {
        self.each_map([dy.slot()], dx.slot(), &|_, [dy], dx| backward(stride, dy, dx, write));
    }
}

/// Every `stride`-th pixel of `x`, between channels of zeros.
///
/// # Panics
/// If shapes do not fit, or a slice is too short.
fn forward(stride: [usize; 2], x: MapRef<'_>, mut y: MapMut<'_>) {
    let before = check(stride, &x.extent(), &y.extent());
    y.begin_sum(Write::Set);
    for run in Runs::new(x.extent().channels, before) {
        for line in 0..y.extent().height {
            let x = x.row(run.part[0], line * stride[0]);
            let y = y.row_mut(run.whole[0], line);
            for (x, y) in x.iter().step_by(stride[1]).zip(y) {
                y[run.whole[1]..][..run.len].copy_from_slice(&x[run.part[1]..][..run.len]);
            }
        }
    }
}

/// The gradient of [`forward`]'s argument.
///
/// # Panics
/// As [`forward`].
fn backward(stride: [usize; 2], dy: MapRef<'_>, mut dx: MapMut<'_>, write: Write) {
    let before = check(stride, &dx.extent(), &dy.extent());
    dx.begin_sum(write);
    for run in Runs::new(dx.extent().channels, before) {
        for line in 0..dy.extent().height {
            let dy = dy.row(run.whole[0], line);
            let dx = dx.row_mut(run.part[0], line * stride[0]);
            for (dy, dx) in dy.iter().zip(dx.iter_mut().step_by(stride[1])) {
                for (dy, dx) in dy[run.whole[1]..][..run.len].iter().zip(&mut dx[run.part[1]..]) {
                    *dx += dy;
                }
            }
        }
    }
}

/// Checks the shapes, and returns the number of channels of zeros before the others.
#[track_caller]
fn check(stride: [usize; 2], x: &Extent, y: &Extent) -> usize {
    let kept = [x.height.div_ceil(stride[0]), x.width.div_ceil(stride[1])];
    assert_eq!([y.height, y.width], kept, "one pixel for each stride");
    assert!(x.channels <= y.channels, "a shortcut adds channels");
    (y.channels - x.channels) / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::*;

    #[test]
    fn shortcut_a_takes_every_other_pixel_and_adds_channels() {
        for (channels, wider) in [(16, 32), (3, 8), (17, 40), (5, 5)] {
            for stride in [[1, 1], [2, 2], [3, 2]] {
                let e = extent(channels, 5, 8, [1, 1]);
                let out = extent(wider, 5usize.div_ceil(stride[0]), 8usize.div_ceil(stride[1]), [0, 1]);
                let taken = |x: &[f64]| -> Vec<f64> {
                    let number = |i: usize| {
                        let (c, y, x_) = (i / out.width / out.height, i / out.width % out.height, i % out.width);
                        let from = c.wrapping_sub((wider - channels) / 2);
                        if from < channels { x[(from * 5 + y * stride[0]) * 8 + x_ * stride[1]] } else { 0.0 }
                    };
                    (0..numel(&out)).map(number).collect()
                };
                let plain = random(1, numel(&e));
                let mut y = garbage(&out);
                forward(stride, map(&pack(&plain, &e), &e), map_mut(&mut y, &out));
                assert_eq!(unpack(&y, &out), taken(&wide(&plain)), "{channels} to {wider}, {stride:?}");
                let dy = random(2, numel(&out));
                let expected = gradient(&wide(&plain), &wide(&dy), taken);
                check_gradient(&e, &expected, 2e-6, "subsample", |dx, write| {
                    backward(stride, map(&pack(&dy, &out), &out), dx, write);
                });
            }
        }
    }
}
