//! Sigmoid, the logistic function: maps any value to one between 0 and 1.
//!
#![doc = athena_macros::__reference!(sigmoid)]
//!
//! # Shapes
//!
//! The input is any map or vector; the output has the same shape. No parameters.
//!
//! # Formula
//!
//! ```text
//! y = 1 / (1 + exp(-x))
//! ```
//!
//! Squeeze and excitation (Hu et al. 2018) uses it for the gate: `x * gate`.
//!
//! The word is also a value of the argument [`activation`](super::activation): `conv(16, 3x3, activation = sigmoid)`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.Sigmoid`, `F.sigmoid`. Keras: `activation="sigmoid"`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x2x2) -> 4 {
//!         input -> sigmoid -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[-100.0, 0.0, 3.0_f32.ln(), 100.0])?;
//!     let expected = [0.0, 0.5, 0.75, 1.0];
//!     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
//!     Ok(())
//! }
//! ```
#![doc(alias("Sigmoid", "logistic", "expit"))]
