//! Max pooling: the largest value of each window.
//!
#![doc = athena_macros::__reference!(max_pool)]
//!
//! # Shapes
//!
//! From `C x H x W` to `C x H' x W'`. Along each axis, with input size `n` and kernel size `k`,
//!
//! ```text
//! n' = (n + 2 * padding - k) / stride + 1
//! ```
//!
//! rounded down. With `ceil = true` it is rounded up: the last window may then reach beyond the padding. A window that would
//! start in the padding after the map is left out. A size of 7 becomes 3 with `max_pool(2)`, and 4 with `max_pool(2, ceil =
//! true)`. The padding is at most half the kernel. No parameters.
//!
//! # Formula
//!
//! ```text
//! y[c][r][s] = largest over i, j within the kernel of x[c][r'][s']
//! r' = r * stride + i - padding
//! s' = s * stride + j - padding
//! ```
//!
//! The padding and what lies beyond it are ignored. If several pixels have the largest value, the first one gets the gradient.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil)`. Keras: `MaxPooling2D(pool_size, strides)`; with a
//! `pool_size` of 2 and `padding="same"` it is `max_pool(2, ceil = true)`.
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
//!
//! Rounded up, the last window of an odd side has what is left:
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x5) -> 3 {
//!         input -> max_pool(1x2, ceil = true) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     assert_eq!(Net::new(0).predict(&[1.0, 2.0, 4.0, 3.0, 5.0])?, [2.0, 4.0, 5.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("ceil", "ceil_mode", "MaxPool2d", "MaxPooling2D", "maxpool"))]
