//! An attribute of a network that says what it may cost at most. A network that costs more does not compile.
//!
//! ```text
//! #[budget(parameters <= 300_000, macs <= 41_000_000, inference <= 2 MiB, training <= 64 MiB)]
//! ```
//!
//! Any of these, in any order, each once:
//!
//! | quantity | what | where the program has it |
//! |---|---|---|
//! | `parameters` | trained numbers, those of frozen layers included | [`PARAMETERS`](crate::Model::PARAMETERS) |
//! | `macs` | multiply-adds of one image through the layers that the outputs depend on | [`MACS`](crate::Model::MACS) |
//! | `inference` | memory of the values of one image in inference, without the parameters | "memory per image" of [`summary`](crate::Model::summary) |
//! | `training` | memory that a training step keeps for each image of a batch, without what all images share | "memory per image" of `summary` |
//!
//! Counts are whole numbers. Memory has a unit: `B`, `KiB`, `MiB` and `GiB` are powers of 1024 bytes, `KB`, `MB` and `GB` of 1000.
//!
//! Parameters take 4 bytes each, in inference once for all images. A training step of a batch of `N` images takes `N` times
//! `training`, and what all images share: `summary` has that for a batch of 128. Training memory depends on [`freeze`](super::freeze):
//! before the first layer that is trained, nothing is kept.
//!
//! A budget is checked if the network has no other mistake. The error stands on the figure that is exceeded. It says what the network has, and names the three layers with the most.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     #[budget(parameters <= 3_000, macs <= 2_000_000, inference <= 128 KiB, training <= 128 KiB)]
//!     struct Net(1x28x28) -> 10 {
//!         input
//!             -> conv(16, 3x3, stride = 2) -> batch_norm -> relu
//!             -> conv(16, 3x3, stride = 2) -> batch_norm -> relu
//!             -> global_avg_pool -> flatten -> linear(10)
//!     }
//! }
//!
//! fn main() {
//!     assert!(Net::PARAMETERS <= 3_000 && Net::MACS <= 2_000_000);
//! }
//! ```
//!
//! With `#[budget(parameters <= 2_000)]` this is the error:
//!
//! ```text
//! error: `Net` has 2,682 parameters, more than its budget of 2_000
//!        note: the layers with the most are `conv2` (2,304, 86 %), `linear1` (170, 6 %) and `conv1` (144, 5 %)
//!        help: write `2_682`, or make the network smaller
//! ```
#![doc(alias("limit", "flops", "memory", "size", "constraint"))]
