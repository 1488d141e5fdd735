//! Data sets in memory, readers of common files, and batches.
//!
//! | to | see |
//! |---|---|
//! | make a data set from your own arrays | [`Dataset::from_bytes`], [`Dataset::from_floats`] |
//! | read CIFAR-10, MNIST, or data in MNIST's format | [`cifar10`], [`mnist`] |
//! | read photographs as torchvision prepares them | [`Photo`], [`Preprocessing`] |
//! | normalise, crop and flip | [`Normalisation`], [`Augmentation`] |
//! | iterate over a data set in batches | [`Loader`] |
//! | make a batch yourself | [`Batch`] |
//!
//! Images are contiguous, each channels x height x width, as in PyTorch's `NCHW` tensors. Bytes are scaled to 0 to 1, as by torchvision's
//! `ToTensor`; floats are not scaled.
//!
//! ```no_run
//! use athena::data::{self, Augmentation, Loader, Normalisation};
//!
//! fn main() -> Result<(), athena::Error> {
//!     let (train, test) = data::cifar10("path/to/data")?;
//!     let normalisation = Normalisation::of(&train);
//!     let train = train.normalised(&normalisation)?;
//!     let test = test.normalised(&normalisation)?;
//!     let mut loader = Loader::new(&train, 128)?.seed(1).shuffled().augmented(Augmentation::new().crop(4).flip());
//!     for batch in &mut loader {
//!         println!("{} images", batch.len());
//!     }
//!     Ok(())
//! }
//! ```

mod augment;
mod batch;
#[cfg(feature = "datasets")]
mod cifar;
mod dataset;
#[cfg(feature = "datasets")]
mod file;
#[cfg(feature = "datasets")]
mod idx;
mod limits;
mod loader;
#[cfg(feature = "datasets")]
mod mnist;
mod normalise;
mod numbers;
#[cfg(feature = "images")]
mod photo;
mod random;
mod targets;

// The aliases are on the re-exports, because rustdoc's search ignores those of the original items.
#[doc(alias("transforms", "RandomCrop", "RandomHorizontalFlip", "RandomFlip", "data augmentation"))]
pub use augment::Augmentation;
pub use batch::Batch;
#[cfg(feature = "datasets")]
#[doc(alias("CIFAR10", "torchvision.datasets"))]
pub use cifar::cifar10;
#[doc(alias("TensorDataset", "tf.data"))]
pub use dataset::Dataset;
pub use dataset::Pixels;
#[doc(alias("MAX_IMAGE_PIXELS", "DecompressionBombError", "DecompressionBombWarning"))]
pub use limits::Limits;
#[doc(alias("DataLoader", "BatchSampler", "iterator"))]
pub use loader::Loader;
#[cfg(feature = "datasets")]
#[doc(alias("MNIST", "FashionMNIST", "KMNIST", "IDX"))]
pub use mnist::mnist;
#[cfg(feature = "datasets")]
pub use mnist::mnist_with;
#[doc(alias("Normalize", "Normalization", "Rescaling", "standardize", "mean and std"))]
pub use normalise::Normalisation;
pub use numbers::Numbers;
#[cfg(feature = "images")]
#[doc(alias("PIL", "Pillow", "JPEG", "PNG", "GIF", "BMP", "WebP", "read_image", "load_img"))]
pub use photo::Photo;
#[cfg(feature = "images")]
#[doc(alias("Resize", "CenterCrop", "ToTensor", "preprocess_input", "transforms"))]
pub use photo::Preprocessing;
pub use targets::IntoTargets;
#[doc(hidden)]
pub use targets::{ListOfTargets, OwnedTargets, Unfit, list_of_targets};
