//! What the examples that train share: their arguments, their progress, and how they end.

mod console;
mod numbers;
pub mod options;
pub mod training;

use std::process::ExitCode;

pub use console::{Outcome, say};
pub use options::{Defaults, Options};
pub use training::train;

/// Runs an example on the threads that were asked for, and turns its failure into one line on stderr and exit code 1.
pub fn main(options: &Options, example: impl FnOnce() -> Outcome + Send) -> ExitCode {
    console::run(options.threads, example)
}
