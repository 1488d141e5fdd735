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
//! rounded down. With `ceil = true` it is rounded up, so that the last window may be cut off by the end of the padding; one that would
//! begin beyond the input, in the padding behind it, is left out. `max_pool(2)` makes 3 of 7, `max_pool(2, ceil = true)` makes 4. The
//! padding is at most half the kernel. Without parameters.
//!
//! # Formula
//!
//! ```text
//! y[c][r][s] = largest over i, j within the kernel of x[c][r'][s']
//! r' = r * stride + i - padding
//! s' = s * stride + j - padding
//! ```
//!
//! Padding, and what lies beyond it, is never picked. Where several pixels are the largest, the gradient goes to the first.
//!
//! # In PyTorch and Keras
//!
//! `nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil)` and `MaxPooling2D(pool_size, strides)`, which with a `pool_size` of 2 and
//! `padding="same"` is `max_pool(2, ceil = true)`.
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
