//! Checks of the settings of optimisers.

use crate::error::Error;

/// The error for one argument: its name as the user writes it, its range, and its value.
pub(super) fn error(name: &'static str, expected: impl Into<String>, found: impl ToString) -> Error {
    Error::Argument { name, expected: expected.into(), found: found.to_string() }
}

/// Checks that a number is at least 0 and finite when rounded to f32.
pub(super) fn non_negative(name: &'static str, value: f64) -> Result<(), Error> {
    if !(value.is_finite() && value >= 0.0) {
        return Err(error(name, "a finite number, 0 or more", value));
    }
    within_f32(name, value)
}

/// Checks that a number is above 0 and finite when rounded to f32.
pub(super) fn positive(name: &'static str, value: f64) -> Result<(), Error> {
    if !(value.is_finite() && value as f32 > 0.0) {
        return Err(error(name, "a finite number above 0", value));
    }
    within_f32(name, value)
}

/// Checks a learning rate.
pub(super) fn rate(name: &'static str, rate: f64) -> Result<f64, Error> {
    if !(rate.is_finite() && rate >= 0.0) {
        return Err(error(name, "a finite learning rate, 0 or more", rate));
    }
    within_f32(name, rate).map(|()| rate)
}

/// Checks that a number is finite in f32, in which steps compute.
fn within_f32(name: &'static str, value: f64) -> Result<(), Error> {
    if (value as f32).is_finite() {
        return Ok(());
    }
    Err(error(name, format!("at most {:e}, the largest f32", f32::MAX), format!("{value:e}")))
}

/// Checks that a number is at least 0 and below 1.
pub(super) fn fraction(name: &'static str, value: f64) -> Result<(), Error> {
    if (0.0..1.0).contains(&value) { Ok(()) } else { Err(error(name, "0 or more, and below 1", value)) }
}
