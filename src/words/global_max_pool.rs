//! The largest number of each channel.
//!
#![doc = athena_macros::__reference!(global_max_pool)]
//!
//! # Shapes
//!
//! From `C x H x W` to `C x 1 x 1`. Without parameters.
//!
//! # Formula
//!
//! ```text
//! y[c] = max over rows and columns of x[c]
//! ```
//!
//! The gradient goes to the first of the largest, as [`max_pool`](mod@super::max_pool)'s.
//!
//! # In PyTorch and Keras
//!
//! `nn.AdaptiveMaxPool2d(1)`, `GlobalMaxPooling2D(keepdims=True)`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(2x1x3) -> 2 {
//!         input -> global_max_pool -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     assert_eq!(Net::new(0).predict(&[1.0, 5.0, 2.0, -1.0, -2.0, -3.0])?, [5.0, -1.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("AdaptiveMaxPool2d", "GlobalMaxPooling2D", "amax"))]
