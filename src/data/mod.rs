//! Images and labels: data sets in memory, readers of common files, and batches made from them.
//!
//! ```no_run
//! use athena::data::{self, Augmentation, Loader, Normalisation};
//!
//! # fn main() -> Result<(), athena::Error> {
//! let (train, test) = data::cifar10("path/to/data")?;
//! let normalisation = Normalisation::of(&train);
//! let train = train.normalised(&normalisation)?;
//! let test = test.normalised(&normalisation)?;
//! let mut loader = Loader::new(&train, 128)?.seed(1).shuffled().augmented(Augmentation::new().crop(4).flip());
//! for batch in &mut loader {
//!     println!("{} images", batch.len());
//! }
//! # Ok(())
//! # }
//! ```

mod augment;
mod batch;
#[cfg(feature = "data")]
mod cifar;
mod dataset;
#[cfg(feature = "data")]
mod file;
#[cfg(feature = "data")]
mod idx;
mod loader;
#[cfg(feature = "data")]
mod mnist;
mod normalise;
mod numbers;
#[cfg(feature = "images")]
mod photo;
mod random;
mod targets;

pub use augment::Augmentation;
pub use batch::Batch;
#[cfg(feature = "data")]
pub use cifar::cifar10;
pub use dataset::{Dataset, Pixels};
pub use loader::Loader;
#[cfg(feature = "data")]
pub use mnist::mnist;
pub use normalise::Normalisation;
pub use numbers::Numbers;
#[cfg(feature = "images")]
pub use photo::{Photo, Preprocessing};
pub use targets::IntoTargets;
#[doc(hidden)]
pub use targets::{OwnedTargets, Unfit};
