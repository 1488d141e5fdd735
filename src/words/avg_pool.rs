//! Mean of each window.
//!
#![doc = athena_macros::__reference!(avg_pool)]
//!
//! # Shapes
//!
//! From `C x H x W` to `C x H' x W'`, each side as in [`max_pool`](super::max_pool#shapes), rounded up with `ceil = true`. Without
//! parameters.
//!
//! # Formula
//!
//! ```text
//! y[c][r][s] = sum over i, j within the kernel of x[c][r'][s'] / number of pixels that count
//! r' = r * stride + i - padding
//! s' = s * stride + j - padding
//! ```
//!
//! Padding counts as zeros, with `count_padding = false` not at all: then a mean is that of real pixels alone. What a window sees beyond
//! the padding, which happens with `ceil = true` alone, never counts. So without either argument a sum is divided by the size of the
//! kernel. For the whole map there is [`global_avg_pool`](super::global_avg_pool).
//!
//! # In PyTorch and Keras
//!
//! `nn.AvgPool2d(kernel, stride, padding, ceil_mode=ceil, count_include_pad=count_padding)`, with its defaults, and
//! `AveragePooling2D(pool_size, strides)`, which with a `pool_size` of 2 and `padding="same"` is `avg_pool(2, ceil = true)`.
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
//!
//! The same row in three ways:
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Padded(1x1x4) -> 3 {
//!         input -> avg_pool(1x2, padding = 0x1) -> flatten
//!     }
//!
//!     struct Real(1x1x4) -> 3 {
//!         input -> avg_pool(1x2, padding = 0x1, count_padding = false) -> flatten
//!     }
//!
//!     struct RoundedUp(1x1x4) -> 2 {
//!         input -> avg_pool(1x3, ceil = true) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let row = [2.0, 4.0, 6.0, 8.0];
//!     assert_eq!(Padded::new(0).predict(&row)?, [1.0, 5.0, 4.0]);
//!     assert_eq!(Real::new(0).predict(&row)?, [2.0, 5.0, 8.0]);
//!     assert_eq!(RoundedUp::new(0).predict(&row)?, [4.0, 8.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias(
    "ceil",
    "ceil_mode",
    "count_padding",
    "count_include_pad",
    "AvgPool2d",
    "AveragePooling2D",
    "mean pool",
    "avgpool"
))]
