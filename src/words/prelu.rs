//! Rectifier whose slope below zero is learned, one for each channel.
//!
#![doc = athena_macros::__reference!(prelu)]
//!
//! # Shapes
//!
//! A map of `C x H x W` or a vector of `C`, and the same shape comes out.
//!
//! # Formula
//!
//! ```text
//! y = x                if x > 0
//! y = weight[c] * x    otherwise
//! ```
//!
//! He et al. (2015). At 0 the gradient is that of the lower part, as in PyTorch.
//!
//! # Parameters
//!
//! | key | shape | starts as |
//! |---|---|---|
//! | `weight` | `[C]` | 0.25 |
//!
//! # In PyTorch and Keras
//!
//! `nn.PReLU(C)`; `nn.PReLU()` has a single slope for all channels. `PReLU(shared_axes=[1, 2])`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(2x1x1) -> 2 {
//!         input -> flatten -> act: prelu
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let mut network = Net::new(0);
//!     assert_eq!(network.predict(&[2.0, -2.0])?, [2.0, -0.5]);
//!     network.set_parameter("act.weight", &[0.0, 3.0])?;
//!     assert_eq!(network.predict(&[2.0, -2.0])?, [2.0, -6.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("PReLU", "parametric ReLU"))]
