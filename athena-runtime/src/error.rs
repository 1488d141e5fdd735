//! Everything that can go wrong at run time, as values: each message names the thing, the place and the way out.

mod display;

use crate::isa::IsaError;
use std::path::PathBuf;

/// Whatever can go wrong while a program runs. Each message names the thing, the place and the way out.
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
///         Err(error @ Error::Io { .. }) => println!("{error}"), // with the file's name and the reason
///         other => panic!("{other:?}"),
///     }
/// }
/// ```
#[derive(Debug)]
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
    /// More images than the workspace was made for.
    BatchTooLarge {
        /// Images passed.
        images: usize,
        /// Images that fit.
        capacity: usize,
    },
    /// A workspace for no images at all.
    NoCapacity,
    /// A buffer for the outputs that is not images x classes floats.
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
        /// What was tried: `read`, `write`, ...
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// A file that holds no weights, or a damaged one.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Weights that are not this network's: every missing, surplus and misshapen tensor.
    Weights {
        /// The file.
        path: PathBuf,
        /// One line a tensor.
        problems: Vec<String>,
    },
    /// Another network's weights that are not this one's: every missing, surplus and misshapen tensor.
    OtherWeights {
        /// The other network.
        name: &'static str,
        /// One line a tensor.
        problems: Vec<String>,
    },
    /// A network that no ONNX file can hold.
    Onnx {
        /// The network.
        network: &'static str,
        /// Why.
        reason: String,
    },
    /// Targets that do not fit the outputs.
    Targets(String),
    /// A number or setting that is out of its range.
    Argument {
        /// The argument as the user writes it: `Sgd::momentum`.
        name: &'static str,
        /// What it may be.
        expected: String,
        /// What it was.
        found: String,
    },
    /// A data file that is missing, damaged or something else.
    Data {
        /// The file or directory.
        path: PathBuf,
        /// What it was read as.
        what: &'static str,
        /// What it should have been or held.
        expected: String,
        /// What was there.
        found: String,
        /// The way to the right data.
        help: &'static str,
    },
    /// Images and labels in memory that do not belong together, or to the data set's type.
    Dataset(String),
    /// A pixel that is no finite number; nothing has moved.
    Pixel(Pixel),
    /// A batch of one image where a batch norm would see one value a channel, which has no variance; nothing has moved.
    OneValue {
        /// The batch norm's path.
        norm: &'static str,
    },
    /// A training step that was not taken, since it would have left numbers that are not finite. Weights, running statistics and the
    /// optimiser's state are as before it.
    Diverged {
        /// The step, from 0.
        step: u64,
        /// What would not be finite.
        cause: Divergence,
    },
    /// A step of an optimiser that was not taken, since a result would not be finite. Parameters and state are as before it.
    Update {
        /// The optimiser's method.
        optimiser: &'static str,
        /// Which number of the flat buffers.
        index: usize,
        /// What the parameter, or what the optimiser keeps for it, would become.
        value: f32,
        /// The parameter.
        parameter: f32,
        /// Its gradient.
        gradient: f32,
    },
    /// More epochs than a schedule has left that ends with the training.
    ScheduleOver {
        /// Epochs of the training.
        epochs: u64,
        /// Epochs that it has left.
        left: u64,
        /// Epochs asked for.
        asked: u64,
    },
    /// The threads could not be started.
    Threads {
        /// Threads asked for.
        threads: usize,
        /// What the system said.
        reason: String,
    },
    /// The environment variable `ATHENA_THREADS` is no number of threads.
    ThreadsVariable {
        /// What it is.
        word: String,
        /// The most threads that may be asked for.
        most: usize,
    },
    /// More memory than there is.
    Memory {
        /// Bytes asked for.
        bytes: usize,
    },
    /// A parameter that the network does not have.
    NoParameter {
        /// The name asked for.
        name: String,
        /// The name that comes closest.
        closest: Option<&'static str>,
    },
    /// Values for a parameter that are too many or too few.
    ParameterLength {
        /// The parameter.
        name: &'static str,
        /// Its shape.
        shape: &'static [usize],
        /// Numbers given.
        found: usize,
    },
    /// An environment variable with a value that it does not take.
    Variable {
        /// The variable.
        name: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// An instruction set that this machine lacks, or that does not exist.
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
    /// Which image of the batch, from 0.
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

/// What of a training step would not be finite, in the order in which a step computes it. Network, statistics and optimiser are as
/// before the step, so that a training may go on with other batches or a lower rate.
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
    /// Statistics of a batch norm.
    Statistics {
        /// The running statistic.
        name: &'static str,
        /// What it would become.
        value: f32,
        /// The largest pixel of the batch, where it is so large that it may be the reason.
        pixel: Option<Pixel>,
    },
    /// Running statistics that were not finite before the step.
    StatisticsBefore {
        /// The running statistic.
        name: &'static str,
        /// What it is.
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
        /// Which image of the batch, from 0.
        image: usize,
        /// Which output, from 0.
        output: usize,
        /// What it is.
        value: f32,
        /// The largest pixel of the batch, where it is so large that it may be the reason.
        pixel: Option<Pixel>,
    },
    /// The loss of outputs that are all finite.
    Loss {
        /// The loss.
        loss: f64,
    },
    /// The gradient of the loss with respect to an output.
    OutputGradient {
        /// The loss.
        loss: f64,
        /// Which image of the batch, from 0.
        image: usize,
        /// Which output, from 0.
        output: usize,
        /// What it is.
        value: f32,
    },
    /// The gradient of a parameter, while the loss was finite.
    Gradient {
        /// The parameter.
        name: &'static str,
        /// The loss.
        loss: f64,
        /// What the gradient is.
        value: f32,
        /// The largest pixel of the batch, where it is so large that it may be the reason.
        pixel: Option<Pixel>,
    },
    /// What the optimiser would make of a parameter whose gradient is finite.
    Update {
        /// The parameter.
        name: &'static str,
        /// What the weight, or what the optimiser keeps for it, would become.
        value: f32,
        /// The weight.
        weight: f32,
        /// Its gradient.
        gradient: f32,
    },
}

impl std::error::Error for Divergence {}
