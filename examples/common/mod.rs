//! Code that the training examples share: arguments, progress and exit codes.

mod console;
pub mod numbers;
pub mod options;
pub mod training;

use std::process::ExitCode;

pub use console::{Outcome, say};
pub use options::{Defaults, Options};
#[allow(unused_imports, reason = "not every example has a class for each image")]
pub use training::train;

/// Runs an example on this number of threads. An error becomes one line on stderr and exit code 1.
pub fn main(options: &Options, example: impl FnOnce() -> Outcome + Send) -> ExitCode {
    console::run(options.threads, example)
}
