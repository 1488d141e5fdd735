//! Some neighbouring channels: the halves that a unit of ShuffleNet v2 splits its map into.
//!
#![doc = athena_macros::__reference!(slice)]
//!
//! # Shapes
//!
//! From `C x H x W` to `(to - from) x H x W`, or from a vector of `C` to one of `to - from`. Channels are counted from 0. Without
//! parameters.
//!
//! # Formula
//!
//! ```text
//! y[c] = x[from + c]
//! ```
//!
//! # In PyTorch and Keras
//!
//! `x[:, from:to]`, `x.chunk(2, dim=1)`, `torch.split`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(4x1x1) -> 4 {
//!         input -> swapped(4) -> flatten
//!     }
//!
//!     block swapped(channels) {
//!         let first = input -> slice(0, channels / 2);
//!         let second = input -> slice(channels / 2, channels);
//!         second || first
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     assert_eq!(Net::new(0).predict(&[1.0, 2.0, 3.0, 4.0])?, [3.0, 4.0, 1.0, 2.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("split", "chunk", "narrow", "ChannelSplit"))]
