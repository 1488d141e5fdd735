//! Pools, and what changes a value's shape without computing.

/// Largest value of each window.
///
#[doc = athena_macros::__reference!(max_pool)]
///
/// # Shapes
///
/// From `C x H x W` to `C x H' x W'`, where for each side, of input `n` and kernel `k`,
///
/// ```text
/// n' = (n + 2 * padding - k) / stride + 1
/// ```
///
/// rounded down. The padding is at most half the kernel. Without parameters.
///
/// # Formula
///
/// ```text
/// y[c][r][s] = largest over i, j within the kernel of x[c][r'][s']
/// r' = r * stride + i - padding
/// s' = s * stride + j - padding
/// ```
///
/// Padding is never picked. Where several pixels are the largest, the gradient goes to the first.
///
/// # In PyTorch and Keras
///
/// `nn.MaxPool2d(kernel, stride, padding)` and `MaxPooling2D(pool_size, strides)`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x4) -> 2 {
///         input -> max_pool(2) -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let image = [
///         1.0, 2.0, 5.0, 6.0, //
///         3.0, 4.0, 7.0, -8.0,
///     ];
///     assert_eq!(Net::new(0).predict(&image)?, [4.0, 7.0]);
///     Ok(())
/// }
/// ```
#[doc(alias("MaxPool2d", "MaxPooling2D", "maxpool"))]
pub mod max_pool {}

/// Mean of each window.
///
#[doc = athena_macros::__reference!(avg_pool)]
///
/// # Shapes
///
/// From `C x H x W` to `C x H' x W'`, each side as in [`max_pool`](super::max_pool#shapes). Without parameters.
///
/// # Formula
///
/// ```text
/// y[c][r][s] = sum over i, j within the kernel of x[c][r'][s'] / (kernel height * kernel width)
/// r' = r * stride + i - padding
/// s' = s * stride + j - padding
/// ```
///
/// Padding counts as zeros. For the whole map there is [`global_avg_pool`](super::global_avg_pool).
///
/// # In PyTorch and Keras
///
/// `nn.AvgPool2d(kernel, stride, padding)`, with its default `count_include_pad=True`, and `AveragePooling2D(pool_size, strides)`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x4) -> 2 {
///         input -> avg_pool(2) -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let image = [
///         1.0, 2.0, 5.0, 6.0, //
///         3.0, 4.0, 7.0, 8.0,
///     ];
///     assert_eq!(Net::new(0).predict(&image)?, [2.5, 6.5]);
///     Ok(())
/// }
/// ```
#[doc(alias("AvgPool2d", "AveragePooling2D", "mean pool", "avgpool"))]
pub mod avg_pool {}

/// Mean of each channel over the whole map.
///
#[doc = athena_macros::__reference!(global_avg_pool)]
///
/// # Shapes
///
/// From `C x H x W` to `C x 1 x 1`, which [`flatten`](super::flatten) makes a vector of `C`. Without parameters.
///
/// # Formula
///
/// ```text
/// y[c] = sum of x[c][r][s] over all r, s / (H * W)
/// ```
///
/// It stands before the classifier of every residual network (Lin et al. 2013). What it makes is also a gate: `x * (gate)` multiplies each channel
/// by its one number, see [`resnet!`](crate::resnet#joins).
///
/// # In PyTorch and Keras
///
/// `nn.AdaptiveAvgPool2d(1)` and `GlobalAveragePooling2D(keepdims=True)`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(2x2x2) -> 2 {
///         input -> global_avg_pool -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let image = [1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 30.0, 40.0];
///     assert_eq!(Net::new(0).predict(&image)?, [2.5, 25.0]);
///     Ok(())
/// }
/// ```
#[doc(alias("AdaptiveAvgPool2d", "GlobalAveragePooling2D", "GlobalAvgPool2d", "GAP"))]
pub mod global_avg_pool {}

/// A map as a vector, channel by channel, row by row.
///
#[doc = athena_macros::__reference!(flatten)]
///
/// # Shapes
///
/// From `C x H x W` to a vector of `C * H * W`; a vector stays as it is. Without parameters.
///
/// # Formula
///
/// ```text
/// y[(c * H + r) * W + s] = x[c][r][s]
/// ```
///
/// # In PyTorch and Keras
///
/// `nn.Flatten()`, `torch.flatten(x, 1)`, `x.view(N, -1)`. `Flatten()` orders by rows, columns, channels, so that the weights of a linear
/// layer behind it are permuted.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(2x1x2) -> 4 {
///         input -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     assert_eq!(Net::new(0).predict(&[1.0, 2.0, 3.0, 4.0])?, [1.0, 2.0, 3.0, 4.0]);
///     Ok(())
/// }
/// ```
#[doc(alias("Flatten", "view", "reshape"))]
pub mod flatten {}

/// A border on each side of a map.
///
#[doc = athena_macros::__reference!(pad)]
///
/// # Shapes
///
/// From `C x H x W` to `C x (H + 2 * rows) x (W + 2 * columns)`. Without parameters.
///
/// # Formula
///
/// | mode | a row `a b c` with a border of 2 |
/// |---|---|
/// | `zeros` | `0 0 a b c 0 0` |
/// | `reflect` | `c b a b c b a`, the border smaller than the map |
/// | `replicate` | `a a a b c c c` |
///
/// For zeros around a convolution, `conv(.., padding = ..)` is shorter and costs nothing. Another border is a step before one
/// with `padding = valid`.
///
/// # In PyTorch and Keras
///
/// `nn.ZeroPad2d`, `nn.ReflectionPad2d`, `nn.ReplicationPad2d`, or `padding_mode` of `nn.Conv2d`; and `ZeroPadding2D(padding)`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x1x3) -> 7 {
///         input -> pad(0x2, mode = reflect) -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let outputs = Net::new(0).predict(&[1.0, 2.0, 3.0])?;
///     assert_eq!(outputs, [3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]);
///     Ok(())
/// }
/// ```
#[doc(alias("ZeroPad2d", "ReflectionPad2d", "ReplicationPad2d", "ZeroPadding2D", "padding_mode"))]
pub mod pad {}
