//! Rectified linear unit: negative numbers become 0.
//!
#![doc = athena_macros::__reference!(relu)]
//!
//! # Shapes
//!
//! Any map or vector, and the same shape comes out. Without parameters.
//!
//! # Formula
//!
//! ```text
//! y = max(x, 0)
//! ```
//!
//! He et al. (2016) and nearly every residual network since put it behind each addition.
//!
//! The word is also a value of [`activation =`](super::activation): `conv(16, 3x3, activation = relu)`.
//!
//! # In PyTorch and Keras
//!
//! `nn.ReLU`, `F.relu` and `ReLU`.
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
