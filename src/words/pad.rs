//! Adds a border on each side of a map.
//!
#![doc = athena_macros::__reference!(pad)]
//!
//! # Shapes
//!
//! From `C x H x W` to `C x (H + 2 * rows) x (W + 2 * columns)`. No parameters.
//!
//! # Formula
//!
//! | mode | a row `a b c` with a border of 2 |
//! |---|---|
//! | `zeros` | `0 0 a b c 0 0` |
//! | `reflect` | `c b a b c b a`; the border must be smaller than the map |
//! | `replicate` | `a a a b c c c` |
//!
//! A convolution pads with zeros itself, at no cost: `conv(.., padding = ..)`. For another border, put `pad` before a convolution
//! with `padding = valid`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.ZeroPad2d`, `nn.ReflectionPad2d`, `nn.ReplicationPad2d`, or `padding_mode` of `nn.Conv2d`. Keras: `ZeroPadding2D(padding)`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x3) -> 7 {
//!         input -> pad(0x2, mode = reflect) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[1.0, 2.0, 3.0])?;
//!     assert_eq!(outputs, [3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("ZeroPad2d", "ReflectionPad2d", "ReplicationPad2d", "ZeroPadding2D", "padding_mode"))]
