//! What one training step takes.

use std::marker::PhantomData;

use super::Numbers;
use crate::loss::Targets;
use crate::{ClassCount, Error, ImageShape};

/// Some images, N x C x H x W, and what the network should make of each.
#[derive(Clone, Debug)]
pub struct Batch<I, K> {
    pub(super) images: Vec<f32>,
    pub(super) wanted: Wanted,
    types: PhantomData<(I, K)>,
}

#[derive(Clone, Debug)]
pub(super) enum Wanted {
    Classes(Vec<u32>),
    Values(Vec<f32>),
}

impl<I: ImageShape, K: ClassCount> Batch<I, K> {
    const IMAGE: usize = I::SHAPE[0] * I::SHAPE[1] * I::SHAPE[2];

    /// Images, as the network is to see them, and the class of each.
    ///
    /// # Errors
    /// No images, not a whole number of them, not one label for each, or a label that is no class.
    pub fn new(images: impl Numbers<f32>, labels: impl Numbers<u32>) -> Result<Self, Error> {
        let (images, labels) = (images.into_vec(), labels.into_vec());
        let count = Self::count(&images)?;
        if labels.len() != count {
            return Err(Error::Targets(format!("{count} images need {count} labels, but there are {}", labels.len())));
        }
        if let Some(image) = labels.iter().position(|&label| label as usize >= K::COUNT) {
            let (label, last) = (labels[image], K::COUNT.saturating_sub(1));
            let message = format!("image {image} of the batch has label {label}, but the classes are 0 to {last}");
            return Err(Error::Targets(message));
        }
        Ok(Self { images, wanted: Wanted::Classes(labels), types: PhantomData })
    }

    /// Images, as the network is to see them, and the outputs wanted: N x classes, for losses on values.
    ///
    /// # Errors
    /// No images, not a whole number of them, or not `classes` values for each.
    pub fn with_values(images: impl Numbers<f32>, values: impl Numbers<f32>) -> Result<Self, Error> {
        let (images, values) = (images.into_vec(), values.into_vec());
        let (count, found) = (Self::count(&images)?, values.len());
        if found != count * K::COUNT {
            let message = format!("{count} images need {count} x {} target values, but there are {found}", K::COUNT);
            return Err(Error::Targets(message));
        }
        Ok(Self { images, wanted: Wanted::Values(values), types: PhantomData })
    }

    fn count(images: &[f32]) -> Result<usize, Error> {
        match images.len() {
            0 => Err(Error::EmptyBatch { shape: I::SHAPE }),
            found if !found.is_multiple_of(Self::IMAGE) => Err(Error::BatchLength { found, shape: I::SHAPE }),
            found => Ok(found / Self::IMAGE),
        }
    }

    /// Room for `capacity` images, without any yet.
    pub(super) fn room(capacity: usize) -> Self {
        let images = Vec::with_capacity(capacity * Self::IMAGE);
        Self { images, wanted: Wanted::Classes(Vec::with_capacity(capacity)), types: PhantomData }
    }

    /// The images: N x C x H x W.
    #[must_use]
    pub fn images(&self) -> &[f32] {
        &self.images
    }

    /// What the network should make of them.
    #[must_use]
    pub fn targets(&self) -> Targets<'_> {
        match &self.wanted {
            Wanted::Classes(labels) => Targets::Classes(labels),
            Wanted::Values(values) => Targets::Values(values),
        }
    }

    /// Number of images, at least one.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a batch is never empty")]
    pub fn len(&self) -> usize {
        self.images.len() / Self::IMAGE
    }
}
