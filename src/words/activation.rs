//! An argument of layers such as [`conv`](super::conv), [`linear`](super::linear) and [`batch_norm`](super::batch_norm): an
//! activation that is applied to the layer's output.
//!
//! ```text
//! conv(16, 3x3, activation = relu)      means      conv(16, 3x3) -> relu
//! ```
//!
//! Its values are [`relu`](super::relu), [`relu6`](super::relu6), [`leaky_relu`](super::leaky_relu), [`sigmoid`](super::sigmoid),
//! [`tanh`](super::tanh), [`silu`](super::silu), [`gelu`](super::gelu), [`selu`](super::selu), [`softplus`](super::softplus),
//! [`hard_swish`](super::hard_swish) and [`softmax`](super::softmax), each with its default arguments. A label of the step names
//! the value after the activation.
//!
//! # In PyTorch and Keras
//!
//! PyTorch has no such argument. Keras: `Conv2D(16, 3, activation="relu")`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Short(1x8x8) -> 10 {
//!         input -> conv(16, 3x3, activation = relu) -> flatten -> linear(10)
//!     }
//!
//!     struct Long(1x8x8) -> 10 {
//!         input -> conv(16, 3x3) -> relu -> flatten -> linear(10)
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let image = [0.5; 64];
//!     assert_eq!(Short::new(1).predict(&image)?, Long::new(1).predict(&image)?);
//!     Ok(())
//! }
//! ```
#![doc(alias("actv", "act"))]
