//! The UCI digits (Alpaydin and Kaynak 1998, CC BY 4.0): 1,797 handwritten digits of 8 x 8 pixels. `digits.txt` in this folder
//! contains them and names their source; `tests/python/digits.py` wrote it.

use std::error::Error;

/// The file, which is compiled into the program, so that it is found wherever the program runs.
const FILE: &str = include_str!("digits.txt");

/// Pixels of an image.
const PIXELS: usize = 8 * 8;

/// The base of the digits for levels of ink: 0 to 9 and a to g.
const LEVELS: u32 = 17;

/// Images of digits.
#[derive(Debug, Default)]
pub struct Digits {
    /// Every pixel of every image, row by row, from 0 (paper) to 1 (ink).
    pub pixels: Vec<f32>,
    /// The digit of every image.
    pub labels: Vec<u32>,
}

/// All digits, in UCI's order.
pub fn digits() -> Result<Digits, Box<dyn Error + Send + Sync>> {
    read(FILE).map_err(Into::into)
}

/// Reads lines of a digit and its pixels; a line that begins with `#` is a comment.
pub fn read(text: &str) -> Result<Digits, String> {
    let mut digits = Digits::default();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        let (label, pixels) = image(line).ok_or_else(|| {
            format!("line {} of the digits is not a digit with {PIXELS} pixels of 0 to g", number + 1)
        })?;
        digits.labels.push(label);
        digits.pixels.extend(pixels);
    }
    Ok(digits)
}

/// The digit and the pixels of a line.
fn image(line: &str) -> Option<(u32, Vec<f32>)> {
    let (label, ink) = line.split_once(' ')?;
    let label = label.parse().ok().filter(|&label| label < 10)?;
    let darkest = (LEVELS - 1) as f32;
    let pixels: Option<Vec<f32>> = ink.chars().map(|c| Some(c.to_digit(LEVELS)? as f32 / darkest)).collect();
    pixels.filter(|pixels| pixels.len() == PIXELS).map(|pixels| (label, pixels))
}
