//! Targets as arguments: labels, values or probabilities in any common container.

use super::augment::Move;
use crate::Port;
use crate::loss::Targets;

/// The targets of some images: a label for each, or a value for each output of each.
///
/// Labels are integers of any type (`u8`, `u32`, `usize`, `i64`, ...) below the number of classes, one per image. Values are `f32` or
/// `f64`, one for each output of each image, flat or as rows (`Vec<[f32; 2]>`, `Vec<Vec<f32>>`). They are the targets of a regression, or the
/// probabilities of the classes. Both may be a vector, slice or array, or the [`Targets`] of another data set or batch.
///
/// ```
/// use athena::prelude::*;
///
/// fn main() -> Result<(), athena::Error> {
///     let pixels = vec![0_u8; 3 * 4];
///     // Three images of 2 x 2, and the class of each.
///     let labelled = Dataset::<Image<1, 2, 2>, Classes<10>>::from_bytes(&pixels, [7, 0, 9])?;
///     // The same for a network of one output, whose targets are numbers.
///     let measured = Dataset::<Image<1, 2, 2>, Classes<1>>::from_bytes(&pixels, [0.3, -1.5, 2.0])?;
///     // And for one that tells cats from dogs, with what a teacher believes.
///     let soft = Dataset::<Image<1, 2, 2>, Classes<2>>::from_bytes(&pixels, [[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])?;
///     assert_eq!((labelled.labels(), measured.labels()), (Some(&[7, 0, 9][..]), None));
///     assert_eq!(soft.targets(), Targets::Values(&[0.9, 0.1, 0.2, 0.8, 0.5, 0.5]));
///     Ok(())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as targets of images",
    label = "neither labels nor values",
    note = "labels are whole numbers, one per image: a vector, slice or array of `u32`, `usize`, `u8`, `i64`, ...",
    note = "values and probabilities are `f32` or `f64`, one for each output of each image: `Vec<f32>`, or rows such as `Vec<[f32; 2]>`"
)]
pub trait IntoTargets {
    /// The targets of each of these outputs. A `Vec<u32>` or `Vec<f32>` is not copied.
    #[doc(hidden)]
    fn into_list(self, outputs: &[Port]) -> ListOfTargets;
}

/// Targets, owned.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq)]
pub enum OwnedTargets {
    Classes(Vec<u32>),
    Values(Vec<f32>),
}

/// The targets of each output.
#[doc(hidden)]
pub type ListOfTargets = Result<Vec<OwnedTargets>, Unfit>;

/// The reason why a value is not a valid target.
#[doc(hidden)]
#[derive(Debug)]
pub enum Unfit {
    /// A label outside the range of `u32`.
    Label { image: usize, label: String },
    /// A row whose length is not the number of outputs.
    Row { image: usize, found: usize, outputs: usize },
    /// Not the targets of each output.
    Outputs,
}

impl OwnedTargets {
    /// Borrows the targets.
    pub(super) fn lend(&self) -> Targets<'_> {
        match self {
            OwnedTargets::Classes(labels) => Targets::Classes(labels),
            OwnedTargets::Values(values) => Targets::Values(values),
        }
    }

    /// Empty targets of the same kind, with memory for `images` images.
    pub(super) fn room(&self, images: usize, output: &Port) -> Self {
        match self {
            OwnedTargets::Classes(_) => OwnedTargets::Classes(Vec::with_capacity(images * labels_of(output))),
            OwnedTargets::Values(_) => OwnedTargets::Values(Vec::with_capacity(images * output.len())),
        }
    }

    /// Replaces the contents of `to` by the targets of these images, each of which is moved. It allocates nothing if `to` has enough memory.
    pub(super) fn gather(&self, output: &Port, images: impl Iterator<Item = (usize, Move)>, to: &mut Self) {
        match (self, to) {
            (OwnedTargets::Classes(from), OwnedTargets::Classes(to)) => {
                moved(from, labels_of(output), output, images, to)
            }
            (OwnedTargets::Values(from), OwnedTargets::Values(to)) => moved(from, output.len(), output, images, to),
            (from, to) => {
                *to = from.room(0, output);
                from.gather(output, images, to);
            }
        }
    }
}

/// How many labels an image has: one, or one for each pixel of a map.
fn labels_of(output: &Port) -> usize {
    let [_, height, width] = output.map();
    height * width
}

