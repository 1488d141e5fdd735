//! Preprocessing: from a photograph to the input of a network.

use super::Photo;
use super::resample::{Source, scaled_part};
use crate::Error;
use crate::data::Normalisation;

/// torchvision's mean and standard deviation of red, green and blue for ImageNet.
const IMAGENET: [[f32; 3]; 2] = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]];

/// Scales the short side, crops the centre and normalises, with the same bits as torchvision's evaluation transform:
/// `Resize(short)` (antialiased bilinear, over Pillow), `CenterCrop(side)`, `ToTensor()`, `Normalize(mean, std)`.
///
/// ```no_run
/// use athena::data::{Normalisation, Photo, Preprocessing};
///
/// fn main() -> Result<(), athena::Error> {
///     let preprocessing = Preprocessing::imagenet();
///     let image: Vec<f32> = preprocessing.apply(&Photo::open("cat.jpg")?);
///     assert_eq!(image.len(), 3 * 224 * 224);
///
///     // Other sizes and constants.
///     let small = Preprocessing::new(36, 32, &Normalisation::new(&[0.5; 3], &[0.25; 3])?)?;
///     assert_eq!(small.apply(&Photo::open("cat.jpg")?).len(), 3 * 32 * 32);
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Preprocessing {
    short: usize,
    side: usize,
    /// For each channel, the normalised value of each byte.
    values: Vec<[f32; 256]>,
}

impl Preprocessing {
    /// The preprocessing for torchvision's networks: short side 256, centre crop of 224 x 224, ImageNet's mean and deviation.
    #[must_use]
    pub fn imagenet() -> Self {
        let [mean, std] = IMAGENET;
        Self {
            short: 256,
            side: 224,
            values: mean.iter().zip(&std).map(|(&mean, &std)| normalised(mean, std)).collect(),
        }
    }

    /// A preprocessing that scales the short side to `short` pixels and crops `side` x `side` pixels from the centre.
    ///
    /// # Errors
    /// `side` is 0 or larger than `short`. `short` is more than 65,535. The normalisation is not for three channels.
    pub fn new(short: usize, side: usize, normalisation: &Normalisation) -> Result<Self, Error> {
        let error = |expected: String, found: String| Error::Argument { name: "Preprocessing::new", expected, found };
        if !(1..=usize::from(u16::MAX)).contains(&short) {
            return Err(error("a short side of 1 to 65535 pixels".into(), short.to_string()));
        }
        if !(1..=short).contains(&side) {
            return Err(error(format!("1 to {short} pixels to keep of a short side of {short}"), side.to_string()));
        }
        let (mean, std) = (normalisation.mean(), normalisation.std());
        if mean.len() != 3 {
            return Err(error("a normalisation for 3 channels".into(), format!("one for {}", mean.len())));
        }
        Ok(Self { short, side, values: mean.iter().zip(std).map(|(&mean, &std)| normalised(mean, std)).collect() })
    }

    /// The input of a network: 3 x side x side.
    #[must_use]
    pub fn apply(&self, photo: &Photo) -> Vec<f32> {
        let bytes = self.crop(photo);
        let channel = |(c, values): (usize, &[f32; 256])| {
            bytes.iter().skip(c).step_by(3).map(|&byte| values[usize::from(byte)]).collect::<Vec<f32>>()
        };
        self.values.iter().enumerate().flat_map(channel).collect()
    }

    /// The cropped bytes before normalisation: red, green and blue, row by row.
    fn crop(&self, photo: &Photo) -> Vec<u8> {
        let [width, height] = self.scaled(photo);
        let middle = |length: usize| {
            let from = centre(length - self.side);
            from..from + self.side
        };
        let source = Source { pixels: &photo.pixels, width: photo.width, height: photo.height };
        scaled_part(source, [width, height], middle(width), middle(height))
    }

    /// Width and height of the whole photograph after scaling. The long side is rounded down.
    fn scaled(&self, photo: &Photo) -> [usize; 2] {
        let (width, height) = (photo.width, photo.height);
        let long = |long: usize, short: usize| (self.short as u128 * long as u128 / short as u128) as usize;
        if width <= height { [self.short, long(height, width)] } else { [long(width, height), self.short] }
    }
}

/// Half of `rest`, rounded as in Python: halves are rounded to the even neighbour.
fn centre(rest: usize) -> usize {
    let half = rest / 2;
    half + usize::from(rest % 2 == 1 && half % 2 == 1)
}

/// The normalised value of each byte: `(byte / 255 - mean) / std`, rounded after each operation, as in torchvision.
fn normalised(mean: f32, std: f32) -> [f32; 256] {
    std::array::from_fn(|byte| (byte as f32 / 255.0 - mean) / std)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_to_even() {
        assert_eq!([0, 1, 2, 3, 4, 5, 6, 7].map(centre), [0, 0, 1, 2, 2, 2, 3, 4]);
    }
}
