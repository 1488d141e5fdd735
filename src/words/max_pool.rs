//! Largest value of each window.
//!
#![doc = athena_macros::__reference!(max_pool)]
//!
//! # Shapes
//!
//! From `C x H x W` to `C x H' x W'`, where for each side, of input `n` and kernel `k`,
//!
//! ```text
//! n' = (n + 2 * padding - k) / stride + 1
//! ```
//!
//! rounded down. The padding is at most half the kernel. Without parameters.
//!
//! # Formula
//!
//! ```text
//! y[c][r][s] = largest over i, j within the kernel of x[c][r'][s']
//! r' = r * stride + i - padding
//! s' = s * stride + j - padding
//! ```
//!
//! Padding is never picked. Where several pixels are the largest, the gradient goes to the first.
//!
//! # In PyTorch and Keras
//!
//! `nn.MaxPool2d(kernel, stride, padding)` and `MaxPooling2D(pool_size, strides)`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x2x4) -> 2 {
//!         input -> max_pool(2) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let image = [
//!         1.0, 2.0, 5.0, 6.0, //
//!         3.0, 4.0, 7.0, -8.0,
//!     ];
//!     assert_eq!(Net::new(0).predict(&image)?, [4.0, 7.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("MaxPool2d", "MaxPooling2D", "maxpool"))]
