//! Fine-tuning: a trained network learns other classes. First a new head alone, its trunk frozen; then everything, gently.
//!
//! Without any download, a network trained on the handwritten digits 0 to 4 learns 5 to 9:
//!
//!     cargo run --release --example fine_tune
//!
//! ResNet-20's weights for CIFAR-10 learn to tell animals from vehicles, on a small part of the data:
//!
//!     cargo run --release --example fine_tune -- --cifar10 DIR --weights resnet20-cifar10.safetensors
//!
//! ResNet-50's weights for ImageNet learn the classes of a folder, which has a sub-folder of photographs for each:
//!
//!     cargo run --release --features images --example fine_tune -- --photos DIR --weights resnet50-imagenet.safetensors

mod cifar;
#[path = "../common/mod.rs"]
mod common;
mod digits;
#[cfg(feature = "images")]
#[path = "../common/folder.rs"]
mod folder;
#[cfg(feature = "images")]
mod photos;
mod tuning;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use common::{Defaults, Options, Outcome};

/// Fine-tunes a trained network on other classes: its head alone, then all of it
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// Folder with a sub-folder of photographs for each class, at most ten
    #[arg(long, value_name = "DIR", requires = "weights", conflicts_with = "cifar10")]
    photos: Option<PathBuf>,
    /// Folder of CIFAR-10's binary files
    #[arg(long, value_name = "DIR", requires = "weights")]
    cifar10: Option<PathBuf>,
    /// The trained network: for `--photos` a ResNet-50 (v1) with torchvision's names, for `--cifar10` a ResNet-20
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments: Arguments = common::options::parse(Defaults { epochs: "5", batch: "32", lr: "0.05" });
    common::main(&arguments.options, || run(&arguments))
}

fn run(Arguments { options, photos, cifar10, weights }: &Arguments) -> Outcome {
    match (photos, cifar10, weights) {
        (Some(folder), _, Some(weights)) => fine_tune_photos(folder, weights, options),
        (_, Some(folder), Some(weights)) => cifar::run(folder, weights, options),
        (None, None, Some(_)) => Err("`--weights` needs `--photos DIR` or `--cifar10 DIR`".into()),
        _ => digits::run(options),
    }
}

#[cfg(feature = "images")]
use photos::run as fine_tune_photos;

#[cfg(not(feature = "images"))]
fn fine_tune_photos(_: &std::path::Path, _: &std::path::Path, _: &Options) -> Outcome {
    Err("`--photos` needs the feature that reads photographs: run it with `--features images`".into())
}
