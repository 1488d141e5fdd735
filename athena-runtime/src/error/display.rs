//! The messages of errors. They are written by hand, because the derive of the crate `thiserror` brings `syn`, which takes three
//! seconds of a user's first build.

use super::{Divergence, Error, Pixel};
use std::fmt::{Display, Formatter, Result};

/// The largest number of problems in a line; `Debug` lists all.
const MOST_PROBLEMS: usize = 4;

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::BatchLength { found, shape } => batch_length(f, *found, *shape),
            Self::EmptyBatch { shape: [c, h, w] } => {
                write!(f, "the batch is empty: pass at least one image of {c}x{h}x{w} floats")
            }
            Self::InputLength { input, found, shape } => input_length(f, input, *found, shape),
            Self::InputCount { input, images, first, expected } => input_count(f, [input, first], [*images, *expected]),
            Self::BatchTooLarge { images, capacity } => write!(
                f,
                "{images} images do not fit into a workspace for {capacity}: make it with `new({images})`, or pass smaller batches"
            ),
            Self::NoCapacity => f.write_str("a workspace needs room for at least one image, but its capacity is 0"),
            Self::OutputLength { found, images, classes } => {
                write!(f, "{images} images give {images} x {classes} outputs, but the buffer holds {found} floats")
            }
            Self::Io { action, path, source: _ } => write!(f, "cannot {action} `{}`", path.display()),
            Self::Damaged { path, reason } => {
                write!(f, "`{}` is not a readable file of weights: {reason}", path.display())
            }
            Self::Weights { path, problems } => {
                write!(f, "the weights in `{}` do not fit this network: {}", path.display(), first(problems))
            }
            Self::OtherWeights { name, problems } => {
                write!(f, "the weights of `{name}` do not fit this network: {}", first(problems))
            }
            Self::Onnx { network, reason } => write!(f, "`{network}` cannot be exported to ONNX: {reason}"),
            Self::Targets(what) => f.write_str(what),
            Self::Argument { name, expected, found } => write!(f, "`{name}` takes {expected}, not {found}"),
            Self::Data { path, what, expected, found, help } => {
                write!(f, "`{}` is not {what}: expected {expected}, found {found}; {help}", path.display())
            }
            Self::Dataset(what) => f.write_str(what),
            Self::Pixel(what) => {
                write!(f, "{what}: pixels are finite numbers, so look at the data and how they are normalised")
            }
            Self::InputValue { input, image, index, value } => input_value(f, input, [*image, *index], *value),
            Self::OneValue { norm } => one_value(f, norm),
            Self::Diverged { step, cause } => {
                write!(f, "step {step} was refused, and the network is unchanged: {cause}")
            }
            Self::Update { optimiser, index, value, parameter, gradient } => {
                update(f, optimiser, *index, [*value, *parameter, *gradient])
            }
            Self::ScheduleOver { epochs, left, asked } => schedule_over(f, *epochs, *left, *asked),
            Self::Threads { threads, reason } => write!(f, "cannot start {threads} threads: {reason}; ask for fewer"),
            Self::ThreadsVariable { word, most } => threads_variable(f, word, *most),
            Self::Memory { bytes } => write!(f, "cannot allocate {bytes} bytes: pass smaller batches"),
            Self::NoParameter { name, closest } => no_parameter(f, name, *closest),
            Self::ParameterLength { name, shape, found } => parameter_length(f, name, shape, *found),
            Self::Variable { name, expected, found } => {
                write!(f, "{name}={found} is not a valid setting: use {expected}, or unset it")
            }
            Self::Isa(error) => error.fmt(f),
        }
    }
}

/// The first problems of a list, in one line.
fn first(problems: &[String]) -> String {
    let (first, rest) = problems.split_at(problems.len().min(MOST_PROBLEMS));
    let more = if rest.is_empty() { String::new() } else { format!("; and {} more", rest.len()) };
    first.join("; ") + &more
}

fn batch_length(f: &mut Formatter<'_>, found: usize, shape: [usize; 3]) -> Result {
    let [c, h, w] = shape;
    let one = c * h * w;
    write!(
        f,
        "{found} floats are not a whole number of images: one image of {c}x{h}x{w} is {one} floats, so pass N times as many"
    )
}

