//! Convolution: each output pixel is a weighted sum of a window of the input channels.
//!
#![doc = athena_macros::__reference!(conv)]
//!
//! # Shapes
//!
//! From `C x H x W` to `filters x H' x W'`. Along each axis, with input size `n` and kernel size `k`,
//!
//! ```text
//! n' = (n + 2 * padding - dilation * (k - 1) - 1) / stride + 1     rounded down
//! ```
//!
//! With [`padding = same`](super::padding), the default, that is `n / stride`, rounded up. The number of input channels is inferred.
//!
//! # Formula
//!
//! ```text
//! y[o][r][s] = bias[o] + sum over c, i, j of weight[o][c][i][j] * x[c][r'][s']
//! r' = r * stride + i * dilation - padding
//! s' = s * stride + j * dilation - padding
//! ```
//!
//! Pixels outside the map are 0, and `c` goes through the input channels of `o`'s group. A convolution with as many groups as channels is called
//! depthwise.
//!
//! 3x3 convolutions of stride 1 may be computed by Winograd's algorithm, F(4x4, 3x3) (Lavin and Gray 2015), which rounds differently.
//! [`Model::set_exact`](crate::Model::set_exact) states the bound of its error and how to avoid it.
//!
//! # Parameters
//!
//! | key | shape | initial value |
//! |---|---|---|
//! | `weight` | `[filters, C / groups, kernel height, kernel width]` | [`init`](super::init) |
//! | `bias` | `[filters]` | uniform within `1 / sqrt(C / groups * kernel height * kernel width)`, as in PyTorch |
//!
//! `bias = auto` leaves out the bias if the output is used only by batch norms, which would subtract it again.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.Conv2d(C, filters, kernel, stride, padding, dilation, groups, bias)`, with two other defaults: `padding = valid`
//! and `init = lecun_uniform`. Keras: `Conv2D(filters, kernel, strides, padding="same")`. With a stride of 2 and an even size,
//! Keras pads the map for a 3x3 kernel only at the bottom and on the right, so its results differ.
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