/// Copies the numbers of these images, `each` of one image. Those of maps are moved as the image is; from outside come zeros.
fn moved<T: Copy + Default>(
    from: &[T],
    each: usize,
    output: &Port,
    images: impl Iterator<Item = (usize, Move)>,
    to: &mut Vec<T>,
) {
    let [_, height, width] = output.map();
    to.clear();
    for (image, shown) in images {
        let (from, start) = (&from[image * each..][..each], to.len());
        to.extend_from_slice(from);
        if output.shape.len() == 3 && shown != Move::default() {
            let planes = from.chunks_exact(height * width).zip(to[start..].chunks_exact_mut(height * width));
            planes
                .for_each(|(from, to)| shown.plane(from, width, to, T::default(), |from, to| to.copy_from_slice(from)));
        }
    }
}

/// Checks targets of `images` images for these outputs, and returns those of each output, or the error. In the message, `shape` follows the
/// number of images, and `whose` the number of one image.
pub(super) fn fitting(
    targets: impl IntoTargets,
    images: usize,
    outputs: &[Port],
    shape: &str,
    whose: &str,
) -> Result<Vec<OwnedTargets>, String> {
    let last = |output: &Port| output.map()[0].saturating_sub(1);
    let targets = targets.into_list(outputs).map_err(|unfit| match unfit {
        Unfit::Label { image, label } => {
            format!("image {image}{whose} has label {label}, but the classes are 0 to {}", last(&outputs[0]))
        }
        Unfit::Row { image, found, outputs } => {
            format!("image {image}{whose} has a row of {found} values, but the network has {outputs} outputs")
        }
        Unfit::Outputs => {
            let names: Vec<_> = outputs.iter().map(|output| format!("`{}`", output.name)).collect();
            format!(
                "the network has the outputs {}: pass the targets of each, in its struct of targets",
                names.join(", ")
            )
        }
    })?;
    for (targets, output) in targets.iter().zip(outputs) {
        fits(targets, images, output, shape, whose).map_err(|what| match outputs {
            [_] => what,
            _ => format!("the targets of `{}`: {what}", output.name),
        })?;
    }
    Ok(targets)
}

/// Checks the targets of one output.
fn fits(targets: &OwnedTargets, images: usize, output: &Port, shape: &str, whose: &str) -> Result<(), String> {
    let (outputs, is_map) = (output.len(), output.shape.len() == 3);
    let [classes, height, width] = output.map();
    match targets {
        OwnedTargets::Classes(labels) if Some(labels.len()) != images.checked_mul(labels_of(output)) => {
            let found = labels.len();
            let needed = if is_map {
                format!("{images} x {height} x {width} labels, one for each pixel")
            } else {
                format!("{images} labels")
            };
            Err(format!("{images} images{shape} need {needed}, but there are {found}"))
        }
        // The loss may ignore a label of a map that is no class.
        OwnedTargets::Classes(_) if is_map => Ok(()),
        OwnedTargets::Classes(labels) => match labels.iter().position(|&label| label as usize >= classes) {
            Some(image) => Err(format!(
                "image {image}{whose} has label {}, but the classes are 0 to {}",
                labels[image],
                classes.saturating_sub(1)
            )),
            None => Ok(()),
        },
        OwnedTargets::Values(values) if Some(values.len()) != images.checked_mul(outputs) => {
            let found = values.len();
            let hint = if found == images { "; labels of classes are whole numbers such as `u32`" } else { "" };
            Err(format!(
                "{images} images{shape} need {images} x {outputs} values, one for each output, but there are {found}{hint}"
            ))
        }
        OwnedTargets::Values(values) => match values.iter().position(|value| !value.is_finite()) {
            Some(at) => {
                let (image, output, value) = (at / outputs, at % outputs, values[at]);
                Err(format!(
                    "image {image}{whose} has a target of {value} for output {output}, but values must be finite"
                ))
            }
            None => Ok(()),
        },
    }
}

