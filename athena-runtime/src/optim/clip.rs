//! Gradient clipping.

use super::{
    argument,
    chunks::{self, CHUNK},
};
use crate::error::Error;
use crate::exec::largest;
use crate::threads;

/// The kind of gradient clipping, with its limit.
///
/// ```
/// use athena::optim::{Clip, Clipper};
///
/// fn main() -> Result<(), athena::Error> {
///     // A trainer takes it as it is: `Trainer::builder(network).clip(Clip::Norm(1.0))`.
///     let mut gradients = [3.0, -4.0];
///     Clipper::new(Clip::Norm(1.0), 2)?.apply(&mut gradients)?; // their norm is 5
///     assert!((gradients[0] - 0.6).abs() < 1e-6 && (gradients[1] + 0.8).abs() < 1e-6);
///
///     let mut gradients = [3.0, -4.0];
///     Clipper::new(Clip::Value(3.5), 2)?.apply(&mut gradients)?;
///     assert_eq!(gradients, [3.0, -3.5]);
///     Ok(())
/// }
/// ```
#[doc(alias("clip_grad_norm_", "clip_grad_value_", "clipnorm", "clipvalue"))]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clip {
    /// Limits each gradient to `-limit..=limit` (`torch.nn.utils.clip_grad_value_`). The limit is above 0.
    Value(f64),
    /// Multiplies all gradients by `limit / (norm + 1e-6)` if this is below 1, where `norm` is the Euclidean norm of all of them together
    /// (`torch.nn.utils.clip_grad_norm_`). The limit is above 0.
    Norm(f64),
}

/// A [`Clip`] with its working memory, so that clipping allocates nothing. A trainer makes one; use it in your own training loops.
///
/// ```
/// use athena::optim::{Clip, Clipper};
///
/// fn main() -> Result<(), athena::Error> {
///     let mut clipper = Clipper::new(Clip::Norm(10.0), 2)?;
///     let mut gradients = [3.0, -4.0];
///     clipper.apply(&mut gradients)?;
///     assert_eq!(gradients, [3.0, -4.0]); // their norm of 5 is below 10
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Clipper {
    clip: Clip,
    partial: Vec<f64>,
}

impl Clipper {
    /// A clipper for `len` gradients.
    ///
    /// # Errors
    /// The limit is not a finite number above 0.
    pub fn new(clip: Clip, len: usize) -> Result<Self, Error> {
        let chunks = match clip {
            Clip::Value(limit) => argument::positive("Clip::Value", limit).map(|()| 0)?,
            Clip::Norm(limit) => argument::positive("Clip::Norm", limit).map(|()| len.div_ceil(CHUNK))?,
        };
        Ok(Self { clip, partial: vec![0.0; chunks] })
    }

    /// Clips the gradients in place. After an error they are unchanged.
    ///
    /// # Errors
    /// There are more gradients than the clipper was made for. A gradient is not finite, which clipping would hide.
    pub fn apply(&mut self, gradients: &mut [f32]) -> Result<(), Error> {
        match self.clip {
            Clip::Value(limit) => {
                let limit = limit as f32;
                finite(f64::from(largest(gradients)), gradients)?;
                for_each(gradients, |g| *g = g.clamp(-limit, limit));
            }
            Clip::Norm(limit) => {
                let norm = self.norm(gradients)?;
                finite(norm, gradients)?;
                let scale = limit / (norm + 1e-6);
                if scale < 1.0 {
                    match scale as f32 {
                        // Steps flush subnormal numbers to zero. This factor must not be flushed, because gradients near f32's maximum need it.
                        small if small < f32::MIN_POSITIVE => {
                            for_each(gradients, |g| *g = (f64::from(*g) * scale) as f32)
                        }
                        scale => for_each(gradients, |g| *g *= scale),
                    }
                }
            }
        }
        Ok(())
    }

    /// The norm of all gradients. Squares are summed in f64 within fixed chunks, and the chunks in order.
    fn norm(&mut self, gradients: &[f32]) -> Result<f64, Error> {
        let chunks = gradients.len().div_ceil(CHUNK);
        let capacity = self.partial.len();
        let Some(partial) = self.partial.get_mut(..chunks) else {
            return Err(argument::error(
                "Clipper::apply",
                format!("at most {capacity} chunks of {CHUNK} gradients"),
                chunks,
            ));
        };
        sums_of_squares(partial, gradients);
        Ok(partial.iter().sum::<f64>().sqrt())
    }
}

/// Refuses gradients if a sum of them is not finite.
fn finite(sum: f64, gradients: &[f32]) -> Result<(), Error> {
    if sum.is_finite() {
        return Ok(());
    }
    let index = gradients.iter().position(|gradient| !gradient.is_finite()).unwrap_or(0);
    Err(argument::error("Clipper::apply", "finite gradients", format!("{} at index {index}", gradients[index])))
}

/// The sum of squares of each chunk of `values`.
fn sums_of_squares(sums: &mut [f64], values: &[f32]) {
    let each = sums.len().div_ceil(threads::PIECES).max(1);
    let pieces = sums.chunks_mut(each).zip(values.chunks(each * CHUNK));
    threads::for_each_of::<{ threads::PIECES }, _>(pieces, &|(sums, values): (&mut [f64], &[f32])| {
        sums.iter_mut().zip(values.chunks(CHUNK)).for_each(|(sum, values)| *sum = sum_of_squares(values));
    });
}

/// The sum of squares, as eight interleaved sums, so that additions do not wait for each other.
fn sum_of_squares(values: &[f32]) -> f64 {
    let mut lanes = [0.0_f64; 8];
    let (whole, rest) = values.as_chunks::<8>();
    for chunk in whole {
        for (lane, &v) in lanes.iter_mut().zip(chunk) {
            *lane += f64::from(v) * f64::from(v);
        }
    }
    for (lane, &v) in lanes.iter_mut().zip(rest) {
        *lane += f64::from(v) * f64::from(v);
    }
    lanes.iter().sum()
}

fn for_each(gradients: &mut [f32], change: impl Fn(&mut f32) + Sync) {
    chunks::for_each(gradients, &|chunk: &mut [f32]| chunk.iter_mut().for_each(&change));
}
