//! Speed of every direction on the layers of residual networks, to be read and not asserted:
//! `cargo test --release -p athena-runtime conv::tests::timing -- --ignored --nocapture`.
//! `LAYERS=resnet18` restricts it to the layers whose name contains the word, `ISAS=avx512` to one instruction set.

use super::Random;
use super::cases::shape;
use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::conv::winograd::{self, Image, Pair};
use crate::kernels::conv::{ConvShape, Epilogue, backward_data, backward_weights, derive, forward};
use crate::layout::{Extent, LANES};
use crate::ops::Write;
use std::hint::black_box;
use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant};

/// Name, input, outputs, kernel, stride, groups; padding is `same`.
type Layer = (&'static str, [usize; 3], usize, usize, usize, usize);

const LAYERS: &[Layer] = &[
    ("resnet20 stem", [3, 32, 32], 16, 3, 1, 1),
    ("resnet20 1", [16, 32, 32], 16, 3, 1, 1),
    ("resnet20 2 down", [16, 32, 32], 32, 3, 2, 1),
    ("resnet20 2 shortcut", [16, 32, 32], 32, 1, 2, 1),
    ("resnet20 2", [32, 16, 16], 32, 3, 1, 1),
    ("resnet20 3 down", [32, 16, 16], 64, 3, 2, 1),
    ("resnet20 3", [64, 8, 8], 64, 3, 1, 1),
    ("resnet18 stem", [3, 224, 224], 64, 7, 2, 1),
    ("resnet18 1", [64, 56, 56], 64, 3, 1, 1),
    ("resnet18 2 down", [64, 56, 56], 128, 3, 2, 1),
    ("resnet18 2", [128, 28, 28], 128, 3, 1, 1),
    ("resnet18 3 down", [128, 28, 28], 256, 3, 2, 1),
    ("resnet18 3", [256, 14, 14], 256, 3, 1, 1),
    ("resnet18 4", [512, 7, 7], 512, 3, 1, 1),
    ("resnet50 1x1 out", [64, 56, 56], 256, 1, 1, 1),
    ("resnet50 1x1 in", [1024, 14, 14], 256, 1, 1, 1),
    ("resnext50 1", [128, 56, 56], 128, 3, 1, 32),
    ("depthwise", [128, 28, 28], 128, 3, 1, 128),
];

/// Independent chains of multiply-adds, as many as fit the registers: what the arithmetic units can do.
struct Peak(usize);

/// Twelve chains at most; half of the registers.
const fn chains<S: Simd>() -> usize {
    if S::REGISTERS / 2 < 12 { S::REGISTERS / 2 } else { 12 }
}

impl Kernel for Peak {
    /// Multiply-adds that were made.
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

/// The shortest of many runs, at least ten.
fn shortest(mut run: impl FnMut()) -> Duration {
    let (begin, mut best, mut runs) = (Instant::now(), Duration::MAX, 0);
    while begin.elapsed() < Duration::from_millis(60) || runs < 10 {
        runs += 1;
        let start = Instant::now();
        run();
        best = best.min(start.elapsed());
    }
    best
}

fn gflops(macs: u64, time: Duration) -> f64 {
    2.0 * macs as f64 / time.as_secs_f64() / 1e9
}

/// Floats that start on a cache line, as those of the arena do.
struct Aligned {
    floats: Vec<f32>,
    start: usize,
    len: usize,
}

impl Aligned {
    fn new(from: &[f32]) -> Self {
        const LINE: usize = 64;
        let mut floats = vec![0.0; from.len() + LINE / size_of::<f32>()];
        let start = floats.as_ptr().align_offset(LINE);
        floats[start..start + from.len()].copy_from_slice(from);
        Self { floats, start, len: from.len() }
    }
}

impl Deref for Aligned {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.floats[self.start..self.start + self.len]
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.floats[self.start..self.start + self.len]
    }
}

/// A map of random values with a halo of zeros.
fn map(random: &mut Random, shape: [usize; 3], halo: [usize; 2]) -> (Aligned, Extent) {
    let [channels, height, width] = shape;
    let extent = Extent { channels, height, width, halo };
    (Aligned::new(&super::block(&random.floats(channels * height * width), &extent)), extent)
}

fn measure(isa: Isa, shape: &ConvShape) -> [f64; 3] {
    let mut random = Random::new(1);
    let (x, xe) = map(&mut random, shape.input, shape.input_halo());
    let (dy, dye) = map(&mut random, shape.output, shape.gradient_halo());
    let weights = Aligned::new(&random.floats(shape.weight_len()));
    let mut derived = Aligned::new(&vec![0.0; shape.derived_len()]);
    let mut dw = Aligned::new(&vec![0.0; shape.weight_len()]);
    derive(shape, &weights, &mut derived);
    let (mut y, mut dx) = (Aligned::new(&dy), Aligned::new(&x));
    let epilogue = Epilogue::default();
    [
        shortest(|| forward(isa, shape, &weights, &derived, &x, &xe, &mut y, &dye, &epilogue)),
        shortest(|| backward_data(isa, shape, &weights, &derived, &dy, &dye, &mut dx, &xe, Write::Set)),
        shortest(|| backward_weights(isa, shape, &x, &xe, &dy, &dye, &mut dw, None)),
    ]
    .map(|time| gflops(shape.macs(), time))
}

/// Images that are worked on together: enough tiles to share the transformed weights, at most half a batch of 32.
fn group(shape: &ConvShape) -> usize {
    let tiles = shape.output[1].div_ceil(4) * shape.output[2].div_ceil(4);
    256usize.div_ceil(tiles).min(16)
}

/// Winograd's filtering of a group of images, in operations of the direct convolution.
fn measure_winograd(isa: Isa, shape: &ConvShape) -> [f64; 3] {
    let mut random = Random::new(1);
    let count = group(shape);
    let mut maps = |shape, halo| (0..count).map(|_| map(&mut random, shape, halo)).collect::<Vec<_>>();
    let (mut xs, mut dys) = (maps(shape.input, shape.input_halo()), maps(shape.output, shape.gradient_halo()));
    let (mut ys, mut dxs) = (maps(shape.output, shape.gradient_halo()), maps(shape.input, shape.input_halo()));
    let (xe, dye) = (xs[0].1, dys[0].1);
    let weights = Aligned::new(&random.floats(shape.weight_len()));
    let mut dw = Aligned::new(&vec![0.0; shape.weight_len()]);
    let len = winograd::forward_scratch_len(shape, count)
        .max(winograd::backward_data_scratch_len(shape, count))
        .max(winograd::backward_weights_scratch_len(shape, count));
    let mut scratch = Aligned::new(&vec![0.0; len]);
    let pairs: Vec<_> = xs.iter().zip(&dys).map(|(x, dy)| Pair { x: &x.0, dy: &dy.0 }).collect();
    let third = shortest(|| winograd::backward_weights(isa, shape, &pairs, &xe, &dye, &mut dw, &mut scratch));
    let first = {
        let mut images = images(&mut xs, &mut ys);
        shortest(|| winograd::forward(isa, shape, &weights, &mut images, &xe, &dye, &mut scratch))
    };
    let mut images = images(&mut dys, &mut dxs);
    let second = shortest(|| {
        winograd::backward_data(isa, shape, &weights, &mut images, &dye, &xe, Write::Set, &mut scratch);
    });
    [first, second, third].map(|time| gflops(count as u64 * shape.macs(), time))
}

fn images<'a>(sources: &'a mut [(Aligned, Extent)], dests: &'a mut [(Aligned, Extent)]) -> Vec<Image<'a>> {
    let maps = sources.iter().zip(dests);
    maps.map(|(source, dest)| Image { source: &source.0, dest: &mut dest.0, epilogue: Epilogue::default() }).collect()
}

#[test]
#[ignore = "prints figures and asserts nothing"]
fn timing() {
    let asked = |variable: &str, name: &str| std::env::var(variable).map_or(true, |word| name.contains(&word));
    for isa in Isa::available().into_iter().filter(|isa| asked("ISAS", isa.name())) {
        let mut macs = 0;
        let time = shortest(|| macs = isa.call(Peak(black_box(100_000))));
        let peak = gflops(macs, time);
        println!(
            "{}: {peak:.0} GFLOP/s of multiply-adds; GFLOP/s (% of it) forward, backward-data, backward-weights",
            isa.name()
        );
        for &(name, input, outputs, kernel, stride, groups) in LAYERS.iter().filter(|layer| asked("LAYERS", layer.0)) {
            let shape = shape(input, outputs, [kernel; 2], [stride; 2], [kernel / 2; 2], [1; 2], groups).unwrap();
            let cells = measure(isa, &shape).map(|g| format!("{g:6.1} ({:3.0})", 100.0 * g / peak));
            println!("  {name:20} {}", cells.join("  "));
            if winograd::supported(&shape) {
                let cells = measure_winograd(isa, &shape).map(|g| format!("{g:6.1} ({:3.0})", 100.0 * g / peak));
                println!("  {:20} {}", format!("  winograd x {}", group(&shape)), cells.join("  "));
            }
        }
    }
}
