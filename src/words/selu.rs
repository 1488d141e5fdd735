//! SELU, the scaled exponential linear unit. It keeps mean 0 and variance 1 from layer to layer.
//!
#![doc = athena_macros::__reference!(selu)]
//!
//! # Shapes
//!
//! The input is any map or vector; the output has the same shape. No parameters.
//!
//! # Formula
//!
//! ```text
//! y = s * x                  where x > 0
//! y = s * a * (exp(x) - 1)   where x <= 0
//!
//! s = 1.050700987, a = 1.673263242
//! ```
//!
//! Klambauer et al. (2017).
//!
//! The word is also a value of the argument [`activation`](super::activation): `conv(16, 3x3, activation = selu)`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.SELU`, `F.selu`. Keras: `activation="selu"`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x2x2) -> 4 {
//!         input -> selu -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[-100.0, 0.0, 1.0, 2.0])?;
//!     let expected = [-1.758_099_3, 0.0, 1.050_701, 2.101_402];
//!     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
//!     Ok(())
//! }
//! ```
#![doc(alias("SELU", "ELU"))]
