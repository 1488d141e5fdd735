//! A batch: the images and targets of one training step.

use std::fmt;
use std::marker::PhantomData;

use super::Numbers;
use super::targets::{IntoTargets, OwnedTargets, fitting};
use crate::loss::Targets;
use crate::{ClassCount, Error, ImageShape, Port};

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
///     // By name, as networks with named inputs and outputs need it.
///     assert_eq!((batch.input("input"), batch.targets_of("output")), (Some(batch.images()), Some(batch.targets())));
///     Ok(())
/// }
/// ```
pub struct Batch<I, K> {
    /// The numbers of each input.
    pub(super) inputs: Vec<Vec<f32>>,
    /// The targets of each output.
    pub(super) targets: Vec<OwnedTargets>,
    types: PhantomData<(I, K)>,
}

impl<I, K> Clone for Batch<I, K> {
    fn clone(&self) -> Self {
        Self { inputs: self.inputs.clone(), targets: self.targets.clone(), types: PhantomData }
    }
}

impl<I: ImageShape, K: ClassCount> fmt::Debug for Batch<I, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("images", &self.len()).field("targets", &self.targets).finish_non_exhaustive()
    }
}

impl<I: ImageShape, K: ClassCount> Batch<I, K> {
    /// A batch of images, which the network gets as they are, and of [targets](IntoTargets): a label for each image, or N x classes values.
    ///
    /// A network whose inputs have names takes its struct of inputs instead of the images, and one whose outputs have names its struct of
    /// targets: `Batch::new(WardInputs { .. }, WardTargets { .. })`.
    ///
    /// # Errors
    /// There are no images, or not a whole number of images. The targets are not one label or `classes` values for each image. A
    /// label is not a class. A value is not finite.
    pub fn new(images: impl Numbers<f32>, targets: impl IntoTargets) -> Result<Self, Error> {
        let inputs = images.into_list();
        let count = Self::count(&inputs)?;
        let targets = fitting(targets, count, K::PORTS, "", " of the batch").map_err(Error::Targets)?;
        Ok(Self { inputs, targets, types: PhantomData })
    }

    /// Number of images.
    fn count(inputs: &[Vec<f32>]) -> Result<usize, Error> {
        if let ([images], [port]) = (inputs, I::PORTS)
            && port.shape.len() == 3
        {
            return match images.len() {
                0 => Err(Error::EmptyBatch { shape: port.map() }),
                found if !found.is_multiple_of(port.len()) => Err(Error::BatchLength { found, shape: port.map() }),
                found => Ok(found / port.len()),
            };
        }
        images_of_each(inputs, "numbers", I::PORTS).map_err(Error::Dataset)
    }

    /// An empty batch with memory for `capacity` images, and for targets of the same kind as these.
    pub(super) fn room(capacity: usize, targets: &[OwnedTargets]) -> Self {
        let inputs = I::PORTS.iter().map(|port| Vec::with_capacity(capacity * port.len())).collect();
        let targets = targets.iter().zip(K::PORTS).map(|(targets, port)| targets.room(capacity, port)).collect();
        Self { inputs, targets, types: PhantomData }
    }

    /// The images: N x C x H x W. If the network's inputs have names, these are the numbers of the first one.
    #[must_use]
    pub fn images(&self) -> &[f32] {
        &self.inputs[0]
    }

    /// The numbers of an input by its name; `None` if there is none of this name. An input without a name is `input`.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<&[f32]> {
        let number = I::PORTS.iter().position(|port| port.name == name)?;
        Some(&self.inputs[number])
    }

    /// Input number `number` of the signature.
    pub(crate) fn input_number(&self, number: usize) -> &[f32] {
        &self.inputs[number]
    }

    /// The targets. If outputs have names, these are the first output's.
    #[must_use]
    pub fn targets(&self) -> Targets<'_> {
        self.targets[0].lend()
    }

    /// The targets of an output by its name; `None` if there is none of this name. An output without a name is `output`.
    #[must_use]
    pub fn targets_of(&self, name: &str) -> Option<Targets<'_>> {
        let number = K::PORTS.iter().position(|port| port.name == name)?;
        Some(self.targets[number].lend())
    }

    /// The targets of output number `number` of the signature.
    pub(crate) fn targets_number(&self, number: usize) -> Targets<'_> {
        self.targets[number].lend()
    }

    /// The class of each image (or of each pixel of a map); `None` if the targets are values. If the network's outputs have names, these are the labels of the first one.
    #[must_use]
    pub fn labels(&self) -> Option<&[u32]> {
        match self.targets() {
            Targets::Classes(labels) => Some(labels),
            Targets::Values(_) => None,
        }
    }

    /// The targets as numbers: for each image, a target value per output number, or a probability per class (N x classes). `None` if the targets
    /// are labels. If the network's outputs have names, these are the targets of the first one.
    #[must_use]
    pub fn values(&self) -> Option<&[f32]> {
        match self.targets() {
            Targets::Classes(_) => None,
            Targets::Values(values) => Some(values),
        }
    }

    /// Number of images, at least one.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a batch is never empty")]
    pub fn len(&self) -> usize {
        self.inputs[0].len() / I::PORTS[0].len()
    }
}

/// The number of images of inputs, which all have as many. `unit` is what a number is called in the message.
pub(super) fn images_of_each<T>(inputs: &[Vec<T>], unit: &str, ports: &[Port]) -> Result<usize, String> {
    if inputs.len() != ports.len() {
        let names: Vec<_> = ports.iter().map(|port| format!("`{}`", port.name)).collect();
        return Err(format!("the network has the inputs {}: pass the struct of its inputs", names.join(", ")));
    }
    let mut images = None;
    for (input, port) in inputs.iter().zip(ports) {
        let (name, found, one) = (port.name, input.len(), port.len());
        if found == 0 || !found.is_multiple_of(one) {
            return Err(format!("`{name}` has {found} {unit}, but one image's are {one}: pass N times as many"));
        }
        match *images.get_or_insert(found / one) {
            expected if expected * one == found => {}
            expected => {
                let (found, first) = (found / one, ports[0].name);
                return Err(format!(
                    "`{name}` is of {found} images, but `{first}` is of {expected}: pass as many of each"
                ));
            }
        }
    }
    Ok(images.unwrap_or(0))
}
