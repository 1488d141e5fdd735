//! Makes a vector of a map, channel by channel and row by row.
//!
#![doc = athena_macros::__reference!(flatten)]
//!
//! # Shapes
//!
//! From `C x H x W` to a vector of `C * H * W`; a vector does not change. No parameters.
//!
//! # Formula
//!
//! ```text
//! y[(c * H + r) * W + s] = x[c][r][s]
//! ```
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.Flatten()`, `torch.flatten(x, 1)`, `x.view(N, -1)`. Keras: `Flatten()`, whose order is rows, columns, channels,
//! so that the weights of a linear layer after it are permuted.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(2x1x2) -> 4 {
//!         input -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     assert_eq!(Net::new(0).predict(&[1.0, 2.0, 3.0, 4.0])?, [1.0, 2.0, 3.0, 4.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("Flatten", "view", "reshape"))]