/// The targets of each output of a network whose outputs have names.
#[doc(hidden)]
pub fn list_of_targets(targets: &[Targets<'_>], outputs: &[Port]) -> ListOfTargets {
    if targets.len() != outputs.len() {
        return Err(Unfit::Outputs);
    }
    Ok(targets.iter().map(|targets| owned(*targets)).collect())
}

fn owned(targets: Targets<'_>) -> OwnedTargets {
    match targets {
        Targets::Classes(labels) => OwnedTargets::Classes(labels.to_vec()),
        Targets::Values(values) => OwnedTargets::Values(values.to_vec()),
    }
}

/// The targets of the only output. `collect` makes them, from how many numbers the output has.
fn of_one(outputs: &[Port], collect: impl FnOnce(usize) -> Result<OwnedTargets, Unfit>) -> ListOfTargets {
    match outputs {
        [output] => Ok(vec![collect(output.len())?]),
        _ => Err(Unfit::Outputs),
    }
}

/// The type of one element in a container of targets.
#[doc(hidden)]
pub trait Target: Sized {
    fn collect(all: Vec<Self>, outputs: usize) -> Result<OwnedTargets, Unfit>;
}

impl Target for u32 {
    fn collect(all: Vec<Self>, _: usize) -> Result<OwnedTargets, Unfit> {
        Ok(OwnedTargets::Classes(all))
    }
}

impl Target for f32 {
    fn collect(all: Vec<Self>, _: usize) -> Result<OwnedTargets, Unfit> {
        Ok(OwnedTargets::Values(all))
    }
}

impl Target for f64 {
    fn collect(all: Vec<Self>, _: usize) -> Result<OwnedTargets, Unfit> {
        Ok(OwnedTargets::Values(all.into_iter().map(|value| value as f32).collect()))
    }
}

macro_rules! labels {
    ($($type:ty),*) => {$(
        impl Target for $type {
            fn collect(all: Vec<Self>, _: usize) -> Result<OwnedTargets, Unfit> {
                let label = |(image, label): (usize, $type)| {
                    u32::try_from(label).map_err(|_| Unfit::Label { image, label: label.to_string() })
                };
                all.into_iter().enumerate().map(label).collect::<Result<_, _>>().map(OwnedTargets::Classes)
            }
        }
    )*};
}

labels!(u8, u16, u64, usize, i8, i16, i32, i64, isize);

/// Rows of values.
macro_rules! rows {
    ($([$($generics:tt)*] $type:ty),*) => {$(
        impl<$($generics)*> Target for $type {
            fn collect(all: Vec<Self>, outputs: usize) -> Result<OwnedTargets, Unfit> {
                let mut values = Vec::with_capacity(all.len() * outputs);
                for (image, row) in all.into_iter().enumerate() {
                    if row.len() != outputs {
                        return Err(Unfit::Row { image, found: row.len(), outputs });
                    }
                    values.extend(row.into_iter().map(|value| value as f32));
                }
                Ok(OwnedTargets::Values(values))
            }
        }
    )*};
}

rows!([const K: usize] [f32; K], [const K: usize] [f64; K], [] Vec<f32>, [] Vec<f64>);

// rustc's list of implementations would be less helpful than the notes of the trait.
#[diagnostic::do_not_recommend]
impl<T: Target> IntoTargets for Vec<T> {
    fn into_list(self, outputs: &[Port]) -> ListOfTargets {
        of_one(outputs, |outputs| T::collect(self, outputs))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Target + Clone> IntoTargets for &Vec<T> {
    fn into_list(self, outputs: &[Port]) -> ListOfTargets {
        of_one(outputs, |outputs| T::collect(self.clone(), outputs))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Target + Clone> IntoTargets for &[T] {
    fn into_list(self, outputs: &[Port]) -> ListOfTargets {
        of_one(outputs, |outputs| T::collect(self.to_vec(), outputs))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Target, const N: usize> IntoTargets for [T; N] {
    fn into_list(self, outputs: &[Port]) -> ListOfTargets {
        of_one(outputs, |outputs| T::collect(self.into(), outputs))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Target + Clone, const N: usize> IntoTargets for &[T; N] {
    fn into_list(self, outputs: &[Port]) -> ListOfTargets {
        of_one(outputs, |outputs| T::collect(self.to_vec(), outputs))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Target> IntoTargets for Box<[T]> {
    fn into_list(self, outputs: &[Port]) -> ListOfTargets {
        of_one(outputs, |outputs| T::collect(self.into(), outputs))
    }
}

#[diagnostic::do_not_recommend]
impl IntoTargets for Targets<'_> {
    fn into_list(self, outputs: &[Port]) -> ListOfTargets {
        of_one(outputs, |_| Ok(owned(self)))
    }
}
