//! Per-channel normalisation.

use super::{Dataset, Pixels};
use crate::{ClassCount, Error, ImageShape};

/// Normalisation of each channel: `(value - mean) / std`, where a value is a byte divided by 255, or a float. torchvision's
/// `ToTensor` and `Normalize` do the same.
///
/// ```
/// use athena::prelude::*;
///
/// fn main() -> Result<(), athena::Error> {
///     // Two images of one channel: half black, half white.
///     let images = Dataset::<Image<1, 1, 2>, Classes<2>>::from_bytes([0, 255, 255, 0], [0, 1])?;
///     let of_the_data = Normalisation::of(&images);
///     assert_eq!((of_the_data.mean(), of_the_data.std()), (&[0.5][..], &[0.5][..]));
///
///     let images = images.normalised(&of_the_data)?;
///     let batch = Loader::new(&images, 1)?.next_batch().map(|batch| batch.images().to_vec());
///     assert_eq!(batch, Some(vec![-1.0, 1.0]));
///
///     // Networks that were trained on ImageNet want its constants.
///     let imagenet = Normalisation::new(&[0.485, 0.456, 0.406], &[0.229, 0.224, 0.225])?;
///     assert_eq!(imagenet.mean().len(), 3);
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Normalisation {
    mean: Vec<f32>,
    std: Vec<f32>,
}

impl Normalisation {
    /// A normalisation with these constants, one per channel. For images of bytes they refer to values of 0 to 1.
    ///
    /// # Errors
    /// There is not a finite mean, and a finite standard deviation above 0, for each channel.
    pub fn new(mean: &[f32], std: &[f32]) -> Result<Self, Error> {
        let error = |expected: String, found: String| Error::Argument { name: "Normalisation::new", expected, found };
        if mean.is_empty() || mean.len() != std.len() {
            let found = format!("{} and {}", mean.len(), std.len());
            return Err(error("as many means as standard deviations, at least one".into(), found));
        }
        if let Some(bad) = mean.iter().find(|mean| !mean.is_finite()) {
            return Err(error("finite means".into(), bad.to_string()));
        }
        if let Some(bad) = std.iter().find(|std| !(std.is_finite() && std.recip().is_finite() && **std > 0.0)) {
            return Err(error("standard deviations that are finite and above 0".into(), bad.to_string()));
        }
        Ok(Self { mean: mean.to_vec(), std: std.to_vec() })
    }

    /// A normalisation with the mean and the standard deviation of each channel over a (training) set. A constant channel is only
    /// centred.
    #[must_use]
    pub fn of<I: ImageShape, K: ClassCount>(dataset: &Dataset<I, K>) -> Self {
        let [channels, height, width] = I::PORTS[0].map();
        let moments = (0..channels).map(|c| {
            let planes = |from: usize| from + c * height * width..from + (c + 1) * height * width;
            let image = channels * height * width;
            match dataset.pixels() {
                Pixels::Bytes(bytes) => byte_moments(bytes.chunks_exact(image).map(|i| &i[planes(0)])),
                Pixels::Floats(floats) => float_moments(floats.chunks_exact(image).map(|i| &i[planes(0)])),
            }
        });
        let (mean, std) = moments.map(|(mean, std)| (mean as f32, std as f32)).unzip();
        Self { mean, std }
    }

    /// The mean of each channel.
    #[must_use]
    pub fn mean(&self) -> &[f32] {
        &self.mean
    }

    /// The standard deviation of each channel.
    #[must_use]
    pub fn std(&self) -> &[f32] {
        &self.std
    }

    /// The factor and the summand that normalise a value of channel `c`, where `scale` stands for 1.
    pub(super) fn affine(&self, c: usize, scale: f32) -> (f32, f32) {
        (1.0 / (scale * self.std[c]), -self.mean[c] / self.std[c])
    }
}

/// The exact mean and standard deviation of bytes divided by 255, from the counts of each value.
fn byte_moments<'a>(planes: impl Iterator<Item = &'a [u8]>) -> (f64, f64) {
    let mut counts = [0_u64; 256];
    planes.flatten().for_each(|&byte| counts[usize::from(byte)] += 1);
    let total: u64 = counts.iter().sum();
    let mean_of = |f: &dyn Fn(f64) -> f64| {
        counts.iter().zip(0..256).map(|(&count, byte)| count as f64 * f(f64::from(byte) / 255.0)).sum::<f64>()
            / total as f64
    };
    let mean = mean_of(&|x| x);
    finish(mean, mean_of(&|x| (x - mean).powi(2)))
}

fn float_moments<'a>(planes: impl Iterator<Item = &'a [f32]> + Clone) -> (f64, f64) {
    let values = || planes.clone().flatten().map(|&x| f64::from(x));
    let total = values().count() as f64;
    let mean = values().sum::<f64>() / total;
    finish(mean, values().map(|x| (x - mean).powi(2)).sum::<f64>() / total)
}

/// Mean and standard deviation. A channel that is constant, except for rounding, gets the deviation 1, since it must not be divided by its own.
fn finish(mean: f64, variance: f64) -> (f64, f64) {
    let std = variance.sqrt();
    let constant = std <= mean.abs() * f64::from(f32::EPSILON) || !(std as f32).recip().is_finite();
    (mean, if constant { 1.0 } else { std })
}
