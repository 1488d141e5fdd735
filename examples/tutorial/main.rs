//! The programs of athena-fortran's tutorial on residual networks: each is built, summarised, and run forward and backward once
//! on handwritten digits, enlarged to its images' size.
//!
//!     cargo run --release --example tutorial

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/digits.rs"]
mod images;
mod networks;

use std::process::ExitCode;

use athena::Model;
use athena::data::{Dataset, Loader, Normalisation};
use athena::optim::Adam;
use athena::train::Trainer;
use clap::{Parser, ValueEnum};

use common::{Defaults, Options, Outcome, say, train};

/// Pixels on a side of the digits, as they are.
const SIDE: usize = 8;

/// Runs the programs of the Fortran tutorial. An epoch is a single batch: forward and backward once
#[derive(Parser)]
struct Arguments {
    /// The programs to run [default: all]
    programs: Vec<Program>,
    #[command(flatten)]
    options: Options,
}

/// A program of the tutorial.
#[derive(Clone, Copy, ValueEnum)]
enum Program {
    /// Building a Basic ResNet
    Basic,
    /// Building Residual Blocks, with a stride
    Blocks,
    /// Deeper ResNet Architecture: ResNet-18 style, 224 x 224
    Resnet18,
    /// Projection Shortcuts
    Projection,
    /// ResNet for Small Images (CIFAR-10)
    Cifar10,
    /// A skip connection by the layer's name
    SkipByName,
    /// A skip connection by the operator +
    SkipByAddition,
    /// A skip connection by the operator ||
    SkipByConcatenation,
    /// One output to several layers
    Broadcast,
}

fn main() -> ExitCode {
    let arguments: Arguments = common::options::parse(Defaults { epochs: "1", batch: "4", lr: "0.001" });
    common::main(&arguments.options, || run(&arguments))
}

fn run(Arguments { programs, options }: &Arguments) -> Outcome {
    let all = Program::value_variants();
    let programs = if programs.is_empty() { all } else { programs };
    if options.saves() && programs.len() != 1 {
        return Err("`--save FILE` has room for one network: name one program".into());
    }
    for program in programs {
        match program {
            Program::Basic => once::<networks::Basic>("Basic", options),
            Program::Blocks => once::<networks::Blocks>("Blocks", options),
            Program::Resnet18 => once::<networks::ResNet18Style>("ResNet18Style", options),
            Program::Projection => once::<networks::Projection>("Projection", options),
            Program::Cifar10 => once::<networks::Cifar10>("Cifar10", options),
            Program::SkipByName => once::<networks::SkipByName>("SkipByName", options),
            Program::SkipByAddition => once::<networks::SkipByAddition>("SkipByAddition", options),
            Program::SkipByConcatenation => once::<networks::SkipByConcatenation>("SkipByConcatenation", options),
            Program::Broadcast => once::<networks::Broadcast>("Broadcast", options),
        }?;
    }
    Ok(())
}

/// Builds the network, prints its table, and trains it on one batch an epoch.
fn once<M: Model>(name: &str, options: &Options) -> Outcome {
    say(format!("\n{name}"))?;
    say(M::summary())?;
    let (training, test) = digits::<M>(options.batch.get())?;
    let trainer = Trainer::builder(M::new(options.seed)).optimiser(Adam::new().learning_rate(options.lr));
    options.save(&train(trainer, Loader::new(&training, training.len())?, &test, options)?)
}

/// `batch` digits to train on and as many others to test with (fewer where the digits run out), as large as the network's images
/// and alike in every channel.
fn digits<M: Model>(batch: usize) -> Outcome<(Images<M>, Images<M>)> {
    let images::Digits { pixels, labels } = images::digits()?;
    let batch = batch.min(labels.len() / 2);
    let part = |first: usize| {
        let range = first..first + batch;
        let small = pixels.chunks_exact(SIDE * SIDE).skip(first).take(batch);
        let large: Vec<f32> = small.flat_map(|image| enlarge(image, M::INPUT)).collect();
        Images::<M>::from_floats(large, &labels[range])
    };
    let (training, test) = (part(0)?, part(batch)?);
    let normalisation = Normalisation::of(&training);
    Ok((training.normalised(&normalisation)?, test.normalised(&normalisation)?))
}

/// What a network trains on.
type Images<M> = Dataset<<M as Model>::Image, <M as Model>::Classes>;

/// The nearest pixel for each of a larger image.
fn enlarge(image: &[f32], [channels, height, width]: [usize; 3]) -> impl Iterator<Item = f32> {
    let pixel = move |i: usize| {
        let (y, x) = (i / width % height, i % width);
        image[y * SIDE / height * SIDE + x * SIDE / width]
    };
    (0..channels * height * width).map(pixel)
}
