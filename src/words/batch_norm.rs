//! Batch normalisation: normalises each channel to mean 0 and variance 1, then applies a trained scale and shift.
//!
#![doc = athena_macros::__reference!(batch_norm)]
//!
//! # Shapes
//!
//! The input is a map of `C x H x W` or a vector of `C`; the output has the same shape.
//!
//! # Formula
//!
//! ```text
//! y = weight[c] * (x - mean[c]) / sqrt(variance[c] + eps) + bias[c]
//! ```
//!
//! In training, mean and variance are taken over all pixels of channel `c` in all images of the batch; the variance is divided by
//! their number `n`. The running statistics are updated from them, with a variance that is divided by `n - 1`:
//!
//! ```text
//! running = (1 - momentum) * running + momentum * batch
//! ```
//!
//! In inference, and if the layer is [frozen](super::freeze), mean and variance are the running statistics (Ioffe and Szegedy
//! 2015). A batch norm after a convolution is then computed as part of the convolution, at almost no cost.
//!
//! # Parameters
//!
//! | key | shape | initial value |
//! |---|---|---|
//! | `weight` | `[C]` | 1; missing with `affine = false` or `scale = false` |
//! | `bias` | `[C]` | 0; missing with `affine = false` |
//! | `running_mean` | `[C]` | 0; not trained |
//! | `running_var` | `[C]` | 1; not trained |
//! | `num_batches_tracked` | `[]` | 0; not trained |
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.BatchNorm2d(C, eps, momentum, affine)` for a map, `nn.BatchNorm1d` for a vector; it has no `scale`, which sets
//! the layer's `weight` to `None`. Keras: `BatchNormalization(momentum=0.99, epsilon=1e-3, scale=True)`. Keras's momentum is the weight of the old value: 0.99 there is `momentum =
//! 0.01` here.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x2) -> 2 {
//!         input -> bn: batch_norm -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let mut network = Net::new(0);
//!     network.set_parameter("bn.running_mean", &[4.0])?;
//!     network.set_parameter("bn.running_var", &[9.0])?;
//!     network.set_parameter("bn.weight", &[3.0])?;
//!     network.set_parameter("bn.bias", &[1.0])?;
//!     let outputs = network.predict(&[4.0, 6.0])?;
//!     assert!((outputs[0] - 1.0).abs() < 1e-5 && (outputs[1] - 3.0).abs() < 1e-5);
//!     Ok(())
//! }
//! ```
#![doc(alias("BatchNorm2d", "BatchNorm1d", "BatchNormalization", "batchnorm", "bn"))]
