//! An attribute of a network: which of its layers do not learn.
//!
//! ```text
//! #[freeze(pattern, pattern)]
//! #[freeze(not(pattern, pattern))]
//! ```
//!
//! A pattern is a [parameter path](crate::resnet#labels-and-parameter-paths), as in the state dict without the tensor's name, and covers all that
//! lies below it:
//!
//! | pattern | layers |
//! |---|---|
//! | `conv1` | `conv1` |
//! | `layer1.0` | all of the first block of `layer1` |
//! | `layer*` | `layer1`, `layer2` ...: `*` is any characters of one name |
//! | `**.bn1` | every `bn1`, however deep: `**` is any names |
//! | `not(fc)` | every layer but `fc` |
//!
//! Frozen parameters have no gradients and no optimiser moves them. Frozen batch norms normalise with their running statistics and do not change
//! them. What no learning layer lies before has no backward pass and runs as in inference. Dropout stays as it is. A pattern that matches nothing is
//! a compile error, and so is a network in which nothing learns.
//!
//! To go on with other layers, declare a second network and give it the first one's weights: [`Model::with_weights_of`](crate::Model::with_weights_of).
//!
//! # In PyTorch and Keras
//!
//! `requires_grad_(False)` together with `eval()` of the batch norms; `layer.trainable = False`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     #[freeze(conv1, bn*)]
//!     struct Net(1x8x8) -> 10 {
//!         input
//!             -> conv1: conv(16, 3x3) -> bn1: batch_norm -> relu
//!             -> conv2: conv(16, 3x3) -> bn2: batch_norm -> relu
//!             -> global_avg_pool -> flatten -> fc: linear(10)
//!     }
//! }
//!
//! fn main() {
//!     assert_eq!(Net::TRAINABLE, 16 * 16 * 9 + 16 * 10 + 10); // conv2 and fc
//! }
//! ```
#![doc(alias("requires_grad", "requires_grad_", "trainable", "no_grad", "stop_gradient"))]
