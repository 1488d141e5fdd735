//! Batch normalisation: each channel gets mean 0 and variance 1, then a scale and a shift that are learned.
//!
#![doc = athena_macros::__reference!(batch_norm)]
//!
//! # Shapes
//!
//! A map of `C x H x W` or a vector of `C`, and the same shape comes out.
//!
//! # Formula
//!
//! ```text
//! y = weight[c] * (x - mean[c]) / sqrt(variance[c] + eps) + bias[c]
//! ```
//!
//! In training, mean and variance are those of channel `c` over all images and pixels of the batch (the variance divided by their
//! number), and the running statistics move towards them, the variance divided by one less than their number:
//!
//! ```text
//! running = (1 - momentum) * running + momentum * of the batch
//! ```
//!
//! In inference, and where it is [frozen](super::freeze), mean and variance are the running ones (Ioffe and Szegedy 2015). There it costs
//! nothing behind a convolution, into which it is folded.
//!
//! # Parameters
//!
//! | key | shape | starts as |
//! |---|---|---|
//! | `weight` | `[C]` | 1; missing with `affine = false` |
//! | `bias` | `[C]` | 0; missing with `affine = false` |
//! | `running_mean` | `[C]` | 0; not learned |
//! | `running_var` | `[C]` | 1; not learned |
//! | `num_batches_tracked` | `[]` | 0; not learned |
//!
//! # In PyTorch and Keras
//!
//! `nn.BatchNorm2d(C, eps, momentum, affine)` on a map, `nn.BatchNorm1d` on a vector. `BatchNormalization(momentum=0.99, epsilon=1e-3)`, whose
//! momentum is the weight of the past: 0.99 there is `momentum = 0.01` here.
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
