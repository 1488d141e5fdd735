//! Mean of each window.
//!
#![doc = athena_macros::__reference!(avg_pool)]
//!
//! # Shapes
//!
//! From `C x H x W` to `C x H' x W'`, each side as in [`max_pool`](super::max_pool#shapes). Without parameters.
//!
//! # Formula
//!
//! ```text
//! y[c][r][s] = sum over i, j within the kernel of x[c][r'][s'] / (kernel height * kernel width)
//! r' = r * stride + i - padding
//! s' = s * stride + j - padding
//! ```
//!
//! Padding counts as zeros. For the whole map there is [`global_avg_pool`](super::global_avg_pool).
//!
//! # In PyTorch and Keras
//!
//! `nn.AvgPool2d(kernel, stride, padding)`, with its default `count_include_pad=True`, and `AveragePooling2D(pool_size, strides)`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x2x4) -> 2 {
//!         input -> avg_pool(2) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let image = [
//!         1.0, 2.0, 5.0, 6.0, //
//!         3.0, 4.0, 7.0, 8.0,
//!     ];
//!     assert_eq!(Net::new(0).predict(&image)?, [2.5, 6.5]);
//!     Ok(())
//! }
//! ```
#![doc(alias("AvgPool2d", "AveragePooling2D", "mean pool", "avgpool"))]
