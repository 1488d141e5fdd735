//! An argument of [`conv`](super::conv), [`max_pool`](super::max_pool) and [`avg_pool`](super::avg_pool): the number of rows and
//! columns around the map that windows reach.
//!
//! ```text
//! conv(16, 3x3, padding = valid)
//! ```
//!
//! | value | rows and columns on each side | a size of `n` becomes |
//! |---|---|---|
//! | `same`, the default of `conv` | `dilation * (kernel - 1) / 2`; the kernel must be odd | `n / stride`, rounded up |
//! | `valid`, the default of pools | none | `(n - dilation * (kernel - 1) - 1) / stride + 1`, rounded down |
//! | a number | that many | `(n + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1`, rounded down |
//! | `1x3` | 1 row above and below, 3 columns left and right | as for a number, for each axis |
//!
//! Pools with `ceil = true` round up instead. Both sides of a map are padded equally: `same` is PyTorch's `padding = kernel //
//! 2`. Keras's `same` pads one side more if the padding is uneven, and its results then differ. Convolutions pad with zeros;
//! [`pad`](super::pad) makes other borders.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x3) -> 1 {
//!         input -> c: conv(1, 1x3, padding = valid) -> flatten
//!     }
//!
//!     struct Same(1x1x3) -> 3 {
//!         input -> c: conv(1, 1x3) -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let mut network = Net::new(0);
//!     network.set_parameter("c.weight", &[1.0, 1.0, 1.0])?;
//!     network.set_parameter("c.bias", &[0.0])?;
//!     assert_eq!(network.predict(&[1.0, 2.0, 4.0])?, [7.0]);
//!
//!     let mut network = Same::new(0);
//!     network.set_parameter("c.weight", &[1.0, 1.0, 1.0])?;
//!     network.set_parameter("c.bias", &[0.0])?;
//!     assert_eq!(network.predict(&[1.0, 2.0, 4.0])?, [3.0, 7.0, 6.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("same", "valid", "padding_mode"))]
