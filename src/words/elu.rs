//! Exponential linear unit.
//!
#![doc = athena_macros::__reference!(elu)]
//!
//! # Shapes
//!
//! Any map or vector, and the same shape comes out. Without parameters.
//!
//! # Formula
//!
//! ```text
//! y = x                       if x > 0
//! y = alpha * (exp(x) - 1)    otherwise
//! ```
//!
//! Clevert et al. (2016). At 0 the derivative is `alpha`, as in PyTorch.
//!
//! The word is also a value of [`activation =`](super::activation): `conv(16, 3x3, activation = elu)`.
//!
//! # In PyTorch and Keras
//!
//! `nn.ELU(alpha)`, `F.elu` and `ELU(alpha)`, `activation="elu"`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x2) -> 2 {
//!         input -> elu(alpha = 2) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[1.5, -1.0])?;
//!     assert_eq!(outputs[0], 1.5);
//!     assert!((outputs[1] - 2.0 * ((-1.0_f32).exp() - 1.0)).abs() < 1e-6);
//!     Ok(())
//! }
//! ```
#![doc(alias("ELU"))]
