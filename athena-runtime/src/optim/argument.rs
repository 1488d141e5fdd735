//! Checks of the numbers that users configure optimisers with.

use crate::error::Error;

/// The error for one argument: its name as the user writes it, what it may be, and what it was.
pub(super) fn error(name: &'static str, expected: impl Into<String>, found: impl ToString) -> Error {
    Error::Argument { name, expected: expected.into(), found: found.to_string() }
}

/// Any finite number from zero up.
pub(super) fn non_negative(name: &'static str, value: f64) -> Result<(), Error> {
    if value.is_finite() && value >= 0.0 { Ok(()) } else { Err(error(name, "a finite number, 0 or more", value)) }
}

/// A finite number that stays above zero when rounded to f32.
pub(super) fn positive(name: &'static str, value: f64) -> Result<(), Error> {
    let rounded = value as f32;
    if rounded.is_finite() && rounded > 0.0 { Ok(()) } else { Err(error(name, "a finite number above 0", value)) }
}

/// A fraction: 0 or more, below 1.
pub(super) fn fraction(name: &'static str, value: f64) -> Result<(), Error> {
    if (0.0..1.0).contains(&value) { Ok(()) } else { Err(error(name, "0 or more, and below 1", value)) }
}
