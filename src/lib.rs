//! Residual networks for Rust, compiled by rustc.
//!
//! athena trains and runs image networks on CPUs, in one binary without Python or a C++ library. You write a network in
//! [`resnet!`], the way papers draw it. While your program compiles, the macro infers every shape, refuses every skip connection
//! that does not fit, plans all memory, and generates the forward and backward pass as plain Rust, which calls tuned CPU kernels.
//!
//! * A mistake in the architecture is a compile error on the wrong word. It names the shapes and gives a fix to paste.
//! * Layers, formulas and parameter names are PyTorch's, and PyTorch's weights load without conversion.
//! * The same seed gives the same bits on any number of threads. A training step allocates nothing on the heap.
//!
//! # A first program
//!
//! This program makes images of which one half is bright, trains a network to tell which half it is, and classifies an image:
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     /// Tells bright left halves (0) from bright right halves (1).
//!     struct Side(1x8x8) -> 2 {
//!         input
//!             -> stem: conv(8, 3x3, activation = relu)
//!             -> conv(8, 3x3) -> batch_norm -> + stem -> relu
//!             -> flatten -> linear(2)
//!     }
//! }
//!
//! /// An image of 8 x 8 bytes, of which one half is brighter.
//! fn image(number: u32) -> [u8; 64] {
//!     std::array::from_fn(|pixel| {
//!         let is_bright = (pixel % 8 < 4) == (number % 2 == 0);
//!         (number * 37 + pixel as u32 * 11) as u8 % 100 + if is_bright { 100 } else { 0 }
//!     })
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     println!("{}", Side::summary());
//!
//!     let pixels: Vec<u8> = (0..128).flat_map(image).collect();
//!     let labels: Vec<u32> = (0..128).map(|number| number % 2).collect();
//!     let (train, test) = Dataset::from_bytes(pixels, labels)?.split(32, 1)?;
//!
//!     let mut loader = Loader::new(&train, 16)?.seed(1).shuffled();
//!     let mut trainer = Trainer::builder(Side::new(1))
//!         .optimiser(Sgd::new().learning_rate(0.05).momentum(0.9))
//!         .build()?;
//!     trainer.fit(&mut loader, 5)?;
//!     assert!(trainer.evaluate(&test)?.accuracy() > Some(0.9));
//!
//!     let network = trainer.into_model();
//!     let scores = network.predict(&image(7).map(|byte| f32::from(byte) / 255.0))?;
//!     assert!(scores[1] > scores[0]); // image 7 is bright on the right
//!     # let file = std::env::temp_dir().join(format!("side-{}.safetensors", std::process::id()));
//!     # network.save(&file)?;
//!     # std::fs::remove_file(&file).ok();
//!     # if false {
//!     network.save("side.safetensors")?;
//!     # }
//!     Ok(())
//! }
//! ```
//!
//! Build with `--release`, or let Cargo optimise athena's kernels in debug builds, too, by these lines in Cargo.toml. Without
//! optimised kernels a training step takes more than a hundred times as long:
//!
//! ```toml
//! [profile.dev.package.athena-runtime]
//! opt-level = 3
//! ```
//!
//! # Where to go
//!
//! | to | see |
//! |---|---|
//! | write a network | [`resnet!`]: grammar, joins, labels, blocks, common mistakes |
//! | look up a word | [`words`](mod@words): a page for each word, with its formula, parameters and an example |
//! | use a network from a paper, for example ResNet-50 | [`models`] |
//! | run, load, save and describe a network | [`Model`] |
//! | read CIFAR-10, MNIST, photographs, or your own arrays | [`data`] |
//! | train, measure, fine-tune | [`train`], [`optim`], [`loss`] |
//! | write a layer of your own | [`layer`] |
//! | choose the number of threads | [`threads`] |
//! | export to ONNX | [`onnx`] |
//! | import the usual names | [`prelude`] |
//!
//! The words of the language:
//! [`conv`](mod@words::conv), [`conv_transpose`](mod@words::conv_transpose), [`linear`](mod@words::linear), [`batch_norm`](mod@words::batch_norm),
//! [`group_norm`](mod@words::group_norm), [`layer_norm`](mod@words::layer_norm),
//! [`instance_norm`](mod@words::instance_norm), [`scale`](mod@words::scale), [`prelu`](mod@words::prelu), [`dropout`](mod@words::dropout), [`drop_path`](mod@words::drop_path),
//! [`shortcut`](mod@words::shortcut), [`max_pool`](mod@words::max_pool), [`avg_pool`](mod@words::avg_pool),
//! [`global_avg_pool`](mod@words::global_avg_pool), [`global_max_pool`](mod@words::global_max_pool),
//! [`adaptive_avg_pool`](mod@words::adaptive_avg_pool), [`flatten`](mod@words::flatten), [`pad`](mod@words::pad),
//! [`upsample`](mod@words::upsample), [`channel_shuffle`](mod@words::channel_shuffle), [`slice`](mod@words::slice),
//! [`relu`](mod@words::relu),
//! [`relu6`](mod@words::relu6), [`leaky_relu`](mod@words::leaky_relu), [`sigmoid`](mod@words::sigmoid), [`tanh`](mod@words::tanh),
//! [`silu`](mod@words::silu), [`gelu`](mod@words::gelu), [`selu`](mod@words::selu), [`softplus`](mod@words::softplus),
//! [`hard_swish`](mod@words::hard_swish), [`elu`](mod@words::elu), [`mish`](mod@words::mish), [`hard_sigmoid`](mod@words::hard_sigmoid), [`softmax`](mod@words::softmax); [`struct`](mod@words::struct), [`block`](mod@words::block),
//! [`let`](mod@words::let), [`input`](mod@words::input), [`as`](mod@words::as), [`freeze`](mod@words::freeze), [`budget`](mod@words::budget);
//! [`activation`](mod@words::activation), [`init`](mod@words::init), [`padding`](mod@words::padding);
//! the signs [`->`](resnet#chains), [`+`, `*`, `||`](resnet#joins), [`3 *` and `[ ]`](resnet#repeats-and-lists).
//!
//! # For those who know PyTorch or Keras
//!
//! | PyTorch | Keras | here |
//! |---|---|---|
//! | `nn.Module`, `nn.Sequential` | `keras.Model`, `Sequential` | a `struct` in [`resnet!`] |
//! | `x + y`, `torch.cat` | `Add`, `Concatenate` | [`+` and `\|\|`](resnet#joins) |
//! | `torchvision.models.resnet50` | `keras.applications.ResNet50` | [`models::resnet50!`] |
//! | `model.eval()`, `model(x)` | `model.predict(x)` | [`Model::predict`] |
//! | `load_state_dict`, `torch.load` | `load_weights` | [`Model::load`] |
//! | `torch.save(model.state_dict())` | `save_weights` | [`Model::save`] |
//! | `requires_grad_(False)` | `trainable = False` | [`#[freeze(...)]`](mod@words::freeze) |
//! | `Dataset`, `DataLoader` | `tf.data.Dataset` | [`data::Dataset`], [`data::Loader`] |
//! | `transforms.RandomCrop`, `RandomHorizontalFlip` | `RandomCrop`, `RandomFlip` | [`data::Augmentation`] |
//! | `transforms.Normalize` | `Normalization` | [`data::Normalisation`] |
//! | the loop over batches | `model.compile`, `model.fit` | [`Trainer::builder`](train::Trainer::builder), [`Trainer::fit`](train::Trainer::fit) |
//! | `nn.CrossEntropyLoss`, `nn.BCEWithLogitsLoss` | `SparseCategoricalCrossentropy`, `BinaryCrossentropy`, `Dice` | [`loss`] |
//! | `nn.MSELoss`, `nn.L1Loss`, `nn.SmoothL1Loss`, `nn.HuberLoss` | `MeanSquaredError`, `MeanAbsoluteError`, `Huber` | [`loss`] |
//! | `nn.CosineEmbeddingLoss`, `nn.TripletMarginLoss` | `CosineSimilarity` | [`loss::CosineEmbedding`], [`loss::Triplet`] |
//! | torchmetrics's `Accuracy`, `JaccardIndex` | `Accuracy`, `MeanIoU` | [`train::Metrics`], [`train::MeanIou`] |
//! | `optim.SGD`, `Adam`, `AdamW` | `optimizers.SGD`, `Adam`, `AdamW` | [`optim`] |
//! | `lr_scheduler.CosineAnnealingLR`, `OneCycleLR` | `CosineDecay` | [`optim::Schedule`] |
//! | `clip_grad_norm_` | `clipnorm` | [`optim::Clip`] |
//! | `torch.set_num_threads` | | [`threads::with_threads`] |
//! | `torch.onnx.export` | | [`onnx::export`] |
//!
//! # Features
//!
//! | feature | on by default | what |
//! |---|---|---|
//! | `datasets` | yes | [`data::cifar10`] and [`data::mnist`] |
//! | `models` | yes | [`models`]; networks that a program does not declare are not compiled |
//! | `pytorch` | yes | [`Model::load`] also reads files of `torch.save`, not only safetensors |
//! | `images` | no | [`data::Photo`]: JPEG, PNG, GIF, BMP and WebP as Pillow reads them, and torchvision's preprocessing |
//! | `onnx` | no | [`onnx`] |
//!
//! # Environment
//!
//! | variable | what |
//! |---|---|
//! | `ATHENA_THREADS` | the number of [`threads`]; by default the number of cores that the process may use |
//! | `ATHENA_EXACT=1` | new networks behave as after [`set_exact(true)`](Model::set_exact) |
//! | `ATHENA_ISA` | the instruction set, `avx512`, `avx2` or `portable`; by default the best one that the CPU has |
#![deny(unsafe_code)]
#![warn(missing_debug_implementations, clippy::missing_errors_doc, clippy::missing_panics_doc)]
// The manual is built with all features. Without some features, links to their items are broken.
#![cfg_attr(
    not(all(feature = "datasets", feature = "images", feature = "models", feature = "onnx")),
    allow(rustdoc::broken_intra_doc_links)
)]

