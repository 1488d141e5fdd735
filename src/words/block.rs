//! Declares a block: a part of a network, with parameters, that steps call by its name.
//!
//! ```text
//! block name(parameter, parameter = default) { body }
//! ```
//!
//! The body is written as in a [`struct`](super::struct). Its [`input`](super::input) is the value before the call. The output
//! shape is inferred for each call. Arguments are numbers, sizes such as `3x3`, words such as `same`, or arithmetic on whole
//! numbers with `+ - * /`. A default may use the parameters before it. Where an argument of a step has the name of the parameter
//! that it takes, the name alone is enough: `conv(filters, 1x1, stride)` means `stride = stride`.
//!
//! A block is known in its own `resnet!`, before and after its declaration. It may call other blocks, but not itself. The
//! parameters of its layers are named below the label of the call: `layer1: basic(16)` has `layer1.conv1.weight`.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: a module such as torchvision's `BasicBlock` and `Bottleneck`. Keras: a function that adds layers.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(3x32x32) -> 10 {
//!         input
//!             -> conv(16, 3x3) -> batch_norm -> relu
//!             -> stage1: bottleneck(64, stride = 1)
//!             -> stage2: bottleneck(128)
//!             -> global_avg_pool -> flatten -> linear(10)
//!     }
//!
//!     /// He et al. (2016), figure 5: the middle is a fourth as wide.
//!     block bottleneck(filters, stride = 2, width = filters / 4) {
//!         let shortcut = input -> conv(filters, 1x1, stride) -> batch_norm;
//!         input
//!             -> conv(width, 1x1) -> batch_norm -> relu
//!             -> conv(width, 3x3, stride) -> batch_norm -> relu
//!             -> conv3: conv(filters, 1x1) -> batch_norm
//!             -> + shortcut -> relu
//!     }
//! }
//!
//! fn main() {
//!     assert!(Net::parameter_names().contains(&("stage2.conv3.weight", &[128, 32, 1, 1])));
//! }
//! ```
#![doc(alias("BasicBlock", "Bottleneck", "residual block", "subroutine", "function"))]
