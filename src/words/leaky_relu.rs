//! Leaky ReLU: multiplies negative values by a small slope.
//!
#![doc = athena_macros::__reference!(leaky_relu)]
//!
//! # Shapes
//!
//! The input is any map or vector; the output has the same shape. No parameters.
//!
//! # Formula
//!
//! ```text
//! y = x           where x >= 0
//! y = slope * x   where x < 0
//! ```
//!
//! Maas et al. (2013). The slope is an argument and is not trained.
//!
//! The word is also a value of [`activation =`](super::activation), with the default slope: `conv(16, 3x3, activation = leaky_relu)`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.LeakyReLU(negative_slope)`, `F.leaky_relu`. Keras: `LeakyReLU(negative_slope)`, whose default is 0.3.
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
#![doc(alias("LeakyReLU"))]
