//! Layer normalisation over channels: each pixel gets mean 0 and variance 1, then each channel a scale and a shift that are learned.
//!
#![doc = athena_macros::__reference!(layer_norm)]
//!
//! # Shapes
//!
//! A map of `C x H x W` or a vector of `C`, and the same shape comes out.
//!
//! # Formula
//!
//! ```text
//! y = weight[c] * (x - mean) / sqrt(variance + eps) + bias[c]
//! ```
//!
//! Mean and variance are those of the `C` numbers of a pixel, the variance divided by `C` (Ba et al. 2016; over channels as ConvNeXt has
//! it, Liu et al. 2022, whose `eps` is `1e-6`). Training and inference compute the same, and no statistics are kept. Over a whole image,
//! not each of its pixels, normalises [`group_norm(1)`](mod@super::group_norm).
//!
//! # Parameters
//!
//! | key | shape | starts as |
//! |---|---|---|
//! | `weight` | `[C]` | 1; missing with `affine = false` |
//! | `bias` | `[C]` | 0; missing with `affine = false` |
//!
//! # In PyTorch and Keras
//!
//! `nn.LayerNorm(C)` of a tensor whose channels come last, torchvision's and timm's `LayerNorm2d(C)` of a map; `LayerNormalization(epsilon=1e-5)`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(2x1x2) -> 4 {
//!         input -> ln: layer_norm -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let mut network = Net::new(0);
//!     network.set_parameter("ln.weight", &[1.0, 3.0])?;
//!     let outputs = network.predict(&[4.0, 10.0, 6.0, 30.0])?; // the pixels are (4, 6) and (10, 30)
//!     for (output, expected) in outputs.iter().zip([-1.0, -1.0, 3.0, 3.0]) {
//!         assert!((output - expected).abs() < 1e-4);
//!     }
//!     Ok(())
//! }
//! ```
#![doc(alias("LayerNorm", "LayerNorm2d", "LayerNormalization", "layernorm"))]
