//! Errors of the choice of an instruction set.

use std::fmt;

/// The reason why the instruction set in `ATHENA_ISA` cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IsaError {
    /// The word is not the name of an instruction set.
    Unknown(String),
    /// The CPU lacks this instruction set.
    Missing {
        /// The word asked for.
        asked: String,
        /// The words of those that this CPU has.
        available: Vec<&'static str>,
    },
}

impl fmt::Display for IsaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(word) => {
                write!(f, "ATHENA_ISA={word} names no instruction set: use portable, avx2 or avx512, or unset it")
            }
            Self::Missing { asked, available } => {
                write!(f, "ATHENA_ISA={asked}, but this CPU lacks it: it has {}", available.join(", "))
            }
        }
    }
}

impl std::error::Error for IsaError {}
