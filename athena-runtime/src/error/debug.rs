//! Errors as a program prints them that returns one from `main`, or calls `unwrap`.

use super::Error;
use std::fmt::{Debug, Formatter, Result};

/// The message on one line, then what belongs to it on lines of its own (the whole list of problems, a help, a note), then the causes.
impl Debug for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Weights { path, problems } => {
                write!(f, "the weights in `{}` do not fit this network:", path.display())?;
                list(f, problems)?;
            }
            Self::OtherWeights { name, problems } => {
                write!(f, "the weights of `{name}` do not fit this network:")?;
                list(f, problems)?;
            }
            Self::Data { path, what, expected, found, help } => {
                write!(f, "`{}` is not {what}: expected {expected}, found {found}", path.display())?;
                write!(f, "\n  help: {help}")?;
            }
            _ => write!(f, "{self}")?,
        }
        if let (Self::Diverged { .. }, Some(note)) = (self, crate::speed::SLOW_BUILD) {
            write!(f, "\n{note}")?;
        }
        causes(f, self)
    }
}

fn list(f: &mut Formatter<'_>, lines: &[String]) -> Result {
    lines.iter().try_for_each(|line| write!(f, "\n  {line}"))
}

fn causes(f: &mut Formatter<'_>, error: &dyn std::error::Error) -> Result {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.into_iter().try_for_each(|cause| write!(f, "\n  cause: {cause}"))
}
