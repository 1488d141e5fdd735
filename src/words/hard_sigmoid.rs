//! The sigmoid in three straight pieces, as the gates of MobileNet v3 have it.
//!
#![doc = athena_macros::__reference!(hard_sigmoid)]
//!
//! # Shapes
//!
//! Any map or vector, and the same shape comes out. Without parameters.
//!
//! # Formula
//!
//! ```text
//! y = min(max(x + 3, 0), 6) / 6
//! ```
//!
//! Howard et al. (2019). At -3 and 3 the derivative is 0, as in PyTorch.
//!
//! The word is also a value of [`activation =`](super::activation): `conv(16, 3x3, activation = hard_sigmoid)`.
//!
//! # In PyTorch and Keras
//!
//! `nn.Hardsigmoid()`, `F.hardsigmoid`; Keras 3's `activation="hard_sigmoid"`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x3) -> 3 {
//!         input -> hard_sigmoid -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     assert_eq!(Net::new(0).predict(&[-4.0, 0.0, 5.0])?, [0.0, 0.5, 1.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("Hardsigmoid", "HardSigmoid", "hsigmoid"))]
