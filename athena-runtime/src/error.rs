//! Errors at run time. Each message names the thing, the place and a way out.

mod debug;
mod display;
mod isa;
#[cfg(test)]
mod tests;

pub use isa::IsaError;
use std::path::PathBuf;

/// An error at run time. Each message names the thing, the place and a way out.
///
/// `Display` is one line, and [`source`](std::error::Error::source) has the cause, if there is one. `Debug`, which a program prints that
/// returns an error from `main`, is the message with its cause, and with the whole list of problems, a help or a note on further lines.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x8x8) -> 10 { input -> flatten -> linear(10) }
/// }
///
/// fn main() {
///     match Net::new(1).predict(&[0.0; 100]) {
///         Err(Error::BatchLength { found, shape }) => assert_eq!((found, shape), (100, [1, 8, 8])),
///         other => panic!("{other:?}"),
///     }
///     match Net::new(1).load("no/such/file.safetensors") {
///         Err(error @ Error::Io { .. }) => {
///             assert_eq!(error.to_string(), "cannot read `no/such/file.safetensors`");
///             assert!(format!("{error:?}").contains("cause: ")); // the system's reason
///         }
///         other => panic!("{other:?}"),
///     }
/// }
/// ```
#[non_exhaustive]
pub enum Error {
    /// A slice of images whose length is not a whole number of images.
    BatchLength {
        /// Floats passed.
        found: usize,
        /// Channels, height and width of one image.
        shape: [usize; 3],
    },
    /// A batch without images.
    EmptyBatch {
        /// Channels, height and width of one image.
        shape: [usize; 3],
    },
    /// An input of a network with several inputs whose length is not a whole number of images.
    InputLength {
        /// The input's name.
        input: &'static str,
        /// Floats passed.
        found: usize,
        /// The input's shape for one image: channels, height and width of a map, or the length of a vector.
        shape: &'static [usize],
    },
    /// Inputs of different numbers of images.
    InputCount {
        /// The input's name.
        input: &'static str,
        /// Images that it has.
        images: usize,
        /// The network's first input.
        first: &'static str,
        /// Images that the first input has.
        expected: usize,
    },
    /// More images than the workspace was made for.
    BatchTooLarge {
        /// Images passed.
        images: usize,
        /// Images that fit.
        capacity: usize,
    },
    /// A workspace with the capacity 0.
    NoCapacity,
    /// A buffer for the outputs whose length is not images x classes.
    OutputLength {
        /// Floats in the caller's buffer.
        found: usize,
        /// Images passed.
        images: usize,
        /// Outputs of one image.
        classes: usize,
    },
    /// A file that could not be read or written.
    Io {
        /// The operation: `read`, `write`, ...
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// A file that has no weights or is damaged.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Weights in a file that do not fit the network: all missing, surplus and misshapen tensors.
    Weights {
        /// The file.
        path: PathBuf,
        /// One line per tensor. `Display` shows the first four, `Debug` all.
        problems: Vec<String>,
    },
    /// Weights of another network that do not fit this one: all missing, surplus and misshapen tensors.
    OtherWeights {
        /// The other network.
        name: &'static str,
        /// One line per tensor. `Display` shows the first four, `Debug` all.
        problems: Vec<String>,
    },
    /// A network that cannot be exported to ONNX.
    Onnx {
        /// The network.
        network: &'static str,
        /// The reason.
        reason: String,
    },
    /// Targets that do not fit the outputs.
    Targets(String),
    /// A number or setting that is out of its range.
    Argument {
        /// The argument as the user writes it: `Sgd::momentum`.
        name: &'static str,
        /// The valid values.
        expected: String,
        /// Its value.
        found: String,
    },
    /// A data file that is missing, damaged or of another format.
    Data {
        /// The file or directory.
        path: PathBuf,
        /// What it was read as.
        what: &'static str,
        /// The expected file or contents.
        expected: String,
        /// The actual file or contents.
        found: String,
        /// How to get the right data.
        help: &'static str,
    },
    /// Images and labels in memory that do not fit each other, or the type of the data set.
    Dataset(String),
    /// A pixel that is not finite. Nothing has changed.
    Pixel(Pixel),
    /// A number of an input of a network with several inputs that is not finite. Nothing has changed.
    InputValue {
        /// The input's name.
        input: &'static str,
        /// Index of the image in the batch, from 0.
        image: usize,
        /// Index among the input's numbers for this image, from 0.
        index: usize,
        /// Its value.
        value: f32,
    },
    /// A batch of one image, for which a batch norm has a single value per channel and so no variance. Nothing has changed.
    OneValue {
        /// The batch norm's path.
        norm: &'static str,
    },
    /// A training step that was refused, because a result would not be finite. Weights, running statistics and the
    /// optimiser's state are unchanged.
    Diverged {
        /// The step, from 0.
        step: u64,
        /// The result that would not be finite.
        cause: Divergence,
    },
    /// A step of an optimiser that was refused, because a result would not be finite. Parameters and state are unchanged.
    Update {
        /// The optimiser's method.
        optimiser: &'static str,
        /// The index in the flat buffers.
        index: usize,
        /// The value that the parameter, or the optimiser's state for it, would get.
        value: f32,
        /// The parameter.
        parameter: f32,
        /// Its gradient.
        gradient: f32,
    },
    /// More epochs than are left of a schedule that ends with the training.
    ScheduleOver {
        /// Number of epochs of the training.
        epochs: u64,
        /// Number of epochs that are left.
        left: u64,
        /// Number of epochs asked for.
        asked: u64,
    },
    /// The threads could not be started.
    Threads {
        /// Threads asked for.
        threads: usize,
        /// The system's reason.
        reason: String,
    },
    /// The environment variable `ATHENA_THREADS` is not a number of threads.
    ThreadsVariable {
        /// Its value.
        word: String,
        /// The largest number of threads.
        most: usize,
    },
    /// Too little memory.
    Memory {
        /// Bytes asked for.
        bytes: usize,
    },
    /// A parameter that the network does not have.
    NoParameter {
        /// The name asked for.
        name: String,
        /// The most similar name.
        closest: Option<&'static str>,
    },
    /// Too many or too few values for a parameter.
    ParameterLength {
        /// The parameter.
        name: &'static str,
        /// Its shape.
        shape: &'static [usize],
        /// Numbers given.
        found: usize,
    },
    /// An environment variable with an invalid value.
    Variable {
        /// The variable.
        name: &'static str,
        /// The valid values.
        expected: &'static str,
        /// Its value.
        found: String,
    },
    /// An instruction set that the CPU lacks, or that does not exist.
    Isa(IsaError),
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<IsaError> for Error {
    fn from(error: IsaError) -> Self {
        Self::Isa(error)
    }
}

/// A pixel of a batch.
///
/// ```
/// use athena::Pixel;
///
/// let pixel = Pixel { image: 2, channel: 0, row: 5, column: 7, value: f32::NAN };
/// assert_eq!(pixel.to_string(), "the pixel at channel 0, row 5, column 7 of image 2 of the batch is NaN");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pixel {
    /// Index of the image in the batch, from 0.
    pub image: usize,
    /// Its channel, from 0.
    pub channel: usize,
    /// Its row, from 0.
    pub row: usize,
    /// Its column, from 0.
    pub column: usize,
    /// Its value.
    pub value: f32,
}

impl std::error::Error for Pixel {}

/// The result of a training step that would not be finite. The variants are in the order in which a step computes them. Network,
/// statistics and optimiser are unchanged, so a training may continue with other batches or a lower rate.
///
/// ```
/// use athena::Divergence;
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 1 { input -> flatten -> linear(1) }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let mut trainer = Trainer::builder(Net::new(1)).loss(MeanSquaredError::new()).build()?;
///     let hopeless = Batch::new([3e38, 3e38, 3e38, -3e38], [0.0])?;
///     match trainer.step(&hopeless) {
///         Err(Error::Diverged { cause: Divergence::Loss { loss }, .. }) => println!("the loss is {loss}"),
///         Err(Error::Diverged { step, cause }) => println!("step {step}: {cause}"),
///         other => panic!("{other:?}"),
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Divergence {
    /// A running statistic of a batch norm.
    Statistics {
        /// The running statistic.
        name: &'static str,
        /// The value that it would get.
        value: f32,
        /// The largest pixel of the batch, if it is large enough to be the reason.
        pixel: Option<Pixel>,
    },
    /// Running statistics that were not finite before the step.
    StatisticsBefore {
        /// The running statistic.
        name: &'static str,
        /// Its value.
        value: f32,
    },
    /// A weight that was not finite before the step.
    WeightBefore {
        /// The parameter.
        name: &'static str,
        /// The weight.
        value: f32,
    },
    /// An output of the network, and with it the loss.
    Outputs {
        /// Index of the image in the batch, from 0.
        image: usize,
        /// The output's name, if the network has several.
        name: Option<&'static str>,
        /// Index among the output's numbers for this image, from 0.
        output: usize,
        /// Its value.
        value: f32,
        /// The largest pixel of the batch, if it is large enough to be the reason.
        pixel: Option<Pixel>,
    },
    /// The loss, although all outputs are finite.
    Loss {
        /// The loss.
        loss: f64,
    },
    /// The gradient of the loss with respect to an output.
    OutputGradient {
        /// The loss.
        loss: f64,
        /// Index of the image in the batch, from 0.
        image: usize,
        /// The output's name, if the network has several.
        name: Option<&'static str>,
        /// Index among the output's numbers for this image, from 0.
        output: usize,
        /// Its value.
        value: f32,
    },
    /// The gradient of a parameter, although the loss is finite.
    Gradient {
        /// The parameter.
        name: &'static str,
        /// The loss.
        loss: f64,
        /// The gradient.
        value: f32,
        /// The largest pixel of the batch, if it is large enough to be the reason.
        pixel: Option<Pixel>,
    },
    /// The update of a parameter, although its gradient is finite.
    Update {
        /// The parameter.
        name: &'static str,
        /// The value that the weight, or the optimiser's state for it, would get.
        value: f32,
        /// The weight.
        weight: f32,
        /// Its gradient.
        gradient: f32,
    },
}

impl std::error::Error for Divergence {}
