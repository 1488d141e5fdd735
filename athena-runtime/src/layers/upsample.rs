//! Upsampling of a map by whole factors. Each pixel is repeated, or pixels are interpolated between the centres of the four
//! nearest ones, where the edge is repeated beyond the map (PyTorch's `nearest`, and its `bilinear` with `align_corners=False`).

use super::Describe;
use crate::exec::Pass;
use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::rows::{Lanes, add_lanes};
use crate::layout::{Extent, Map, MapMut, MapRef};
#[cfg(feature = "onnx")]
use crate::onnx::graph;
use crate::ops::Write;

/// Upsampling of a map by whole factors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Upsample {
    /// Rows and columns.
    pub factor: [usize; 2],
    /// How pixels are computed.
    pub mode: UpsampleMode,
}

/// How pixels are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpsampleMode {
    /// Each pixel repeated.
    Nearest,
    /// Interpolated between the centres of the four nearest pixels.
    Bilinear,
}

impl Describe for Upsample {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> graph::Form<'_> {
        graph::Form::Nodes(self)
    }
}

#[cfg(feature = "onnx")]
impl graph::ToNodes for Upsample {
    fn add_to(&self, layer: &mut graph::Layer<'_, '_>) {
        let [rows, columns] = self.factor.map(|factor| factor as f32);
        let scales = layer.vector("scales", &[1.0, 1.0, rows, columns]);
        // The input between the two, the region of interest, is left out.
        let inputs = [layer.inputs.clone(), vec![String::new(), scales]].concat();
        let attributes = match self.mode {
            UpsampleMode::Nearest => vec![
                graph::text("mode", "nearest"),
                graph::text("coordinate_transformation_mode", "asymmetric"),
                graph::text("nearest_mode", "floor"),
            ],
            UpsampleMode::Bilinear => {
                vec![graph::text("mode", "linear"), graph::text("coordinate_transformation_mode", "half_pixel")]
            }
        };
        layer.node("Resize", inputs, attributes);
    }
}

impl Pass<'_> {
    /// Makes `factor` ([height, width]) times as many rows and columns.
    pub fn upsample<const C: usize, const HI: usize, const WI: usize, const HO: usize, const WO: usize>(
        &mut self,
        factor: [usize; 2],
        mode: UpsampleMode,
        x: Map<C, HI, WI>,
        y: Map<C, HO, WO>,
    ) {
        self.each_map([x.slot()], y.slot(), &|context, [x], y| forward(context.isa, factor, mode, x, y));
    }

    /// Computes the gradient of the input of `upsample`.
    pub fn upsample_backward<const C: usize, const HI: usize, const WI: usize, const HO: usize, const WO: usize>(
        &mut self,
        factor: [usize; 2],
        mode: UpsampleMode,
        dy: Map<C, HO, WO>,
        dx: Map<C, HI, WI>,
        write: Write,
    ) {
        self.each_map([dy.slot()], dx.slot(), &|context, [dy], dx| backward(context.isa, factor, mode, dy, dx, write));
    }
}

/// `y` is `x` enlarged.
///
/// # Panics
/// `y` is not `factor` times as large as `x`, or a slice is too short.
fn forward(isa: Isa, factor: [usize; 2], mode: UpsampleMode, x: MapRef<'_>, mut y: MapMut<'_>) {
    check(factor, &x.extent(), &y.extent());
    y.clear_halo();
    match mode {
        UpsampleMode::Nearest => repeat(factor, x, y),
        UpsampleMode::Bilinear => isa.call(Forward { factor, x, y }),
    }
}

/// The gradient of [`forward`]'s argument: each pixel gets the sum of the gradients of its copies, with their weights.
///
/// # Panics
/// As [`forward`].
fn backward(isa: Isa, factor: [usize; 2], mode: UpsampleMode, dy: MapRef<'_>, mut dx: MapMut<'_>, write: Write) {
    check(factor, &dx.extent(), &dy.extent());
    dx.begin_sum(write);
    match mode {
        UpsampleMode::Nearest => collect(factor, dy, dx),
        UpsampleMode::Bilinear => isa.call(Backward { factor, dy, dx }),
    }
}

