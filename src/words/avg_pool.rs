//! Average pooling: the mean of each window.
//!
#![doc = athena_macros::__reference!(avg_pool)]
//!
//! # Shapes
//!
//! From `C x H x W` to `C x H' x W'`, with the sizes of [`max_pool`](super::max_pool#shapes). No parameters.
//!
//! # Formula
//!
//! ```text
//! y[c][r][s] = sum over i, j within the kernel of x[c][r'][s'] / number of pixels that count
//! r' = r * stride + i - padding
//! s' = s * stride + j - padding
//! ```
//!
//! By default the padding counts as zeros. With `count_padding = false` it does not count: the mean is that of the map's pixels
//! in the window. With `ceil = true` a window may reach beyond the padding; what lies there never counts. Without both arguments,
//! the sum is divided by the size of the kernel. [`global_avg_pool`](super::global_avg_pool) takes the mean of the whole map.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.AvgPool2d(kernel, stride, padding, ceil_mode=ceil, count_include_pad=count_padding)`, with the same defaults. Keras:
//! `AveragePooling2D(pool_size, strides)`; with a `pool_size` of 2 and `padding="same"` it is `avg_pool(2, ceil = true)`.
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
//! Three networks that take the mean of the same row in different ways:
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
