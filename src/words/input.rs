//! The input of a body: the image in a `struct`, the value before the call in a `block`.
//!
//! ```text
//! input -> conv(16, 3x3) -> ... -> + input
//! ```
//!
//! It may be used any number of times: in a residual block the main path begins with it, and the skip adds it.
//!
//! In a [`struct`](super::struct) it is a map of the shape in the struct's head: an image that the program passes to
//! [`predict`](crate::Model::predict), or that a [`Batch`](crate::data::Batch) holds.
//!
//! Where the inputs of a `struct` have names, these stand for its inputs, and `input` is none of them.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `x` in `forward(self, x)`. Keras: `keras.Input(shape=(H, W, C))`, with the channels last.
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
