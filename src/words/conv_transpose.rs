//! Transposed convolution. It enlarges maps, for example in the decoder of a U-Net.
//!
#![doc = athena_macros::__reference!(conv_transpose)]
//!
//! # Shapes
//!
//! From `C x H x W` to `filters x H' x W'`. Along each axis
//!
//! ```text
//! H' = (H - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1
//! ```
//!
//! `conv` with the same arguments makes `H` of `H'`, if `output_padding` is smaller than the stride. It may also be larger, as long
//! as it is smaller than the dilation, as in PyTorch: then nothing but the bias reaches the last rows and columns. With a kernel of the size of the stride and no padding, `H' = stride * H`.
//!
//! # Formula
//!
//! ```text
//! y[o, p * stride + k * dilation - padding] += sum over i of x[i, p] * weight[i, o, k]    for each pixel p and tap k
//! y[o, ..] += bias[o]
//! ```
//!
//! This is the computation with which a convolution's backward pass computes the gradient of its input (Zeiler et al. 2010). `i`
//! goes through the input channels of `o`'s group.
//!
//! # Parameters
//!
//! | key | shape | initial value |
//! |---|---|---|
//! | `weight` | `[C, filters / groups, kernel height, kernel width]` | [`init`](mod@crate::words::init), with PyTorch's fans |
//! | `bias` | `[filters]` | uniform within `1 / sqrt(filters / groups * taps)`, as in PyTorch |
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.ConvTranspose2d(C, filters, kernel, stride, padding, output_padding, groups, bias, dilation)`. Keras:
//! `Conv2DTranspose(filters, kernel)` with `padding="valid"`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x2) -> 4 {
//!         input -> up: conv_transpose(1, 1x2, stride = 2, bias = false) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let mut network = Net::new(0);
//!     network.set_parameter("up.weight", &[1.0, 10.0])?;
//!     assert_eq!(network.predict(&[2.0, 3.0])?, [2.0, 20.0, 3.0, 30.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("ConvTranspose2d", "Conv2DTranspose", "deconvolution", "fractionally strided convolution", "upconv"))]
