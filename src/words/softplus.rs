//! Softplus: a smooth form of ReLU.
//!
#![doc = athena_macros::__reference!(softplus)]
//!
//! # Shapes
//!
//! The input is any map or vector; the output has the same shape. No parameters.
//!
//! # Formula
//!
//! ```text
//! y = ln(1 + exp(x))
//! ```
//!
//! The word is also a value of the argument [`activation`](super::activation): `conv(16, 3x3, activation = softplus)`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.Softplus()`, `F.softplus`. Keras: `activation="softplus"`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x2x2) -> 4 {
//!         input -> softplus -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[-100.0, 0.0, 1.0, 100.0])?;
//!     let expected = [0.0, 2.0_f32.ln(), 1.313_261_7, 100.0];
//!     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
//!     Ok(())
//! }
//! ```
#![doc(alias("Softplus"))]
