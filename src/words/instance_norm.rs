//! Instance normalisation: in each image, each channel gets mean 0 and variance 1.
//!
#![doc = athena_macros::__reference!(instance_norm)]
//!
//! # Shapes
//!
//! A map of `C x H x W` with more than one pixel, and the same shape comes out.
//!
//! # Formula
//!
//! ```text
//! y = weight[c] * (x - mean[c]) / sqrt(variance[c] + eps) + bias[c]
//! ```
//!
//! Mean and variance are those of the image's channel, the variance divided by its pixels (Ulyanov et al. 2016). It is
//! [`group_norm`](mod@super::group_norm) with a group for each channel. As in PyTorch there are no parameters unless `affine = true`, and no
//! running statistics: training and inference compute the same.
//!
//! # Parameters
//!
//! | key | shape | starts as |
//! |---|---|---|
//! | `weight` | `[C]` | 1; with `affine = true` alone |
//! | `bias` | `[C]` | 0; with `affine = true` alone |
//!
//! # In PyTorch and Keras
//!
//! `nn.InstanceNorm2d(C, eps, affine=affine)`, `GroupNormalization(groups=-1)`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(2x1x2) -> 4 {
//!         input -> instance_norm -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[4.0, 6.0, 10.0, 30.0])?;
//!     for (output, expected) in outputs.iter().zip([-1.0, 1.0, -1.0, 1.0]) {
//!         assert!((output - expected).abs() < 1e-4);
//!     }
//!     Ok(())
//! }
//! ```
#![doc(alias("InstanceNorm2d", "InstanceNormalization", "instancenorm"))]
