//! A data set in memory.

use std::marker::PhantomData;

use super::random::Random;
use super::{Normalisation, Numbers};
use crate::{ClassCount, Error, ImageShape};

/// Images and the class of each, in memory.
///
/// `I` and `K` are what a network's [`Model::Image`](crate::Model::Image) and [`Model::Classes`](crate::Model::Classes) are, such
/// as `Image<3, 32, 32>` and `Classes<10>`: data made for one network does not fit another. A data set is never empty.
#[derive(Clone, Debug)]
pub struct Dataset<I, K> {
    pixels: Pixels,
    labels: Vec<u32>,
    normalisation: Option<Normalisation>,
    types: PhantomData<(I, K)>,
}

/// N x C x H x W.
#[derive(Clone, Debug)]
pub(super) enum Pixels {
    /// 0 to 255, standing for 0 to 1.
    Bytes(Vec<u8>),
    /// Any finite values.
    Floats(Vec<f32>),
}

impl<I: ImageShape, K: ClassCount> Dataset<I, K> {
    /// Floats or bytes of one image.
    pub(super) const IMAGE: usize = I::SHAPE[0] * I::SHAPE[1] * I::SHAPE[2];

    /// From N x C x H x W bytes, where 255 stands for 1, and N labels.
    ///
    /// # Errors
    /// No images, not a whole number of images, not one label for each, or a label that is no class.
    pub fn from_bytes(pixels: impl Numbers<u8>, labels: impl Numbers<u32>) -> Result<Self, Error> {
        let (pixels, labels) = (pixels.into_vec(), labels.into_vec());
        Self::check(pixels.len(), "bytes", &labels)?;
        Ok(Self { pixels: Pixels::Bytes(pixels), labels, normalisation: None, types: PhantomData })
    }

    /// From N x C x H x W floats, taken as they are, and N labels.
    ///
    /// # Errors
    /// As [`from_bytes`](Self::from_bytes), and a value that is not finite.
    pub fn from_floats(pixels: impl Numbers<f32>, labels: impl Numbers<u32>) -> Result<Self, Error> {
        let (pixels, labels) = (pixels.into_vec(), labels.into_vec());
        Self::check(pixels.len(), "floats", &labels)?;
        if let Some(at) = pixels.iter().position(|value| !value.is_finite()) {
            let (image, value) = (at / Self::IMAGE, pixels[at]);
            return Err(Error::Dataset(format!("image {image} has a value of {value}, but values must be finite")));
        }
        Ok(Self { pixels: Pixels::Floats(pixels), labels, normalisation: None, types: PhantomData })
    }

    fn check(values: usize, unit: &str, labels: &[u32]) -> Result<(), Error> {
        let [c, h, w] = I::SHAPE;
        let error = |message| Err(Error::Dataset(message));
        if values == 0 || !values.is_multiple_of(Self::IMAGE) {
            return error(format!(
                "{values} {unit} are not one or more whole images of {c}x{h}x{w}: one is {} {unit}",
                Self::IMAGE
            ));
        }
        let images = values / Self::IMAGE;
        if labels.len() != images {
            return error(format!(
                "{images} images of {c}x{h}x{w} need {images} labels, but there are {}",
                labels.len()
            ));
        }
        if u32::try_from(images).is_err() {
            return error(format!("{images} images are too many: at most {} are supported", u32::MAX));
        }
        match labels.iter().position(|&label| label as usize >= K::COUNT) {
            None => Ok(()),
            Some(image) => {
                let (label, last) = (labels[image], K::COUNT.saturating_sub(1));
                error(format!("image {image} has label {label}, but the classes are 0 to {last}"))
            }
        }
    }

    /// The same images, normalised when they are read.
    ///
    /// # Errors
    /// A normalisation for another number of channels.
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
        self.labels.len()
    }

    /// The class of each image.
    #[must_use]
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// How the images are normalised, if they are.
    #[must_use]
    pub fn normalisation(&self) -> Option<&Normalisation> {
        self.normalisation.as_ref()
    }

    pub(super) fn pixels(&self) -> &Pixels {
        &self.pixels
    }

    /// The first `count` images, or all where there are fewer.
    ///
    /// # Errors
    /// A count of 0.
    pub fn take(&self, count: usize) -> Result<Self, Error> {
        if count == 0 {
            let (expected, found) = ("1 image or more".into(), "0".into());
            return Err(Error::Argument { name: "Dataset::take", expected, found });
        }
        Ok(self.select(0..count.min(self.len())))
    }

    /// Splits the images at random into those to train with and `held_out` others to test with; the same seed gives the same
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
        Self {
            labels: gather(&self.labels, 1, indices.clone()),
            pixels: match &self.pixels {
                Pixels::Bytes(bytes) => Pixels::Bytes(gather(bytes, Self::IMAGE, indices)),
                Pixels::Floats(floats) => Pixels::Floats(gather(floats, Self::IMAGE, indices)),
            },
            normalisation: self.normalisation.clone(),
            types: PhantomData,
        }
    }
}
