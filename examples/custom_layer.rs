//! Layers of one's own in a network: a pointwise function with a constant, a layer that changes the shape, and one that learns.
//!
//!     cargo run --release --example custom_layer

mod common;
#[path = "common/digits.rs"]
mod images;

use std::process::ExitCode;

use athena::Model;
use athena::data::{Dataset, Loader, Normalisation};
use athena::layer::{Init, Layer, ParametricLayer, Pointwise, Tensor, Tensors};
use athena::optim::Sgd;
use athena::train::Trainer;
use clap::Parser;

use common::{Defaults, Options, Outcome, say, train};

/// `x * sigmoid(beta * x)`: Ramachandran, Zoph and Le (2017).
struct Swish {
    beta: f32,
}

impl Pointwise for Swish {
    #[inline]
    fn forward(&self, x: f32) -> f32 {
        x / (1.0 + (-self.beta * x).exp())
    }

    #[inline]
    fn derivative(&self, x: f32) -> f32 {
        let gate = 1.0 / (1.0 + (-self.beta * x).exp());
        gate + self.beta * x * gate * (1.0 - gate)
    }
}

/// Turns 2x2 pixels into four channels: the inverse of Shi et al. (2016), PyTorch's `PixelUnshuffle(2)`.
struct SpaceToDepth;

impl SpaceToDepth {
    /// Pairs of offsets into the large map and the small one, of `C x H x W` and `4 C x H / 2 x W / 2`.
    fn pairs<const C: usize, const H: usize, const W: usize>() -> impl Iterator<Item = (usize, usize)> {
        (0..C * H * W).map(|large| {
            let (channel, row, column) = (large / (H * W), large / W % H, large % W);
            let depth = 4 * channel + 2 * (row % 2) + column % 2;
            (large, (depth * (H / 2) + row / 2) * (W / 2) + column / 2)
        })
    }
}

impl<const C: usize, const H: usize, const W: usize> Layer<C, H, W> for SpaceToDepth {
    const OUTPUT: [usize; 3] = {
        assert!(H.is_multiple_of(2) && W.is_multiple_of(2), "the map has an even number of rows and columns");
        [4 * C, H / 2, W / 2]
    };

    fn forward(&self, x: &[f32], y: &mut [f32]) {
        Self::pairs::<C, H, W>().for_each(|(large, small)| y[small] = x[large]);
    }

    fn backward(&self, _: &[f32], dy: &[f32], dx: &mut [f32]) {
        Self::pairs::<C, H, W>().for_each(|(large, small)| dx[large] += dy[small]);
    }
}

/// A gate for each channel, which a small network of [`HIDDEN`] hidden numbers computes from the channels' means: squeeze and excitation, Hu et
/// al. (2018).
///
/// ```text
/// mean[c] = mean of x[c]      hidden = max(fc1 mean, 0)      gate = sigmoid(fc2 hidden)      y[c] = gate[c] * x[c]
/// ```
struct Attention;

/// Hidden numbers of an [`Attention`].
const HIDDEN: usize = 8;

/// What the forward pass of one image comes to on its way.
struct Gates<const C: usize> {
    means: [f32; C],
    hidden: [f32; HIDDEN],
    gates: [f32; C],
}

/// `weight x`, of weights `outputs x inputs`.
fn product<const N: usize>(weight: &[f32], x: &[f32]) -> [f32; N] {
    let rows = weight.chunks_exact(x.len());
    let mut sums = [0.0; N];
    sums.iter_mut().zip(rows).for_each(|(sum, row)| *sum = row.iter().zip(x).map(|(w, x)| w * x).sum());
    sums
}

impl Attention {
    fn gates<const C: usize>(tensors: Tensors<'_>, x: &[f32]) -> Gates<C> {
        let pixels = x.len() / C;
        let mut means = [0.0; C];
        means
            .iter_mut()
            .zip(x.chunks_exact(pixels))
            .for_each(|(mean, x)| *mean = x.iter().sum::<f32>() / pixels as f32);
        let hidden = product::<HIDDEN>(tensors.parameters[0], &means).map(|sum| sum.max(0.0));
        let gates = product::<C>(tensors.parameters[1], &hidden).map(|sum| 1.0 / (1.0 + (-sum).exp()));
        Gates { means, hidden, gates }
    }
}

