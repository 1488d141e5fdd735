//! The arguments that every example takes.

use std::num::{NonZeroU64, NonZeroUsize};
use std::str::FromStr;

use clap::{Args, Parser};

/// How to train.
#[derive(Args, Debug)]
pub struct Options {
    /// Times to go through the training images
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = count::<NonZeroU64>)]
    pub epochs: NonZeroU64,
    /// Images in a batch
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = count::<NonZeroUsize>)]
    pub batch: NonZeroUsize,
    /// Highest learning rate
    #[arg(long, value_name = "RATE", allow_negative_numbers = true, value_parser = learning_rate)]
    pub lr: f64,
    /// Seed of all that is random
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value = "1")]
    pub seed: u64,
    /// Threads to compute with; results do not depend on it [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = count::<NonZeroUsize>)]
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

fn count<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| "a whole number of 1 or more is needed".to_owned())
}

fn learning_rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && (rate as f32).is_finite() => Ok(rate),
        _ => Err("a finite number above 0 is needed".to_owned()),
    }
}
