//! The usual names of programs that train or run networks: `use athena::prelude::*;`.
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x8x8) -> 10 {
//!         input -> conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> linear(10)
//!     }
//! }
//!
//! fn main() -> Result<(), Error> {
//!     let trainer = Trainer::builder(Net::new(1)).optimiser(Adam::new()).build()?;
//!     println!("{:?}", trainer.model().predict(&[0.0; 64])?);
//!     Ok(())
//! }
//! ```

#[doc(no_inline)]
pub use crate::data::{Augmentation, Batch, Dataset, Limits, Loader, Normalisation, Pixels};
#[cfg(feature = "images")]
#[doc(no_inline)]
pub use crate::data::{Photo, Preprocessing};
#[cfg(feature = "datasets")]
#[doc(no_inline)]
pub use crate::data::{cifar10, mnist};
#[doc(no_inline)]
pub use crate::loss::{
    BinaryCrossEntropy, CosineEmbedding, CrossEntropy, Dice, Huber, Loss, MeanAbsoluteError, MeanSquaredError,
    SmoothL1, Targets, Triplet,
};
#[doc(no_inline)]
pub use crate::optim::{Adagrad, Adam, AdamW, Clip, Horizon, OneCycle, Optimiser, RmsProp, Schedule, Sgd, Span};
#[doc(no_inline)]
pub use crate::threads::with_threads;
#[doc(no_inline)]
pub use crate::train::{
    EpochReport, Event, MeanIou, Metrics, StepEvent, StepReport, Total, Trainer, TrainerBuilder, evaluate,
};
#[doc(no_inline)]
pub use crate::{Classes, Error, Image, InferenceWorkspace, LoadOptions, LoadReport, Model, TrainingWorkspace, resnet};
