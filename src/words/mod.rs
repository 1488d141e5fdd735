//! The words of the language. Each has a page with its arguments, its formula, its parameters and an example.
//!
//! These modules contain only documentation, and nothing to `use`. [`resnet!`](crate::resnet) explains how words are combined.
//!
//! | what | words |
//! |---|---|
//! | layers with parameters | [`conv`], [`conv_transpose`], [`linear`], [`batch_norm`], [`group_norm`], [`layer_norm`], [`instance_norm`], [`scale`], [`prelu`] |
//! | elementwise activations | [`relu`], [`relu6`], [`leaky_relu`], [`sigmoid`], [`tanh`], [`silu`], [`gelu`], [`selu`], [`softplus`], [`hard_swish`], [`elu`], [`mish`], [`hard_sigmoid`] |
//! | probabilities | [`softmax`] |
//! | pools | [`max_pool`], [`avg_pool`], [`global_avg_pool`], [`global_max_pool`], [`adaptive_avg_pool`] |
//! | shapes | [`flatten`], [`pad`], [`upsample`], [`channel_shuffle`], [`slice`](mod@slice) |
//! | regularisation | [`dropout`], [`drop_path`] |
//! | shortcuts | [`shortcut`] |
//! | layers of your own | a path, and [`as`](mod@as) if the layer changes the shape |
//! | declarations | [`struct`](mod@struct), [`block`], [`let`](mod@let), [`freeze`], [`budget`] |
//! | values | [`input`], and the names of `let`s and [labels](crate::resnet#labels-and-parameter-paths) |
//! | signs | [`->`](crate::resnet#chains), [`+`, `*` and `\|\|`](crate::resnet#joins), [`3 *`, `[ ]`](crate::resnet#repeats-and-lists) |
//! | arguments of several layers | [`activation`], [`init`], [`padding`] |
//!
//! The sign `+` adds values (PyTorch's `x + y`, Keras's `Add`), `*` multiplies them (`Multiply`), and `||` concatenates them along channels
//! (`torch.cat`, `Concatenate`): see [joins](crate::resnet#joins).
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(3x32x32) -> 10 {
//!         input
//!             -> stem: conv(16, 3x3, activation = relu)
//!             -> conv(16, 3x3) -> batch_norm -> + stem -> relu
//!             -> max_pool(2) -> global_avg_pool -> flatten -> linear(10)
//!     }
//! }
//!
//! fn main() {
//!     assert_eq!(Net::CLASSES, 10);
//! }
//! ```

pub mod activation;
pub mod adaptive_avg_pool;
pub mod r#as;
pub mod avg_pool;
pub mod batch_norm;
pub mod block;
pub mod budget;
pub mod channel_shuffle;
pub mod conv;
pub mod conv_transpose;
pub mod drop_path;
pub mod dropout;
pub mod elu;
pub mod flatten;
pub mod freeze;
pub mod gelu;
pub mod global_avg_pool;
pub mod global_max_pool;
pub mod group_norm;
pub mod hard_sigmoid;
pub mod hard_swish;
pub mod init;
pub mod input;
pub mod instance_norm;
pub mod layer_norm;
pub mod leaky_relu;
pub mod r#let;
pub mod linear;
pub mod max_pool;
pub mod mish;
pub mod pad;
pub mod padding;
pub mod prelu;
pub mod relu;
pub mod relu6;
pub mod scale;
pub mod selu;
pub mod shortcut;
pub mod sigmoid;
pub mod silu;
pub mod slice;
pub mod softmax;
pub mod softplus;
pub mod r#struct;
pub mod tanh;
pub mod upsample;
