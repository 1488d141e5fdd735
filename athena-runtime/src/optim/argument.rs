//! Checks of the numbers that users configure optimisers with.

use crate::error::Error;

/// The error for one argument: its name as the user writes it, what it may be, and what it was.
pub(super) fn error(name: &'static str, expected: impl Into<String>, found: impl ToString) -> Error {
    Error::Argument { name, expected: expected.into(), found: found.to_string() }
}

/// Any number from zero up that is finite when rounded to f32.
pub(super) fn non_negative(name: &'static str, value: f64) -> Result<(), Error> {
    if !(value.is_finite() && value >= 0.0) {
        return Err(error(name, "a finite number, 0 or more", value));
    }
    within_f32(name, value)
}

/// A number that stays finite and above zero when rounded to f32.
pub(super) fn positive(name: &'static str, value: f64) -> Result<(), Error> {
    if !(value.is_finite() && value as f32 > 0.0) {
        return Err(error(name, "a finite number above 0", value));
    }
    within_f32(name, value)
}

/// A learning rate that a step may take.
pub(super) fn rate(name: &'static str, rate: f64) -> Result<f64, Error> {
    if !(rate.is_finite() && rate >= 0.0) {
        return Err(error(name, "a finite learning rate, 0 or more", rate));
    }
    within_f32(name, rate).map(|()| rate)
}

/// Steps compute in f32, where a larger number is infinite.
fn within_f32(name: &'static str, value: f64) -> Result<(), Error> {
    if (value as f32).is_finite() {
        return Ok(());
    }
    Err(error(name, format!("at most {:e}, the largest f32", f32::MAX), format!("{value:e}")))
}

/// A fraction: 0 or more, below 1.
pub(super) fn fraction(name: &'static str, value: f64) -> Result<(), Error> {
    if (0.0..1.0).contains(&value) { Ok(()) } else { Err(error(name, "0 or more, and below 1", value)) }
}
