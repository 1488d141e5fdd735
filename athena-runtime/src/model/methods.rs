//! The trait `Model`, which every network implements. Examples of more than twenty lines are in `examples/`.

use super::network::Network;
use super::shape::{ClassCount, ImageShape};
use super::signature::{Plain, Signature};
use super::state::State;
use super::weights::{self, LoadOptions, LoadReport};
use super::{names, predict, short_type_name, summary, transfer};
use crate::error::Error;
use crate::layout::Port;
use std::fmt;
use std::path::Path;

/// A network: the trait of all structs that [`resnet!`](macro.resnet.html) or [`athena::models`](models/index.html) makes.
///
#[doc = include_str!("examples/model.md")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "no struct that `resnet!` makes",
    note = "networks are the structs that `athena::resnet!` and `athena::models` make: `Net::new(1)` is one, `&Net` is none"
)]
pub trait Model<S: Signature = Plain>: Network<Signature = S> {
    /// The type of its images in batches and data sets: their shape. A network whose inputs have names is this type itself.
    type Image: ImageShape;
    /// The type of its classes in batches and data sets: their number. A network whose outputs have names is this type itself.
    type Classes: ClassCount;
    /// What it takes.
    const INPUTS: &'static [Port] = Self::PLAN.input_ports;
    /// What it promises.
    const OUTPUTS: &'static [Port] = Self::PLAN.output_ports;
    /// Channels, height and width of an image. It is a compile error for a network whose inputs have names, which [`INPUTS`](Self::INPUTS) lists.
    const INPUT: [usize; 3];
    /// Number of classes: of the numbers of a vector, or of the channels of a map. It is a compile error for a network whose outputs have names,
    /// which [`OUTPUTS`](Self::OUTPUTS) lists.
    const CLASSES: usize;
    /// Number of scalar parameters, including frozen ones.
    const PARAMETERS: usize;
    /// Number of scalar parameters that training changes: all that `#[freeze(...)]` does not name.
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
    ///
    /// # Panics
    /// There is too little memory for the parameters.
    #[doc(alias("manual_seed", "init"))]
    #[must_use]
    fn new(seed: u64) -> Self {
        Self::from_state(State::new(&Self::PLAN, seed))
    }

