//! A data set in memory.

use std::marker::PhantomData;

use super::augment::Move;
use super::random::Random;
use super::targets::{IntoTargets, OwnedTargets, fitting};
use super::{Normalisation, Numbers};
use crate::loss::Targets;
use crate::{ClassCount, Error, ImageShape};

/// A data set in memory: images and their targets, which are classes or values.
///
/// `I` and `K` are the types [`Model::Image`](crate::Model::Image) and [`Model::Classes`](crate::Model::Classes) of the network,
/// such as `Image<3, 32, 32>` and `Classes<10>`. So a network of another shape or number of classes does not take the data. A
/// data set is never empty.
///
/// ```
/// use athena::prelude::*;
///
/// fn main() -> Result<(), athena::Error> {
///     // Two images of 3 x 8 x 8 bytes, of the classes 7 and 0.
///     let images = Dataset::<Image<3, 8, 8>, Classes<10>>::from_bytes(vec![128; 2 * 192], [7, 0])?;
///     let images = images.normalised(&Normalisation::new(&[0.5; 3], &[0.25; 3])?)?;
///     assert_eq!((images.len(), images.labels()), (2, Some(&[7, 0][..])));
///
///     // Some to train with and one held out; and a few to try things with.
///     let (train, test) = images.split(1, 42)?;
///     assert_eq!((train.len(), test.len(), images.take(1)?.len()), (1, 1, 1));
///
///     // Floats, and values instead of classes, for a network of one output.
///     let measured = Dataset::<Image<1, 1, 2>, Classes<1>>::from_floats([0.5, -0.5], [37.2])?;
///     assert_eq!((measured.pixels(), measured.values()), (Pixels::Floats(&[0.5, -0.5]), Some(&[37.2][..])));
///     assert_eq!(measured.targets(), Targets::Values(&[37.2]));
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Dataset<I, K> {
    pixels: Stored,
    pub(super) targets: OwnedTargets,
    normalisation: Option<Normalisation>,
    types: PhantomData<(I, K)>,
}

/// N x C x H x W.
#[derive(Clone, Debug)]
enum Stored {
    Bytes(Vec<u8>),
    Floats(Vec<f32>),
}

