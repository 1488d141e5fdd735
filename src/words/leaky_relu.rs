//! Rectified linear unit with a slope below zero.
//!
#![doc = athena_macros::__reference!(leaky_relu)]
//!
//! # Shapes
//!
//! Any map or vector, and the same shape comes out. Without parameters.
//!
//! # Formula
//!
//! ```text
//! y = x           where x >= 0
//! y = slope * x   where x < 0
//! ```
//!
//! Maas et al. (2013). The slope is given, not learned.
//!
//! The word is also a value of [`activation =`](super::activation), there with its default slope: `conv(16, 3x3, activation = leaky_relu)`.
//!
//! # In PyTorch and Keras
//!
//! `nn.LeakyReLU(negative_slope)`, `F.leaky_relu` and `LeakyReLU(negative_slope)`, whose default is 0.3.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x2x2) -> 4 {
//!         input -> leaky_relu(0.5) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[-2.0, 0.0, 0.5, 2.0])?;
//!     assert_eq!(outputs, [-1.0, 0.0, 0.5, 2.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("LeakyReLU", "PReLU"))]
