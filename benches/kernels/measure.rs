//! Measures the speed of convolutions, and the peak of the core.

use athena_runtime::arena::Buffer;
use athena_runtime::isa::{Isa, Kernel, Simd};
use athena_runtime::layers::conv::kernel::winograd::{self, Image, Pair};
use athena_runtime::layers::conv::kernel::{
    ConvShape, Epilogue, Weights, backward_data, backward_weights, forward, transpose_weights,
};
use athena_runtime::layout::{Extent, LANES, MapMut, MapRef};
use athena_runtime::ops::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The shortest time for measuring a figure.
const PATIENCE: Duration = Duration::from_millis(60);

/// The shortest time between two readings of the clock.
const SAMPLE: Duration = Duration::from_micros(50);

/// The time of the fastest of many runs, in seconds. Other load of the machine can only make runs slower.
pub fn fastest(mut run: impl FnMut()) -> f64 {
    let start = Instant::now();
    run();
    let runs = (SAMPLE.as_secs_f64() / start.elapsed().as_secs_f64().max(1e-9)).ceil().max(1.0);
    let (begin, mut best, mut samples) = (Instant::now(), f64::INFINITY, 0);
    while begin.elapsed() < PATIENCE || samples < 10 {
        let start = Instant::now();
        for _ in 0..runs as usize {
            run();
        }
        best = best.min(start.elapsed().as_secs_f64() / runs);
        samples += 1;
    }
    best
}

/// Independent chains of multiply-adds, to measure the peak of the arithmetic units.
struct Peak(usize);

/// The number of chains: at most twelve, which is more than the units have in flight, and which fit into the registers.
const fn chains<S: Simd>() -> usize {
    if S::REGISTERS - 1 < 12 { S::REGISTERS - 1 } else { 12 }
}

impl Kernel for Peak {
    /// The number of multiply-adds.
    type Output = u64;

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> u64 {
        let (a, b) = (s.splat(black_box(0.999)), s.splat(black_box(1e-3)));
        let mut sums = [s.zero(); 12];
        for _ in 0..self.0 {
            for sum in &mut sums[..chains::<S>()] {
                *sum = s.mul_add(*sum, a, b);
            }
        }
        black_box(sums.into_iter().fold(0.0, |total, sum| total + s.sum(sum)));
        (self.0 * chains::<S>() * LANES) as u64
    }
}

/// The peak of one core, in multiply-adds per second.
pub fn peak(isa: Isa) -> f64 {
    let mut macs = 0;
    let time = (0..5).map(|_| fastest(|| macs = isa.call(Peak(black_box(20_000))))).fold(f64::INFINITY, f64::min);
    macs as f64 / time
}

/// Uniform random numbers in -1..1 (Numerical Recipes, section 7.1: a linear congruential generator).
pub struct Random(pub u32);

impl Random {
    fn float(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 as f32 / (1_u32 << 31) as f32 - 1.0
    }

    /// Random weights, including padding.
    pub fn floats(&mut self, len: usize) -> Buffer {
        let mut floats = zeros(len);
        floats.fill_with(|| self.float());
        floats
    }

    /// A map with a halo of zeros.
    fn map(&mut self, extent: &Extent) -> Buffer {
        let mut map = zeros(extent.len());
        let [channels, height, width] = extent.shape();
        for channel in 0..channels {
            for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
                map[extent.at(channel / LANES, y, x) + channel % LANES] = self.float();
            }
        }
        map
    }
}

pub fn zeros(len: usize) -> Buffer {
    Buffer::zeroed(len).expect("a layer's memory")
}

fn extents(shape: &ConvShape) -> [Extent; 2] {
    [Extent::new(shape.input(), shape.input_halo()), Extent::new(shape.output(), shape.gradient_halo())]
}

/// The multiply-adds per second of the direct kernels: forward, backward-data, backward-weights. As in a plan, a convolution whose
/// windows skip pixels adds to a gradient that the input's other readers have set.
pub fn direct(isa: Isa, shape: &ConvShape) -> [f64; 3] {
    let mut random = Random(1);
    let [x_extent, y_extent] = extents(shape);
    let (x, dy) = (random.map(&x_extent), random.map(&y_extent));
    let (x, dy) = (MapRef::new(&x, x_extent), MapRef::new(&dy, y_extent));
    let weights = random.floats(shape.weight_len());
    let mut transposed = zeros(shape.transposed_len());
    transpose_weights(shape, &weights, &mut transposed);
    let (mut y, mut dx, mut dw) = (zeros(y_extent.len()), zeros(x_extent.len()), zeros(shape.weight_len()));
    let plain = Epilogue::default();
    let leaves_out = (0..2).any(|axis| shape.window().kernel[axis] < shape.window().stride[axis]);
    let write = if leaves_out { Write::Add } else { Write::Set };
    [
        fastest(|| forward(isa, shape, &weights, x, MapMut::new(&mut y, y_extent), 0, &plain)),
        fastest(|| {
            let weights = Weights { stored: &weights, transposed: &transposed };
            backward_data(isa, shape, weights, dy, MapMut::new(&mut dx, x_extent), write, None);
        }),
        fastest(|| backward_weights(isa, shape, x, dy, &mut dw, None)),
    ]
    .map(|time| shape.macs() as f64 / time)
}

/// The multiply-adds per second with which a direct convolution would be as fast as Winograd's algorithm for groups of
/// `count` images: forward, backward-data, backward-weights.
pub fn winograd(isa: Isa, shape: &ConvShape, count: usize) -> [f64; 3] {
    let mut random = Random(1);
    let [x_extent, y_extent] = extents(shape);
    let mut maps = |extent: &Extent| (0..count).map(|_| random.map(extent)).collect::<Vec<_>>();
    let (xs, dys) = (maps(&x_extent), maps(&y_extent));
    let (mut ys, mut dxs) = (maps(&y_extent), maps(&x_extent));
    let weights = random.floats(shape.weight_len());
    let mut transposed = zeros(shape.transposed_len());
    transpose_weights(shape, &weights, &mut transposed);
    let mut dw = zeros(shape.weight_len());
    let mut scratch = zeros(
        winograd::forward_scratch_len(shape, count)
            .max(winograd::backward_data_scratch_len(shape, count))
            .max(winograd::backward_weights_scratch_len(shape, count)),
    );
    let pairs = xs.iter().zip(&dys).map(|(x, dy)| Pair { x: MapRef::new(x, x_extent), dy: MapRef::new(dy, y_extent) });
    let pairs: Vec<_> = pairs.collect();
    let mut outputs = images(&xs, x_extent, &mut ys, y_extent);
    let mut gradients = images(&dys, y_extent, &mut dxs, x_extent);
    let set = Write::Set;
    [
        fastest(|| winograd::forward(isa, shape, &weights, &mut outputs, 0, &mut scratch)),
        fastest(|| winograd::backward_data(isa, shape, &transposed, &mut gradients, set, &mut scratch)),
        fastest(|| winograd::backward_weights(isa, shape, &pairs, &mut dw, &mut scratch)),
    ]
    .map(|time| count as f64 * shape.macs() as f64 / time)
}

fn images<'a>(sources: &'a [Buffer], from: Extent, dests: &'a mut [Buffer], to: Extent) -> Vec<Image<'a>> {
    let image = |(source, dest): (&'a Buffer, &'a mut Buffer)| Image {
        source: MapRef::new(source, from),
        dest: MapMut::new(dest, to),
        epilogue: Epilogue::default(),
    };
    sources.iter().zip(dests).map(image).collect()
}
