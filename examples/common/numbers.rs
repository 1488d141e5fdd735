//! Parses numbers of the command line. The errors name the valid range.

use std::fmt::Display;
use std::num::{NonZeroU64, NonZeroUsize};
use std::str::FromStr;

/// A whole number with a smallest and a largest value.
pub trait Whole: FromStr + Display {
    const LEAST: Self;
    const MOST: Self;
}

impl Whole for u64 {
    const LEAST: Self = Self::MIN;
    const MOST: Self = Self::MAX;
}

impl Whole for NonZeroU64 {
    const LEAST: Self = Self::MIN;
    const MOST: Self = Self::MAX;
}

impl Whole for NonZeroUsize {
    const LEAST: Self = Self::MIN;
    const MOST: Self = Self::MAX;
}

/// Parses a whole number. The error says whether it is out of range or not a number at all.
pub fn whole<N: Whole>(text: &str) -> Result<N, String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    text.parse().map_err(|_| match !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => format!("it is out of range: {} to {} are possible", N::LEAST, N::MOST),
        false => format!("it is not a whole number: {} to {} are possible", N::LEAST, N::MOST),
    })
}

/// A finite rate above 0.
pub fn learning_rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && (rate as f32).is_finite() => Ok(rate),
        _ => Err(format!("it is not a learning rate: numbers above 0 and up to {:e} are possible", f32::MAX)),
    }
}
