//! Networks as values: what every network written in `resnet!` can do.

mod divergence;
mod engine;
mod exact;
mod init;
mod layer;
mod names;
mod pieces;
mod plan;
mod random;
mod shape;
mod state;
mod summary;
mod transfer;
mod weights;
mod workspace;

pub use layer::LayerInfo;
pub use plan::Plan;
pub use shape::{ClassCount, Classes, Image, ImageShape};
pub use state::State;
#[cfg(feature = "onnx")]
pub(crate) use weights::replace;
pub use weights::{LoadOptions, LoadReport};
pub use workspace::{InferenceWorkspace, TrainingWorkspace};

use crate::error::Error;
use crate::exec::Run;
use crate::threads;
use engine::Engine;
use std::fmt;
use std::path::Path;

/// Images that [`Model::predict`] works on at a time; more take more memory, not less time.
const PREDICTED_AT_ONCE: usize = 64;

/// The part of a [`Model`] that only the runtime calls.
///
/// `Itself` is always `Self`. What takes an `impl Network<M>` for its `M` has no `M` where it is given something else, so that rustc
/// has nothing to say about what is done with `M` further on.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "no struct that `resnet!` makes",
    note = "networks are the structs that `athena::resnet!` and `athena::models` make: `Net::new(1)` is one, `&Net` is none"
)]
pub trait Network<Itself = Self>: Sized + Send + Sync + 'static {
    /// Sizes, tables and places.
    const PLAN: Plan;
    /// The layers in the order of computation; a program that neither prints nor exports the network has nothing of them.
    const LAYERS: &'static [LayerInfo];
    /// What the network has learnt.
    fn state(&self) -> &State;
    /// The same, for learning.
    fn state_mut(&mut self) -> &mut State;
    /// A network that has learnt this.
    fn from_state(state: State) -> Self;
    /// The network, as it is.
    fn itself(self) -> Itself;
    /// Training's way from images to outputs.
    fn forward(run: &mut Run<'_>);
    /// The way back, from the gradient of the outputs to those of all parameters.
    fn backward(run: &mut Run<'_>);
    /// The way from images to outputs with the running statistics.
    fn infer(run: &mut Run<'_>);
}

/// A residual network: what every struct that [`resnet!`](macro.resnet.html) or [`athena::models`](models/index.html) makes can do.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     #[freeze(conv1)]
///     struct Net(1x8x8) -> 10 {
///         input
///             -> conv1: conv(16, 3x3) -> bn1: batch_norm -> relu
///             -> global_avg_pool -> flatten -> fc: linear(10)
///     }
/// }
///
/// // What a network is, the compiler knows.
/// const _: () = assert!(Net::PARAMETERS == 16 * 9 + 2 * 16 + 16 * 10 + 10);
/// const _: () = assert!(Net::TRAINABLE == Net::PARAMETERS - 16 * 9);
/// const _: () = assert!(Net::MACS == 16 * 9 * 64 + 16 * 10);
///
/// /// Data for any network: its types come from the network.
/// fn black<M: Model>(count: usize) -> Result<Dataset<M::Image, M::Classes>, athena::Error> {
///     let [channels, height, width] = M::INPUT;
///     Dataset::from_bytes(vec![0; count * channels * height * width], vec![0; count])
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     assert_eq!((Net::INPUT, Net::CLASSES), ([1, 8, 8], 10));
///     println!("{}", Net::summary());
///
///     let mut network = Net::new(1);
///     let (key, shape) = Net::parameter_names()[0];
///     assert_eq!((key, shape), ("conv1.weight", &[16, 1, 3, 3][..]));
///     network.set_parameter("fc.bias", &[0.5; 10])?;
///     assert_eq!(network.parameter("fc.bias"), Some(vec![0.5; 10]));
///
///     let scores = network.predict(&[0.5; 2 * 64])?; // two images
///     assert_eq!(scores.len(), 2 * 10);
///     assert_eq!(black::<Net>(5)?.len(), 5);
///     Ok(())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "no struct that `resnet!` makes",
    note = "networks are the structs that `athena::resnet!` and `athena::models` make: `Net::new(1)` is one, `&Net` is none"
)]
pub trait Model: Network {
    /// The images it takes, as a type.
    type Image: ImageShape;
    /// The classes it tells apart, as a type.
    type Classes: ClassCount;
    /// Channels, height and width of an image.
    const INPUT: [usize; 3];
    /// How many classes it tells apart.
    const CLASSES: usize;
    /// Scalars of the parameters, frozen ones included.
    const PARAMETERS: usize;
    /// Those of them that training changes: all that `#[freeze(...)]` does not name.
    const TRAINABLE: usize;
    /// Multiply-adds of one image's forward pass.
    const MACS: u64;

