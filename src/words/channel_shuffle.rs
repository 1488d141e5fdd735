//! Channels of groups in turn, one of each group after the other, so that the next grouped convolution sees all of them.
//!
#![doc = athena_macros::__reference!(channel_shuffle)]
//!
//! # Shapes
//!
//! A map of `C x H x W`, and the same shape comes out. The groups divide `C`. Without parameters.
//!
//! # Formula
//!
//! ```text
//! y[i * groups + g] = x[g * (C / groups) + i]
//! ```
//!
//! As a matrix of `groups` rows, the channels are transposed (Zhang et al. 2018).
//!
//! # In PyTorch and Keras
//!
//! `nn.ChannelShuffle(groups)`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(6x1x1) -> 6 {
//!         input -> channel_shuffle(2) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0])?;
//!     assert_eq!(outputs, [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("ChannelShuffle", "ShuffleNet"))]
