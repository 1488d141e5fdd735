//! A border on each side of a map: zeros, the map mirrored, or its edge repeated.

use super::Describe;
use crate::exec::Pass;
use crate::kernels::rows::add_lanes;
use crate::layout::{Extent, LANES, Map, MapMut, MapRef};
#[cfg(feature = "onnx")]
use crate::onnx::graph;
use crate::ops::{PadMode, Write};

/// A border on each side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pad {
    /// Rows and columns.
    pub amount: [usize; 2],
    /// The contents of the border.
    pub mode: PadMode,
}

impl Describe for Pad {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> graph::Form<'_> {
        graph::Form::Nodes(self)
    }
}

#[cfg(feature = "onnx")]
impl graph::ToNodes for Pad {
    fn add_to(&self, layer: &mut graph::Layer<'_, '_>) {
        let [rows, columns] = self.amount;
        let borders = layer.whole_numbers("pads", &[0, 0, rows, columns, 0, 0, rows, columns]);
        let mode = match self.mode {
            PadMode::Zeros => "constant",
            PadMode::Reflect => "reflect",
            PadMode::Replicate => "edge",
        };
        let inputs = [layer.inputs.clone(), vec![borders]].concat();
        layer.node("Pad", inputs, vec![graph::text("mode", mode)]);
    }
}

impl Pass<'_> {
    /// A border of `amount` ([height, width]) on each side.
    pub fn pad<const C: usize, const HI: usize, const WI: usize, const HO: usize, const WO: usize>(
        &mut self,
        amount: [usize; 2],
        mode: PadMode,
        x: Map<C, HI, WI>,
        y: Map<C, HO, WO>,
    ) {
        self.each_map([x.slot()], y.slot(), &|_, [x], y| forward(amount, mode, x, y));
    }

    /// Computes the gradient of `pad`'s input. Gradients of repeated or mirrored pixels are added to those of their sources.
    pub fn pad_backward<const C: usize, const HI: usize, const WI: usize, const HO: usize, const WO: usize>(
        &mut self,
        amount: [usize; 2],
        mode: PadMode,
        dy: Map<C, HO, WO>,
        dx: Map<C, HI, WI>,
        write: Write,
    ) {
        self.each_map([dy.slot()], dx.slot(), &|_, [dy], dx| backward(amount, mode, dy, dx, write));
    }
}

/// `x` with a border of `amount` rows and columns on each side.
///
/// # Panics
/// `y` is not larger than `x` by twice the amount, `Reflect` is asked for more than the map has, or a slice is too short.
fn forward(amount: [usize; 2], mode: PadMode, x: MapRef<'_>, mut y: MapMut<'_>) {
    check(amount, mode, &x.extent(), &y.extent());
    y.clear_halo();
    for b in 0..x.extent().blocks() {
        for line in 0..y.extent().height {
            let out = y.row_mut(b, line);
            let Some(from) = source(mode, line, amount[0], x.extent().height) else {
                out.fill([0.0; LANES]);
                continue;
            };
            let row = x.row(b, from);
            for (column, y) in out.iter_mut().enumerate() {
                *y = source(mode, column, amount[1], x.extent().width).map_or([0.0; LANES], |from| row[from]);
            }
        }
    }
}

/// The gradient of [`forward`]'s argument. Repeated pixels get the sum of the gradients.
///
/// # Panics
/// As [`forward`].
fn backward(amount: [usize; 2], mode: PadMode, dy: MapRef<'_>, mut dx: MapMut<'_>, write: Write) {
    check(amount, mode, &dx.extent(), &dy.extent());
    dx.begin_sum(write);
    let Extent { height, width, .. } = dx.extent();
    for b in 0..dx.extent().blocks() {
        for line in 0..dy.extent().height {
            let Some(to) = source(mode, line, amount[0], height) else { continue };
            let dx = dx.row_mut(b, to);
            for (column, dy) in dy.row(b, line).iter().enumerate() {
                if let Some(to) = source(mode, column, amount[1], width) {
                    add_lanes(dy, &mut dx[to]);
                }
            }
        }
    }
}

