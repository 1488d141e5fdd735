//! The shortcut of a residual block that may change the shape: an identity, a subsampling or a projection.
//!
#![doc = athena_macros::__reference!(shortcut)]
//!
//! # Shapes
//!
//! From `C x H x W` to `filters x H' x W'`, where height and width are divided by the stride and rounded up. A 3x3 convolution of
//! this stride has the same output shape.
//!
//! # Formula
//!
//! He et al. (2016), section 4.1, compare three options:
//!
//! | option | if the shape changes | if it does not change |
//! |---|---|---|
//! | `a` | every `stride`-th pixel; new channels are 0, half of them before the old ones and half after them | the input itself |
//! | `b` | `conv(filters, 1x1, stride) -> batch_norm` | the input itself |
//! | `c` | the same | `conv(filters, 1x1) -> batch_norm` |
//!
//! Option `a` cannot reduce the number of channels.
//!
//! # Parameters
//!
//! With `a`: none. Otherwise those of the [convolution](super::conv), named `.0`, and of the [batch norm](super::batch_norm), named `.1`, as in
//! torchvision's `downsample`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `downsample` of torchvision's blocks. Keras has no such layer.
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
