//! Group normalisation: normalises each group of channels of each image to mean 0 and variance 1, then applies a trained scale
//! and shift to each channel.
//!
#![doc = athena_macros::__reference!(group_norm)]
//!
//! # Shapes
//!
//! The input is a map of `C x H x W` or a vector of `C`; the output has the same shape. `groups` divides `C`; group 0 is the
//! first `C / groups` channels.
//!
//! # Formula
//!
//! ```text
//! y = weight[c] * (x - mean[g]) / sqrt(variance[g] + eps) + bias[c]
//! ```
//!
//! Mean and variance are taken over all values of the image in group `g`; the variance is divided by their number (Wu and He
//! 2018). They do not depend on other images: training and inference compute the same, a batch may be a single image, and there
//! are no running statistics. One group
//! normalises a whole image; as many groups as channels are an [`instance_norm`](mod@super::instance_norm).
//!
//! # Parameters
//!
//! | key | shape | initial value |
//! |---|---|---|
//! | `weight` | `[C]` | 1; missing with `affine = false` |
//! | `bias` | `[C]` | 0; missing with `affine = false` |
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.GroupNorm(groups, C, eps, affine)`. Keras: `GroupNormalization(groups=32, epsilon=1e-3)`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x2) -> 2 {
//!         input -> gn: group_norm(1) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let mut network = Net::new(0);
//!     network.set_parameter("gn.weight", &[3.0])?;
//!     network.set_parameter("gn.bias", &[1.0])?;
//!     let outputs = network.predict(&[4.0, 6.0])?; // mean 5, standard deviation 1
//!     assert!((outputs[0] + 2.0).abs() < 1e-4 && (outputs[1] - 4.0).abs() < 1e-4);
//!     Ok(())
//! }
//! ```
#![doc(alias("GroupNorm", "GroupNormalization", "groupnorm"))]