#[track_caller]
fn check(amount: [usize; 2], mode: PadMode, inner: &Extent, outer: &Extent) {
    let larger = [inner.channels, inner.height + 2 * amount[0], inner.width + 2 * amount[1]];
    assert_eq!([outer.channels, outer.height, outer.width], larger, "larger by the border");
    let reflects = amount[0] < inner.height && amount[1] < inner.width;
    assert!(mode != PadMode::Reflect || reflects, "a reflected border is smaller than the map");
}

/// The row or column of a map of `length` that is copied to position `at` of the padded map; `None` for a zero.
#[inline]
fn source(mode: PadMode, at: usize, amount: usize, length: usize) -> Option<usize> {
    if (amount..amount + length).contains(&at) {
        return Some(at - amount);
    }
    let before = at < amount;
    match mode {
        PadMode::Zeros => None,
        PadMode::Replicate => Some(if before { 0 } else { length - 1 }),
        PadMode::Reflect => Some(if before { amount - at } else { 2 * (length - 1) + amount - at }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::*;

    /// Position `at - amount` of a line, as the documentation of PyTorch's pads describes it.
    fn expected_source(mode: PadMode, at: usize, amount: usize, length: usize) -> Option<usize> {
        let (at, last) = (at as isize - amount as isize, length as isize - 1);
        let inside = match mode {
            PadMode::Zeros if at < 0 || at > last => return None,
            PadMode::Reflect if at < 0 => -at,
            PadMode::Reflect if at > last => last - (at - last),
            PadMode::Replicate => at.clamp(0, last),
            _ => at,
        };
        Some(inside as usize)
    }

    #[test]
    fn borders_are_zeros_reflections_or_repetitions() {
        for mode in [PadMode::Zeros, PadMode::Reflect, PadMode::Replicate] {
            for e in [extent(3, 5, 7, [1, 2]), extent(17, 4, 3, [0, 0])] {
                for amount in [[0, 0], [1, 2], [3, 1]] {
                    let outer = extent(e.channels, e.height + 2 * amount[0], e.width + 2 * amount[1], [2, 1]);
                    let padded = |x: &[f64]| -> Vec<f64> {
                        let number = |i: usize| {
                            let (c, y, x_) =
                                (i / outer.width / outer.height, i / outer.width % outer.height, i % outer.width);
                            let from = expected_source(mode, y, amount[0], e.height)
                                .zip(expected_source(mode, x_, amount[1], e.width));
                            from.map_or(0.0, |(y, x_)| x[(c * e.height + y) * e.width + x_])
                        };
                        (0..numel(&outer)).map(number).collect()
                    };
                    let plain = random(1, numel(&e));
                    let mut y = garbage(&outer);
                    forward(amount, mode, map(&pack(&plain, &e), &e), map_mut(&mut y, &outer));
                    assert_eq!(unpack(&y, &outer), padded(&wide(&plain)), "{mode:?} {e:?} {amount:?}");
                    let dy = random(2, numel(&outer));
                    let expected = gradient(&wide(&plain), &wide(&dy), padded);
                    check_gradient(&e, &expected, 2e-6, "pad", |dx, write| {
                        backward(amount, mode, map(&pack(&dy, &outer), &outer), dx, write);
                    });
                }
            }
        }
    }

    /// The rows of `torch.nn.functional.pad(arange(3.), (2, 2), mode)`.
    #[test]
    fn a_row_is_padded_as_by_pytorch() {
        for (mode, expected) in [
            (PadMode::Zeros, [0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 0.0]),
            (PadMode::Reflect, [2.0, 1.0, 0.0, 1.0, 2.0, 1.0, 0.0]),
            (PadMode::Replicate, [0.0, 0.0, 0.0, 1.0, 2.0, 2.0, 2.0]),
        ] {
            let (inner, outer) = (extent(1, 1, 3, [0, 0]), extent(1, 1, 7, [0, 0]));
            let mut y = garbage(&outer);
            forward([0, 2], mode, map(&pack(&[0.0, 1.0, 2.0], &inner), &inner), map_mut(&mut y, &outer));
            assert_eq!(unpack(&y, &outer), expected);
        }
    }
}
