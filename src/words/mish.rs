//! Self-gated softplus: smooth, and a little below zero on the left.
//!
#![doc = athena_macros::__reference!(mish)]
//!
//! # Shapes
//!
//! Any map or vector, and the same shape comes out. Without parameters.
//!
//! # Formula
//!
//! ```text
//! y = x * tanh(ln(1 + exp(x)))
//! ```
//!
//! Misra (2020).
//!
//! The word is also a value of [`activation =`](super::activation): `conv(16, 3x3, activation = mish)`.
//!
//! # In PyTorch and Keras
//!
//! `nn.Mish()`, `F.mish` and `activation="mish"`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x2) -> 2 {
//!         input -> mish -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[0.0, 1.0])?;
//!     assert_eq!(outputs[0], 0.0);
//!     assert!((outputs[1] - 1.0_f32.exp().ln_1p().tanh()).abs() < 1e-6);
//!     Ok(())
//! }
//! ```
#![doc(alias("Mish"))]
