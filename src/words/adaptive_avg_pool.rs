//! The mean of windows that a map of any size is divided into, so that as many pixels come out as are asked for.
//!
#![doc = athena_macros::__reference!(adaptive_avg_pool)]
//!
//! # Shapes
//!
//! From `C x H x W` to `C x rows x columns`. Without parameters.
//!
//! # Formula
//!
//! Window `i` of `n` along a side of `H` goes
//!
//! ```text
//! from i * H / n, rounded down, up to (i + 1) * H / n, rounded up and not included
//! ```
//!
//! Where `n` does not divide `H`, windows overlap or differ in size. Where both sides are divided it is an
//! [`avg_pool`](mod@super::avg_pool), and of one pixel [`global_avg_pool`](mod@super::global_avg_pool).
//!
//! # In PyTorch and Keras
//!
//! `nn.AdaptiveAvgPool2d((rows, columns))`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x5) -> 3 {
//!         input -> adaptive_avg_pool(1x3) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     // The windows are 0..2, 1..4 and 3..5.
//!     assert_eq!(Net::new(0).predict(&[0.0, 1.0, 2.0, 3.0, 10.0])?, [0.5, 2.0, 6.5]);
//!     Ok(())
//! }
//! ```
#![doc(alias("AdaptiveAvgPool2d", "AdaptiveAveragePooling2D"))]
