//! Upsampling: enlarges a map by whole factors. The decoder of a U-Net uses it before it concatenates the map of a skip connection.
//!
#![doc = athena_macros::__reference!(upsample)]
//!
//! # Shapes
//!
//! From `C x H x W` to `C x (factor * H) x (factor * W)`; `upsample(2x3)` has a factor for rows and one for columns. No parameters.
//!
//! # Formula
//!
//! | mode | pixel `at` of a line | the line `0 1 3` twice as long |
//! |---|---|---|
//! | `nearest` | pixel `at / factor`, rounded down | `0 0 1 1 3 3` |
//! | `bilinear` | the linear interpolation at `(at + 1/2) / factor - 1/2`, where the line continues beyond its ends with the last pixels | `0 0.25 0.75 1.5 2.5 3` |
//!
//! These are the modes of PyTorch; `bilinear` is that with `align_corners=False`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.Upsample(scale_factor=2, mode="bilinear")`, `F.interpolate(x, scale_factor=2)`. Keras: `UpSampling2D(2,
//! interpolation="bilinear")`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x3) -> 6 {
//!         input -> upsample(1x2, mode = bilinear) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[0.0, 1.0, 3.0])?;
//!     assert_eq!(outputs, [0.0, 0.25, 0.75, 1.5, 2.5, 3.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("Upsample", "UpSampling2D", "UpsamplingNearest2d", "UpsamplingBilinear2d", "interpolate", "Resize"))]
