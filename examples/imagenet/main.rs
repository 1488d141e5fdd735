//! Networks trained on ImageNet classify photographs as PyTorch does.
//!
//!     cargo run --release --features images --example imagenet -- predict --weights FILE PHOTO...
//!     cargo run --release --features images --example imagenet -- eval --weights FILE --data DIR

mod architecture;
mod classes;
#[path = "../common/console.rs"]
mod console;
mod evaluate;
#[path = "../common/folder.rs"]
mod folder;
mod labelled;
#[allow(dead_code, reason = "the examples that train need more")]
#[path = "../common/numbers.rs"]
mod numbers;
mod predict;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use architecture::{Architecture, Classifier};
use classes::Classes;
use console::Outcome;
use numbers::whole;

/// Floats of one image: all architectures here take 3x224x224.
const IMAGE: usize = 3 * 224 * 224;
/// The classes of ImageNet-1k.
const CLASSES: usize = 1000;

/// Classifies photographs with a network trained on ImageNet, as PyTorch does
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Says the five likeliest classes of each photograph
    Predict(predict::Arguments),
    /// Counts how many photographs of a labelled folder are classified right
    Eval(evaluate::Arguments),
}

/// Which network, and what it runs on.
#[derive(Args)]
struct Network {
    /// File of the network's weights
    #[arg(long, value_name = "FILE")]
    weights: PathBuf,
    /// Architecture that the weights are for [default: resnet50_v1]
    #[arg(long, value_name = "NAME")]
    model: Option<Architecture>,
    /// File of the class names, one a line in the order of their indices, each with its WordNet id before it or without
    /// [default: classes are said by index]
    #[arg(long, value_name = "FILE")]
    classes: Option<PathBuf>,
    /// Threads to compute with; results do not depend on it [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<NonZeroUsize>)]
    threads: Option<NonZeroUsize>,
}

impl Network {
    fn load(&self) -> Outcome<(Box<dyn Classifier>, Classes)> {
        let classes = self.classes.as_ref().map(|file| Classes::read(file)).transpose()?;
        let network = self.model.unwrap_or(Architecture::ResNet50V1).load(&self.weights)?;
        if self.model.is_none() {
            // The two have the same names and shapes, so nothing else tells them apart.
            console::note(
                "note: the weights are taken for `resnet50_v1`; those of torchvision need `--model resnet50`",
            );
        }
        Ok((network, classes.unwrap_or_default()))
    }
}

fn main() -> ExitCode {
    match Arguments::parse().task {
        Task::Predict(arguments) => console::run(arguments.network.threads, || predict::run(&arguments)),
        Task::Eval(arguments) => console::run(arguments.network.threads, || evaluate::run(&arguments)),
    }
}
