//! What a network takes and what it promises, as Rust types.

use std::fmt;

/// The Rust types of a network's inputs and outputs. It is [`Plain`] for a network of one image and one output without names. A network whose
/// inputs or outputs have names is its own.
///
/// Call functions that are generic over it with any network: `fn parameters<M: Model<S>, S: Signature>(network: &M)`.
///
/// ```
/// use athena::{Model, Signature, resnet};
///
/// resnet! {
///     pub struct Plain(1x8x8) -> 10 { input -> flatten -> linear(10) }
///     pub struct Two(1x8x8) -> (class: 10, side: 2) {
///         let vector = input -> flatten;
///         let class = vector -> linear(10);
///         let side = vector -> linear(2);
///     }
/// }
///
/// fn size<M: Model<S>, S: Signature>(_: &M) -> usize {
///     M::PARAMETERS
/// }
///
/// /// Predicts, and gives away the inputs and a score of each output.
/// fn scored<'a, M: Model<S>, S: Signature>(_: &M, inputs: S::Inputs<'a>, scores: S::Each<f32>) -> (S::Inputs<'a>, S::Each<f32>) {
///     let _: Option<S::Report<f32>> = None; // what a training would report
///     (inputs, scores)
/// }
///
/// fn main() {
///     assert_eq!((size(&Plain::new(1)), size(&Two::new(1))), (650, 650 + 130));
///     let (_, scores) = scored(&Two::new(1), &[0.5; 64], TwoOutputs { class: 0.9, side: 0.4 });
///     assert_eq!(scores.side, 0.4);
/// }
/// ```
pub trait Signature: Sized + 'static {
    /// What `predict` takes: `&[f32]` for one image, and a struct of slices for named inputs. Each is N x the numbers of one.
    type Inputs<'a>: Copy;
    /// One `T` for each output: `T` itself for one output without a name, and a struct with a field for each named one.
    type Each<T>;
    /// What a training reports: `T` for one output without a name, and a [`Total`] of the outputs where they have names.
    type Report<T>;

    /// The inputs in the order of the signature.
    #[doc(hidden)]
    fn inputs<'a>(inputs: Self::Inputs<'a>) -> impl AsRef<[&'a [f32]]>;

    /// The inputs, from each one's number in the signature.
    #[doc(hidden)]
    fn lend<'a>(input: impl FnMut(usize) -> &'a [f32]) -> Self::Inputs<'a>;

    /// Makes a value for each output from its number in the signature.
    #[doc(hidden)]
    fn each<T>(make: impl FnMut(usize) -> T) -> Self::Each<T>;

    /// The values of the outputs, in the order of the signature.
    #[doc(hidden)]
    fn list<'a, T: 'a>(each: &'a Self::Each<T>) -> impl AsRef<[&'a T]>;

    /// A report of the outputs, whose losses have this sum.
    #[doc(hidden)]
    fn report<T>(loss: f64, outputs: Self::Each<T>) -> Self::Report<T>;

    /// The outputs of a report.
    #[doc(hidden)]
    fn reported<T>(report: &Self::Report<T>) -> &Self::Each<T>;
}

/// The sum of the losses of several outputs, and what is told of each output. A training with named outputs reports it.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> (class: 3, side: 1) {
///         let vector = input -> flatten;
///         let class = vector -> linear(3);
///         let side = vector -> linear(1);
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let losses = NetLosses { class: Box::new(CrossEntropy::new()), side: Box::new(MeanSquaredError::new()) };
///     let mut trainer = Trainer::builder(Net::new(1)).losses(losses).build()?;
///     let targets = NetTargets { class: Targets::Classes(&[2, 0]), side: Targets::Values(&[0.5, 1.0]) };
///     let report = trainer.step(&Batch::new([0.5; 8], targets)?)?;
///     let Total { loss, outputs } = report.metrics;
///     assert!((loss - outputs.class.loss - outputs.side.loss).abs() < 1e-9);
///     println!("{report}"); // step 0: loss 1.9, class: loss ...
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Total<E> {
    /// The sum of the outputs' losses, each with its weight.
    pub loss: f64,
    /// What is told of each output.
    pub outputs: E,
}

/// The sum, and then each output.
impl<E: fmt::Display> fmt::Display for Total<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "loss {:.4}, {}", self.loss, self.outputs)
    }
}

/// The [`Signature`] of a network of one image and one output without names.
///
/// ```
/// use athena::{Model, Plain, resnet};
///
/// resnet! {
///     struct Net(1x8x8) -> 10 { input -> flatten -> linear(10) }
/// }
///
/// fn scores<M: Model<Plain>>(network: &M, images: &[f32]) -> Result<Vec<f32>, athena::Error> {
///     network.predict(images) // `M: Model` means the same
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     assert_eq!(scores(&Net::new(1), &[0.5; 64])?.len(), 10);
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Plain;

impl Signature for Plain {
    type Inputs<'a> = &'a [f32];
    type Each<T> = T;
    type Report<T> = T;

    fn inputs<'a>(inputs: Self::Inputs<'a>) -> impl AsRef<[&'a [f32]]> {
        [inputs]
    }

    fn lend<'a>(mut input: impl FnMut(usize) -> &'a [f32]) -> &'a [f32] {
        input(0)
    }

    fn each<T>(mut make: impl FnMut(usize) -> T) -> T {
        make(0)
    }

    fn list<'a, T: 'a>(each: &'a T) -> impl AsRef<[&'a T]> {
        [each]
    }

    fn report<T>(_: f64, output: T) -> T {
        output
    }

    fn reported<T>(report: &T) -> &T {
        report
    }
}

/// What a network takes.
pub type Inputs<'a, M> = <<M as super::Network>::Signature as Signature>::Inputs<'a>;
/// One `T` for each output of a network.
pub type Each<M, T> = <<M as super::Network>::Signature as Signature>::Each<T>;
