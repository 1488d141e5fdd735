//! Fully connected layer: each output is a weighted sum of all inputs.
//!
#![doc = athena_macros::__reference!(linear)]
//!
//! # Shapes
//!
//! From a vector of `N` to a vector of `outputs`. [`flatten`](super::flatten) makes a vector of a map, usually after
//! [`global_avg_pool`](super::global_avg_pool).
//!
//! With `over = pixel`, from a map of `C x H x W` to one of `outputs x H x W`: at each pixel, a weighted sum of the channels, as a
//! [`conv`](super::conv) with a 1x1 kernel makes it. The weight has two sizes, `[outputs, C]`, as in PyTorch's networks that put the
//! channels last (ConvNeXt).
//!
//! # Formula
//!
//! ```text
//! y[o] = bias[o] + sum over i of weight[o][i] * x[i]
//! ```
//!
//! # Parameters
//!
//! | key | shape | initial value |
//! |---|---|---|
//! | `weight` | `[outputs, N]` | [`init`](super::init) |
//! | `bias` | `[outputs]` | uniform within `1 / sqrt(N)`, as in PyTorch |
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.Linear(N, outputs, bias)`, with the same initial values. Keras: `Dense(units)`, whose weights are transposed and
//! start as `xavier_uniform`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x2) -> 2 {
//!         input -> flatten -> fc: linear(2)
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let mut network = Net::new(0);
//!     network.set_parameter("fc.weight", &[1.0, 2.0, 3.0, 4.0])?;
//!     network.set_parameter("fc.bias", &[0.5, -0.5])?;
//!     assert_eq!(network.predict(&[10.0, 100.0])?, [210.5, 429.5]);
//!     Ok(())
//! }
//! ```
#![doc(alias("Linear", "Dense", "fully connected", "fc", "InnerProduct", "Gemm"))]