pub mod data;
mod macros;
#[cfg(feature = "models")]
pub mod models;
pub mod prelude;
pub mod threads;
pub mod train;
// These modules contain only documentation.
#[cfg(doc)]
pub mod words;

#[doc(inline)]
pub use athena_runtime::error::{Divergence, Error, Pixel};
#[doc(inline)]
pub use athena_runtime::model::{
    AnyModel, ClassCount, ClassMap, Classes, Image, ImageShape, LoadOptions, LoadReport, Plain, Port, Signature,
    TrainingWorkspace,
};
// The aliases are on the re-exports, because rustdoc's search ignores those of the original item.
#[doc(inline, alias("session", "InferenceSession"))]
pub use athena_runtime::model::InferenceWorkspace;
#[doc(inline, alias("Module", "nn.Module", "keras.Model", "network", "state_dict"))]
pub use athena_runtime::model::Model;
#[cfg(feature = "onnx")]
#[doc(inline)]
pub use athena_runtime::onnx;
#[doc(inline)]
pub use athena_runtime::user as layer;
#[doc(inline)]
pub use athena_runtime::{SLOW_BUILD, loss, optim};

#[doc(hidden)]
pub use athena_macros::__resnet;
/// The words of the language as structs, for editors: generated code names them at the spans of the user's words.
#[doc(hidden)]
pub mod __words {
    athena_macros::__words! {}
}
/// The macro plans with the runtime's own constants and rules.
const _: () = athena_macros::__planning_checks!(athena_runtime::planning);
/// What generated code calls.
#[doc(hidden)]
pub use athena_runtime::generated as __private;

/// Compiles the programs in README.md as doc tests. One of them needs the feature `onnx`.
#[cfg(all(doctest, feature = "onnx"))]
#[doc = include_str!("../README.md")]
struct Readme;
