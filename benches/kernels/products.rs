//! Compares products of matrices with the crate `matrixmultiply` (a port of BLIS), for the products of linear layers and 1x1
//! convolutions on this core.
#![allow(unsafe_code)]

use crate::measure::{Random, direct, fastest, zeros};
use athena_runtime::isa::Isa;
use athena_runtime::layers::conv::kernel::ConvShape;
use athena_runtime::layers::linear::kernel as linear;
use athena_runtime::layout::padded;
use athena_runtime::ops::{Window, Write};

/// A linear layer and a batch size.
pub struct Linear {
    pub networks: &'static str,
    pub images: usize,
    pub inputs: usize,
    pub outputs: usize,
}

/// The classifiers of the networks, and the largest layer of VGG.
pub const LINEARS: &[Linear] = &[
    Linear { networks: "resnet20", images: 128, inputs: 64, outputs: 10 },
    Linear { networks: "resnet18", images: 1, inputs: 512, outputs: 1000 },
    Linear { networks: "resnet18", images: 32, inputs: 512, outputs: 1000 },
    Linear { networks: "resnet50", images: 1, inputs: 2048, outputs: 1000 },
    Linear { networks: "resnet50", images: 16, inputs: 2048, outputs: 1000 },
    Linear { networks: "vgg16", images: 8, inputs: 25088, outputs: 512 },
];

/// 1x1 convolutions without stride: channels, side, filters.
pub const POINTWISE: &[(&str, [usize; 3])] = &[
    ("resnet50", [64, 56, 256]),
    ("resnet50", [256, 56, 64]),
    ("resnet50", [512, 28, 128]),
    ("resnet50", [1024, 14, 256]),
    ("resnet50", [2048, 7, 512]),
];

/// `c = a b` for rows of `k` and of `n`, or `c += a b`, by the crate.
struct Product<'a> {
    m: usize,
    k: usize,
    n: usize,
    a: &'a [f32],
    /// The strides of rows and columns of `a`.
    a_strides: [usize; 2],
    b: &'a [f32],
    b_strides: [usize; 2],
    add: bool,
}

impl Product<'_> {
    fn run(&self, c: &mut [f32]) {
        let Self { m, k, n, .. } = *self;
        let reach = |rows: usize, columns: usize, [row, column]: [usize; 2]| (rows - 1) * row + (columns - 1) * column;
        assert!(reach(m, k, self.a_strides) < self.a.len() && reach(k, n, self.b_strides) < self.b.len());
        assert!(m * n <= c.len());
        let [ra, ca] = self.a_strides.map(|stride| stride as isize);
        let [rb, cb] = self.b_strides.map(|stride| stride as isize);
        let beta = if self.add { 1.0 } else { 0.0 };
        // SAFETY: the farthest numbers of the operands and of the result lie within their slices, and the result is borrowed exclusively.
        unsafe {
            matrixmultiply::sgemm(
                m,
                k,
                n,
                1.0,
                self.a.as_ptr(),
                ra,
                ca,
                self.b.as_ptr(),
                rb,
                cb,
                beta,
                c.as_mut_ptr(),
                n as isize,
                1,
            );
        }
    }
}

/// The multiply-adds per second of a linear layer, forward, backward-data and backward-weights: of athena, and of the crate.
pub fn linear(isa: Isa, layer: &Linear) -> [[f64; 2]; 3] {
    let Linear { images, inputs, outputs, .. } = *layer;
    let mut random = Random(1);
    let (x, dy) = (random.floats(images * inputs), random.floats(images * outputs));
    let weight = random.floats(outputs * inputs);
    let ours = athena(isa, layer, &mut random);
    let (mut y, mut dx, mut dw) = (zeros(images * outputs), zeros(images * inputs), zeros(outputs * inputs));
    let (x_rows, y_rows) = ([inputs, 1], [outputs, 1]);
    let (m, k, n) = (images, inputs, outputs);
    let forward = Product { m, k, n, a: &x, a_strides: x_rows, b: &weight, b_strides: [1, inputs], add: false };
    let data = Product { m, k: n, n: k, a: &dy, a_strides: y_rows, b: &weight, b_strides: [inputs, 1], add: false };
    let weights = Product { m: n, k: m, n: k, a: &dy, a_strides: [1, outputs], b: &x, b_strides: x_rows, add: true };
    let theirs = [fastest(|| forward.run(&mut y)), fastest(|| data.run(&mut dx)), fastest(|| weights.run(&mut dw))];
    let macs = (images * inputs * outputs) as f64;
    [0, 1, 2].map(|direction| [macs / ours[direction], macs / theirs[direction]])
}

/// The times of athena's three products in seconds. An image's part of the buffer is `x | y | dy | dx`.
fn athena(isa: Isa, layer: &Linear, random: &mut Random) -> [f64; 3] {
    let Linear { images, inputs, outputs, .. } = *layer;
    let (wide_in, wide_out) = (padded(inputs), padded(outputs));
    let (dy, dx) = (wide_in + wide_out, wide_in + 2 * wide_out);
    let stride = dx + wide_in;
    let mut buffer = random.floats(images * stride);
    let mut weight = random.floats(outputs * wide_in);
    // Padding is zero, as the runtime keeps it.
    let zero = |rows: &mut [f32], wide: usize, len: usize| rows.chunks_mut(wide).for_each(|row| row[len..].fill(0.0));
    zero(&mut weight, wide_in, inputs);
    for image in buffer.chunks_mut(stride) {
        zero(&mut image[..wide_in], wide_in, inputs);
        zero(&mut image[dy..dx], wide_out, outputs);
    }
    let (mut dweight, size) = (zeros(outputs * wide_in), [inputs, outputs]);
    let (x, y, dy, dx) = (0..wide_in, wide_in..dy, dy..dx, dx..stride);
    [
        fastest(|| {
            let ([xs], [mut ys]) = linear::rows(&mut buffer, stride, [x.clone()], [y.clone()]);
            linear::forward(isa, size, &weight, &[], xs, &mut ys);
        }),
        fastest(|| {
            let ([dys], [mut dxs]) = linear::rows(&mut buffer, stride, [dy.clone()], [dx.clone()]);
            linear::backward_data(isa, size, &weight, dys, &mut dxs, Write::Set);
        }),
        fastest(|| {
            let ([xs, dys], []) = linear::rows(&mut buffer, stride, [x.clone(), dy.clone()], []);
            linear::backward_weights(isa, size, xs, dys, &mut dweight, &mut []);
        }),
    ]
}

/// The multiply-adds per second of a 1x1 convolution's forward pass: of athena's direct kernel, and of the crate, which
/// multiplies `filters x channels` by `channels x pixels` for a plain map.
pub fn pointwise(isa: Isa, [channels, side, filters]: [usize; 3]) -> [f64; 2] {
    let window = Window { kernel: [1; 2], stride: [1; 2], padding: [0; 2], dilation: [1; 2] };
    let shape = ConvShape::new([channels, side, side], [filters, side, side], window, 1);
    let ours = direct(isa, &shape)[0];
    let mut random = Random(1);
    let pixels = side * side;
    let (weight, x) = (random.floats(filters * channels), random.floats(channels * pixels));
    let mut y = zeros(filters * pixels);
    let (a_strides, b_strides) = ([channels, 1], [pixels, 1]);
    let product = Product { m: filters, k: channels, n: pixels, a: &weight, a_strides, b: &x, b_strides, add: false };
    [ours, (filters * channels * pixels) as f64 / fastest(|| product.run(&mut y))]
}