    /// The state dict: keys and shapes in PyTorch's layout, running statistics included.
    #[doc(alias("state_dict", "named_parameters"))]
    #[must_use]
    fn parameter_names() -> &'static [(&'static str, &'static [usize])];

    /// A network with parameters drawn from `seed`; the same seed gives the same network.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(1x8x8) -> 10 { input -> flatten -> fc: linear(10) }
    /// }
    ///
    /// fn main() {
    ///     assert_eq!(Net::new(1).parameter("fc.weight"), Net::new(1).parameter("fc.weight"));
    ///     assert_ne!(Net::new(1).parameter("fc.weight"), Net::new(2).parameter("fc.weight"));
    /// }
    /// ```
    #[doc(alias("manual_seed", "init"))]
    #[must_use]
    fn new(seed: u64) -> Self {
        Self::from_state(State::new(&Self::PLAN, seed))
    }

    /// A network with the weights of a file: what [`load`](Self::load) reads and refuses. No weights are drawn first, so this takes little longer than
    /// reading the file does.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(1x8x8) -> 10 {
    ///         input -> flatten -> fc: linear(10)
    ///     }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let file = std::env::temp_dir().join(format!("from-file-{}.safetensors", std::process::id()));
    ///     let trained = Net::new(1); // and a training
    ///     trained.save(&file)?;
    ///
    ///     let network = Net::from_file(&file)?;
    ///     assert_eq!(network.parameter("fc.weight"), trained.parameter("fc.weight"));
    ///     # std::fs::remove_file(&file).ok();
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// A file that cannot be read or is damaged, or tensors that are missing, surplus or of another shape: all of them, named. Too little memory.
    #[doc(alias("from_pretrained", "torch.load", "load_model", "load_state_dict"))]
    fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::from_file_with(path, &LoadOptions::new()).map(|(network, _)| network)
    }

    /// A network with the weights of a file, read as the options say: [`from_file`](Self::from_file) as [`load_with`](Self::load_with) is to
    /// [`load`](Self::load).
    ///
    /// ```no_run
    /// use athena::prelude::*;
    ///
    /// athena::models::resnet50! { struct ResNet50 }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let (network, report) = ResNet50::from_file_with("checkpoint.pth", &LoadOptions::new().key("state_dict_ema"))?;
    ///     println!("{report}\n{:?}", network.predict(&[0.0; 3 * 224 * 224])?);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// As of [`from_file`](Self::from_file); a key or prefix that the file does not have; options of a part (`partial(true)`).
    #[doc(alias("from_pretrained", "strict"))]
    fn from_file_with(path: impl AsRef<Path>, options: &LoadOptions) -> Result<(Self, LoadReport), Error> {
        let (state, report) = weights::read(&Self::PLAN, path.as_ref(), options)?;
        Ok((Self::from_state(state), report))
    }

    /// A network with all that another has learnt, whose state dict has the same keys and shapes: to go on training with other
    /// layers frozen, or with images of another size.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     #[freeze(not(net.fc))]
    ///     struct Head(1x8x8) -> 10 {
    ///         input -> net: body()
    ///     }
    ///
    ///     struct Whole(1x16x16) -> 10 {
    ///         input -> net: body()
    ///     }
    ///
    ///     block body() {
    ///         input -> conv: conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> fc: linear(10)
    ///     }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let head = Head::new(1); // and a training of its last layer
    ///     let whole = Whole::with_weights_of(&head)?; // then one of everything
    ///     assert_eq!(whole.parameter("net.fc.weight"), head.parameter("net.fc.weight"));
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// A tensor that only one of the two networks has, or that has another shape: all of them, named. Too little memory.
    fn with_weights_of<M: Model>(other: &M) -> Result<Self, Error> {
        let name = short_type_name::<M>();
        transfer::state_of(&Self::PLAN, other.state(), M::PLAN.table, name).map(Self::from_state)
    }

    /// A network with what fits by name and shape of what another has learnt: to go on with other last layers, or without any. The rest of it
    /// is drawn from `seed`, as [`new`](Self::new) draws it, and the report says what was left alone and why.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(1x8x8) -> 10 {
    ///         input -> conv1: conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> fc: linear(10)
    ///     }
    ///
    ///     /// The features that the classifier reads.
    ///     struct Embed(1x8x8) -> 8 {
    ///         input -> conv1: conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten
    ///     }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let net = Net::new(1);
    ///     let (embed, report) = Embed::with_weights_of_partial(&net, 2)?;
    ///     assert_eq!(embed.parameter("conv1.weight"), net.parameter("conv1.weight"));
    ///     assert!(report.kept().is_empty());
    ///     assert_eq!(report.left_alone(), ["surplus: `fc.weight` [10, 8]", "surplus: `fc.bias` [10]"]);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// A network of which no tensor fits: then every reason is told.
    #[doc(alias("transfer learning", "feature extraction"))]
    fn with_weights_of_partial<M: Model>(other: &M, seed: u64) -> Result<(Self, LoadReport), Error> {
        let mut network = Self::new(seed);
        let name = short_type_name::<M>();
        let report = transfer::partly(&Self::PLAN, network.state_mut(), other.state(), M::PLAN.table, name)?;
        Ok((network, report))
    }

    /// A table of the layers with their shapes and costs, and the memory that an image takes.
    ///
    /// A layer reads the output of the row above it. Where it does not, the table says what it reads, by the names of the rows: a join
    /// `+ layer1.0.relu2` adds that layer's output to the row above, `conv of input` is a convolution of the image.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(1x8x8) -> 10 { input -> flatten -> fc: linear(10) }
    /// }
    ///
    /// fn main() {
    ///     let table = Net::summary().to_string();
    ///     assert!(table.contains("fc"));
    ///     println!("{table}");
    /// }
    /// ```
    #[doc(alias("print", "model.summary", "torchinfo"))]
    #[must_use]
    fn summary() -> impl fmt::Display {
        summary::Summary {
            name: short_type_name::<Self>(),
            input: Self::INPUT,
            classes: Self::CLASSES,
            parameters: Self::PARAMETERS,
            trainable: Self::TRAINABLE,
            macs: Self::MACS,
            layers: Self::LAYERS,
            plan: Self::PLAN,
        }
    }

    /// The outputs for `images`, N x channels x height x width, N being any number: N x classes, batch norm with the running
    /// statistics, and probabilities if the network ends with softmax.
    ///
    /// Any number of threads may call this at the same time. At most as many calls as the pool has threads are computed at a time
    /// ([`Pool`](crate::threads::Pool)); the others wait, in the order in which they came. The network keeps the memory that calls
    /// made, for later ones: as many images' as the largest call had (64 at most), for each call that was computed at the same time.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(3x8x8) -> 10 {
    ///         input -> conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> linear(10) -> softmax
    ///     }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let network = Net::new(1);
    ///     let images = vec![0.5; 2 * 3 * 8 * 8]; // two images: channel by channel, row by row
    ///     let probabilities = network.predict(&images)?;
    ///     for image in probabilities.chunks(Net::CLASSES) {
    ///         let best = (0..Net::CLASSES).max_by(|&a, &b| image[a].total_cmp(&image[b]));
    ///         println!("class {best:?}: {image:?}");
    ///         assert!((image.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// Images that are not whole, or none; too little memory; an `ATHENA_ISA` that this machine lacks.
    #[doc(alias("forward", "infer"))]
    fn predict(&self, images: &[f32]) -> Result<Vec<f32>, Error> {
        let batch = workspace::images_in(images, Self::INPUT)?;
        let state = self.state();
        let at_once = batch.min(PREDICTED_AT_ONCE);
        let mut outputs = vec![0.0; batch * Self::CLASSES];
        let numbers: usize = Self::INPUT.iter().product();
        let parts = images.chunks(at_once * numbers);
        // A turn for each part, so that whoever asks for a few images need not wait for somebody's thousands; and an engine only with a
        // turn, so that there are no more engines at a time than turns.
        for (images, outputs) in parts.zip(outputs.chunks_mut(at_once * Self::CLASSES)) {
            threads::in_turn(|| {
                let mut engine = match state.take_engine(at_once) {
                    Some(engine) => engine,
                    None => Engine::new::<Self>(at_once)?,
                };
                engine.infer::<Self>(state, images, images.len() / numbers, outputs)?;
                state.keep_engine(engine, threads::count()?);
                Ok::<_, Error>(())
            })??;
        }
        if Self::PLAN.softmax {
            outputs.chunks_exact_mut(Self::CLASSES).for_each(softmax);
        }
        Ok(outputs)
    }

    /// Whether convolutions are computed directly only: see [`set_exact`](Self::set_exact).
    #[must_use]
    fn is_exact(&self) -> bool {
        self.state().is_exact()
    }

    /// Computes this network's convolutions directly only, in prediction, training and evaluation, or again with the fastest
    /// algorithm. Networks start with the environment variable `ATHENA_EXACT`: exact with `1`, fast with `0` or where it is not set.
    ///
    /// Where it is the faster, convolutions of 3x3 use Winograd's F(4x4, 3x3), which computes tiles of 4x4 outputs from 6x6 inputs of each
    /// channel. Every output of a tile takes up a rounding error in proportion to the *largest* of these inputs, whether or not it sees
    /// that one: at most 3.3e-5 (C + 24) of the sum over the C input channels of the largest input times the largest weight
    /// (the source of the kernels derives it), and in practice 1e-6 to 4e-6 of the largest output. So beside a pixel of 1e4, outputs
    /// that do not see it are off by about 1e-3. Likewise a NaN or an infinity reaches all outputs of its tiles, which are up to four pixels away
    /// rather than one.
    ///
    /// Computed directly, each output depends on the inputs that it sees alone, and these convolutions take 1.5 to 3 times as long.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(1x8x8) -> 2 { input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(2) }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let mut net = Net::new(1);
    ///     net.set_exact(true);
    ///     let outputs = net.predict(&[0.5; 64])?;
    ///     assert!(outputs.len() == 2 && net.is_exact());
    ///     Ok(())
    /// }
    /// ```
    fn set_exact(&mut self, exact: bool) {
        self.state_mut().set_exact(exact);
    }

    /// The values of a parameter or running statistic in PyTorch's layout; `None` if the network has none of this name.
    #[must_use]
    fn parameter(&self, name: &str) -> Option<Vec<f32>> {
        let parameter = Self::PLAN.table.iter().find(|parameter| parameter.name == name)?;
        Some(self.state().read(parameter))
    }

    /// Sets a parameter or running statistic from values in PyTorch's layout.
    ///
    /// # Errors
    /// A name that the network does not have, another number of values than the parameter's, or a count of batches that is no whole number.
    fn set_parameter(&mut self, name: &str, values: &[f32]) -> Result<(), Error> {
        let table = Self::PLAN.table;
        let Some(parameter) = table.iter().find(|parameter| parameter.name == name) else {
            let closest = names::closest(name, table.iter().map(|parameter| parameter.name));
            return Err(Error::NoParameter { name: name.to_owned(), closest });
        };
        if values.len() != parameter.len() {
            let (name, shape, found) = (parameter.name, parameter.shape, values.len());
            return Err(Error::ParameterLength { name, shape, found });
        }
        if parameter.is_counter() && !values.iter().all(|&count| count >= 0.0 && count.fract() == 0.0) {
            let expected = format!("a whole number of batches, 0 or more, for `{name}`");
            return Err(Error::Argument { name: "Model::set_parameter", expected, found: format!("{}", values[0]) });
        }
        self.state_mut().write(parameter, values);
        Ok(())
    }

    /// Writes the state dict as a safetensors file that PyTorch reads. The file appears whole or not at all, where `std::fs::write` would put it: symbolic
    /// links are followed, and a file that is there keeps its mode. Pipes and devices are refused.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(1x8x8) -> 10 {
    ///         input -> flatten -> fc: linear(10)
    ///     }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let file = std::env::temp_dir().join(format!("saved-{}.safetensors", std::process::id()));
    ///     let network = Net::new(1);
    ///     network.save(&file)?;
    ///
    ///     let mut again = Net::new(2);
    ///     again.load(&file)?;
    ///     assert_eq!(again.parameter("fc.weight"), network.parameter("fc.weight"));
    ///     # std::fs::remove_file(&file).ok();
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// A file that cannot be written.
    #[doc(alias("torch.save", "save_weights", "save_file", "checkpoint"))]
    fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        weights::save(self.state(), Self::PLAN.table, path.as_ref())
    }

    /// Reads a file with this network's state dict: safetensors or, with the feature `pytorch`, what `torch.save` wrote (`.pth`, `.pt`),
    /// whatever the file is called. A checkpoint may keep its state dict under `state_dict`, `model_state_dict`, `model`, `net`, `network`, `module` or
    /// `model_state`, and whatever it likes beside it: nothing of a pickle is executed, and objects that weights do not need are passed over.
    /// Only one that would start programs or load code in Python (`os.system`, `eval`) is refused altogether.
    ///
    /// Floats of 64, 16 and 8 bits are converted. `module.`, `_orig_mod.`, `model.`, `net.`, `backbone.` and `encoder.` before the names are passed over
    /// where that makes them fit; [`load_with`](Self::load_with) tells which it was, and takes other keys and prefixes.
    /// `num_batches_tracked` may be missing, of shape `[1]` or a float; one that overflowed to infinity as a half counts as missing.
    ///
    /// The file is read 4 MiB at a time, and converted on all threads: beside the network it takes no more memory than the largest tensor, or these
    /// 4 MiB. Only files as `torch.save` wrote them before PyTorch 1.6 take up to 32 MiB besides, since their beginning is read as a
    /// whole: ResNet-152's then takes 36 MB.
    ///
    /// ```no_run
    /// use athena::Model;
    ///
    /// athena::models::resnet50! { struct ResNet50 }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let mut network = ResNet50::new(1);
    ///     network.load("resnet50-0676ba61.pth")?; // as torchvision offers it
    ///     println!("{:?}", network.predict(&[0.0; 3 * 224 * 224])?);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// Without a network yet, [`from_file`](Self::from_file) makes one and draws no weights.
    ///
    /// After an error the network is as before. Only where the file itself is changed by others while it is read may a part be loaded.
    ///
    /// # Errors
    /// A file that cannot be read or is damaged, or tensors that are missing, surplus or of another shape: all of them, named.
    #[doc(alias("load_state_dict", "load_weights"))]
    fn load(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        weights::load(self.state_mut(), Self::PLAN.table, path.as_ref())
    }

    /// Reads as [`load`](Self::load) does, but only what fits by name and shape; the rest of the network stays as it is, and the rest of
    /// the file is not used. For fine-tuning: a new classifier keeps its fresh weights. The report says what was left alone and why.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Ten(1x8x8) -> 10 {
    ///         input -> conv1: conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> fc: linear(10)
    ///     }
    ///
    ///     struct Five(1x8x8) -> 5 {
    ///         input -> conv1: conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> fc: linear(5)
    ///     }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let file = std::env::temp_dir().join(format!("partial-{}.safetensors", std::process::id()));
    ///     Ten::new(1).save(&file)?;
    ///
    ///     let mut five = Five::new(2);
    ///     let report = five.load_partial(&file)?;
    ///     assert_eq!(report.loaded(), ["conv1.weight", "conv1.bias"]);
    ///     println!("{report}"); // and why the head was left alone
    ///     # std::fs::remove_file(&file).ok();
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// A file that cannot be read or is damaged, or of which no tensor fits: then every reason is told, and the network is as before.
    #[doc(alias("strict=False", "fine-tuning", "transfer learning"))]
    fn load_partial(&mut self, path: impl AsRef<Path>) -> Result<LoadReport, Error> {
        weights::load_partial(self.state_mut(), Self::PLAN.table, path.as_ref())
    }

    /// Reads as [`load`](Self::load) does, but what [`LoadOptions`] say: the state dict under another key, names with another prefix or renamed,
    /// or only what fits. The report says what was loaded, where it was found and what was left alone.
    ///
    /// ```no_run
    /// use athena::prelude::*;
    ///
    /// athena::models::resnet50! { struct ResNet50 }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let mut network = ResNet50::new(0);
    ///     let averaged = LoadOptions::new().key("state_dict_ema").prefix("model.").rename("head", "fc");
    ///     println!("{}", network.load_with("checkpoint.pth.tar", &averaged)?);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// As of [`load`](Self::load), or with `partial` as of [`load_partial`](Self::load_partial); a key or prefix that the file does not have, with
    /// those that it has.
    #[doc(alias("load_state_dict", "strict", "map_location"))]
    fn load_with(&mut self, path: impl AsRef<Path>, options: &LoadOptions) -> Result<LoadReport, Error> {
        weights::load_with(self.state_mut(), Self::PLAN.table, path.as_ref(), options)
    }
}

/// `a::b::Net` as `Net`.
pub(crate) fn short_type_name<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    name.rsplit("::").next().unwrap_or(name)
}

/// Logits as probabilities, in place (the largest is subtracted first, so that nothing overflows).
fn softmax(logits: &mut [f32]) {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for logit in &mut *logits {
        *logit = (*logit - largest).exp();
        sum += *logit;
    }
    logits.iter_mut().for_each(|logit| *logit /= sum);
}