fn input_length(f: &mut Formatter<'_>, input: &str, found: usize, shape: &[usize]) -> Result {
    let one: usize = shape.iter().product();
    let sizes: Vec<String> = shape.iter().map(ToString::to_string).collect();
    match (found, &sizes[..]) {
        (0, _) => write!(f, "`{input}` is empty: pass N x {} numbers", sizes.join("x")),
        (_, [_]) => write!(f, "`{input}` has {found} numbers, but one image's are {one}: pass N times as many"),
        _ => write!(
            f,
            "`{input}` has {found} numbers, but one image's are {}, that is {one}: pass N times as many",
            sizes.join("x")
        ),
    }
}

fn input_count(f: &mut Formatter<'_>, [input, first]: [&str; 2], [images, expected]: [usize; 2]) -> Result {
    write!(f, "`{input}` is of {images} images, but `{first}` is of {expected}: pass as many of each")
}

fn input_value(f: &mut Formatter<'_>, input: &str, [image, index]: [usize; 2], value: f32) -> Result {
    write!(
        f,
        "number {index} of `{input}` of image {image} of the batch is {value:?}: inputs are finite numbers, so look at the data and how they are \
         normalised"
    )
}

fn one_value(f: &mut Formatter<'_>, norm: &str) -> Result {
    write!(
        f,
        "the batch norm `{norm}` has a single value per channel in a batch of one image, and so no variance: train with batches of 2 \
         images or more, leave out a last batch of one image with `Loader::drop_last`, or freeze the norm with `#[freeze({norm})]`"
    )
}

fn update(f: &mut Formatter<'_>, optimiser: &str, index: usize, [value, parameter, gradient]: [f32; 3]) -> Result {
    write!(
        f,
        "`{optimiser}` refused the step and changed nothing: number {index} of the parameters is {parameter} with the gradient {gradient}, and the \
         step would make it {value}; lower the learning rate, or clip the gradients"
    )
}

fn schedule_over(f: &mut Formatter<'_>, epochs: u64, left: u64, asked: u64) -> Result {
    write!(
        f,
        "the schedule ends with the training, which has {left} of {epochs} epochs left, but {asked} were asked for: set the length of the \
         whole training by `.epochs(..)` of the builder, or begin another training by `trainer.begin(Horizon {{ .. }})`"
    )
}

fn no_parameter(f: &mut Formatter<'_>, name: &str, closest: Option<&str>) -> Result {
    write!(
        f,
        "this network has no parameter `{name}`{}",
        closest.map(|name| format!(": did you mean `{name}`?")).unwrap_or_default()
    )
}

fn parameter_length(f: &mut Formatter<'_>, name: &str, shape: &[usize], found: usize) -> Result {
    let len: usize = shape.iter().product();
    write!(f, "`{name}` has the shape {shape:?}, that is {len} numbers, but {found} were given")
}

fn threads_variable(f: &mut Formatter<'_>, word: &str, most: usize) -> Result {
    write!(f, "ATHENA_THREADS={word} is not a number of threads: use 1 to {most}, 0 for one per core, or unset it")
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
            Self::Outputs { image, name, output, value, pixel } => write!(
                f,
                "{} for image {image} of the batch is {value}{}",
                output_of(*name, *output),
                beside(*pixel, ": lower the learning rate, warm it up, or clip the gradients")
            ),
            Self::Loss { loss } => write!(
                f,
                "the loss is {loss}, though the network's outputs are finite: look at the loss and at the targets"
            ),
            Self::OutputGradient { loss, image, name, output, value } => write!(
                f,
                "the loss is {loss}, and its gradient for {} of image {image} of the batch is {value}: look at the targets and at how they \
         are scaled",
                output_of(*name, *output)
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

/// `output 3`, or `number 3 of the output `corners`` where a network has several.
fn output_of(name: Option<&str>, output: usize) -> String {
    match name {
        Some(name) => format!("number {output} of the output `{name}`"),
        None => format!("output {output}"),
    }
}

/// Names the pixel that may be the reason, or else gives the usual advice.
fn beside(pixel: Option<Pixel>, otherwise: &str) -> String {
    match pixel {
        Some(pixel) => format!(", and {pixel}: look at the data and how they are normalised"),
        None => otherwise.to_owned(),
    }
}
