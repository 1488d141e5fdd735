//! Group normalisation: in each image, each group of channels gets mean 0 and variance 1, then each channel a scale and a shift that are
//! learned.
//!
#![doc = athena_macros::__reference!(group_norm)]
//!
//! # Shapes
//!
//! A map of `C x H x W` or a vector of `C`, and the same shape comes out. The groups divide `C`; group 0 is the first `C / groups` channels.
//!
//! # Formula
//!
//! ```text
//! y = weight[c] * (x - mean[g]) / sqrt(variance[g] + eps) + bias[c]
//! ```
//!
//! Mean and variance are those of the image's numbers in group `g`, the variance divided by their number (Wu and He 2018). They depend on
//! no other image: training and inference compute the same, a batch may be a single image, and no statistics are kept. One group
//! normalises a whole image, as layer norm does; as many groups as channels are an instance norm.
//!
//! # Parameters
//!
//! | key | shape | starts as |
//! |---|---|---|
//! | `weight` | `[C]` | 1; missing with `affine = false` |
//! | `bias` | `[C]` | 0; missing with `affine = false` |
//!
//! # In PyTorch and Keras
//!
//! `nn.GroupNorm(groups, C, eps, affine)`, `GroupNormalization(groups=32, epsilon=1e-3)`.
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
#![doc(alias("GroupNorm", "GroupNormalization", "LayerNorm", "InstanceNorm2d", "groupnorm"))]
