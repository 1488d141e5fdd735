//! The arguments that every example takes.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::{Path, PathBuf};

use athena::Model;
use clap::{Args, Parser};

use super::numbers::{learning_rate, whole};
use super::{Outcome, say};

/// How to train.
#[derive(Args, Debug)]
pub struct Options {
    /// Times to go through the training images
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<NonZeroU64>)]
    pub epochs: NonZeroU64,
    /// Images in a batch
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<NonZeroUsize>)]
    pub batch: NonZeroUsize,
    /// Highest learning rate
    #[arg(long, value_name = "RATE", allow_negative_numbers = true, value_parser = learning_rate)]
    pub lr: f64,
    /// Seed of all that is random
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value = "1", value_parser = whole::<u64>)]
    pub seed: u64,
    /// Threads to compute with; results do not depend on it [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<NonZeroUsize>)]
    pub threads: Option<NonZeroUsize>,
    /// Writes the trained network as a safetensors file, which PyTorch reads, too
    #[arg(long, value_name = "FILE", value_parser = new_file)]
    save: Option<PathBuf>,
}

impl Options {
    /// Saves the trained network, if the user gave a file.
    pub fn save(&self, network: &impl Model) -> Outcome {
        let Some(file) = &self.save else { return Ok(()) };
        network.save(file)?;
        say(format!("the network is saved as `{}`", file.display()))
    }

    /// Whether the network is to be saved.
    #[allow(dead_code, reason = "not every example can be without")]
    pub fn saves(&self) -> bool {
        self.save.is_some()
    }
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

/// Parses the command line as `A`, with the defaults of an example. For `--help` or a usage error, it prints the text and ends the
/// program.
pub fn parse<A: Parser>(defaults: Defaults) -> A {
    let command = A::command()
        .mut_arg("epochs", |arg| arg.required(false).default_value(defaults.epochs))
        .mut_arg("batch", |arg| arg.required(false).default_value(defaults.batch))
        .mut_arg("lr", |arg| arg.required(false).default_value(defaults.lr));
    A::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

/// Checks that a file can be written, before the training starts and not after it.
pub fn new_file(text: &str) -> Result<PathBuf, String> {
    let file = Path::new(text);
    if text.is_empty() || file.file_name().is_none() || file.is_dir() {
        return Err("it is not the name of a file".to_owned());
    }
    match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) if !folder.is_dir() => Err(format!("there is no folder `{}`", folder.display())),
        _ => Ok(file.to_path_buf()),
    }
}
