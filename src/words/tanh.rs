//! Hyperbolic tangent: maps any value to one between -1 and 1.
//!
#![doc = athena_macros::__reference!(tanh)]
//!
//! # Shapes
//!
//! The input is any map or vector; the output has the same shape. No parameters.
//!
//! # Formula
//!
//! ```text
//! y = (exp(x) - exp(-x)) / (exp(x) + exp(-x))
//! ```
//!
//! The word is also a value of the argument [`activation`](super::activation): `conv(16, 3x3, activation = tanh)`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.Tanh`, `F.tanh`. Keras: `activation="tanh"`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x2x2) -> 4 {
//!         input -> tanh -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[-100.0, 0.0, 3.0_f32.ln(), 100.0])?;
//!     let expected = [-1.0, 0.0, 0.8, 1.0];
//!     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
//!     Ok(())
//! }
//! ```
#![doc(alias("Tanh"))]
