//! Layers of one's own in a network: a pointwise function with a constant, and a layer that changes the shape.
//!
//!     cargo run --release --example custom_layer

mod common;
#[path = "common/digits.rs"]
mod images;

use std::process::ExitCode;

use athena::Model;
use athena::data::{Dataset, Loader, Normalisation};
use athena::layer::{Layer, Pointwise};
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
            -> conv(filters, 3x3) -> batch_norm
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
