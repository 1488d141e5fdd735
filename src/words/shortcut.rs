//! The skip of a residual block where its shape may change: identity, subsampling or projection.
//!
#![doc = athena_macros::__reference!(shortcut)]
//!
//! # Shapes
//!
//! From `C x H x W` to `filters x H' x W'`, each side divided by the stride and rounded up: what a 3x3 convolution of this stride makes
//! of the same map.
//!
//! # Formula
//!
//! He et al. (2016), section 4.1, compare three:
//!
//! | option | where the shape changes | where it stays |
//! |---|---|---|
//! | `a` | every `stride`-th pixel; new channels are 0, half of them before the old ones and half behind | the value itself |
//! | `b` | `conv(filters, 1x1, stride) -> batch_norm` | the value itself |
//! | `c` | the same | `conv(filters, 1x1) -> batch_norm` |
//!
//! Option `a` cannot make fewer channels.
//!
//! # Parameters
//!
//! None with `a`. Otherwise those of the [convolution](super::conv) under `.0` and of the [batch norm](super::batch_norm) under `.1`, as in
//! torchvision's `downsample`.
//!
//! # In PyTorch and Keras
//!
//! `downsample` of torchvision's blocks, written out by hand in Keras.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(3x32x32) -> 10 {
//!         input
//!             -> conv(16, 3x3) -> batch_norm -> relu
//!             -> layer1: [basic(16), basic(16)]
//!             -> layer2: [basic(32, stride = 2), basic(32)]
//!             -> global_avg_pool -> flatten -> linear(10)
//!     }
//!
//!     /// One block for all: its shortcut is the identity where nothing changes.
//!     block basic(filters, stride = 1) {
//!         input
//!             -> conv(filters, 3x3, stride) -> batch_norm -> relu
//!             -> conv(filters, 3x3) -> batch_norm
//!             -> + (input -> downsample: shortcut(filters, stride))
//!             -> relu
//!     }
//! }
//!
//! fn main() {
//!     let keys: Vec<&str> = Net::parameter_names().iter().map(|(name, _)| *name).collect();
//!     assert!(keys.contains(&"layer2.0.downsample.0.weight")); // the projection
//!     assert!(!keys.contains(&"layer1.0.downsample.0.weight")); // the identity
//! }
//! ```
#![doc(alias("downsample", "projection", "skip connection", "residual connection"))]
