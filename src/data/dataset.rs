//! A data set in memory.

use std::fmt;
use std::marker::PhantomData;

use super::augment::Move;
use super::batch::images_of_each;
use super::random::Random;
use super::targets::{IntoTargets, OwnedTargets, fitting};
use super::{Normalisation, Numbers};
use crate::loss::Targets;
use crate::{ClassCount, Error, ImageShape, Port};

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
pub struct Dataset<I, K> {
    /// The numbers of each input.
    inputs: Vec<Stored>,
    /// The targets of each output.
    pub(super) targets: Vec<OwnedTargets>,
    /// The normalisation of each input.
    normalisations: Vec<Option<Normalisation>>,
    types: PhantomData<(I, K)>,
}

impl<I, K> Clone for Dataset<I, K> {
    fn clone(&self) -> Self {
        let (inputs, targets, normalisations) =
            (self.inputs.clone(), self.targets.clone(), self.normalisations.clone());
        Self { inputs, targets, normalisations, types: PhantomData }
    }
}

impl<I: ImageShape, K: ClassCount> fmt::Debug for Dataset<I, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dataset")
            .field("images", &self.len())
            .field("inputs", &I::PORTS)
            .field("outputs", &K::PORTS)
            .finish_non_exhaustive()
    }
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

impl Stored {
    fn len(&self) -> usize {
        match self {
            Stored::Bytes(bytes) => bytes.len(),
            Stored::Floats(floats) => floats.len(),
        }
    }

    fn lend(&self) -> Pixels<'_> {
        match self {
            Stored::Bytes(bytes) => Pixels::Bytes(bytes),
            Stored::Floats(floats) => Pixels::Floats(floats),
        }
    }
}

impl<I: ImageShape, K: ClassCount> Dataset<I, K> {
    /// A data set of N x C x H x W bytes, where 255 stands for 1, and of [targets](IntoTargets): N labels, or N x classes values.
    /// A network whose outputs have names takes its struct of targets.
    ///
    /// # Errors
    /// There are no images, or not a whole number of images. The targets are not one label or `classes` values for each image. A
    /// label is not a class. A target value is not finite.
    pub fn from_bytes(pixels: impl Numbers<u8>, targets: impl IntoTargets) -> Result<Self, Error> {
        let inputs = pixels.into_list();
        let targets = Self::check(&inputs, "bytes", targets)?;
        Ok(Self::of(inputs.into_iter().map(Stored::Bytes).collect(), targets))
    }

