//! Global average pooling: the mean of each channel over the whole map.
//!
#![doc = athena_macros::__reference!(global_avg_pool)]
//!
//! # Shapes
//!
//! From `C x H x W` to `C x 1 x 1`. [`flatten`](super::flatten) makes a vector of `C` of that. No parameters.
//!
//! # Formula
//!
//! ```text
//! y[c] = sum of x[c][r][s] over all r, s / (H * W)
//! ```
//!
//! Residual networks have it before the classifier (Lin et al. 2013). Its output can also become a gate: `x * gate` multiplies
//! each channel by one scale, see [`resnet!`](crate::resnet#joins).
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.AdaptiveAvgPool2d(1)`. Keras: `GlobalAveragePooling2D(keepdims=True)`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(2x2x2) -> 2 {
//!         input -> global_avg_pool -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let image = [1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 30.0, 40.0];
//!     assert_eq!(Net::new(0).predict(&image)?, [2.5, 25.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("AdaptiveAvgPool2d", "GlobalAveragePooling2D", "GlobalAvgPool2d", "GAP"))]
