//! ReLU6: limits values to the range from 0 to 6.
//!
#![doc = athena_macros::__reference!(relu6)]
//!
//! # Shapes
//!
//! The input is any map or vector; the output has the same shape. No parameters.
//!
//! # Formula
//!
//! ```text
//! y = min(max(x, 0), 6)
//! ```
//!
//! It is the activation of MobileNetV2 (Sandler et al. 2018).
//!
//! The word is also a value of the argument [`activation`](super::activation): `conv(16, 3x3, activation = relu6)`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.ReLU6`, `F.relu6`. Keras: `ReLU(max_value=6)`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x2x2) -> 4 {
//!         input -> relu6 -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[-1.0, 0.5, 6.0, 9.0])?;
//!     assert_eq!(outputs, [0.0, 0.5, 6.0, 6.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("ReLU6", "clip", "clamp"))]
