//! Training: batches in, better weights out.
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x8x8) -> 10 {
//!         input -> conv(16, 3x3) -> batch_norm -> relu -> global_avg_pool -> flatten -> linear(10)
//!     }
//! }
//!
//! # fn main() -> Result<(), athena::Error> {
//! let train = Dataset::from_bytes(vec![0; 20 * 64], vec![7; 20])?;
//! let mut loader = Loader::new(&train, 8)?.seed(1).shuffled().augmented(Augmentation::new().crop(1));
//! let mut trainer = Trainer::builder(Net::new(1))
//!     .optimiser(Sgd::new().learning_rate(0.1).momentum(0.9).nesterov(true).weight_decay(1e-4))
//!     .schedule(Schedule::cosine().warm_up(Span::Epochs(1)))
//!     .loss(CrossEntropy::new().label_smoothing(0.1))
//!     .build()?;
//! trainer.fit(&mut loader, 3)?;
//! assert_eq!(trainer.evaluate(&train)?.accuracy(), Some(1.0));
//! # Ok(())
//! # }
//! ```
//!
//! Images of one size are no images for a network of another; nothing of this needs to be checked while the program runs:
//!
//! ```compile_fail,E0308
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(3x64x64) -> 10 { input -> global_avg_pool -> flatten -> linear(10) }
//! }
//!
//! fn step(trainer: &mut Trainer<Net>, cifar: &Batch<Image<3, 32, 32>, Classes<10>>) {
//!     let _ = trainer.step(cifar);
//! }
//! # fn main() {}
//! ```

mod builder;
mod fit;
mod metrics;
mod progress;
mod trainer;

// Other names stand on the re-exports: rustdoc's search knows no others of what is shown in another place than its own.
pub use builder::TrainerBuilder;
#[doc(alias = "History")]
pub use fit::EpochReport;
#[doc(alias("callback", "callbacks", "EarlyStopping", "ModelCheckpoint"))]
pub use fit::Event;
pub use fit::{StepEvent, Verdict};
#[doc(alias("accuracy", "torchmetrics"))]
pub use metrics::Metrics;
#[doc(alias("LightningModule", "training loop", "learner"))]
pub use trainer::Trainer;
pub use trainer::{StepReport, evaluate};
