//! A batch: the images and targets of one training step.

use std::marker::PhantomData;

use super::Numbers;
use super::targets::{IntoTargets, OwnedTargets, fitting};
use crate::loss::Targets;
use crate::{ClassCount, Error, ImageShape};

/// Some images, N x C x H x W, and their targets.
///
/// ```
/// use athena::prelude::*;
///
/// fn main() -> Result<(), athena::Error> {
///     let batch = Batch::<Image<1, 2, 2>, Classes<10>>::new([0.0, 0.1, 0.2, 0.3, 1.0, 1.1, 1.2, 1.3], [7, 0])?;
///     assert_eq!((batch.len(), batch.labels()), (2, Some(&[7, 0][..])));
///     assert_eq!((batch.images().len(), batch.values()), (8, None));
///     assert_eq!(batch.targets(), Targets::Classes(&[7, 0]));
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct Batch<I, K> {
    pub(super) images: Vec<f32>,
    pub(super) targets: OwnedTargets,
    types: PhantomData<(I, K)>,
}

impl<I, K> Clone for Batch<I, K> {
    fn clone(&self) -> Self {
        Self { images: self.images.clone(), targets: self.targets.clone(), types: PhantomData }
    }
}

impl<I: ImageShape, K: ClassCount> Batch<I, K> {
    const IMAGE: usize = I::SHAPE[0] * I::SHAPE[1] * I::SHAPE[2];

    /// A batch of images, which the network gets as they are, and of [targets](IntoTargets): a label for each image, or N x classes values.
    ///
    /// # Errors
    /// There are no images, or not a whole number of images. The targets are not one label or `classes` values for each image. A
    /// label is not a class. A value is not finite.
    pub fn new(images: impl Numbers<f32>, targets: impl IntoTargets) -> Result<Self, Error> {
        let images = images.into_vec();
        let targets = fitting(targets, Self::count(&images)?, K::COUNT, "", " of the batch").map_err(Error::Targets)?;
        Ok(Self { images, targets, types: PhantomData })
    }

    fn count(images: &[f32]) -> Result<usize, Error> {
        match images.len() {
            0 => Err(Error::EmptyBatch { shape: I::SHAPE }),
            found if !found.is_multiple_of(Self::IMAGE) => Err(Error::BatchLength { found, shape: I::SHAPE }),
            found => Ok(found / Self::IMAGE),
        }
    }

    /// An empty batch with memory for `capacity` images, and for targets of the same kind as these.
    pub(super) fn room(capacity: usize, targets: &OwnedTargets) -> Self {
        let images = Vec::with_capacity(capacity * Self::IMAGE);
        Self { images, targets: targets.room(capacity, K::COUNT), types: PhantomData }
    }

    /// The images: N x C x H x W.
    #[must_use]
    pub fn images(&self) -> &[f32] {
        &self.images
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

    /// Number of images, at least one.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a batch is never empty")]
    pub fn len(&self) -> usize {
        self.images.len() / Self::IMAGE
    }
}
