//! What the examples share: their arguments, their progress, and how they end.

pub mod options;
pub mod progress;
pub mod training;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use athena::threads::with_threads;

pub use options::{Defaults, Options};
pub use training::train;

/// What an example may fail with; it is printed as one line.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Runs an example on the threads that were asked for, and turns its failure into one line on stderr and exit code 1.
pub fn main(options: &Options, example: impl FnOnce() -> Outcome + Send) -> ExitCode {
    let threads = options.threads.map_or(0, usize::from);
    match with_threads(threads, example).map_err(Into::into).and_then(|outcome| outcome) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(error.as_ref()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to be done where stderr itself is closed.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whoever read the output has read enough (`| head`): no failure.
fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Prints one line to stdout; unlike `println!` it does not panic where stdout is closed.
pub fn say(line: impl std::fmt::Display) -> Outcome {
    writeln!(io::stdout(), "{line}")?;
    Ok(())
}
