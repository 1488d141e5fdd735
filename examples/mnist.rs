//! The basic ResNet of athena-fortran's tutorial, on MNIST.
//!
//!     cargo run --release --example mnist -- --data DIR

mod common;

use std::path::PathBuf;
use std::process::ExitCode;

use athena::Model;
use athena::data::{self, Loader, Normalisation};
use athena::optim::Adam;
use athena::train::Trainer;
use clap::Parser;

use common::{Defaults, Options, Outcome, say, train};

athena::resnet! {
    /// One residual block between a convolution and a classifier.
    struct Basic(1x28x28) -> 10 {
        input
            -> entry: conv(64, 3x3, activation = relu)
            -> conv(64, 3x3, activation = relu)
            -> conv(64, 3x3)
            -> + entry -> relu
            -> max_pool(2) -> flatten -> linear(10) -> softmax
    }
}

/// Trains the tutorial's basic ResNet on MNIST
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// Folder of MNIST's four IDX files
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments: Arguments = common::options::parse(Defaults { epochs: "1", batch: "64", lr: "0.001" });
    common::main(&arguments.options, || run(&arguments))
}

fn run(Arguments { options, data }: &Arguments) -> Outcome {
    let folder = data.as_ref().ok_or(
        "`--data DIR` is missing: download train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and \
         t10k-labels-idx1-ubyte.gz from https://ossci-datasets.s3.amazonaws.com/mnist/ into one directory and pass that",
    )?;
    let (training, test) = data::mnist(folder)?;
    let normalisation = Normalisation::of(&training);
    let (training, test) = (training.normalised(&normalisation)?, test.normalised(&normalisation)?);

    say(Basic::summary())?;
    let trainer = Trainer::builder(Basic::new(options.seed)).optimiser(Adam::new().learning_rate(options.lr));
    options.save(&train(trainer, Loader::new(&training, options.batch.get())?, &test, options)?)
}
