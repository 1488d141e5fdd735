//! Fully connected layer: each output is a weighted sum of all numbers that come in.
//!
#![doc = athena_macros::__reference!(linear)]
//!
//! # Shapes
//!
//! From a vector of `N` to one of `outputs`. A map becomes a vector by [`flatten`](super::flatten), most often behind
//! [`global_avg_pool`](super::global_avg_pool).
//!
//! # Formula
//!
//! ```text
//! y[o] = bias[o] + sum over i of weight[o][i] * x[i]
//! ```
//!
//! # Parameters
//!
//! | key | shape | starts as |
//! |---|---|---|
//! | `weight` | `[outputs, N]` | [`init`](super::init) |
//! | `bias` | `[outputs]` | uniform within `1 / sqrt(N)`, as PyTorch's |
//!
//! # In PyTorch and Keras
//!
//! `nn.Linear(N, outputs, bias)`, with the same start. `Dense(units)`, whose weights are transposed and start as `xavier_uniform`.
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