    /// A network with the weights of a file. It reads the same files as [`load`](Self::load), and draws no random weights first,
    /// so it takes little longer than reading the file.
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
    /// The file cannot be read or is damaged. Tensors are missing, surplus or of another shape; the error lists all of them.
    /// There is too little memory.
    #[doc(alias("from_pretrained", "torch.load", "load_model", "load_state_dict"))]
    fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::from_file_with(path, &LoadOptions::new()).map(|(network, _)| network)
    }

    /// A network with the weights of a file, like [`from_file`](Self::from_file), with the options of [`load_with`](Self::load_with).
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
    /// Those of [`from_file`](Self::from_file). The file does not have the key or prefix. The option `partial(true)`, for which
    /// there is no other network.
    #[doc(alias("from_pretrained", "strict"))]
    fn from_file_with(path: impl AsRef<Path>, options: &LoadOptions) -> Result<(Self, LoadReport), Error> {
        let (state, report) = weights::read(&Self::PLAN, path.as_ref(), options)?;
        Ok((Self::from_state(state), report))
    }

    /// A network with the weights of another one, whose state dict has the same keys and shapes. Use it to continue a training with other layers
    /// frozen, or with images of another size.
    ///
    #[doc = include_str!("examples/with_weights_of.md")]
    ///
    /// # Errors
    /// Tensors that only one of the two networks has, or that have another shape; the error lists all of them. There is too little memory.
    fn with_weights_of<M: Network>(other: &M) -> Result<Self, Error> {
        let name = short_type_name::<M>();
        transfer::state_of(&Self::PLAN, other.state(), M::PLAN.table, name).map(Self::from_state)
    }

    /// A network with those weights of another one that fit by name and shape. Use it to replace or remove the last layers. The
    /// other weights are drawn from `seed`, as by [`new`](Self::new), and the report lists the tensors that did not fit, with the
    /// reasons.
    ///
    #[doc = include_str!("examples/with_weights_of_partial.md")]
    ///
    /// # Errors
    /// No tensor fits. The error gives the reason for each tensor.
    ///
    /// # Panics
    /// There is too little memory for the parameters, as in [`new`](Self::new).
    #[doc(alias("transfer learning", "feature extraction"))]
    fn with_weights_of_partial<M: Network>(other: &M, seed: u64) -> Result<(Self, LoadReport), Error> {
        let mut network = Self::new(seed);
        let name = short_type_name::<M>();
        let report = transfer::partly(&Self::PLAN, network.state_mut(), other.state(), M::PLAN.table, name)?;
        Ok((network, report))
    }

    /// A table of the layers with their shapes and costs, and the memory that an image takes.
    ///
    /// A layer reads the output of the row above it. If it reads others, the table names their rows: `+ layer1.0.relu2` adds that
    /// layer's output to the output of the row above, and `conv of input` is a convolution of the image.
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
            parameters: Self::PARAMETERS,
            trainable: Self::TRAINABLE,
            macs: Self::MACS,
            layers: Self::LAYERS,
            plan: Self::PLAN,
        }
    }

    /// Computes the outputs (N x classes, or N x C x H x W) for `inputs` (N x channels x height x width, with any N). Batch norms use the running
    /// statistics. If an output ends with softmax, it is probabilities. A network whose inputs have names takes a struct of them, and one whose
    /// outputs have names returns a struct of them:
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(scan: 1x8x8, history: 12) -> (class: 5, corners: 4) {
    ///         let image = scan -> conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten;
    ///         let both = image || history;
    ///         let class = both -> linear(5);
    ///         let corners = both -> linear(4);
    ///     }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let NetOutputs { class, corners } = Net::new(1).predict(NetInputs { scan: &[0.5; 64], history: &[1.0; 12] })?;
    ///     assert_eq!((class.len(), corners.len()), (5, 4));
    ///     Ok(())
    /// }
    /// ```
    ///
    /// Any number of threads may call this at the same time. At most as many calls are computed at a time as the pool has threads
    /// ([`Pool`](crate::threads::Pool)); the others wait in the order of arrival. The network keeps its working memory for later
    /// calls: for each call that ran at the same time, the memory for as many images as the largest call had (at most 64).
    ///
    #[doc = include_str!("examples/predict.md")]
    ///
    /// # Errors
    /// An input is empty or not a whole number of images, or inputs have different numbers of images. There is too little memory. `ATHENA_ISA` names
    /// an instruction set that this machine lacks.
    #[doc(alias("forward", "infer"))]
    fn predict(&self, inputs: S::Inputs<'_>) -> Result<S::Each<Vec<f32>>, Error> {
        let inputs = S::inputs(inputs);
        let mut outputs = predict::predict(self, inputs.as_ref())?;
        Ok(S::each(|output| std::mem::take(&mut outputs[output])))
    }

    /// Whether all convolutions are computed directly. See [`set_exact`](Self::set_exact).
    #[must_use]
    fn is_exact(&self) -> bool {
        self.state().is_exact()
    }

    /// With `true`, this network computes all convolutions directly, in prediction, training and evaluation. With `false`, it
    /// uses the fastest algorithm. The initial value comes from the environment variable `ATHENA_EXACT`: `true` for `1`, `false`
    /// for `0` or if it is not set.
    ///
    /// The fastest algorithm for many 3x3 convolutions is Winograd's F(4x4, 3x3), which computes tiles of 4x4 outputs from 6x6
    /// inputs of each channel. Every output of a tile has a rounding error in proportion to the *largest* of these inputs, even
    /// if that input is not in the output's 3x3 window. With C input channels the error is at most 3.3e-5 (C + 24) times the sum
    /// over the channels of the largest input times the largest weight (the source of the kernels derives this). In practice it
    /// is 1e-6 to 4e-6 of the largest output. So a pixel of 1e4 causes errors of about 1e-3 in nearby outputs whose window does
    /// not contain it. A NaN or an infinity spreads to all outputs of its tiles, which are up to four pixels away; directly
    /// computed, it spreads one pixel.
    ///
    /// If convolutions are computed directly, each output depends only on the inputs in its window. These convolutions then take
    /// 1.5 to 3 times as long.
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
    /// The network has no parameter of this name. The number of values is not that of the parameter. A count of batches is not a whole number.
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

    /// Writes the state dict as a safetensors file, which PyTorch can read. The write is atomic: the file is complete, or an
    /// existing file does not change. Like `std::fs::write`, it follows symbolic links, and an existing file keeps its mode.
    /// Pipes and devices are refused.
    ///
    #[doc = include_str!("examples/save.md")]
    ///
    /// # Errors
    /// The file cannot be written.
    #[doc(alias("torch.save", "save_weights", "save_file", "checkpoint"))]
    fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        weights::save(self.state(), Self::PLAN.table, path.as_ref())
    }

    /// Reads a file with this network's state dict. The file is a safetensors file or, with the feature `pytorch`, a file of
    /// `torch.save` (`.pth`, `.pt`); its name does not matter. In a checkpoint, the state dict may be under `state_dict`,
    /// `model_state_dict`, `model`, `net`, `network`, `module` or `model_state`. Other contents are ignored, and nothing in a
    /// pickle is executed. A pickle that would start programs or load code in Python (`os.system`, `eval`) is refused.
    ///
    /// Floats of 64, 16 and 8 bits are converted. The prefixes `module.`, `_orig_mod.`, `model.`, `net.`, `backbone.` and
    /// `encoder.` before the names are removed if the names then fit; [`load_with`](Self::load_with) reports the prefix, and
    /// takes other keys and prefixes. `num_batches_tracked` may be missing, have the shape `[1]`, or be a float; an infinity (an
    /// overflowed half) counts as missing.
    ///
    /// The file is read 4 MiB at a time and converted on all threads. In addition to the network, this takes the memory of the
    /// largest tensor or 4 MiB, whichever is more. Files that `torch.save` wrote before PyTorch 1.6 take up to 32 MiB more,
    /// because their beginning is read as a whole: ResNet-152's takes 36 MB.
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
    /// [`from_file`](Self::from_file) makes a new network from a file and draws no random weights.
    ///
    /// After an error the network is unchanged, unless another process changes the file while it is read: then a part may be loaded.
    ///
    /// # Errors
    /// The file cannot be read or is damaged. Tensors are missing, surplus or of another shape; the error lists all of them.
    #[doc(alias("load_state_dict", "load_weights"))]
    fn load(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        weights::load(self.state_mut(), Self::PLAN.table, path.as_ref())
    }

    /// Like [`load`](Self::load), but loads only the tensors that fit by name and shape. The other weights of the network do not
    /// change, and the rest of the file is not used. Use it for fine-tuning: a new classifier keeps its random weights. The
    /// report lists the tensors that did not fit, with the reasons.
    ///
    #[doc = include_str!("examples/load_partial.md")]
    ///
    /// # Errors
    /// The file cannot be read or is damaged. No tensor fits; the error gives the reason for each tensor. The network is then unchanged.
    #[doc(alias("strict=False", "fine-tuning", "transfer learning"))]
    fn load_partial(&mut self, path: impl AsRef<Path>) -> Result<LoadReport, Error> {
        weights::load_partial(self.state_mut(), Self::PLAN.table, path.as_ref())
    }

    /// Like [`load`](Self::load), with [`LoadOptions`]: the key of the state dict, the prefix of the names, renamed tensors, or
    /// only the tensors that fit. The report says what was loaded, where it was found, and what did not fit.
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
    /// Those of [`load`](Self::load), or with `partial(true)` those of [`load_partial`](Self::load_partial). The file does not
    /// have the key or prefix; the error lists those that it has.
    #[doc(alias("load_state_dict", "strict", "map_location"))]
    fn load_with(&mut self, path: impl AsRef<Path>, options: &LoadOptions) -> Result<LoadReport, Error> {
        weights::load_with(self.state_mut(), Self::PLAN.table, path.as_ref(), options)
    }
}
