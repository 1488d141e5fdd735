//! ReLU, the rectified linear unit: negative values become 0.
//!
#![doc = athena_macros::__reference!(relu)]
//!
//! # Shapes
//!
//! The input is any map or vector; the output has the same shape. No parameters.
//!
//! # Formula
//!
//! ```text
//! y = max(x, 0)
//! ```
//!
//! He et al. (2016), and most residual networks since, apply it after each addition.
//!
//! The word is also a value of the argument [`activation`](super::activation): `conv(16, 3x3, activation = relu)`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.ReLU`, `F.relu`. Keras: `ReLU`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x2x2) -> 4 {
//!         input -> relu -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[-1.0, 0.0, 0.5, 2.0])?;
//!     assert_eq!(outputs, [0.0, 0.0, 0.5, 2.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("ReLU", "rectifier"))]
