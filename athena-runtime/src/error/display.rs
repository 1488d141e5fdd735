//! The messages of errors. They are written by hand, because the derive of the crate `thiserror` brings `syn`, which takes three
//! seconds of a user's first build.

use super::{Divergence, Error, Pixel};
use std::fmt::{Display, Formatter, Result};

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::BatchLength { found, shape } => write!(
                f,
                "{found} floats are not a whole number of images: one image of {}x{}x{} is {} floats, so pass N times as many",
                shape[0],
                shape[1],
                shape[2],
                shape[0] * shape[1] * shape[2]
            ),
            Self::EmptyBatch { shape } => write!(
                f,
                "the batch is empty: pass at least one image of {}x{}x{} floats",
                shape[0], shape[1], shape[2]
            ),
            Self::BatchTooLarge { images, capacity } => write!(
                f,
                "{images} images do not fit into a workspace for {capacity}: make it with `new({images})`, or pass smaller batches"
            ),
            Self::NoCapacity => f.write_str("a workspace needs room for at least one image, but its capacity is 0"),
            Self::OutputLength { found, images, classes } => {
                write!(f, "{images} images give {images} x {classes} outputs, but the buffer holds {found} floats")
            }
            Self::Io { action, path, source } => write!(f, "cannot {action} `{}`: {source}", path.display()),
            Self::Damaged { path, reason } => {
                write!(f, "`{}` is not a readable file of weights: {reason}", path.display())
            }
            Self::Weights { path, problems } => {
                write!(f, "the weights in `{}` do not fit this network:\n  {}", path.display(), problems.join("\n  "))
            }
            Self::OtherWeights { name, problems } => {
                write!(f, "the weights of `{name}` do not fit this network:\n  {}", problems.join("\n  "))
            }
            Self::Onnx { network, reason } => write!(f, "`{network}` cannot be exported to ONNX: {reason}"),
            Self::Targets(what) => f.write_str(what),
            Self::Argument { name, expected, found } => write!(f, "`{name}` takes {expected}, not {found}"),
            Self::Data { path, what, expected, found, help } => {
                write!(f, "`{}` is not {what}: expected {expected}, found {found}\n  help: {help}", path.display())
            }
            Self::Dataset(what) => f.write_str(what),
            Self::Pixel(what) => {
                write!(f, "{what}: pixels are finite numbers, so look at the data and how they are normalised")
            }
            Self::OneValue { norm } => write!(
                f,
                "the batch norm `{norm}` has a single value per channel in a batch of one image, and so no variance: train with batches of 2 \
         images or more, leave out a last batch of one image with `Loader::drop_last`, or freeze the norm with `#[freeze({norm})]`"
            ),
            Self::Diverged { step, cause } => write!(
                f,
                "step {step} was refused, and the network is unchanged: {cause}{}",
                crate::speed::note_below()
            ),
            Self::Update { optimiser, index, value, parameter, gradient } => write!(
                f,
                "`{optimiser}` refused the step and changed nothing: number {index} of the parameters is {parameter} with the gradient {gradient}, and the \
         step would make it {value}; lower the learning rate, or clip the gradients"
            ),
            Self::ScheduleOver { epochs, left, asked } => write!(
                f,
                "the schedule ends with the training, which has {left} of {epochs} epochs left, but {asked} were asked for: set the length of the \
         whole training by `.epochs(..)` of the builder, or begin another training by `trainer.begin(Horizon {{ .. }})`"
            ),
            Self::Threads { threads, reason } => write!(f, "cannot start {threads} threads: {reason}; ask for fewer"),
            Self::ThreadsVariable { word, most } => {
                write!(
                    f,
                    "ATHENA_THREADS={word} is not a number of threads: use 1 to {most}, 0 for one per core, or unset it"
                )
            }
            Self::Memory { bytes } => write!(f, "cannot allocate {bytes} bytes: pass smaller batches"),
            Self::NoParameter { name, closest } => write!(
                f,
                "this network has no parameter `{name}`{}",
                closest.map(|name| format!(": did you mean `{name}`?")).unwrap_or_default()
            ),
            Self::ParameterLength { name, shape, found } => write!(
                f,
                "`{name}` has the shape {shape:?}, that is {} numbers, but {found} were given",
                shape.iter().product::<usize>()
            ),
            Self::Variable { name, expected, found } => {
                write!(f, "{name}={found} is not a valid setting: use {expected}, or unset it")
            }
            Self::Isa(error) => error.fmt(f),
        }
    }
}

impl Display for Pixel {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self { image, channel, row, column, value } = self;
        write!(
            f,
            "the pixel at channel {channel}, row {row}, column {column} of image {image} of the batch is {value:?}"
        )
    }
}

impl Display for Divergence {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Statistics { name, value, pixel } => write!(
                f,
                "`{name}` would become {value}{}",
                beside(*pixel, ": lower the learning rate, warm it up, or clip the gradients")
            ),
            Self::StatisticsBefore { name, value } => {
                write!(f, "`{name}` is {value} before the step: load the weights again, or set it with `set_parameter`")
            }
            Self::WeightBefore { name, value } => write!(
                f,
                "`{name}` has a weight of {value} before the step: load the weights again, or set it with `set_parameter`"
            ),
            Self::Outputs { image, output, value, pixel } => write!(
                f,
                "output {output} for image {image} of the batch is {value}{}",
                beside(*pixel, ": lower the learning rate, warm it up, or clip the gradients")
            ),
            Self::Loss { loss } => write!(
                f,
                "the loss is {loss}, though the network's outputs are finite: look at the loss and at the targets"
            ),
            Self::OutputGradient { loss, image, output, value } => write!(
                f,
                "the loss is {loss}, and its gradient for output {output} of image {image} of the batch is {value}: look at the targets and at how they \
         are scaled"
            ),
            Self::Gradient { name, loss, value, pixel } => write!(
                f,
                "the loss is {loss}, but a gradient of `{name}` is {value}{}",
                beside(*pixel, ": lower the learning rate, or warm it up")
            ),
            Self::Update { name, value, weight, gradient } => write!(
                f,
                "the update of `{name}` would turn the weight {weight} with the gradient {gradient} into {value}: lower the learning rate, warm it up, \
         or clip the gradients"
            ),
        }
    }
}

/// Names the pixel that may be the reason, or else gives the usual advice.
fn beside(pixel: Option<Pixel>, otherwise: &str) -> String {
    match pixel {
        Some(pixel) => format!(", and {pixel}: look at the data and how they are normalised"),
        None => otherwise.to_owned(),
    }
}
