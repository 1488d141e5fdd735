//! Layers with parameters, and what stands beside them: normalisation, dropout and shortcuts.

/// Convolution: each output channel is a weighted sum over windows of all channels that come in.
///
#[doc = athena_macros::__reference!(conv)]
///
/// # Shapes
///
/// From `C x H x W` to `filters x H' x W'`, where for each side, of input `n` and kernel `k`,
///
/// ```text
/// n' = (n + 2 * padding - dilation * (k - 1) - 1) / stride + 1     rounded down
/// ```
///
/// With [`padding = same`](super::padding), the default, that is `n / stride`, rounded up. The number of channels that come in is inferred.
///
/// # Formula
///
/// ```text
/// y[o][r][s] = bias[o] + sum over c, i, j of weight[o][c][i][j] * x[c][r'][s']
/// r' = r * stride + i * dilation - padding
/// s' = s * stride + j * dilation - padding
/// ```
///
/// where pixels beyond the map are 0 and `c` runs over the channels of `o`'s group. `groups` as large as the number of channels is a depthwise
/// convolution.
///
/// 3x3 convolutions of stride 1 may be computed by Winograd's algorithm, F(4x4, 3x3) (Lavin and Gray 2016).
///
/// # Parameters
///
/// | key | shape | starts as |
/// |---|---|---|
/// | `weight` | `[filters, C / groups, kernel height, kernel width]` | [`init`](super::init) |
/// | `bias` | `[filters]` | uniform within `1 / sqrt(C / groups * kernel height * kernel width)`, as PyTorch's |
///
/// `bias = auto` leaves the bias out where only batch norms follow, which would take it away again.
///
/// # In PyTorch and Keras
///
/// `nn.Conv2d(C, filters, kernel, stride, padding, dilation, groups, bias)`, with two other defaults: PyTorch pads nothing, and its weights start as
/// `init = lecun_uniform`. `Conv2D(filters, kernel, strides, padding="same")`; with a stride of 2 and an even side, Keras pads one pixel
/// more at the bottom and right, and none at the top and left, so that its numbers differ.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(3x32x32) -> 10 {
///         input
///             -> conv(16, 3x3) -> batch_norm -> relu
///             -> conv(32, 3x3, stride = 2, activation = relu)
///             -> depthwise: conv(32, 3x3, groups = 32)
///             -> conv(32, 1x7, padding = 0x3)
///             -> global_avg_pool -> flatten -> linear(10)
///     }
/// }
///
/// fn main() {
///     let keys = Net::parameter_names();
///     assert!(keys.contains(&("conv1.weight", &[16, 3, 3, 3])));
///     assert!(!keys.contains(&("conv1.bias", &[16]))); // a batch norm follows
///     assert!(keys.contains(&("conv2.bias", &[32])));
///     assert!(keys.contains(&("depthwise.weight", &[32, 1, 3, 3])));
///     println!("{}", Net::summary()); // with the shape behind each step
/// }
/// ```
#[doc(alias("Conv2d", "Conv2D", "convolution", "DepthwiseConv2D", "conv2d"))]
pub mod conv {}

/// Fully connected layer: each output is a weighted sum of all numbers that come in.
///
#[doc = athena_macros::__reference!(linear)]
///
/// # Shapes
///
/// From a vector of `N` to one of `outputs`. A map becomes a vector by [`flatten`](super::flatten), most often behind
/// [`global_avg_pool`](super::global_avg_pool).
///
/// # Formula
///
/// ```text
/// y[o] = bias[o] + sum over i of weight[o][i] * x[i]
/// ```
///
/// # Parameters
///
/// | key | shape | starts as |
/// |---|---|---|
/// | `weight` | `[outputs, N]` | [`init`](super::init) |
/// | `bias` | `[outputs]` | uniform within `1 / sqrt(N)`, as PyTorch's |
///
/// # In PyTorch and Keras
///
/// `nn.Linear(N, outputs, bias)`, with the same start. `Dense(units)`, whose weights are transposed and start as `xavier_uniform`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x1x2) -> 2 {
///         input -> flatten -> fc: linear(2)
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let mut network = Net::new(0);
///     network.set_parameter("fc.weight", &[1.0, 2.0, 3.0, 4.0])?;
///     network.set_parameter("fc.bias", &[0.5, -0.5])?;
///     assert_eq!(network.predict(&[10.0, 100.0])?, [210.5, 429.5]);
///     Ok(())
/// }
/// ```
#[doc(alias("Linear", "Dense", "fully connected", "fc", "InnerProduct", "Gemm"))]
pub mod linear {}

