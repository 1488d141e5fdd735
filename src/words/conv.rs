//! Convolution: each output channel is a weighted sum over windows of all channels that come in.
//!
#![doc = athena_macros::__reference!(conv)]
//!
//! # Shapes
//!
//! From `C x H x W` to `filters x H' x W'`, where for each side, of input `n` and kernel `k`,
//!
//! ```text
//! n' = (n + 2 * padding - dilation * (k - 1) - 1) / stride + 1     rounded down
//! ```
//!
//! With [`padding = same`](super::padding), the default, that is `n / stride`, rounded up. The number of channels that come in is inferred.
//!
//! # Formula
//!
//! ```text
//! y[o][r][s] = bias[o] + sum over c, i, j of weight[o][c][i][j] * x[c][r'][s']
//! r' = r * stride + i * dilation - padding
//! s' = s * stride + j * dilation - padding
//! ```
//!
//! where pixels beyond the map are 0 and `c` runs over the channels of `o`'s group. `groups` as large as the number of channels is a depthwise
//! convolution.
//!
//! 3x3 convolutions of stride 1 may be computed by Winograd's algorithm, F(4x4, 3x3) (Lavin and Gray 2016), whose rounding
//! [`Model::set_exact`](crate::Model::set_exact) states and avoids.
//!
//! # Parameters
//!
//! | key | shape | starts as |
//! |---|---|---|
//! | `weight` | `[filters, C / groups, kernel height, kernel width]` | [`init`](super::init) |
//! | `bias` | `[filters]` | uniform within `1 / sqrt(C / groups * kernel height * kernel width)`, as PyTorch's |
//!
//! `bias = auto` leaves the bias out where only batch norms follow, which would take it away again.
//!
//! # In PyTorch and Keras
//!
//! `nn.Conv2d(C, filters, kernel, stride, padding, dilation, groups, bias)`, with two other defaults: PyTorch pads nothing, and its weights start as
//! `init = lecun_uniform`. `Conv2D(filters, kernel, strides, padding="same")`; with a stride of 2 and an even side, Keras pads a 3x3
//! kernel at the bottom and right alone, so that its numbers differ.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(3x32x32) -> 10 {
//!         input
//!             -> conv(16, 3x3) -> batch_norm -> relu
//!             -> conv(32, 3x3, stride = 2, activation = relu)
//!             -> depthwise: conv(32, 3x3, groups = 32)
//!             -> conv(32, 1x7, padding = 0x3)
//!             -> global_avg_pool -> flatten -> linear(10)
//!     }
//! }
//!
//! fn main() {
//!     let keys = Net::parameter_names();
//!     assert!(keys.contains(&("conv1.weight", &[16, 3, 3, 3])));
//!     assert!(!keys.contains(&("conv1.bias", &[16]))); // a batch norm follows
//!     assert!(keys.contains(&("conv2.bias", &[32])));
//!     assert!(keys.contains(&("depthwise.weight", &[32, 1, 3, 3])));
//!     println!("{}", Net::summary()); // with the shape behind each step
//! }
//! ```
#![doc(alias("Conv2d", "Conv2D", "convolution", "DepthwiseConv2D", "conv2d"))]
