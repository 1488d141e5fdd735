//! The arguments that every example takes.

use std::num::{NonZeroU64, NonZeroUsize};

use clap::{Args, Parser};

/// How to train.
#[derive(Args, Debug)]
pub struct Options {
    /// Times to go through the training images
    #[arg(long, value_name = "N")]
    pub epochs: NonZeroU64,
    /// Images in a batch
    #[arg(long, value_name = "N")]
    pub batch: NonZeroUsize,
    /// Highest learning rate
    #[arg(long, value_name = "RATE", value_parser = learning_rate)]
    pub lr: f64,
    /// Seed of the weights, the order of the images and their augmentation
    #[arg(long, value_name = "N", default_value = "1")]
    pub seed: u64,
    /// Threads to compute with; results do not depend on it [default: one per core]
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
}

/// Values of the options that differ from example to example, as a user would type them.
pub struct Defaults {
    /// `--epochs`
    pub epochs: &'static str,
    /// `--batch`
    pub batch: &'static str,
    /// `--lr`
    pub lr: &'static str,
}

/// The command line as `A`, with an example's own defaults; prints help or a usage error and ends the program where there is
/// nothing to run.
pub fn parse<A: Parser>(defaults: Defaults) -> A {
    let command = A::command()
        .mut_arg("epochs", |arg| arg.required(false).default_value(defaults.epochs))
        .mut_arg("batch", |arg| arg.required(false).default_value(defaults.batch))
        .mut_arg("lr", |arg| arg.required(false).default_value(defaults.lr));
    A::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

fn learning_rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && (rate as f32).is_finite() => Ok(rate),
        _ => Err("a learning rate is a finite number above 0".to_owned()),
    }
}