/// Batch normalisation: each channel gets mean 0 and variance 1, then a scale and a shift that are learned.
///
#[doc = athena_macros::__reference!(batch_norm)]
///
/// # Shapes
///
/// A map of `C x H x W` or a vector of `C`, and the same shape comes out.
///
/// # Formula
///
/// ```text
/// y = weight[c] * (x - mean[c]) / sqrt(variance[c] + eps) + bias[c]
/// ```
///
/// In training, mean and variance are those of channel `c` over all images and pixels of the batch (the variance divided by their
/// number), and the running statistics move towards them, the variance divided by one less than their number:
///
/// ```text
/// running = (1 - momentum) * running + momentum * of the batch
/// ```
///
/// In inference, and where it is [frozen](super::freeze), mean and variance are the running ones (Ioffe and Szegedy 2015). There it costs
/// nothing behind a convolution, into which it is folded.
///
/// # Parameters
///
/// | key | shape | starts as |
/// |---|---|---|
/// | `weight` | `[C]` | 1; missing with `affine = false` |
/// | `bias` | `[C]` | 0; missing with `affine = false` |
/// | `running_mean` | `[C]` | 0; not learned |
/// | `running_var` | `[C]` | 1; not learned |
/// | `num_batches_tracked` | `[]` | 0; not learned |
///
/// # In PyTorch and Keras
///
/// `nn.BatchNorm2d(C, eps, momentum, affine)` on a map, `nn.BatchNorm1d` on a vector. `BatchNormalization(momentum=0.99, epsilon=1e-3)`, whose
/// momentum is the weight of the past: 0.99 there is `momentum = 0.01` here.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x1x2) -> 2 {
///         input -> bn: batch_norm -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let mut network = Net::new(0);
///     network.set_parameter("bn.running_mean", &[4.0])?;
///     network.set_parameter("bn.running_var", &[9.0])?;
///     network.set_parameter("bn.weight", &[3.0])?;
///     network.set_parameter("bn.bias", &[1.0])?;
///     let outputs = network.predict(&[4.0, 6.0])?;
///     assert!((outputs[0] - 1.0).abs() < 1e-5 && (outputs[1] - 3.0).abs() < 1e-5);
///     Ok(())
/// }
/// ```
#[doc(alias("BatchNorm2d", "BatchNorm1d", "BatchNormalization", "batchnorm", "bn"))]
pub mod batch_norm {}

/// Dropout: in training, each number becomes 0 with probability `p`.
///
#[doc = athena_macros::__reference!(dropout)]
///
/// # Shapes
///
/// Any map or vector, and the same shape comes out. Without parameters.
///
/// # Formula
///
/// ```text
/// training:    y = 0             with probability p
///              y = x / (1 - p)   otherwise
/// inference:   y = x
/// ```
///
/// (Srivastava et al. 2014.) Which numbers vanish follows from the seed, the step, the image's place in the batch and the layer alone, so that
/// a run is the same on any number of threads.
///
/// # In PyTorch and Keras
///
/// `nn.Dropout(p)` and `Dropout(rate)`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 4 {
///         input -> flatten -> dropout(0.5)
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let image = [1.0, 2.0, 3.0, 4.0];
///     assert_eq!(Net::new(0).predict(&image)?, image); // nothing is dropped in inference
///     Ok(())
/// }
/// ```
#[doc(alias("Dropout", "Dropout2d"))]
pub mod dropout {}

/// The skip of a residual block where its shape may change: identity, subsampling or projection.
///
#[doc = athena_macros::__reference!(shortcut)]
///
/// # Shapes
///
/// From `C x H x W` to `filters x H' x W'`, each side divided by the stride and rounded up: what a 3x3 convolution of this stride makes
/// of the same map.
///
/// # Formula
///
/// He et al. (2016), section 4.1, compare three:
///
/// | option | where the shape changes | where it stays |
/// |---|---|---|
/// | `a` | every `stride`-th pixel; new channels are 0, half of them before the old ones and half behind | the value itself |
/// | `b` | `conv(filters, 1x1, stride) -> batch_norm` | the value itself |
/// | `c` | the same | `conv(filters, 1x1) -> batch_norm` |
///
/// Option `a` cannot make fewer channels.
///
/// # Parameters
///
/// None with `a`. Otherwise those of the [convolution](super::conv) under `.0` and of the [batch norm](super::batch_norm) under `.1`, as in
/// torchvision's `downsample`.
///
/// # In PyTorch and Keras
///
/// `downsample` of torchvision's blocks, written out by hand in Keras.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(3x32x32) -> 10 {
///         input
///             -> conv(16, 3x3) -> batch_norm -> relu
///             -> layer1: [basic(16), basic(16)]
///             -> layer2: [basic(32, stride = 2), basic(32)]
///             -> global_avg_pool -> flatten -> linear(10)
///     }
///
///     /// One block for all: its shortcut is the identity where nothing changes.
///     block basic(filters, stride = 1) {
///         input
///             -> conv(filters, 3x3, stride) -> batch_norm -> relu
///             -> conv(filters, 3x3) -> batch_norm
///             -> + (input -> downsample: shortcut(filters, stride))
///             -> relu
///     }
/// }
///
/// fn main() {
///     let keys: Vec<&str> = Net::parameter_names().iter().map(|(name, _)| *name).collect();
///     assert!(keys.contains(&"layer2.0.downsample.0.weight")); // the projection
///     assert!(!keys.contains(&"layer1.0.downsample.0.weight")); // the identity
/// }
/// ```
#[doc(alias("downsample", "projection", "skip connection", "residual connection"))]
pub mod shortcut {}
