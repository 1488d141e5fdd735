//! ResNet-20 on CIFAR-10: He et al. (2016), section 4.2.
//!
//!     cargo run --release --example cifar10 -- --data DIR

mod common;

use std::path::PathBuf;
use std::process::ExitCode;

use athena::Model;
use athena::data::{self, Augmentation, Loader, Normalisation};
use athena::optim::Sgd;
use athena::train::Trainer;
use clap::Parser;

use common::{Defaults, Options, Outcome, say, train};

athena::resnet! {
    /// ResNet-20 with projection shortcuts.
    struct ResNet20(3x32x32) -> 10 {
        input
            -> conv(16, 3x3) -> batch_norm -> relu
            -> 3 * basic(16)
            -> down(32) -> 2 * basic(32)
            -> down(64) -> 2 * basic(64)
            -> global_avg_pool -> flatten -> linear(10)
    }

    /// Two 3x3 convolutions and an identity shortcut.
    block basic(filters) {
        input
            -> conv(filters, 3x3) -> batch_norm -> relu
            -> conv(filters, 3x3) -> batch_norm
            -> + input -> relu
    }

    /// The same with half the height and width; a 1x1 convolution projects the shortcut.
    block down(filters, stride = 2) {
        let shortcut = input -> conv(filters, 1x1, stride) -> batch_norm;
        input
            -> conv(filters, 3x3, stride) -> batch_norm -> relu
            -> conv(filters, 3x3) -> batch_norm
            -> + shortcut -> relu
    }
}

/// Trains ResNet-20 on CIFAR-10, images cropped and flipped at random
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// Folder of CIFAR-10's binary files
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments: Arguments = common::options::parse(Defaults { epochs: "3", batch: "128", lr: "0.2" });
    common::main(&arguments.options, || run(&arguments))
}

fn run(Arguments { options, data }: &Arguments) -> Outcome {
    let folder = data.as_ref().ok_or(
        "`--data DIR` is missing: download https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz, unpack it with `tar xzf`, and \
         pass the directory `cifar-10-batches-bin`",
    )?;
    let (training, test) = data::cifar10(folder)?;
    let normalisation = Normalisation::of(&training);
    let (training, test) = (training.normalised(&normalisation)?, test.normalised(&normalisation)?);

    say(ResNet20::summary())?;
    let optimiser = Sgd::new().learning_rate(options.lr).momentum(0.9).nesterov(true).weight_decay(5e-4);
    let loader = Loader::new(&training, options.batch.get())?.augmented(Augmentation::new().crop(4).flip());
    let trainer = Trainer::builder(ResNet20::new(options.seed)).optimiser(optimiser);
    options.save(&train(trainer, loader, &test, options)?)
}
