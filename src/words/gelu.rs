//! GELU, the Gaussian error linear unit, in its exact form.
//!
#![doc = athena_macros::__reference!(gelu)]
//!
//! # Shapes
//!
//! The input is any map or vector; the output has the same shape. No parameters.
//!
//! # Formula
//!
//! ```text
//! y = x * (1 + erf(x / sqrt(2))) / 2
//! ```
//!
//! Hendrycks and Gimpel (2016). This is the exact form, not the approximation by `tanh`.
//!
//! The word is also a value of the argument [`activation`](super::activation): `conv(16, 3x3, activation = gelu)`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.GELU()`, `F.gelu`. Keras: `activation="gelu"`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x2x2) -> 4 {
//!         input -> gelu -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[-100.0, 0.0, 1.0, 100.0])?;
//!     let expected = [0.0, 0.0, 0.841_344_7, 100.0];
//!     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
//!     Ok(())
//! }
//! ```
#![doc(alias("GELU"))]