/// The pixels of a [`Dataset`], N x C x H x W, as they were given to it.
///
/// ```
/// use athena::prelude::*;
///
/// fn main() -> Result<(), athena::Error> {
///     let images = Dataset::<Image<1, 1, 2>, Classes<2>>::from_bytes([0, 255], [1])?;
///     match images.pixels() {
///         Pixels::Bytes(bytes) => assert_eq!(bytes, [0, 255]),
///         Pixels::Floats(floats) => assert!(floats.iter().all(|value| value.is_finite())),
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pixels<'a> {
    /// Bytes, where 255 stands for 1.
    Bytes(&'a [u8]),
    /// Any finite values.
    Floats(&'a [f32]),
}

impl<I: ImageShape, K: ClassCount> Dataset<I, K> {
    /// Floats or bytes of one image.
    pub(super) const IMAGE: usize = I::SHAPE[0] * I::SHAPE[1] * I::SHAPE[2];

    /// A data set of N x C x H x W bytes, where 255 stands for 1, and of [targets](IntoTargets): N labels, or N x classes values.
    ///
    /// # Errors
    /// There are no images, or not a whole number of images. The targets are not one label or `classes` values for each image. A
    /// label is not a class. A target value is not finite.
    pub fn from_bytes(pixels: impl Numbers<u8>, targets: impl IntoTargets) -> Result<Self, Error> {
        let pixels = pixels.into_vec();
        let targets = Self::check(pixels.len(), "bytes", targets)?;
        Ok(Self { pixels: Stored::Bytes(pixels), targets, normalisation: None, types: PhantomData })
    }

    /// A data set of N x C x H x W floats, which are not scaled, and of [targets](IntoTargets): N labels, or N x classes values.
    ///
    /// # Errors
    /// Those of [`from_bytes`](Self::from_bytes). A pixel is not finite.
    pub fn from_floats(pixels: impl Numbers<f32>, targets: impl IntoTargets) -> Result<Self, Error> {
        let pixels = pixels.into_vec();
        let targets = Self::check(pixels.len(), "floats", targets)?;
        if let Some(at) = pixels.iter().position(|value| !value.is_finite()) {
            let (image, value) = (at / Self::IMAGE, pixels[at]);
            return Err(Error::Dataset(format!("image {image} has a value of {value}, but values must be finite")));
        }
        Ok(Self { pixels: Stored::Floats(pixels), targets, normalisation: None, types: PhantomData })
    }

    fn check(values: usize, unit: &str, targets: impl IntoTargets) -> Result<OwnedTargets, Error> {
        let [c, h, w] = I::SHAPE;
        if values == 0 || !values.is_multiple_of(Self::IMAGE) {
            return Err(Error::Dataset(format!(
                "{values} {unit} are not one or more whole images of {c}x{h}x{w}: one is {} {unit}",
                Self::IMAGE
            )));
        }
        let images = values / Self::IMAGE;
        if u32::try_from(images).is_err() {
            let message = format!("{images} images are too many: at most {} are supported", u32::MAX);
            return Err(Error::Dataset(message));
        }
        fitting(targets, images, K::COUNT, &format!(" of {c}x{h}x{w}"), "").map_err(Error::Dataset)
    }

    /// The same data set, whose images are normalised when they are read.
    ///
    /// # Errors
    /// The normalisation is for another number of channels.
    pub fn normalised(mut self, normalisation: &Normalisation) -> Result<Self, Error> {
        let (channels, found) = (I::SHAPE[0], normalisation.mean().len());
        if found != channels {
            let expected = format!("{channels} channels, as the images have");
            return Err(Error::Argument { name: "Dataset::normalised", expected, found: found.to_string() });
        }
        self.normalisation = Some(normalisation.clone());
        Ok(self)
    }

    /// Number of images, at least one.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a data set is never empty")]
    pub fn len(&self) -> usize {
        match &self.pixels {
            Stored::Bytes(bytes) => bytes.len() / Self::IMAGE,
            Stored::Floats(floats) => floats.len() / Self::IMAGE,
        }
    }

    /// The targets.
    #[must_use]
    pub fn targets(&self) -> Targets<'_> {
        self.targets.lend()
    }

    /// The class of each image; `None` if the targets are values.
    #[must_use]
    pub fn labels(&self) -> Option<&[u32]> {
        match &self.targets {
            OwnedTargets::Classes(labels) => Some(labels),
            OwnedTargets::Values(_) => None,
        }
    }

    /// The target values of the outputs, or the probabilities of the classes, N x classes; `None` if the targets are labels.
    #[must_use]
    pub fn values(&self) -> Option<&[f32]> {
        match &self.targets {
            OwnedTargets::Classes(_) => None,
            OwnedTargets::Values(values) => Some(values),
        }
    }

    /// The pixels before normalisation.
    #[must_use]
    pub fn pixels(&self) -> Pixels<'_> {
        match &self.pixels {
            Stored::Bytes(bytes) => Pixels::Bytes(bytes),
            Stored::Floats(floats) => Pixels::Floats(floats),
        }
    }

    /// One image, C x H x W, as a network gets it: bytes scaled to 0 to 1, and normalised. `None` if there are fewer images.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let images = Dataset::<Image<1, 1, 2>, Classes<2>>::from_bytes([51, 102, 0, 255], [0, 1])?;
    ///     assert_eq!(images.image(1), Some(vec![0.0, 1.0]));
    ///     assert_eq!(images.image(2), None);
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn image(&self, index: usize) -> Option<Vec<f32>> {
        let start = index.checked_mul(Self::IMAGE)?;
        let mut image = vec![0.0; Self::IMAGE];
        let affine = self.affine();
        match &self.pixels {
            Stored::Bytes(bytes) => {
                write_image::<I, u8>(bytes.get(start..)?.get(..Self::IMAGE)?, &mut image, Move::default(), &affine);
            }
            Stored::Floats(floats) => {
                write_image::<I, f32>(floats.get(start..)?.get(..Self::IMAGE)?, &mut image, Move::default(), &affine);
            }
        }
        Some(image)
    }

    /// For each channel, the factor and the summand that turn a pixel into the network's input.
    pub(super) fn affine(&self) -> Vec<(f32, f32)> {
        let scale = if matches!(self.pixels, Stored::Bytes(_)) { 255.0 } else { 1.0 };
        let of_channel = |c| self.normalisation().map_or((1.0 / scale, 0.0), |n| n.affine(c, scale));
        (0..I::SHAPE[0]).map(of_channel).collect()
    }

    /// The normalisation, if there is one.
    #[must_use]
    pub fn normalisation(&self) -> Option<&Normalisation> {
        self.normalisation.as_ref()
    }

    /// The first `count` images, or all if there are fewer.
    ///
    /// # Errors
    /// `count` is 0.
    pub fn take(&self, count: usize) -> Result<Self, Error> {
        if count == 0 {
            let (expected, found) = ("1 image or more".into(), "0".into());
            return Err(Error::Argument { name: "Dataset::take", expected, found });
        }
        Ok(self.select(0..count.min(self.len())))
    }

    /// Splits the images at random into a training set and a test set of `held_out` images. The same seed gives the same
    /// split.
    ///
    /// # Errors
    /// Either part would be empty.
    pub fn split(&self, held_out: usize, seed: u64) -> Result<(Self, Self), Error> {
        if held_out == 0 || held_out >= self.len() {
            let expected = format!("1 to {} images to hold out of {}", self.len() - 1, self.len());
            return Err(Error::Argument { name: "Dataset::split", expected, found: held_out.to_string() });
        }
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        Random::of([seed, u64::MAX, u64::MAX]).shuffle(&mut order);
        let part = |indices: &[u32]| self.select(indices.iter().map(|&i| i as usize));
        let (test, train) = order.split_at(held_out);
        Ok((part(train), part(test)))
    }

    fn select(&self, indices: impl Iterator<Item = usize> + Clone) -> Self {
        fn gather<T: Copy>(all: &[T], each: usize, indices: impl Iterator<Item = usize>) -> Vec<T> {
            let mut chosen = Vec::with_capacity(indices.size_hint().0 * each);
            indices.for_each(|i| chosen.extend_from_slice(&all[i * each..][..each]));
            chosen
        }
        let mut targets = self.targets.room(indices.size_hint().0, K::COUNT);
        self.targets.gather(K::COUNT, indices.clone(), &mut targets);
        Self {
            targets,
            pixels: match &self.pixels {
                Stored::Bytes(bytes) => Stored::Bytes(gather(bytes, Self::IMAGE, indices)),
                Stored::Floats(floats) => Stored::Floats(gather(floats, Self::IMAGE, indices)),
            },
            normalisation: self.normalisation.clone(),
            types: PhantomData,
        }
    }
}

/// Writes one image, channel by channel. Pixels outside the image are black: 0 before normalisation.
pub(super) fn write_image<I: ImageShape, T: Copy + Into<f32>>(
    source: &[T],
    target: &mut [f32],
    shown: Move,
    affine: &[(f32, f32)],
) {
    let [_, height, width] = I::SHAPE;
    let planes = source.chunks_exact(height * width).zip(target.chunks_exact_mut(height * width));
    for ((source, target), &(factor, summand)) in planes.zip(affine) {
        shown.plane(source, width, target, summand, |from, to| {
            to.iter_mut().zip(from).for_each(|(to, &from)| *to = from.into() * factor + summand);
        });
    }
}