impl<const C: usize, const H: usize, const W: usize> ParametricLayer<C, H, W> for Attention {
    const OUTPUT: [usize; 3] = [C, H, W];
    const PARAMETERS: &'static [Tensor] = &[
        Tensor::new("fc1.weight", &[HIDDEN, C], Init::HeNormal),
        Tensor::new("fc2.weight", &[C, HIDDEN], Init::XavierUniform),
    ];

    fn forward(&self, tensors: Tensors<'_>, x: &[f32], y: &mut [f32]) {
        let Gates { gates, .. } = Self::gates::<C>(tensors, x);
        for ((y, x), gate) in y.chunks_exact_mut(H * W).zip(x.chunks_exact(H * W)).zip(gates) {
            y.iter_mut().zip(x).for_each(|(y, x)| *y = gate * x);
        }
    }

    fn backward(&self, tensors: Tensors<'_>, x: &[f32], dy: &[f32], dx: &mut [f32], gradients: &mut [&mut [f32]]) {
        let Gates { means, hidden, gates } = Self::gates::<C>(tensors, x);
        let [fc1, fc2] = [tensors.parameters[0], tensors.parameters[1]];
        let (mut d_hidden, mut d_means) = ([0.0; HIDDEN], [0.0; C]);
        for c in 0..C {
            let map = c * H * W..(c + 1) * H * W;
            let d_gate: f32 = x[map.clone()].iter().zip(&dy[map]).map(|(x, dy)| x * dy).sum();
            let d_sum = d_gate * gates[c] * (1.0 - gates[c]);
            for r in 0..HIDDEN {
                gradients[1][c * HIDDEN + r] += d_sum * hidden[r];
                d_hidden[r] += d_sum * fc2[c * HIDDEN + r];
            }
        }
        for r in (0..HIDDEN).filter(|&r| hidden[r] > 0.0) {
            for c in 0..C {
                gradients[0][r * C + c] += d_hidden[r] * means[c];
                d_means[c] += d_hidden[r] * fc1[r * C + c];
            }
        }
        for (i, (dx, dy)) in dx.iter_mut().zip(dy).enumerate() {
            *dx += gates[i / (H * W)] * dy + d_means[i / (H * W)] / (H * W) as f32;
        }
    }
}

athena::resnet! {
    /// A residual network for images of 8 x 8.
    struct Digits(1x8x8) -> 10 {
        input
            -> conv(16, 3x3) -> batch_norm -> crate::Swish { beta: 1.5 }
            -> crate::SpaceToDepth as 64x4x4
            -> 2 * basic(64)
            -> global_avg_pool -> flatten -> linear(10)
    }

    block basic(filters) {
        input
            -> conv(filters, 3x3) -> batch_norm -> crate::Swish { beta: 1.5 }
            -> conv(filters, 3x3) -> batch_norm -> attention: crate::Attention as 64x4x4
            -> + input -> crate::Swish { beta: 1.5 }
    }
}

/// Trains a residual network with layers of its own on the 1,797 UCI digits and tests it on a fifth of them, held out
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    let Arguments { options } = common::options::parse(Defaults { epochs: "10", batch: "32", lr: "0.05" });
    common::main(&options, || run(&options))
}

fn run(options: &Options) -> Outcome {
    let digits = images::digits()?;
    let digits = Dataset::from_floats(digits.pixels, digits.labels)?;
    let (training, test) = digits.split(digits.len() / 5, options.seed)?;
    let normalisation = Normalisation::of(&training);
    let (training, test) = (training.normalised(&normalisation)?, test.normalised(&normalisation)?);

    say(Digits::summary())?;
    let optimiser = Sgd::new().learning_rate(options.lr).momentum(0.9).nesterov(true).weight_decay(5e-4);
    let trainer = Trainer::builder(Digits::new(options.seed)).optimiser(optimiser);
    options.save(&train(trainer, Loader::new(&training, options.batch.get())?, &test, options)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backward_is_the_derivative_of_forward() -> Result<(), athena::layer::GradientError> {
        athena::layer::check_gradients::<2, 4, 6>(&SpaceToDepth, 1)?;
        athena::layer::check_gradients::<6, 3, 5>(&Attention, 1)
    }
}