#[track_caller]
fn check(factor: [usize; 2], small: &Extent, large: &Extent) {
    let times = [small.channels, small.height * factor[0], small.width * factor[1]];
    assert_eq!([large.channels, large.height, large.width], times, "larger by the factors");
}

fn repeat(factor: [usize; 2], x: MapRef<'_>, mut y: MapMut<'_>) {
    for b in 0..x.extent().blocks() {
        for line in 0..y.extent().height {
            let y = y.row_mut(b, line).chunks_exact_mut(factor[1]);
            y.zip(x.row(b, line / factor[0])).for_each(|(y, x)| y.fill(*x));
        }
    }
}

fn collect(factor: [usize; 2], dy: MapRef<'_>, mut dx: MapMut<'_>) {
    for b in 0..dx.extent().blocks() {
        for line in 0..dy.extent().height {
            let dy = dy.row(b, line).chunks_exact(factor[1]);
            for (dy, dx) in dy.zip(dx.row_mut(b, line / factor[0])) {
                dy.iter().for_each(|dy| add_lanes(dy, dx));
            }
        }
    }
}

/// The two pixels of a line between which another one is interpolated.
#[derive(Clone, Copy)]
struct Between {
    /// Their indices.
    at: [usize; 2],
    /// Their weights.
    weights: [f32; 2],
}

impl Between {
    /// The two pixels for pixel `at` of a line that is `factor` times as long as `length`. Its centre is at `(at + 1/2) / factor - 1/2`.
    #[inline(always)]
    fn of(at: usize, factor: usize, length: usize) -> Self {
        let halves = (2 * at + 1).saturating_sub(factor);
        let (before, rest) = (halves / (2 * factor), halves % (2 * factor));
        let behind = rest as f32 / (2 * factor) as f32;
        Self { at: [before, (before + 1).min(length - 1)], weights: [1.0 - behind, behind] }
    }
}

struct Forward<'a> {
    factor: [usize; 2],
    x: MapRef<'a>,
    y: MapMut<'a>,
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let (small, large) = (self.x.extent(), self.y.extent());
        for (b, line) in (0..large.blocks()).flat_map(|b| (0..large.height).map(move |line| (b, line))) {
            let rows = Between::of(line, self.factor[0], small.height);
            let (above, below) = (self.x.row(b, rows.at[0]), self.x.row(b, rows.at[1]));
            let [upper, lower] = rows.weights;
            let y = self.y.row_mut(b, line);
            for (column, y) in y.iter_mut().enumerate() {
                let columns = Between::of(column, self.factor[1], small.width);
                let upper = s.mul(s.splat(upper), mix(s, above, &columns));
                s.store(s.mul_add(s.splat(lower), mix(s, below, &columns), upper), y);
            }
        }
    }
}

/// Interpolates between two pixels of a line.
#[inline(always)]
fn mix<S: Simd>(s: S, line: &[Lanes], between: &Between) -> S::Vector {
    let [left, right] = between.at.map(|at| s.load(&line[at]));
    let [of_left, of_right] = between.weights.map(|weight| s.splat(weight));
    s.mul_add(of_right, right, s.mul(of_left, left))
}

