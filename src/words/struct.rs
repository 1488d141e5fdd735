//! Declares a network: its name, what it takes, what it promises, and its body.
//!
//! ```text
//! pub struct Name(CxHxW) -> classes { body }
//! pub struct Name(CxHxW) -> CxHxW { body }
//! pub struct Name(name: CxHxW, name: length) -> (name: length, name: CxHxW) { body }
//! ```
//!
//! The shape is channels x height x width. The value of the body must be a vector with one number per class, or a map with one number per class at
//! each pixel; the last step may be [`softmax`](super::softmax). Inputs and outputs may have names:
//! [`resnet!`](crate::resnet#inputs-and-outputs) explains them. Sizes are literals, because rustc expands macros before it evaluates constants.
//!
//! The macro generates a struct of this name and visibility that implements [`Model`](crate::Model). Attributes stand before it as before any
//! struct: `/// documentation`, `#[derive(Clone, Debug, PartialEq)]`, `#[cfg(...)]`, [`#[freeze(...)]`](super::freeze), and
//! [`#[budget(...)]`](super::budget). One `resnet!` may declare several networks, which share its [blocks](super::block).
//!
//! # In PyTorch and Keras
//!
//! PyTorch: a subclass of `nn.Module`. Keras: `keras.Model(inputs, outputs)`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     /// Ten digits.
//!     #[derive(Clone)]
//!     pub struct Digits(1x28x28) -> 10 {
//!         input
//!             -> conv(16, 3x3, activation = relu)
//!             -> global_avg_pool -> flatten -> linear(10)
//!     }
//!
//!     /// Its small sister.
//!     struct Even(1x28x28) -> 2 {
//!         input -> global_avg_pool -> flatten -> linear(2)
//!     }
//! }
//!
//! fn main() {
//!     let digits = Digits::new(1);
//!     let copy = digits.clone();
//!     assert_eq!(copy.parameter("conv1.weight"), digits.parameter("conv1.weight"));
//!     assert_eq!((Digits::INPUT, Digits::CLASSES, Even::CLASSES), ([1, 28, 28], 10, 2));
//! }
//! ```
#![doc(alias("nn.Module", "Module", "Sequential", "keras.Model", "network"))]