    /// A data set of N x C x H x W floats, which are not scaled, and of [targets](IntoTargets): N labels, or N x classes values.
    ///
    /// A network whose inputs have names takes its struct of inputs, and one whose outputs have names its struct of targets:
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(scan: 1x4x4, history: 3) -> (class: 2, age: 1) {
    ///         let both = (scan -> flatten) || history;
    ///         let class = both -> linear(2);
    ///         let age = both -> linear(1);
    ///     }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let (scans, tables) = (vec![0.5; 2 * 16], vec![1.0; 2 * 3]);
    ///     let inputs = NetInputs { scan: &scans, history: &tables };
    ///     let targets = NetTargets { class: Targets::Classes(&[0, 1]), age: Targets::Values(&[37.0, 71.0]) };
    ///     let data = Dataset::from_floats(inputs, targets)?;
    ///
    ///     let losses = NetLosses { class: Box::new(CrossEntropy::new()), age: Box::new(SmoothL1::new()) };
    ///     let mut trainer = Trainer::builder(Net::new(1)).losses(losses).build()?;
    ///     let reports = trainer.fit(&mut Loader::new(&data, 2)?.shuffled(), 3)?;
    ///     println!("{}", reports[2].training.outputs.class);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of [`from_bytes`](Self::from_bytes). A pixel is not finite.
    pub fn from_floats(pixels: impl Numbers<f32>, targets: impl IntoTargets) -> Result<Self, Error> {
        let inputs = pixels.into_list();
        let targets = Self::check(&inputs, "floats", targets)?;
        for (input, port) in inputs.iter().zip(I::PORTS) {
            if let Some(at) = input.iter().position(|value| !value.is_finite()) {
                let (image, value) = (at / port.len(), input[at]);
                let of = if I::PORTS.len() > 1 { format!(" in `{}`", port.name) } else { String::new() };
                return Err(Error::Dataset(format!(
                    "image {image} has a value of {value}{of}, but values must be finite"
                )));
            }
        }
        Ok(Self::of(inputs.into_iter().map(Stored::Floats).collect(), targets))
    }

    fn of(inputs: Vec<Stored>, targets: Vec<OwnedTargets>) -> Self {
        let normalisations = vec![None; inputs.len()];
        Self { inputs, targets, normalisations, types: PhantomData }
    }

    fn check<T>(inputs: &[Vec<T>], unit: &str, targets: impl IntoTargets) -> Result<Vec<OwnedTargets>, Error> {
        let (images, shape) = match (inputs, I::PORTS) {
            ([pixels], [port]) => {
                let (values, one, shape) = (pixels.len(), port.len(), sizes(port));
                if values == 0 || !values.is_multiple_of(one) {
                    return Err(Error::Dataset(format!(
                        "{values} {unit} are not one or more whole images of {shape}: one is {one} {unit}"
                    )));
                }
                (values / one, format!(" of {shape}"))
            }
            _ => (images_of_each(inputs, unit, I::PORTS).map_err(Error::Dataset)?, String::new()),
        };
        if u32::try_from(images).is_err() {
            let message = format!("{images} images are too many: at most {} are supported", u32::MAX);
            return Err(Error::Dataset(message));
        }
        fitting(targets, images, K::PORTS, &shape, "").map_err(Error::Dataset)
    }

    /// The same data set, whose images are normalised when they are read.
    ///
    /// # Errors
    /// The normalisation is for another number of channels. Several inputs are maps, or none is.
    pub fn normalised(self, normalisation: &Normalisation) -> Result<Self, Error> {
        let mut maps = (0..I::PORTS.len()).filter(|number| I::PORTS[*number].shape.len() == 3);
        match (maps.next(), maps.next()) {
            (Some(number), None) => self.with_normalisation(number, normalisation, "Dataset::normalised"),
            _ => {
                let names: Vec<_> = I::PORTS.iter().map(|port| format!("`{}`", port.name)).collect();
                let expected =
                    "a data set with one input of images, or `normalised_input` with the input's name".into();
                Err(Error::Argument { name: "Dataset::normalised", expected, found: names.join(", ") })
            }
        }
    }

    /// The same data set, of which one input is normalised when it is read: a map by its channels, a vector by its numbers.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(scan: 1x4x4, history: 2) -> 1 { (scan -> flatten) || history -> linear(1) }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let inputs = NetInputs { scan: &[0.5; 32], history: &[60.0, 170.0, 80.0, 190.0] };
    ///     let data = Dataset::<Net, Classes<1>>::from_floats(inputs, [0.1, 0.7])?;
    ///     let data = data.normalised_input("history", &Normalisation::new(&[70.0, 180.0], &[10.0, 10.0])?)?;
    ///     let batch = Loader::new(&data, 2)?.next().expect("a batch");
    ///     assert_eq!(batch.input("history"), Some(&[-1.0, -1.0, 1.0, 1.0][..]));
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// There is no input of this name. The normalisation is for another number of channels.
    pub fn normalised_input(self, name: &str, normalisation: &Normalisation) -> Result<Self, Error> {
        let Some(number) = I::PORTS.iter().position(|port| port.name == name) else {
            let names: Vec<_> = I::PORTS.iter().map(|port| format!("`{}`", port.name)).collect();
            let (expected, found) = (format!("the name of an input: {}", names.join(", ")), format!("`{name}`"));
            return Err(Error::Argument { name: "Dataset::normalised_input", expected, found });
        };
        self.with_normalisation(number, normalisation, "Dataset::normalised_input")
    }

    fn with_normalisation(
        mut self,
        input: usize,
        normalisation: &Normalisation,
        name: &'static str,
    ) -> Result<Self, Error> {
        let (channels, found) = (I::PORTS[input].map()[0], normalisation.mean().len());
        if found != channels {
            let expected = format!("{channels} channels, as the images have");
            return Err(Error::Argument { name, expected, found: found.to_string() });
        }
        self.normalisations[input] = Some(normalisation.clone());
        Ok(self)
    }

    /// Number of images, at least one.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a data set is never empty")]
    pub fn len(&self) -> usize {
        self.inputs[0].len() / I::PORTS[0].len()
    }

    /// The targets. If outputs have names, these are the first output's.
    #[must_use]
    pub fn targets(&self) -> Targets<'_> {
        self.targets[0].lend()
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

    /// The pixels before normalisation. If the network's inputs have names, these are the numbers of the first one.
    #[must_use]
    pub fn pixels(&self) -> Pixels<'_> {
        self.inputs[0].lend()
    }

