//! An attribute of a network that names the layers which are not trained.
//!
//! ```text
//! #[freeze(pattern, pattern)]
//! #[freeze(not(pattern, pattern))]
//! ```
//!
//! A pattern is a [parameter path](crate::resnet#labels-and-parameter-paths): a key of the state dict without the tensor's name.
//! It covers everything below that path:
//!
//! | pattern | layers |
//! |---|---|
//! | `conv1` | `conv1` |
//! | `layer1.0` | the whole first block of `layer1` |
//! | `layer*` | `layer1`, `layer2` ...: `*` stands for any characters of one name |
//! | `**.bn1` | every `bn1`, at any depth: `**` stands for any number of names |
//! | `not(fc)` | every layer but `fc` |
//!
//! Frozen parameters have no gradients, and optimisers do not change them. Frozen batch norms normalise with their running
//! statistics and do not update them. Layers before the first trained layer have no backward pass and run as in inference.
//! Dropout is not affected. A pattern that matches nothing is a compile error, and so is a network in which all layers are
//! frozen.
//!
//! To train other layers later, declare a second network and give it the weights of the first one:
//! [`Model::with_weights_of`](crate::Model::with_weights_of).
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `requires_grad_(False)`, and `eval()` on the batch norms. Keras: `layer.trainable = False`.
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
