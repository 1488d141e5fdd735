//! An argument of [`conv`](super::conv), [`conv_transpose`](super::conv_transpose) and [`linear`](super::linear): the initial values of the
//! weights.
//!
//! ```text
//! conv(16, 3x3, init = xavier_uniform)
//! ```
//!
//! | value | weights | in PyTorch | in Keras |
//! |---|---|---|---|
//! | `he_normal` | normal, variance `2 / fan_in` (He et al. 2015); default of `conv` | `kaiming_normal_` | `he_normal`, which is truncated |
//! | `he_uniform` | uniform within `sqrt(6 / fan_in)` | `kaiming_uniform_` | `he_uniform` |
//! | `xavier_normal` | normal, variance `2 / (fan_in + fan_out)` (Glorot and Bengio 2010) | `xavier_normal_` | `glorot_normal`, which is truncated |
//! | `xavier_uniform` | uniform within `sqrt(6 / (fan_in + fan_out))` | `xavier_uniform_` | `glorot_uniform`, Keras's default |
//! | `lecun_uniform` | uniform within `1 / sqrt(fan_in)`; default of `linear` | `kaiming_uniform_(a=sqrt(5))`, PyTorch's default | |
//! | `zeros` | 0 | `zeros_` | `zeros` |
//! | `dirac` | 1 at the kernel's centre from each input channel to the output channel of its number, else 0; not for `linear` | `dirac_` | `identity` |
//!
//! `fan_in` is the number of inputs of one output: input channels / groups * kernel height * kernel width, or the inputs of a
//! linear layer. A transposed convolution has PyTorch's, in which its output channels count instead. With `dirac` a convolution
//! of stride 1 hands its input on: each group on its own (`dirac_`'s `groups` is the convolution's), and of the channels as many
//! as the input and the output both have. The centre of a kernel of even size is the tap behind its middle. The weights are drawn with the seed of [`Model::new`](crate::Model::new). Biases start as in PyTorch, scales of
//! batch norms at 1, and their shifts at 0.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(3x8x8) -> 10 {
//!         input
//!             -> conv1: conv(16, 3x3, init = he_uniform) -> relu
//!             -> conv2: conv(16, 1x1, init = dirac)
//!             -> global_avg_pool -> flatten -> fc: linear(10, init = zeros)
//!     }
//! }
//!
//! fn main() {
//!     let network = Net::new(1);
//!     let bound = (6.0_f32 / (3.0 * 3.0 * 3.0)).sqrt();
//!     let weights = network.parameter("conv1.weight").unwrap_or_default();
//!     assert!(weights.iter().all(|weight| weight.abs() <= bound));
//!     assert_eq!(network.parameter("fc.weight"), Some(vec![0.0; 160]));
//!     let first = network.parameter("conv2.weight").unwrap_or_default();
//!     assert_eq!(first[..3], [1.0, 0.0, 0.0]);
//! }
//! ```
#![doc(alias(
    "kaiming_normal_",
    "kaiming_uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "glorot_uniform",
    "kernel_initializer",
    "dirac_",
    "he_normal"
))]
