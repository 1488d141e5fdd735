//! An argument of [`conv`](super::conv), [`max_pool`](super::max_pool) and [`avg_pool`](super::avg_pool): how far windows reach beyond the map.
//!
//! ```text
//! conv(16, 3x3, padding = valid)
//! ```
//!
//! | value | rows and columns on each side | a side of `n` becomes |
//! |---|---|---|
//! | `same`, of `conv` unless said | `dilation * (kernel - 1) / 2`, kernels being odd | `n / stride`, rounded up |
//! | `valid`, of the pools unless said | none | `(n - dilation * (kernel - 1) - 1) / stride + 1`, rounded down |
//! | a number | that many | `(n + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1`, rounded down |
//! | `1x3` | 1 row above and below, 3 columns left and right | the same, side by side |
//!
//! Pools with `ceil = true` round up instead. Both sides of a map get the same: PyTorch's `padding = kernel // 2`. Keras's `same` pads more on one side where the kernel does not fit
//! evenly, so that its numbers differ there. Convolutions see zeros beyond the map; for other borders there is [`pad`](super::pad).
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
