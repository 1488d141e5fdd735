//! Output and exit codes of all examples.

#[path = "causes.rs"]
mod causes;

use std::error::Error;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::process::ExitCode;

use athena::threads::with_threads;
use causes::with_causes;

/// The result of an example. An error is printed as one line.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Runs an example on this number of threads. An error becomes one line on stderr and exit code 1.
pub fn run(threads: Option<NonZeroUsize>, example: impl FnOnce() -> Outcome + Send) -> ExitCode {
    match with_threads(threads.map_or(0, usize::from), example).map_err(Into::into).and_then(|outcome| outcome) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(error.as_ref()) => ExitCode::SUCCESS,
        Err(error) => {
            note_error(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

/// Whether stdout was closed by its reader, as by `| head`. That is not a failure.
fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Prints one line to stdout. Unlike `println!` it does not panic if stdout is closed.
pub fn say(line: impl std::fmt::Display) -> Outcome {
    writeln!(io::stdout(), "{line}")?;
    Ok(())
}

/// Prints an error and its causes as one line to stderr.
pub fn note_error(error: &(dyn Error + 'static)) {
    note(format!("error: {}", with_causes(error)));
}

/// Prints one line to stderr.
pub fn note(line: impl std::fmt::Display) {
    // If stderr is closed, there is nothing left to do.
    let _ = writeln!(io::stderr(), "{line}");
}
