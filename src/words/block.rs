//! Declares a part of a network, with parameters, that is used by its name.
//!
//! ```text
//! block name(parameter, parameter = default) { body }
//! ```
//!
//! A body is that of a [`struct`](super::struct), its [`input`](super::input) what stands before the call. What it makes is inferred, for each call anew.
//! Parameters are numbers, sizes such as `3x3`, words such as `same`, or arithmetic on whole numbers with `+ - * /`; a default may use the parameters before it.
//! An argument that is a parameter of the same name need not be written twice: `conv(filters, 1x1, stride)`.
//!
//! A block is seen within its own `resnet!`, stands before or behind its uses, and may call others, but not itself. Parameters of its layers lie
//! below the call's label: `layer1: basic(16)` owns `layer1.conv1.weight`.
//!
//! # In PyTorch and Keras
//!
//! `BasicBlock` and `Bottleneck` of torchvision; a function that adds layers.
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
