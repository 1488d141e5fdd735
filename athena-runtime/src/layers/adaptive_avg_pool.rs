//! Means of windows that a map of any size is divided into, as evenly as it goes: PyTorch's `AdaptiveAvgPool2d`.

use super::Describe;
use crate::exec::Pass;
use crate::isa::{Isa, Kernel, Simd};
use crate::layout::{Extent, Map, MapMut, MapRef};
#[cfg(feature = "onnx")]
use crate::onnx::graph;
use crate::ops::Write;
use std::ops::Range;

/// Means of windows, of which there are as many as the output has pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaptiveAvgPool;

impl Describe for AdaptiveAvgPool {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> graph::Form<'_> {
        graph::Form::Nodes(self)
    }
}

/// ONNX has no such pool: it becomes means of rows of means of columns, each a product with a matrix.
#[cfg(feature = "onnx")]
impl graph::ToNodes for AdaptiveAvgPool {
    fn add_to(&self, layer: &mut graph::Layer<'_, '_>) {
        let (&[_, rows, columns], &[channels, height, width]) = (layer.input_shapes[0], layer.shape) else {
            unreachable!("takes a map")
        };
        let of_rows = means(rows, height);
        let of_columns = means(columns, width);
        let transposed: Vec<f32> = (0..columns * width).map(|i| of_columns[i % width * columns + i / width]).collect();
        let columns_means = layer.matrix("columns", [columns, width], &transposed);
        let rows_means = layer.matrix("rows", [height, rows], &of_rows);
        let x = layer.inputs[0].clone();
        let x = layer.step("of_columns", "MatMul", vec![x, columns_means], &[channels, rows, width], Vec::new());
        layer.node("MatMul", vec![rows_means, x], Vec::new());
    }
}

/// How much each pixel of a line counts in each window, window by window.
#[cfg(feature = "onnx")]
fn means(length: usize, windows: usize) -> Vec<f32> {
    let row = |i: usize| {
        let window = window(i, windows, length);
        (0..length).map(move |at| if window.contains(&at) { 1.0 / window.len() as f32 } else { 0.0 })
    };
    (0..windows).flat_map(row).collect()
}

impl Pass<'_> {
    /// The mean of each window.
    pub fn adaptive_avg_pool<const C: usize, const HI: usize, const WI: usize, const HO: usize, const WO: usize>(
        &mut self,
        x: Map<C, HI, WI>,
        y: Map<C, HO, WO>,
    ) {
        self.each_map([x.slot()], y.slot(), &|context, [x], y| forward(context.isa, x, y));
    }

    /// The gradient of such a pool's input.
    pub fn adaptive_avg_pool_backward<
        const C: usize,
        const HI: usize,
        const WI: usize,
        const HO: usize,
        const WO: usize,
    >(
        &mut self,
        dy: Map<C, HO, WO>,
        dx: Map<C, HI, WI>,
        write: Write,
    ) {
        self.each_map([dy.slot()], dx.slot(), &|context, [dy], dx| backward(context.isa, dy, dx, write));
    }
}

/// Window `at` of `windows` along a line: from `at * length / windows`, rounded down, to where the next one begins, rounded up.
#[inline(always)]
fn window(at: usize, windows: usize, length: usize) -> Range<usize> {
    at * length / windows..((at + 1) * length).div_ceil(windows)
}

/// # Panics
/// The channels differ, or a slice is too short.
fn forward(isa: Isa, x: MapRef<'_>, mut y: MapMut<'_>) {
    assert_eq!(x.extent().channels, y.extent().channels, "each channel has a mean");
    y.clear_halo();
    isa.call(Forward { x, y });
}

/// # Panics
/// As [`forward`].
fn backward(isa: Isa, dy: MapRef<'_>, mut dx: MapMut<'_>, write: Write) {
    assert_eq!(dx.extent().channels, dy.extent().channels, "each channel has a mean");
    dx.begin_sum(write);
    isa.call(Backward { dy, dx });
}

