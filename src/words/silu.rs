//! SiLU, the sigmoid-weighted linear unit, also known as swish.
//!
#![doc = athena_macros::__reference!(silu)]
//!
//! # Shapes
//!
//! The input is any map or vector; the output has the same shape. No parameters.
//!
//! # Formula
//!
//! ```text
//! y = x / (1 + exp(-x))
//! ```
//!
//! Elfwing et al. (2017); Ramachandran et al. (2017).
//!
//! The word is also a value of the argument [`activation`](super::activation): `conv(16, 3x3, activation = silu)`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.SiLU`, `F.silu`. Keras: `activation="silu"` or `"swish"`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x2x2) -> 4 {
//!         input -> silu -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[-100.0, 0.0, 3.0_f32.ln(), 100.0])?;
//!     let expected = [0.0, 0.0, 0.75 * 3.0_f32.ln(), 100.0];
//!     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
//!     Ok(())
//! }
//! ```
#![doc(alias("SiLU", "Swish"))]
