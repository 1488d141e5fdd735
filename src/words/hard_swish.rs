//! Hard swish: a piecewise approximation of swish.
//!
#![doc = athena_macros::__reference!(hard_swish)]
//!
//! # Shapes
//!
//! The input is any map or vector; the output has the same shape. No parameters.
//!
//! # Formula
//!
//! ```text
//! y = x * min(max(x + 3, 0), 6) / 6
//! ```
//!
//! Howard et al. (2019), MobileNetV3.
//!
//! The word is also a value of the argument [`activation`](super::activation): `conv(16, 3x3, activation = hard_swish)`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.Hardswish`, `F.hardswish`. Keras: `activation="hard_silu"` or `"hard_swish"`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x2x2) -> 4 {
//!         input -> hard_swish -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[-3.0, 0.0, 1.0, 3.0])?;
//!     let expected = [0.0, 0.0, 2.0 / 3.0, 3.0];
//!     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
//!     Ok(())
//! }
//! ```
#![doc(alias("Hardswish", "HardSwish", "hard_silu"))]