    /// The numbers of an input before normalisation.
    pub(super) fn input(&self, number: usize) -> Pixels<'_> {
        self.inputs[number].lend()
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
        let (port, affine) = (&I::PORTS[0], self.affine(0));
        let one = port.len();
        let start = index.checked_mul(one)?;
        let mut image = vec![0.0; one];
        match &self.inputs[0] {
            Stored::Bytes(bytes) => {
                write_image(port, bytes.get(start..)?.get(..one)?, &mut image, Move::default(), &affine);
            }
            Stored::Floats(floats) => {
                write_image(port, floats.get(start..)?.get(..one)?, &mut image, Move::default(), &affine);
            }
        }
        Some(image)
    }

    /// For each channel of an input, the factor and the summand that turn a pixel into the network's input.
    pub(super) fn affine(&self, input: usize) -> Vec<(f32, f32)> {
        let scale = if matches!(self.inputs[input], Stored::Bytes(_)) { 255.0 } else { 1.0 };
        let normalisation = self.normalisations[input].as_ref();
        let of_channel = |c| normalisation.map_or((1.0 / scale, 0.0), |n| n.affine(c, scale));
        (0..I::PORTS[input].map()[0]).map(of_channel).collect()
    }

    /// The normalisation, if there is one. If the network's inputs have names, this is the one of the first input.
    #[must_use]
    pub fn normalisation(&self) -> Option<&Normalisation> {
        self.normalisations[0].as_ref()
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
        let chosen = |targets: &OwnedTargets, port: &Port| {
            let mut chosen = targets.room(indices.size_hint().0, port);
            targets.gather(port, indices.clone().map(|index| (index, Move::default())), &mut chosen);
            chosen
        };
        let inputs = self.inputs.iter().zip(I::PORTS).map(|(input, port)| match input {
            Stored::Bytes(bytes) => Stored::Bytes(gather(bytes, port.len(), indices.clone())),
            Stored::Floats(floats) => Stored::Floats(gather(floats, port.len(), indices.clone())),
        });
        Self {
            inputs: inputs.collect(),
            targets: self.targets.iter().zip(K::PORTS).map(|(targets, port)| chosen(targets, port)).collect(),
            normalisations: self.normalisations.clone(),
            types: PhantomData,
        }
    }
}

/// `3x32x32`, or one length.
fn sizes(port: &Port) -> String {
    port.shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("x")
}

/// Writes one image of an input, channel by channel. Pixels outside the image are black: 0 before normalisation.
pub(super) fn write_image<T: Copy + Into<f32>>(
    port: &Port,
    source: &[T],
    target: &mut [f32],
    shown: Move,
    affine: &[(f32, f32)],
) {
    let [_, height, width] = port.map();
    let planes = source.chunks_exact(height * width).zip(target.chunks_exact_mut(height * width));
    for ((source, target), &(factor, summand)) in planes.zip(affine) {
        shown.plane(source, width, target, summand, |from, to| {
            to.iter_mut().zip(from).for_each(|(to, &from)| *to = from.into() * factor + summand);
        });
    }
}
