//! What a body starts from: the network's image in a `struct`, the block's argument in a `block`.
//!
//! ```text
//! input -> conv(16, 3x3) -> ... -> + input
//! ```
//!
//! It may be used any number of times: in a residual block it is where the main path begins and what the skip adds.
//!
//! In a [`struct`](super::struct) it is a map of the shape that its head names, as the program hands it to [`predict`](crate::Model::predict) or a
//! [`Batch`](crate::data::Batch) holds it. In a [`block`](super::block) it is what stands before the call.
//!
//! # In PyTorch and Keras
//!
//! `x` in `forward(self, x)`; `keras.Input(shape=(H, W, C))`, whose channels are last.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x2) -> 2 {
//!         input -> twice() -> flatten
//!     }
//!
//!     block twice() {
//!         input + input
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     assert_eq!(Net::new(0).predict(&[1.0, 20.0])?, [2.0, 40.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("Input", "InputLayer", "x"))]