struct Backward<'a> {
    factor: [usize; 2],
    dy: MapRef<'a>,
    dx: MapMut<'a>,
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let (small, large) = (self.dx.extent(), self.dy.extent());
        for (b, line) in (0..large.blocks()).flat_map(|b| (0..large.height).map(move |line| (b, line))) {
            let rows = Between::of(line, self.factor[0], small.height);
            let dy = self.dy.row(b, line);
            for side in 0..2 {
                let dx = self.dx.row_mut(b, rows.at[side]);
                for (column, dy) in dy.iter().enumerate() {
                    let columns = Between::of(column, self.factor[1], small.width);
                    let dy = s.mul(s.splat(rows.weights[side]), s.load(dy));
                    for (at, weight) in columns.at.into_iter().zip(columns.weights) {
                        s.store(s.mul_add(s.splat(weight), dy, s.load(&dx[at])), &mut dx[at]);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::*;

    const FACTORS: [[usize; 2]; 4] = [[1, 1], [2, 2], [3, 1], [4, 5]];

    /// The definition, in f64: where the centre of each pixel lies in the smaller map, whose edge goes on beyond it.
    fn reference(mode: UpsampleMode, factor: [usize; 2], e: &Extent, x: &[f64]) -> Vec<f64> {
        let large = extent(e.channels, e.height * factor[0], e.width * factor[1], [0, 0]);
        let number = |c: usize, y: f64, x_: f64| {
            let (y, x_) = (y.clamp(0.0, e.height as f64 - 1.0), x_.clamp(0.0, e.width as f64 - 1.0));
            x[(c * e.height + y as usize) * e.width + x_ as usize]
        };
        let at = |i: usize| {
            let (c, y, x) = (i / large.width / large.height, i / large.width % large.height, i % large.width);
            if mode == UpsampleMode::Nearest {
                return number(c, (y / factor[0]) as f64, (x / factor[1]) as f64);
            }
            let y = (y as f64 + 0.5) / factor[0] as f64 - 0.5;
            let x = (x as f64 + 0.5) / factor[1] as f64 - 0.5;
            let row = |y: f64| {
                let (before, part) = (x.floor(), x - x.floor());
                (1.0 - part) * number(c, y, before) + part * number(c, y, before + 1.0)
            };
            let (before, part) = (y.floor(), y - y.floor());
            (1.0 - part) * row(before) + part * row(before + 1.0)
        };
        (0..numel(&large)).map(at).collect()
    }

    #[test]
    fn maps_are_enlarged_as_defined() {
        let sizes =
            [extent(1, 1, 1, [0, 0]), extent(3, 5, 7, [1, 2]), extent(17, 3, 2, [2, 0]), extent(20, 1, 4, [0, 1])];
        let cases = sizes.into_iter().flat_map(|e| FACTORS.map(|factor| (e, factor)));
        let cases = cases.flat_map(|case| [UpsampleMode::Nearest, UpsampleMode::Bilinear].map(|mode| (case, mode)));
        for ((e, factor), mode) in cases {
            let large = extent(e.channels, e.height * factor[0], e.width * factor[1], [1, 2]);
            let (plain, dy) = (random(1, numel(&e)), random(2, numel(&large)));
            let expected = gradient(&wide(&plain), &wide(&dy), |x| reference(mode, factor, &e, x));
            on_each_isa(|isa| {
                let what = format!("{} {mode:?} {e:?} {factor:?}", isa.name());
                let mut y = garbage(&large);
                forward(isa, factor, mode, map(&pack(&plain, &e), &e), map_mut(&mut y, &large));
                assert_close(&unpack(&y, &large), &reference(mode, factor, &e, &wide(&plain)), 1e-6, &what);
                check_gradient(&e, &expected, 5e-6, &what, |dx, write| {
                    backward(isa, factor, mode, map(&pack(&dy, &large), &large), dx, write);
                });
            });
        }
    }

    /// The rows of `torch.nn.functional.interpolate(tensor([[[[0., 1., 3.]]]]), scale_factor=(1, 2), mode=mode)`.
    #[test]
    fn a_row_is_enlarged_as_by_pytorch() {
        on_each_isa(|isa| {
            for (mode, expected) in [
                (UpsampleMode::Nearest, [0.0, 0.0, 1.0, 1.0, 3.0, 3.0]),
                (UpsampleMode::Bilinear, [0.0, 0.25, 0.75, 1.5, 2.5, 3.0]),
            ] {
                let (small, large) = (extent(1, 1, 3, [0, 0]), extent(1, 1, 6, [0, 0]));
                let mut y = garbage(&large);
                forward(isa, [1, 2], mode, map(&pack(&[0.0, 1.0, 3.0], &small), &small), map_mut(&mut y, &large));
                assert_eq!(unpack(&y, &large), expected, "{}", isa.name());
            }
        });
    }
}
