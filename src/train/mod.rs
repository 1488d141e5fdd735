//! Training of networks.
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
//! fn main() -> Result<(), athena::Error> {
//!     let train = Dataset::from_bytes(vec![0; 20 * 64], vec![7; 20])?;
//!     let mut loader = Loader::new(&train, 8)?.seed(1).shuffled().augmented(Augmentation::new().crop(1));
//!     let mut trainer = Trainer::builder(Net::new(1))
//!         .optimiser(Sgd::new().learning_rate(0.1).momentum(0.9).nesterov(true).weight_decay(1e-4))
//!         .schedule(Schedule::cosine().warm_up(Span::Epochs(1)))
//!         .loss(CrossEntropy::new().label_smoothing(0.1))
//!         .build()?;
//!     trainer.fit(&mut loader, 3)?;
//!     assert_eq!(trainer.evaluate(&train)?.accuracy(), Some(1.0));
//!     Ok(())
//! }
//! ```
//!
//! # Fine-tuning
//!
//! [`#[freeze(...)]`](mod@crate::words::freeze) names the layers that are not trained. Here a new head is trained on a trained
//! trunk. Then a second network, with other layers frozen, continues with the weights of the first one:
//!
//! ```no_run
//! use athena::prelude::*;
//!
//! resnet! {
//!     #[freeze(not(fc))]
//!     struct Head(3x32x32) -> 5 {
//!         input -> trunk: trunk() -> fc: linear(5)
//!     }
//!
//!     #[freeze(trunk.conv1, trunk.bn1)]
//!     struct Rest(3x32x32) -> 5 {
//!         input -> trunk: trunk() -> fc: linear(5)
//!     }
//!
//!     block trunk() {
//!         input
//!             -> conv1: conv(16, 3x3) -> bn1: batch_norm -> relu
//!             -> conv2: conv(32, 3x3, stride = 2) -> bn2: batch_norm -> relu
//!             -> global_avg_pool -> flatten
//!     }
//! }
//!
//! fn fine_tune(loader: &mut Loader<Image<3, 32, 32>, Classes<5>>) -> Result<Rest, athena::Error> {
//!     let mut head = Head::new(1);
//!     println!("{}", head.load_partial("trained.safetensors")?); // and what did not fit
//!     let mut trainer = Trainer::builder(head).optimiser(Adam::new()).build()?;
//!     trainer.fit(loader, 3)?;
//!
//!     let rest = Rest::with_weights_of(trainer.model())?;
//!     let mut trainer = Trainer::builder(rest).optimiser(Adam::new().learning_rate(1e-4)).build()?;
//!     trainer.fit(loader, 3)?;
//!     Ok(trainer.into_model())
//! }
//! # fn main() {}
//! ```
//!
//! # Errors of rustc
//!
//! Networks and data have types, so a program in which they do not fit each other does not compile. Some of rustc's errors do not name the fix:
//!
//! | rustc says | what to do |
//! |---|---|
//! | ``no function or associated item named `new` found for struct `Net` `` | `use athena::Model;`, or all of the [`prelude`](crate::prelude) |
//! | ``no method named `fit` found for enum `Result<T, E>` `` | write `?` behind `.build()` |
//! | ``expected value, found struct `Net` `` | write `Net::new(seed)`: weights are drawn from a seed |
//! | ``borrow of moved value: `network` ``, behind `Trainer::builder(network)` | call [`model`](Trainer::model), [`into_model`](Trainer::into_model) |
//! | ``expected `Clip`, found floating-point number`` and the like | name the kind: `Clip::Norm(1.0)`, `Schedule::constant()` |
//! | ``the trait bound `Net: Clone` is not satisfied`` and the like | put `#[derive(Clone)]` before the `struct` in [`resnet!`](crate::resnet) |
//! | ``expected `3`, found `1` `` at a loader or batch | the network's image and the data's differ: `struct Net(1x28x28)` takes `Image<1, 28, 28>` |
//!
//! Images of the wrong size do not compile:
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
mod iou;
mod meter;
mod metrics;
mod pixels;
mod progress;
mod report;
mod trainer;
mod unbuilt;

// The aliases are on the re-exports, because rustdoc's search ignores those of the original items.
pub use athena_runtime::model::Total;
pub use builder::TrainerBuilder;
#[doc(alias = "History")]
pub use fit::EpochReport;
#[doc(alias("callback", "callbacks", "EarlyStopping", "ModelCheckpoint"))]
pub use fit::Event;
pub use fit::{StepEvent, Verdict};
#[doc(alias("JaccardIndex", "mIoU"))]
pub use iou::MeanIou;
#[doc(alias("accuracy", "torchmetrics"))]
pub use metrics::Metrics;
pub use report::MetricsOf;
#[doc(alias("LightningModule", "training loop", "learner"))]
pub use trainer::Trainer;
pub use trainer::{StepReport, evaluate};
