//! A factor for each channel that is learned: the layer scale of ConvNeXt.
//!
#![doc = athena_macros::__reference!(scale)]
//!
//! # Shapes
//!
//! A map of `C x H x W` or a vector of `C`, and the same shape comes out.
//!
//! # Formula
//!
//! ```text
//! y = weight[c] * x
//! ```
//!
//! At the end of a branch that is added to its skip, small factors let a deep network start as the identity (Touvron et al. 2021).
//!
//! # Parameters
//!
//! | key | shape | starts as |
//! |---|---|---|
//! | `weight` | `[C]` | `start`: ConvNeXt's `1e-6` unless said; it may be negative |
//!
//! With `bare = true` the key is the path of the step, without `.weight`, and the shape is `[C, 1, 1]`, as in torchvision's ConvNeXt. It
//! then comes before the tensors of the steps beside it, as PyTorch puts the parameters of a module before those of its parts.
//!
//! # In PyTorch and Keras
//!
//! `layer_scale * x` with a parameter of `[C, 1, 1]` (torchvision's ConvNeXt), `LayerScale2d(C, 1e-6)` (timm).
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(2x1x2) -> 4 {
//!         input -> gamma: scale(0.5) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let mut network = Net::new(0);
//!     assert_eq!(network.predict(&[1.0, 2.0, 3.0, 4.0])?, [0.5, 1.0, 1.5, 2.0]);
//!     network.set_parameter("gamma.weight", &[1.0, -1.0])?;
//!     assert_eq!(network.predict(&[1.0, 2.0, 3.0, 4.0])?, [1.0, 2.0, -3.0, -4.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("LayerScale", "layer_scale", "LayerScale2d", "CNBlock"))]
