//! Handwritten digits without any download: a small residual network, trained in seconds.
//!
//!     cargo run --release --example digits

mod common;
#[path = "common/digits.rs"]
mod images;

use std::process::ExitCode;

use athena::Model;
use athena::data::{Augmentation, Dataset, Loader, Normalisation};
use athena::loss::CrossEntropy;
use athena::optim::Sgd;
use athena::train::Trainer;
use clap::Parser;

use common::{Defaults, Options, Outcome, say, train};

athena::resnet! {
    /// A residual network for images of 8 x 8.
    struct Digits(1x8x8) -> 10 {
        input
            -> conv(32, 3x3) -> batch_norm -> relu
            -> basic(32)
            -> basic(64, stride = 2)
            -> basic(64)
            -> global_avg_pool -> flatten -> linear(10)
    }

    block basic(filters, stride = 1) {
        let shortcut = input -> shortcut(filters, stride);
        input
            -> conv(filters, 3x3, stride) -> batch_norm -> relu
            -> conv(filters, 3x3) -> batch_norm
            -> + shortcut -> relu
    }
}

/// Trains a small residual network on the 1,797 UCI digits and tests it on a fifth of them, held out
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    let Arguments { options } = common::options::parse(Defaults { epochs: "20", batch: "32", lr: "0.05" });
    common::main(&options, || run(&options))
}

fn run(options: &Options) -> Outcome {
    let digits = images::digits()?;
    let digits = Dataset::from_floats(digits.pixels, digits.labels)?;
    let (training, test) = digits.split(digits.len() / 5, options.seed)?;
    let normalisation = Normalisation::of(&training);
    let (training, test) = (training.normalised(&normalisation)?, test.normalised(&normalisation)?);

    say(Digits::summary())?;
    say(format!("{} images to train on, {} held out", training.len(), test.len()))?;
    let optimiser = Sgd::new().learning_rate(options.lr).momentum(0.9).nesterov(true).weight_decay(5e-4);
    let trainer =
        Trainer::builder(Digits::new(options.seed)).optimiser(optimiser).loss(CrossEntropy::new().label_smoothing(0.1));
    let loader = Loader::new(&training, options.batch.get())?.augmented(Augmentation::new().crop(1));
    options.save(&train(trainer, loader, &test, options)?)
}
