//! Everything that a program which trains or runs a network usually names: `use athena::prelude::*;`.

pub use crate::data::{Augmentation, Batch, Dataset, Loader, Normalisation, Pixels};
#[cfg(feature = "images")]
pub use crate::data::{Photo, Preprocessing};
#[cfg(feature = "data")]
pub use crate::data::{cifar10, mnist};
pub use crate::loss::{CrossEntropy, Loss, MeanSquaredError, Targets};
pub use crate::optim::{Adagrad, Adam, AdamW, Clip, Horizon, OneCycle, Optimiser, RmsProp, Schedule, Sgd, Span};
pub use crate::threads::with_threads;
pub use crate::train::{EpochReport, Event, Metrics, StepEvent, StepReport, Trainer, TrainerBuilder, evaluate};
pub use crate::{Classes, Error, Image, InferenceWorkspace, LoadReport, Model, TrainingWorkspace, resnet};