/// The windows of a map: block, row and column of the output, and the rows and columns of the input.
#[inline(always)]
fn windows(small: Extent, large: Extent) -> impl Iterator<Item = ([usize; 3], Range<usize>, Range<usize>)> {
    let places = (0..small.blocks()).flat_map(move |b| (0..small.height * small.width).map(move |at| (b, at)));
    places.map(move |(b, at)| {
        let (line, column) = (at / small.width, at % small.width);
        let rows = window(line, small.height, large.height);
        ([b, line, column], rows, window(column, small.width, large.width))
    })
}

struct Forward<'a> {
    x: MapRef<'a>,
    y: MapMut<'a>,
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        for ([b, line, column], rows, columns) in windows(self.y.extent(), self.x.extent()) {
            let share = 1.0 / (rows.len() * columns.len()) as f32;
            let mut sum = s.zero();
            for row in rows {
                for x in &self.x.row(b, row)[columns.clone()] {
                    sum = s.add(sum, s.load(x));
                }
            }
            s.store(s.mul(sum, s.splat(share)), &mut self.y.row_mut(b, line)[column]);
        }
    }
}

struct Backward<'a> {
    dy: MapRef<'a>,
    dx: MapMut<'a>,
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        for ([b, line, column], rows, columns) in windows(self.dy.extent(), self.dx.extent()) {
            let share = 1.0 / (rows.len() * columns.len()) as f32;
            let dy = s.mul(s.load(&self.dy.row(b, line)[column]), s.splat(share));
            for row in rows {
                for dx in &mut self.dx.row_mut(b, row)[columns.clone()] {
                    s.store(s.add(s.load(dx), dy), dx);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::*;

    /// The definition, in f64.
    fn reference(e: &Extent, to: [usize; 2], x: &[f64]) -> Vec<f64> {
        let bounds = |at: usize, windows: usize, length: usize| {
            let start = (at as f64 * length as f64 / windows as f64).floor() as usize;
            start..((at as f64 + 1.0) * length as f64 / windows as f64).ceil() as usize
        };
        let mean = |i: usize| {
            let (c, line, column) = (i / to[1] / to[0], i / to[1] % to[0], i % to[1]);
            let columns = bounds(column, to[1], e.width);
            let rows = bounds(line, to[0], e.height);
            let count = (rows.len() * columns.len()) as f64;
            rows.flat_map(|row| columns.clone().map(move |column| (c * e.height + row) * e.width + column))
                .map(|at| x[at])
                .sum::<f64>()
                / count
        };
        (0..e.channels * to[0] * to[1]).map(mean).collect()
    }

    #[test]
    fn values_and_gradients_are_those_of_the_definition() {
        let sizes =
            [extent(3, 5, 7, [1, 2]), extent(17, 4, 3, [0, 0]), extent(1, 1, 1, [0, 0]), extent(20, 6, 6, [1, 0])];
        for (e, to) in sizes.into_iter().flat_map(|e| [[1, 1], [2, 3], [4, 2], [3, 3], [7, 9]].map(|to| (e, to))) {
            let small = extent(e.channels, to[0], to[1], [0, 1]);
            let (plain, dy) = (random(1, numel(&e)), random(2, numel(&small)));
            let expected = gradient(&wide(&plain), &wide(&dy), |x| reference(&e, to, x));
            on_each_isa(|isa| {
                let mut y = garbage(&small);
                forward(isa, map(&pack(&plain, &e), &e), map_mut(&mut y, &small));
                assert_close(&unpack(&y, &small), &reference(&e, to, &wide(&plain)), 1e-6, isa.name());
                check_gradient(&e, &expected, 2e-6, isa.name(), |dx, write| {
                    backward(isa, map(&pack(&dy, &small), &small), dx, write);
                });
            });
        }
    }

    /// `torch.nn.functional.adaptive_avg_pool2d(tensor([[[[0., 1., 2., 3., 10.]]]]), (1, 3))` of PyTorch 2.15.
    #[test]
    fn a_row_is_divided_as_by_pytorch() {
        on_each_isa(|isa| {
            let (e, small) = (extent(1, 1, 5, [0, 0]), extent(1, 1, 3, [0, 0]));
            let mut y = garbage(&small);
            forward(isa, map(&pack(&[0.0, 1.0, 2.0, 3.0, 10.0], &e), &e), map_mut(&mut y, &small));
            assert_eq!(unpack(&y, &small), [0.5, 2.0, 6.5]);
        });
    }
}
